"""Orders on the real table design: one write changes all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.orders.changes import Change, Move, Outcome
from shared.orders.commands import Cancel, RefundAmount
from shared.orders.facts import OrderSeen
from shared.orders.model import Order
from shared.orders.statuses import Status
from shared.storage import keys, requests
from shared.storage.orders_table import Stored
from shared.storage.requests import IllegalChangeError
from tests.unit.storage.on_moto import OrdersTable
from tests.unit.storage.samples import (
    CUSTOMER,
    ORDER_ID,
    START,
    TRACKING,
    asked,
    decided,
    document,
    minute,
    received,
    scan,
    shipment,
    shipped,
    told,
)

PK = keys.order_pk(ORDER_ID)


def commit(table: OrdersTable, before: Order | None, entry: Any, change: Change, **options: Any) -> Stored:
    return table.store.commit(before, entry, change, receipt_id="receipt", **options)


def stored(table: OrdersTable) -> Order:
    order = table.order()
    assert order is not None
    return order


# --- creating and changing


def test_a_new_order_is_stored_with_its_input_its_document_and_its_customer(table: OrdersTable) -> None:
    entry, change, order = received()
    assert commit(table, None, entry, change) is Stored.YES
    assert {sk for _, sk in table.items()} == {"HEAD", "DETAILS", "CUSTOMER", f"INPUT#{entry.key}"}
    snapshot = table.store.read(ORDER_ID, entry.key)
    assert snapshot.order == order
    assert snapshot.record is not None
    assert (snapshot.record.outcome, snapshot.record.version) == (Outcome.APPLIED, 1)
    full = table.store.read_full(ORDER_ID)
    assert full is not None
    assert (full.order, full.customer) == (order, CUSTOMER)
    assert full.seen == replace(seen_of(change), customer=None)


def seen_of(change: Change) -> OrderSeen:
    assert change.seen is not None
    return change.seen


def test_p1_an_input_is_applied_with_one_read_and_one_write(table: OrdersTable) -> None:
    for entry in (told(document()), told(shipment(), at=1)):
        table.calls.clear()
        table.apply(entry)
        assert table.calls == ["BatchGetItem", "TransactWriteItems"]


def test_nothing_is_read_where_nothing_is(table: OrdersTable) -> None:
    snapshot = table.store.read(ORDER_ID, "key")
    assert (snapshot.order, snapshot.record) == (None, None)
    assert table.store.read_full(ORDER_ID) is None
    assert table.store.history(ORDER_ID) == []
    assert table.store.read_input(PK, "INPUT#key") is None


def test_the_record_of_an_input_comes_back_whole(table: OrdersTable) -> None:
    entry, change, _ = received()
    caught_up = replace(change, moves=(replace(change.moves[0], caught_up=True),), reason="why")
    commit(table, None, entry, caught_up)
    record = table.store.read(ORDER_ID, entry.key).record
    assert record is not None
    assert record.moves == caught_up.moves
    assert record.notes == caught_up.notes
    assert record.reason == "why"
    assert (record.source, record.actor, record.received_at) == ("webhook", "example-shop", START)
    assert (record.order_id, record.receipt_id) == (ORDER_ID, "receipt")
    assert {effect.key for effect in record.effects} == {effect.key for effect in change.effects}
    assert record.effect("mail/order_received") is not None
    assert record.effect("mail/none") is None


def test_a_change_replaces_the_head_and_leaves_what_it_does_not_touch(table: OrdersTable) -> None:
    table.apply(told(document()))
    details = table.item(PK, keys.DETAILS)
    _, change = table.apply(told(shipment(), at=1))
    assert change.seen is None
    assert stored(table) == change.order
    assert stored(table).status is Status.SHIPPED
    assert table.item(PK, keys.DETAILS) == details
    assert table.item(PK, keys.CUSTOMER)


# --- races


def test_a_second_creation_is_a_conflict_and_changes_nothing(table: OrdersTable) -> None:
    table.apply(told(document()))
    before = table.items()
    entry = told(document(at=5), at=5)
    assert commit(table, None, entry, decided(None, entry)) is Stored.CONFLICT
    assert table.items() == before


def test_f09_of_two_decisions_on_one_version_the_second_is_a_conflict_and_changes_nothing(
    table: OrdersTable,
) -> None:
    table.apply(told(document()))
    read = stored(table)
    cancel = asked(Cancel(reason="customer"))
    cancellation = decided(read, cancel)
    table.apply(told(shipment(), at=1))
    before = table.items()
    assert commit(table, read, cancel, cancellation) is Stored.CONFLICT
    assert table.items() == before
    # Decided again on what it has become, it is refused.
    assert decided(stored(table), cancel).outcome is Outcome.REFUSED


def test_f02_the_same_input_twice_changes_the_order_once(table: OrdersTable) -> None:
    entry, change, _ = received()
    assert commit(table, None, entry, change) is Stored.YES
    before = table.items()
    assert commit(table, None, entry, change) is Stored.REPEATED
    assert table.items() == before


def test_f02_an_input_that_was_applied_on_an_older_version_is_repeated_not_applied_again(
    table: OrdersTable,
) -> None:
    table.apply(told(document()))
    first = stored(table)
    entry, change, _ = shipped(first)
    commit(table, first, entry, change)
    again = replace(change, order=replace(stored(table), version=3), moves=())
    before = table.items()
    assert commit(table, stored(table), entry, again) is Stored.REPEATED
    assert table.items() == before


def test_a_failed_transaction_leaves_no_part_of_itself(table: OrdersTable) -> None:
    table.apply(told(document()))
    read = stored(table)
    table.apply(asked_refund("1"))
    before = table.items()
    entry, change, _ = shipped(read)
    assert commit(table, read, entry, change) is Stored.CONFLICT
    assert table.items() == before
    assert table.store.orders_of_parcel(TRACKING) == ()


def asked_refund(key: str, amount: str = "5.00") -> Any:
    return asked(RefundAmount(amount=Decimal(amount), refund_id=key), key=key)


# --- what faulty code may not do


def bypassed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the builder check nothing: only the database is left."""
    monkeypatch.setattr(requests, "check_moves", lambda *_: None)


