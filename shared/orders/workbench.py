"""An order on the workbench: what may be done to it, with what it causes, until the change is complete.

The deciders (facts, commands, deadlines) say what happened; the workbench does it, step by step of
the tables, keeps the quantities right and collects moves, notes and effects. Mutable, and local to
one decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from shared.orders.changes import Change, Effect, Move, Note, Outcome
from shared.orders.derive import CAME_BACK
from shared.orders.effects import EFFECTS, MAILS, Cause, again
from shared.orders.facts import Customer, OrderSeen, PaymentMethod, PaymentWord, RefundWord, ReturnWord
from shared.orders.model import (
    Attention,
    Cursor,
    Deadline,
    Line,
    Order,
    Package,
    Refund,
    Return,
    Transaction,
    WaitingScan,
)
from shared.orders.rules import Rules
from shared.orders.statuses import PackageStatus, Status
from shared.orders.transitions import (
    NO_ORDER,
    PACKAGE_PATHS,
    PACKAGE_TRANSITIONS,
    IllegalTransitionError,
    is_step,
)

MAX_ATTENTION = 32  # the head item stays small; what does not fit is in the history
FRESH: Final = timedelta(hours=24)  # a caught-up step older than this sends no mail
_ZERO = Decimal(0)
_NOTHING_DONE = frozenset({"duplicate", "stale"})
_PACKAGE_CAUSES = {
    PackageStatus.READY_TO_SHIP: Cause.PACKAGE_READY,
    PackageStatus.FULFILLED: Cause.PACKAGE_FULFILLED,
    PackageStatus.AT_PICKUP_POINT: Cause.PACKAGE_AT_PICKUP_POINT,
    PackageStatus.UNABLE_TO_DELIVER: Cause.PACKAGE_UNDELIVERABLE,
    PackageStatus.DELIVERED: Cause.PACKAGE_DELIVERED,
}
UNDERWAY = frozenset(
    {
        PackageStatus.FULFILLED,
        PackageStatus.AT_PICKUP_POINT,
        PackageStatus.UNABLE_TO_DELIVER,
        PackageStatus.RETURNING,
    }
)
HANDED_OVER = UNDERWAY | {PackageStatus.DELIVERED, PackageStatus.RETURNED}


class Workbench:
    """The order and the change made to it. ``by`` is C, R, F or D; ``told_by`` the telling connection."""

    __slots__ = (
        "accept_by",
        "acceptance_failed",
        "address_seen",
        "applied",
        "attention",
        "base",
        "by",
        "calls",
        "cancellation_answered",
        "cancellation_requested",
        "caught_up",
        "connection",
        "currency",
        "customer",
        "deadlines",
        "dispute",
        "draft",
        "due_all",
        "due_pieces",
        "erased",
        "fulfilled_by_channel",
        "id",
        "lines",
        "lines_seen",
        "mails",
        "moves",
        "news",
        "notes",
        "notify",
        "now",
        "numbers",
        "others",
        "owed",
        "packages",
        "packed",
        "payment_method",
        "payment_word",
        "payment_word_at",
        "pickup",
        "placed_at",
        "raw_status",
        "refunds",
        "released",
        "reserved",
        "returns",
        "rules",
        "seen",
        "ship_by",
        "shipping_method",
        "since",
        "status",
        "statuses_seen",
        "stock",
        "taken",
        "test",
        "told_by",
        "total",
        "transactions",
        "version",
        "waiting_scans",
        "workable",
    )

    def __init__(
        self, base: Order | None, identity: str, rules: Rules, now: datetime, *, by: str, told_by: str = ""
    ) -> None:
        self.base = base
        self.id = identity
        self.connection = identity.partition(":")[0]
        self.rules = rules
        self.now = now
        self.by = by
        self.told_by = told_by
        self.notify: bool | None = None
        self.since: datetime | None = None  # when the fact at hand happened, by its source
        self.applied = False
        self.caught_up = False
        self.news = False  # the words at hand are other ones than those before
        self.taken: set[str] = set()
        self.moves: list[Move] = []
        self.notes: list[Note] = []
        self.mails: list[tuple[int, datetime | None, Effect]] = []
        self.calls: list[Effect] = []
        self.stock: dict[str, dict[str, int]] = {}
        self.others: list[Effect] = []
        self.numbers: list[str] = []
        self.due_pieces: list[tuple[str, int]] = []
        self.due_all = False
        self.seen: OrderSeen | None = None
        self.customer: Customer | None = None
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
        self.refunds: list[Refund] = []
        self.returns: list[Return] = []
        self.placed_at: datetime | None = None
        self.payment_method = PaymentMethod.PREPAID
        self.payment_word: PaymentWord | None = None
        self.payment_word_at: datetime | None = None
        self.shipping_method = ""
        self.accept_by: datetime | None = None
        self.ship_by: datetime | None = None
        self.raw_status = ""
        self.pickup = self.test = self.draft = self.fulfilled_by_channel = False
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
        self.refunds = list(base.refunds)
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

    # What is said of it

    def note(self, about: str, outcome: str, detail: str = "") -> None:
        """Say what became of one fact or step. All but duplicates and stale ones count as applied."""
        if outcome not in _NOTHING_DONE:
            self.applied = True
        self.notes.append(Note(about=about, outcome=outcome, detail=detail))

    def attend(self, code: str, subject: str = "") -> None:
        """Ask the merchant to look at something, once."""
        entry = Attention(code, subject)
        self.note(subject or "order", "attention", code)
        if entry not in self.attention and len(self.attention) < MAX_ATTENTION:
            self.attention.append(entry)

    def settled(self, *codes: str, subject: str | None = None) -> None:
        """Take back what no longer needs a look."""
        self.attention = [
            entry
            for entry in self.attention
            if entry.code not in codes or (subject is not None and entry.subject != subject)
        ]

    # Status

    def move(self, rule: str, target: Status) -> None:
        """Take one step of the transition table. Raises IllegalTransitionError where it has no such row."""
        source = NO_ORDER if self.status is None else self.status.value
        if not is_step(rule, source, target):
            raise IllegalTransitionError(f"{rule}: {source or '-'} -> {target}")
        self.moves.append(Move(rule=rule, source=source, target=target.value))
        self.status = target

    # Quantities

    def open(self, line_id: str) -> int:
        """Return how many live pieces of a line are in no package."""
        line = self.lines[line_id]
        return line.ordered - line.canceled - self.packed.get(line_id, 0)

    def all_open(self) -> tuple[tuple[str, int], ...]:
        """Return every line with live pieces in no package."""
        packed = self.packed.get
        return tuple(
            [
                (line.id, pieces)
                for line in self.lines.values()
                if (pieces := line.ordered - line.canceled - packed(line.id, 0)) > 0
            ]
        )

    def live(self) -> int:
        """Return how many pieces are live."""
        return sum([line.ordered - line.canceled for line in self.lines.values()])

    def cancel_pieces(self, line_id: str, pieces: int, *, refunded: bool = False) -> None:
        """Cancel open pieces; ``refunded``: by a refund, so that none is due for them."""
        if not pieces:
            return
        line = self.lines[line_id]
        self.lines[line_id] = replace(
            line,
            canceled=line.canceled + pieces,
            unrefunded=line.unrefunded + (0 if refunded else pieces),
        )
        if not refunded:
            self.due_pieces.append((line_id, pieces))
        if self.reserved:
            self.cause(Cause.QUANTITY_CANCELED, pieces=((line_id, pieces),))

    def cancel_open(self) -> None:
        """Cancel ready packages and every piece not handed over (T7, T13, T14, T18)."""
        for package in list(self.packages):
            if package.status is PackageStatus.READY_TO_SHIP:
                self.step(package.id, PackageStatus.CANCELED)
        for line_id, pieces in self.all_open():
            self.cancel_pieces(line_id, pieces)

    def has_packages(self, *statuses: PackageStatus) -> bool:
        """True where a package in one of ``statuses`` holds a piece."""
        return any(package.status in statuses and package.contents for package in self.packages)

    def is_handed_over(self) -> bool:
        """True where any piece has left us."""
        return self.has_packages(*HANDED_OVER)

    def handed_over(self, line_id: str) -> int:
        """Return how many live pieces of a line have left us."""
        if self.pickup and self.status is Status.CLOSED:
            return self.lines[line_id].live
        return sum(
            pieces
            for package in self.packages
            if package.status in HANDED_OVER
            for held, pieces in package.contents
            if held == line_id
        )

    def came_back(self, line_id: str) -> int:
        """Return how many pieces of a line were received back."""
        return sum(
            entry.quantity for entry in self.returns if entry.line_id == line_id and entry.word in CAME_BACK
        )

    def out_of_house(self, line_id: str) -> int:
        """Return how many live pieces of a line were handed over and have not come back."""
        return max(self.handed_over(line_id) - self.came_back(line_id), 0)

    def refunded_pieces(self, line_id: str) -> int:
        """Return how many pieces of a line were refunded by product."""
        return sum(
            pieces
            for entry in self.refunds
            if entry.word is RefundWord.RECORDED
            for line, pieces, _ in entry.lines
            if line == line_id
        )

    def owe_for_received(self, line_id: str, pieces: int) -> None:
        """Let a refund be due for pieces about to be entered as received, as far as none was given yet."""
        line = self.lines.get(line_id)
        for_canceled = line.canceled - line.unrefunded if line is not None else 0
        given = max(self.refunded_pieces(line_id) - for_canceled - self.came_back(line_id), 0)
        if pieces > given:
            self.due_pieces.append((line_id, pieces - given))

    # Packages

    def package(self, package_id: str) -> Package:
        """Return a package by the order's own id; ids count from 1. Raises KeyError."""
        if (
            not package_id.isascii()
            or not package_id.isdigit()
            or not 0 < int(package_id) <= len(self.packages)
        ):
            raise KeyError(package_id)
        return self.packages[int(package_id) - 1]

    def put(self, package: Package) -> None:
        """Store a package's new state. Its contents and status are changed by the steps below alone."""
        self.packages[int(package.id) - 1] = package

    def add_package(
        self,
        contents: tuple[tuple[str, int], ...],
        status: PackageStatus,
        *,
        external_id: str = "",
        tracking_number: str = "",
        carrier: str = "",
        tracking_url: str = "",
        awaiting_until: datetime | None = None,
    ) -> Package:
        """Pack open pieces; ``status`` is ready_to_ship, fulfilled, or canceled (known, and never there)."""
        package = Package(
            id=str(len(self.packages) + 1),
            status=status,
            contents=contents,
            external_ids=(external_id,) if external_id else (),
            carrier=carrier,
            tracking_number=tracking_number,
            tracking_url=tracking_url,
            awaiting_tracking_until=awaiting_until,
        )
        self.packages.append(package)
        if status is PackageStatus.CANCELED:
            return package
        for line_id, pieces in contents:
            self.packed[line_id] = self.packed.get(line_id, 0) + pieces
        if tracking_number:
            self._point_here(tracking_number)
        if contents:
            self._package_effects(package)
        return package

    def step(self, package_id: str, status: PackageStatus) -> Package:
        """Take one step of the package table. Raises IllegalTransitionError where it has no such step."""
        before = self.package(package_id)
        if status not in PACKAGE_TRANSITIONS[before.status]:
            raise IllegalTransitionError(f"package: {before.status} -> {status}")
        waits = before.awaiting_tracking_until if status is PackageStatus.READY_TO_SHIP else None
        package = replace(before, status=status, awaiting_tracking_until=waits)
        self.put(package)
        if status is PackageStatus.CANCELED:
            self._unpack(before)
        elif status is PackageStatus.RETURNED:
            self._came_back(package)
        elif package.contents:
            self._package_effects(package)
        return package

    def advance(self, package_id: str, status: PackageStatus) -> None:
        """Go on to ``status`` by every step between; more than one step is catching up."""
        path = PACKAGE_PATHS[self.package(package_id).status, status]
        if len(path) > 1:
            self.caught_up = True
        for step in path:
            self.step(package_id, step)

    def can_advance(self, package: Package, status: PackageStatus) -> bool:
        return (package.status, status) in PACKAGE_PATHS

    def set_tracking(self, package_id: str, number: str, carrier: str = "", url: str = "") -> bool:
        """Give a package its tracking; True where that is new. What was waiting for it is handed over."""
        before = self.package(package_id)
        number = number or before.tracking_number
        same_number = number == before.tracking_number
        after = replace(
            before,
            tracking_number=number,
            carrier=carrier or (before.carrier if same_number else ""),
            tracking_url=url or (before.tracking_url if same_number else ""),
        )
        if after == before:
            return False
        self.put(after)
        if number and not same_number:
            self._point_here(number)
        if (
            after.status is PackageStatus.READY_TO_SHIP
            and number
            and after.awaiting_tracking_until is not None
        ):
            self.settled("tracking_missing", subject=f"package/{package_id}")
            self.step(package_id, PackageStatus.FULFILLED)
        elif after.status in UNDERWAY and after.contents and number:
            self.cause(Cause.TRACKING_CHANGED, package_id)
        return True

    def needs_tracking(self) -> bool:
        """True where this connection does not ship this order without a tracking number."""
        if self.rules.tracking_mandatory == "by_method":
            return self.shipping_method in self.rules.tracking_methods
        return self.rules.tracking_mandatory == "always"

    def take_from_ready(self, line_id: str, wanted: int) -> int:
        """Take up to ``wanted`` pieces out of ready packages; one left empty is canceled. Return how many."""
        taken = 0
        for package in list(self.packages):
            if package.status is not PackageStatus.READY_TO_SHIP or taken == wanted:
                continue
            pieces = min(dict(package.contents).get(line_id, 0), wanted - taken)
            if not pieces:
                continue
            taken += pieces
            rest = tuple(
                (line, left)
                for line, held in package.contents
                if (left := held - pieces if line == line_id else held) > 0
            )
            self.packed[line_id] -= pieces
            self.put(replace(package, contents=rest))
            if not rest:
                self.step(package.id, PackageStatus.CANCELED)
        return taken

    def _unpack(self, package: Package) -> None:
        """Give a canceled package's pieces back; they stay reserved."""
        for line_id, pieces in package.contents:
            self.packed[line_id] -= pieces
        self.settled("tracking_missing", subject=f"package/{package.id}")
        taken = package.contents if package.status is not PackageStatus.READY_TO_SHIP else ()
        self.cause(Cause.PACKAGE_CANCELED, package.id, pieces=taken)
        if f"booking/book/{package.id}" in self.owed:
            self._owe(Effect(kind="booking", name="cancel", target=package.id))

    def _came_back(self, package: Package) -> None:
        """Enter a parcel returned to the sender as received goods, and ask for the refund."""
        for line_id, pieces in package.contents:
            self.owe_for_received(line_id, pieces)
            self.returns.append(Return(f"package-{package.id}", line_id, pieces, ReturnWord.RECEIVED))
        self.attend("parcel_returned", f"package/{package.id}")

    def _package_effects(self, package: Package) -> None:
        cause = _PACKAGE_CAUSES.get(package.status)
        if cause is None:
            return
        taken = (
            package.contents if cause is Cause.PACKAGE_FULFILLED and self._first_hand_over(package) else ()
        )
        self.cause(cause, package.id, pieces=taken)
        if cause is Cause.PACKAGE_READY and self.rules.books_parcels and not package.external_ids:
            self._owe(Effect(kind="booking", name="book", target=package.id))
        if cause is Cause.PACKAGE_FULFILLED:
            # A newly shipped parcel gets its own days before the order is closed as untracked.
            self.drop_deadlines("close_untracked")

    def _first_hand_over(self, package: Package) -> bool:
        # A new delivery attempt makes a package fulfilled again; its goods left us the first time.
        if package.id in self.taken:
            return False
        self.taken.add(package.id)
        before = self.base.packages if self.base is not None else ()
        index = int(package.id) - 1
        return index >= len(before) or before[index].status is PackageStatus.READY_TO_SHIP

    def _point_here(self, number: str) -> None:
        """Let a tracking number point to this order, and wake what waits for it."""
        if f"unpark/tracking/{number}" not in self.owed:
            self.numbers.append(number)
            self._owe(Effect(kind="unpark", name="tracking", target=number))

    # Deadlines

    def set_deadline(self, kind: str, due: datetime, subject: str = "") -> None:
        """Set or move the one deadline of this kind and subject."""
        self.deadlines = [entry for entry in self.deadlines if entry.kind != kind or entry.subject != subject]
        self.deadlines.append(Deadline(kind, due, subject))

    def drop_deadlines(self, *kinds: str) -> None:
        if self.deadlines:
            self.deadlines = [entry for entry in self.deadlines if entry.kind not in kinds]

    def has_deadline(self, kind: str, subject: str = "") -> bool:
        return any(entry.kind == kind and entry.subject == subject for entry in self.deadlines)

    # Money

    def paid(self) -> Decimal:
        return sum((entry.amount for entry in self.transactions if entry.kind == "capture"), _ZERO)

    def refunded(self) -> Decimal:
        return sum((entry.amount for entry in self.refunds if entry.word is RefundWord.RECORDED), _ZERO)

    # Effects

    def cause(
        self,
        cause: Cause,
        target: str = "",
        *,
        pieces: Iterable[tuple[str, int]] = (),
        data: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Owe what the table of effects says of ``cause``."""
        row = EFFECTS[cause]
        if row.stock and pieces and "stock" in self.rules.capabilities:
            moved = self.stock.setdefault(row.stock, {})
            for line_id, count in pieces:
                moved[line_id] = moved.get(line_id, 0) + count
        if self.test or self.fulfilled_by_channel:
            return
        if row.repeats:
            target = again(target, str(self.version))
        if row.mail and self._wants_mail(
            row.mail, own_shops_only=row.own_shops_only, asked=row.only_if_asked
        ):
            mail = Effect(kind="mail", name=row.mail, target=target, data=data)
            self.mails.append((MAILS.index(row.mail), self.since, mail))
        if row.call and self.told_by != self.connection:
            if row.call in self.rules.capabilities:
                self.calls.append(Effect(kind="channel", name=row.call, target=target, data=data))
            elif self.by == "C":
                self.note(target or "order", "degraded", row.call)

    def _wants_mail(self, kind: str, *, own_shops_only: bool, asked: bool) -> bool:
        if self.notify is not None:
            return self.notify
        if asked or (own_shops_only and not self.rules.own_shop):
            return False
        return self.rules.mail_wanted(kind)

    def call_back_office(self, call: str) -> None:
        """Owe a call to the shop in which this order's orders are created, unless it told us."""
        shop = self.rules.back_office
        if not shop or shop == self.told_by or self.test or self.fulfilled_by_channel:
            return
        if call == "create" or f"channel/create/{shop}" in self.owed:
            self.calls.append(Effect(kind="channel", name=call, target=shop, data=(("connection", shop),)))

    def _owe(self, effect: Effect) -> None:
        if effect.key not in self.owed and (effect.kind == "unpark" or not self._is_quiet()):
            self.owed.add(effect.key)
            self.others.append(effect)

    def owe(self, effect: Effect) -> None:
        """Owe an effect that no cause of the table stands for."""
        self.others.append(effect)
        self.owed.add(effect.key)

    def _is_quiet(self) -> bool:
        return self.test or self.fulfilled_by_channel

    def forget_effects(self) -> None:
        """Owe nothing for what lies behind (an order placed before we began to follow its channel)."""
        self.mails.clear()
        self.calls.clear()
        self.stock.clear()
        kept = [effect for effect in self.others if effect.kind == "unpark"]
        self.owed.difference_update(effect.key for effect in self.others if effect.kind != "unpark")
        self.others = kept

    def _effects(self) -> tuple[Effect, ...]:
        owed = self.owed
        effects = list(self.others)
        for effect in (*self._mails_to_send(), *self.calls):
            key = effect.key
            if key not in owed:
                owed.add(key)
                effects.append(effect)
        if self.stock and not self._is_quiet():
            effects += self._stock_moves()
        return tuple(effects)

    def _mails_to_send(self) -> list[Effect]:
        if not self.caught_up:
            return [mail for _, _, mail in self.mails]
        if not self.mails:
            return []
        _, since, mail = max(self.mails, key=lambda entry: entry[0])
        return [mail] if since is None or self.now - since < FRESH else []

    def _stock_moves(self) -> list[Effect]:
        """Return one effect a kind of movement; what is reserved and given back at once is neither."""
        reserved, returned = self.stock.get("reserve", {}), self.stock.get("give_back", {})
        for line_id in reserved.keys() & returned.keys():
            both = min(reserved[line_id], returned[line_id])
            reserved[line_id] -= both
            returned[line_id] -= both
        moves = []
        for name, moved in self.stock.items():
            data = tuple([(line_id, str(count)) for line_id, count in moved.items() if count])
            if data:
                moves.append(Effect(kind="stock", name=name, target=str(self.version), data=data))
        return moves

    # The end

    def change(self) -> Change:
        """Return the complete change. Nothing may be done on the workbench afterwards."""
        effects = self._effects()
        moves = tuple(self.moves)
        if self.caught_up and moves and moves[0].rule != "T4":
            moves = tuple(replace(move, caught_up=True) for move in moves)
        return Change(
            outcome=Outcome.APPLIED,
            order=self._order(),
            moves=moves,
            effects=effects,
            notes=tuple(self.notes),
            seen=self.seen,
            customer=None if self.erased else self.customer,
            tracking_numbers=tuple(self.numbers),
        )

    def _order(self) -> Order:
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
