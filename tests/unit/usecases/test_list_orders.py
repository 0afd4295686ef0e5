"""Lists: which index answers, and how far one page looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from shared.orders.model import Attention, Order, order_id
from shared.orders.statuses import Status
from shared.storage import keys
from shared.storage.lists import ListedOrder, OrderRow
from shared.usecases.list_orders import LOOK, MAX_LOOKS, OrderQuery, list_orders
from tests.unit.storage.samples import START, received

SAMPLE = received()[2]


class Lists:
    """Orders in memory, listed as the indexes list them."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders = {order.id: order for order in orders}
        self.looks: list[tuple[str, str, int]] = []
        self.read = 0

    def listed(self, index: str, value: str, *, after: str, limit: int) -> list[ListedOrder]:
        self.looks.append((index, value, limit))
        found = [
            ListedOrder(order.id, keys.list_at(order.id, order.placed_at))
            for order in self.orders.values()
            if value in self._values(index, order)
        ]
        later = [entry for entry in found if not after or entry.at < after]
        return sorted(later, key=lambda entry: entry.at, reverse=True)[:limit]

    def rows(self, listed: Sequence[ListedOrder]) -> list[OrderRow]:
        self.read += len(listed)
        return [OrderRow(self.orders[entry.order_id], "#1", entry.at) for entry in listed]

    @staticmethod
    def _values(index: str, order: Order) -> set[str]:
        return {
            "listed": {"orders"},
            "connection": {order.connection},
            "status": {str(order.status)},
            "attention": {"yes"} if order.attention else set(),
        }[index]


def orders(count: int, connection: str = "shop-one", **changes: object) -> list[Order]:
    return [
        replace(
            SAMPLE,
            id=order_id(connection, str(number)),
            placed_at=START + timedelta(minutes=number),
            **changes,  # type: ignore[arg-type]
        )
        for number in range(count)
    ]


def walk(lists: Lists, query: OrderQuery) -> list[list[str]]:
    """Return the order ids, page by page."""
    pages: list[list[str]] = []
    for _ in range(1_000):
        page = list_orders(query, lists)  # type: ignore[arg-type]
        pages.append([row.order.id for row in page.rows])
        if not page.next:
            return pages
        query = replace(query, after=page.next)
    raise AssertionError("endless")


def test_each_filter_has_an_index_of_its_own() -> None:
    lists = Lists(orders(3))
    for query in (
        OrderQuery(),
        OrderQuery(connection="shop-one"),
        OrderQuery(status=Status.SHIPPED),
        OrderQuery(attention=True),
    ):
        list_orders(query, lists)  # type: ignore[arg-type]
    assert [look[:2] for look in lists.looks] == [
        ("listed", "orders"),
        ("connection", "shop-one"),
        ("status", "shipped"),
        ("attention", "yes"),
    ]


def test_a_page_costs_one_look_and_its_own_rows_however_many_there_are() -> None:
    for count in (60, 6_000):
        lists = Lists(orders(count))
        page = list_orders(OrderQuery(limit=50), lists)  # type: ignore[arg-type]
        assert (len(page.rows), lists.looks, lists.read) == (50, [("listed", "orders", 51)], 50)


def test_the_latest_come_first_and_pages_end_where_the_list_ends() -> None:
    lists = Lists(orders(5))
    ids = [f"shop-one:{number}" for number in (4, 3, 2, 1, 0)]
    assert walk(lists, OrderQuery(limit=2)) == [ids[:2], ids[2:4], ids[4:]]
    assert walk(lists, OrderQuery(limit=5)) == [ids]
    assert walk(Lists([]), OrderQuery()) == [[]]


def test_orders_of_the_same_second_are_each_shown_once() -> None:
    twins = [replace(order, placed_at=START) for order in orders(7)]
    shown = [order for page in walk(Lists(twins), OrderQuery(limit=2)) for order in page]
    assert sorted(shown) == sorted(order.id for order in twins)


def test_an_order_without_a_time_is_listed_last() -> None:
    timeless = replace(orders(1, connection="shop-two")[0], placed_at=None)
    assert walk(Lists([timeless, *orders(2)]), OrderQuery())[0][-1] == timeless.id


def test_filters_together_are_looked_for_in_the_narrower_list() -> None:
    mixed = [*orders(30), *orders(30, connection="shop-two"), *orders(5, "shop-three", status=Status.SHIPPED)]
    waiting = OrderQuery(connection="shop-two", status=Status.WAITING_SHIPMENT, limit=7)
    lists = Lists(mixed)
    pages = walk(lists, waiting)
    assert [len(page) for page in pages] == [7, 7, 7, 7, 2]
    assert [order for page in pages for order in page] == [f"shop-two:{n}" for n in reversed(range(30))]
    assert {look[0] for look in lists.looks} == {"status"}
    assert lists.read <= 4 * 30  # other connections' orders are told apart by their keys


def test_a_page_gives_up_after_so_many_looks_and_says_where_to_go_on() -> None:
    rare = orders(1, connection="shop-two")[0]
    many = orders(LOOK * MAX_LOOKS + 10)
    lists = Lists([*[replace(o, placed_at=START + timedelta(days=1 + n)) for n, o in enumerate(many)], rare])
    query = OrderQuery(connection="shop-two", status=Status.WAITING_SHIPMENT)
    page = list_orders(query, lists)  # type: ignore[arg-type]
    assert (page.rows, len(lists.looks), lists.read) == ((), MAX_LOOKS, 0)
    assert page.next
    assert walk(lists, query)[-1] == [rare.id]


def test_what_has_left_the_list_meanwhile_is_not_shown() -> None:
    class Behind(Lists):
        def rows(self, listed: Sequence[ListedOrder]) -> list[OrderRow]:
            moved = {"shop-one:1": {"status": Status.CANCELED}, "shop-one:2": {"attention": ()}}
            return [
                replace(row, order=replace(row.order, **moved.get(row.order.id, {})))  # type: ignore[arg-type]
                for row in super().rows(listed)
            ]

    lists = Behind(orders(4, attention=(Attention("total_mismatch"),)))
    assert walk(lists, OrderQuery(status=Status.WAITING_SHIPMENT)) == [
        ["shop-one:3", "shop-one:2", "shop-one:0"]
    ]
    assert walk(lists, OrderQuery(attention=True)) == [["shop-one:3", "shop-one:1", "shop-one:0"]]
