"""Packages, as facts: forward only, never counted twice, never more than there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.orders.facts import (
    PackageReported,
    PackageWord,
)
from shared.orders.model import Package
from shared.orders.statuses import PackageStatus, Status
from shared.orders.steps import catch_up_to_waiting_shipment, collect, prepare_pickup, ready_for_pickup
from shared.orders.workbench import HANDED_OVER, Workbench

_P = PackageStatus

PACKAGE_TARGETS: dict[PackageWord, PackageStatus | None] = {
    PackageWord.READY: _P.READY_TO_SHIP,
    PackageWord.FULFILLED: _P.FULFILLED,
    PackageWord.DELIVERED: _P.DELIVERED,
    PackageWord.AT_PICKUP_POINT: _P.AT_PICKUP_POINT,
    PackageWord.UNABLE_TO_DELIVER: _P.UNABLE_TO_DELIVER,
    PackageWord.RETURNING: _P.RETURNING,
    PackageWord.RETURNED: _P.RETURNED,
    PackageWord.CANCELED: _P.CANCELED,
    PackageWord.PROBLEM: None,  # attention
}


def apply_package(bench: Workbench, fact: PackageReported) -> None:
    """Apply what a channel says of one package, or, without contents, of all that is open."""
    if bench.pickup and not bench.packages:
        _apply_to_pickup(bench, fact)
        return
    known = _find(bench, fact)
    target = PACKAGE_TARGETS[fact.word]
    if target is None:
        bench.attend("package_problem", f"package/{known.id if known is not None else fact.package_id}")
        return
    waits = _is_to_wait(bench, fact, known)
    if waits:
        target = _P.READY_TO_SHIP
    if known is not None:
        _update(bench, known, fact, target, waits=waits)
        if fact.contents is None and not waits:
            _tell_nameless(bench, fact, target)
    elif fact.contents is None and target is not _P.CANCELED:
        _apply_to_all(bench, fact, target, waits=waits)
    else:
        _create(bench, fact, _known_contents(bench, fact), target, waits=waits)


def _is_to_wait(bench: Workbench, fact: PackageReported, known: Package | None) -> bool:
    """True where a shop's *completed* came without tracking and there is time to wait for it."""
    return (
        fact.awaits_tracking
        and not fact.tracking_number
        and (known is None or not known.tracking_number)
        and bench.rules.tracking_wait.total_seconds() > 0
        and not _is_import(bench)
    )


def _is_import(bench: Workbench) -> bool:
    since = bench.rules.import_since
    return (
        bench.base is None and since is not None and bench.placed_at is not None and bench.placed_at < since
    )


def _find(bench: Workbench, fact: PackageReported) -> Package | None:
    """Return the package meant: by the channel's id, by tracking number, or as the one nobody has named yet.

    A package made here has no channel id until the channel confirms it; one that waits for tracking
    is the same parcel when that comes under another id. Both are told by equal contents.
    """
    for package in bench.packages:
        if fact.package_id in package.external_ids:
            return package
    if fact.tracking_number:
        for package in bench.packages:
            if package.tracking_number == fact.tracking_number and package.status is not _P.CANCELED:
                return package
    if fact.contents is None and fact.word is PackageWord.CANCELED:
        return None
    wanted = None if fact.contents is None else sorted(fact.contents)
    candidates = [
        package
        for package in bench.packages
        if (
            not package.external_ids or (package.awaiting_tracking_until is not None and fact.tracking_number)
        )
        and (package.status is not _P.CANCELED or fact.word is PackageWord.CANCELED)
        and not (package.tracking_number and fact.tracking_number)
        and (wanted is None or sorted(package.contents) == wanted)
    ]
    if wanted is None and (len(candidates) != 1 or bench.all_open()):
        return None
    return candidates[0] if candidates else None


