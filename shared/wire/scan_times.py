"""Times as tracking services pass them on: often as the carrier wrote them, without a zone or an hour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

DELIVERY_AHEAD = timedelta(days=365)
"""How far ahead an expected delivery may lie."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ZONED = re.compile(r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SECONDS = 10**11


@dataclass(frozen=True, slots=True)
class ScanTime:
    """When something was scanned, UTC; ``flag`` says what is odd about it, "" where nothing is."""

    moment: datetime | None
    flag: str = ""


def scan_time(value: Any, where: str, reading: Reading, *, ahead: timedelta = timedelta(0)) -> ScanTime:
    """Return the time that ``value`` tells, and no more than it tells.

    * nothing: no time;
    * a day: its midnight in the connection's zone, flagged ``date_only``;
    * without a zone: in the connection's, flagged ``ambiguous_time`` in an hour that comes twice;
    * either of them where the connection has no zone: no time, flagged ``zoneless_time``.

    Raises UnusableError ``invalid_timestamp`` for anything else. ``ahead`` is how far in the
    future it may lie.
    """
    if value is None or value == "":
        return ScanTime(None)
    received_at = reading.received_at + ahead
    if isinstance(value, str) and _DAY.fullmatch(value):
        value, flag = f"{value}T00:00:00", "date_only"
    elif isinstance(value, str) and not _ZONED.search(value):
        flag = ""
    else:
        return ScanTime(fields.timestamp(value, where, received_at=received_at))
    if reading.zone is None:
        # What is no time in any zone is refused all the same.
        fields.timestamp(f"{value}Z", where, received_at=received_at)
        return ScanTime(None, "zoneless_time")
    moment = fields.timestamp(value, where, received_at=received_at, zone=reading.zone)
    if not flag and fields.is_ambiguous(value, reading.zone):
        flag = "ambiguous_time"
    return ScanTime(moment, flag)


def unix_time(value: Any, where: str, reading: Reading) -> datetime | None:
    """Return the time of so many seconds since 1970, None for nothing. Raises UnusableError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value < _MOST_SECONDS:
        raise UnusableError("invalid_timestamp", where)
    moment = _EPOCH + timedelta(microseconds=int(value * 1_000_000))
    return fields.timestamp(moment.isoformat(), where, received_at=reading.received_at)
