"""What channels are told of the stock: what changed, in batches, less the buffer, until it was taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.adapters import capabilities_of
from shared.storage import stock_requests as requests
from shared.storage.stock_requests import Level
from shared.usecases import level_taker
from shared.usecases.level_taker import LevelDesk
from shared.usecases.push_levels import LevelsPushed, push_levels
from shared.wire.http import AuthError, RateLimitedError, UnavailableError
from shared.wire.polls import NothingTakenError
from tests.support.channel import KIND, registered
from tests.support.desk import Desk

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
            now=self.desk.at,
        )

    def push(self, time_left: Callable[[], timedelta] = lambda: timedelta(minutes=1)) -> LevelsPushed:
        self.desk.at += timedelta(minutes=1)
        return push_levels(
            LevelDesk(
                ledger=self.desk.ledger,
                connections=self.desk.connections.list_with_states,
                states=self.desk.states,
                api=self.desk.calls.api,
                now=lambda: self.desk.at,
                log=self.desk.logged.append,
            ),
            time_left,
        )

    def change(self, **settings: Any) -> None:
        self.desk.connect(SHOP, **({"stock": True} | settings))
        self.desk.scripts[SHOP] = self.script

    def stands(self, sku: str) -> Level:
        level = self.desk.ledger.level(sku)
        assert level is not None
        return level


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
    assert levels.desk.states.read(SHOP).levels_state == "http_401"
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


# --- all levels, where they are owed


def test_a_new_connection_is_told_all_levels_once(levels: Levels) -> None:
    for sku in "ABC":
        levels.count(sku, 5)
    levels.push()
    other = levels.desk.connect("zoo", stock=True)
    assert levels.push() == LevelsPushed(told=3)
    assert other.levels == [{"A": 5, "B": 5}, {"C": 5}]
    assert levels.push() == LevelsPushed()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stock_buffer": 1}, {"A": 4}),
        ({"stock_buffer": 2, "skus": {"A": "their-a"}}, {"their-a": 3}),
        ({"stock_buffer": 2, "api_options": {"location_id": "7"}}, {"A": 3}),
    ],
)
def test_a_connection_whose_settings_change_is_told_all_levels_once(
    levels: Levels, changes: dict[str, Any], told: dict[str, int]
) -> None:
    levels.count("A", 5)
    levels.push()
    levels.change(**changes)
    assert levels.push() == LevelsPushed(told=1)
    assert levels.script.levels[-1] == told
    assert levels.push() == LevelsPushed()


def test_a_connection_whose_stock_is_switched_off_and_on_is_told_all_levels(levels: Levels) -> None:
    levels.count("A", 5)
    levels.push()
    levels.change(stock=False)
    levels.push()
    assert levels.desk.states.read(SHOP).levels_state == "never"
    levels.change(stock=True, stock_buffer=2)
    assert levels.push() == LevelsPushed(told=1)
    assert levels.script.levels == [{"A": 3}, {"A": 3}]


def test_a_pass_over_all_levels_goes_on_where_the_run_before_ended(levels: Levels) -> None:
    for sku in "ABCDE":
        levels.count(sku, 5)
    levels.push()
    del levels.script.levels[:]
    levels.change(stock_buffer=1)
    times = iter([60, 60, 60, 60, 0])  # begin, read, two batches, and no time for the third
    assert levels.push(lambda: timedelta(seconds=next(times, 0))) == LevelsPushed(told=4)
    assert levels.desk.states.read(SHOP).levels_after == "D"
    assert levels.push() == LevelsPushed(told=1)
    assert [sorted(batch) for batch in levels.script.levels] == [["A", "B"], ["C", "D"], ["E"]]
    assert levels.push() == LevelsPushed()


def test_settings_that_change_during_a_pass_begin_a_new_one(levels: Levels) -> None:
    for sku in "ABC":
        levels.count(sku, 5)
    levels.push()
    levels.change(stock_buffer=1)
    times = iter([60, 60, 60, 0])
    levels.push(lambda: timedelta(seconds=next(times, 0)))
    levels.change(stock_buffer=0)
    assert levels.push() == LevelsPushed(told=3)
    assert {sku: levels.stands(sku).pushed[SHOP] for sku in "ABC"} == {"A": 5, "B": 5, "C": 5}


def test_what_failed_leaves_the_index_and_is_told_by_a_pass_over_what_differs(levels: Levels) -> None:
    for sku in "ABC":
        levels.count(sku, 5)
    levels.push()
    del levels.script.levels[:]
    levels.script.level_failures += [AuthError("http_401")] * 3
    levels.count("B", 9)
    assert levels.push() == LevelsPushed(failed=1)
    assert list(levels.desk.ledger.changed()) == []
    levels.count("C", 9)
    assert levels.push() == LevelsPushed(failed=1)
    assert levels.push() == LevelsPushed(failed=2)
    assert levels.push() == LevelsPushed(told=2)
    assert levels.script.levels == [{"B": 7, "C": 7}]


def test_what_fails_during_a_pass_is_told_by_the_next_one(levels: Levels) -> None:
    for sku in "ABC":
        levels.count(sku, 5)
    levels.push()
    levels.change(stock_buffer=1)
    times = iter([60, 60, 60, 0])
    levels.push(lambda: timedelta(seconds=next(times, 0)))  # A and B are told, C is not
    levels.script.level_failures.append(RateLimitedError("rate_limited"))
    levels.count("A", 9)
    assert levels.push().failed == 1
    levels.push()
    levels.push()
    assert {sku: levels.stands(sku).pushed[SHOP] for sku in "ABC"} == {"A": 8, "B": 4, "C": 4}
    assert levels.push() == LevelsPushed()


def test_two_queries_are_all_that_is_asked_while_nothing_changed(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sku in "ABC":
        levels.count(sku, 5)
    levels.push()
    asked: list[tuple[str, str]] = []
    execute = levels.desk.database.execute

    def listen(operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        asked.append((operation, parameters["TableName"]))
        return execute(operation, parameters)

    monkeypatch.setattr(levels.desk.database, "execute", listen)
    levels.push()
    assert asked == [("Query", "connections"), ("Query", "stock")]


# --- when a channel fails


def test_a_channel_that_asks_to_wait_is_asked_nothing_until_then(levels: Levels) -> None:
    levels.count("A", 5)
    levels.push()
    levels.script.level_failures.append(RateLimitedError("rate_limited", again_after=timedelta(minutes=3)))
    levels.count("A", 6)
    assert levels.push() == LevelsPushed(failed=1)
    levels.count("A", 7)
    assert levels.push() == LevelsPushed(failed=1)
    assert levels.script.levels == [{"A": 3}]
    levels.push()
    assert levels.push() == LevelsPushed(told=1)
    assert levels.script.levels == [{"A": 3}, {"A": 5}]
    assert levels.desk.states.read(SHOP).levels_state == "ok"


def test_an_adapter_that_breaks_shows_it_and_holds_up_no_other_connection(levels: Levels) -> None:
    other = levels.desk.connect("another", stock=True)
    levels.script.level_failures.append(KeyError("customer@example.com"))
    levels.count("A", 5)
    assert levels.push() == LevelsPushed(told=1, failed=1)
    assert other.levels == [{"A": 5}]
    assert [type(error) for error in levels.desk.logged] == [KeyError]
    assert levels.desk.states.read(SHOP).levels_state == "adapter_failed"
    assert levels.push() == LevelsPushed(told=1)
    assert levels.script.levels == [{"A": 3}]
    assert levels.desk.states.read(SHOP).levels_state == "ok"


def test_a_store_that_fails_while_levels_are_told_is_no_fault_of_the_adapter(levels: Levels) -> None:
    levels.script.level_failures.append(UnavailableError("http_503"))
    levels.count("A", 5)
    levels.push()

    def fail() -> None:
        levels.desk.database.tables.pop("stock")

    levels.script.on_levels.append(fail)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        levels.push()
    assert levels.desk.logged == []


def test_how_levels_and_polls_are_doing_is_not_mixed_up(levels: Levels) -> None:
    levels.script.level_failures.append(AuthError("http_401"))
    levels.count("A", 5)
    levels.push()
    levels.desk.states.note(SHOP, state="http_503", failed_at=levels.desk.at)
    state = levels.desk.states.read(SHOP)
    assert (state.state, state.levels_state) == ("http_503", "http_401")
    levels.push()
    state = levels.desk.states.read(SHOP)
    assert (state.state, state.levels_state) == ("http_503", "ok")
    assert state.levels_told_at == levels.desk.at


def test_levels_that_there_is_no_time_for_stay_to_be_told(levels: Levels) -> None:
    levels.push()
    for sku in "ABC":
        levels.count(sku, 5)
    times = iter([60, 60, 0])
    assert levels.push(lambda: timedelta(seconds=next(times, 0))) == LevelsPushed(told=2)
    assert [level.sku for level in levels.desk.ledger.changed()] == ["C"]
    assert levels.push() == LevelsPushed(told=1)


def test_what_changes_while_nobody_is_told_levels_does_not_heap_up(levels: Levels) -> None:
    levels.change(stock=False)
    levels.count("A", 5)
    assert levels.push() == LevelsPushed()
    assert list(levels.desk.ledger.changed()) == []


# --- a slow channel beside others


def clock_of(levels: Levels, seconds: float) -> Callable[[], timedelta]:
    """Return how much of a run of so many seconds is left, by the desk's clock."""
    ends_at = levels.desk.at + timedelta(minutes=1, seconds=seconds)
    return lambda: ends_at - levels.desk.at


