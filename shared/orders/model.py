"""The state of one order, as it is stored: immutable, no personal data, no texts.

Names of articles and addresses are in :class:`~shared.orders.facts.OrderSeen` and
:class:`~shared.orders.facts.Customer`, stored as items of their own. What can be computed is
not here but in :mod:`shared.orders.derive`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from shared.orders.facts import PaymentMethod, PaymentWord, RefundWord, Restock, ReturnWord, ScanStatus
from shared.orders.statuses import PackageStatus, Status
from shared.orders.values import value

_CONNECTION = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_UNSAFE = re.compile(rb"[^A-Za-z0-9_.-]")
_ESCAPED = re.compile(rb"%([0-9A-F]{2})")
_ZERO = Decimal(0)

NO_SCANS = frozenset({None, ScanStatus.PENDING, ScanStatus.CANCELLED})


def is_connection_id(text: str) -> bool:
    """True for 1 to 40 lower-case letters, digits and hyphens, no hyphen in front."""
    return _CONNECTION.fullmatch(text) is not None


@lru_cache(maxsize=256)  # one input asks for it two or three times
def order_id(connection: str, external_id: str) -> str:
    """Return ``connection:external id``, all but letters, digits and ``_ . -`` percent-escaped as UTF-8.

    Neither part can hold a colon or a separator of keys, so no two orders share an id and no id
    reaches into another's. Raises ValueError for a connection id that is none, or an empty id.
    """
    if not is_connection_id(connection) or not external_id:
        raise ValueError("not a connection id, or no external id")
    raw = external_id.encode("utf-8", "surrogatepass")
    return f"{connection}:{_UNSAFE.sub(lambda byte: b'%%%02X' % ord(byte.group()), raw).decode('ascii')}"


def connection_of(order: str) -> str:
    """Return the connection's part of an order id."""
    return order.partition(":")[0]


def external_id_of(order: str) -> str:
    """Return the channel's own id from an order id."""
    raw = order.partition(":")[2].encode("ascii")
    return _ESCAPED.sub(lambda code: bytes([int(code.group(1), 16)]), raw).decode("utf-8", "surrogatepass")


@value(frozen=True, slots=True)
class Line:
    """One order line. Live quantity is ``ordered - canceled``.

    ``unrefunded`` of the canceled pieces are explained by no refund: a refund that says *canceled*
    takes them first, so that a lowered document and its refund count once, in either order of arrival.
    ``told`` is the live quantity in the channel's latest document: only where that changes does the
    channel say something new, so that an echo from before our own cancellation changes nothing.
    """

    id: str
    ordered: int
    canceled: int = 0
    unit_price: Decimal | None = None
    unrefunded: int = 0
    told: int = 0

    @property
    def live(self) -> int:
        return self.ordered - self.canceled


@value(frozen=True, slots=True)
class Package:
    """Quantities that travel together. ``id`` counts from 1 within the order.

    ``external_ids`` are the channel's names for it: several where a shop's *completed* turned out to be
    the same parcel. ``contents`` pairs line ids with pieces. ``told`` and ``told_at`` are the furthest
    word of the channel and its own time, ``scan`` and ``scanned_at`` the carrier's latest.
    """

    id: str
    status: PackageStatus
    contents: tuple[tuple[str, int], ...]
    external_ids: tuple[str, ...] = ()
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""
    told: str = ""
    told_at: datetime | None = None
    scan: ScanStatus | None = None
    scanned_at: datetime | None = None
    awaiting_tracking_until: datetime | None = None
    reference: str = ""  # the carrier's booking, "" for none

    @property
    def is_scanned(self) -> bool:
        """True where the carrier has had it: not when it was only announced, or called off again."""
        return self.scan not in NO_SCANS


@value(frozen=True, slots=True)
class Transaction:
    """Money that moved towards the merchant. ``kind`` is authorize, capture, void or fail.

    ``id`` "" is the one capture known only by word (*paid*, cash on delivery, marked by hand):
    captures with an id of their own take its place, so that word and transaction count once.
    """

    id: str
    kind: str
    amount: Decimal
    occurred_at: datetime | None = None
    method: str = ""
    provider: str = ""


@value(frozen=True, slots=True)
class Refund:
    """Money back: asked for, due, recorded or rejected. Only recorded ones count as refunded.

    ``external_id`` is the channel's name for a refund that was made here.
    """

    id: str
    word: RefundWord
    amount: Decimal
    lines: tuple[tuple[str, int, Restock], ...] = ()
    external_id: str = ""
    occurred_at: datetime | None = None


