"""What happens to simulated orders out there: facts with the source's own times, and a merchant's commands.

A story converges where the lifecycle promises one end whatever the order of arrival: its facts are
additive, or snapshots with a time of their own, and do not contradict each other. Stories are immutable and
made once per variant, so that schedules cost what the product costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache

from shared.orders import commands as c
from shared.orders.facts import (
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
    Restock,
    ReturnReported,
    ReturnWord,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from tests.simulation.cloud import STARTED

SHOP = "shop"  # writes mails, closes at once
MARKETPLACE = "marketplace"  # writes none, accepts by rule, closes two hours after the last parcel
CARRIER = "carrier"
VARIANTS = 8
MINUTE = 60.0
HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Document:
    """What one sender says at one moment, ``at`` seconds after the start. ``body`` "" stands for reports."""

    at: float
    connection: str
    name: str
    reports: tuple[Report, ...] = ()
    body: str = ""
    timed: bool = True  # its key follows from what it says, whatever came before


@dataclass(frozen=True, slots=True)
class Wish:
    """A command of the merchant's, with its Idempotency-Key."""

    at: float
    order: str
    command: c.Command
    once: str


@dataclass(frozen=True, slots=True)
class Story:
    """One order's documents and commands."""

    name: str
    order: str  # external id
    connection: str
    documents: tuple[Document, ...]
    wishes: tuple[Wish, ...] = ()
    ends: str = ""  # the status in which it ends where nothing goes wrong; "" where that depends

    @property
    def converges(self) -> bool:
        return bool(self.ends)


@dataclass(slots=True)
class _Teller:
    """Writes a story down."""

    name: str
    variant: int
    order: str
    connection: str
    documents: list[Document] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)

    def bit(self, number: int) -> bool:
        """Return one of the variant's three choices."""
        return bool(self.variant >> number & 1)

    @property
    def parcel(self) -> str:
        return f"PARCEL-{self.order}"

    def seen(
        self, *, lines: int = 1, pickup: bool = False, canceled: int = 0, **changes: object
    ) -> OrderSeen:
        """Return the order's document: two pieces a line at 10 EUR, ``canceled`` of the first line."""
        items = tuple(
            LineSeen(
                external_id=str(number),
                name="A thing",
                quantity=2,
                canceled=canceled if number == 1 else 0,
                unit_price=Decimal("10.00"),
            )
            for number in range(1, lines + 1)
        )
        method = PaymentMethod.TRANSFER if changes.get("transfer") else PaymentMethod.PREPAID
        if changes.get("cash"):
            method = PaymentMethod.CASH_ON_DELIVERY
        return OrderSeen(
            number=f"#{self.order}",
            currency="EUR",
            total=Decimal(20 * lines),
            lines=items,
            placed_at=STARTED,
            payment_method=method,
            pickup=pickup,
            customer=Customer(name="Customer", email="buyer@example.com", locale="en"),
        )

    def tell(self, minutes: float, *facts: Fact, timed: bool = True) -> None:
        """Let the channel say facts in one document."""
        moment = STARTED + timedelta(minutes=minutes)
        report = Report(facts=facts, order_external_id=self.order, source_time=moment if timed else None)
        self._add(minutes, self.connection, report, timed=timed)

    def scan(self, minutes: float, status: ScanStatus) -> None:
        """Let the carrier say something of the parcel."""
        moment = STARTED + timedelta(minutes=minutes)
        fact = ParcelScanned(status=status, raw=status.value, occurred_at=moment, tracking_number=self.parcel)
        report = Report(facts=(fact,), tracking_number=self.parcel, source_time=moment)
        self._add(minutes, CARRIER, report, timed=True)

    def _add(self, minutes: float, connection: str, report: Report, *, timed: bool) -> None:
        name = f"{self.name}/{self.variant}/{self.order}/{len(self.documents)}"
        self.documents.append(Document(minutes * MINUTE, connection, name, (report,), timed=timed))

    def wish(self, minutes: float, command: c.Command) -> None:
        """Let the merchant ask for something."""
        self.wishes.append(Wish(minutes * MINUTE, self.order, command, f"{self.order}/{len(self.wishes)}"))

    def story(self, ends: str = "") -> Story:
        """Return what was told. ``ends``: the lifecycle promises this status, in any order of arrival."""
        return Story(
            self.name,
            self.order,
            self.connection,
            tuple(self.documents),
            tuple(self.wishes),
            ends=ends,
        )


def _word(word: StatusWord) -> StatusReported:
    return StatusReported(word=word, raw=word.value)


