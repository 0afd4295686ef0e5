"""The stock ledger: what each movement does, once, and never a piece to two orders."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
import pytest

from shared.orders.effects import STOCK_MOVES
from shared.storage import stock_requests as requests
from shared.storage.orders_table import StoreBusyError
from shared.storage.stock import Moved, MoveMade, StockLedger
from shared.storage.stock_keys import sku_of
from tests.support.engine import STOCK_INDEXES, Client, Dynamo

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SKU = "SKU-1"


class Ledger:
    """A ledger in memory; movements are named by what causes them."""

    def __init__(self) -> None:
        self.database = Dynamo({"stock": STOCK_INDEXES})
        self.client = Client(self.database.execute)
        self.ledger = StockLedger(cast("Any", self.client), "stock", lambda _attempt: None)

    def count(self, sku: str, on_hand: int, once: str = "") -> None:
        self.ledger.set_on_hand(
            sku,
            lambda _level: on_hand,
            kind=requests.COUNTED,
            actor="clerk",
            once=once or f"{sku}/{on_hand}",
            fingerprint=str(on_hand),
            now=NOW,
        )

    def move(self, kind: str, pieces: int, cause: str, **more: Any) -> MoveMade:
        order = more.pop("order", "shop:1")
        skus = more.pop("skus", {SKU: pieces})
        return self.ledger.move(kind, skus, order_id=order, cause=cause, at=NOW, now=NOW, **more)

    def stands(self, sku: str = SKU) -> tuple[int, int, int]:
        """Return pieces on hand, reserved, available."""
        level = self.ledger.level(sku)
        assert level is not None
        return level.on_hand, level.reserved, level.available


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    ledger.count(SKU, 5)
    return ledger


def test_what_was_told_and_what_was_refused_are_two_maps_from_the_first_count_on() -> None:
    request = requests.set_request(
        *("stock", None, SKU, 5),
        kind=requests.COUNTED,
        actor="",
        reason="",
        once="a",
        fingerprint="5",
        now=NOW,
    )
    update = request["TransactItems"][1]["Update"]
    # One placeholder twice would do on AWS; the local AWS makes one map of two names out of it.
    maps = [name for name, value in update["ExpressionAttributeValues"].items() if "M" in value]
    assert [update["UpdateExpression"].count(name) for name in maps] == [1, 1]


def test_every_movement_of_the_domain_has_its_shift() -> None:
    assert set(requests.SHIFTS) == STOCK_MOVES


def test_what_is_reserved_is_not_available_and_still_on_hand(ledger: Ledger) -> None:
    assert ledger.move("reserve", 2, "a").moved is Moved.DONE
    assert ledger.stands() == (5, 2, 3)
    assert ledger.ledger.held("shop:1", [SKU]) == {SKU: 2}


def test_more_than_is_available_is_short_and_reserves_nothing_of_any_sku(ledger: Ledger) -> None:
    ledger.count("SKU-2", 1)
    made = ledger.move("reserve", 0, "a", skus={SKU: 2, "SKU-2": 2})
    assert made.moved is Moved.SHORT
    assert ledger.stands() == (5, 0, 5)
    assert ledger.stands("SKU-2") == (1, 0, 1)


def test_what_was_short_stays_short_when_it_is_asked_for_again(ledger: Ledger) -> None:
    assert ledger.move("reserve", 6, "a").moved is Moved.SHORT
    ledger.count(SKU, 9)
    assert ledger.move("reserve", 6, "a").moved is Moved.SHORT
    assert ledger.stands() == (9, 0, 9)


def test_no_more_is_given_back_than_the_order_holds(ledger: Ledger) -> None:
    ledger.move("reserve", 2, "a")
    ledger.move("give_back", 3, "b")
    assert ledger.stands() == (5, 0, 5)


def test_what_leaves_takes_its_reservation_along(ledger: Ledger) -> None:
    ledger.move("reserve", 2, "a")
    ledger.move("take", 2, "b")
    assert ledger.stands() == (3, 0, 3)


def test_what_leaves_without_a_reservation_leaves_those_of_others_alone(ledger: Ledger) -> None:
    ledger.move("reserve", 4, "a", order="shop:2")
    made = ledger.move("take", 2, "b")
    assert ledger.stands() == (3, 4, -1)
    assert made.overdrawn == (SKU,)
    assert ledger.ledger.held("shop:2", [SKU]) == {SKU: 4}


def test_what_did_not_leave_after_all_is_reserved_again(ledger: Ledger) -> None:
    ledger.move("reserve", 2, "a")
    ledger.move("take", 2, "b")
    ledger.move("put_back", 2, "c")
    assert ledger.stands() == (5, 2, 3)


def test_what_came_back_is_free(ledger: Ledger) -> None:
    ledger.move("restock", 2, "a")
    assert ledger.stands() == (7, 0, 7)


@pytest.mark.parametrize("kind", sorted(STOCK_MOVES))
def test_a_movement_takes_place_once(ledger: Ledger, kind: str) -> None:
    ledger.move("reserve", 2, "first")
    ledger.move(kind, 2, "again")
    stands = ledger.stands()
    assert ledger.move(kind, 2, "again").moved is Moved.DONE
    assert ledger.stands() == stands


def test_a_sku_without_a_level_is_not_tracked(ledger: Ledger) -> None:
    made = ledger.move("reserve", 0, "a", skus={SKU: 1, "SKU-9": 1})
    assert (made.moved, made.tracked) == (Moved.DONE, False)
    assert ledger.ledger.level("SKU-9") is None
    assert ledger.move("take", 0, "b", skus={"SKU-9": 1}).moved is Moved.UNTRACKED


def test_a_reservation_says_whether_it_left_the_buffer(ledger: Ledger) -> None:
    assert ledger.move("reserve", 3, "a", buffer=2).above
    made = ledger.move("reserve", 1, "b", buffer=2)
    assert (made.moved, made.above) == (Moved.DONE, False)
    assert ledger.move("reserve", 3, "a", buffer=2).above  # as it was, not as it is by now


def test_b70_a_sku_is_the_same_however_its_accents_are_written() -> None:
    assert sku_of("Tu\u0308r ") == sku_of("T\u00fcr")


def test_an_order_of_more_skus_than_a_transaction_takes_is_moved_in_parts() -> None:
    ledger = Ledger()
    skus = {f"SKU-{number:02}": 1 for number in range(40)}
    for sku in skus:
        ledger.count(sku, 1)
    assert ledger.move("reserve", 0, "a", skus=skus).moved is Moved.DONE
    assert ledger.move("reserve", 0, "a", skus=skus).moved is Moved.DONE
    assert {ledger.stands(sku) for sku in skus} == {(1, 1, 0)}


MANY = {f"SKU-{number:02}": 2 for number in range(2 * requests.SKUS_AT_ONCE + 1)}  # three parts


def many(*, scarce: str = "") -> Ledger:
    """A ledger with three pieces of each SKU, one of what is scarce."""
    ledger = Ledger()
    for sku in MANY:
        ledger.count(sku, 1 if sku == scarce else 3)
    return ledger


@pytest.mark.parametrize("scarce", ["SKU-00", "SKU-40", "SKU-66"])
def test_an_order_of_many_skus_that_is_short_in_one_part_holds_nothing_of_the_others(scarce: str) -> None:
    ledger = many(scarce=scarce)
    for only_covered in (True, False, False):  # as the worker asks, and once more after a crash
        made = ledger.move("reserve", 0, "a", skus=MANY, only_covered=only_covered)
    assert made.moved is Moved.SHORT
    assert {ledger.stands(sku) for sku in MANY} == {(3, 0, 3), (1, 0, 1)}
    # What the order owes later finds nothing of it either, and takes what leaves from the shelf.
    ledger.move("take", 0, "b", skus=MANY)
    assert {ledger.stands(sku) for sku in MANY} == {(1, 0, 1), (-1, 0, -1)}


@pytest.mark.parametrize(("scarce", "moved"), [("SKU-40", Moved.SHORT), ("", Moved.DONE)])
def test_f33_a_reservation_in_parts_is_finished_after_a_crash_at_any_call(scarce: str, moved: Moved) -> None:
    expected = {(3, 0, 3), (1, 0, 1)} if scarce else {(3, 2, 1)}
    for crash in range(1, 60):
        ledger = many(scarce=scarce)
        ended = ends_at_call(crash, ledger)
        assert ledger.move("reserve", 0, "a", skus=MANY).moved is moved
        assert {ledger.stands(sku) for sku in MANY} == expected
        if not ended:
            return
    raise AssertionError("there are more calls than were tried")


def ends_at_call(crash: int, ledger: Ledger) -> bool:
    """Let a worker reserve that ends at its n-th call; return whether it made as many."""
    calls: list[str] = []

    def call(operation: str, parameters: Any) -> Any:
        calls.append(operation)
        if len(calls) == crash:
            raise ConnectionError
        return ledger.database.execute(operation, parameters)

    worker = StockLedger(cast("Any", Client(call)), "stock", lambda _attempt: None)
    with contextlib.suppress(ConnectionError):
        worker.move("reserve", MANY, order_id="shop:1", cause="a", at=NOW, now=NOW)
    return len(calls) >= crash


def test_an_order_of_many_skus_leaves_the_buffer_only_where_all_its_parts_do() -> None:
    ledger = many()
    ledger.count("SKU-66", 2)
    assert not ledger.move("reserve", 0, "a", skus=MANY, buffer=1).above
    assert many().move("reserve", 0, "a", skus=MANY, buffer=1).above


def test_the_last_piece_goes_to_one_of_two_that_read_it_at_the_same_time(ledger: Ledger) -> None:
    ledger.count(SKU, 1)
    rival = StockLedger(cast("Any", Client(ledger.database.execute)), "stock", lambda _attempt: None)
    met: list[MoveMade] = []

    def call(operation: str, parameters: Any) -> Any:
        if operation == "TransactWriteItems" and not met:
            met.append(rival.move("reserve", {SKU: 1}, order_id="shop:2", cause="b", at=NOW, now=NOW))
        return ledger.database.execute(operation, parameters)

    slow = StockLedger(cast("Any", Client(call)), "stock", lambda _attempt: None)
    made = slow.move("reserve", {SKU: 1}, order_id="shop:1", cause="a", at=NOW, now=NOW)
    assert (met[0].moved, made.moved) == (Moved.DONE, Moved.SHORT)
    assert ledger.stands() == (1, 1, 0)


def test_what_an_order_holds_is_given_back_by_one_of_two_that_read_it_at_the_same_time(
    ledger: Ledger,
) -> None:
    ledger.move("reserve", 2, "a")
    met: list[MoveMade] = []

    def call(operation: str, parameters: Any) -> Any:
        if operation == "TransactWriteItems" and not met:
            met.append(ledger.move("give_back", 2, "b"))
        return ledger.database.execute(operation, parameters)

    slow = StockLedger(cast("Any", Client(call)), "stock", lambda _attempt: None)
    slow.move("give_back", {SKU: 2}, order_id="shop:1", cause="c", at=NOW, now=NOW)
    assert ledger.stands() == (5, 0, 5)
    assert ledger.ledger.held("shop:1", [SKU]) == {SKU: 0}


def test_a_table_that_never_lets_us_is_busy(ledger: Ledger) -> None:
    def call(operation: str, parameters: Any) -> Any:
        if operation == "TransactWriteItems":
            ledger.count(SKU, 5 + len(calls), once=f"{len(calls)}")
            calls.append(operation)
            parameters["TransactItems"][0]["Put"]["ConditionExpression"] = "attribute_exists(pk)"
        return ledger.database.execute(operation, parameters)

    calls: list[str] = []
    slow = StockLedger(cast("Any", Client(call)), "stock", lambda _attempt: None)
    with pytest.raises(StoreBusyError):
        slow.move("restock", {SKU: 1}, order_id="shop:1", cause="a", at=NOW, now=NOW)


def test_a_count_is_entered_once_and_its_key_not_used_for_another(ledger: Ledger) -> None:
    ledger.count(SKU, 8, once="key")
    ledger.move("restock", 1, "a")
    ledger.count(SKU, 8, once="key")
    assert ledger.stands() == (9, 0, 9)
    used = ledger.ledger.set_on_hand(
        SKU, lambda _level: 1, kind=requests.COUNTED, actor="clerk", once="key", fingerprint="1", now=NOW
    )
    assert used is None


def test_a_count_that_loses_a_race_is_entered_all_the_same(ledger: Ledger) -> None:
    def call(operation: str, parameters: Any) -> Any:
        if operation == "TransactWriteItems" and not met:
            met.append(ledger.move("reserve", 2, "a"))
        return ledger.database.execute(operation, parameters)

    met: list[MoveMade] = []
    slow = StockLedger(cast("Any", Client(call)), "stock", lambda _attempt: None)
    level = slow.set_on_hand(
        SKU, lambda _level: 9, kind=requests.COUNTED, actor="clerk", once="key", fingerprint="9", now=NOW
    )
    assert level is not None
    assert (level.on_hand, level.reserved) == (9, 2)
    assert ledger.stands() == (9, 2, 7)


def test_a_count_leaves_reservations_as_they_are(ledger: Ledger) -> None:
    ledger.move("reserve", 4, "a")
    ledger.count(SKU, 3)
    assert ledger.stands() == (3, 4, -1)


def test_a_level_is_to_be_told_until_it_was_and_again_when_it_changes(ledger: Ledger) -> None:
    [level] = ledger.ledger.changed()
    assert ledger.ledger.note_pushed(level, "shop", 5, now=NOW)
    ledger.ledger.settle(level)
    assert list(ledger.ledger.changed()) == []
    ledger.move("reserve", 1, "a")
    [level] = ledger.ledger.changed()
    assert (level.available, level.pushed) == (4, {"shop": 5})
    ledger.move("reserve", 1, "b")
    ledger.ledger.settle(level)  # as it stood before
    assert [level.available for level in ledger.ledger.changed()] == [3]


def test_taking_what_was_reserved_changes_nothing_for_channels(ledger: Ledger) -> None:
    ledger.move("reserve", 1, "a")
    [level] = ledger.ledger.changed()
    ledger.ledger.settle(level)
    ledger.move("take", 1, "b")
    assert list(ledger.ledger.changed()) == []


@pytest.fixture
def on_moto(session: boto3.Session, environment: dict[str, str]) -> StockLedger:
    return StockLedger(session.client("dynamodb"), environment["STOCK_TABLE"], lambda _attempt: None)


def test_movements_are_listed_newest_first_and_levels_by_sku(on_moto: StockLedger) -> None:
    for number, sku in enumerate(("B", "A", "A")):
        on_moto.set_on_hand(
            sku,
            lambda level: (level.on_hand if level else 0) + 4,
            kind=requests.CORRECTED,
            actor="clerk",
            once=f"{number}",
            fingerprint="4",
            now=NOW + timedelta(minutes=number),
            reason="found",
        )
    later = NOW + timedelta(hours=1)
    on_moto.move("reserve", {"A": 3}, order_id="shop:1", cause="a", at=later, now=later)
    first = on_moto.movements("A", limit=2)
    assert [(entry.kind, entry.pieces, entry.order_id) for entry in first] == [
        ("reserve", 3, "shop:1"),
        ("corrected", 4, ""),
    ]
    rest = on_moto.movements("A", before=first[-1].key, limit=2)
    assert [(entry.kind, entry.actor, entry.reason) for entry in rest] == [("corrected", "clerk", "found")]
    assert [(level.sku, level.on_hand) for level in on_moto.levels(limit=10)] == [("A", 8), ("B", 4)]
    assert [level.sku for level in on_moto.levels(after="A", limit=10)] == ["B"]
    assert [level.sku for level in on_moto.changed()] == ["A", "B"]
    level = on_moto.levels_of(["A"])[0]
    assert on_moto.note_pushed(level, "shop", 5, refused="unmapped_sku", now=later)
    # Another run noted something since it was read: what it said last is not known, and told again.
    assert not on_moto.note_pushed(level, "shop", 5, now=later + timedelta(seconds=1))
    assert on_moto.levels_of(["A"])[0].pushed == {}
    assert on_moto.note_pushed(on_moto.levels_of(["A"])[0], "shop", 5, now=later)
