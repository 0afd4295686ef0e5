"""An exhaustive model: every interleaving of a few workers, a few faults, and inputs that come twice.

What is decided is the product's own :func:`shared.orders.decide.decide`, remembered. The store is brought
down to what its requests promise: one write that takes place only on the version that was read and only
if the input has no outcome yet; parking only where there is no order; claim, send, mark. The model shows
that these promises are enough; ``tests/simulation`` that the product's requests keep them.

A state is a string of bytes, workers in sorted order (they are alike). The search is breadth first, so
that the path to a violation is a shortest one. Left out is only what changes nothing for the others: a
worker that vanishes before its first write might as well not have begun, and the repeat of an input that
has its outcome might as well not come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

from shared.orders import commands as c
from shared.orders.changes import Change, Input, Outcome
from shared.orders.codec import pack
from shared.orders.decide import decide
from shared.orders.facts import (
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.model import Order
from shared.orders.rules import Rules
from tests.simulation.judge import LEGAL

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONNECTION = "shop"
CREATE, SHIP, CANCEL, REFUND = range(4)
NAMES = ("create", "ship", "cancel", "refund")
NOBODY = 255  # an order that is not there

# Places in a state.
ORDER, MARKED, PARKED, COPIES, POINTERS, FAULTS, UNPARK = 0, 1, 2, 3, 7, 8, 9
EFFECTS = 10
WORKER = 4  # bytes a worker: what it does, with which input or effect, and two notes

IDLE, HAS_READ, HAS_CLAIMED, HAS_SENT, TAKES_OVER, HAS_LISTED, HAS_PUT, HALF_WRITTEN = range(8)
ABSENT, OWED, CLAIMED, DONE, AMBIGUOUS = range(5)
_POINTER = 8  # added to an input's number where it comes out of parking


@dataclass(frozen=True, slots=True)
class Bugs:
    """What a mutant of the model leaves out."""

    no_version: bool = False  # the write takes place whatever the order has become
    no_marker: bool = False  # nobody looks whether the input has its outcome
    marker_apart: bool = False  # the order in one write, the outcome in another
    park_unchecked: bool = False
    drops_early: bool = False  # what comes before its order is forgotten
    resends: bool = False  # who takes a mail over sends it again
    takes_over_the_living: bool = False  # a lease shorter than the work
    forgets_parked: bool = False  # parked inputs are not called back
    acknowledges_first: bool = False  # a message is deleted before it is applied


@dataclass(frozen=True, slots=True)
class Decided:
    """What one input does to one order."""

    order: int
    effects: tuple[int, ...]
    outcome: Outcome


class BrokenPromiseError(AssertionError):
    """A state that must not be. Names what is broken and the steps that lead to it."""


@dataclass(slots=True)
class Search:
    """What a search has seen."""

    states: int = 0
    steps: int = 0
    quiet: int = 0  # states in which nothing is left to do
    ends: set[str] = field(default_factory=set)


class Model:
    """The hub with ``workers`` workers, ``faults`` faults, and each input delivered ``copies`` times."""

    def __init__(
        self,
        *,
        workers: int = 3,
        faults: int = 2,
        copies: int = 2,
        commands: bool = False,
        mails: int = 4,
        bugs: Bugs | None = None,
    ) -> None:
        self.workers = workers
        self.faults = faults
        self.copies = copies
        self.mails = mails
        self.bugs = bugs or Bugs()
        self.inputs = _inputs(commands=commands)
        self.orders: list[Order] = []
        self.effects: list[str] = []
        self._numbers: dict[str, int] = {}
        self._decided: dict[tuple[int, int], Decided] = {}
        self.ends = self._fold_all()
        self.size = EFFECTS + len(self.effects)

    # --- decisions, remembered

    def decide(self, order: int, number: int) -> Decided:
        """Return what input ``number`` does to an order. Raises BrokenPromiseError for an illegal step."""
        known = self._decided.get((order, number))
        if known is None:
            before = None if order == NOBODY else self.orders[order]
            change = decide(before, self.inputs[number], Rules(), START + timedelta(hours=1))
            known = self._decided[order, number] = self._enter(before, change, number)
        return known

    def _enter(self, before: Order | None, change: Change, number: int) -> Decided:
        status = before.status.value if before else ""
        for move in change.moves:
            if move.source != status or (move.source, move.target) not in LEGAL[move.rule]:
                raise BrokenPromiseError(f"{NAMES[number]}: {move.rule} from {status} to {move.target}")
            status = move.target
        if change.order is None:
            return Decided(NOBODY, (), change.outcome)
        if change.order.version != (before.version if before else 0) + 1:
            raise BrokenPromiseError(f"{NAMES[number]}: version {change.order.version}")
        if self.inputs[number].command is not None and change.order.refunded > change.order.paid:
            raise BrokenPromiseError(f"{NAMES[number]}: refunded {change.order.refunded}")
        text = pack(change.order)
        if text not in self._numbers:
            self._numbers[text] = len(self.orders)
            self.orders.append(change.order)
        effects = []
        for effect in change.effects:
            if effect.kind == "mail":
                if effect.key not in self.effects:
                    self.effects.append(effect.key)
                effects.append(self.effects.index(effect.key))
        return Decided(self._numbers[text], tuple(effects), change.outcome)

    def _fold_all(self) -> set[str]:
        """Return how the order may end: as one of the orders in which the inputs can be applied."""
        ends = set()
        for sequence in permutations(range(len(self.inputs))):
            order, waiting = NOBODY, list(sequence)
            while waiting:
                for number in waiting:
                    decided = self.decide(order, number)
                    if decided.outcome is not Outcome.PARKED:
                        order = decided.order if decided.order != NOBODY else order
                        waiting.remove(number)
                        break
            ends.add(self._end(order))
        return ends

    def _end(self, order: int) -> str:
        found = self.orders[order]
        return f"{found.status}, paid {found.paid}, refunded {found.refunded}, {len(found.packages)} packages"

    # --- states

    def start(self) -> bytes:
        """Return the state in which everything is still in the queue."""
        state = bytearray(self.size + WORKER * self.workers)
        state[ORDER] = NOBODY
        state[FAULTS] = self.faults
        for number in range(len(self.inputs)):
            state[COPIES + number] = self.copies
        return bytes(state)

    def search(self, limit: int = 5_000_000) -> Search:
        """Look at every state there is. Raises BrokenPromiseError, with a shortest path to the bad one."""
        start = self.start()
        seen: dict[bytes, bytes | None] = {start: None}
        waiting = deque([start])
        found = Search()
        while waiting:
            state = waiting.popleft()
            found.states += 1
            try:
                self._check(state)
                nexts = list(self._nexts(state))
                if not any(calm for _, calm in nexts):
                    found.quiet += 1
                    self._check_quiet(state)
                    found.ends.add(self._end(state[ORDER]))
            except BrokenPromiseError as error:
                raise BrokenPromiseError(f"{error}\n" + "\n".join(self._path(state, seen))) from None
            for after, _calm in nexts:
                found.steps += 1
                if after not in seen:
                    seen[after] = state
                    waiting.append(after)
            if found.states > limit:
                raise BrokenPromiseError(f"more than {limit:,} states")
        return found

    def _path(self, state: bytes, seen: dict[bytes, bytes | None]) -> list[str]:
        path: list[str] = []
        at: bytes | None = state
        while at is not None:
            path.append(self.describe(at))
            at = seen[at]
        return path[::-1]

    def describe(self, state: bytes) -> str:
        """Return a state as a line of text."""
        order = state[ORDER]
        status = "-" if order == NOBODY else f"{self.orders[order].status} v{self.orders[order].version}"
        effects = [
            f"{name}:{state[EFFECTS + n] & 7}/{state[EFFECTS + n] >> 5}"
            for n, name in enumerate(self.effects)
        ]
        workers = [tuple(state[at : at + WORKER]) for at in range(self.size, len(state), WORKER)]
        return (
            f"{status} marked {state[MARKED]:04b} parked {state[PARKED]:04b} copies {list(state[3:7])}"
            f" pointers {state[POINTERS]:04b} faults {state[FAULTS]} unpark {state[UNPARK]}"
            f" {effects} {workers}"
        )

    def _check(self, state: bytes) -> None:
        for number in range(len(self.effects)):
            effect = state[EFFECTS + number]
            if effect >> 5 > 1:
                raise BrokenPromiseError(f"{self.effects[number]} was sent twice")
            if effect & 7 == DONE and effect >> 5 != 1:
                raise BrokenPromiseError(f"{self.effects[number]} is done, and was not sent")
        if state[ORDER] != NOBODY:
            version = self.orders[state[ORDER]].version
            if version > state[MARKED].bit_count() and not self.bugs.marker_apart:
                raise BrokenPromiseError(f"version {version} without as many outcomes")

    def _check_quiet(self, state: bytes) -> None:
        if state[MARKED] != (1 << len(self.inputs)) - 1:
            raise BrokenPromiseError("an input has no outcome")
        if state[PARKED]:
            raise BrokenPromiseError("an input is parked for ever")
        for number, name in enumerate(self.effects):
            if number < self.mails and state[EFFECTS + number] & 7 in (OWED, CLAIMED):
                raise BrokenPromiseError(f"{name} is owed for ever")
            if state[EFFECTS + number] & 7 == AMBIGUOUS and state[FAULTS] == self.faults:
                raise BrokenPromiseError(f"{name} is ambiguous, and nothing has failed")
        changed = sum(
            self.orders[state[ORDER]].version == count for count in range(state[MARKED].bit_count() + 1)
        )
        if self._end(state[ORDER]) not in self.ends or not changed:
            raise BrokenPromiseError(f"it ends as no order of its inputs: {self._end(state[ORDER])}")

    # --- steps

    def _nexts(self, state: bytes) -> Iterator[tuple[bytes, bool]]:
        """Yield every state that can follow, with whether that takes no fault."""
        last: bytes | None = None
        for at in range(self.size, len(state), WORKER):
            worker = state[at : at + WORKER]
            if worker == last:
                continue  # its twin has been looked at
            last = worker
            if worker[0] == IDLE:
                yield from self._begin(state, at)
            else:
                yield from _GO_ON[worker[0]](self, state, at, worker)

    def _with(self, state: bytearray, at: int, *worker: int) -> bytes:
        """Return the state with one worker changed, the workers in order."""
        state[at : at + WORKER] = bytes(worker) + bytes(WORKER - len(worker))
        tail = bytes(state[self.size :])
        return bytes(state[: self.size]) + b"".join(
            sorted([tail[n : n + WORKER] for n in range(0, len(tail), WORKER)])
        )

    def _begin(self, state: bytes, at: int) -> Iterator[tuple[bytes, bool]]:
        """An idle worker takes a message and reads, claims a mail, or calls back what is parked."""
        for number in range(len(self.inputs)):
            if state[COPIES + number]:
                after = bytearray(state)
                after[COPIES + number] -= 1
                yield self._with(after, at, *self._read(state, number, 0)), True
            if state[POINTERS] >> number & 1:
                after = bytearray(state)
                after[POINTERS] &= ~(1 << number)
                if not state[PARKED] >> number & 1:
                    yield bytes(after), True
                elif self._is_marked(state, number):
                    after[PARKED] &= ~(1 << number)
                    yield bytes(after), True
                else:
                    yield self._with(after, at, *self._read(state, number, _POINTER)), True
        if state[UNPARK] == OWED:
            after = bytearray(state)
            yield self._with(after, at, HAS_LISTED, 0, state[PARKED]), True
        for number in range(min(self.mails, len(self.effects))):
            effect = state[EFFECTS + number]
            if effect & 7 == OWED:
                after = bytearray(state)
                attempt = (effect >> 3 & 3) + 1
                after[EFFECTS + number] = CLAIMED | attempt << 3 | effect & 96
                yield self._with(after, at, HAS_CLAIMED, number, attempt), True
            elif effect & 7 == CLAIMED:
                yield from self._take_over(state, at, number)

    def _take_over(self, state: bytes, at: int, number: int) -> Iterator[tuple[bytes, bool]]:
        effect = state[EFFECTS + number]
        attempt = effect >> 3 & 3
        alive = any(
            state[other] in (HAS_CLAIMED, HAS_SENT, TAKES_OVER)
            and state[other + 1] == number
            and state[other + 2] == attempt
            for other in range(self.size, len(state), WORKER)
        )
        after = bytearray(state)
        if alive and not self.bugs.takes_over_the_living:
            if not state[FAULTS]:
                return
            after[FAULTS] -= 1  # its holder is a zombie: it goes on although its lease is over
        if attempt == 3:
            return
        after[EFFECTS + number] = CLAIMED | (attempt + 1) << 3 | effect & 96
        doing = HAS_CLAIMED if self.bugs.resends else TAKES_OVER
        yield self._with(after, at, doing, number, attempt + 1), not alive

    def _read(self, state: bytes, number: int, pointer: int) -> tuple[int, int, int]:
        return HAS_READ, number + pointer, state[ORDER]

    def _is_marked(self, state: bytes | bytearray, number: int) -> int:
        return 0 if self.bugs.no_marker else state[MARKED] >> number & 1

    def _apply(self, state: bytes, at: int, worker: bytes) -> Iterator[tuple[bytes, bool]]:
        """Write what was decided on what was read; where that has changed, read again."""
        number, pointer, seen = worker[1] & 7, worker[1] & _POINTER, worker[2]
        after = bytearray(state)
        if self.bugs.acknowledges_first:
            yield from self._vanish(state, at)
        again = self._with(bytearray(state), at, *self._read(state, number, pointer))
        decided = self.decide(seen, number)
        if decided.outcome is Outcome.PARKED and self.bugs.drops_early:
            self._mark_input(after, number, pointer)
        elif decided.outcome is Outcome.PARKED:
            if state[ORDER] != NOBODY and not self.bugs.park_unchecked:
                yield again, True
                return
            after[PARKED] |= 1 << number
        elif self._is_marked(state, number):
            self._mark_input(after, number, pointer)
        elif decided.order != NOBODY and state[ORDER] != seen and not self.bugs.no_version:
            yield again, True
            return
        elif self.bugs.marker_apart and decided.order != NOBODY:
            after[ORDER] = decided.order
            yield self._with(after, at, HALF_WRITTEN, worker[1], seen), True
            return
        else:
            self._commit(after, decided, number, pointer)
        yield self._with(bytearray(after), at, IDLE), True
        if state[FAULTS]:
            # It vanishes before it can acknowledge: the message comes again.
            after[FAULTS] -= 1
            self._come_again(after, worker[1])
            yield self._with(after, at, IDLE), False

    def _mark_input(self, after: bytearray, number: int, pointer: int) -> None:
        """The input has its outcome: repeats change nothing, so they may as well be forgotten at once."""
        after[MARKED] |= 1 << number
        if pointer:
            after[PARKED] &= ~(1 << number)
        if not self.bugs.no_marker:
            after[COPIES + number] = 0

    def _commit(self, after: bytearray, decided: Decided, number: int, pointer: int) -> None:
        if decided.order != NOBODY:
            after[ORDER] = decided.order
            for effect in decided.effects:
                if after[EFFECTS + effect] & 7 == ABSENT or self.bugs.no_marker:
                    after[EFFECTS + effect] = OWED | after[EFFECTS + effect] & 96
            if number == CREATE and after[UNPARK] == ABSENT:
                after[UNPARK] = OWED
        self._mark_input(after, number, pointer)

    def _come_again(self, after: bytearray, message: int) -> None:
        number = message & 7
        if message & _POINTER:
            after[POINTERS] |= 1 << number
        elif not self._is_marked(after, number):
            after[COPIES + number] += 1

    def _write_rest(self, state: bytes, at: int, worker: bytes) -> Iterator[tuple[bytes, bool]]:
        """The bug *marker_apart*: outcome and effects are written only now."""
        after = bytearray(state)
        number = worker[1] & 7
        decided = self.decide(worker[2], number)
        self._commit(
            after, Decided(state[ORDER], decided.effects, decided.outcome), number, worker[1] & _POINTER
        )
        yield self._with(after, at, IDLE), True
        if state[FAULTS]:
            lost = bytearray(state)
            lost[FAULTS] -= 1
            self._come_again(lost, worker[1])
            yield self._with(lost, at, IDLE), False

    def _send(self, state: bytes, at: int, worker: bytes) -> Iterator[tuple[bytes, bool]]:
        after = bytearray(state)
        after[EFFECTS + worker[1]] += 32
        yield self._with(after, at, HAS_SENT, worker[1], worker[2]), True
        yield from self._vanish(state, at)

    def _mark(self, state: bytes, at: int, worker: bytes) -> Iterator[tuple[bytes, bool]]:
        after = bytearray(state)
        effect = state[EFFECTS + worker[1]]
        ours = effect & 7 == CLAIMED and effect >> 3 & 3 == worker[2]
        if ours:
            word = DONE if worker[0] == HAS_SENT else AMBIGUOUS
            after[EFFECTS + worker[1]] = word | effect & ~7
        yield self._with(after, at, IDLE), True
        yield from self._vanish(state, at)

    def _vanish(self, state: bytes, at: int) -> Iterator[tuple[bytes, bool]]:
        """The worker is gone, and what it has claimed stays claimed."""
        if state[FAULTS]:
            after = bytearray(state)
            after[FAULTS] -= 1
            yield self._with(after, at, IDLE), False

    def _put_pointers(self, state: bytes, at: int, worker: bytes) -> Iterator[tuple[bytes, bool]]:
        after = bytearray(state)
        if not self.bugs.forgets_parked:
            after[POINTERS] |= worker[2]
        yield self._with(after, at, HAS_PUT), True

    def _finish_unpark(self, state: bytes, at: int, _worker: bytes) -> Iterator[tuple[bytes, bool]]:
        after = bytearray(state)
        after[UNPARK] = DONE
        yield self._with(after, at, IDLE), True
        yield from self._vanish(state, at)


_GO_ON: dict[int, Callable[[Model, bytes, int, bytes], Iterator[tuple[bytes, bool]]]] = {
    HAS_READ: Model._apply,
    HAS_CLAIMED: Model._send,
    HAS_SENT: Model._mark,
    TAKES_OVER: Model._mark,
    HAS_LISTED: Model._put_pointers,
    HAS_PUT: Model._finish_unpark,
    HALF_WRITTEN: Model._write_rest,
}


def _inputs(*, commands: bool) -> tuple[Input, ...]:
    """Return the four inputs, all as facts, or ship, cancel and refund as the merchant's commands."""
    seen = OrderSeen(
        number="#1",
        currency="EUR",
        total=Decimal("20.00"),
        lines=(LineSeen(external_id="1", name="A thing", quantity=2, unit_price=Decimal("10.00")),),
        placed_at=START,
    )
    create = (
        seen,
        StatusReported(word=StatusWord.PROCESSABLE, raw="open"),
        PaymentReported(word=PaymentWord.PAID, raw="paid"),
    )
    ship = PackageReported(package_id="p1", word=PackageWord.FULFILLED, raw="success", occurred_at=START)
    cancel = StatusReported(word=StatusWord.CANCELED, raw="canceled")
    refund = RefundReported(refund_id="r1", word=RefundWord.RECORDED, raw="success", amount=Decimal("20.00"))
    facts: tuple[tuple[Any, ...], ...] = (create, (ship,), (cancel,), (refund,))
    asked: tuple[c.Command | None, ...] = (None,) * 4
    if commands:
        asked = (
            None,
            c.Ship(),
            c.Cancel(reason="out_of_stock"),
            c.RefundAmount(amount=Decimal("5.00")),
        )
    return tuple(
        Input(
            key=name,
            connection=CONNECTION,
            source="webhook" if command is None else "api",
            actor=CONNECTION,
            received_at=START,
            report=Report(facts=said, order_external_id="1", source_time=START + timedelta(minutes=number))
            if command is None
            else None,
            command=command,
        )
        for number, (name, said, command) in enumerate(zip(NAMES, facts, asked, strict=True))
    )
