"""Carrier scans, as facts: they move their parcel forward, or wait for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.orders.facts import ParcelScanned, ScanStatus
from shared.orders.model import NO_SCANS, Package, WaitingScan
from shared.orders.statuses import PackageStatus
from shared.orders.workbench import HANDED_OVER, Workbench

MAX_WAITING_SCANS = 20
_P = PackageStatus

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
        # What was announced or called off takes nothing from what the carrier has had.
        last = package.scan if status in NO_SCANS and package.is_scanned else status
        bench.put(replace(package, scan=last, scanned_at=at or package.scanned_at))
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
        bench.advance(package_id, target)
        bench.note(about, "applied", target.value)


def _is_back_and_forth(package: Package, target: PackageStatus) -> bool:
    """True between failed attempts and new ones, where only the time says which was last."""
    return {package.status, target} == {_P.FULFILLED, _P.UNABLE_TO_DELIVER}
