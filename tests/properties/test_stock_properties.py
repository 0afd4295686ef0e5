"""The stock ledger under any interleaving of movements, repeats and counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.storage import stock_requests as requests
from shared.storage.stock import Moved, MoveMade, StockLedger
from tests.support.engine import STOCK_INDEXES, Client, Dynamo

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SKUS = ("A", "B")
ORDERS = ("shop:1", "shop:2", "shop:3")
MOVES = st.sampled_from(sorted(requests.SHIFTS))
PIECES = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 4), min_size=1)

Movement = tuple[str, dict[str, int], str, str]


class StockMachine(RuleBasedStateMachine):
    """Three orders, two SKUs, movements in any order, any of them again."""

    def __init__(self) -> None:
        super().__init__()
        self.database = Dynamo({"stock": STOCK_INDEXES})
        client = cast("Any", Client(self.database.execute))
        self.ledger = StockLedger(client, "stock", lambda _attempt: None)
        self.made: list[tuple[Movement, MoveMade]] = []
        self.counts = 0

    @initialize()
    def count_all(self) -> None:
        for sku in SKUS:
            self.count(sku, 5)

    @rule(sku=st.sampled_from(SKUS), on_hand=st.integers(0, 9))
    def count(self, sku: str, on_hand: int) -> None:
        self.counts += 1
        self.ledger.set_on_hand(
            sku,
            lambda _level: on_hand,
            kind=requests.COUNTED,
            actor="clerk",
            once=f"{self.counts}",
            fingerprint="",
            now=NOW,
        )
        assert self._level(sku).on_hand == on_hand

    @rule(kind=MOVES, pieces=PIECES, order=st.sampled_from(ORDERS))
    def move(self, kind: str, pieces: dict[str, int], order: str) -> None:
        before = {sku: self._level(sku).available for sku in SKUS}
        movement = (kind, pieces, order, f"cause-{len(self.made)}")
        made = self._carry_out(movement)
        self.made.append((movement, made))
        if kind == "reserve":
            enough = all(before[sku] >= count for sku, count in pieces.items())
            assert made.moved is (Moved.DONE if enough else Moved.SHORT)
        if kind == "give_back":
            assert all(self._level(sku).available >= before[sku] for sku in SKUS)

    @rule(number=st.integers(0, 99))
    def repeat(self, number: int) -> None:
        if not self.made:
            return
        movement, made = self.made[number % len(self.made)]
        before = {key: dict(item) for key, item in self.database.tables["stock"].items.items()}
        again = self._carry_out(movement)
        assert (again.moved, again.above, again.tracked) == (made.moved, made.above, made.tracked)
        assert self.database.tables["stock"].items == before

    @invariant()
    def what_orders_hold_is_what_is_reserved(self) -> None:
        for sku in SKUS:
            level = self.ledger.level(sku)
            if level is None:
                continue
            held = [self.ledger.held(order, [sku]).get(sku, 0) for order in ORDERS]
            assert min(held) >= 0
            assert sum(held) == level.reserved
            assert level.available == level.on_hand - level.reserved

    @invariant()
    def a_level_is_the_sum_of_its_movements(self) -> None:
        items = self.database.tables["stock"].items
        for sku in SKUS:
            level = self.ledger.level(sku)
            moves = [item for (pk, sk), item in items.items() if pk == f"SKU#{sku}" and sk[:5] == "MOVE#"]
            if level is not None:
                assert sum(int(item["on_hand"]["N"]) for item in moves) == level.on_hand
                assert sum(int(item["reserved"]["N"]) for item in moves) == level.reserved

    def _carry_out(self, movement: Movement) -> MoveMade:
        kind, pieces, order, cause = movement
        return self.ledger.move(kind, pieces, order_id=order, cause=cause, at=NOW, now=NOW)

    def _level(self, sku: str) -> requests.Level:
        level = self.ledger.level(sku)
        assert level is not None
        return level


TestStock = StockMachine.TestCase
TestStock.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
