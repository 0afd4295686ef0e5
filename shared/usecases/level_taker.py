"""One channel that takes stock levels, in one run: what it is owed, told, and how it does.

Its state is kept with the connection (:class:`shared.connections.states.Progress`), so that the next run goes
on where this one ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shared.adapters import capabilities_of, later_levels_of, levels_of
from shared.connections.model import Connection
from shared.connections.states import OK, ConnectionStates, Progress
from shared.storage.stock import StockLedger
from shared.storage.stock_keys import sku_of
from shared.storage.stock_levels import PAGE
from shared.storage.stock_requests import Level
from shared.usecases.guard_adapter import WHAT_A_CHANNEL_ANSWERS, AdapterFailedError, code_of, guarded
from shared.usecases.level_terms import AMBIGUOUS, names_of, skus_of, terms_of, told_count
from shared.wire.api import Api
from shared.wire.http import ApiError
from shared.wire.polls import NothingTakenError

A_BATCH = timedelta(seconds=15)
"""No batch is begun with less time left: what one takes where the channel is slow."""

TURN = timedelta(seconds=5)
"""Who has had so much of a run waits until all others have had as much, or all that they are owed."""

TICKETS = 50
"""So many hand-overs of a connection are asked for at most: of older ones nothing is heard any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDesk:
    """What telling levels needs. ``connections`` lists them all, ``api`` opens a connection's API."""

    ledger: StockLedger
    connections: Callable[[], Iterable[tuple[Connection, Progress]]]
    states: ConnectionStates
    api: Callable[[Connection], Api]
    now: Callable[[], datetime]
    log: Callable[[Exception], None]


PASS_OVER: dict[str, Any] = {"levels_pass": None, "levels_after": None, "levels_anew": None}