def _paid(word: PaymentWord = PaymentWord.PAID) -> PaymentReported:
    return PaymentReported(word=word, raw=word.value)


def _capture(number: str, amount: str) -> PaymentReported:
    return PaymentReported(
        word=PaymentWord.PAID, raw="capture", transaction_id=number, amount=Decimal(amount)
    )


def _package(
    number: str,
    word: PackageWord,
    minutes: float,
    *,
    contents: tuple[tuple[str, int], ...] | None = None,
    tracking: str = "",
    waits: bool = False,
) -> PackageReported:
    return PackageReported(
        package_id=number,
        word=word,
        raw=word.value,
        contents=contents,
        tracking_number=tracking,
        awaits_tracking=waits,
        occurred_at=STARTED + timedelta(minutes=minutes),
    )


def _refund(number: str, amount: str, *lines: RefundLine) -> RefundReported:
    return RefundReported(
        refund_id=number, word=RefundWord.RECORDED, raw="success", amount=Decimal(amount), lines=lines
    )


def _parcel(teller: _Teller) -> Story:
    """Prepaid, one parcel; tracked by the carrier, or arrived by the channel's word."""
    teller.tell(0, teller.seen(), _word(StatusWord.PROCESSABLE), _paid())
    tracked = teller.bit(0)
    package = _package("p1", PackageWord.FULFILLED, 60, tracking=teller.parcel if tracked else "")
    teller.tell(60, package)
    if tracked:
        teller.scan(120, ScanStatus.IN_TRANSIT)
        teller.scan(1_500, ScanStatus.DELIVERED)
    elif teller.bit(1):
        # One document, two mails.
        teller.tell(1_500, _package("p1", PackageWord.DELIVERED, 1_500), _refund("r1", "5.00"))
    if teller.bit(2):
        teller.tell(3_000, _refund("r2", "5.00"))
    return teller.story("closed")


def _transfer(teller: _Teller) -> Story:
    """Bank transfer: seen, paid later, shipped, and received by the channel's word."""
    document = teller.seen(transfer=True)
    teller.tell(0, document, _word(StatusWord.PROCESSABLE), _paid(PaymentWord.PENDING))
    teller.tell(300, document, _word(StatusWord.PROCESSABLE), _paid())
    teller.tell(360, _package("p1", PackageWord.FULFILLED, 360))
    if teller.bit(0):
        teller.tell(3_000, _package("p1", PackageWord.DELIVERED, 3_000))
    return teller.story("closed")


def _split(teller: _Teller) -> Story:
    """Two lines in two parcels, one of them tracked; a piece refunded before it left."""
    lines = 2
    teller.tell(0, teller.seen(lines=lines), _word(StatusWord.PROCESSABLE), _capture("t1", "40.00"))
    first, second = (("1", 2),), (("2", 2),)
    teller.tell(60, _package("p1", PackageWord.FULFILLED, 60, contents=first, tracking=teller.parcel))
    if teller.bit(0):
        teller.tell(90, _package("p2", PackageWord.READY, 90, contents=second))
    teller.tell(120, _package("p2", PackageWord.FULFILLED, 120, contents=second))
    teller.scan(200, ScanStatus.OUT_FOR_DELIVERY)
    teller.scan(260, ScanStatus.DELIVERED)
    if teller.bit(1):
        teller.tell(400, _package("p2", PackageWord.DELIVERED, 400, contents=second))
    if teller.bit(2):
        teller.tell(500, _refund("r1", "10.00"))
    return teller.story("closed")


def _together(teller: _Teller) -> Story:
    """Three parcels within the minutes in which mails are gathered, or the last of them long after."""
    teller.tell(0, teller.seen(lines=3), _word(StatusWord.PROCESSABLE), _capture("t1", "60.00"))
    for number, minutes in (("1", 60), ("2", 62), ("3", 90 if teller.bit(0) else 63)):
        teller.tell(minutes, _package(f"p{number}", PackageWord.FULFILLED, minutes, contents=((number, 2),)))
    if teller.bit(1):
        # While the mail about it still waits.
        teller.tell(63.5, _package("p1", PackageWord.DELIVERED, 63.5, contents=(("1", 2),)))
    return teller.story("closed")


def _acceptance(teller: _Teller) -> Story:
    """A channel that asks for acceptance, collects the money, and then lets it be shipped."""
    document = teller.seen()
    teller.tell(0, document, _word(StatusWord.ACCEPTANCE_ASKED), _paid(PaymentWord.AUTHORIZED))
    teller.tell(30, document, _word(StatusWord.ACCEPTED), _paid(PaymentWord.AUTHORIZED))
    teller.tell(60, document, _word(StatusWord.PROCESSABLE), _paid())
    if teller.bit(0):
        teller.tell(120, _package("p1", PackageWord.FULFILLED, 120, tracking=teller.parcel))
        teller.scan(600, ScanStatus.DELIVERED)
    return teller.story("closed" if teller.bit(0) else "waiting_shipment")


