"""What the world tells us: facts, as one vocabulary for every channel and carrier.

A fact has happened out there. It is never refused and never lost. Adapters turn a
channel's own words into these classes; :func:`shared.orders.decide.decide` turns them
into changes. Every class is immutable and holds normalised values only:

* ids are non-empty strings, as the channel gives them, never numbers;
* amounts are :class:`decimal.Decimal` in the currency's major unit;
* quantities are whole pieces;
* times are timezone-aware UTC datetimes;
* text is free of control characters.

A *snapshot* is compared with the last one of its source by the source's own time;
an *additive* fact is known by its own id and is never stale.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shared.orders.values import value


class PaymentMethod(StrEnum):
    """How the customer pays, as far as it decides when an order may be worked on."""

    PREPAID = "prepaid"  # card, wallet, marketplace collects
    TRANSFER = "transfer"  # bank transfer, payment link: wait until it is paid
    CASH_ON_DELIVERY = "cash_on_delivery"
    INVOICE = "invoice"  # invoice, pay later


class PaymentWord(StrEnum):
    """A channel's bare word about the money."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    FAILED = "failed"
    VOIDED = "voided"


class StatusWord(StrEnum):
    """A channel's word about the order as a whole, in our grammar."""

    NOT_PROCESSABLE = "not_processable"  # known, but the merchant may not work on it yet
    ACCEPTANCE_ASKED = "acceptance_asked"
    ACCEPTED = "accepted"
    PROCESSABLE = "processable"
    REFUSED = "refused"
    CANCELED = "canceled"
    RECEIVED = "received"
    CLOSED = "closed"
    ARCHIVED = "archived"  # recorded, moves nothing
    CANCELLATION_REQUESTED = "cancellation_requested"
    CANCELLATION_REJECTED = "cancellation_rejected"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_RESOLVED = "dispute_resolved"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKED_UP = "picked_up"
    PICKUP_CANCELED = "pickup_canceled"
    REFUND_DUE = "refund_due"  # the channel says the merchant must refund
    DELETED = "deleted"  # gone at the channel: attention, nothing else
    UNKNOWN = "unknown"  # stored, counted, shown; changes nothing


class PackageWord(StrEnum):
    """What a channel says of one package."""

    READY = "ready"
    FULFILLED = "fulfilled"
    DELIVERED = "delivered"
    AT_PICKUP_POINT = "at_pickup_point"
    UNABLE_TO_DELIVER = "unable_to_deliver"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELED = "canceled"
    PROBLEM = "problem"  # the channel could not create it: attention


class ScanStatus(StrEnum):
    """Our twelve words for what a carrier says of a parcel."""

    PENDING = "pending"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_DELAYED = "delivery_delayed"
    ON_HOLD = "on_hold"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERY_FAILED = "delivery_failed"
    RETURN_TO_SENDER = "return_to_sender"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Restock(StrEnum):
    """What a refund by product says about the goods."""

    CANCEL = "cancel"  # never handed over: canceled quantity
    RETURN = "return"  # came back and is stocked again
    NONE = "none"  # money only, the goods stay where they are


class RefundWord(StrEnum):
    """Where a refund stands at the channel."""

    REQUESTED = "requested"
    DUE = "due"
    RECORDED = "recorded"
    REJECTED = "rejected"


class ReturnWord(StrEnum):
    """Where the return of goods stands."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    RESTOCKED = "restocked"
    WRITTEN_OFF = "written_off"
    NOT_RETURNED = "not_returned"


class MailWord(StrEnum):
    """What the mail service says of a mail that it took."""

    DELAYED = "delayed"  # it goes on trying
    BOUNCED_FOR_NOW = "bounced_for_now"  # a full mailbox, a server that does not answer
    BOUNCED = "bounced"  # there is no such mailbox
    COMPLAINED = "complained"  # the recipient called it spam
    REJECTED = "rejected"  # the mail service found malware in it and did not send it


class PrivacyWord(StrEnum):
    """What a customer may ask for about their own data."""

    ERASE = "erase"
    EXPORT = "export"


@value(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address. Personal data: stored apart from the order's head."""

    name: str = ""
    company: str = ""
    street: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""  # ISO 3166-1 alpha-2 where the channel gives it, else the channel's own text
    phone: str = ""


