"""How much one document may say: time and space to apply it grow faster than it does."""

from __future__ import annotations

from collections import Counter

from shared.orders.facts import PackageReported, RefundReported, Report
from shared.wire.errors import UnusableError

MOST_PARTS = 2_000
"""Of one kind, in a report: an order has at most 1,000 lines, and each may be in two parcels or refunds."""


def check_parts(report: Report) -> None:
    """Raise UnusableError where a report has too many refunds, packages, scans, or lines of them."""
    parts: Counter[type] = Counter()
    for fact in report.facts:
        lines: tuple[object, ...] | None = ()
        if isinstance(fact, RefundReported):
            lines = fact.lines
        elif isinstance(fact, PackageReported):
            lines = fact.contents
        parts[type(fact)] += max(1, len(lines or ()))
    if any(count > MOST_PARTS for count in parts.values()):
        raise UnusableError("too_large", "facts")
