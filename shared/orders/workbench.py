"""An order on the workbench: what may be done to it, with what it causes, until the change is complete.

The deciders (facts, commands, deadlines) say what happened; the workbench does it, step by step of
the tables, and keeps the quantities right. Mutable, and local to one decision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.orders.changes import Change, Effect, Move, Outcome
from shared.orders.derive import CAME_BACK
from shared.orders.effects import Cause
from shared.orders.facts import Customer, OrderSeen, RefundWord, ReturnWord
from shared.orders.model import Order, Package, Return
from shared.orders.owing import Owing
from shared.orders.rules import Rules
from shared.orders.statuses import PackageStatus, Status
from shared.orders.transitions import (
    NO_ORDER,
    PACKAGE_PATHS,
    PACKAGE_TRANSITIONS,
    IllegalTransitionError,
    is_step,
)

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


class Workbench(Owing):
    """An open order, what it owes, and the steps of the change being made to it."""

    __slots__ = ("customer", "due_all", "due_pieces", "moves", "news", "numbers", "seen", "taken")

    def __init__(
        self, base: Order | None, identity: str, rules: Rules, now: datetime, *, by: str, told_by: str = ""
    ) -> None:
        super().__init__(base, identity, rules, now, by=by, told_by=told_by)
        self.moves: list[Move] = []
        self.numbers: list[str] = []  # tracking numbers that point to this order from now on
        self.due_pieces: list[tuple[str, int]] = []  # canceled or received, and not refunded
        self.due_all = False  # the whole order ended: all that was paid may be due
        self.news = False  # the words at hand are other ones than those before
        self.taken: set[str] = set()  # packages whose goods left us in this change
        self.seen: OrderSeen | None = None
        self.customer: Customer | None = None

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
        """Return how many live pieces of a line are in no package, and not collected."""
        if self.collected:
            return 0
        line = self.lines[line_id]
        return line.ordered - line.canceled - self.packed.get(line_id, 0)

    def all_open(self) -> tuple[tuple[str, int], ...]:
        """Return every line with live pieces in no package, and not collected."""
        if self.collected:
            return ()
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

    def all_in(self, statuses: frozenset[PackageStatus]) -> bool:
        """True where there is live quantity, and all of it is in packages in ``statuses``."""
        inside = 0
        for package in self.packages:
            if package.status in statuses:
                for _, pieces in package.contents:
                    inside += pieces
        return inside > 0 and inside == self.live()

    def is_handed_over(self) -> bool:
        """True where any piece has left us."""
        return self.collected or self.has_packages(*HANDED_OVER)

    def handed_over(self, line_id: str) -> int:
        """Return how many live pieces of a line have left us."""
        if self.collected:
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
        told: str = "",
        told_at: datetime | None = None,
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
            told=told,
            told_at=told_at,
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
        carrier = carrier or (before.carrier if same_number else "")
        url = url or (before.tracking_url if same_number else "")
        if same_number and carrier == before.carrier and url == before.tracking_url:
            return False
        after = replace(before, tracking_number=number, carrier=carrier, tracking_url=url)
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
        """Give a canceled package's pieces back; they stay reserved, if they ever were."""
        for line_id, pieces in package.contents:
            self.packed[line_id] -= pieces
        self.settled("tracking_missing", subject=f"package/{package.id}")
        taken = package.contents if package.status is not PackageStatus.READY_TO_SHIP else ()
        self.cause(Cause.PACKAGE_CANCELED, package.id, pieces=taken if self.reserved else ())
        if taken and not self.reserved:
            self.cause(Cause.RETURN_RESTOCKED, pieces=taken)
        if f"booking/book/{package.id}" in self.owed:
            self.owe(Effect(kind="booking", name="cancel", target=package.id))

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
        books = self.rules.books_parcels and not package.external_ids and not self.is_quiet()
        if cause is Cause.PACKAGE_READY and books:
            self.owe(Effect(kind="booking", name="book", target=package.id))
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
            self.owe(Effect(kind="unpark", name="tracking", target=number))

    # The end

    def change(self) -> Change:
        """Return the complete change. Nothing may be done on the workbench afterwards."""
        effects = self.effects_owed()
        moves = tuple(self.moves)
        if self.caught_up and moves and moves[0].rule != "T4":
            moves = tuple(replace(move, caught_up=True) for move in moves)
        return Change(
            outcome=Outcome.APPLIED,
            order=self.closed(),
            moves=moves,
            effects=effects,
            notes=tuple(self.notes),
            seen=self.seen,
            customer=None if self.erased else self.customer,
            tracking_numbers=tuple(self.numbers),
        )
