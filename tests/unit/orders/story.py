"""An order's story, told to decide() step by step: time is an argument, and what was owed is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from shared.orders import codec, derive
from shared.orders.changes import Change, Effect, Input, Move, Outcome
from shared.orders.commands import Command
from shared.orders.decide import decide
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentMethod,
    PaymentReported,
    PaymentWord,
    RefundLine,
    RefundReported,
    RefundWord,
    Report,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.orders.model import Attention, Order
from shared.orders.rules import Rules
from shared.orders.transitions import check_chain

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALL_CALLS = frozenset(
    {
        "accept",
        "refuse",
        "cancel",
        "cancel_lines",
        "answer_cancellation",
        "prepare_pickup",
        "ready_for_pickup",
        "picked_up",
        "cancel_pickup",
        "cancel_shipment",
        "ready",
        "ship",
        "tracking",
        "at_pickup_point",
        "delivered",
        "answer_return",
        "refund",
        "request_refund",
        "reject_refund",
        "edit",
        "stock",
    }
)
OWN_SHOP = Rules(capabilities=ALL_CALLS)
MARKETPLACE = Rules(own_shop=False, capabilities=ALL_CALLS, collects_after_accept=True)

CUSTOMER = Customer(
    name="Customer",
    email="buyer@example.com",
    shipping=Address(name="Customer", street=("Street 1",), postal_code="10115", city="Berlin", country="DE"),
)


def lines(*quantities: int, price: str = "10.00", canceled: Iterable[int] = ()) -> tuple[LineSeen, ...]:
    """Lines L1, L2 … of so many pieces."""
    gone = list(canceled) + [0] * len(quantities)
    return tuple(
        LineSeen(
            external_id=f"L{n + 1}",
            sku=f"SKU-{n + 1}",
            name=f"Article {n + 1}",
            quantity=quantity,
            canceled=gone[n],
            unit_price=Decimal(price),
        )
        for n, quantity in enumerate(quantities)
    )


def seen(
    *quantities: int,
    total: str | None = None,
    method: PaymentMethod = PaymentMethod.PREPAID,
    pickup: bool = False,
    items: tuple[LineSeen, ...] | None = None,
    customer: Customer | None = CUSTOMER,
    placed_at: datetime = START,
    accept_by: datetime | None = None,
    ship_by: datetime | None = None,
    test: bool = False,
    draft: bool = False,
    fulfilled_by_channel: bool = False,
    currency: str = "EUR",
    shipping_method: str = "",
) -> OrderSeen:
    """An order document; one line of one piece at 10.00 unless said otherwise."""
    made = items if items is not None else lines(*(quantities or (1,)))
    worth = sum(((item.unit_price or Decimal(0)) * item.quantity for item in made), Decimal(0))
    return OrderSeen(
        number="#1001",
        currency=currency,
        total=Decimal(total) if total is not None else worth,
        lines=made,
        placed_at=placed_at,
        payment_method=method,
        pickup=pickup,
        customer=customer,
        test=test,
        draft=draft,
        fulfilled_by_channel=fulfilled_by_channel,
        accept_by=accept_by,
        ship_by=ship_by,
        shipping_method=shipping_method,
    )


def word(said: StatusWord, reason: str = "") -> StatusReported:
    return StatusReported(word=said, raw=said.value, reason=reason)


def money(said: PaymentWord, *, tx: str = "", amount: str | None = None) -> PaymentReported:
    return PaymentReported(
        word=said,
        raw=said.value,
        transaction_id=tx,
        amount=Decimal(amount) if amount is not None else None,
    )


PROCESSABLE = word(StatusWord.PROCESSABLE)
PAID = money(PaymentWord.PAID)
PENDING = money(PaymentWord.PENDING)


def package(
    name: str,
    said: PackageWord = PackageWord.FULFILLED,
    contents: tuple[tuple[str, int], ...] | None = None,
    *,
    number: str = "",
    carrier: str = "",
    waits: bool = False,
    at: datetime | None = None,
) -> PackageReported:
    return PackageReported(
        package_id=name,
        word=said,
        raw=said.value,
        contents=contents,
        tracking_number=number,
        carrier=carrier,
        awaits_tracking=waits,
        occurred_at=at,
    )


def scan(
    said: ScanStatus, number: str = "T1", *, at: datetime | None = None, package_id: str = ""
) -> ParcelScanned:
    return ParcelScanned(
        status=said,
        raw=said.value,
        occurred_at=at,
        tracking_number="" if package_id else number,
        package_id=package_id,
    )


def refund(
    name: str, amount: str, *shares: RefundLine, said: RefundWord = RefundWord.RECORDED, currency: str = ""
) -> RefundReported:
    return RefundReported(
        refund_id=name, word=said, raw=said.value, amount=Decimal(amount), lines=shares, currency=currency
    )


class Story:
    """One order of one connection, and all that was owed for it so far."""

    def __init__(
        self,
        rules: Rules = OWN_SHOP,
        *,
        now: datetime = START,
        connection: str = "shop-one",
        external_id: str = "1",
    ) -> None:
        self.rules = rules
        self.now = now
        self.connection = connection
        self.external_id = external_id
        self.order: Order | None = None
        self.effects: list[Effect] = []
        self.moves: list[Move] = []
        self.last = Change(outcome=Outcome.IGNORED)

    def told(
        self,
        *facts: Fact,
        time: datetime | None = None,
        sequence: int | None = None,
        timeless: bool = False,
        connection: str = "",
        flags: tuple[str, ...] = (),
    ) -> Change:
        """The channel (or ``connection``) reports; the source's time is now unless said otherwise."""
        report = Report(
            facts=facts,
            order_external_id=self.external_id,
            source_time=None if timeless else time or self.now,
            sequence=sequence,
            flags=flags,
        )
        return self._give(report=report, connection=connection or self.connection)

    def scanned(self, said: ScanStatus, number: str = "T1", *, at: datetime | None = None) -> Change:
        """A carrier reports."""
        return self.told(scan(said, number, at=at or self.now), connection="tracking")

    def asked(self, command: Command, *, source: str = "api") -> Change:
        """The merchant gives a command."""
        return self._give(command=command, connection=self.connection, source=source)

    def later(self, **elapsed: float) -> list[Change]:
        """Time passes; every deadline on the way fires at its time."""
        end = self.now + timedelta(**elapsed)
        changes = []
        while self.order is not None and self.order.next_due is not None and self.order.next_due <= end:
            self.now = max(self.now, self.order.next_due)
            due = min(
                (entry for entry in self.order.deadlines if entry.due == self.order.next_due),
                key=lambda entry: entry.kind,
            )
            changes.append(self._give(deadline=due, connection=self.connection, source="deadline"))
        self.now = end
        return changes

    def _give(self, *, connection: str, source: str = "webhook", **what: object) -> Change:
        given = Input(
            key="k",
            connection=connection,
            source=source,
            actor=connection,
            received_at=self.now,
            **what,  # type: ignore[arg-type]
        )
        change = decide(self.order, given, self.rules, self.now)
        check_chain(change.moves)
        if change.order is not None:
            before = self.order
            assert change.order.version == (before.version + 1 if before is not None else 1)
            assert codec.unpack(codec.pack(change.order)) == change.order
            if change.moves:
                assert change.moves[0].source == ("" if before is None else before.status.value)
                assert change.moves[-1].target == change.order.status.value
            self.order = change.order
        self.effects += change.effects
        self.moves += change.moves
        self.last = change
        return change

    @property
    def state(self) -> Order:
        assert self.order is not None
        return self.order

    @property
    def status(self) -> str:
        return self.state.status.value

    def owed(self, kind: str) -> list[str]:
        """Every effect of a kind ever owed: its name, and what it is about."""
        return [entry.key.removeprefix(f"{kind}/") for entry in self.effects if entry.kind == kind]

    @property
    def mails(self) -> list[str]:
        return self.owed("mail")

    @property
    def calls(self) -> list[str]:
        return self.owed("channel")

    def stock(self, name: str) -> dict[str, int]:
        """Pieces moved by line, over the whole story."""
        moved: dict[str, int] = {}
        for entry in self.effects:
            if entry.kind == "stock" and entry.name == name:
                for line_id, pieces in entry.data:
                    moved[line_id] = moved.get(line_id, 0) + int(pieces)
        return moved

    @property
    def steps(self) -> list[str]:
        return [f"{move.rule}:{move.target}" for move in self.moves]

    def looks(self, code: str, subject: str = "") -> bool:
        """Whether the order asks for attention to this."""
        return Attention(code, subject) in self.state.attention

    def axes(self) -> tuple[str, str, str, str, str]:
        order = self.state
        return (
            order.status.value,
            derive.payment(order).value,
            derive.refund(order).value,
            derive.fulfillment(order).value,
            derive.returns(order).value,
        )


def processable(
    *quantities: int, rules: Rules = OWN_SHOP, method: PaymentMethod = PaymentMethod.PREPAID
) -> Story:
    """A paid order that waits for shipment."""
    story = Story(rules)
    story.told(seen(*quantities, method=method), PROCESSABLE, PAID)
    return story