def slow_down(levels: Levels, seconds: float) -> None:
    """Let each batch that the shop is told take some seconds."""

    def wait() -> None:
        levels.desk.at += timedelta(seconds=seconds)

    levels.script.on_levels = [wait] * 1_000


def test_a_slow_channel_holds_up_no_other_when_many_levels_change(levels: Levels) -> None:
    other = levels.desk.connect("zoo", stock=True)
    levels.push()
    for number in range(40):
        levels.count(f"{number:02}", 5)
    slow_down(levels, 4)
    assert levels.push(clock_of(levels, 45)).told < 80
    assert sum(map(len, other.levels)) == 40
    assert 0 < sum(map(len, levels.script.levels)) < 40
    for _ in range(9):
        levels.push(clock_of(levels, 45))
    assert sum(map(len, levels.script.levels)) == 40
    assert list(levels.desk.ledger.changed()) == []


def test_a_slow_channel_that_is_told_all_levels_holds_up_no_other_that_is(levels: Levels) -> None:
    for number in range(40):
        levels.count(f"{number:02}", 5)
    levels.push()
    other = levels.desk.connect("zoo", stock=True)
    levels.change(stock_buffer=1)
    del levels.script.levels[:]
    slow_down(levels, 4)
    levels.push(clock_of(levels, 45))
    assert sum(map(len, other.levels)) == 40
    assert 0 < sum(map(len, levels.script.levels)) < 40
    for _ in range(9):
        levels.push(clock_of(levels, 45))
    assert sum(map(len, levels.script.levels)) == 40
    assert levels.push() == LevelsPushed()


