"""Let time pass: apply the deadlines that are due, and speak up for inputs that wait too long."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.orders.changes import Input
from shared.orders.model import Deadline, Order
from shared.storage import keys
from shared.usecases.apply_input import apply_input
from shared.usecases.apply_receipt import InboxDesk

LIMIT = 500  # items a run; what is left is due in the next minute
ALARM_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRun:
    """What one run did."""

    applied: int = 0
    parked_too_long: int = 0


def run_deadlines(at: datetime, desk: InboxDesk) -> DeadlineRun:
    """Apply every deadline that is due at ``at`` (UTC), each once. Cost: what is due, not what is stored."""
    applied = parked = 0
    for pk, sk in desk.store.due(before=at, limit=LIMIT):
        if sk.startswith(keys.PARKED):
            # Parked inputs are never dropped: they are counted, once a day, until somebody looks.
            desk.store.postpone_parked_alarm(pk, sk, at + ALARM_AGAIN_AFTER)
            parked += 1
            continue
        order = desk.store.read(pk.removeprefix("ORDER#")).order
        if order is not None:
            applied += sum(_apply(order, deadline, at, desk) for deadline in _due(order, at))
    return DeadlineRun(applied=applied, parked_too_long=parked)


def _due(order: Order, at: datetime) -> list[Deadline]:
    return sorted((entry for entry in order.deadlines if entry.due <= at), key=lambda entry: entry.due)


def _apply(order: Order, deadline: Deadline, at: datetime, desk: InboxDesk) -> bool:
    cause = f"deadline/{order.id}/{deadline.kind}/{deadline.subject}/{keys.instant(deadline.due)}"
    entry = Input(
        key=hashlib.sha256(cause.encode()).hexdigest()[:32],
        connection=order.connection,
        source="deadline",
        actor="orderhub",
        received_at=at,
        deadline=deadline,
    )
    applied = apply_input(
        order.id,
        entry,
        rules=desk.connections.get(order.connection).rules(),
        store=desk.store,
        # The run's own time decides, so that a run for a given time gives the same result.
        now=lambda: at,
        pause=desk.pause,
    )
    return not applied.repeated
