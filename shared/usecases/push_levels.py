"""Tell channels how many pieces there are: what changed, where it differs from what they were told last.

A level is absolute, so that telling it twice does no harm. A SKU that a channel does not take counts as told
until its level changes again. What could not be told at all is owed: the connection then gets a *pass* over
all levels, page by page, that tells what differs. A connection that is new, or whose settings say something
else by now, gets one that tells everything. A pass goes on where the run before it ended. Channels that carry
levels out later are asked what became of them by the run after. An adapter that breaks shows it, and stops
no other connection. Channels take turns: one that is slow holds up no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from shared.connections.states import NEVER, OK
from shared.storage.stock_levels import PAGE
from shared.usecases.level_taker import A_BATCH, PASS_OVER, LevelDesk, LevelTaker
from shared.usecases.level_terms import takes_levels

_NOTHING_TOLD: dict[str, Any] = {
    **PASS_OVER,
    "levels_terms": None,
    "levels_again": None,
    "levels_wait_until": None,
    "levels_tickets": None,
    "levels_state": NEVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsPushed:
    """How many levels were told, not taken, and could not be told."""

    told: int = 0
    refused: int = 0
    failed: int = 0


def push_levels(desk: LevelDesk, time_left: Callable[[], timedelta]) -> LevelsPushed:
    """Tell every channel that takes levels what it is owed. Raises StoreBusyError: the next run goes on."""
    takers: list[LevelTaker] = []
    for connection, progress in desk.connections():
        if takes_levels(connection):
            takers.append(LevelTaker(connection, progress, desk))
        elif progress.levels_terms:
            # Switched on again, it is told everything: nobody knows what it was told meanwhile.
            desk.states.note(connection.id, **_NOTHING_TOLD)
    # A channel that keeps us waiting holds up no other: those that failed last come last.
    takers.sort(key=lambda taker: taker.progress.levels_state not in (OK, NEVER))
    for taker in takers:
        taker.hear(time_left)
    behind = takers
    while behind := _tell_changed(takers, behind, desk, time_left):
        pass
    behind = takers
    while behind := _go_on(behind, time_left):
        pass
    for taker in takers:
        taker.close()
    return LevelsPushed(
        told=sum(taker.told for taker in takers),
        refused=sum(taker.refused for taker in takers),
        failed=sum(len(taker.failed) for taker in takers),
    )


def _tell_changed(
    takers: list[LevelTaker], behind: list[LevelTaker], desk: LevelDesk, time_left: Callable[[], timedelta]
) -> list[LevelTaker]:
    """Tell what changed, page by page; return those whose turn ended before they were told all.

    ``behind`` are those of the round before: once they have had their turn again nobody is left to tell.
    """
    for taker in takers:
        taker.begin_turn()
    changed = desk.ledger.changed()
    while (
        not (behind and all(taker.is_cut_off for taker in behind))
        and time_left() >= A_BATCH
        and (page := list(islice(changed, PAGE)))
    ):
        left = {sku for taker in takers for sku in taker.tell_changed(page, time_left)}
        for level in page:
            if level.sku not in left:
                desk.ledger.settle(level)
    return _cut_off(takers, time_left)


def _go_on(takers: list[LevelTaker], time_left: Callable[[], timedelta]) -> list[LevelTaker]:
    """Go on with passes over all levels; return those whose turn ended before their pass did."""
    for taker in takers:
        taker.begin_turn()
        taker.go_on(time_left)
    return _cut_off(takers, time_left)


def _cut_off(takers: list[LevelTaker], time_left: Callable[[], timedelta]) -> list[LevelTaker]:
    found = [taker for taker in takers if taker.is_cut_off]
    return found if found and time_left() >= A_BATCH else []