def _update(
    bench: Workbench, package: Package, fact: PackageReported, target: PackageStatus, *, waits: bool
) -> None:
    about = f"package/{package.id}"
    before = bench.package(package.id)
    if fact.package_id not in before.external_ids:
        bench.put(replace(before, external_ids=(*before.external_ids, fact.package_id)))
    if fact.tracking_number and target is not _P.CANCELED:
        bench.set_tracking(package.id, fact.tracking_number, fact.carrier, fact.tracking_url)
    if waits and before.status is _P.READY_TO_SHIP and before.awaiting_tracking_until is None:
        _begin_to_wait(bench, package.id)
    _tell(bench, package.id, target, fact.occurred_at)
    after = bench.package(package.id)
    if after == before:
        bench.note(about, "duplicate", fact.word.value)
    elif after.status is before.status:
        bench.note(about, "applied", "updated")
    else:
        bench.note(about, "applied", after.status.value)


def _tell_nameless(bench: Workbench, fact: PackageReported, target: PackageStatus) -> None:
    """Let a word about all of an order reach the packages that its channel has never named."""
    for package in list(bench.packages):
        nameless = not package.external_ids and package.contents and target in HANDED_OVER
        if nameless and bench.can_advance(package, target):
            _tell(bench, package.id, target, fact.occurred_at)


def _tell(bench: Workbench, package_id: str, target: PackageStatus, at: datetime | None) -> None:
    """Let the channel's word move a package forward; what would move it back is only recorded."""
    package = bench.package(package_id)
    if package.told == target.value and not _is_newer(at, package.told_at):
        return
    if package.status is not target:
        if bench.can_advance(package, target) and not _is_echo(package, target, at):
            bench.advance(package_id, target)
        else:
            _tell_late(bench, package, target, at)
            return
    after = bench.package(package_id)
    bench.put(replace(after, told=target.value, told_at=at or package.told_at))


def _is_newer(at: datetime | None, than: datetime | None) -> bool:
    return at is not None and than is not None and at > than


def _is_echo(package: Package, target: PackageStatus, at: datetime | None) -> bool:
    """True where *fulfilled* is no new attempt, but was true before the failed one."""
    failed = package.status is _P.UNABLE_TO_DELIVER and target is _P.FULFILLED
    return failed and not _is_newer(at, package.scanned_at or package.told_at)


def _tell_late(bench: Workbench, package: Package, target: PackageStatus, at: datetime | None) -> None:
    about = f"package/{package.id}"
    if not package.told:
        # The channel's first word of it, behind what the carrier or we know: an echo.
        bench.put(replace(package, told=target.value, told_at=at))
        bench.note(about, "late", target.value)
    elif _is_newer(at, package.told_at):
        bench.attend("contradiction:package_went_back", about)
    else:
        bench.note(about, "late", target.value)


def _apply_to_all(bench: Workbench, fact: PackageReported, target: PackageStatus, *, waits: bool) -> None:
    """Apply a word without contents: open pieces become a package, those on their way get there too."""
    rest = bench.all_open()
    moved = False
    for package in list(bench.packages):
        if not package.contents or package.status is target or (target is _P.READY_TO_SHIP and not waits):
            continue
        if waits:
            if package.status is _P.READY_TO_SHIP and not package.tracking_number:
                _begin_to_wait(bench, package.id)
                moved = True
        elif bench.can_advance(package, target):
            _tell(bench, package.id, target, fact.occurred_at)
            moved |= bench.package(package.id).status is target
    if rest or not any(package.contents for package in bench.packages):
        _create(bench, fact, rest, target, waits=waits)
        return
    if moved and fact.tracking_number:
        # One number for several parcels: which of them it is, somebody has to say.
        bench.attend("ambiguous_tracking")
    if moved:
        bench.note("packages", "applied", fact.word.value)
    else:
        bench.note("packages", "duplicate", fact.word.value)


def _known_contents(bench: Workbench, fact: PackageReported) -> tuple[tuple[str, int], ...]:
    """Return the contents by line, each once; unknown lines are noted."""
    found: dict[str, int] = {}
    for line_id, pieces in fact.contents or ():
        if line_id not in bench.lines:
            bench.note(f"line/{line_id}", "unknown", "no such line")
        elif pieces > 0:
            found[line_id] = found.get(line_id, 0) + pieces
    return tuple(found.items())


