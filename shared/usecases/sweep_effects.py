"""Sweep up what is owed and was not passed on: the sure way, where the stream is the fast one.

A round looks at :data:`SWEEP_LIMIT` inputs a shard, those first whose turn was longest ago. Where more owe
something, whatever a round comes to goes to the end of the line: thousands of mails that cannot be sent for
days keep nothing that came after them from its turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from shared.storage import keys
from shared.storage.records import FINISHED, EffectRecord, InputRecord
from shared.storage.store import OrderStore
from shared.usecases.relay_effects import (
    IN_DOUBT,
    WAITS_FOR_EARLIER,
    Outbox,
    ParkedInbox,
    is_open,
    relay_effects,
)

# The stream gets this much of a head start before the sweeper looks at an effect.
HEAD_START = timedelta(minutes=2)
SWEEP_LIMIT = 500  # inputs a shard and round


def sweep_effects(
    *, store: OrderStore, outbox: Outbox, inbox: ParkedInbox, now: Callable[[], datetime], at: datetime
) -> int:
    """Relay all that is owed for longer than the stream needs, as seen at ``at``; return how many.

    One input that cannot be relayed does not hold up the others: what failed is raised at the end, as an
    ExceptionGroup.
    """
    relayed = 0
    failures: list[Exception] = []
    owing: dict[str, list[InputRecord]] = {}
    found = list(store.owed(before=at - HEAD_START, limit=SWEEP_LIMIT))
    in_shard = Counter(keys.shard_of(pk) for pk, _ in found)
    for pk, sk in found:
        try:
            if in_shard[keys.shard_of(pk)] >= SWEEP_LIMIT:
                # Before the look: what ends a round is not in front of the next.
                store.put_last(pk, sk, at)
            relayed += _sweep_one(pk, sk, owing, store=store, outbox=outbox, inbox=inbox, now=now)
        except Exception as error:  # noqa: BLE001  raised below, when all others had their turn
            failures.append(error)
    if failures:
        raise ExceptionGroup("effects that could not be relayed", failures)
    return relayed


def _sweep_one(
    pk: str,
    sk: str,
    owing: dict[str, list[InputRecord]],
    *,
    store: OrderStore,
    outbox: Outbox,
    inbox: ParkedInbox,
    now: Callable[[], datetime],
) -> int:
    """Relay what one input owes. ``owing``: what was read of orders before."""
    record = store.read_input(pk, sk)
    if record is None:
        return 0
    if all(effect.state in FINISHED for effect in record.effects):
        # Two workers finished the last two effects at the same time, each seeing the other's open.
        store.settle(pk, sk)
        return 0
    calls = frozenset(effect.key for effect in record.effects if effect.key.startswith("channel/"))
    skip = frozenset[str]()
    if any(is_open(effect, now()) for effect in record.effects if effect.key in calls):
        if pk not in owing:
            owing[pk] = store.owing(pk)
        # The messages behind one that waits are in their queue: each round would add another of each.
        skip = calls if _waits(record, owing[pk], now()) else skip
    return relay_effects([record], store=store, outbox=outbox, inbox=inbox, now=now, skip=skip)


def _waits(record: InputRecord, owing: Iterable[InputRecord], at: datetime) -> bool:
    """True where a call of this input or of one before it waits in front of its order's others."""
    return any(
        _holds_up(effect, at)
        for earlier in owing
        if earlier.received_at <= record.received_at
        for effect in earlier.effects
        if effect.key.startswith("channel/")
    )


def _holds_up(effect: EffectRecord, at: datetime) -> bool:
    """True where a call's message waits for its time, or a worker has it."""
    is_over = effect.state in FINISHED or effect.reason.removeprefix(IN_DOUBT) == WAITS_FOR_EARLIER
    return not is_over and not is_open(effect, at)
