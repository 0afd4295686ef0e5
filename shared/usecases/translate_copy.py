"""What a back-office shop says of its copy, as words about the order that the copy stands for.

The shop knows what was shipped, and whether it called the order off. Whose order it is, what it costs and
whether it is paid or refunded is known to the source's own channel alone: an order read back from the shop
never overwrites its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared.orders.facts import Fact, PackageReported, ParcelScanned, Report, StatusReported, StatusWord
from shared.orders.model import external_id_of
from shared.storage.copies import Copy


def translate(report: Report, copy: Copy, shop: str) -> Report:
    """Return ``report`` of the copy as one of its source, where parcels are known by shop and id."""
    return replace(
        report,
        facts=tuple(_facts(report, copy, shop)),
        order_external_id=external_id_of(copy.source),
        source_order="",
    )


def _facts(report: Report, copy: Copy, shop: str) -> Iterator[Fact]:
    for fact in report.facts:
        if isinstance(fact, PackageReported):
            yield replace(fact, package_id=f"{shop}:{fact.package_id}", contents=_contents(fact, copy))
        elif isinstance(fact, ParcelScanned) and fact.package_id:
            yield replace(fact, package_id=f"{shop}:{fact.package_id}")
        elif isinstance(fact, StatusReported) and fact.word is StatusWord.CANCELED:
            yield fact


def _contents(fact: PackageReported, copy: Copy) -> tuple[tuple[str, int], ...] | None:
    if fact.contents is None or not copy.lines:
        return None
    return tuple((copy.lines[line], count) for line, count in fact.contents if line in copy.lines)
