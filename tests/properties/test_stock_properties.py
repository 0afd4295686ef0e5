"""What holds for the stock ledger, whatever is moved, in whatever order, twice, or between two requests.

A state machine lets a few orders and a clerk move a few SKUs. A rival may come in between what a movement
reads and what it writes. After each step the ledger is checked against a recomputation from its own list of
movements, and against a bookkeeping that knows nothing of requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.orders.effects import STOCK_MOVES
from shared.storage import stock_keys
from shared.storage import stock_requests as requests
from shared.storage.stock import Moved, MoveMade, StockLedger
from tests.support.engine import STOCK_INDEXES, Client, Dynamo

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SKUS = ("A", "B", "C")
UNTRACKED = "D"
ORDERS = ("shop:1", "shop:2", "market:1")

kinds = st.sampled_from(sorted(STOCK_MOVES))
orders = st.sampled_from(ORDERS)
counts = st.integers(min_value=0, max_value=6)
pieces = st.dictionaries(st.sampled_from((*SKUS, UNTRACKED)), st.integers(1, 4), min_size=1)
buffers = st.integers(min_value=0, max_value=3)


class AnyStock(RuleBasedStateMachine):
    """A ledger under any movements. ``held`` is the bookkeeping; ``asked`` what may be asked for again."""

    def __init__(self) -> None:
        super().__init__()
        self.database = Dynamo({"stock": STOCK_INDEXES})
        self.ledger = self._ledger(self.database.execute)
        self.held: dict[tuple[str, str], int] = {}
        self.asked: list[tuple[dict[str, Any], MoveMade]] = []
        self.causes = 0

    @staticmethod
    def _ledger(call: Any) -> StockLedger:
        return StockLedger(cast("Any", Client(call)), "stock", lambda _attempt: None)

    @initialize(found=st.tuples(counts, counts, counts))
    def _count_all(self, found: tuple[int, ...]) -> None:
        for sku, count in zip(SKUS, found, strict=True):
            self._count(sku, count)

    def _count(self, sku: str, count: int) -> None:
        self.causes += 1
        level = self.ledger.set_on_hand(
            sku,
            lambda _level: count,
            kind=requests.COUNTED,
            actor="clerk",
            once=f"{self.causes}",
            fingerprint=f"{count}",
            now=NOW,
        )
        assert level is not None
        assert level.on_hand == count

    @rule(sku=st.sampled_from(SKUS), count=counts)
    def count(self, sku: str, count: int) -> None:
        self._count(sku, count)

    @rule(kind=kinds, order=orders, pieces=pieces, buffer=buffers)
    def move(self, kind: str, order: str, pieces: dict[str, int], buffer: int) -> None:
        self._move(self.ledger, self._request(kind, order, pieces, buffer))

    @rule(kind=kinds, order=orders, pieces=pieces, buffer=buffers, rival=orders, taken=pieces)
    def move_while_a_rival_reserves(
        self, kind: str, order: str, pieces: dict[str, int], buffer: int, rival: str, taken: dict[str, int]
    ) -> None:
        comes = [self._request("reserve", rival, taken, 0)]
        self._move(self._meeting(comes), self._request(kind, order, pieces, buffer))

    @rule(sku=st.sampled_from(SKUS), there=st.integers(1, 4), buffer=buffers, data=st.data())
    def two_reserve_the_last_pieces(self, sku: str, there: int, buffer: int, data: st.DataObject) -> None:
        self._count(sku, self._level(sku).reserved + there)
        wanted = {sku: data.draw(st.integers(1, there))}
        taken = {sku: data.draw(st.integers(1, there))}
        comes = [self._request("reserve", ORDERS[1], taken, 0)]
        self._move(self._meeting(comes), self._request("reserve", ORDERS[0], wanted, buffer))

    @rule(sku=st.sampled_from(SKUS), first=kinds, second=kinds, data=st.data())
    def an_order_moves_what_it_holds_twice_at_once(
        self, sku: str, first: str, second: str, data: st.DataObject
    ) -> None:
        self._move(self.ledger, self._request("put_back", ORDERS[0], {sku: 2}, 0))
        comes = [self._request(first, ORDERS[0], {sku: data.draw(st.integers(1, 2))}, 0)]
        self._move(self._meeting(comes), self._request(second, ORDERS[0], {sku: 2}, 0))

    @rule(kind=kinds, order=orders, pieces=pieces, buffer=buffers)
    def move_while_another_worker_does_the_same(
        self, kind: str, order: str, pieces: dict[str, int], buffer: int
    ) -> None:
        asked = self._request(kind, order, pieces, buffer)
        self._move(self._meeting([asked]), asked)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        asked, made = data.draw(st.sampled_from(self.asked))
        before = deepcopy(self.database.tables["stock"].items)
        again = self.ledger.move(**asked)
        assert self.database.tables["stock"].items == before, "a repeat changed something"
        assert (again.moved, again.above) == (made.moved, made.above), "a repeat was told something else"

    def _request(self, kind: str, order: str, pieces: Mapping[str, int], buffer: int) -> dict[str, Any]:
        self.causes += 1
        return {
            "kind": kind,
            "pieces": pieces,
            "order_id": order,
            "cause": f"{self.causes}",
            "at": NOW,
            "now": NOW,
            "buffer": buffer,
        }

    def _meeting(self, comes: list[dict[str, Any]]) -> StockLedger:
        """Return a ledger whose first write comes after what ``comes``."""

        def call(operation: str, parameters: Any) -> Any:
            if operation == "TransactWriteItems" and comes:
                self._move(self.ledger, comes.pop())
            return self.database.execute(operation, parameters)

        return self._ledger(call)

    def _move(self, ledger: StockLedger, asked: dict[str, Any]) -> None:
        made = ledger.move(**asked)
        if all(known["cause"] != asked["cause"] for known, _ in self.asked):
            self._note(asked, made)
        tracked = [sku for sku in asked["pieces"] if sku in SKUS]
        if asked["kind"] == "reserve" and made.moved is Moved.DONE:
            floor = asked["buffer"] if made.above else 0
            assert min(self._level(sku).available for sku in tracked) >= floor, "a reservation oversold"

    def _note(self, asked: dict[str, Any], made: MoveMade) -> None:
        """Keep the books of what each order holds: nothing but the words of the movements."""
        self.asked.append((asked, made))
        if made.moved is not Moved.DONE:
            return
        for sku, count in asked["pieces"].items():
            if sku == UNTRACKED:
                continue
            at = (asked["order_id"], sku)
            has = self.held.get(at, 0)
            if asked["kind"] in ("reserve", "put_back"):
                self.held[at] = has + count
            elif asked["kind"] in ("give_back", "take"):
                self.held[at] = max(has - count, 0)

    def _level(self, sku: str) -> requests.Level:
        level = self.ledger.level(sku)
        assert level is not None
        return level

    def _movements(self, sku: str) -> list[requests.Movement]:
        return [
            requests.read_movement(item)
            for (pk, sk), item in self.database.tables["stock"].items.items()
            if pk == stock_keys.sku_pk(sku) and sk.startswith(stock_keys.MOVE)
        ]

    @invariant()
    def what_orders_hold_is_what_is_reserved(self) -> None:
        for sku in SKUS:
            held = {order: self.ledger.held(order, [sku]).get(sku, 0) for order in ORDERS}
            assert held == {order: self.held.get((order, sku), 0) for order in ORDERS}
            assert self._level(sku).reserved == sum(held.values()) >= 0

    @invariant()
    def what_is_available_is_neither_reserved_nor_gone(self) -> None:
        for sku in SKUS:
            level = self._level(sku)
            assert level.available == level.on_hand - level.reserved

    @invariant()
    def a_level_is_the_sum_of_its_movements(self) -> None:
        for sku in SKUS:
            moves = self._movements(sku)
            level = self._level(sku)
            assert level.on_hand == sum(move.on_hand for move in moves)
            assert level.reserved == sum(move.reserved for move in moves)

    @invariant()
    def what_nobody_counted_is_not_there(self) -> None:
        assert self.ledger.level(UNTRACKED) is None
        assert self._movements(UNTRACKED) == []


def test_the_ledger_keeps_its_promises_whatever_is_moved() -> None:
    run_state_machine_as_test(
        AnyStock,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
