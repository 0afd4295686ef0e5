"""List orders, the latest placed first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.orders.model import connection_of
from shared.orders.statuses import Status
from shared.storage import keys
from shared.storage.lists import ListedOrder, OrderLists, OrderRow

# A filter that its index does not answer by itself is looked for among so many, so often: the work of
# one page has a bound, whatever is stored.
LOOK = 200
MAX_LOOKS = 5
MAX_AMONG = LOOK * MAX_LOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """Which orders. ``after`` is the position of the page before, "" for the first page.

    ``among``: the ids of the only orders that are looked at, for those of one number or of one customer.
    """

    connection: str = ""
    status: Status | None = None
    attention: bool = False
    among: tuple[str, ...] | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One page. ``next`` is where the next begins, "" at the end. A page may be short and yet have a next."""

    rows: tuple[OrderRow, ...]
    next: str


def list_orders(query: OrderQuery, lists: OrderLists) -> OrderPage:
    """Return one page: with one filter or none, one query and one batch. Raises StoreBusyError."""
    if query.among is not None:
        return _among(query.among, query, lists)
    index, value = _narrowest(query)
    filters = sum((bool(query.connection), query.status is not None, query.attention))
    is_answered = filters <= 1
    look = query.limit if is_answered else LOOK
    rows: list[OrderRow] = []
    after = query.after
    for _ in range(1 if is_answered else MAX_LOOKS):
        listed = lists.listed(index, value, after=after, limit=look + 1)
        for row in _fitting(listed[:look], query, lists):
            if len(rows) == query.limit:
                return OrderPage(rows=tuple(rows), next=rows[-1].at)
            rows.append(row)
        if len(listed) <= look:
            return OrderPage(rows=tuple(rows), next="")
        after = listed[look - 1].at
    return OrderPage(rows=tuple(rows), next=after)


def _among(ids: Sequence[str], query: OrderQuery, lists: OrderLists) -> OrderPage:
    """Return a page of few orders, which are read and sorted anew for each page."""
    listed = [ListedOrder(order_id, "") for order_id in ids[:MAX_AMONG]]
    rows = [
        replace(row, at=keys.list_at(row.order.id, row.order.placed_at))
        for row in _fitting(listed, replace(query, limit=LOOK), lists)
    ]
    found = sorted(
        (row for row in rows if not query.after or row.at < query.after), key=lambda row: row.at, reverse=True
    )
    page = tuple(found[: query.limit])
    return OrderPage(rows=page, next=page[-1].at if len(found) > len(page) else "")


def _fitting(listed: Sequence[ListedOrder], query: OrderQuery, lists: OrderLists) -> Iterator[OrderRow]:
    """Yield the rows that fit, read a page at a time: most often the first is enough."""
    wanted = [entry for entry in listed if query.connection in ("", connection_of(entry.order_id))]
    for start in range(0, len(wanted), query.limit):
        for row in lists.rows(wanted[start : start + query.limit]):
            if _fits(row, query):
                yield row


def _narrowest(query: OrderQuery) -> tuple[str, str]:
    """Return the index that leaves the least to be filtered, and its partition."""
    if query.attention:
        return "attention", keys.WANTS_ATTENTION
    if query.status is not None:
        return "status", query.status.value
    if query.connection:
        return "connection", query.connection
    return "listed", keys.ALL_ORDERS


def _fits(row: OrderRow, query: OrderQuery) -> bool:
    # The index follows the table by moments: what has left the list meanwhile is not shown.
    if query.status is not None and row.order.status is not query.status:
        return False
    return not query.attention or bool(row.order.attention)
