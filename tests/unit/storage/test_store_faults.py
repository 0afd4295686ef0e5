"""What the service refuses, and answers that are lost: no half state, and the next try succeeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.orders.changes import Change, Outcome
from shared.storage import keys
from shared.storage.orders_table import StoreBusyError, Stored
from shared.storage.owed_effects import Claim
from shared.storage.records import EffectRecord, EffectState, InputRecord
from shared.storage.store import OrderStore
from tests.unit.storage.expressions import expressions, reserved_in, texts
from tests.unit.storage.on_moto import OrdersTable, never_sent, response_lost
from tests.unit.storage.samples import (
    ORDER_ID,
    START,
    TRACKING,
    document,
    minute,
    received,
    scan,
    shipped,
    told,
)

PK = keys.order_pk(ORDER_ID)
ENTRY, CREATED, ORDER = received()
SK = keys.input_sk(ENTRY.key)
NEXT, SHIPPED, _ = shipped(ORDER)
EARLY = replace(told(scan()), key="early")
PARCEL_PK = keys.tracking_pk("00340434161094000009")
IGNORED = Change(outcome=Outcome.IGNORED, reason="stale")
MAIL = "mail/order_received"
CLAIMED = InputRecord(
    pk=PK,
    sk=SK,
    outcome=Outcome.APPLIED,
    reason="",
    source="webhook",
    actor="",
    received_at=START,
    effects=(
        EffectRecord(key=MAIL, state=EffectState.CLAIMED),
        EffectRecord(key="x", state=EffectState.OWED),
    ),
)
CLAIM = Claim(granted=True, effect=None, attempt=1, open_effects=2)

# Every method of the store, called once as it is called in life.
METHODS: dict[str, Callable[[OrderStore], Any]] = {
    "read": lambda store: store.read(ORDER_ID, ENTRY.key),
    "commit": lambda store: store.commit(ORDER, NEXT, SHIPPED, receipt_id="r"),
    "record": lambda store: store.record(PK, NEXT, IGNORED, order_id=ORDER_ID, receipt_id="r"),
    "park": lambda store: store.park(PARCEL_PK, keys.PARCEL, told(scan()), receipt_id="r"),
    "note_repeat": lambda store: store.note_repeat(PK, SK, START),
    "unpark": lambda store: store.unpark(PARCEL_PK, EARLY.key),
    "parked_keys": lambda store: list(store.parked_keys(PARCEL_PK)),
    "read_parked": lambda store: store.read_parked(PARCEL_PK, keys.parked_sk(EARLY.key)),
    "postpone_parked_alarm": lambda store: store.postpone_parked_alarm(
        PARCEL_PK, keys.parked_sk(EARLY.key), START
    ),
    "orders_of_parcel": lambda store: store.orders_of_parcel(TRACKING),
    "read_full": lambda store: store.read_full(ORDER_ID),
    "history": lambda store: store.history(ORDER_ID),
    "connection_inputs": lambda store: store.connection_inputs("example-shop"),
    "owing": lambda store: store.owing(PK),
    "read_input": lambda store: store.read_input(PK, SK),
    "claim": lambda store: store.claim(PK, SK, "unpark/order", now=START, lease=timedelta(minutes=5)),
    "mark": lambda store: store.mark(PK, SK, MAIL, claim=CLAIM, state=EffectState.DONE, now=minute(1)),
    "finish": lambda store: store.finish(PK, SK, "unpark/order", now=START, last=False),
    "prove": lambda store: store.prove(CLAIMED, MAIL, proof="p", now=minute(1)),
    "settle": lambda store: store.settle(PK, SK),
    "put_last": lambda store: store.put_last(PK, SK, minute(30)),
    "owed": lambda store: list(store.owed(before=minute(60), limit=10)),
    "due": lambda store: list(store.due(before=minute(60), limit=10)),
}
FAULTS = (
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionConflictException",
)


@pytest.fixture
def busy(table: OrdersTable) -> OrdersTable:
    """A table with an order that owes, a mail in work, and an input that waits."""
    table.store.commit(None, ENTRY, CREATED, receipt_id="r")
    table.store.claim(PK, SK, MAIL, now=START, lease=timedelta(minutes=5))
    table.store.park(PARCEL_PK, keys.PARCEL, EARLY, receipt_id="r")
    table.calls.clear()
    table.sent.clear()
    return table


def test_every_method_of_the_store_is_tried() -> None:
    assert set(METHODS) == {name for name in dir(OrderStore) if not name.startswith("_")}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", METHODS)
def test_f30_a_refused_call_raises_leaves_nothing_behind_and_can_be_made_again(
    busy: OrdersTable, method: str, fault: str
) -> None:
    before = busy.items()
    busy.failures.append(never_sent(fault))
    with pytest.raises((StoreBusyError, ClientError)):
        METHODS[method](busy.store)
    assert busy.items() == before
    METHODS[method](busy.store)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_takes_one_call_or_one_for_each_shard(busy: OrdersTable, method: str) -> None:
    METHODS[method](busy.store)
    assert len(busy.calls) == (keys.SHARDS if method in ("owed", "due") else 1)


@pytest.mark.parametrize("method", METHODS)
def test_no_call_names_a_reserved_word(busy: OrdersTable, method: str) -> None:
    METHODS[method](busy.store)
    for part in expressions(busy.sent):
        assert not [word for text in texts(part) for word in reserved_in(text)]


@pytest.mark.parametrize(
    "method", ["read", "read_full", "parked_keys", "read_parked", "orders_of_parcel", "read_input"]
)
def test_what_decisions_are_made_on_is_read_consistently(busy: OrdersTable, method: str) -> None:
    METHODS[method](busy.store)
    assert "'ConsistentRead': True" in str(busy.sent[0])


@pytest.mark.parametrize("method", ["read", "read_full"])
def test_f30_a_read_that_was_not_processed_is_not_taken_for_an_empty_table(
    busy: OrdersTable, method: str
) -> None:
    busy.failures.append(lambda carry_out: {"Responses": {}, "UnprocessedKeys": {busy.name: {"Keys": []}}})
    with pytest.raises(StoreBusyError):
        METHODS[method](busy.store)


# --- transactions


@pytest.mark.parametrize("method", ["commit", "park"])
@pytest.mark.parametrize(
    "code", ["ThrottlingError", "ProvisionedThroughputExceeded", "ItemCollectionSizeLimitExceeded"]
)
def test_f30_a_transaction_canceled_for_want_of_capacity_is_no_conflict(
    busy: OrdersTable, method: str, code: str
) -> None:
    before = busy.items()
    busy.failures.append(busy.canceled("None", code))
    with pytest.raises(StoreBusyError, match=code):
        METHODS[method](busy.store)
    assert busy.items() == before


@pytest.mark.parametrize("method", ["commit", "park"])
@pytest.mark.parametrize("code", ["TransactionInProgressException", "TransactionConflictException"])
def test_f30_a_transaction_that_meets_another_goes_back_to_the_queue(
    busy: OrdersTable, method: str, code: str
) -> None:
    busy.failures.append(never_sent(code))
    with pytest.raises(StoreBusyError, match=code):
        METHODS[method](busy.store)


@pytest.mark.parametrize(
    ("method", "codes", "expected"),
    [
        ("commit", ("TransactionConflict", "None"), Stored.CONFLICT),
        ("commit", ("None", "TransactionConflict"), Stored.CONFLICT),
        ("commit", ("ConditionalCheckFailed", "None"), Stored.CONFLICT),
        ("commit", ("None", "None", "ConditionalCheckFailed"), Stored.CONFLICT),
        ("commit", ("ConditionalCheckFailed", "ConditionalCheckFailed"), Stored.REPEATED),
        ("commit", ("None", "ConditionalCheckFailed"), Stored.REPEATED),
        ("park", ("ConditionalCheckFailed", "None"), Stored.KNOWN),
        ("park", ("ConditionalCheckFailed", "ConditionalCheckFailed"), Stored.KNOWN),
        ("park", ("None", "ConditionalCheckFailed"), Stored.REPEATED),
        ("park", ("TransactionConflict", "None"), Stored.CONFLICT),
    ],
)
def test_why_a_transaction_was_canceled_tells_what_to_do(
    busy: OrdersTable, method: str, codes: tuple[str, ...], expected: Stored
) -> None:
    busy.failures.append(busy.canceled(*codes))
    assert METHODS[method](busy.store) is expected


# --- lost answers


@pytest.mark.parametrize("method", ["commit", "record", "park"])
def test_f31_a_write_whose_answer_was_lost_took_place_once(busy: OrdersTable, method: str) -> None:
    # On AWS the transaction's token makes the repeat a success; where that is over, or for a put, it is told
    # by the input's own record. Both mean: this input has its outcome.
    busy.failures.append(response_lost)
    assert METHODS[method](busy.store) is Stored.REPEATED
    once = busy.items()
    assert METHODS[method](busy.store) is Stored.REPEATED
    assert busy.items() == once


def test_f31_a_lost_answer_leaves_the_order_as_decided(busy: OrdersTable) -> None:
    busy.failures.append(response_lost)
    METHODS["commit"](busy.store)
    assert busy.order() == SHIPPED.order


@pytest.mark.parametrize("method", ["unpark", "finish", "settle", "put_last", "postpone_parked_alarm"])
def test_f32_what_may_happen_twice_is_the_same_as_once(busy: OrdersTable, method: str) -> None:
    METHODS[method](busy.store)
    once = busy.items()
    busy.failures.append(response_lost)
    METHODS[method](busy.store)
    assert busy.items() == once


def test_f31_the_same_input_decided_later_on_one_version_is_another_transaction(
    busy: OrdersTable,
) -> None:
    METHODS["commit"](busy.store)
    METHODS["commit"](busy.store)
    later = replace(told(document()), key=NEXT.key, received_at=minute(9))
    busy.store.commit(ORDER, later, SHIPPED, receipt_id="r")
    first, second, third = (sent["ClientRequestToken"] for sent in busy.sent)
    assert first == second != third
