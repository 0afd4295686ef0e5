"""Which orders a carrier speaks of, where several have a parcel with the same number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.orders.facts import Report
from shared.orders.statuses import PackageStatus
from shared.orders.workbench import UNDERWAY
from shared.storage import keys
from shared.storage.store import OrderStore

TOGETHER = timedelta(days=14)
"""How far apart two orders may have left, or been placed, that are in one parcel."""
_UNDERWAY = UNDERWAY | {PackageStatus.READY_TO_SHIP}
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def owners_of(orders: tuple[str, ...], report: Report, store: OrderStore) -> list[str]:
    """Return the orders whose parcel a number means that several have.

    Carriers use numbers again: it means the last one that left before the scan. Merchants put two orders into
    one parcel: it means those as well that left at about that time and are still underway.
    """
    number = keys.tracking_pk(report.tracking_number)
    candidates: list[tuple[bool, datetime, str, bool]] = []
    for order_id in orders:
        order = store.read(order_id).order
        for package in order.packages if order else ():
            if order and package.tracking_number and keys.tracking_pk(package.tracking_number) == number:
                # When it left is known where its channel said so; it was ordered before in any case.
                left = package.told_at or order.placed_at or EARLIEST
                before = report.source_time is None or left <= report.source_time
                candidates.append((before, left, order_id, package.status in _UNDERWAY))
    if not candidates:
        return [orders[-1]]
    before, left, meant, _ = max(candidates)
    together = [
        order_id
        for is_before, at, order_id, is_underway in candidates
        if is_underway and is_before == before and left - at <= TOGETHER
    ]
    return list(dict.fromkeys([*together, meant]))
