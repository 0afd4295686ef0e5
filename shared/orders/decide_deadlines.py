"""Deadlines: what happens because nothing else has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shared.orders.apply_customer import erase
from shared.orders.changes import Change, Outcome
from shared.orders.deadlines import is_closable, is_untracked
from shared.orders.following import follow_again
from shared.orders.model import HELD_BY_A_DISPUTE, Deadline, Order
from shared.orders.rules import Rules
from shared.orders.settle import settle
from shared.orders.statuses import PackageStatus, Status
from shared.orders.steps import cancel_pickup
from shared.orders.workbench import Workbench


def decide_deadline(order: Order | None, deadline: Deadline, rules: Rules, now: datetime) -> Change:
    """Let a stored deadline fire, once. One that was moved or dropped since is obsolete."""
    if order is None or deadline not in order.deadlines:
        return Change(outcome=Outcome.IGNORED, reason="obsolete")
    if deadline.due > now:
        return Change(outcome=Outcome.IGNORED, reason="not_due")
    if order.dispute and deadline.kind in HELD_BY_A_DISPUTE:
        return Change(outcome=Outcome.IGNORED, reason="held_by_dispute")
    bench = Workbench(order, order.id, rules, now, by="D")
    bench.since = deadline.due
    bench.note(f"deadline/{deadline.kind}", "applied", deadline.subject)
    bench.deadlines.remove(deadline)
    _FIRE[deadline.kind](bench, deadline)
    settle(bench)
    return bench.change()


def _close(bench: Workbench, _deadline: Deadline) -> None:
    if bench.status is Status.SHIPPED and is_closable(bench):
        bench.move("T10", Status.CLOSED)


def _close_untracked(bench: Workbench, _deadline: Deadline) -> None:
    if bench.status is Status.SHIPPED and is_untracked(bench):
        bench.move("T11", Status.CLOSED)


def _pickup_expired(bench: Workbench, _deadline: Deadline) -> None:
    if bench.status is Status.READY_FOR_PICKUP:
        cancel_pickup(bench)


def _tracking_wait(bench: Workbench, deadline: Deadline) -> None:
    package = bench.package(deadline.subject)
    if package.status is not PackageStatus.READY_TO_SHIP:
        return
    if bench.needs_tracking():
        # Not shipped without: it still waits, and somebody should look.
        bench.attend("tracking_missing", f"package/{package.id}")
    else:
        bench.step(package.id, PackageStatus.FULFILLED)


def _look(bench: Workbench, deadline: Deadline) -> None:
    bench.attend(deadline.kind)


def _follow(bench: Workbench, _deadline: Deadline) -> None:
    follow_again(bench)


def _erase(bench: Workbench, _deadline: Deadline) -> None:
    erase(bench)


_FIRE: dict[str, Callable[[Workbench, Deadline], None]] = {
    "close": _close,
    "close_untracked": _close_untracked,
    "pickup_expired": _pickup_expired,
    "tracking_wait": _tracking_wait,
    "accept_at_risk": _look,
    "accept_late": _look,
    "ship_at_risk": _look,
    "ship_late": _look,
    "follow": _follow,
    "erase": _erase,
}
