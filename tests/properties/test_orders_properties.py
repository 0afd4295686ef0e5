"""What holds for every order, whatever happens to it and in whatever order.

A state machine gives one order random facts, commands and time; after each step the promises of the
domain are checked against a recomputation that knows nothing of how the step was made.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.orders import commands as c
from shared.orders import derive
from shared.orders.allowed import allowed_commands
from shared.orders.changes import Change, Outcome
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentMethod,
    PaymentWord,
    RefundLine,
    RefundWord,
    Restock,
    ReturnReported,
    ReturnWord,
    ScanStatus,
    StatusWord,
)
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.orders.statuses import PackageStatus
from tests.unit.orders.story import (
    MARKETPLACE,
    OWN_SHOP,
    PAID,
    PENDING,
    PROCESSABLE,
    START,
    Story,
    lines,
    money,
    package,
    refund,
    scan,
    seen,
    word,
)

LINE_IDS = st.sampled_from(["L1", "L2"])
PIECES = st.integers(1, 3)
CONTENTS = st.none() | st.lists(st.tuples(LINE_IDS, PIECES), min_size=1, max_size=2).map(tuple)
AMOUNTS = st.sampled_from(["0.50", "5.00", "10.00", "25.00", "60.00"])
NAMES = st.sampled_from(["A", "B", "C"])
NUMBERS = st.sampled_from(["", "T1", "T2"])
MINUTES = st.integers(0, 600).map(lambda n: START + timedelta(minutes=n))

WORDS = st.sampled_from(StatusWord).map(word)
PAYMENTS = st.builds(
    lambda said, tx, amount: money(said, tx=tx, amount=amount if tx else None),
    st.sampled_from(PaymentWord),
    st.sampled_from(["", "tx-1", "tx-2"]),
    AMOUNTS,
)
REFUNDS = st.builds(
    lambda name, amount, shares, said: refund(name, amount, *shares, said=said),
    NAMES,
    AMOUNTS,
    st.lists(
        st.builds(RefundLine, line_id=LINE_IDS, quantity=PIECES, restock=st.sampled_from(Restock)),
        max_size=2,
    ),
    st.sampled_from(RefundWord),
)
PACKAGES = st.builds(
    lambda name, said, contents, number, waits, at: package(
        name, said, contents, number=number, waits=waits, at=at
    ),
    NAMES,
    st.sampled_from(PackageWord),
    CONTENTS,
    NUMBERS,
    st.booleans(),
    MINUTES,
)
SCANS = st.builds(
    lambda said, number, at: scan(said, number, at=at),
    st.sampled_from(ScanStatus),
    st.sampled_from(["T1", "T2"]),
    MINUTES,
)
RETURNS = st.builds(
    lambda name, line, pieces, said: ReturnReported(
        return_id=name, line_id=line, quantity=pieces, word=said, raw=said.value
    ),
    NAMES,
    LINE_IDS,
    PIECES,
    st.sampled_from(ReturnWord),
)
DOCUMENTS = st.builds(
    lambda one, two, gone, total: seen(items=lines(one, two, canceled=[min(gone, one), 0]), total=total),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(["30.00", "50.00"]),
)


def _entity(fact: Fact) -> object:
    """What a fact is about: a report says one thing of each, and one source tells of a parcel."""
    if isinstance(fact, (PackageReported, ParcelScanned)):
        return "parcel"
    names = ("package_id", "refund_id", "return_id", "transaction_id", "external_id")
    return (type(fact), *(getattr(fact, name, "") for name in names))


ANY_FACT = st.one_of(WORDS, PAYMENTS, REFUNDS, PACKAGES, SCANS, RETURNS, DOCUMENTS)


def _can_be_repeated(facts: list[Fact]) -> bool:
    """All that is open is another thing before and after the same document has added to it."""
    whole = any(isinstance(fact, PackageReported) and fact.contents is None for fact in facts)
    return not whole or not any(isinstance(fact, OrderSeen) for fact in facts)


REPORTS = st.lists(ANY_FACT, min_size=1, max_size=3, unique_by=_entity).filter(_can_be_repeated)
PACKAGE_IDS = st.sampled_from(["1", "2", "3"])
COMMANDS = st.one_of(
    st.sampled_from(
        [
            c.Release(),
            c.Accept(),
            c.Refuse(),
            c.Cancel(),
            c.PreparePickup(),
            c.ReadyForPickup(),
            c.Collect(),
            c.CancelPickup(),
            c.AcceptCancellation(),
            c.RejectCancellation(),
            c.MarkPaid(),
            c.MarkPaymentFailed(),
            c.FailCall(call="accept"),
            c.ClearAttention(code="unmapped_status"),
        ]
    ),
    st.builds(c.CancelLines, lines=st.tuples(st.tuples(LINE_IDS, PIECES))),
    st.builds(c.ReadyToShip, contents=CONTENTS, tracking_number=NUMBERS),
    st.builds(c.Ship, contents=CONTENTS, tracking_number=NUMBERS),
    st.builds(c.Ship, package_id=PACKAGE_IDS, tracking_number=NUMBERS),
    st.builds(c.ChangeTracking, package_id=PACKAGE_IDS, tracking_number=st.sampled_from(["T1", "T3"])),
    st.builds(c.CancelPackage, package_id=PACKAGE_IDS),
    st.builds(c.MarkDelivered, package_id=PACKAGE_IDS),
    st.builds(
        c.RefundAmount,
        amount=AMOUNTS.map(Decimal),
        refund_id=st.sampled_from(["", "", "A", "own-5"]),
        answers=st.sampled_from(["", "", "A"]),
    ),
    st.builds(
        c.ConfirmCall, call=st.just("refund"), target=st.sampled_from(["A", "own-3"]), external_id=NAMES
    ),
    st.builds(
        c.RefundProducts,
        lines=st.tuples(st.tuples(LINE_IDS, PIECES, st.sampled_from(Restock))),
    ),
    st.builds(c.RequestRefund, amount=AMOUNTS.map(Decimal)),
    st.builds(c.RejectRefund, refund_id=NAMES),
    st.builds(c.RequestReturn, return_id=NAMES, lines=st.tuples(st.tuples(LINE_IDS, PIECES))),
    st.builds(c.AcceptReturn, return_id=NAMES),
    st.builds(c.RejectReturn, return_id=NAMES),
    st.builds(c.ReceiveReturn, return_id=NAMES),
    st.builds(c.RestockReturn, return_id=NAMES),
    st.builds(c.ChangeQuantity, line_id=LINE_IDS, quantity=st.integers(0, 4)),
)
RULES = st.sampled_from(
    [
        OWN_SHOP,
        MARKETPLACE,
        replace(OWN_SHOP, tracking_mandatory="always", books_parcels=True),
        replace(OWN_SHOP, closing_delay=timedelta(days=2), cancellation_requests=False),
        replace(MARKETPLACE, auto_accept=True, back_office="shop-two"),
    ]
)


class AnyOrder(RuleBasedStateMachine):
    """One order, to which anything may happen."""

    story: Story

    @initialize(
        rules=RULES,
        method=st.sampled_from(PaymentMethod),
        pickup=st.booleans(),
        first=st.lists(ANY_FACT.filter(lambda fact: not hasattr(fact, "lines")), max_size=2),
        begins=st.sampled_from([PROCESSABLE, word(StatusWord.ACCEPTANCE_ASKED), PENDING, PAID]),
    )
    def create(
        self, rules: Rules, method: PaymentMethod, pickup: bool, first: list[Fact], begins: Fact
    ) -> None:
        self.story = Story(rules)
        self.story.told(seen(3, 2, total="50.00", method=method, pickup=pickup), begins, *first)

    @rule(
        facts=REPORTS,
        late=st.integers(-30, 30),
        whole=st.booleans(),
    )
    def happens(self, facts: list[Fact], late: int, whole: bool) -> None:
        """A report arrives, maybe late, maybe without a time of its own; and then once more."""
        self.story.now += timedelta(minutes=10)
        when: dict[str, Any] = (
            {"timeless": True} if not whole else {"time": self.story.now + timedelta(minutes=late)}
        )
        change = self.story.told(*facts, **when)
        assert change.outcome in (Outcome.APPLIED, Outcome.IGNORED)
        assert {bool(note.outcome) for note in change.notes} <= {True}
        before = self.story.state
        again = self.story.told(*facts, **when)
        if not any(note.outcome == "attention" for note in again.notes):
            assert again.effects == ()
            assert again.moves == ()
            assert replace(self.story.state, version=before.version) == before

    @rule(fact=SCANS)
    def is_scanned(self, fact: Fact) -> None:
        """A carrier, who is not the channel, reports."""
        self.story.told(fact, timeless=True, connection="tracking")

    @rule(command=COMMANDS)
    def is_asked(self, command: c.Command) -> None:
        """The merchant asks for something; what the list forbids is refused, and changes nothing."""
        before = self.story.state
        permissions = {type_: reason for type_, _, reason in allowed_commands(before, self.story.rules)}
        change = self.story.asked(command)
        name = next(n for n in permissions if n == _name(command)) if _name(command) in permissions else ""
        if name and permissions[name]:
            assert change.outcome is Outcome.REFUSED
        if change.outcome is not Outcome.APPLIED:
            assert change.order is None
            assert self.story.state is before
        else:
            after = self.story.state
            assert after.refunded <= max(after.paid, before.refunded)

    @rule(days=st.integers(0, 40))
    def waits(self, days: int) -> None:
        """Time passes."""
        self.story.later(days=days)

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def pieces_are_neither_lost_nor_made(self) -> None:
        order = self.story.state
        packed: Counter[str] = Counter()
        for parcel in order.packages:
            if parcel.status is not PackageStatus.CANCELED:
                for line_id, pieces in parcel.contents:
                    assert pieces > 0
                    packed[line_id] += pieces
        for line in order.lines:
            assert 0 <= line.canceled <= line.ordered
            assert 0 <= line.unrefunded <= line.canceled
            assert packed[line.id] <= line.live

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def a_refund_is_one_by_our_id_and_by_its_channels(self) -> None:
        refunds = self.story.state.refunds
        for names in ([entry.id for entry in refunds], [entry.external_id for entry in refunds]):
            assert [name for name, count in Counter(filter(None, names)).items() if count > 1] == []

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def an_effect_is_owed_once(self) -> None:
        keys = Counter(effect.key for effect in self.story.effects)
        assert [key for key, count in keys.items() if count > 1] == []

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def stock_is_what_was_reserved_and_not_handed_over(self) -> None:
        order = self.story.state
        if not order.reserved:
            return
        for line in order.lines:
            held = sum(
                sign * self.story.stock(name).get(line.id, 0)
                for name, sign in (("reserve", 1), ("put_back", 1), ("give_back", -1), ("take", -1))
            )
            assert held == line.live - _handed_over(order, line.id), line

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def what_is_derived_equals_a_naive_recomputation(self) -> None:
        order = self.story.state
        assert derive.fulfillment(order).value == _naive_fulfillment(order)
        assert derive.refund(order).value == _naive_refund(order)

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def the_status_agrees_with_the_packages(self) -> None:
        order = self.story.state
        if order.status == "shipped":
            assert _naive_open(order) == 0
        if order.status == "waiting_shipment" and not order.pickup and any(line.live for line in order.lines):
            assert _naive_open(order) > 0

    @invariant()
    @precondition(lambda self: hasattr(self, "story"))
    def the_order_stays_small(self) -> None:
        assert len(self.story.state.attention) <= 32
        assert len(self.story.state.waiting_scans) <= 20


def _name(command: c.Command) -> str:
    from shared.orders.allowed import command_name

    return command_name(type(command))


GONE = {"fulfilled", "at_pickup_point", "unable_to_deliver", "returning", "returned", "delivered"}


def _handed_over(order: Order, line_id: str) -> int:
    if order.collected:
        return next(line.live for line in order.lines if line.id == line_id)
    return sum(
        pieces
        for parcel in order.packages
        if parcel.status.value in GONE
        for held, pieces in parcel.contents
        if held == line_id
    )


def _naive_open(order: Order) -> int:
    return sum(line.live - _handed_over(order, line.id) for line in order.lines)


def _naive_fulfillment(order: Order) -> str:
    """Stage by stage, piece by piece."""
    at_home = {
        "preparing_pickup": "ready_to_ship",
        "ready_for_pickup": "at_pickup_point",
    }
    rest = "delivered" if order.collected else at_home.get(order.status.value, "unfulfilled")
    stages = [
        parcel.status.value
        for parcel in order.packages
        if parcel.status.value != "canceled"
        for _, pieces in parcel.contents
        for _ in range(pieces)
    ]
    stages += [rest] * (sum(line.live for line in order.lines) - len(stages))
    if not stages:
        return "canceled"
    if len(set(stages)) == 1:
        return stages[0]
    counted = {"fulfilled" if stage in GONE - {"delivered"} else stage for stage in stages}
    if counted == {"fulfilled"}:
        return "fulfilled"
    for stage, name in (
        ("delivered", "partially_delivered"),
        ("fulfilled", "partially_fulfilled"),
        ("ready_to_ship", "partially_ready"),
    ):
        if stage in counted:
            return name
    raise AssertionError(counted)


def _naive_refund(order: Order) -> str:
    words = [entry.word.value for entry in order.refunds]
    for open_word in ("requested", "due"):
        if open_word in words:
            return open_word
    back = sum((e.amount for e in order.refunds if e.word is RefundWord.RECORDED), Decimal(0))
    if not back:
        return "none"
    captured = sum((e.amount for e in order.transactions if e.kind == "capture"), Decimal(0))
    return "full" if back >= captured else "partial"


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
def test_anything_may_happen_to_an_order_for_a_long_time() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=800,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


EVENTS: dict[str, Fact] = {
    "paid": money(PaymentWord.PAID, tx="tx-1", amount="20.00"),
    "shipped": package("P1", contents=(("L1", 2),), number="T1", at=START + timedelta(hours=1)),
    "in_transit": scan(ScanStatus.IN_TRANSIT, at=START + timedelta(hours=2)),
    "delivered": scan(ScanStatus.DELIVERED, at=START + timedelta(hours=3)),
    "refunded": refund("R1", "5.00"),
}


def _play(order_of_arrival: tuple[str, ...]) -> tuple[Story, list[Change]]:
    """Give a created order and its events in this order; what is parked comes again when it is known."""
    story = Story()
    parked: list[str] = []
    changes = []
    for name in order_of_arrival:
        if name == "created":
            changes.append(story.told(seen(2), PROCESSABLE))
            waiting, parked = parked, []
        else:
            waiting = [name]
        for each in waiting:
            change = story.told(EVENTS[each], timeless=True)
            changes.append(change)
            if change.outcome is Outcome.PARKED:
                parked.append(each)
    assert not parked
    return story, changes


@pytest.fixture(scope="module")
def in_order() -> Story:
    return _play(("created", *EVENTS))[0]


def test_f05_f06_every_order_of_arrival_gives_the_same_order(in_order: Story) -> None:
    assert in_order.axes() == ("closed", "paid", "partial", "delivered", "none")
    count = 0
    for arrival in itertools.permutations(("created", *EVENTS)):
        story, _ = _play(arrival)
        assert story.axes() == in_order.axes(), arrival
        assert story.state.packages[0].scan is ScanStatus.DELIVERED, arrival
        assert story.state.attention == (), arrival
        assert story.mails.count("shipped/1") <= 1
        if "shipped/1" in story.mails and "delivered/1" in story.mails:
            assert story.mails.index("shipped/1") < story.mails.index("delivered/1")
        count += 1
    assert count == 720
