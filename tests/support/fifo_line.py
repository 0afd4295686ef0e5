"""A FIFO queue before a Lambda function, for more messages than the whole hub can be simulated with.

As the developer guides tell it ("FIFO queue delivery logic" of SQS; "Configuring scaling behavior" and
"Handling errors" for SQS event sources of Lambda): a group gives out as many messages as fit into a batch,
and no other until they are gone; a batch is filled from further groups, the oldest first; as many batches
run as there are groups, up to the maximum concurrency; what an answer names, and every message of a batch
without an answer, is visible again when its timeout is over; an invocation that finds no place in the
account is tried again until then; what was received often enough is a dead letter. Times are seconds.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from shared.runtime.events import Record


@dataclass(slots=True)
class Sent:
    """One message; ``group`` is its order's."""

    number: int
    group: str
    receives: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """What an invocation did: when each message was done, when it was over, and what it answered.

    ``failed`` None: it ended without an answer.
    """

    done_at: Sequence[float]
    ends_at: float
    failed: frozenset[str] | None


@dataclass(slots=True)
class FifoLine:
    """The queue, its event source, and the account that the function runs in.

    ``run`` is the function: records, and the moment at which it starts. ``done_at`` has, by message, when
    it was last worked on; ``account`` is how many functions may run at once.
    """

    run: Callable[[Sequence[Record], float], Ran]
    batch_size: int
    concurrency: int
    visibility: float
    max_receives: int
    account: int = 1_000
    hand_over: Callable[[], float] = lambda: 0.0
    done_at: dict[int, float] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    dead: list[Sent] = field(default_factory=list)
    clock: float = 0.0
    _groups: dict[str, deque[Sent]] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _ready: list[tuple[int, str]] = field(default_factory=list)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _waiting: deque[tuple[float, list[Sent]]] = field(default_factory=deque)
    _pollers: int = 0
    _running: int = 0
    _order: count[int] = field(default_factory=count)

    def send(self, number: int, group: str, at: float) -> None:
        """Let a message come at a moment; numbers are in the order of sending."""
        self._at(at, lambda: self._arrive(Sent(number, group)))

    def drain(self, *, standing_until: float = 0.0) -> None:
        """Let everything happen that follows; nothing is taken before ``standing_until``."""
        pollers, self._pollers = self._pollers, self.concurrency
        self._at(standing_until, lambda: self._begin(pollers))
        while self._events:
            self.clock, _, action = heapq.heappop(self._events)
            action()

    @property
    def left(self) -> int:
        """How many messages are still in the queue."""
        return sum(len(group) for group in self._groups.values())

    def _at(self, moment: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), action))

    def _begin(self, pollers: int) -> None:
        self._pollers = pollers
        self._poll()

    def _arrive(self, message: Sent) -> None:
        group = self._groups.setdefault(message.group, deque())
        group.append(message)
        if len(group) == 1 and message.group not in self._busy:
            heapq.heappush(self._ready, (message.number, message.group))
        self._poll()

    def _poll(self) -> None:
        while self._pollers < self.concurrency and self._ready:
            batch = self._receive()
            if batch:
                self._pollers += 1
                self._at(self.clock + self.hand_over(), partial(self._start, batch, self.clock))

    def _receive(self) -> list[Sent]:
        batch: list[Sent] = []
        while self._ready and len(batch) < self.batch_size:
            _, name = heapq.heappop(self._ready)
            group = self._groups[name]
            while group and group[0].receives >= self.max_receives:
                self.dead.append(group.popleft())
            taken = list(group)[: self.batch_size - len(batch)]
            for message in taken:
                message.receives += 1
            if taken:
                self._busy.add(name)
            batch += taken
        return batch

    def _start(self, batch: list[Sent], received_at: float) -> None:
        if received_at + self.visibility <= self.clock:
            # It was tried for a place until then.
            self._pollers -= 1
            self._free(batch, {str(message.number) for message in batch}, received_at)
            return
        if self._running >= self.account:
            self._waiting.append((received_at, batch))
            return
        self._running += 1
        records = [
            {"messageId": str(message.number), "attributes": {"MessageGroupId": message.group}}
            for message in batch
        ]
        ran = self.run(records, self.clock)
        for message, done_at in zip(batch, ran.done_at, strict=True):
            self.done_at[message.number] = done_at
        failed = set(ran.failed if ran.failed is not None else (str(message.number) for message in batch))
        self._at(ran.ends_at, lambda: self._end(batch, failed, received_at))

    def _end(self, batch: list[Sent], failed: set[str], received_at: float) -> None:
        self._running -= 1
        self._pollers -= 1
        self._free(batch, failed, received_at)
        while self._waiting and self._running < self.account:
            since, waiting = self._waiting.popleft()
            self._start(waiting, since)
        self._poll()

    def _free(self, batch: list[Sent], failed: set[str], received_at: float) -> None:
        names = dict.fromkeys(message.group for message in batch)
        stuck = {message.group for message in batch if str(message.number) in failed}
        for message in batch:
            if str(message.number) not in failed:
                self._groups[message.group].remove(message)
                self.gone.add(message.number)
        for name in names:
            if name in stuck:
                self._at(max(received_at + self.visibility, self.clock), partial(self._see, name))
            else:
                self._see(name, poll=False)

    def _see(self, name: str, *, poll: bool = True) -> None:
        self._busy.discard(name)
        if self._groups[name]:
            heapq.heappush(self._ready, (self._groups[name][0].number, name))
        if poll:
            self._poll()
