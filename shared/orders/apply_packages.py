"""Packages, carrier scans and returns, as facts: forward only, and never counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.orders.effects import Cause, again
from shared.orders.facts import (
    PackageReported,
    PackageWord,
    ParcelScanned,
    ReturnReported,
    ReturnWord,
    ScanStatus,
)
from shared.orders.model import Package, Return, WaitingScan
from shared.orders.statuses import PackageStatus, Status
from shared.orders.steps import catch_up_to_waiting_shipment, collect, prepare_pickup, ready_for_pickup
from shared.orders.transitions import RETURN_PATHS
from shared.orders.workbench import HANDED_OVER, Workbench

MAX_WAITING_SCANS = 20
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
SCAN_TARGETS: dict[ScanStatus, PackageStatus | None] = {
    ScanStatus.PENDING: None,
    ScanStatus.PICKED_UP: _P.FULFILLED,
    ScanStatus.IN_TRANSIT: _P.FULFILLED,
    ScanStatus.OUT_FOR_DELIVERY: _P.FULFILLED,
    ScanStatus.DELIVERY_DELAYED: _P.FULFILLED,
    ScanStatus.ON_HOLD: _P.FULFILLED,
    ScanStatus.READY_FOR_PICKUP: _P.AT_PICKUP_POINT,
    ScanStatus.DELIVERY_FAILED: _P.UNABLE_TO_DELIVER,
    ScanStatus.RETURN_TO_SENDER: _P.RETURNING,
    ScanStatus.DELIVERED: _P.DELIVERED,  # or returned, where it was returning
    ScanStatus.CANCELLED: None,  # attention
    ScanStatus.UNKNOWN: None,  # counted
}


# Packages


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
    if bench.package(package.id) == before:
        bench.note(about, "duplicate", fact.word.value)
    elif bench.package(package.id).status is before.status:
        bench.note(about, "applied", "updated")
    else:
        bench.note(about, "applied", bench.package(package.id).status.value)


def _tell(bench: Workbench, package_id: str, target: PackageStatus, at: datetime | None) -> None:
    """Let the channel's word move a package forward; what would move it back is only recorded."""
    package = bench.package(package_id)
    about = f"package/{package_id}"
    if package.status is not target:
        if bench.can_advance(package, target):
            bench.advance(package_id, target)
        else:
            _tell_late(bench, package, target, at)
            return
    elif package.told == target.value:
        return
    after = bench.package(package_id)
    bench.put(replace(after, told=target.value, told_at=at or package.told_at))
    if target is _P.CANCELED:
        bench.note(about, "applied", "canceled")


def _tell_late(bench: Workbench, package: Package, target: PackageStatus, at: datetime | None) -> None:
    about = f"package/{package.id}"
    if package.told == target.value:
        return
    if not package.told:
        # The channel's first word of it, behind what the carrier or we know: an echo.
        bench.put(replace(package, told=target.value, told_at=at))
        bench.note(about, "late", target.value)
    elif at is not None and package.told_at is not None and at > package.told_at:
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
            bench.advance(package.id, target)
            moved = True
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
        package = bench.add_package((), _P.CANCELED, external_id=fact.package_id)
        bench.put(replace(package, told=target.value, told_at=fact.occurred_at))
        bench.note(about, "applied", "canceled")
        return
    if target is not _P.READY_TO_SHIP:
        catch_up_to_waiting_shipment(bench)
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
    )
    if waits:
        _begin_to_wait(bench, package.id)
    if target is not first:
        bench.caught_up = True
        bench.advance(package.id, target)
    bench.put(replace(bench.package(package.id), told=target.value, told_at=fact.occurred_at))
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


def apply_pickup_word(bench: Workbench, word: PackageWord) -> None:
    """Take a pick-up forward to where the channel says it is."""
    if bench.status in (Status.NEW, Status.WAITING_ACCEPTANCE, Status.ACCEPTED):
        catch_up_to_waiting_shipment(bench)
    before = bench.status
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


# Scans


def apply_scan(bench: Workbench, fact: ParcelScanned) -> None:
    """Apply a carrier's word to its parcel; of a parcel not known yet it waits."""
    package = _scanned(bench, fact.tracking_number, fact.package_id)
    if package is not None:
        _scan(bench, package.id, fact.status, fact.occurred_at)
        return
    parcel = fact.tracking_number or fact.package_id
    entry = WaitingScan(parcel, fact.status, fact.occurred_at)
    if entry in bench.waiting_scans:
        bench.note("parcel", "duplicate", fact.status.value)
        return
    bench.waiting_scans.append(entry)
    if len(bench.waiting_scans) > MAX_WAITING_SCANS:
        bench.waiting_scans.sort(key=lambda scan: scan.status in _LAST_WORDS)
        del bench.waiting_scans[0]
    bench.note("parcel", "waiting", fact.status.value)


_LAST_WORDS = frozenset({ScanStatus.DELIVERED, ScanStatus.RETURN_TO_SENDER})