def _create(
    bench: Workbench,
    fact: PackageReported,
    contents: tuple[tuple[str, int], ...],
    target: PackageStatus,
    *,
    waits: bool,
) -> None:
    """Enter a package we did not know. Never more than is live: the rest is a contradiction."""
    about = f"package/{len(bench.packages) + 1}"
    if target is _P.CANCELED:
        # Known and never there: should its creation arrive after this, it changes nothing.
        bench.add_package(
            (), _P.CANCELED, external_id=fact.package_id, told=target.value, told_at=fact.occurred_at
        )
        bench.note(about, "applied", "canceled")
        return
    if bench.base is None:
        bench.caught_up = True
    fitting = _fit(bench, contents, shipped=target is not _P.READY_TO_SHIP)
    if fitting != contents or not contents:
        bench.attend("contradiction:more_than_open", about)
    first = _P.READY_TO_SHIP if target is _P.READY_TO_SHIP else _P.FULFILLED
    package = bench.add_package(
        fitting,
        first,
        external_id=fact.package_id,
        tracking_number=fact.tracking_number,
        carrier=fact.carrier,
        tracking_url=fact.tracking_url,
        told=target.value,
        told_at=fact.occurred_at,
    )
    if waits:
        _begin_to_wait(bench, package.id)
    if target is not first:
        bench.caught_up = True
        bench.advance(package.id, target)
    bench.note(about, "applied", target.value)


def _fit(
    bench: Workbench, contents: tuple[tuple[str, int], ...], *, shipped: bool
) -> tuple[tuple[str, int], ...]:
    """Return as much of the contents as there is: open pieces, and for what has left, ready ones too."""
    fitting = []
    for line_id, wanted in contents:
        there = bench.open(line_id)
        if shipped and there < wanted:
            there += bench.take_from_ready(line_id, wanted - there)
        if there > 0:
            fitting.append((line_id, min(wanted, there)))
    return tuple(fitting)


def _begin_to_wait(bench: Workbench, package_id: str) -> None:
    until = bench.now + bench.rules.tracking_wait
    bench.put(replace(bench.package(package_id), awaiting_tracking_until=until))
    bench.set_deadline("tracking_wait", until, package_id)


def _apply_to_pickup(bench: Workbench, fact: PackageReported) -> None:
    """A pick-up order has no packages: what a channel says of them is said of the pick-up."""
    if fact.word is PackageWord.PROBLEM:
        bench.attend("package_problem", f"package/{fact.package_id}")
    else:
        apply_pickup_word(bench, fact.word)


_PICKUP_WORDS = {
    PackageWord.READY: Status.PREPARING_PICKUP,
    PackageWord.AT_PICKUP_POINT: Status.READY_FOR_PICKUP,
    PackageWord.FULFILLED: Status.CLOSED,
    PackageWord.DELIVERED: Status.CLOSED,
}


def apply_pickup_word(bench: Workbench, word: PackageWord) -> None:
    """Take a pick-up forward to where the channel says it is."""
    if bench.status in (Status.NEW, Status.WAITING_ACCEPTANCE, Status.ACCEPTED):
        catch_up_to_waiting_shipment(bench)
    before = bench.status
    if before is _PICKUP_WORDS.get(word):
        bench.note("pickup", "duplicate", word.value)
        return
    if word is PackageWord.READY and before is Status.WAITING_SHIPMENT:
        prepare_pickup(bench)
    elif word is PackageWord.AT_PICKUP_POINT and before in (Status.WAITING_SHIPMENT, Status.PREPARING_PICKUP):
        ready_for_pickup(bench)
    elif word in (PackageWord.FULFILLED, PackageWord.DELIVERED) and before in (
        Status.WAITING_SHIPMENT,
        Status.PREPARING_PICKUP,
        Status.READY_FOR_PICKUP,
    ):
        collect(bench)
    else:
        bench.note("pickup", "late", word.value)
        return
    bench.note("pickup", "applied", word.value)


def handed_over_now(
    bench: Workbench, package_id: str, number: str = "", carrier: str = "", url: str = ""
) -> None:
    """Hand a ready package over, with its tracking where that is told now."""
    if number or carrier or url:
        bench.set_tracking(package_id, number, carrier, url)
    if bench.package(package_id).status is _P.READY_TO_SHIP:
        bench.step(package_id, _P.FULFILLED)
