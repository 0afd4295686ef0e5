"""Apply what is told of a parcel to the order that its tracking number points to; without one it waits."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.orders.changes import Input, Outcome
from shared.orders.facts import Report
from shared.orders.model import connection_of
from shared.storage import keys
from shared.storage.orders_table import StoreBusyError
from shared.usecases.apply_input import Applied, apply_input
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.park_input import park_input

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def apply_scan(entry: Input, report: Report, receipt_id: str, desk: InboxDesk, parked_pk: str) -> Applied:
    """Apply what was told of a parcel, or let it wait.

    Raises StoreBusyError, LostRaceError, UnknownConnectionError.
    """
    orders = desk.store.orders_of_parcel(report.tracking_number)
    if not orders:
        if parked_pk:
            return Applied(outcome=Outcome.PARKED, reason="unknown_parcel", order_id="")
        pk = keys.tracking_pk(report.tracking_number)
        parked = park_input(entry, pk, keys.PARCEL, "unknown_parcel", receipt_id=receipt_id, desk=desk)
        if parked is not None:
            return parked
        orders = desk.store.orders_of_parcel(report.tracking_number)
        if not orders:
            raise StoreBusyError("the parcel is being written")
    order_id = orders[0] if len(orders) == 1 else _owner_of(orders, report, desk)
    owner = desk.connections.get(connection_of(order_id))
    return apply_input(
        order_id,
        entry,
        rules=owner.rules(),
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
        receipt_id=receipt_id,
        parked_pk=parked_pk,
    )


def _owner_of(orders: tuple[str, ...], report: Report, desk: InboxDesk) -> str:
    """Return the order whose parcel a re-used tracking number means: the last one shipped before the scan."""
    number = keys.tracking_pk(report.tracking_number)
    candidates: list[tuple[bool, datetime, str]] = []
    for order_id in orders:
        order = desk.store.read(order_id).order
        for package in order.packages if order else ():
            if package.tracking_number and keys.tracking_pk(package.tracking_number) == number:
                shipped = package.told_at or EARLIEST
                before = report.source_time is None or shipped <= report.source_time
                candidates.append((before, shipped, order_id))
    return max(candidates)[2] if candidates else orders[-1]
