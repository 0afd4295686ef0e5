"""The sweeper on the store in memory: what one input owes does not wait for what another cannot get."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from shared.storage import keys
from shared.storage.records import EffectMessage, InputRecord
from shared.storage.store import OrderStore
from shared.usecases.relay_effects import sweep_effects
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
