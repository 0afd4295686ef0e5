"""The shapes of answers, as typed dictionaries: checked where they are built, described in docs/openapi.json.

Every field is always there; null means that there is none. Words are those of
:mod:`shared.orders.statuses`. New fields may come with any release: readers ignore what they do not know.
"""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic describes typing's own only from Python 3.12 on


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


class Effect(TypedDict):
    """What a change owes to the world: owed, claimed, pending, done, skipped, failed or ambiguous.

    ``text`` says to a person why it is not done and what to do; it is empty where it is done.
    """

    key: str
    state: str
    attempt: int
    reason: str
    text: str


class Note(TypedDict):
    """What became of one part of an input."""

    about: str
    outcome: str
    detail: str


class Move(TypedDict):
    """One step of the order's status, by a row of the transition table."""

    rule: str
    source: str
    target: str
    caught_up: bool


class HistoryEntry(TypedDict):
    """One input and what became of it. ``version`` is the order's after it, null where nothing changed."""

    key: str
    received_at: str
    source: str
    actor: str
    command: str | None
    outcome: str
    reason: str
    version: int | None
    repeats: int
    moves: list[Move]
    notes: list[Note]
    effects: list[Effect]


class History(TypedDict):
    """A page of an order's history, oldest first."""

    history: list[HistoryEntry]
    next: str | None


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


class LoggedInput(TypedDict):
    """One input of a connection; ``order_id`` is null where it belongs to no order that is known."""

    key: str
    received_at: str
    outcome: str
    reason: str
    order_id: str | None


class InputList(TypedDict):
    """A page of what came in on one day, the latest first."""

    inputs: list[LoggedInput]
    next: str | None


class Connection(TypedDict):
    """A connection and how its API is doing. ``state`` of its polls: ok, never, or the code of what failed.

    The other states are "" unless something went wrong since they last went well: ``calls_state`` of what it
    is told and asked to book, ``sweep_state`` of the daily look back, ``webhooks_state`` of the look at its
    webhooks.

    Everything that changed at the channel before ``polled_until`` is here; ``lag_seconds`` is how long ago
    that is. Of ``swept`` orders that the last daily look back found, neither webhook nor poll had brought
    ``missed``. ``restored``: webhooks that had been missing or switched off at the channel, made anew.

    ``calls`` are what it is told at all, ``mails`` the kinds that its customers get. One that was removed
    (``removed_at``) is shown for the sake of its orders: it is neither listened to, asked nor told.

    How it is told the stock stands beside it, in the same words: ``levels_state`` and its times. While
    ``levels_owed``, all levels are gone through: it is new, its settings changed, or it could not be told.
    """

    id: str
    kind: str
    name: str
    removed_at: str | None
    polled: bool
    state: str
    failed_at: str | None
    calls_state: str
    calls_failed_at: str | None
    sweep_state: str
    webhooks_state: str
    succeeded_at: str | None
    takes_levels: bool
    levels_state: str
    levels_failed_at: str | None
    levels_told_at: str | None
    levels_owed: bool
    polled_until: str | None
    lag_seconds: int | None
    swept_at: str | None
    swept: int
    missed: int
    restored: list[str]
    calls: list[str]
    mails: list[str]


class ConnectionList(TypedDict):
    """All connections, by id."""

    connections: list[Connection]


class Complaint(TypedDict):
    """What is wrong with one field."""

    code: str
    field: str


class StockLevel(TypedDict):
    """One SKU's pieces; ``available`` are those on hand that no order holds, below 0 where too many left.

    ``pushed``: the pieces that each connection was told last, and took; ``refused``: a code for each that did
    not take them. Both by connection; what was refused is told again when the level changes.
    """

    sku: str
    on_hand: int
    reserved: int
    available: int
    pushed: dict[str, int]
    refused: dict[str, str]


class StockList(TypedDict):
    """A page of SKUs. ``next`` is the cursor of the next one."""

    stock: list[StockLevel]
    next: str | None


class StockMovement(TypedDict):
    """One movement: what it added to the pieces on hand and to the reserved ones."""

    kind: str
    pieces: int
    on_hand: int
    reserved: int
    at: str
    order_id: str | None
    actor: str | None
    reason: str


class StockMovements(StockLevel):
    """One SKU's pieces and a page of its movements."""

    movements: list[StockMovement]
    next: str | None


class _Problem(TypedDict):
    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str


# ``from`` is a word of Python's.
Refused = TypedDict(
    "Refused",
    {
        "command": str,
        "from": str,
        "to": str | None,
        "allowed": list[str],
        "order_version": int,
        "errors": list[Complaint],
    },
    total=False,
)


class Problem(_Problem, Refused):
    """Why a request failed (RFC 9457). A refused command adds where the order stands and what it takes."""
