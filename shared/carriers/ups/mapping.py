"""UPS's events in our words, by their code (:mod:`shared.carriers.ups.codes`).

An event is of one moment and has no id: repeats are told apart by what they say. What the Track API answers
is read by :mod:`shared.carriers.ups.track`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.carriers.ups import schema, track
from shared.carriers.ups.codes import CARRIER, STATUS_CODES
from shared.carriers.ups.moments import day_of, time_of
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError
from shared.wire.scan_times import DELIVERY_AHEAD, ScanTime, scan_time
from shared.wire.shapes import read_shape

TOPICS = ("",)


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:  # noqa: ARG001
    """Return what an event says, or an answer of the Track API.

    Raises UnusableError, and IrrelevantError for an answer that knows nothing of its parcel yet.
    """
    if isinstance(document, dict) and track.ANSWER in document:
        return track.normalize(document, reading)
    event = read_shape(schema.Event, document)
    number = fields.identifier(event.tracking_number, "tracking_number")
    code = fields.text(event.status.code)
    if not code:
        raise UnusableError("missing_field:code", "activityStatus.code")
    at = _moment(event, reading)
    scan = ParcelScanned(
        tracking_number=number,
        carrier=CARRIER,
        status=STATUS_CODES.get(code, ScanStatus.UNKNOWN),
        raw=code,
        occurred_at=at.moment,
        expected_at=_expected(event, reading),
    )
    flags = ("unmapped_status",) if code not in STATUS_CODES else ()
    return [
        Report(
            tracking_number=number,
            source_time=at.moment,
            facts=(scan,),
            flags=(*flags, at.flag) if at.flag else flags,
        )
    ]


def _moment(event: schema.Event, reading: Reading) -> ScanTime:
    """Return when it happened: by GMT, else by the clock at the place, in the connection's zone."""
    if event.gmt_day and event.gmt_time:
        day, time = day_of(event.gmt_day, "gmtActivityDate"), time_of(event.gmt_time, "gmtActivityTime")
        return scan_time(f"{day}T{time}Z", "gmtActivityDate", reading)
    if event.local_day and event.local_time:
        day, time = (
            day_of(event.local_day, "localActivityDate"),
            time_of(event.local_time, "localActivityTime"),
        )
        return scan_time(f"{day}T{time}", "localActivityDate", reading)
    return ScanTime(None)


def _expected(event: schema.Event, reading: Reading) -> datetime | None:
    if not event.scheduled_day:
        return None
    day = day_of(event.scheduled_day, "scheduledDeliveryDate")
    return scan_time(day, "scheduledDeliveryDate", reading, ahead=DELIVERY_AHEAD).moment
