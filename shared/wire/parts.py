"""How much one document may say: time and space to apply it grow faster than it does."""

from __future__ import annotations

from shared.orders.facts import PackageReported, RefundReported, Report
from shared.wire.errors import UnusableError

MOST_PARTS = 2_000
"""Of one kind, in a report: an order has at most 1,000 lines, and each may be in two parcels or refunds."""


def check_parts(report: Report) -> None:
    """Raise UnusableError where a report has too many refunds, packages, scans, or lines of them."""
    parts: dict[type, int] = {}
    for fact in report.facts:
        lines: tuple[object, ...] | None = ()
        if isinstance(fact, RefundReported):
            lines = fact.lines
        elif isinstance(fact, PackageReported):
            lines = fact.contents
        kind = type(fact)
        parts[kind] = parts.get(kind, 0) + (len(lines) if lines else 1)
    if max(parts.values(), default=0) > MOST_PARTS:
        raise UnusableError("too_large", "facts")
