"""Answers of UPS's Track API in our words: ``GET /api/track/v1/details/{inquiryNumber}``.

By Tracking.yaml (UPS-API/api-documentation on GitHub): an answer holds a parcel's activities, the most recent
first, each with the code that an event has, too. Of the earlier ones is kept what the present one does not
imply (:mod:`shared.wire.scan_history`). ``currentStatus`` is not read: its examples hold other codes, and
days. Of the parcels of a shipment only the one that was asked for is reported: each can be asked for.

The specification shows ``gmtTime`` without a leading zero (``74700``), answers show it with colons as well
(``20:04:35``): both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.carriers.ups import schema
from shared.carriers.ups.codes import CARRIER, STATUS_CODES
from shared.carriers.ups.moments import day_of, time_of
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.scan_history import with_history
from shared.wire.scan_times import DELIVERY_AHEAD, ScanTime, scan_time
from shared.wire.shapes import read_shape

ANSWER = "trackResponse"

_TIME = re.compile(r"([0-9]{1,2}):?([0-9]{2}):?([0-9]{2})", re.ASCII)
_SCHEDULED = ("RDD", "SDD")  # rescheduled, scheduled: the first that is there


def normalize(document: dict[str, Any], reading: Reading) -> list[Report]:
    """Return what an answer says. Raises UnusableError, and IrrelevantError where it knows nothing yet."""
    answer = read_shape(schema.TrackAnswer, document).answer
    reports = [
        _report(number, package, reading)
        for shipment in answer.shipments or []
        for number, package in _asked_for(shipment)
        if package.activities
    ]
    if not reports:
        # Also the answer 200 with a warning instead of parcels.
        raise IrrelevantError("nothing is known of the parcel yet")
    return reports


def _asked_for(shipment: schema.TrackedShipment) -> Iterator[tuple[str, schema.TrackedPackage]]:
    inquiry, packages = fields.text(shipment.inquiry_number), shipment.packages or []
    for package in packages:
        number = fields.text(package.tracking_number)
        # The specification's own example has no number beside the inquiry's.
        if number == inquiry or (not number and len(packages) == 1):
            yield fields.identifier(inquiry, "inquiryNumber"), package


def _report(number: str, package: schema.TrackedPackage, reading: Reading) -> Report:
    activities = package.activities or []
    times = [_moment(activity, reading) for activity in activities]
    scans = [_scan(number, activity, at) for activity, at in zip(activities, times, strict=True)]
    present, *history = scans
    if not present.raw:
        raise UnusableError("missing_field:code", "activity.status.code")
    return Report(
        tracking_number=number,
        source_time=present.occurred_at,
        facts=with_history(replace(present, expected_at=_expected(package, reading)), history),
        flags=tuple(_flags(present, times)),
    )


def _scan(number: str, activity: schema.Activity, at: ScanTime) -> ParcelScanned:
    code = fields.text(activity.status.code)
    return ParcelScanned(
        tracking_number=number,
        carrier=CARRIER,
        status=STATUS_CODES.get(code, ScanStatus.UNKNOWN),
        raw=code,
        occurred_at=at.moment,
    )


def _moment(activity: schema.Activity, reading: Reading) -> ScanTime:
    """Return when it happened: by GMT, else by the clock at the place, in the connection's zone."""
    if activity.gmt_day and activity.gmt_time:
        value = f"{day_of(activity.gmt_day, 'gmtDate')}T{_time(activity.gmt_time, 'gmtTime')}Z"
        return scan_time(value, "gmtDate", reading)
    if activity.day and activity.time:
        value = f"{day_of(activity.day, 'date')}T{time_of(activity.time, 'time')}"
        return scan_time(value, "date", reading)
    return ScanTime(None)


def _time(value: Any, where: str) -> str:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UnusableError("invalid_timestamp", where)
    return ":".join(part.zfill(2) for part in found.groups())


def _expected(package: schema.TrackedPackage, reading: Reading) -> datetime | None:
    days = {fields.text(entry.type): entry.date for entry in package.delivery_dates or []}
    day = next((days[kind] for kind in _SCHEDULED if days.get(kind)), None)
    if day is None:
        return None
    return scan_time(day_of(day, "deliveryDate"), "deliveryDate", reading, ahead=DELIVERY_AHEAD).moment


def _flags(present: ParcelScanned, times: Iterable[ScanTime]) -> Iterator[str]:
    yield from dict.fromkeys(at.flag for at in times if at.flag)
    if present.raw not in STATUS_CODES:
        yield "unmapped_status"
