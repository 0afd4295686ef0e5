"""The deadlines of an order: each is set, kept or dropped by where the order stands after a change."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.orders.facts import ScanStatus
from shared.orders.following import follow_parcels
from shared.orders.model import Package
from shared.orders.statuses import PackageStatus, Status
from shared.orders.workbench import UNDERWAY, Workbench

AT_RISK_BEFORE = timedelta(hours=24)
ARRIVED = frozenset({PackageStatus.DELIVERED, PackageStatus.RETURNED})
_TO_BE_ACCEPTED = frozenset({Status.NEW, Status.WAITING_ACCEPTANCE})
_TO_BE_SHIPPED = _TO_BE_ACCEPTED | {Status.ACCEPTED, Status.WAITING_SHIPMENT, Status.PREPARING_PICKUP}


def set_deadlines(bench: Workbench) -> None:
    """Set what is to happen by itself, and drop what no longer is."""
    status, rules = bench.status, bench.rules
    shipped = status is Status.SHIPPED
    # Set where it is wanted and not running, dropped where it is not wanted.
    kept = (
        ("close", rules.closing_delay, shipped and bench.all_in(ARRIVED)),
        ("close_untracked", rules.close_untracked_after, shipped and is_untracked(bench)),
        ("pickup_expired", rules.pickup_within, status is Status.READY_FOR_PICKUP),
    )
    over = [kind for kind, _, wanted in kept if not wanted]
    if status not in _TO_BE_ACCEPTED:
        over += ("accept_at_risk", "accept_late")
    if status not in _TO_BE_SHIPPED:
        over += ("ship_at_risk", "ship_late")
        if bench.attention:
            bench.settled("ship_at_risk", "ship_late", "accept_at_risk", "accept_late")
    bench.drop_deadlines(*over)
    for kind, after, wanted in kept:
        if wanted and not bench.has_deadline(kind):
            bench.set_deadline(kind, bench.now + after)
    follow_parcels(bench)
    if bench.deadlines:
        bench.deadlines = [
            entry
            for entry in bench.deadlines
            if entry.kind != "tracking_wait" or _waits(bench.package(entry.subject))
        ]


def _waits(package: Package) -> bool:
    return package.status is PackageStatus.READY_TO_SHIP and package.awaiting_tracking_until is not None


def is_untracked(bench: Workbench) -> bool:
    """True where parcels have not arrived and nobody tracks one of them: at most announced, never a scan."""
    underway = [package for package in bench.packages if package.status in UNDERWAY and package.contents]
    return bool(underway) and all(
        package.status is PackageStatus.FULFILLED and package.scan in (None, ScanStatus.PENDING)
        for package in underway
    )


def set_accept_by(bench: Workbench, moment: datetime | None) -> None:
    """Take over the channel's accept-by time: at risk a day before, late after."""
    if moment is not None and moment != bench.accept_by:
        bench.accept_by = moment
        bench.set_deadline("accept_at_risk", moment - AT_RISK_BEFORE)
        bench.set_deadline("accept_late", moment)


def set_ship_by(bench: Workbench, moment: datetime | None) -> None:
    """Take over the channel's ship-by time: at risk a day before, late after."""
    if moment is not None and moment != bench.ship_by:
        bench.ship_by = moment
        bench.set_deadline("ship_at_risk", moment - AT_RISK_BEFORE)
        bench.set_deadline("ship_late", moment)


def is_closable(bench: Workbench) -> bool:
    """True where all live quantity arrived or came back, and no dispute is open."""
    return not bench.dispute and bench.all_in(ARRIVED)
