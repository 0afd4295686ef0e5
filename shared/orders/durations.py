"""Time that passes: elapsed hours and days, and calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime


def add_months(start: datetime, months: int) -> datetime:
    """Return the same day ``months`` later, or that month's last day: 31 August + 6 is 28 February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
