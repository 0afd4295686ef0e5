"""Let time pass: apply the deadlines that are due, and speak up for inputs that wait too long.

An input that waits for longer than its customer's data may be kept goes on waiting without them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.orders.changes import Input
from shared.orders.durations import add_months
from shared.orders.facts import OrderSeen, Report
from shared.orders.model import HELD_BY_A_DISPUTE, Deadline, Order
from shared.storage import keys
from shared.storage.parked_inputs import ParkedInput
from shared.usecases.apply_input import apply_input
from shared.usecases.failed_inputs import forget_failed
from shared.usecases.forget_labels import forget_labels
from shared.usecases.inbox_desk import InboxDesk

LIMIT = 500  # items a run; what is left is due in the next minute
ALARM_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRun:
    """What one run did."""

    applied: int = 0
    parked_too_long: int = 0
    parked_erased: int = 0  # of them those whose customer was erased now


class _NotDueError(Exception):
    """The order has changed since it was read: this deadline was moved or dropped, or is held."""


def run_deadlines(at: datetime, desk: InboxDesk) -> DeadlineRun:
    """Apply every deadline that is due at ``at`` (UTC), each once. Cost: what is due, not what is stored.

    One order that cannot be worked on does not hold up the others: what failed is raised at the end,
    as an ExceptionGroup.
    """
    applied = parked = erased = 0
    failures: list[Exception] = []
    for pk, sk in desk.store.due(before=at, limit=LIMIT):
        try:
            if sk.startswith(keys.PARKED):
                # Parked inputs are never dropped: they are counted, once a day, until somebody looks.
                erased += _ask_again(pk, sk, at, desk)
                parked += 1
                continue
            applied += _apply_all(pk.removeprefix("ORDER#"), at, desk)
        except Exception as error:  # noqa: BLE001  raised below, when all others had their turn
            failures.append(error)
    if failures:
        raise ExceptionGroup("deadlines that could not be applied", failures)
    return DeadlineRun(applied=applied, parked_too_long=parked, parked_erased=erased)


def _ask_again(pk: str, sk: str, at: datetime, desk: InboxDesk) -> bool:
    """Postpone an alarm, and erase the customer whose time is over; return whether there was one.

    One write for both: a run that ends before it leaves the input due, one after it has nothing to repeat.
    """
    waiting = desk.store.read_parked(pk, sk)
    without = None
    if waiting is not None and _ends_at(waiting, desk) <= at:
        without = _without_customer(waiting.report)
    desk.store.postpone_parked_alarm(pk, sk, at + ALARM_AGAIN_AFTER, without)
    return without is not None


def _ends_at(waiting: ParkedInput, desk: InboxDesk) -> datetime:
    return add_months(waiting.received_at, desk.rules_of(waiting.connection).erase_after_months)


def _without_customer(report: Report) -> Report | None:
    """Return a report without the customer, None where it names none."""
    facts = tuple(
        replace(fact, customer=None) if isinstance(fact, OrderSeen) else fact for fact in report.facts
    )
    return None if facts == report.facts else replace(report, facts=facts)


def _apply_all(order_id: str, at: datetime, desk: InboxDesk) -> int:
    order = desk.store.read(order_id).order
    if order is None:
        return 0
    due = sorted(
        (entry for entry in order.deadlines if _is_due(order, entry, at)), key=lambda entry: entry.due
    )
    return sum(_apply(order, deadline, at, desk) for deadline in due)


def _is_due(order: Order, deadline: Deadline, at: datetime) -> bool:
    held = order.dispute and deadline.kind in HELD_BY_A_DISPUTE
    return deadline in order.deadlines and deadline.due <= at and not held


def _check(deadline: Deadline, at: datetime) -> Callable[[Order | None], None]:
    # Its key is used up once an outcome is stored. So nothing is, where it is not to fire now: a deadline
    # that a dispute holds has to fire when that is over.
    def check(order: Order | None) -> None:
        if order is None or not _is_due(order, deadline, at):
            raise _NotDueError

    return check


def _apply(order: Order, deadline: Deadline, at: datetime, desk: InboxDesk) -> bool:
    if deadline.kind == "erase":
        forget_labels(order, desk)
        forget_failed(order.id, order, desk)
    cause = f"deadline/{order.id}/{deadline.kind}/{deadline.subject}/{keys.instant(deadline.due)}"
    try:
        # One that was moved away and back is another one than that which has fired at the same time.
        return _fire(cause, order, deadline, at, desk) or _fire(
            f"{cause}/{order.version}", order, deadline, at, desk
        )
    except _NotDueError:
        return False


def _fire(cause: str, order: Order, deadline: Deadline, at: datetime, desk: InboxDesk) -> bool:
    """Apply a deadline under the key of its cause; False where that is used up. Raises _NotDueError."""
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
        rules=desk.rules_of(order.connection),
        store=desk.store,
        # The run's own time decides, so that a run for a given time gives the same result.
        now=lambda: at,
        pause=desk.pause,
        check=_check(deadline, at),
    )
    return not applied.repeated
