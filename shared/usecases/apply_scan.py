"""Apply what is told of a parcel to the orders that its tracking number points to; without one it waits."""

from __future__ import annotations

from shared.orders.changes import Input, Outcome
from shared.orders.facts import Report
from shared.orders.model import connection_of
from shared.storage import keys
from shared.storage.orders_table import StoreBusyError
from shared.usecases.apply_input import Applied, apply_input
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.parcel_owners import owners_of
from shared.usecases.park_input import park_input


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
    *others, last = orders if len(orders) == 1 else owners_of(orders, report, desk.store)
    for order_id in others:
        _apply_to(order_id, entry, receipt_id, desk)
    # The one that waited is forgotten with the last of them: what ends before comes again.
    return _apply_to(last, entry, receipt_id, desk, parked_pk)


def _apply_to(order_id: str, entry: Input, receipt_id: str, desk: InboxDesk, parked_pk: str = "") -> Applied:
    return apply_input(
        order_id,
        entry,
        rules=desk.connections.get(connection_of(order_id)).rules(),
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
        receipt_id=receipt_id,
        parked_pk=parked_pk,
    )
