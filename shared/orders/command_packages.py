"""Commands about packages: what is packed, handed over, taken back."""

from __future__ import annotations

from shared.orders import commands as c
from shared.orders.allowed import why_not_cancel
from shared.orders.apply_packages import handed_over_now
from shared.orders.command_lines import pieces_of
from shared.orders.refusal import RefusalError
from shared.orders.statuses import PackageStatus
from shared.orders.workbench import UNDERWAY, Workbench


def ready_to_ship(bench: Workbench, command: c.ReadyToShip) -> None:
    package = bench.add_package(
        _open_contents(bench, command.contents),
        PackageStatus.READY_TO_SHIP,
        tracking_number=command.tracking_number,
        carrier=command.carrier,
        tracking_url=command.tracking_url,
    )
    bench.note(f"package/{package.id}", "applied", "ready_to_ship")


def _open_contents(bench: Workbench, wanted: c.Pieces | None) -> tuple[tuple[str, int], ...]:
    contents = bench.all_open() if wanted is None else tuple(pieces_of(bench, wanted))
    if not contents:
        raise RefusalError("nothing_open")
    for line_id, pieces in contents:
        if pieces > bench.open(line_id):
            raise RefusalError("invalid_quantity")
    return contents


def ship(bench: Workbench, command: c.Ship) -> None:
    if command.package_id:
        known_package(bench, command.package_id, PackageStatus.READY_TO_SHIP)
        ready, rest = [command.package_id], None
    elif command.contents is not None:
        ready, rest = [], _open_contents(bench, command.contents)
    else:
        ready = [p.id for p in bench.packages if p.status is PackageStatus.READY_TO_SHIP and p.contents]
        rest = bench.all_open()
    if command.tracking_number and len(ready) + bool(rest) > 1:
        raise RefusalError("ambiguous_tracking")
    numbers = [command.tracking_number or bench.package(package_id).tracking_number for package_id in ready]
    if bench.needs_tracking() and not all([*numbers, *([command.tracking_number] if rest else [])]):
        raise RefusalError("missing_field:tracking_number")
    for package_id in ready:
        handed_over_now(bench, package_id, command.tracking_number, command.carrier, command.tracking_url)
        bench.note(f"package/{package_id}", "applied", "fulfilled")
    if rest:
        package = bench.add_package(
            rest,
            PackageStatus.FULFILLED,
            tracking_number=command.tracking_number,
            carrier=command.carrier,
            tracking_url=command.tracking_url,
        )
        bench.note(f"package/{package.id}", "applied", "fulfilled")


def known_package(bench: Workbench, package_id: str, *statuses: PackageStatus) -> None:
    try:
        package = bench.package(package_id)
    except KeyError:
        raise RefusalError("unknown_package") from None
    if package.status not in statuses:
        raise RefusalError("illegal_transition")


def change_tracking(bench: Workbench, command: c.ChangeTracking) -> None:
    known_package(bench, command.package_id, PackageStatus.READY_TO_SHIP, *UNDERWAY)
    changed = bench.set_tracking(
        command.package_id, command.tracking_number, command.carrier, command.tracking_url
    )
    bench.note(f"package/{command.package_id}", "applied" if changed else "duplicate", "tracking")


def cancel_package(bench: Workbench, command: c.CancelPackage) -> None:
    known_package(bench, command.package_id, *PackageStatus)
    package = bench.package(command.package_id)
    reason = why_not_cancel(package.status, scanned=package.is_scanned)
    if reason:
        raise RefusalError(reason)
    handed_over = package.status is not PackageStatus.READY_TO_SHIP
    if handed_over and any(pieces > bench.out_of_house(line_id) for line_id, pieces in package.contents):
        raise RefusalError("illegal_transition")  # it came back as a return: it cannot come back twice
    bench.step(package.id, PackageStatus.CANCELED)
    bench.note(f"package/{package.id}", "applied", "canceled")


def mark_delivered(bench: Workbench, command: c.MarkDelivered) -> None:
    known_package(bench, command.package_id, *UNDERWAY)
    bench.advance(command.package_id, PackageStatus.DELIVERED)
    bench.note(f"package/{command.package_id}", "applied", "delivered")
