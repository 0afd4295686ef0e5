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
