"""A stored order opened for one decision, and closed again: the mutable twin of :class:`Order`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from shared.orders.facts import PaymentMethod, PaymentWord
from shared.orders.model import (
    Attention,
    Cursor,
    Deadline,
    Line,
    Order,
    Package,
    Return,
    Transaction,
    WaitingScan,
)
from shared.orders.refund_list import RefundList
from shared.orders.statuses import PackageStatus, Status
from shared.orders.transitions import IllegalTransitionError

_ZERO = Decimal(0)


class OpenOrder:
    """Every field of :class:`Order`, changeable. ``status`` is None until a new order takes its first step.

    ``packed`` counts the pieces in live packages by line; ``version`` is the one the change leads to.
    """

    # More than thirty attributes in a dictionary take twice as long to set.
    __slots__ = ("base", "connection", "packed", *Order.__slots__)

    def __init__(self, base: Order | None, identity: str) -> None:
        self.base = base
        self.id = identity
        self.connection = identity.partition(":")[0]
        if base is None:
            self._empty()
        else:
            self._load(base)

    def _empty(self) -> None:
        self.version = 1
        self.status: Status | None = None
        self.currency = ""
        self.total: Decimal | None = None
        self.lines: dict[str, Line] = {}
        self.packages: list[Package] = []
        self.transactions: list[Transaction] = []
        self.refunds = RefundList()
        self.returns: list[Return] = []
        self.placed_at: datetime | None = None
        self.payment_method = PaymentMethod.PREPAID
        self.payment_word: PaymentWord | None = None
        self.payment_word_at: datetime | None = None
        self.shipping_method = ""
        self.accept_by: datetime | None = None
        self.ship_by: datetime | None = None
        self.raw_status = ""
        self.pickup = self.collected = self.test = self.draft = self.fulfilled_by_channel = False
        self.workable = self.released = self.reserved = self.dispute = False
        self.cancellation_requested = self.cancellation_answered = self.acceptance_failed = False
        self.erased = False
        self.attention: list[Attention] = []
        self.deadlines: list[Deadline] = []
        self.waiting_scans: list[WaitingScan] = []
        self.statuses_seen = self.address_seen = self.lines_seen = Cursor()
        self.owed: set[str] = set()
        self.packed: dict[str, int] = {}

    def _load(self, base: Order) -> None:
        self.version = base.version + 1
        self.status = base.status
        self.currency = base.currency
        self.total = base.total
        self.lines = {line.id: line for line in base.lines}
        self.packages = list(base.packages)
        self.transactions = list(base.transactions)
        self.refunds = RefundList(base.refunds)
        self.returns = list(base.returns)
        self.placed_at = base.placed_at
        self.payment_method = base.payment_method
        self.payment_word = base.payment_word
        self.payment_word_at = base.payment_word_at
        self.shipping_method = base.shipping_method
        self.accept_by = base.accept_by
        self.ship_by = base.ship_by
        self.raw_status = base.raw_status
        self.pickup = base.pickup
        self.collected = base.collected
        self.test = base.test
        self.draft = base.draft
        self.fulfilled_by_channel = base.fulfilled_by_channel
        self.workable = base.workable
        self.released = base.released
        self.reserved = base.reserved
        self.dispute = base.dispute
        self.cancellation_requested = base.cancellation_requested
        self.cancellation_answered = base.cancellation_answered
        self.acceptance_failed = base.acceptance_failed
        self.erased = base.erased
        self.attention = list(base.attention)
        self.deadlines = list(base.deadlines)
        self.waiting_scans = list(base.waiting_scans)
        self.statuses_seen = base.statuses_seen
        self.address_seen = base.address_seen
        self.lines_seen = base.lines_seen
        self.owed = set(base.owed)
        packed: dict[str, int] = {}
        for package in base.packages:
            if package.status is not PackageStatus.CANCELED:
                for line_id, pieces in package.contents:
                    packed[line_id] = packed.get(line_id, 0) + pieces
        self.packed = packed

    def paid(self) -> Decimal:
        return sum((entry.amount for entry in self.transactions if entry.kind == "capture"), _ZERO)

    def refunded(self) -> Decimal:
        return self.refunds.recorded

    def set_deadline(self, kind: str, due: datetime, subject: str = "") -> None:
        """Set or move the one deadline of this kind and subject."""
        self.deadlines = [entry for entry in self.deadlines if entry.kind != kind or entry.subject != subject]
        self.deadlines.append(Deadline(kind, due, subject))

    def drop_deadlines(self, *kinds: str) -> None:
        if self.deadlines:
            self.deadlines = [entry for entry in self.deadlines if entry.kind not in kinds]

    def has_deadline(self, kind: str, subject: str = "") -> bool:
        return any(entry.kind == kind and entry.subject == subject for entry in self.deadlines)

    def closed(self) -> Order:
        """Return the order as it is to be stored. Raises IllegalTransitionError where it has no status."""
        if self.status is None:
            raise IllegalTransitionError("an order without a status")
        return Order(
            id=self.id,
            version=self.version,
            status=self.status,
            currency=self.currency,
            total=self.total,
            lines=tuple(self.lines.values()),
            packages=tuple(self.packages),
            transactions=tuple(self.transactions),
            refunds=tuple(self.refunds),
            returns=tuple(self.returns),
            placed_at=self.placed_at,
            payment_method=self.payment_method,
            payment_word=self.payment_word,
            payment_word_at=self.payment_word_at,
            shipping_method=self.shipping_method,
            accept_by=self.accept_by,
            ship_by=self.ship_by,
            raw_status=self.raw_status,
            pickup=self.pickup,
            collected=self.collected,
            test=self.test,
            draft=self.draft,
            fulfilled_by_channel=self.fulfilled_by_channel,
            workable=self.workable,
            released=self.released,
            reserved=self.reserved,
            dispute=self.dispute,
            cancellation_requested=self.cancellation_requested,
            cancellation_answered=self.cancellation_answered,
            acceptance_failed=self.acceptance_failed,
            erased=self.erased,
            attention=tuple(self.attention),
            deadlines=tuple(self.deadlines),
            waiting_scans=tuple(self.waiting_scans),
            statuses_seen=self.statuses_seen,
            address_seen=self.address_seen,
            lines_seen=self.lines_seen,
            owed=frozenset(self.owed),
        )
