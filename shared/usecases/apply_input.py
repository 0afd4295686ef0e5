"""Apply one input to one order: read, decide, store, in one conditional write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.orders.changes import Change, Input, Outcome
from shared.orders.decide import decide
from shared.orders.rules import Rules
from shared.orders.values import value
from shared.storage import keys
from shared.storage.orders_table import Stored
from shared.storage.sizes import TooLargeError
from shared.storage.store import OrderStore

if TYPE_CHECKING:
    from shared.orders.model import Order

MAX_TRIES = 5
TOO_LARGE = "too_large"
RAW_IS_KEPT = timedelta(days=30)  # by the archive's own rule in the template
READ_AGAIN = frozenset({"poll", "sweep"})
"""Ways that bring the same again by design, since windows overlap: not worth a write to count."""


class LostRaceError(Exception):
    """Others changed the order each time we tried: the input goes back to the queue, never to the floor."""


@value(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of an input. ``repeated`` where it had its outcome before; ``before`` is what it met."""

    outcome: Outcome
    reason: str
    order_id: str
    change: Change | None = None
    repeated: bool = False
    before: Order | None = None
    keeps_raw: bool = True  # whether what came in may lie in the archive for its thirty days


def apply_input(
    order_id: str,
    entry: Input,
    *,
    key_of: Callable[[Order | None], str] | None = None,
    rules: Rules,
    store: OrderStore,
    now: Callable[[], datetime],
    pause: Callable[[int], None],
    receipt_id: str = "",
    parked_pk: str = "",
    check: Callable[[Order | None], None] | None = None,
    complete: Callable[[Change], Change] | None = None,
) -> Applied:
    """Apply ``entry`` to the order ``order_id`` exactly once, whatever comes in between.

    ``key_of`` makes the input's key where it depends on what was seen last (a document without
    any time of its own). ``pause(n)`` waits before the n-th retry. ``parked_pk`` names the
    collection in which the input waited until now. ``check`` sees the order that is decided on,
    of an input without an outcome; what it raises ends the matter, nothing is stored. ``complete``
    may add documents to what was decided. Raises LostRaceError, StoreBusyError.
    """
    for _ in _attempts(pause):
        snapshot = store.read(order_id, "" if key_of else entry.key)
        current = replace(entry, key=key_of(snapshot.order)) if key_of else entry
        if snapshot.record is not None:
            if snapshot.record.fingerprint != current.fingerprint:
                # Not the same input again but another one with its key: nothing to count.
                return Applied(outcome=Outcome.IGNORED, reason="key_reused", order_id=order_id, repeated=True)
            repeated = _note_repeat(store, order_id, current, snapshot.record.outcome, now(), parked_pk)
            return replace(repeated, keeps_raw=may_keep_raw(snapshot.order, now()))
        if check is not None:
            check(snapshot.order)
        change = decide(snapshot.order, current, rules, now())
        if complete is not None:
            change = complete(change)
        if change.outcome is Outcome.PARKED and parked_pk:
            return Applied(outcome=Outcome.PARKED, reason=change.reason, order_id=order_id)
        try:
            stored = _store(store, order_id, snapshot.order, current, change, receipt_id, parked_pk)
        except TooLargeError:
            # It would not fit the next time either: what it says is shown, and the order stays as it is.
            change = Change(outcome=Outcome.QUARANTINED, reason=TOO_LARGE)
            stored = _store(store, order_id, snapshot.order, current, change, receipt_id, parked_pk)
        if stored is Stored.YES:
            return Applied(
                outcome=change.outcome,
                reason=change.reason,
                order_id=order_id,
                change=change,
                before=snapshot.order,
                keeps_raw=may_keep_raw(change.order or snapshot.order, now()),
            )
        if stored is Stored.REPEATED:
            repeated = _note_repeat(store, order_id, current, change.outcome, now(), parked_pk)
            return replace(repeated, keeps_raw=may_keep_raw(change.order or snapshot.order, now()))
    raise LostRaceError(order_id)


def _store(
    store: OrderStore,
    order_id: str,
    before: Order | None,
    entry: Input,
    change: Change,
    receipt_id: str,
    parked_pk: str,
) -> Stored:
    pk = keys.order_pk(order_id)
    if change.outcome is Outcome.PARKED:
        return store.park(pk, keys.HEAD, entry, receipt_id=receipt_id)
    if change.order is not None:
        return store.commit(before, entry, change, receipt_id=receipt_id, parked_pk=parked_pk)
    stored = store.record(pk, entry, change, order_id=order_id, receipt_id=receipt_id)
    if parked_pk and stored in (Stored.YES, Stored.REPEATED):
        store.unpark(parked_pk, entry.key)
    return stored


def may_keep_raw(order: Order | None, at: datetime) -> bool:
    """Return whether a document about ``order`` may be archived: it must not outlive the customer's data."""
    if order is None:
        return True
    due = next((entry.due for entry in order.deadlines if entry.kind == "erase"), None)
    return not order.erased and (due is None or due > at + RAW_IS_KEPT)


def _attempts(pause: Callable[[int], None]) -> Iterator[int]:
    for attempt in range(MAX_TRIES):
        if attempt:
            pause(attempt)
        yield attempt


def _note_repeat(
    store: OrderStore, order_id: str, entry: Input, outcome: Outcome, at: datetime, parked_pk: str
) -> Applied:
    pk = keys.order_pk(order_id)
    if parked_pk:
        # It waited, and the same input was applied by another way meanwhile.
        store.unpark(parked_pk, entry.key)
    elif entry.source not in READ_AGAIN:
        parked = outcome is Outcome.PARKED
        store.note_repeat(pk, keys.parked_sk(entry.key) if parked else keys.input_sk(entry.key), at)
    return Applied(outcome=Outcome.IGNORED, reason="duplicate", order_id=order_id, repeated=True)