def _canceled(teller: _Teller) -> Story:
    """Canceled by the channel before anything was shipped, and refunded."""
    document = teller.seen()
    teller.tell(0, document, _word(StatusWord.PROCESSABLE), _paid())
    teller.tell(30, document, _word(StatusWord.CANCELED), _paid())
    if teller.bit(0):
        teller.tell(40, _refund("r1", "20.00"))
    return teller.story("canceled")


def _pickup(teller: _Teller) -> Story:
    """The customer collects it."""
    document = teller.seen(pickup=True, cash=teller.bit(0))
    payment = _paid(PaymentWord.PENDING) if teller.bit(0) else _paid()
    teller.tell(0, document, _word(StatusWord.PROCESSABLE), payment)
    teller.tell(60, document, _word(StatusWord.READY_FOR_PICKUP), payment)
    if teller.bit(1):
        teller.tell(240, document, _word(StatusWord.PICKED_UP), payment)
    return teller.story("closed" if teller.bit(1) else "pickup_canceled")


def _tracking_wait(teller: _Teller) -> Story:
    """A shop says *completed* without tracking; the number comes in time, late, or never."""
    teller.tell(0, teller.seen(), _word(StatusWord.PROCESSABLE), _paid())
    teller.tell(60, _package("p1", PackageWord.FULFILLED, 60, waits=True))
    if teller.bit(0):
        late = 400.0 if teller.bit(1) else 120.0
        teller.tell(late, _package("p1", PackageWord.FULFILLED, late, tracking=teller.parcel))
        teller.scan(late + 300, ScanStatus.DELIVERED)
    return teller.story("closed")


def _products_refunded(teller: _Teller) -> Story:
    """A piece is refunded before it is shipped: the document's line and the refund count once."""
    teller.tell(0, teller.seen(), _word(StatusWord.PROCESSABLE), _capture("t1", "20.00"))
    line = RefundLine(line_id="1", quantity=1, restock=Restock.CANCEL)
    lowered = teller.seen(canceled=1)
    if teller.bit(0):
        teller.tell(30, lowered, _word(StatusWord.PROCESSABLE), _refund("r1", "10.00", line))
    else:
        teller.tell(30, _refund("r1", "10.00", line))
        teller.tell(31, lowered, _word(StatusWord.PROCESSABLE))
    if teller.bit(1):
        teller.tell(90, _package("p1", PackageWord.FULFILLED, 90, contents=(("1", 1),)))
    return teller.story("closed" if teller.bit(1) else "waiting_shipment")


def _returned(teller: _Teller) -> Story:
    """Delivered, sent back, restocked and refunded."""
    teller.tell(0, teller.seen(), _word(StatusWord.PROCESSABLE), _paid())
    teller.tell(60, _package("p1", PackageWord.FULFILLED, 60))
    teller.tell(600, _package("p1", PackageWord.DELIVERED, 600))
    teller.tell(900, _return(ReturnWord.REQUESTED))
    teller.tell(910, _return(ReturnWord.ACCEPTED))
    teller.tell(2_000, _return(ReturnWord.RESTOCKED if teller.bit(0) else ReturnWord.WRITTEN_OFF))
    back = RefundLine(line_id="1", quantity=1, restock=Restock.NONE)
    teller.tell(2_100, _refund("r1", "10.00", back))
    return teller.story("closed")


def _return(word: ReturnWord) -> ReturnReported:
    return ReturnReported(return_id="b1", line_id="1", quantity=1, word=word, raw=word.value)


def _disputed(teller: _Teller) -> Story:
    """A dispute holds the closing until it is resolved."""
    document = teller.seen()
    teller.tell(0, document, _word(StatusWord.PROCESSABLE), _paid())
    teller.tell(
        60, _package("p1", PackageWord.FULFILLED, 60, tracking=teller.parcel if teller.bit(0) else "")
    )
    teller.tell(100, document, _word(StatusWord.DISPUTE_OPENED), _paid())
    if teller.bit(0):
        teller.scan(700, ScanStatus.DELIVERED)
    teller.tell(60_000, document, _word(StatusWord.DISPUTE_RESOLVED), _paid())
    return teller.story("closed")


