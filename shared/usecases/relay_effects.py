"""Relay owed effects to the queues of those who carry them out.

Called from the table's stream (fast) and from the sweeper (sure): each alone is enough. The
relay claims nothing, the worker does; a message sent twice finds the effect taken. What was
parked for a new order or tracking number is put back into the inbox here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from shared.storage import keys
from shared.storage.records import FINISHED, EffectMessage, EffectRecord, EffectState, InputRecord
from shared.storage.store import OrderStore
from shared.wire.receipts import ParkedPointer

# Who tries again at a given time has the message still; this much later it is taken for lost.
GRACE = timedelta(minutes=10)
# A call that came too early has no message: it holds up nobody.
WAITS_FOR_EARLIER = "waits_for_earlier"
# In front of the reason of what may have happened already: whoever comes next asks for it first.
IN_DOUBT = "in_doubt:"


class Outbox(Protocol):
    """The queues behind the relay."""

    def takes(self, effect_key: str) -> bool:
        """Return whether somebody carries out effects of this kind; others stay owed until there is one."""

    def send(self, messages: Sequence[EffectMessage]) -> None:
        """Queue effects, each to the queue of its kind. Raises where one was not taken."""

    def announce(self, records: Sequence[InputRecord]) -> None:
        """Tell the event bus what changed: ids and statuses only."""


class ParkedInbox(Protocol):
    """The inbox, as far as the relay uses it."""

    def put_parked(self, pointer: ParkedPointer, *, group: str, once: str) -> None:
        """Queue a parked input."""


def relay_changes(
    changes: Sequence[InputRecord],
    *,
    store: OrderStore,
    outbox: Outbox,
    inbox: ParkedInbox,
    now: Callable[[], datetime],
) -> int:
    """Announce changes on the event bus and pass on all that they owe; return how many effects that were."""
    relayed = relay_effects(changes, store=store, outbox=outbox, inbox=inbox, now=now)
    # Last: a bus that does not answer must not hold up the customer's mail.
    outbox.announce([change for change in changes if change.version])
    return relayed


def relay_effects(
    records: Iterable[InputRecord],
    *,
    store: OrderStore,
    outbox: Outbox,
    inbox: ParkedInbox,
    now: Callable[[], datetime],
    skip: frozenset[str] = frozenset(),
) -> int:
    """Pass on all that these inputs owe but the effects in ``skip``; return how many effects that were."""
    messages: list[EffectMessage] = []
    relayed = 0
    for record in records:
        open_effects = [
            effect for effect in record.effects if effect.key not in skip and is_open(effect, now())
        ]
        for effect in open_effects:
            if effect.key.startswith("unpark/"):
                _unpark(record, effect, store, inbox, now)
            elif outbox.takes(effect.key):
                messages.append(
                    EffectMessage(pk=record.pk, sk=record.sk, effect=effect.key, attempt=effect.attempt)
                )
        relayed += len(open_effects)
    if messages:
        outbox.send(messages)
    return relayed


def is_open(effect: EffectRecord, at: datetime) -> bool:
    """Return whether somebody should be told of this effect now."""
    if effect.state in (EffectState.OWED, EffectState.PENDING):
        return effect.again_at is None or effect.again_at + GRACE < at
    abandoned = effect.lease_until is not None and effect.lease_until < at
    return effect.state is EffectState.CLAIMED and abandoned


def put_back_parked(pk: str, cause: str, *, store: OrderStore, inbox: ParkedInbox) -> None:
    """Put all that waits in a collection back into the inbox, once for each ``cause``."""
    for sk in store.parked_keys(pk):
        # Known by its cause: another order may ask for the same input later.
        once = keys.group_of(f"{cause}/{sk}")
        inbox.put_parked(ParkedPointer(pk=pk, sk=sk), group=keys.group_of(pk), once=once)


def _unpark(
    record: InputRecord,
    effect: EffectRecord,
    store: OrderStore,
    inbox: ParkedInbox,
    now: Callable[[], datetime],
) -> None:
    name, _, number = effect.key.removeprefix("unpark/").partition("/")
    pk = keys.tracking_pk(number) if name == "tracking" else record.pk
    put_back_parked(pk, f"{record.pk}/{record.sk}", store=store, inbox=inbox)
    # No claim: putting a parked input into the inbox twice applies it once.
    open_effects = sum(other.state not in FINISHED for other in record.effects)
    store.finish(record.pk, record.sk, effect.key, now=now(), last=open_effects == 1)
