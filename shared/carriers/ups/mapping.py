"""UPS's events in our words: by their code.

The codes are those of karrio's connector (karrioapi/karrio on GitHub), which UPS's own list does not
publish in one place. Among them stand UPS's types (D, I, M, MV, X): they are no codes, and are left out.
Type D alone says nothing: it is said of parcels that are loaded, out for delivery, and delivered.

An event is of one moment and has no id: repeats are told apart by what they say.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from shared.carriers.ups import schema
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError
from shared.wire.scan_times import DELIVERY_AHEAD, ScanTime, scan_time
from shared.wire.shapes import read_shape

TOPICS = ("",)
CARRIER = "ups"

_CODES_OF = {
    ScanStatus.PENDING: ("MP", "XD", "OA", "DD"),
    ScanStatus.PICKED_UP: ("OR", "PU", "OC", "OG"),
    ScanStatus.IN_TRANSIT: ("DP", "AA", "AR", "AF", "AL", "DS", "IH", "AP"),
    ScanStatus.OUT_FOR_DELIVERY: ("OT", "OD", "OF", "DL"),
    ScanStatus.DELIVERED: ("FS", "KB", "F4"),
    ScanStatus.ON_HOLD: ("EX", "HX", "HD", "HI", "HS", "HU", "NH"),
    ScanStatus.DELIVERY_FAILED: ("RF", "UR", "UF", "CC"),
    ScanStatus.DELIVERY_DELAYED: ("DY", "DE", "SD"),
    ScanStatus.READY_FOR_PICKUP: ("RP", "UU", "AC", "WC"),
    ScanStatus.CANCELLED: ("VD", "CA", "CN", "CV"),
}
STATUS_CODES = {code: status for status, codes in _CODES_OF.items() for code in codes}
"""All codes that are known. Others are unknown."""

_DAY = re.compile(r"[0-9]{8}", re.ASCII)
_TIME = re.compile(r"[0-9]{6}", re.ASCII)


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:  # noqa: ARG001
    """Return what an event says. Raises UnusableError."""
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
        day, time = _day(event.gmt_day, "gmtActivityDate"), _time(event.gmt_time, "gmtActivityTime")
        return scan_time(f"{day}T{time}Z", "gmtActivityDate", reading)
    if event.local_day and event.local_time:
        day, time = _day(event.local_day, "localActivityDate"), _time(event.local_time, "localActivityTime")
        return scan_time(f"{day}T{time}", "localActivityDate", reading)
    return ScanTime(None)


def _expected(event: schema.Event, reading: Reading) -> datetime | None:
    if not event.scheduled_day:
        return None
    day = _day(event.scheduled_day, "scheduledDeliveryDate")
    return scan_time(day, "scheduledDeliveryDate", reading, ahead=DELIVERY_AHEAD).moment


def _day(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise UnusableError("invalid_timestamp", where)
    return f"{value[:4]}-{value[4:6]}-{value[6:]}"


def _time(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise UnusableError("invalid_timestamp", where)
    return f"{value[:2]}:{value[2:4]}:{value[4:]}"
