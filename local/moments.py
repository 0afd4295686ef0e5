"""Moments: the one that is typed, and the samples' own, laid over the day that ends now.

The payloads in ``events/`` tell a story of a week in the past. The hub refuses what comes from
the future and writes no mails about what is long over, so the demo moves the story: all
moments of all its files, in their order, evenly over the last day. What came first still
comes first, and the same moment is the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from local.errors import LocalError

_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_DAY = timedelta(days=1)
_LATER = re.compile(r"\+([0-9]{1,4})([smhd])", re.ASCII)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": _DAY}


def moment_of(time: str | None, now: datetime, option: str = "--time") -> datetime:
    """Return what was typed after ``option``, or ``now`` where nothing was. Raises LocalError.

    ``+5m`` is five minutes from now; there are s, m, h, and d as well.
    """
    later = _LATER.fullmatch(time or "")
    if later:
        return now + int(later[1]) * _UNITS[later[2]]
    try:
        moment = datetime.fromisoformat(time) if time else now
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise LocalError(
            f"{option} takes ISO 8601 with an offset, such as 2026-01-31T12:00:00Z, or +5m, not {time!r}."
        )
    return moment


def lay_over_a_day(payloads: Mapping[str, bytes], now: datetime) -> dict[str, bytes]:
    """Return the payloads by name with every moment moved; everything else is left byte for byte."""
    ranks = _ranks(payloads.values())
    step = _DAY / (len(ranks) + 1)
    start = now.astimezone(UTC).replace(microsecond=0) - _DAY

    def moved(match: re.Match[bytes]) -> bytes:
        written = match.group().decode("ascii")
        moment = start + step * (ranks[_read(written)] + 1)
        return _write(moment.replace(microsecond=0), like=written).encode("ascii")

    return {name: _MOMENT.sub(moved, payload) for name, payload in payloads.items()}


def _ranks(payloads: Iterable[bytes]) -> dict[datetime, int]:
    found = {_read(text.decode("ascii")) for payload in payloads for text in _MOMENT.findall(payload)}
    return {moment: rank for rank, moment in enumerate(sorted(found))}


def _read(text: str) -> datetime:
    """Read a moment; without an offset it is UTC, as the fields of that form are that anybody reads."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _write(moment: datetime, *, like: str) -> str:
    """Write ``moment`` with the offset that ``like`` has, Z or none."""
    offset = datetime.fromisoformat(like).tzinfo
    if offset is None:
        return moment.replace(tzinfo=None).isoformat()
    text = moment.astimezone(offset).isoformat()
    return text.replace("+00:00", "Z") if like.endswith("Z") else text