# --- two runs at once


def test_a_level_that_changes_while_it_is_told_is_told_again(levels: Levels) -> None:
    levels.push()
    levels.count("A", 5)
    levels.script.on_levels = [lambda: levels.count("A", 9)]
    levels.push()
    assert SHOP not in levels.stands("A").pushed
    assert levels.push() == LevelsPushed(told=1)
    assert levels.script.levels == [{"A": 3}, {"A": 7}]


def test_a_slow_run_that_tells_an_old_level_last_is_told_over(levels: Levels) -> None:
    def faster_run() -> None:
        levels.desk.at += timedelta(seconds=1)
        levels.count("A", 9)
        levels.push()  # reads 9, tells it, notes it, settles it

    levels.push()
    levels.count("A", 5)
    levels.script.on_levels = [faster_run]
    levels.push()  # read 5 before, and is the last that the channel hears
    levels.push()
    assert levels.script.levels[-1] == {"A": 7}
    assert levels.stands("A").pushed == {SHOP: 7}
    assert levels.push() == LevelsPushed()


# --- under which name, and less which buffer


def test_two_connections_are_told_less_their_own_buffers(levels: Levels) -> None:
    other = levels.desk.connect("zoo", stock=True, stock_buffer=4)
    levels.count("A", 5)
    levels.push()
    assert (levels.script.levels, other.levels) == ([{"A": 3}], [{"A": 1}])
    assert levels.stands("A").pushed == {SHOP: 3, "zoo": 1}


