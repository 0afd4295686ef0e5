"""What channels are told of the stock: what changed, in batches, less the buffer, until it was taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.storage import stock_requests as requests
from shared.usecases.push_levels import LevelDesk, LevelsPushed, push_levels
from shared.wire.http import AuthError
from tests.support.channel import registered
from tests.support.desk import START, Desk

SHOP = "shop"


class Levels:
    """A desk whose shop takes levels."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.script = desk.connect(SHOP, stock=True, stock_buffer=2)
        self.numbers = iter(range(100))

    def count(self, sku: str, on_hand: int) -> None:
        self.desk.ledger.set_on_hand(
            sku,
            lambda _level: on_hand,
            kind=requests.COUNTED,
            actor="clerk",
            once=f"{next(self.numbers)}",
            fingerprint="",
            now=START,
        )

    def push(self) -> LevelsPushed:
        return push_levels(
            LevelDesk(
                ledger=self.desk.ledger,
                connections=self.desk.connections.list,
                states=self.desk.states,
                api=self.desk.calls.api,
                now=lambda: self.desk.at,
            )
        )


@pytest.fixture
def levels() -> Iterator[Levels]:
    with registered():
        yield Levels(Desk())


def test_a_channel_is_told_what_is_available_less_its_buffer_and_never_less_than_none(levels: Levels) -> None:
    levels.count("A", 5)
    levels.count("B", 1)
    assert levels.push() == LevelsPushed(told=2)
    assert levels.script.levels == [{"A": 3, "B": 0}]


def test_levels_are_told_in_batches(levels: Levels) -> None:
    for sku in "ABC":
        levels.count(sku, 5)
    levels.push()
    assert [sorted(batch) for batch in levels.script.levels] == [["A", "B"], ["C"]]


def test_what_did_not_change_is_not_told_again(levels: Levels) -> None:
    levels.count("A", 5)
    levels.push()
    assert levels.push() == LevelsPushed()
    levels.count("A", 5)  # counted again, and the same
    assert levels.push() == LevelsPushed()
    levels.count("A", 6)
    levels.push()
    assert levels.script.levels == [{"A": 3}, {"A": 4}]


def test_what_could_not_be_told_is_told_later_and_the_connection_says_why(levels: Levels) -> None:
    levels.script.level_failures.append(AuthError("http_401"))
    levels.count("A", 5)
    assert levels.push() == LevelsPushed(failed=1)
    assert levels.desk.states.read(SHOP).state == "http_401"
    assert levels.push() == LevelsPushed(told=1)


def test_a_channel_that_fails_holds_up_no_other(levels: Levels) -> None:
    other = levels.desk.connect("zoo", stock=True)
    levels.script.level_failures += [AuthError("http_401")] * 2
    levels.count("A", 5)
    assert levels.push() == LevelsPushed(told=1, failed=1)
    assert levels.push() == LevelsPushed(failed=1)
    assert other.levels == [{"A": 5}]


def test_a_sku_that_a_channel_does_not_know_is_told_again_when_its_level_changes(levels: Levels) -> None:
    levels.script.refused_skus["A"] = "unmapped_sku"
    levels.count("A", 5)
    assert levels.push() == LevelsPushed(refused=1)
    assert levels.push() == LevelsPushed()
    level = levels.desk.ledger.level("A")
    assert level is not None
    assert level.refused == {SHOP: "unmapped_sku"}
    levels.script.refused_skus.clear()
    levels.count("A", 6)
    assert levels.push() == LevelsPushed(told=1)
    level = levels.desk.ledger.level("A")
    assert level is not None
    assert level.refused == {}


def test_a_connection_without_stock_is_told_nothing(levels: Levels) -> None:
    levels.desk.connect(SHOP, stock=False)
    levels.count("A", 5)
    assert levels.push() == LevelsPushed()
    assert levels.script.levels == []