@dataclass(slots=True)
class LevelTaker:
    """One channel in one run. ``failed``: the SKUs that it could not be told of."""

    connection: Connection
    progress: Progress
    desk: LevelDesk
    told: int = 0
    refused: int = 0
    failed: set[str] = field(default_factory=set)
    just_told: set[str] = field(default_factory=set)
    tickets: list[str] = field(default_factory=list)
    is_silent: bool = False  # it is asked nothing more in this run
    is_cut_off: bool = False  # its turn was over before it was told all
    spent: timedelta = timedelta()  # of its turn
    owes_a_pass: bool = False
    api: Api | None = None

    def __post_init__(self) -> None:
        wait_until = self.progress.levels_wait_until
        self.is_silent = wait_until is not None and self.desk.now() < wait_until
        self.owes_a_pass = bool(self.progress.levels_again)
        self.tickets = list(self.progress.levels_tickets)

    def begin_turn(self) -> None:
        """Give it its share of the run anew."""
        self.spent, self.is_cut_off = timedelta(), False

    def _has_time(self, time_left: Callable[[], timedelta]) -> bool:
        if self.spent >= TURN:
            self.is_cut_off = True
            return False
        return time_left() >= A_BATCH

    def hear(self, time_left: Callable[[], timedelta]) -> None:
        """Ask what became of levels that were handed over by runs before."""
        for ticket in tuple(self.tickets):
            if self.is_silent or not self._has_time(time_left):
                return
            self._try(partial(self._hear_of, ticket))

    def _hear_of(self, ticket: str) -> None:
        mapping, connection = self.connection.settings.skus, self.connection.id
        try:
            with guarded(self.desk.log, NothingTakenError):
                codes = later_levels_of(self.connection.kind).outcome(ticket, self._api())
        except AdapterFailedError:
            # Asked for again it would break again, in front of all that is to be told.
            self._forget(ticket)
            raise
        except NothingTakenError:
            # Of which SKUs is not said: all are told once more.
            self.desk.states.note(connection, levels_terms=None, levels_failed_at=self.desk.now())
            codes = {}
        if codes is None:
            return
        for name, sku in skus_of(codes, mapping).items():
            self.desk.ledger.note_refused(sku, connection, codes[name])
        self.refused += len(codes)
        self._forget(ticket)

    def _forget(self, ticket: str) -> None:
        self.tickets.remove(ticket)
        self.desk.states.note(self.connection.id, levels_tickets=tuple(self.tickets))

    def go_on(self, time_left: Callable[[], timedelta]) -> None:
        """Begin the pass over all levels that is due, or go on with it, as far as time lets."""
        anew, after, began = bool(self.progress.levels_anew), self.progress.levels_after, self.desk.now()
        terms = terms_of(self.connection)
        if self.progress.levels_terms != terms or (self.owes_a_pass and self.progress.levels_pass is None):
            anew, after = self.progress.levels_terms != terms, ""
            self._begin(terms, began, anew=anew)
        elif self.progress.levels_pass is None:
            return
        else:
            began = self.progress.levels_pass
        while not self.is_silent and self._has_time(time_left):
            page = self.desk.ledger.levels(after=after, limit=PAGE)
            for batch in self._batches(page, anew=anew):
                if not self._has_time(time_left) or self._tell(batch):
                    return
                if not self._note_place(began, batch[-1].sku):
                    return
            if len(page) < PAGE:
                self._end(began)
                return
            after = page[-1].sku
            if not self._note_place(began, after):
                return

    def _begin(self, terms: str, began: datetime, *, anew: bool) -> None:
        # What is owed from now on, by a failure after this, is owed to the pass after this one.
        self.owes_a_pass = False
        self.progress = replace(
            self.progress, levels_terms=terms, levels_pass=began, levels_after="", levels_anew=int(anew)
        )
        self.desk.states.note(
            self.connection.id,
            levels_terms=terms,
            levels_pass=began,
            levels_after=None,
            levels_anew=1 if anew else None,
            levels_again=None,
        )

    def _note_place(self, began: datetime, after: str) -> bool:
        self.progress = replace(self.progress, levels_after=after)
        return self.desk.states.save_pass(self.connection.id, began, levels_after=after)

    def _end(self, began: datetime) -> None:
        self.progress = replace(self.progress, levels_pass=None, levels_after="", levels_anew=0)
        self.desk.states.save_pass(self.connection.id, began, **PASS_OVER, **self._all_well())

    def tell_changed(self, page: Sequence[Level], time_left: Callable[[], timedelta]) -> set[str]:
        """Tell a page of levels that changed; return the SKUs that there was no time for."""
        left = {level.sku for level in page if self._differs(level)}
        if not left:
            return left
        for batch in self._batches(page, anew=False):
            if not self.is_silent and not self._has_time(time_left):
                return left
            if self._tell(batch):
                self._owe_a_pass()
            left.difference_update(level.sku for level in batch)
        return left

    def _differs(self, level: Level) -> bool:
        return level.pushed.get(self.connection.id) != told_count(level, self.connection)

    def _batches(self, page: Sequence[Level], *, anew: bool) -> list[Sequence[Level]]:
        wanted = [
            level for level in page if self._differs(level) or (anew and level.sku not in self.just_told)
        ]
        size = levels_of(self.connection.kind).AT_ONCE
        return [wanted[start : start + size] for start in range(0, len(wanted), size)]

    def _tell(self, batch: Sequence[Level]) -> bool:
        """Tell a batch and note what was told; return True where it could not be told."""
        if not self.is_silent and self._try(lambda: self._note(batch, self._push(batch))):
            return False
        self.failed |= {level.sku for level in batch}
        return True

    def _try(self, work: Callable[[], None]) -> bool:
        """Do something that asks the channel; return whether it answered. The state says why it did not."""
        began = self.desk.now()
        try:
            work()
        except WHAT_A_CHANNEL_ANSWERS as error:
            self._fail(code_of(error), error.again_after if isinstance(error, ApiError) else None)
        self.spent += self.desk.now() - began
        return not self.is_silent

    def _push(self, batch: Sequence[Level]) -> dict[str, str]:
        """Send a batch under the channel's own names; return a code for each SKU that it did not take."""
        names = names_of((level.sku for level in batch), self.connection.settings.skus)
        renamed = [name for sku, name in names.items() if name not in ("", sku)]
        # A name that is a SKU of ours as well has a level of its own, which is told under it.
        taken = {level.sku for level in self.desk.ledger.levels_of([sku_of(name) for name in renamed])}
        codes = {
            sku: AMBIGUOUS
            for sku, name in names.items()
            if not name or (name != sku and sku_of(name) in taken)
        }
        counts = {
            names[level.sku]: told_count(level, self.connection) for level in batch if level.sku not in codes
        }
        if counts:
            refused = self._send(counts)
            codes |= {
                sku: refused[name] for sku, name in names.items() if name in refused and sku not in codes
            }
        return codes

    def _send(self, counts: dict[str, int]) -> dict[str, str]:
        kind = self.connection.kind
        with guarded(self.desk.log):
            if not capabilities_of(kind).levels_later:
                return levels_of(kind).push(counts, self._api())
            submitted = later_levels_of(kind).submit(counts, self._api())
        if submitted.ticket:
            self.tickets = [*self.tickets, submitted.ticket][-TICKETS:]
            self.desk.states.note(self.connection.id, levels_tickets=tuple(self.tickets))
        return submitted.refused

    def _api(self) -> Api:
        self.api = self.api or self.desk.api(self.connection)
        return self.api

    def _note(self, batch: Sequence[Level], codes: dict[str, str]) -> None:
        for level in batch:
            count = told_count(level, self.connection)
            code, now = codes.get(level.sku, ""), self.desk.now()
            self.desk.ledger.note_pushed(level, self.connection.id, count, code, now=now)
        self.just_told |= {level.sku for level in batch}
        self.refused += len(codes)
        self.told += len(batch) - len(codes)

    def _fail(self, code: str, again_after: timedelta | None = None) -> None:
        self.is_silent = True
        now = self.desk.now()
        wait_until = None if again_after is None else now + again_after
        self.desk.states.note(
            self.connection.id, levels_state=code, levels_failed_at=now, levels_wait_until=wait_until
        )

    def _owe_a_pass(self) -> None:
        """Note, before a level leaves the index, that this channel was not told of it."""
        if not self.owes_a_pass:
            self.owes_a_pass = True
            self.desk.states.note(self.connection.id, levels_again=1)

    def _all_well(self) -> dict[str, Any]:
        return {"levels_state": OK, "levels_told_at": self.desk.now(), "levels_wait_until": None}

    def close(self) -> None:
        """Note that all is well where something was told and nothing failed."""
        if (self.told or self.refused) and not self.is_silent:
            self.desk.states.note(self.connection.id, **self._all_well())
