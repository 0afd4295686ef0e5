"""Amounts and times as text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal


def amount_text(amount: Decimal) -> str:
    """Return an amount in major units."""
    return format(amount, "f")


def time_text(at: datetime | None) -> str | None:
    """Return a time in UTC, None for none."""
    return at.astimezone(UTC).isoformat() if at is not None else None
