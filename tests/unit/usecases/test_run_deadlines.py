"""Deadlines on the store in memory: each fires once, and none keeps another from firing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from pydantic import ValidationError

from shared.connections.model import Connection
from shared.connections.store import ConnectionStore
from shared.orders.changes import Input
from shared.orders.facts import (
    Customer,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.statuses import Status
from shared.storage import keys
from shared.storage.store import OrderStore
from shared.usecases.apply_receipt import apply_report
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.run_deadlines import DeadlineRun, run_deadlines
from tests.support.engine import ORDERS_INDEXES, Client, Dynamo

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
CLOSES_UNTRACKED = START + 31 * DAY
ERASED = START + 200 * DAY


class Desk:
    """A hub with two shops, and one order in each on demand. ``at`` is the present."""

    def __init__(self) -> None:
        self.database = Dynamo({"orders": ORDERS_INDEXES, "connections": {}})
        self.at = START
        self.before_call: Callable[[str], None] = lambda _operation: None
        client = cast("Any", Client(self._call))
        self.store = OrderStore(client, "orders")
        self.connections = ConnectionStore(client, "connections", lambda: self.at)
        for name in ("shop-one", "shop-two"):
            self.connections.put(
                Connection(id=name, kind="shopify", name="Example Shop", connected_at=START - DAY)
            )
        self.inbox = InboxDesk(
            store=self.store,
            connections=self.connections,
            now=lambda: self.at,
            pause=lambda _attempt: None,
        )

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.before_call(operation)
        return self.database.execute(operation, parameters)

    def ship(self, shop: str = "shop-one") -> str:
        """Let a shop say that an untracked parcel has left."""
        seen = OrderSeen(
            number="#1",
            currency="EUR",
            total=Decimal("10.00"),
            lines=(LineSeen(external_id="1", quantity=1),),
            placed_at=START,
        )
        self.tell(
            shop,
            1,
            seen,
            StatusReported(word=StatusWord.PROCESSABLE, raw="open"),
            PaymentReported(word=PaymentWord.PAID, raw="paid"),
            PackageReported(package_id="p1", word=PackageWord.FULFILLED, raw="success"),
        )
        return f"{shop}:1"

    def tell(self, shop: str, minutes: int, *facts: Any) -> None:
        """Let a shop say facts of its order."""
        moment = START + timedelta(minutes=minutes)
        apply_report(
            Report(facts=facts, order_external_id="1", source_time=moment),
            connection=self.connections.get(shop),
            source="webhook",
            received_at=self.at,
            desk=self.inbox,
        )

    def dispute(self, minutes: int, word: StatusWord) -> None:
        """Let the shop say that a dispute began, or is over."""
        self.tell("shop-one", minutes, StatusReported(word=word, raw=word.value))

    def run(self, at: datetime) -> DeadlineRun:
        """Let the deadlines of a moment pass."""
        self.at = at
        return run_deadlines(at, self.inbox)

    def status(self, order_id: str) -> Status:
        order = self.store.read(order_id).order
        assert order is not None
        return order.status


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_deadline_fires_once(desk: Desk) -> None:
    order = desk.ship()

    assert desk.run(CLOSES_UNTRACKED).applied == 1
    assert desk.run(CLOSES_UNTRACKED).applied == 0
    assert desk.status(order) is Status.CLOSED


def test_f55_a_schedule_that_did_not_fire_is_caught_up(desk: Desk) -> None:
    order = desk.ship()

    desk.run(START + 90 * DAY)

    assert desk.status(order) is Status.CLOSED


def test_f55_a_deadline_that_was_moved_away_and_back_fires_once_more_and_is_over(desk: Desk) -> None:
    def ships_by(minutes: int, days: int) -> None:
        seen = OrderSeen(
            number="#1",
            currency="EUR",
            total=Decimal("10.00"),
            lines=(LineSeen(external_id="1", quantity=1),),
            placed_at=START,
            ship_by=START + days * DAY,
        )
        desk.tell("shop-one", minutes, seen, StatusReported(word=StatusWord.PROCESSABLE, raw="open"))

    ships_by(0, days=2)
    assert desk.run(START + 1.5 * DAY).applied == 1
    ships_by(1, days=7)
    ships_by(2, days=2)

    assert desk.run(START + 1.6 * DAY).applied == 1
    # What stays due for ever is worked on every minute, in front of all that comes later.
    assert list(desk.store.due(before=START + 1.7 * DAY, limit=10)) == []


def test_what_a_dispute_holds_fires_when_it_is_over_although_another_deadline_fired_meanwhile(
    desk: Desk,
) -> None:
    order = desk.ship()
    desk.dispute(2, StatusWord.DISPUTE_OPENED)
    desk.run(ERASED)
    assert desk.status(order) is Status.SHIPPED

    desk.dispute(3, StatusWord.DISPUTE_RESOLVED)
    desk.run(ERASED + DAY)

    assert desk.status(order) is Status.CLOSED


def test_a_dispute_keeps_no_customer_from_being_erased(desk: Desk) -> None:
    order = desk.ship()
    desk.dispute(2, StatusWord.DISPUTE_OPENED)
    assert desk.run(ERASED).applied == 1
    found = desk.store.read(order).order
    assert found is not None
    assert (found.erased, found.status) == (True, Status.SHIPPED)


def test_what_a_dispute_holds_fires_when_it_is_over_although_that_opened_in_this_very_moment(
    desk: Desk,
) -> None:
    order = desk.ship()
    reads = 0

    def open_dispute(operation: str) -> None:
        nonlocal reads
        reads += operation == "BatchGetItem"
        if reads == 2:  # the run has seen the order, and is about to decide on it
            desk.before_call = lambda _operation: None
            desk.dispute(2, StatusWord.DISPUTE_OPENED)

    desk.before_call = open_dispute
    assert desk.run(CLOSES_UNTRACKED).applied == 0
    desk.dispute(3, StatusWord.DISPUTE_RESOLVED)
    desk.run(CLOSES_UNTRACKED + DAY)

    assert desk.status(order) is Status.CLOSED


@pytest.mark.parametrize(("lost", "kept"), [("shop-one", "shop-two"), ("shop-two", "shop-one")])
def test_an_order_that_cannot_be_worked_on_does_not_hold_up_the_others(
    desk: Desk, lost: str, kept: str
) -> None:
    for shop in (lost, kept):
        desk.ship(shop)
    connection = desk.database.tables["connections"].items["CONNECTIONS", lost]
    desk.database.tables["connections"].put(
        ("CONNECTIONS", lost), {**connection, "document": {"S": "of a future that we do not know"}}
    )
    desk.at += DAY  # what is known of connections is kept for some minutes

    with pytest.raises(ExceptionGroup) as failed:
        desk.run(CLOSES_UNTRACKED)

    assert [type(error) for error in failed.value.exceptions] == [ValidationError]
    assert desk.status(f"{kept}:1") is Status.CLOSED
    assert desk.status(f"{lost}:1") is Status.SHIPPED


def test_an_order_of_a_connection_that_is_gone_ends_in_silence_and_loses_its_customer(desk: Desk) -> None:
    order = desk.ship()
    desk.database.tables["connections"].put(("CONNECTIONS", "shop-one"), None)
    before = len(list(desk.store.history(order)))

    assert desk.run(CLOSES_UNTRACKED).applied == 1
    assert desk.status(order) is Status.CLOSED
    assert desk.run(ERASED).applied == 1
    found = desk.store.read(order).order
    assert found is not None
    assert found.erased
    late = list(desk.store.history(order))[before:]
    assert [effect.key for record in late for effect in record.effects] == []


PARKED_AT = datetime(2026, 8, 31, 12, tzinfo=UTC)
ERASES_PARKED = datetime(2027, 2, 28, 12, tzinfo=UTC)
PK = keys.order_pk("shop-one:9")
SK = keys.parked_sk("waits")


def park(desk: Desk, customer: Customer | None = None) -> None:
    """Let a document wait for the order whose copy it is said to be."""
    seen = OrderSeen(number="#9", currency="EUR", total=Decimal(1), lines=(), customer=customer)
    report = Report(facts=(seen,), order_external_id="9", source_time=PARKED_AT)
    entry = Input(
        key="waits",
        connection="shop-one",
        source="webhook",
        actor="shop-one",
        received_at=PARKED_AT,
        report=report,
    )
    desk.store.park(PK, keys.SOURCE, entry, receipt_id="")


def parked_customer(desk: Desk) -> Customer | None:
    waiting = desk.store.read_parked(PK, SK)
    assert waiting is not None
    [seen] = waiting.report.facts
    assert isinstance(seen, OrderSeen)
    assert seen.number == "#9"
    return seen.customer


BUYER = Customer(name="Example Customer", email="buyer@example.com")


def test_f54_a_parked_input_loses_its_customer_where_the_sixth_month_ends_and_waits_on(desk: Desk) -> None:
    park(desk, BUYER)

    early = desk.run(ERASES_PARKED - timedelta(seconds=1))
    assert (early.parked_too_long, early.parked_erased) == (1, 0)
    assert parked_customer(desk) == BUYER
    due = desk.run(ERASES_PARKED + DAY)
    assert (due.parked_too_long, due.parked_erased) == (1, 1)
    assert parked_customer(desk) is None
    again = desk.run(ERASES_PARKED + 3 * DAY)
    assert (again.parked_too_long, again.parked_erased) == (1, 0)


def test_f66_an_erasure_of_a_parked_input_that_ended_before_its_write_is_done_by_the_next_run(
    desk: Desk,
) -> None:
    park(desk, BUYER)

    def die(operation: str) -> None:
        if operation == "UpdateItem":
            raise RuntimeError("the process ends")

    desk.before_call = die
    with pytest.raises(ExceptionGroup):
        desk.run(ERASES_PARKED + DAY)
    desk.before_call = lambda _operation: None
    assert parked_customer(desk) == BUYER
    # The very next minute: the alarm was not postponed without the erasure.
    assert desk.run(ERASES_PARKED + DAY + timedelta(minutes=1)).parked_erased == 1
    assert parked_customer(desk) is None


def test_a_parked_input_of_a_connection_that_is_gone_loses_its_customer_all_the_same(desk: Desk) -> None:
    park(desk, BUYER)
    desk.database.tables["connections"].put(("CONNECTIONS", "shop-one"), None)

    assert desk.run(ERASES_PARKED + DAY).parked_erased == 1
    assert parked_customer(desk) is None


def test_a_parked_input_that_was_applied_meanwhile_does_not_come_back_by_its_erasure(desk: Desk) -> None:
    park(desk, BUYER)

    def apply_first(operation: str) -> None:
        if operation == "UpdateItem":
            desk.before_call = lambda _operation: None
            desk.store.unpark(PK, "waits")

    desk.before_call = apply_first
    desk.run(ERASES_PARKED + DAY)
    assert desk.store.read_parked(PK, SK) is None