@value(frozen=True, slots=True)
class Return:
    """Goods of one line on their way back; known by return id and line."""

    id: str
    line_id: str
    quantity: int
    word: ReturnWord
    reason: str = ""


@value(frozen=True, slots=True)
class WaitingScan:
    """What was said of a parcel not known yet; ``parcel`` is a tracking number or a channel's package id."""

    parcel: str
    status: ScanStatus
    occurred_at: datetime | None = None


@value(frozen=True, slots=True)
class Attention:
    """Something to look at: a stable code, and what it is about ("package/1", "" for the order)."""

    code: str
    subject: str = ""


@value(frozen=True, slots=True)
class Deadline:
    """What happens by itself unless something happens before. ``due`` is UTC."""

    kind: str
    due: datetime
    subject: str = ""


@value(frozen=True, slots=True)
class Cursor:
    """The last snapshot of one aspect: the source's own time and sequence, and a hash of what it said."""

    hash: str = ""
    time: datetime | None = None
    sequence: int | None = None


NO_CURSOR = Cursor()


def ids_of(
    packages: Iterable[Package], refunds: Iterable[Refund], returns: Iterable[Return]
) -> frozenset[str]:
    """Return the ids of what effects may be about."""
    return frozenset(
        [
            *(entry.id for entry in packages),
            *(entry.id for entry in refunds),
            *(entry.id for entry in returns),
        ]
    )


@value(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. ``version`` counts its changes from 1."""

    id: str
    version: int
    status: Status
    currency: str
    total: Decimal | None
    lines: tuple[Line, ...] = ()
    packages: tuple[Package, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    refunds: tuple[Refund, ...] = ()
    returns: tuple[Return, ...] = ()
    placed_at: datetime | None = None
    payment_method: PaymentMethod = PaymentMethod.PREPAID
    payment_word: PaymentWord | None = None  # the last word, by its own time where it has one
    payment_word_at: datetime | None = None
    shipping_method: str = ""
    accept_by: datetime | None = None
    ship_by: datetime | None = None
    raw_status: str = ""  # the channel's last word that we do not know
    pickup: bool = False  # the customer collects it: no packages
    collected: bool = False  # a pick-up that was: every live piece is handed over
    test: bool = False
    draft: bool = False
    fulfilled_by_channel: bool = False
    workable: bool = False  # the channel lets the merchant work on it
    released: bool = False  # the merchant said: work on it, whatever the payment
    reserved: bool = False  # stock was reserved
    dispute: bool = False
    cancellation_requested: bool = False
    cancellation_answered: bool = False  # until the channel's document shows it, the request is an echo
    acceptance_failed: bool = False  # the channel refused our accept for good: no shipping
    erased: bool = False  # personal data is gone and does not come back
    attention: tuple[Attention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    waiting_scans: tuple[WaitingScan, ...] = ()
    statuses_seen: Cursor = NO_CURSOR
    address_seen: Cursor = NO_CURSOR
    lines_seen: Cursor = NO_CURSOR
    owed: frozenset[str] = frozenset()  # the keys of all effects ever owed that may be owed once

    @property
    def connection(self) -> str:
        return connection_of(self.id)

    @property
    def external_id(self) -> str:
        return external_id_of(self.id)

    @property
    def subjects(self) -> frozenset[str]:
        """The ids of what effects may be about."""
        return ids_of(self.packages, self.refunds, self.returns)

    @property
    def paid(self) -> Decimal:
        """What was captured, in major units."""
        return sum((entry.amount for entry in self.transactions if entry.kind == "capture"), _ZERO)

    @property
    def refunded(self) -> Decimal:
        """What went back, in major units."""
        return sum((entry.amount for entry in self.refunds if entry.word is RefundWord.RECORDED), _ZERO)

    @property
    def next_due(self) -> datetime | None:
        """The earliest deadline that may fire; a dispute holds those that would close the order."""
        due = [
            entry.due for entry in self.deadlines if not (self.dispute and entry.kind in HELD_BY_A_DISPUTE)
        ]
        return min(due, default=None)

    @property
    def snapshot_hash(self) -> str:
        """What tells a document without time or sequence from the one before (:mod:`shared.orders.keys`)."""
        return f"{self.lines_seen.hash}{self.address_seen.hash}{self.statuses_seen.hash}"


HELD_BY_A_DISPUTE = frozenset({"close", "close_untracked"})