def test_a_channel_is_told_and_refuses_under_its_own_names(levels: Levels) -> None:
    levels.change(stock_buffer=0, skus={"Tu\u0308r": "door", "B": "b-2"})
    levels.script.refused_skus["b-2"] = "unmapped_sku"
    levels.count("T\u00fcr", 5)
    levels.count("B", 6)
    assert levels.push() == LevelsPushed(told=1, refused=1)
    assert levels.script.levels == [{"b-2": 6, "door": 5}]
    assert levels.stands("B").refused == {SHOP: "unmapped_sku"}


def test_two_skus_that_would_be_told_under_one_name_are_refused(levels: Levels) -> None:
    levels.change(stock_buffer=0, skus={"A": "X", "B": "X"})
    levels.count("A", 5)
    levels.count("B", 6)
    assert levels.push() == LevelsPushed(refused=2)
    assert levels.stands("A").refused == {SHOP: "ambiguous_sku"}
    assert levels.script.levels == []


def test_a_sku_that_has_a_level_of_its_own_is_told_alone_under_its_name(levels: Levels) -> None:
    levels.change(stock_buffer=0, skus={"A-1": "A"})
    levels.count("A", 5)
    levels.count("A-1", 6)
    assert levels.push() == LevelsPushed(told=1, refused=1)
    assert levels.script.levels == [{"A": 5}]
    assert levels.stands("A-1").refused == {SHOP: "ambiguous_sku"}


# --- where a channel carries levels out later


@pytest.fixture
def later(levels: Levels, monkeypatch: pytest.MonkeyPatch) -> Levels:
    declared = replace(capabilities_of(KIND), levels_later=True)
    monkeypatch.setattr(level_taker, "capabilities_of", lambda _kind: declared)
    return levels


def test_levels_that_are_carried_out_later_are_asked_for_until_they_were(later: Levels) -> None:
    later.change(stock_buffer=0, skus={"A": "their-a"})
    later.script.outcomes = [None, {"their-a": "process_failure"}]
    later.count("A", 5)
    later.count("B", 5)
    assert later.push() == LevelsPushed(told=2)
    assert later.desk.states.read(SHOP).levels_tickets == ("ticket-1",)
    assert later.push() == LevelsPushed()
    assert later.stands("A").refused == {}
    assert later.push() == LevelsPushed(refused=1)
    assert later.stands("A").refused == {SHOP: "process_failure"}
    assert later.stands("B").refused == {}
    assert later.desk.states.read(SHOP).levels_tickets == ()
    later.count("A", 6)
    later.push()
    assert later.stands("A").refused == {}


def test_all_levels_are_told_once_more_where_nobody_says_which_were_not_taken(later: Levels) -> None:
    later.script.outcomes = [NothingTakenError(), {}, {}]
    later.count("A", 5)
    later.push()
    later.push()
    assert later.push() == LevelsPushed(told=1)
    assert later.script.levels == [{"A": 3}, {"A": 3}]


def test_a_hand_over_whose_outcome_breaks_the_adapter_is_not_asked_for_again(later: Levels) -> None:
    later.script.outcomes = [KeyError("x"), {}]
    later.count("A", 5)
    later.push()
    later.count("A", 6)
    assert later.push() == LevelsPushed(failed=1)
    assert later.desk.states.read(SHOP).levels_state == "adapter_failed"
    assert later.push() == LevelsPushed(told=1)
    assert later.script.levels == [{"A": 3}, {"A": 4}]


def test_a_channel_that_does_not_say_what_became_of_levels_is_asked_again(later: Levels) -> None:
    later.script.outcomes = [UnavailableError("http_503"), {}]
    later.count("A", 5)
    later.push()
    later.push()
    assert later.desk.states.read(SHOP).levels_state == "http_503"
    assert later.desk.states.read(SHOP).levels_tickets == ("ticket-1",)
    later.push()
    assert later.desk.states.read(SHOP).levels_tickets == ()
