"""Amounts and times as text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from shared.orders.money import currency_digits, in_currency


def amount_text(amount: Decimal, currency: str) -> str:
    """Return an amount in major units, with all digits of its currency; finer ones are kept."""
    fine = -int(amount.as_tuple().exponent) > currency_digits(currency)
    return format(amount if fine else in_currency(amount, currency), "f")


def time_text(at: datetime | None) -> str | None:
    """Return a time in UTC, None for none."""
    return at.astimezone(UTC).isoformat() if at is not None else None