def _contradicted(teller: _Teller) -> Story:
    """What happens out there contradicts itself: canceled after shipping, a parcel that goes back."""
    document = teller.seen(lines=2)
    teller.tell(0, document, _word(StatusWord.PROCESSABLE), _paid())
    teller.tell(60, _package("p1", PackageWord.FULFILLED, 60, contents=(("1", 2),), tracking=teller.parcel))
    teller.scan(90, ScanStatus.DELIVERY_FAILED)
    if teller.bit(0):
        teller.tell(100, document, _word(StatusWord.CANCELED), _paid())
    if teller.bit(1):
        teller.tell(110, _package("p1", PackageWord.CANCELED, 110))
    teller.scan(120, ScanStatus.RETURN_TO_SENDER)
    teller.scan(500, ScanStatus.DELIVERED)
    if teller.bit(2):
        teller.tell(600, _refund("r1", "90.00"))
        teller.tell(700, document, _word(StatusWord.RECEIVED), _paid())
    return teller.story()


def _untimed(teller: _Teller) -> Story:
    """Documents without a time of their own, A, B, A: the order of arrival is all there is."""
    open_, held = _word(StatusWord.PROCESSABLE), _word(StatusWord.UNKNOWN)
    teller.tell(0, teller.seen(), open_, _paid(), timed=False)
    teller.tell(60, teller.seen(), held, _paid(), timed=False)
    teller.tell(120, teller.seen(), open_, _paid(), timed=False)
    teller.tell(180, _package("p1", PackageWord.FULFILLED, 180))
    return teller.story()


def _stray(teller: _Teller) -> Story:
    """Facts of an order and of a parcel that nobody ever tells us of."""
    teller.tell(10, _package("p1", PackageWord.FULFILLED, 10))
    if teller.bit(0):
        teller.scan(60, ScanStatus.IN_TRANSIT)
    return teller.story()


def _unusable(teller: _Teller) -> Story:
    """Authentic documents that cannot be used, or are about something else."""
    teller.tell(0, teller.seen(), _word(StatusWord.PROCESSABLE), _paid())
    bodies = (
        f'{{"irrelevant": {teller.order}}}',
        f'{{"unusable": {teller.order}}}',
        f"no JSON {teller.order}",
    )
    for number, body in enumerate(bodies):
        name = f"{teller.name}/{teller.variant}/{teller.order}/body-{number}"
        teller.documents.append(Document(60.0 * number, teller.connection, name, body=body))
    return teller.story("waiting_shipment")


def _commanded(teller: _Teller) -> Story:
    """The merchant ships, cancels and refunds while the channel and the carrier tell what they see."""
    teller.tell(0, teller.seen(lines=2), _word(StatusWord.PROCESSABLE), _paid())
    if teller.bit(0):
        teller.wish(30, c.Ship(contents=(("1", 2),), tracking_number=teller.parcel))
        teller.scan(600, ScanStatus.DELIVERED)
    if teller.bit(1):
        teller.wish(30, c.Cancel(reason="out_of_stock"))
    if teller.bit(2):
        teller.wish(30, c.CancelLines(lines=(("2", 2),)))
    teller.wish(40, c.RefundAmount(amount=Decimal("25.00")))
    teller.wish(40, c.RefundAmount(amount=Decimal("25.00")))
    return teller.story()


def _refunded_here(teller: _Teller) -> Story:
    """Refunds by command that fit: their sum is the same in any order."""
    teller.tell(0, teller.seen(), _word(StatusWord.PROCESSABLE), _paid())
    for minutes in (30, 31):
        teller.wish(minutes, c.RefundAmount(amount=Decimal("5.00"), refund_id=f"own-refund-{minutes}"))
    teller.tell(60, _package("p1", PackageWord.FULFILLED, 60, tracking=teller.parcel))
    teller.scan(700, ScanStatus.DELIVERED)
    return teller.story()


STORIES: tuple[Callable[[_Teller], Story], ...] = (
    _parcel,
    _parcel,  # twice as often: it is what most orders are
    _transfer,
    _split,
    _together,
    _acceptance,
    _canceled,
    _pickup,
    _tracking_wait,
    _products_refunded,
    _returned,
    _disputed,
    _contradicted,
    _untimed,
    _stray,
    _unusable,
    _commanded,
    _commanded,
    _refunded_here,
)


@cache
def tell(number: int, variant: int, slot: int) -> Story:
    """Return a story. ``slot`` tells the orders of one schedule apart."""
    telling = STORIES[number]
    connection = MARKETPLACE if variant >= VARIANTS // 2 and slot % 2 == 0 else SHOP
    return telling(_Teller(telling.__name__.strip("_"), variant, str(1_000 + slot), connection))
