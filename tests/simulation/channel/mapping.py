"""The simulated channel's mapping: a document names reports that the schedule has made beforehand."""

from __future__ import annotations

from typing import Any

from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError

REPORTS: dict[str, list[Report]] = {}


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return the reports of a document."""
    if "reports" in document:
        return REPORTS[document["reports"]]
    if "irrelevant" in document:
        raise IrrelevantError("not_about_orders")
    raise UnusableError("missing_field:order_id")
