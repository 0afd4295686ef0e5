"""Make one mail of several parcels of an order that are shipped together.

Each parcel owes a mail of its own, once (docs/adr/0002), and gathering changes nothing about that. Whoever
has the first of these mails lets it wait until the connection's window is over, or nothing is left to be
shipped: its message goes back to the queue, and behind it, in order, whatever the order owes besides. Then
it claims the others that are owed
as well, sends one mail about all of them, and marks each. What it could not claim is somebody else's, and
gets a mail of its own. All is claimed before anything is sent: a worker that vanishes leaves claims behind,
whose leases end like that of any mail (docs/adr/0003).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.connections.store import ConnectionStore
from shared.orders.model import Order, connection_of
from shared.orders.statuses import PackageStatus, Status
from shared.storage import keys
from shared.storage.owed_effects import Claim
from shared.storage.records import EffectMessage, EffectState
from shared.storage.store import OrderStore

GATHERED = "mail/shipped/"
# Each parcel takes about 3 kB of a mail that Gmail cuts off at 102; what is left gets the next mail.
MAX_PARCELS = 12


class StillGatheringError(Exception):
    """Other parcels of this order may follow: look again later."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Another mail that this one stands for: where it is owed, our claim of it, its package."""

    message: EffectMessage
    claim: Claim
    package: str


def wait_for_others(
    message: EffectMessage, *, store: OrderStore, connections: ConnectionStore, now: Callable[[], datetime]
) -> None:
    """Return where a mail may go out now. Raises StillGatheringError, UnknownConnectionError."""
    order_id = order_of(message)
    window = _window(message, order_id, connections)
    if not window:
        return
    snapshot = store.read(order_id, message.sk.removeprefix(keys.INPUT))
    if snapshot.order is None or snapshot.record is None or not _is_gathered(message, snapshot.order):
        return
    if snapshot.order.status is not Status.WAITING_SHIPMENT:
        return  # all that is live is on its way: no parcel follows
    effect = snapshot.record.effect(message.effect)
    owed = effect is not None and effect.state is EffectState.OWED
    if owed and now() < snapshot.record.received_at + window:
        raise StillGatheringError(message.effect)


def claim_others(
    message: EffectMessage,
    order: Order,
    *,
    store: OrderStore,
    connections: ConnectionStore,
    now: Callable[[], datetime],
    lease: timedelta,
) -> tuple[Gathered, ...]:
    """Claim what else may stand in a mail that is claimed already; () where nothing is gathered."""
    if not _window(message, order.id, connections):
        return ()
    packages = {
        f"{GATHERED}{package.id}": package.id
        for package in order.packages
        if package.status is not PackageStatus.CANCELED
    }
    if message.effect not in packages:
        return ()  # this parcel was canceled, or the mail is one that was asked for again
    others = [
        EffectMessage(pk=message.pk, sk=record.sk, effect=effect.key, attempt=effect.attempt)
        for record in store.owing(message.pk)
        for effect in record.effects
        if effect.state is EffectState.OWED and effect.key in packages and effect.key != message.effect
    ]
    gathered: list[Gathered] = []
    for other in others[: MAX_PARCELS - 1]:
        claim = store.claim(other.pk, other.sk, other.effect, now=now(), lease=lease)
        if claim.granted:
            gathered.append(Gathered(other, claim, packages[other.effect]))
    return tuple(gathered)


def order_of(message: EffectMessage) -> str:
    """Return the id of the order that owes a mail."""
    return message.pk.removeprefix(keys.order_pk(""))


def _window(message: EffectMessage, order_id: str, connections: ConnectionStore) -> timedelta:
    if not message.effect.startswith(GATHERED):
        return timedelta(0)
    return timedelta(seconds=connections.get(connection_of(order_id)).settings.gather_seconds)


def _is_gathered(message: EffectMessage, order: Order) -> bool:
    """Whether this is the mail that a parcel owes by being shipped: one that was asked for again is not."""
    target = message.effect.removeprefix(GATHERED)
    return any(package.id == target for package in order.packages)
