"""Single values from outside, read strictly: ids, amounts, quantities, times, text.

Each function takes the raw value and the field's name, and returns the normalised value or
raises :class:`~shared.wire.errors.UnusableError`. Nothing is guessed: what pydantic or
``Decimal`` would quietly accept ("1_000", Arabic digits, " 12 ", True) is refused.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shared.orders.money import smallest_of
from shared.wire.errors import UnusableError

MAX_ID_LENGTH = 200
# Ids become keys, percent-escaped: three bytes for one, and DynamoDB takes 1,024 of them in a sort key.
MAX_ID_BYTES = 300
MAX_TEXT_LENGTH = 2_000
MAX_LINES = 1_000
MAX_QUANTITY = 1_000_000

_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?", re.ASCII)
_LONG_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,20})?", re.ASCII)
_POINT_FOR_COMMA = str.maketrans(",.", ".,")  # so that a point is as good as a comma was: refused
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"(Z|z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
# Line breaks and all other control characters: entities may bring in what strict_json has taken out.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
EARLIEST_YEAR = 2000
LATEST_AHEAD = timedelta(days=1)


def identifier(value: Any, where: str) -> str:
    """Return an id as a string: 123 and "123" are the same. At most 200 characters, 300 bytes of UTF-8."""
    if value is None:
        raise UnusableError(f"missing_field:{where}", where)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise UnusableError("invalid_id", where)
    text_value = str(value).strip()
    if not text_value:
        raise UnusableError(f"missing_field:{where}", where)
    if not fits_a_key(text_value):
        raise UnusableError("invalid_id", where)
    return text_value


def fits_a_key(text_value: str) -> bool:
    """Return whether an id is short enough to be part of a key."""
    return (
        len(text_value) <= MAX_ID_LENGTH and len(text_value.encode("utf-8", "surrogatepass")) <= MAX_ID_BYTES
    )


def optional_identifier(value: Any, where: str) -> str:
    """Return :func:`identifier`, or "" where there is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    return identifier(value, where)


def currency(value: Any, where: str = "currency") -> str:
    """Return an ISO 4217 code in upper case."""
    if value is None or value == "":
        raise UnusableError(f"missing_field:{where}", where)
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise UnusableError("invalid_currency", where)
    return value.upper()


def amount(
    value: Any, currency_code: str, where: str, *, negative: bool = False, decimal_comma: bool = False
) -> Decimal:
    """Return money in major units. More digits than the currency has are refused, zeros excepted.

    With ``decimal_comma`` a text has the comma for its decimal sign and no point at all: "1.234"
    is a thousand to one shop and little more than one to another. JSON numbers keep their point.
    """
    parsed = _decimal(value, where, _AMOUNT, decimal_comma=decimal_comma)
    if parsed < 0 and not negative:
        raise UnusableError("invalid_amount", where)
    in_steps = parsed.quantize(smallest_of(currency_code))
    if parsed != in_steps:
        raise UnusableError("invalid_amount", where)
    return in_steps


def fine_amount(value: Any, where: str, *, negative: bool = False, decimal_comma: bool = False) -> Decimal:
    """Return a tax or unit figure, which may be finer than the currency (kept, never rounded).

    ``decimal_comma`` as in :func:`amount`.
    """
    parsed = _decimal(value, where, _LONG_AMOUNT, decimal_comma=decimal_comma)
    if parsed < 0 and not negative:
        raise UnusableError("invalid_amount", where)
    return parsed


def _decimal(value: Any, where: str, pattern: re.Pattern[str], *, decimal_comma: bool) -> Decimal:
    if value is None:
        raise UnusableError(f"missing_field:{where}", where)
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise UnusableError("invalid_amount", where)
    text_value = format(value, "f") if isinstance(value, Decimal) else str(value)
    if decimal_comma and isinstance(value, str):
        text_value = value.translate(_POINT_FOR_COMMA)
    if not pattern.fullmatch(text_value):
        raise UnusableError("invalid_amount", where)
    parsed = Decimal(text_value)
    return parsed or parsed.copy_abs()  # shops write "-0.00"; nobody wants to read it


def quantity(value: Any, where: str, *, zero: bool = False) -> int:
    """Return a number of pieces, a positive whole JSON number (0 only where ``zero``)."""
    if value is None:
        raise UnusableError(f"missing_field:{where}", where)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnusableError("invalid_quantity", where)
    if value < (0 if zero else 1) or value > MAX_QUANTITY:
        raise UnusableError("invalid_quantity", where)
    return value


def timestamp(value: Any, where: str, *, received_at: datetime, zone: ZoneInfo | None = None) -> datetime:
    """Return a UTC time from ISO 8601 text. Zone-less text needs the channel's ``zone``.

    In the hour that a clock change repeats the first one is taken (``fold=0``). Numbers,
    impossible dates, second 60 and times more than a day after ``received_at`` are refused.
    """
    if value is None or value == "":
        raise UnusableError(f"missing_field:{where}", where)
    match = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise UnusableError("invalid_timestamp", where)
    day, clock, fraction, offset = match.groups()
    if offset is None and zone is None:
        raise UnusableError("invalid_timestamp", where)
    try:
        parsed = datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7]}{offset or ''}".upper())
    except ValueError:
        raise UnusableError("invalid_timestamp", where) from None
    if offset is None:
        parsed = parsed.replace(tzinfo=zone)
    try:
        parsed = parsed.astimezone(UTC)
    except OverflowError:  # the first or the last hours of the calendar
        raise UnusableError("invalid_timestamp", where) from None
    return _plausible(parsed, where, received_at)


def optional_timestamp(
    value: Any, where: str, *, received_at: datetime, zone: ZoneInfo | None = None
) -> datetime | None:
    """Return :func:`timestamp`, or None where there is none."""
    if value is None or value == "":
        return None
    return timestamp(value, where, received_at=received_at, zone=zone)


def is_ambiguous(value: str, zone: ZoneInfo) -> bool:
    """True where zone-less ``value`` lies in an hour that the zone's clock shows twice."""
    first = datetime.fromisoformat(value).replace(tzinfo=zone).utcoffset()
    second = datetime.fromisoformat(value).replace(tzinfo=zone, fold=1).utcoffset()
    # In an hour that the clock leaves out it is the other way round.
    return first is not None and second is not None and first > second


def _plausible(value: datetime, where: str, received_at: datetime) -> datetime:
    if value.year < EARLIEST_YEAR or value > received_at + LATEST_AHEAD:
        raise UnusableError("invalid_timestamp", where)
    return value


def text(value: Any, *, entities: bool = False) -> str:
    """Return one line of text, "" for nothing. Control characters become spaces; ``entities`` are decoded."""
    if value is None:
        return ""
    if not isinstance(value, str):
        value = str(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else ""
    if entities:
        value = html.unescape(value)
    # What is printable holds no break, and nearly every text is.
    line: str = value if value.isprintable() else _BREAKS.sub(" ", value)
    return line.strip()[:MAX_TEXT_LENGTH]
