from __future__ import annotations

from datetime import UTC, datetime

from shared.orders.facts import ParcelScanned, ScanStatus
from shared.wire.scan_history import KEPT, with_history


def scan(status: ScanStatus, hour: int | None) -> ParcelScanned:
    occurred_at = None if hour is None else datetime(2026, 3, 6, hour, tzinfo=UTC)
    return ParcelScanned(status=status, raw=status.value, occurred_at=occurred_at, tracking_number="N")


def told(present: ParcelScanned, *history: ParcelScanned) -> list[tuple[ScanStatus, int | None]]:
    return [(s.status, s.occurred_at.hour if s.occurred_at else None) for s in with_history(present, history)]


MOVING = scan(ScanStatus.IN_TRANSIT, 10)


def test_only_what_the_present_status_does_not_imply_is_kept() -> None:
    history = [scan(status, hour) for hour, status in enumerate(ScanStatus) if status is not MOVING.status]

    assert {status for status, _ in told(MOVING, *history)} == {MOVING.status, *KEPT}


def test_scans_are_told_in_the_order_of_their_times() -> None:
    late = scan(ScanStatus.DELIVERED, 11)
    early = scan(ScanStatus.RETURN_TO_SENDER, 9)

    expected = [(early.status, 9), (MOVING.status, 10), (late.status, 11)]
    assert told(MOVING, late, early) == told(MOVING, early, late) == expected


def test_the_newest_scan_of_a_status_counts() -> None:
    scans = [scan(ScanStatus.DELIVERED, hour) for hour in (8, None, 9, 7)]

    assert told(MOVING, *scans) == [(ScanStatus.DELIVERED, 9), (MOVING.status, 10)]


def test_a_present_status_without_a_time_takes_that_of_its_newest_scan() -> None:
    undated = scan(ScanStatus.IN_TRANSIT, None)

    assert told(undated, MOVING, scan(ScanStatus.IN_TRANSIT, 9)) == [(MOVING.status, 10)]
    assert told(undated, undated) == told(undated) == [(MOVING.status, None)]


def test_the_time_that_the_present_status_has_is_its_own() -> None:
    assert told(MOVING, scan(ScanStatus.IN_TRANSIT, 12)) == [(MOVING.status, 10)]


def test_the_present_status_is_the_last_where_the_times_do_not_tell() -> None:
    delivered = scan(ScanStatus.DELIVERED, 10)
    undated = scan(ScanStatus.IN_TRANSIT, None)

    assert told(MOVING, delivered) == [(delivered.status, 10), (MOVING.status, 10)]
    assert told(undated, delivered) == [(delivered.status, 10), (MOVING.status, None)]
    assert told(undated, scan(ScanStatus.DELIVERED, None))[-1] == (MOVING.status, None)
