"""EasyPost's events and trackers in our words (docs.easypost.com, *Events* and *Trackers*).

A tracker shows its present status and the history of scans. Events come late, twice and
in any order, so that what an earlier event said may be known from the history alone. Two
words of the history must not be lost, because the present status does not imply them:

* *delivered*, where a straggling scan has pushed the status back;
* *return to sender*, without which a parcel that came back would look delivered.

Both are reported next to the present status, in the order of their times. Other earlier
scans change nothing that the present one does not change too.

What EasyPost leaves open: tracking codes are unique per carrier and for some months only. A
parcel of a label made for a return (``is_return``) is not told apart from any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from shared.carriers.easypost import schema
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.shapes import read_shape

TOPICS = ("tracker.created", "tracker.updated")

STATUSES = {
    "pre_transit": ScanStatus.PENDING,
    "in_transit": ScanStatus.IN_TRANSIT,
    "out_for_delivery": ScanStatus.OUT_FOR_DELIVERY,
    "delivered": ScanStatus.DELIVERED,
    "available_for_pickup": ScanStatus.READY_FOR_PICKUP,
    "return_to_sender": ScanStatus.RETURN_TO_SENDER,
    "failure": ScanStatus.DELIVERY_FAILED,
    "cancelled": ScanStatus.CANCELLED,
    "unknown": ScanStatus.UNKNOWN,
    "error": ScanStatus.UNKNOWN,
}
"""All statuses that the documentation lists. Others are unknown."""

KEPT_FROM_HISTORY = (ScanStatus.DELIVERED, ScanStatus.RETURN_TO_SENDER)

DELIVERY_AHEAD = timedelta(days=365)
"""How far ahead an expected delivery may lie."""


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what an event, a tracker or a list of trackers says, one report per parcel.

    Raises UnusableError, and IrrelevantError for events and objects about something else.
    """
    if topic and topic not in TOPICS:
        raise IrrelevantError("not a tracker event")
    if isinstance(document, list):
        return [_single(item, reading) for item in document]
    if isinstance(document, dict) and isinstance(document.get("trackers"), list):
        return [_single(item, reading) for item in document["trackers"]]
    return [_single(document, reading)]


def _single(document: Any, reading: Reading) -> Report:
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    if document.get("object") == "Event":
        document = _result(document)
    if document.get("object") is None:
        raise UnusableError("missing_field:object", "object")
    if document["object"] != "Tracker":
        raise IrrelevantError("not a tracker")
    return _report(read_shape(schema.Tracker, document), reading)


def _result(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("description") not in TOPICS:
        raise IrrelevantError("not a tracker event")
    result = event.get("result")
    if result is None:
        # The list of events shows them without; they would have to be fetched one by one.
        raise UnusableError("missing_field:result", "result")
    if not isinstance(result, dict):
        raise UnusableError("invalid_shape", "result")
    return result


def _report(tracker: schema.Tracker, reading: Reading) -> Report:
    updated_at = fields.optional_timestamp(tracker.updated_at, "updated_at", received_at=reading.received_at)
    return Report(
        tracking_number=fields.identifier(tracker.tracking_code, "tracking_number"),
        source_time=updated_at,
        facts=tuple(_scans(tracker, updated_at, reading)),
        flags=tuple(_flags(tracker)),
    )


def _scans(tracker: schema.Tracker, updated_at: datetime | None, reading: Reading) -> list[ParcelScanned]:
    """Return the present status and what is kept from the history, oldest first."""
    number = fields.identifier(tracker.tracking_code, "tracking_number")
    carrier = fields.text(tracker.carrier)
    raw = fields.text(tracker.status)
    if not raw:
        raise UnusableError("missing_field:status", "status")
    newest = _newest_by_status(tracker, updated_at, reading)
    scans = [
        ParcelScanned(
            tracking_number=number, carrier=carrier, status=STATUSES[word], raw=word, occurred_at=occurred_at
        )
        for word, occurred_at in newest.items()
        if word != raw and STATUSES.get(word) in KEPT_FROM_HISTORY
    ]
    scans.append(
        ParcelScanned(
            tracking_number=number,
            carrier=carrier,
            status=STATUSES.get(raw, ScanStatus.UNKNOWN),
            raw=raw,
            occurred_at=newest.get(raw, updated_at),
            expected_at=fields.optional_timestamp(
                tracker.est_delivery_date,
                "est_delivery_date",
                received_at=reading.received_at + DELIVERY_AHEAD,
            ),
        )
    )
    # Without any time the present status, which is the last of them, stays the last.
    return sorted(scans, key=lambda scan: scan.occurred_at or reading.received_at)


def _newest_by_status(
    tracker: schema.Tracker, updated_at: datetime | None, reading: Reading
) -> dict[str, datetime | None]:
    """Return when each status was scanned last. A scan without a time is as old as the tracker."""
    newest: dict[str, datetime | None] = {}
    for detail in tracker.tracking_details or []:
        word = fields.text(detail.status)
        scanned_at = fields.optional_timestamp(
            detail.datetime, "tracking_details.datetime", received_at=reading.received_at
        )
        known = newest.get(word)
        if known is None or (scanned_at is not None and scanned_at > known):
            newest[word] = scanned_at or updated_at
    return newest


def _flags(tracker: schema.Tracker) -> Iterator[str]:
    if tracker.mode == "test":
        yield "test"
    if fields.text(tracker.status) not in STATUSES:
        yield "unmapped_status"
