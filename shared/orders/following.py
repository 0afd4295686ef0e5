"""Parcels underway that their carrier is asked to tell of: when they get their number, and again in time.

One deadline an order, and only while a parcel of it is followed: where nobody ships, nothing is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.orders.changes import Effect
from shared.orders.effects import again
from shared.orders.model import Package
from shared.orders.rules import ANY_CARRIER, Follow, Rules
from shared.orders.statuses import PackageStatus, Status
from shared.orders.workbench import UNDERWAY, Workbench

KIND = "follow"
_FOLLOWED = UNDERWAY | {PackageStatus.READY_TO_SHIP}
_WHILE = frozenset({Status.WAITING_SHIPMENT, Status.SHIPPED})
_WORD = re.compile(r"[^a-z0-9]+")


def rule_of(package: Package, rules: Rules) -> Follow | None:
    """Return how a parcel is followed, None where it is not.

    Its carrier may be written in other words than ours ("DHL Paket"). One without a carrier may be anybody's:
    it is followed as early and as often as any, and whose it is has to be found by its number.
    """
    if not rules.follows or not package.tracking_number:
        return None
    words = set(_WORD.split((package.carrier or rules.carrier).casefold())) - {""}
    if not words:
        return min(rules.follows.values(), key=lambda rule: (rule.every, not rule.at_once))
    named = (rule for carrier, rule in sorted(rules.follows.items()) if carrier in words)
    return next(named, rules.follows.get(ANY_CARRIER))


def follow_parcels(bench: Workbench) -> None:
    """Owe the first asking for parcels that got their number just now, and keep the time of the next."""
    followed = list(_followed(bench))
    if not followed:
        bench.drop_deadlines(KIND)
        return
    fresh = set(bench.numbers)
    for package, rule in followed:
        # Who is asked for silent parcels alone has nothing to tell of this one yet.
        if package.tracking_number in fresh and (rule.at_once or not rule.only_silent):
            _owe(bench, package)
    if fresh or not bench.has_deadline(KIND):
        next_at = bench.now + min(rule.every for _, rule in followed)
        earlier = [entry.due for entry in bench.deadlines if entry.kind == KIND]
        bench.set_deadline(KIND, min([next_at, *earlier]))


def follow_again(bench: Workbench) -> None:
    """Owe the next asking for every followed parcel that it is due for."""
    for package, rule in _followed(bench):
        told_at = package.scanned_at
        if not rule.only_silent or told_at is None or bench.now - told_at >= rule.every:
            _owe(bench, package)


def _followed(bench: Workbench) -> Iterable[tuple[Package, Follow]]:
    if bench.status not in _WHILE or bench.is_quiet():
        return
    for package in bench.packages:
        rule = rule_of(package, bench.rules)
        if rule is None or package.status not in _FOLLOWED or not package.contents:
            continue
        # A parcel that was scanned once and then lost is not asked for until the end of days.
        told_at = package.scanned_at
        if told_at is None or bench.now - told_at < bench.rules.close_untracked_after:
            yield package, rule


def _owe(bench: Workbench, package: Package) -> None:
    target = again(package.id, str(bench.version))
    bench.owe_each_time(Effect(kind="tracking", name="follow", target=target))
