"""Commands on the real store: whoever comes in between, each is decided on what is, and stored once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from moto import mock_aws

from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection
from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.facts import LineSeen
from shared.orders.model import Order, order_id
from shared.storage.orders_table import StoreBusyError
from shared.usecases.apply_input import MAX_TRIES, LostRaceError, apply_input
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.read_order import UnknownOrderError
from shared.usecases.run_command import (
    CommandRequest,
    CommandResult,
    KeyReusedError,
    VersionConflictError,
    run_command,
)
from tests.support.snapshot import one_session
from tests.support.template import REGION
from tests.unit.storage.on_moto import OrdersTable, never_sent, response_lost, response_lost_for_good
from tests.unit.storage.samples import CONNECTION, ORDER_ID, RULES, START, document, minute, shipment, told

LINE = "12345678901230"
PAID = Decimal("59.70")


class Connections:
    """One connection, whose rules are the samples'."""

    def get(self, connection: str) -> Connection:
        if connection != CONNECTION:
            raise UnknownConnectionError(connection)
        return Connection(id=CONNECTION, kind="shopify", name="Example Shop", connected_at=START)


@pytest.fixture(scope="module")
def shared_table() -> Iterator[OrdersTable]:
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield OrdersTable(one_session(REGION).client("dynamodb"), "orders")


@pytest.fixture
def table(shared_table: OrdersTable) -> OrdersTable:
    """A table with one paid order of 59.70 EUR: three lines, two pieces each."""
    shared_table.recreate()
    shared_table.apply(told(document()))
    shared_table.calls.clear()
    return shared_table


def desk(table: OrdersTable) -> InboxDesk:
    connections: Any = Connections()
    return InboxDesk(
        store=table.store, connections=connections, now=lambda: minute(5), pause=lambda _attempt: None
    )


def ask(table: OrdersTable, command: c.Command, **options: Any) -> CommandResult:
    fields: dict[str, Any] = {"order_id": ORDER_ID, "who": "clerk-1", "idempotency_key": "key-1"}
    return run_command(CommandRequest(command=command, **(fields | options)), desk(table))


def refund(table: OrdersTable, amount: str, key: str) -> CommandResult:
    return ask(table, c.RefundAmount(amount=Decimal(amount)), idempotency_key=key, who=f"clerk-{key}")


def stored(table: OrdersTable) -> Order:
    order = table.order()
    assert order is not None
    return order


def before_the_write(table: OrdersTable, event: Callable[[], object]) -> None:
    """Let ``event`` happen after the next command has read the order, before it writes."""

    def happens_first(carry_out: Callable[[], Any]) -> Any:
        waiting = list(table.failures)
        table.failures.clear()
        event()
        table.failures.extend(waiting)
        return carry_out()

    table.failures.extend([lambda carry_out: carry_out(), happens_first])


# --- F12, F13: two at the same order


def test_f12_a_double_click_is_one_refund(table: OrdersTable) -> None:
    results: list[CommandResult] = []
    before_the_write(table, lambda: results.append(refund(table, "20.00", "same")))
    results.append(refund(table, "20.00", "same"))
    assert stored(table).refunded == Decimal("20.00")
    first, second = results
    assert (first.repeated, second.repeated) == (False, True)
    assert (first.outcome, first.version, first.effects) == (second.outcome, second.version, second.effects)
    assert stored(table).version == 2


def test_f12_of_two_clerks_who_refund_all_one_is_refused(table: OrdersTable) -> None:
    before_the_write(table, lambda: refund(table, "59.70", "one"))
    loser = refund(table, "59.70", "two")
    assert (loser.outcome, loser.reason) == (Outcome.REFUSED, "refund_exceeds_paid")
    assert stored(table).refunded == PAID
    assert len(stored(table).refunds) == 1


def test_f12_a_clerk_who_says_what_was_seen_does_not_refund_what_another_has_refunded(
    table: OrdersTable,
) -> None:
    before_the_write(table, lambda: refund(table, "5.00", "one"))
    with pytest.raises(VersionConflictError) as conflict:
        ask(table, c.RefundAmount(amount=Decimal("5.00")), idempotency_key="two", seen_version=1)
    assert conflict.value.version == 2
    assert stored(table).refunded == Decimal("5.00")


def test_f13_refunds_side_by_side_never_exceed_what_was_paid(table: OrdersTable) -> None:
    before_the_write(table, lambda: refund(table, "40.00", "one"))
    loser = refund(table, "30.00", "two")
    assert (loser.outcome, loser.reason) == (Outcome.REFUSED, "refund_exceeds_paid")
    assert stored(table).refunded == Decimal("40.00")


def test_f13_refunds_side_by_side_that_are_covered_both_count(table: OrdersTable) -> None:
    before_the_write(table, lambda: refund(table, "40.00", "one"))
    assert refund(table, "19.70", "two").outcome is Outcome.APPLIED
    assert stored(table).refunded == PAID


def test_f13_the_sum_is_a_condition_of_the_same_write(table: OrdersTable) -> None:
    refund(table, "40.00", "one")
    [write] = [request for request in table.sent[-1]["TransactItems"] if "state" in request["Put"]["Item"]]
    assert "paid >= :refunded" in write["Put"]["ConditionExpression"]
    assert write["Put"]["ExpressionAttributeValues"][":refunded"] == {"N": "40.00"}