def test_an_illegal_change_is_refused_before_the_database_is_asked(table: OrdersTable) -> None:
    table.apply(told(document()))
    read = stored(table)
    entry, change, after = shipped(read)
    table.calls.clear()
    with pytest.raises(IllegalChangeError):
        commit(table, read, entry, replace(change, moves=(), order=after))
    assert table.calls == []


def test_a_status_that_a_rule_may_not_leave_is_kept_by_the_database_itself(
    table: OrdersTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    table.apply(told(scan(), at=3))
    closed = stored(table)
    assert closed.status is Status.CLOSED
    before = table.items()
    bypassed(monkeypatch)
    # Faulty code takes the closed order for one that waits for shipment, and ships it again.
    entry, change, _ = shipped(received()[2])
    wrong = replace(closed, status=Status.WAITING_SHIPMENT)
    again = replace(change, order=replace(closed, version=closed.version + 1, status=Status.SHIPPED))
    assert commit(table, wrong, replace(entry, key="another"), again) is Stored.CONFLICT
    assert table.items() == before


def test_a_status_cannot_change_without_a_move_even_by_faulty_code(
    table: OrdersTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.apply(told(document()))
    before = table.items()
    bypassed(monkeypatch)
    read = stored(table)
    entry = told(document(at=5), at=5)
    jump = Change(outcome=Outcome.APPLIED, order=replace(read, version=2, status=Status.CLOSED))
    assert commit(table, read, entry, jump) is Stored.CONFLICT
    assert table.items() == before


def test_a_version_that_was_not_read_cannot_be_overwritten(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(asked_refund("1"))
    before = table.items()
    invented = replace(stored(table), version=7)
    entry = told(document(at=5), at=5)
    change = Change(outcome=Outcome.APPLIED, order=replace(invented, version=8))
    assert commit(table, invented, entry, change) is Stored.CONFLICT
    assert table.items() == before


def test_f13_no_command_refunds_more_than_was_paid_even_by_faulty_code(table: OrdersTable) -> None:
    table.apply(told(document()))
    read = stored(table)
    entry = asked_refund("1", "59.70")
    change = decided(read, entry)
    assert change.order is not None
    # As if the money had been counted twice: the order in hand says 119.40 was paid, the table 59.70.
    too_much = replace(change.order.refunds[0], amount=Decimal("59.71"))
    overdrawn = replace(change, order=replace(change.order, refunds=(too_much,)))
    before = table.items()
    assert commit(table, read, entry, overdrawn) is Stored.CONFLICT
    assert table.items() == before
    assert commit(table, read, entry, change) is Stored.YES
    assert stored(table).refunded == Decimal("59.70")


def test_a_reported_refund_is_recorded_even_above_what_was_paid(table: OrdersTable) -> None:
    table.apply(told(document()))
    read = stored(table)
    change = decided(read, asked_refund("1", "59.70"))
    assert change.order is not None
    too_much = replace(change.order.refunds[0], amount=Decimal("100.00"))
    reported = replace(change, order=replace(change.order, refunds=(too_much,)))
    assert commit(table, read, told(document(at=9), at=9), reported) is Stored.YES


# --- outcomes that change no order


def test_an_outcome_without_a_change_is_stored_once(table: OrdersTable) -> None:
    entry = told(document())
    change = Change(outcome=Outcome.IGNORED, reason="stale")
    assert table.store.record(PK, entry, change, order_id=ORDER_ID, receipt_id="1") is Stored.YES
    before = table.items()
    assert table.store.record(PK, entry, change, order_id=ORDER_ID, receipt_id="2") is Stored.REPEATED
    assert table.items() == before
    record = table.store.read(ORDER_ID, entry.key).record
    assert record is not None
    assert (record.outcome, record.reason, record.version) == (Outcome.IGNORED, "stale", 0)


def test_an_outcome_does_not_overwrite_what_the_same_input_did_before(table: OrdersTable) -> None:
    entry, change, _ = received()
    commit(table, None, entry, change)
    before = table.items()
    ignored = Change(outcome=Outcome.IGNORED, reason="stale")
    assert table.store.record(PK, entry, ignored, order_id=ORDER_ID, receipt_id="2") is Stored.REPEATED
    assert table.items() == before


def test_inputs_of_no_order_are_listed_with_their_connection_oldest_first(table: OrdersTable) -> None:
    pk = keys.connection_pk("example-shop")
    for at in (3, 1, 2):
        entry = replace(told(document(at=at), at=at), report=None)
        change = Change(outcome=Outcome.QUARANTINED, reason=f"code-{at}")
        table.store.record(pk, entry, change, receipt_id=str(at))
    listed = table.store.connection_inputs("example-shop")
    assert [record.reason for record in listed] == ["code-1", "code-2", "code-3"]
    assert table.store.connection_inputs("other-shop") == []


def test_repeats_are_counted_on_the_input_they_repeat(table: OrdersTable) -> None:
    entry, change, _ = received()
    commit(table, None, entry, change)
    for at in (1, 2):
        table.store.note_repeat(PK, keys.input_sk(entry.key), minute(at))
    [record] = table.store.history(ORDER_ID)
    assert record.repeats == 2
    assert table.item(PK, keys.input_sk(entry.key))["repeated_at"] == {"S": keys.instant(minute(2))}


def test_a_repeat_of_what_is_gone_makes_nothing(table: OrdersTable) -> None:
    table.store.note_repeat(PK, "INPUT#gone", START)
    assert table.items() == {}


# --- history


def test_the_history_is_in_the_order_in_which_inputs_were_applied(table: OrdersTable) -> None:
    table.apply(told(document(), at=5))
    # Came before its order, waited, and was applied after it.
    early = told(shipment(at=1), at=1)
    table.apply(early)
    stale = replace(told(document(at=0.5), at=6), key="stale")
    table.store.record(
        PK, stale, Change(outcome=Outcome.IGNORED, reason="stale"), order_id=ORDER_ID, receipt_id="r"
    )
    table.apply(told(scan(at=7), at=7))
    history = table.store.history(ORDER_ID)
    assert [(record.version, record.outcome) for record in history] == [
        (1, Outcome.APPLIED),
        (2, Outcome.APPLIED),
        (0, Outcome.IGNORED),
        (3, Outcome.APPLIED),
    ]
    assert [move.rule for record in history for move in record.moves] == ["T3", "T8", "T10"]


def test_f60_a_long_history_is_read_to_its_end(table: OrdersTable) -> None:
    reason = "x" * 20_000  # more than one page of a query
    for number in range(60):
        entry = replace(told(document(), at=number), key=f"key-{number}")
        table.store.record(
            PK, entry, Change(outcome=Outcome.IGNORED, reason=reason), order_id=ORDER_ID, receipt_id="r"
        )
    assert [record.received_at for record in table.store.history(ORDER_ID)] == [minute(n) for n in range(60)]


# --- tracking numbers


def test_a_tracking_number_leads_to_its_order_however_it_is_spelled(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    assert table.store.orders_of_parcel(TRACKING) == (ORDER_ID,)
    assert table.store.orders_of_parcel("0034 0434 1610 9400 0001") == (ORDER_ID,)
    assert table.store.orders_of_parcel("0034 0434 1610 9400 0002") == ()


def test_a_tracking_number_spelled_twice_in_one_change_is_stored(table: OrdersTable) -> None:
    table.apply(told(document()))
    stored_as, change = table.apply(told(shipment(numbers=("ab 1234", "AB1234")), at=1))
    assert stored_as is Stored.YES
    assert len(change.tracking_numbers) == 2
    assert table.store.orders_of_parcel("AB-1234") == (ORDER_ID,)


def test_a_number_used_again_leads_to_both_orders(table: OrdersTable) -> None:
    for order_id in ("shop:b", "shop:a", "shop:b"):
        table.client.update_item(**requests._point_parcel(table.name, keys.tracking_pk(TRACKING), order_id))
    assert table.store.orders_of_parcel(TRACKING) == ("shop:a", "shop:b")


# --- deadlines


def test_an_order_is_due_with_its_next_deadline_and_not_before(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    due = stored(table).next_due
    assert due is not None
    assert list(table.store.due(before=due, limit=10)) == []
    assert list(table.store.due(before=due + timedelta(microseconds=1), limit=10)) == [(PK, keys.HEAD)]


def test_an_order_without_a_deadline_is_in_no_index(table: OrdersTable) -> None:
    entry, change, order = received()
    commit(table, None, entry, replace(change, order=replace(order, deadlines=())))
    assert not {"due_shard", "due_at"} & set(table.item(PK, keys.HEAD))
    assert list(table.store.due(before=minute(10**7), limit=10)) == []


def test_a_deadline_that_is_over_leaves_the_index_with_the_next_change(table: OrdersTable) -> None:
    entry, change, order = received()
    commit(table, None, entry, change)
    assert "due_at" in table.item(PK, keys.HEAD)
    second, changed, after = shipped(order)
    commit(table, order, second, replace(changed, order=replace(after, deadlines=())))
    assert "due_at" not in table.item(PK, keys.HEAD)


def test_the_index_finds_what_is_due_in_every_shard_oldest_first_and_keeps_to_its_limit(
    table: OrdersTable,
) -> None:
    for number in range(40):
        pk = keys.order_pk(f"shop:{number}")
        table.put(
            {
                "pk": {"S": pk},
                "sk": {"S": keys.HEAD},
                "due_shard": {"S": keys.shard_of(pk)},
                "due_at": {"S": keys.instant(minute(40 - number))},
            }
        )
    found = list(table.store.due(before=minute(1_000), limit=100))
    assert len(found) == 40
    assert {pk for pk, _ in found} == {keys.order_pk(f"shop:{number}") for number in range(40)}
    few = list(table.store.due(before=minute(1_000), limit=2))
    assert len(few) == 2 * keys.SHARDS
    for shard in range(keys.SHARDS):
        in_shard = [pk for pk, _ in found if keys.shard_of(pk) == str(shard)]
        assert in_shard == sorted(in_shard, key=lambda pk: -int(pk.rpartition(":")[2]))
        assert [pk for pk, _ in few if keys.shard_of(pk) == str(shard)] == in_shard[:2]


def test_move_by_move_a_change_that_catches_up_is_allowed(table: OrdersTable) -> None:
    table.apply(told(document()))
    read = stored(table)
    entry, change, after = shipped(read)
    moves = (*change.moves, Move(rule="T10", source="shipped", target="closed", caught_up=True))
    far = replace(change, moves=moves, order=replace(after, status=Status.CLOSED))
    assert commit(table, read, entry, far) is Stored.YES
    assert table.item(PK, keys.HEAD)["status"] == {"S": "closed"}
