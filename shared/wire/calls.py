"""What a channel is told, and what it answers: the outgoing half of an adapter.

An adapter has ``calls.py`` with :class:`CallsModule`. It is handed a :class:`Call`, complete, and sends
what its channel wants to hear. It decides nothing: whether a call is due, may be repeated or has to wait is
decided by the use case, from what the adapter answers or raises (:mod:`shared.wire.http`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from shared.orders.facts import Customer, OrderSeen, Restock
from shared.wire.api import Api
from shared.wire.http import ApiError, NoAnswerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some pieces of one order line. ``line_id`` is the channel's own. ``amount`` is of refunds alone.

    ``canceled`` is of cancel_lines: the pieces of the line called off in all, these included; None where it
    is not told. It tells this cancellation from an equal one before it.
    """

    line_id: str
    quantity: int
    sku: str = ""
    restock: Restock = Restock.NONE
    amount: Decimal | None = None
    canceled: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One package. ``id`` is ours ("1"), ``external_ids`` the channel's names for it, where known.

    ``carrier`` is our word (``dhl``), ``carrier_code`` the channel's own for it ("" where no row of the
    connection's or the adapter's table knows it), ``tracking_url`` "" or an https address.
    """

    id: str
    external_ids: tuple[str, ...] = ()
    tracking_number: str = ""
    carrier: str = ""
    carrier_code: str = ""
    tracking_url: str = ""
    shipped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A refund. ``id`` is ours; ``amount`` is in major units of ``currency``.

    ``others``: the channel's ids of the order's other refunds, as far as they are known. They tell this one
    from an equal one before it.
    """

    id: str
    amount: Decimal
    currency: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One thing to tell a channel. Which fields are set depends on ``name``:

    ======================  =====================================================================
    accept, refuse          ``pieces``: every live line; ``reason`` of a refusal
    ship, ready             ``pieces`` in the package, ``parcel``; ``is_rest``: nothing is open after it
    tracking                ``parcel`` with its new number, ``pieces`` in it
    cancel_shipment         ``parcel``, ``pieces``
    delivered, …            ``parcel``, ``pieces`` (at_pickup_point likewise)
    cancel                  ``pieces``: every line; ``reason``
    cancel_lines            ``pieces`` called off; ``reason``
    refund                  ``money``; ``pieces`` where it is by product; ``reason``
    answer_cancellation     ``answer``: accepted or rejected
    answer_return           ``target``: the return's id, ``answer``, ``pieces``
    prepare_pickup, …       nothing more (ready_for_pickup, picked_up, cancel_pickup likewise)
    create                  ``order``, ``customer``; ``pieces`` with the shop's own SKUs
    ======================  =====================================================================

    ``order_id`` is the channel's own id of the order ("" for create). ``reference`` is ours, 32 hex digits,
    the same each time the same thing is told: a handle for channels that tell repetitions by it. ``reason``
    is our code: each adapter has a table of what its channel calls it. ``reason_code`` goes before that:
    the channel's own code as the connection's settings have it, "" where they do not name the reason.
    """

    name: str
    order_id: str
    reference: str
    number: str = ""
    target: str = ""
    pieces: tuple[Piece, ...] = ()
    parcel: Parcel | None = None
    money: Money | None = None
    is_rest: bool = False
    reason: str = ""
    reason_code: str = ""
    answer: str = ""
    order: OrderSeen | None = None
    customer: Customer | None = None
    source_order: str = ""  # create: our id of the order that the shop's order stands for


class Told(StrEnum):
    """What a channel made of a call."""

    CONFIRMED = "confirmed"  # it shows the new state
    PENDING = "pending"  # it took the call and has not carried it out yet: look again later
    REFUSED = "refused"  # it did not do it, and will not
    UNSEEN = "unseen"  # by look(): it certainly has not done it
    UNKNOWABLE = "unknowable"  # by look(): this channel cannot be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The channel's answer. ``external_id``: its name for the package, refund or order that it made.

    ``ticket`` is handed to look() later (a process id). ``reason`` is a stable code of the channel, no text.
    ``lines`` of *create*: the shop's line id for each of the source's.
    """

    told: Told
    external_id: str = ""
    ticket: str = ""
    reason: str = ""
    lines: dict[str, str] = field(default_factory=dict)


class CallsModule(Protocol):
    """``calls.py``: pure but for the requests it sends by ``api``."""

    REPEATABLE: frozenset[str]
    """Calls that do no harm when they are made twice (a state that is set, not a thing that is added)."""

    CARRIERS: dict[str, str]
    """The channel's code for each carrier of ours that its contract documents."""

    OWN_REASONS: dict[str, frozenset[str]]
    """Where a channel writes its reasons as we write ours: its codes for each call that takes one of them."""

    def perform(self, call: Call, api: Api) -> Answered:
        """Make ``call``. Returns CONFIRMED, PENDING or REFUSED.

        Raises ApiError and MissingCredentialError; one that is certain, or missing credentials, only where
        no request before it has changed anything out there. CONFIRMED is only answered where the channel's
        own answer shows the new state (an id of what was made, the state read back), else it is PENDING.
        """

    def look(self, call: Call, ticket: str, api: Api) -> Answered:
        """Ask the channel what became of ``call``: asked before anything in doubt is repeated.

        Returns CONFIRMED, PENDING, REFUSED, UNSEEN or UNKNOWABLE. Raises ApiError. Changes nothing out there.
        """


def take_steps(steps: Iterable[Callable[[], None]]) -> None:
    """Take the steps of one call, each of which adds something.

    What stops them after the first leaves all of them in doubt. Raises ApiError.
    """
    for count, step in enumerate(steps):
        try:
            step()
        except ApiError as error:
            if count:
                raise NoAnswerError(f"half_made:{error.code}") from None
            raise
