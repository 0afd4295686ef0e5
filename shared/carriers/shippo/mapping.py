"""Shippo's ``track_updated`` in our words (docs.goshippo.com, *Tracking*; goshippo/shippo-python-sdk).

A track shows its present status and the history of scans; of the latter is kept what the
present status does not imply (:mod:`shared.wire.scan_history`). Times are UTC and have an
offset. A *Track* as the API answers it, without the webhook's frame, is read too.

What Shippo leaves open: tracking numbers are unique per carrier and for some months only. A
parcel of a label made for a return is not told apart from any other. The finer ``substatus``
is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.carriers.shippo import schema
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.scan_history import with_history
from shared.wire.scan_times import DELIVERY_AHEAD
from shared.wire.shapes import read_shape

TOPICS = ("track_updated",)

STATUSES = {
    "UNKNOWN": ScanStatus.UNKNOWN,
    "PRE_TRANSIT": ScanStatus.PENDING,
    "TRANSIT": ScanStatus.IN_TRANSIT,
    "DELIVERED": ScanStatus.DELIVERED,
    "RETURNED": ScanStatus.RETURN_TO_SENDER,
    "FAILURE": ScanStatus.DELIVERY_FAILED,
}
"""All statuses that the SDK lists. Others are unknown."""


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what a webhook or a track says of its parcel.

    Raises UnusableError, and IrrelevantError for webhooks about something else.
    """
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    event = fields.text(document.get("event")) or topic
    if event and event not in TOPICS:
        raise IrrelevantError("not about tracking")
    if "event" not in document:
        return [_report(document, reading, test=False)]
    data = document.get("data")
    if data is None:
        raise UnusableError("missing_field:data", "data")
    return [_report(data, reading, test=document.get("test") is True)]


def _report(document: Any, reading: Reading, *, test: bool) -> Report:
    track = read_shape(schema.Track, document)
    number = fields.identifier(track.tracking_number, "tracking_number")
    if track.tracking_status is None:
        raise UnusableError("missing_field:tracking_status", "tracking_status")
    present = replace(_scan(track.tracking_status, track, number, reading), expected_at=_eta(track, reading))
    if not present.raw:
        raise UnusableError("missing_field:status", "tracking_status.status")
    history = [_scan(status, track, number, reading) for status in track.tracking_history or []]
    return Report(
        tracking_number=number,
        source_time=present.occurred_at,
        facts=with_history(present, history),
        flags=tuple(_flags(present, test=test)),
    )


def _scan(status: schema.Status, track: schema.Track, number: str, reading: Reading) -> ParcelScanned:
    raw = fields.text(status.status)
    return ParcelScanned(
        tracking_number=number,
        carrier=fields.text(track.carrier),
        status=STATUSES.get(raw, ScanStatus.UNKNOWN),
        raw=raw,
        occurred_at=fields.optional_timestamp(
            status.status_date, "status_date", received_at=reading.received_at
        ),
    )


def _eta(track: schema.Track, reading: Reading) -> datetime | None:
    return fields.optional_timestamp(track.eta, "eta", received_at=reading.received_at + DELIVERY_AHEAD)


def _flags(present: ParcelScanned, *, test: bool) -> Iterator[str]:
    if test:
        yield "test"
    if present.raw not in STATUSES:
        yield "unmapped_status"