def test_a_cancellation_that_loses_against_a_shipment_is_refused(table: OrdersTable) -> None:
    before_the_write(table, lambda: table.apply(told(shipment(), at=1)))
    result = ask(table, c.Cancel())
    assert (result.outcome, result.reason) == (Outcome.REFUSED, "illegal_transition")
    assert result.order.status == "shipped"
    assert "cancel" not in result.allowed
    assert "change_tracking" in result.allowed


def test_who_loses_every_time_is_told_to_come_again_and_nothing_is_stored(table: OrdersTable) -> None:
    for number in range(MAX_TRIES):
        before_the_write(table, lambda number=number: refund(table, "1.00", f"other-{number}"))  # type: ignore[misc]
    with pytest.raises(LostRaceError):
        ask(table, c.Ship())
    assert stored(table).status == "waiting_shipment"
    assert ask(table, c.Ship()).outcome is Outcome.APPLIED


# --- the same again, and lost answers


def test_a_lost_answer_is_our_own_success(table: OrdersTable) -> None:
    table.failures.extend([lambda carry_out: carry_out(), response_lost])
    result = ask(table, c.Ship())
    assert (result.outcome, result.version, result.order.status) == (Outcome.APPLIED, 2, "shipped")
    assert stored(table).version == 2


def test_after_a_crash_the_same_key_finds_the_outcome(table: OrdersTable) -> None:
    table.failures.extend([lambda carry_out: carry_out(), response_lost_for_good])
    with pytest.raises(Exception, match="timeout"):
        ask(table, c.Ship(), seen_version=1)
    result = ask(table, c.Ship(), seen_version=1)
    assert (result.repeated, result.outcome, result.version) == (True, Outcome.APPLIED, 2)


def test_a_busy_table_stores_nothing(table: OrdersTable) -> None:
    table.failures.extend([lambda carry_out: carry_out(), never_sent("TransactionInProgressException")])
    with pytest.raises(StoreBusyError):
        ask(table, c.Ship())
    assert stored(table).version == 1


def test_b49_another_command_with_the_same_key_is_refused_also_beside_the_first(table: OrdersTable) -> None:
    before_the_write(table, lambda: ask(table, c.Ship()))
    with pytest.raises(KeyReusedError):
        ask(table, c.RefundAmount(amount=PAID))
    with pytest.raises(KeyReusedError):
        ask(table, c.Ship(tracking_number="00340434161094000001"))
    assert stored(table).refunded == 0


# --- what there is not


def test_unknown_orders_and_connections_are_alike_and_leave_nothing(table: OrdersTable) -> None:
    before = table.items().keys()
    for unknown in (order_id(CONNECTION, "404"), order_id("other-shop", "1")):
        with pytest.raises(UnknownOrderError):
            ask(table, c.Cancel(), order_id=unknown)
    assert table.items().keys() == before


def test_a_refusal_is_stored_with_its_reason(table: OrdersTable) -> None:
    result = ask(table, c.Accept())
    assert (result.outcome, result.reason, result.version) == (Outcome.REFUSED, "illegal_transition", 0)
    [record] = [record for record in table.store.history(ORDER_ID) if record.source == "api"]
    assert (record.outcome, record.reason, record.actor) == (Outcome.REFUSED, "illegal_transition", "clerk-1")
    assert (record.command, record.version) == ("accept", 0)


# --- the texts of a new line


def test_a_line_is_added_to_the_document_in_the_same_write(table: OrdersTable) -> None:
    ask(table, c.AddLine(line=LineSeen(external_id="gift", name="A gift", quantity=1)))
    full = table.store.read_full(ORDER_ID)
    assert full is not None
    assert full.seen is not None
    assert [line.name for line in full.seen.lines][-1] == "A gift"
    assert len(full.seen.lines) == 4


def test_a_document_that_comes_in_between_is_not_overwritten_by_an_older_one(table: OrdersTable) -> None:
    newer = told(document(at=2, lines=2), at=2)
    # Between the two reads, that of the head and that of the document.
    before_the_write(table, lambda: table.apply(newer))
    ask(table, c.AddLine(line=LineSeen(external_id="gift", name="A gift", quantity=1)))
    full = table.store.read_full(ORDER_ID)
    assert full is not None
    assert full.seen is not None
    assert [line.external_id for line in full.seen.lines] == [LINE, "12345678901231", "gift"]


def test_a_refused_line_reads_and_writes_no_document(table: OrdersTable) -> None:
    ask(table, c.AddLine(line=LineSeen(external_id=LINE, quantity=1)))
    assert table.calls == ["BatchGetItem", "PutItem"]


def test_what_is_not_a_command_is_applied_without_a_check(table: OrdersTable) -> None:
    applied = apply_input(
        ORDER_ID,
        told(shipment(), at=1),
        rules=RULES,
        store=table.store,
        now=lambda: minute(1),
        pause=lambda _attempt: None,
    )
    assert applied.outcome is Outcome.APPLIED
    assert applied.before is not None
    assert applied.before.version == 1
