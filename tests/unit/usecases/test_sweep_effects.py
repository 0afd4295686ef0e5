"""The sweeper on the store in memory: what one input owes does not wait for what another cannot get."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from shared.storage import keys
from shared.storage.records import EffectMessage, EffectState, InputRecord
from shared.storage.store import OrderStore
from shared.usecases import sweep_effects as sweeper
from shared.usecases.sweep_effects import sweep_effects
from tests.support.engine import ORDERS_INDEXES, Client, Dynamo, Item

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Queues:
    """Takes effects and remembers them."""

    def __init__(self) -> None:
        self.taken: list[EffectMessage] = []

    def takes(self, effect_key: str) -> bool:
        return True

    def send(self, messages: Sequence[EffectMessage]) -> None:
        self.taken += messages

    def announce(self, records: Sequence[InputRecord]) -> None: ...

    def put_parked(self, pointer: Any, *, group: str, once: str) -> None: ...


def _owing(order: str, state: str) -> Item:
    pk = keys.order_pk(order)
    return {
        "pk": {"S": pk},
        "sk": {"S": keys.input_sk("key")},
        "outcome": {"S": "applied"},
        "received_at": {"S": keys.instant(START)},
        "effects": {"M": {"mail/shipped/1": {"M": {"state": {"S": state}}}}},
        "owed_shard": {"S": keys.shard_of(pk)},
        "owed_at": {"S": keys.instant(START)},
    }


def _call(order: str, key: str, *, minutes: int, **fields: str) -> Item:
    effect = {"state": {"S": "owed"}, **{name: {"S": value} for name, value in fields.items()}}
    at = keys.instant(START + timedelta(minutes=minutes))
    return _owing(order, "owed") | {
        "sk": {"S": keys.input_sk(key)},
        "received_at": {"S": at},
        "effects": {"M": {f"channel/{key}/1": {"M": effect}}},
        "owed_at": {"S": at},
    }


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ({"again_at": keys.instant(START + timedelta(hours=2))}, {"two"}),
        ({"again_at": keys.instant(START + timedelta(minutes=20))}, {"ship", "tracking", "two"}),
        (
            {"again_at": keys.instant(START + timedelta(hours=2)), "reason": "waits_for_earlier"},
            {"tracking", "two"},
        ),
    ],
    ids=["waits for its time", "its message is lost", "holds up nobody"],
)
def test_calls_behind_one_that_waits_are_not_queued_again_with_each_round(
    waits: dict[str, str], expected: set[str]
) -> None:
    database = Dynamo({"orders": ORDERS_INDEXES})
    for item in (
        _call("shop-one:1", "ship", minutes=1, **waits),
        _call("shop-one:1", "tracking", minutes=2),
        _call("shop-one:2", "two", minutes=3),
    ):
        database.execute("PutItem", {"TableName": "orders", "Item": item})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    queues = Queues()
    hour = START + timedelta(hours=1)
    sweep_effects(store=store, outbox=queues, inbox=queues, now=lambda: hour, at=hour)
    assert {message.effect.split("/")[1] for message in queues.taken} == expected


def test_f40_what_waits_for_hours_does_not_keep_the_sweeper_from_what_came_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeper, "SWEEP_LIMIT", 3)
    database = Dynamo({"orders": ORDERS_INDEXES})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    # A channel that nobody can log in to, and more orders that wait for it than one round looks at.
    shard = keys.shard_of(keys.order_pk("shop-one:0"))
    orders = [f"shop-one:{number}" for number in range(60)]
    orders = [order for order in orders if keys.shard_of(keys.order_pk(order)) == shard]
    for order in orders:
        database.execute("PutItem", {"TableName": "orders", "Item": _call(order, "ship", minutes=0)})
        message = (keys.order_pk(order), keys.input_sk("ship"), "channel/ship/1")
        claim = store.claim(*message, now=START, lease=timedelta(minutes=1))
        again_at = START + timedelta(hours=3)
        assert store.mark(
            *message, claim=claim, state=EffectState.OWED, now=START, reason="http_401", again_at=again_at
        )
    late = next(
        name for name in (f"late:{n}" for n in range(60)) if keys.shard_of(keys.order_pk(name)) == shard
    )
    owed_at = {"owed_at": {"S": keys.instant(START + timedelta(minutes=5))}}
    database.execute("PutItem", {"TableName": "orders", "Item": _owing(late, "owed") | owed_at})

    queues = Queues()
    hour = START + timedelta(hours=1)
    sweep_effects(store=store, outbox=queues, inbox=queues, now=lambda: hour, at=hour)
    assert [message.pk for message in queues.taken] == [keys.order_pk(late)]

    # And what waited is found again where its message is lost.
    found: set[str] = set()
    day = START + timedelta(hours=4)
    for _ in orders:
        round_ = Queues()
        sweep_effects(store=store, outbox=round_, inbox=round_, now=lambda: day, at=day)
        for taken in round_.taken:
            found.add(taken.pk)
            claim = store.claim(taken.pk, taken.sk, taken.effect, now=day, lease=timedelta(minutes=1))
            store.mark(taken.pk, taken.sk, taken.effect, claim=claim, state=EffectState.DONE, now=day)
    assert found == {keys.order_pk(order) for order in [*orders, late]}


ROUND = timedelta(minutes=5)


def _of_one_shard(count: int, shard: str = "0") -> Iterator[str]:
    """Yield ids of orders that share a shard."""
    names = (f"shop-one:{number}" for number in itertools.count())
    return itertools.islice((name for name in names if keys.shard_of(keys.order_pk(name)) == shard), count)


def _swept(store: OrderStore, at: datetime) -> list[str]:
    """Return the orders that a round at ``at`` comes to and can read, in their order."""
    queues = Queues()
    with contextlib.suppress(ExceptionGroup):
        sweep_effects(store=store, outbox=queues, inbox=queues, now=lambda: at, at=at)
    return [message.pk.removeprefix("ORDER#") for message in queues.taken]


def test_f40_two_thousand_mails_that_nobody_can_send_do_not_hide_what_came_after_them() -> None:
    database = Dynamo({"orders": ORDERS_INDEXES})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    *stuck, fresh = _of_one_shard(2_001)
    for second, order in enumerate([*stuck, fresh]):
        owed_at = {"owed_at": {"S": keys.instant(START + timedelta(seconds=second))}}
        database.execute("PutItem", {"TableName": "orders", "Item": _owing(order, "owed") | owed_at})

    rounds = [_swept(store, START + timedelta(hours=1) + number * ROUND) for number in range(10)]

    assert fresh in rounds[4]
    assert {len(swept) for swept in rounds} == {sweeper.SWEEP_LIMIT}
    for five in (rounds[:5], rounds[5:]):
        assert {order for swept in five for order in swept} == {*stuck, fresh}


def test_f49_inputs_that_nobody_can_read_do_not_stand_in_front_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeper, "SWEEP_LIMIT", 3)
    database = Dynamo({"orders": ORDERS_INDEXES})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    *broken, readable = _of_one_shard(8)
    for second, order in enumerate([*broken, readable]):
        item = _owing(order, "owed" if order == readable else "a state of newer code")
        owed_at = {"owed_at": {"S": keys.instant(START + timedelta(seconds=second))}}
        database.execute("PutItem", {"TableName": "orders", "Item": item | owed_at})

    rounds = [_swept(store, START + timedelta(hours=1) + number * ROUND) for number in range(3)]

    assert rounds == [[], [], [readable]]


class _TimeIsOverError(BaseException):
    """Lambda ends the function."""


def test_what_ends_a_round_does_not_stand_in_front_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "SWEEP_LIMIT", 3)
    database = Dynamo({"orders": ORDERS_INDEXES})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    endless, *others = _of_one_shard(4)
    for second, order in enumerate([endless, *others]):
        owed_at = {"owed_at": {"S": keys.instant(START + timedelta(seconds=second))}}
        database.execute("PutItem", {"TableName": "orders", "Item": _owing(order, "owed") | owed_at})

    class Ending(Queues):
        def send(self, messages: Sequence[EffectMessage]) -> None:
            if keys.order_pk(endless) in {message.pk for message in messages}:
                raise _TimeIsOverError
            super().send(messages)

    queues = Ending()
    for at in (START + timedelta(hours=1), START + timedelta(hours=1) + ROUND):
        with contextlib.suppress(_TimeIsOverError):
            sweep_effects(store=store, outbox=queues, inbox=queues, now=lambda: START, at=at)
    assert [message.pk for message in queues.taken] == [keys.order_pk(order) for order in others]


def test_a_round_that_comes_to_no_end_has_come_to_every_shard() -> None:
    database = Dynamo({"orders": ORDERS_INDEXES})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    lines = {shard: list(_of_one_shard(9, shard)) for shard in ("0", "1", "2", "3")}
    for order in itertools.chain(*lines.values()):
        database.execute("PutItem", {"TableName": "orders", "Item": _owing(order, "owed")})
    first = itertools.islice(store.owed(before=START + timedelta(hours=1), limit=9), 8)
    assert [keys.shard_of(pk) for pk, _ in first] == [*lines, *lines]


def test_a_line_that_one_round_comes_to_the_end_of_is_not_written_to() -> None:
    database = Dynamo({"orders": ORDERS_INDEXES})
    made: list[str] = []

    def execute(operation: str, parameters: Any) -> Any:
        made.append(operation)
        return database.execute(operation, parameters)

    for order in _of_one_shard(20):
        database.execute("PutItem", {"TableName": "orders", "Item": _owing(order, "owed")})
    store = OrderStore(cast("Any", Client(execute)), "orders")
    assert len(_swept(store, START + timedelta(hours=1))) == 20
    assert set(made) == {"Query", "GetItem"}


def test_a_call_that_waits_holds_up_those_behind_it_though_the_round_does_not_come_to_it() -> None:
    database = Dynamo({"orders": ORDERS_INDEXES})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    for item in (_call("shop-one:1", "ship", minutes=1), _call("shop-one:1", "tracking", minutes=2)):
        database.execute("PutItem", {"TableName": "orders", "Item": item})
    message = (keys.order_pk("shop-one:1"), keys.input_sk("ship"), "channel/ship/1")
    claim = store.claim(*message, now=START, lease=timedelta(minutes=1))
    again_at = START + timedelta(hours=3)
    store.mark(*message, claim=claim, state=EffectState.OWED, now=START, again_at=again_at)
    queues = Queues()
    hour = START + timedelta(hours=1)
    sweep_effects(store=store, outbox=queues, inbox=queues, now=lambda: hour, at=hour)
    assert queues.taken == []


def test_f49_an_input_that_newer_code_wrote_does_not_hold_up_the_others() -> None:
    database = Dynamo({"orders": ORDERS_INDEXES})
    owing = {f"shop-one:{number}": "owed" for number in range(20)}
    owing["shop-one:7"] = "a state of newer code"
    for order, state in owing.items():
        database.execute("PutItem", {"TableName": "orders", "Item": _owing(order, state)})
    store = OrderStore(cast("Any", Client(database.execute)), "orders")
    queues = Queues()

    with pytest.raises(ExceptionGroup) as failed:
        sweep_effects(
            store=store, outbox=queues, inbox=queues, now=lambda: START, at=START + timedelta(hours=1)
        )

    assert len(failed.value.exceptions) == 1
    assert {message.pk for message in queues.taken} == {
        keys.order_pk(order) for order, state in owing.items() if state == "owed"
    }
