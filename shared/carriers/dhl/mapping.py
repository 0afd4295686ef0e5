"""DHL's unified shipments in our words (developer.dhl.com, *Shipment Tracking Unified*).

A shipment shows its present status and the events so far; of the latter is kept what the
present status does not imply (:mod:`shared.wire.scan_history`). Times come with a zone or
without, as the division writes them (:mod:`shared.wire.scan_times`).

Only this shape is read. The guide of the push API says that it does not unify what the
divisions send: the answers of MyDHL API (Express), of eCommerce Americas and of Parcel DE have
other fields, and are refused by what they lack. No example of a push is published; it is
taken to hold ``shipments`` as the tracking API answers them.

What DHL leaves open: whether a shipment is on its way back. *failure* may mean that, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from shared.carriers.dhl import schema
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError
from shared.wire.scan_history import with_history
from shared.wire.scan_times import DELIVERY_AHEAD, ScanTime, scan_time
from shared.wire.shapes import read_shape

TOPICS = ("",)
CARRIER = "dhl"

STATUS_CODES = {
    "pre-transit": ScanStatus.PENDING,
    "transit": ScanStatus.IN_TRANSIT,
    "delivered": ScanStatus.DELIVERED,
    "failure": ScanStatus.DELIVERY_FAILED,
    "unknown": ScanStatus.UNKNOWN,
}
"""All status codes that the documentation lists. Others are unknown."""


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:  # noqa: ARG001
    """Return what a push, or an answer of the tracking API, says; one report per shipment.

    Raises UnusableError.
    """
    push = read_shape(schema.Push, document)
    if not push.shipments:
        raise UnusableError("missing_field:shipments", "shipments")
    return [_report(shipment, reading) for shipment in push.shipments]


def _report(shipment: schema.Shipment, reading: Reading) -> Report:
    number = fields.identifier(shipment.id, "tracking_number")
    present_at = scan_time(shipment.status.timestamp, "status.timestamp", reading)
    expected = scan_time(
        shipment.estimated_delivery, "estimatedTimeOfDelivery", reading, ahead=DELIVERY_AHEAD
    )
    present = replace(_scan(shipment.status, present_at, number), expected_at=expected.moment)
    if not present.raw:
        raise UnusableError("missing_field:statusCode", "status.statusCode")
    events = shipment.events or []
    times = [scan_time(event.timestamp, "events.timestamp", reading) for event in events]
    history = [_scan(event, at, number) for event, at in zip(events, times, strict=True)]
    return Report(
        tracking_number=number,
        source_time=present_at.moment,
        facts=with_history(present, history),
        flags=_flags(present, [present_at, expected, *times]),
    )


def _scan(event: schema.Event, at: ScanTime, number: str) -> ParcelScanned:
    raw = fields.text(event.status_code)
    return ParcelScanned(
        tracking_number=number,
        carrier=CARRIER,
        status=STATUS_CODES.get(raw, ScanStatus.UNKNOWN),
        raw=raw,
        occurred_at=at.moment,
    )


def _flags(present: ParcelScanned, times: Iterable[ScanTime]) -> tuple[str, ...]:
    flags = {at.flag: None for at in times if at.flag}
    if present.raw not in STATUS_CODES:
        flags["unmapped_status"] = None
    return tuple(flags)