def apply_waiting_scans(bench: Workbench) -> None:
    """Apply what was waiting for parcels that are known now, the oldest first."""
    if not bench.waiting_scans:
        return
    still = []
    ripe: list[tuple[Package, WaitingScan]] = []
    for entry in bench.waiting_scans:
        package = _scanned(bench, entry.parcel, entry.parcel)
        if package is None:
            still.append(entry)
        else:
            ripe.append((package, entry))
    bench.waiting_scans = still
    ripe.sort(key=lambda pair: (pair[1].occurred_at is not None, pair[1].occurred_at or bench.now))
    for package, entry in ripe:
        _scan(bench, package.id, entry.status, entry.occurred_at)


def _scanned(bench: Workbench, number: str, package_id: str) -> Package | None:
    found = None
    for package in bench.packages:
        if (number and package.tracking_number == number) or (
            package_id and package_id in package.external_ids
        ):
            found = package
            if package.status is not _P.CANCELED:
                return package
    return found


def _scan(bench: Workbench, package_id: str, status: ScanStatus, at: datetime | None) -> None:
    package = bench.package(package_id)
    about = f"package/{package_id}"
    if package.scan is status and package.scanned_at == at:
        bench.note(about, "duplicate", status.value)
        return
    older = at is not None and package.scanned_at is not None and at < package.scanned_at
    newer = at is not None and package.scanned_at is not None and at > package.scanned_at
    if not older:
        bench.put(replace(package, scan=status, scanned_at=at or package.scanned_at))
    if status is ScanStatus.CANCELLED:
        bench.attend("carrier_canceled", about)
        return
    target = SCAN_TARGETS[status]
    if target is _P.DELIVERED and package.status is _P.RETURNING:
        target = _P.RETURNED
    if target is None:
        bench.note(about, "unknown" if status is ScanStatus.UNKNOWN else "applied", status.value)
        return
    if target is package.status:
        bench.note(about, "late" if older else "applied", status.value)
    elif not bench.can_advance(package, target) or (older and _is_back_and_forth(package, target)):
        if newer and package.status is not _P.CANCELED:
            bench.attend("contradiction:package_went_back", about)
        elif package.status is _P.CANCELED and target in HANDED_OVER and not older:
            bench.attend("contradiction:canceled_package_scanned", about)
        else:
            bench.note(about, "late", status.value)
    else:
        if target is not _P.READY_TO_SHIP:
            catch_up_to_waiting_shipment(bench)
        bench.advance(package_id, target)
        bench.note(about, "applied", target.value)


def _is_back_and_forth(package: Package, target: PackageStatus) -> bool:
    """True between failed attempts and new ones, where only the time says which was last."""
    return {package.status, target} == {_P.FULFILLED, _P.UNABLE_TO_DELIVER}


# Returns


def apply_return(bench: Workbench, fact: ReturnReported) -> None:
    """Take a return forward; one that begins further along is entered there."""
    about = f"return/{fact.return_id}"
    for index, entry in enumerate(bench.returns):
        if entry.id == fact.return_id and entry.line_id == fact.line_id:
            _advance_return(bench, index, fact.word, about)
            return
    if fact.line_id not in bench.lines:
        bench.note(about, "unknown", "no such line")
        return
    if fact.word is ReturnWord.REQUESTED and any(
        entry.line_id == fact.line_id and entry.word is ReturnWord.REJECTED for entry in bench.returns
    ):
        bench.attend("return_asked_after_rejection", about)
        return
    bench.returns.append(
        Return(fact.return_id, fact.line_id, fact.quantity, ReturnWord.REQUESTED, fact.reason[:40])
    )
    if fact.word is ReturnWord.REQUESTED:
        bench.note(about, "applied", "requested")
    else:
        _advance_return(bench, len(bench.returns) - 1, fact.word, about)


def _advance_return(bench: Workbench, index: int, word: ReturnWord, about: str) -> None:
    entry = bench.returns[index]
    if entry.word is word:
        bench.note(about, "duplicate", word.value)
        return
    path = RETURN_PATHS.get((entry.word, word))
    if path is None:
        bench.note(about, "late", word.value)
        return
    for step in path:
        step_return(bench, index, step, answered=step is word)
    bench.note(about, "applied", word.value)


def step_return(bench: Workbench, index: int, word: ReturnWord, *, answered: bool) -> None:
    """Take one step of the return table, with what it causes; ``answered``: the customer is told of it."""
    entry = bench.returns[index]
    if word is ReturnWord.RECEIVED:
        bench.owe_for_received(entry.line_id, entry.quantity)
    bench.returns[index] = replace(entry, word=word)
    if word in (ReturnWord.ACCEPTED, ReturnWord.REJECTED) and answered:
        bench.cause(Cause.RETURN_ANSWERED, again(entry.id, word.value), data=(("answer", word.value),))
    elif word is ReturnWord.RESTOCKED:
        bench.cause(Cause.RETURN_RESTOCKED, pieces=((entry.line_id, entry.quantity),))
