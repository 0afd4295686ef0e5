"""Orders: in a list, as a whole, and where a command leaves them."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic describes typing's own only from Python 3.12 on

from shared.api.shapes.history import Effect, HistoryEntry, Note


class Attention(TypedDict):
    """Something to look at: a stable code, what it is about, and what to do, for a person."""

    code: str
    subject: str
    text: str


class OrderSummary(TypedDict):
    """An order as lists show it. Amounts are text in major units, times UTC."""

    id: str
    version: int
    connection: str
    external_id: str
    number: str
    placed_at: str | None
    status: str
    channel_status: str
    payment: str
    refund: str
    fulfillment: str
    returns: str
    currency: str
    total: str | None
    paid: str
    refunded: str
    pickup: bool
    test: bool
    draft: bool
    dispute: bool
    cancellation_requested: bool
    fulfilled_by_channel: bool
    erased: bool
    attention: list[Attention]


class OrderList(TypedDict):
    """A page of orders, the latest placed first. ``next`` is the cursor of the next page, null at the end."""

    orders: list[OrderSummary]
    next: str | None


class Piece(TypedDict):
    """Pieces of one line."""

    line_id: str
    quantity: int


class RefundPiece(Piece):
    """Pieces that money went back for."""

    restock: str


class Line(TypedDict):
    """One line of an order."""

    id: str
    sku: str
    name: str
    unit_price: str | None
    ordered: int
    canceled: int
    live: int


class Package(TypedDict):
    """Pieces that travel together."""

    id: str
    status: str
    contents: list[Piece]
    external_ids: list[str]
    carrier: str
    tracking_number: str
    tracking_url: str
    last_scan: str | None
    last_scan_at: str | None
    awaiting_tracking_until: str | None


class Transaction(TypedDict):
    """Money on its way to the merchant: authorize, capture, void, fail."""

    id: str
    kind: str
    amount: str
    occurred_at: str | None
    method: str
    provider: str


class RefundEntry(TypedDict):
    """Money on its way back: requested, due, recorded, rejected."""

    id: str
    word: str
    amount: str
    lines: list[RefundPiece]
    external_id: str
    occurred_at: str | None


class ReturnEntry(TypedDict):
    """Goods of one line on their way back."""

    id: str
    line_id: str
    quantity: int
    word: str
    reason: str


class Deadline(TypedDict):
    """What happens by itself unless something happens before."""

    kind: str
    due: str
    subject: str


class Address(TypedDict):
    """A postal address."""

    name: str
    company: str
    street: list[str]
    postal_code: str
    city: str
    region: str
    country: str
    phone: str


class Customer(TypedDict):
    """Who ordered."""

    name: str
    email: str
    phone: str
    locale: str
    billing: Address | None
    shipping: Address | None


class Action(TypedDict):
    """A command by name; where it is not allowed now, ``reason`` is the code it would be refused with.

    ``told``: whether the order's channel hears of it; null where it is none of the channel's business.
    """

    name: str
    allowed: bool
    reason: str
    told: bool | None


class Order(OrderSummary):
    """Everything about one order. ``history`` is its latest part, ``history_count`` says how long all is."""

    accept_by: str | None
    ship_by: str | None
    payment_method: str
    shipping_method: str
    channel_word: str
    lines: list[Line]
    packages: list[Package]
    transactions: list[Transaction]
    refund_entries: list[RefundEntry]
    return_entries: list[ReturnEntry]
    deadlines: list[Deadline]
    customer: Customer | None
    actions: list[Action]
    effects: list[Effect]
    history: list[HistoryEntry]
    history_count: int


class OrderState(TypedDict):
    """Where an order stands after a command."""

    id: str
    version: int
    status: str
    channel_status: str
    payment: str
    refund: str
    fulfillment: str
    returns: str


class CommandOutcome(TypedDict):
    """What became of a command: applied, or ignored. ``version`` is null where nothing changed."""

    outcome: str
    reason: str
    version: int | None
    notes: list[Note]
    effects: list[str]
    order: OrderState
