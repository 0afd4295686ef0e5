"""AfterShip's ``tracking_update`` in our words (aftership.com/docs/tracking: *Delivery statuses*,
*Delivery sub-statuses*, *Webhook specifications*).

A tracking shows its present tag and the checkpoints so far; of the latter is kept what the
present tag does not imply (:mod:`shared.wire.scan_history`). The present tag is dated by its
newest checkpoint, not by ``ts``, the time at which AfterShip asked the carrier.

``checkpoint_time`` is passed on as the carrier wrote it: empty, a day, without a zone, or
with one (:mod:`shared.wire.scan_times`). Where no zone is set on the connection, zone-less
times are left out; the scan counts all the same.

What AfterShip leaves open: in which zone a zone-less time is. ``event_id`` is of the delivery
and identifies nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.carriers.aftership import schema
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.scan_history import with_history
from shared.wire.scan_times import ScanTime, scan_time, unix_time
from shared.wire.shapes import read_shape

TOPICS = ("tracking_update",)

TAGS = {
    "Pending": ScanStatus.PENDING,
    "InfoReceived": ScanStatus.PENDING,
    "InTransit": ScanStatus.IN_TRANSIT,
    "OutForDelivery": ScanStatus.OUT_FOR_DELIVERY,
    "AttemptFail": ScanStatus.DELIVERY_FAILED,
    "Delivered": ScanStatus.DELIVERED,
    "AvailableForPickup": ScanStatus.READY_FOR_PICKUP,
    "Exception": ScanStatus.ON_HOLD,
    "Expired": ScanStatus.UNKNOWN,
}
"""All tags that the documentation lists. Others are unknown."""

SUBTAGS = {
    "Exception_010": ScanStatus.RETURN_TO_SENDER,  # on its way back
    "Exception_011": ScanStatus.RETURN_TO_SENDER,  # received by the sender
}
"""The subtags that say more than their tag."""


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what a webhook says of its parcel.

    Raises UnusableError, and IrrelevantError for webhooks about something else.
    """
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    event = fields.text(document.get("event")) or topic
    if not event:
        raise UnusableError("missing_field:event", "event")
    if event not in TOPICS:
        raise IrrelevantError("not about where a parcel is")
    return [_report(read_shape(schema.Update, document), reading)]


def _report(update: schema.Update, reading: Reading) -> Report:
    tracking = update.msg
    number = fields.identifier(tracking.tracking_number, "tracking_number")
    present = _scan(tracking, ScanTime(None), tracking, number)
    if not present.raw:
        raise UnusableError("missing_field:tag", "tag")
    checkpoints = tracking.checkpoints or []
    times = [scan_time(checkpoint.checkpoint_time, "checkpoint_time", reading) for checkpoint in checkpoints]
    history = [
        _scan(checkpoint, at, tracking, number) for checkpoint, at in zip(checkpoints, times, strict=True)
    ]
    return Report(
        tracking_number=number,
        source_time=unix_time(update.ts, "ts", reading),
        facts=with_history(present, history),
        flags=_flags(tracking, times),
    )


def _scan(
    seen: schema.Tracking | schema.Checkpoint, at: ScanTime, tracking: schema.Tracking, number: str
) -> ParcelScanned:
    tag, subtag = fields.text(seen.tag), fields.text(seen.subtag)
    more = SUBTAGS.get(subtag) if tag == "Exception" else None
    return ParcelScanned(
        tracking_number=number,
        carrier=fields.text(tracking.slug),
        status=more or TAGS.get(tag, ScanStatus.UNKNOWN),
        raw=subtag if more else tag,
        occurred_at=at.moment,
    )


def _flags(tracking: schema.Tracking, times: Iterable[ScanTime]) -> tuple[str, ...]:
    flags = {at.flag: None for at in times if at.flag}
    if fields.text(tracking.tag) not in TAGS:
        flags["unmapped_status"] = None
    return tuple(flags)