@value(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who ordered. Personal data: read only where a mail, a label or a screen needs it."""

    name: str = ""
    email: str = ""  # as given; whether a mail may go there is decided when it is sent
    phone: str = ""
    locale: str = ""  # BCP 47, "" where the channel gives none
    account: str = ""  # the channel's own name of them: to be found by it, stored as a keyed digest alone
    billing: Address | None = None
    shipping: Address | None = None


@value(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """One order line as the latest document shows it."""

    external_id: str
    sku: str = ""
    name: str = ""
    quantity: int  # pieces ordered, >= 0
    canceled: int = 0  # of them canceled before hand-over, 0 <= canceled <= quantity
    unit_price: Decimal | None = None  # None while the channel does not tell it
    total: Decimal | None = None  # after discounts, as the channel counts it
    requires_shipping: bool = True


@value(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """Snapshot: the channel's order document. ``total`` is None while the channel does not tell it.

    One that is partial names some of the order's lines: it adds those that are not known, and says nothing
    of the others nor of the pieces of those that are.
    """

    number: str  # what merchant and customer call it, "#1001"
    currency: str  # ISO 4217, upper case
    total: Decimal | None
    lines: tuple[LineSeen, ...]
    placed_at: datetime | None = None
    payment_method: PaymentMethod = PaymentMethod.PREPAID
    payment_method_name: str = ""  # the channel's own word
    pickup: bool = False  # the customer collects it: no packages
    shipping_method: str = ""
    shipping_total: Decimal | None = None
    tax_total: Decimal | None = None
    discount_total: Decimal | None = None
    customer: Customer | None = None
    test: bool = False
    draft: bool = False
    fulfilled_by_channel: bool = False  # Amazon AFN, bol FBB: follows facts, no mails, calls, stock
    accept_by: datetime | None = None
    ship_by: datetime | None = None
    is_partial: bool = False


@value(frozen=True, slots=True, kw_only=True)
class StatusReported:
    """Snapshot: one word about the order as a whole. ``raw`` is the channel's own word."""

    word: StatusWord
    raw: str
    reason: str = ""


@value(frozen=True, slots=True, kw_only=True)
class PaymentReported:
    """Snapshot when it is a bare word; additive when it carries a ``transaction_id``.

    ``kind`` of a transaction is the word it leads to: authorized, paid (a capture), failed, voided.
    """

    word: PaymentWord
    raw: str
    transaction_id: str = ""
    amount: Decimal | None = None
    occurred_at: datetime | None = None


@value(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """A refund's share of one order line."""

    line_id: str  # external id of the order line
    quantity: int
    restock: Restock
    amount: Decimal | None = None


@value(frozen=True, slots=True, kw_only=True)
class RefundReported:
    """Additive, known by ``refund_id``. By product where ``lines`` is not empty, else by amount.

    ``amount`` is the money given back, >= 0 (0: goods only).
    """

    refund_id: str
    word: RefundWord
    raw: str
    amount: Decimal
    currency: str = ""  # "" means the order's
    lines: tuple[RefundLine, ...] = ()
    occurred_at: datetime | None = None


@value(frozen=True, slots=True, kw_only=True)
class PackageReported:
    """Additive, known by ``package_id``, the channel's own id of the parcel.

    ``contents`` pairs external line ids with quantities; None means all that is open.
    ``awaits_tracking`` marks a shop's *completed* without a tracking number: the package
    becomes ready and waits for one (lifecycle, section 8).
    """

    package_id: str
    word: PackageWord
    raw: str
    contents: tuple[tuple[str, int], ...] | None = None
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""
    awaits_tracking: bool = False
    occurred_at: datetime | None = None


@value(frozen=True, slots=True, kw_only=True)
class ParcelScanned:
    """Additive: what the carrier says of a parcel.

    Named by ``tracking_number`` (carriers), or by ``package_id`` where a channel relays it.
    """

    status: ScanStatus
    raw: str
    occurred_at: datetime | None
    tracking_number: str = ""
    package_id: str = ""
    carrier: str = ""
    expected_at: datetime | None = None


@value(frozen=True, slots=True, kw_only=True)
class ReturnReported:
    """Additive, known by ``return_id`` and line: goods on their way back."""

    return_id: str
    line_id: str
    quantity: int
    word: ReturnWord
    raw: str
    reason: str = ""


@value(frozen=True, slots=True, kw_only=True)
class MailReported:
    """Additive, known by ``message_id`` and word: what became of a mail. ``effect`` is the mail's key."""

    message_id: str
    effect: str
    word: MailWord
    raw: str


@value(frozen=True, slots=True, kw_only=True)
class PrivacyAsked:
    """Additive, known by ``request``: the customer wants to be forgotten, or to see what is stored."""

    request: str
    word: PrivacyWord


Fact = (
    OrderSeen
    | StatusReported
    | PaymentReported
    | RefundReported
    | PackageReported
    | ParcelScanned
    | ReturnReported
    | MailReported
    | PrivacyAsked
)

SNAPSHOTS: tuple[type, ...] = (OrderSeen, StatusReported)


def is_additive(fact: Fact) -> bool:
    """True where the fact is known by its own id and never stale."""
    if isinstance(fact, PaymentReported):
        return bool(fact.transaction_id)
    return not isinstance(fact, SNAPSHOTS)


@value(frozen=True, slots=True, kw_only=True)
class Report:
    """What one document says of one order or one parcel: the unit that is applied as one input.

    Exactly one of ``order_external_id`` and ``tracking_number`` is set. ``source_time`` and
    ``sequence`` are the source's own and order its snapshots; without either, documents
    are told apart by content. ``flags`` are oddities that did not hinder the reading
    (``sanitized``, ``total_mismatch``, ``ambiguous_time`` …).
    """

    facts: tuple[Fact, ...]
    order_external_id: str = ""
    tracking_number: str = ""
    source_time: datetime | None = None
    sequence: int | None = None
    flags: tuple[str, ...] = ()
    source_order: str = ""  # our id of the order that this order of a back-office shop stands for
