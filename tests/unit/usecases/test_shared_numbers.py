"""One tracking number, several orders: two in one parcel, or one that the carrier uses again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from shared.orders import commands as c
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.orders.statuses import PackageStatus
from shared.usecases.apply_receipt import apply_parked, apply_report
from tests.support.channel import registered
from tests.support.desk import START, Desk

NUMBER = "00340434161094000009"
DAY = timedelta(days=1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect("shop")
        desk.connect("tracker")
        yield desk


def shipped(desk: Desk, name: str, at: datetime, *, by_channel: bool = False) -> str:
    """An order of that time, shipped at once; who tells of it by itself knows when it left."""
    parcel = {"packages": [{"id": f"p-{name}", "number": NUMBER}]} if by_channel else {}
    desk.at = at
    desk.say("shop", {"id": name, "at": at.isoformat(), "status": "open", "lines": {"1": 1}, **parcel})
    if not by_channel:
        desk.give(f"shop:{name}", c.Ship(tracking_number=NUMBER))
    return f"shop:{name}"


def scan(desk: Desk, said: ScanStatus, at: datetime) -> None:
    desk.at = at
    fact = ParcelScanned(status=said, raw=said.value, occurred_at=at, tracking_number=NUMBER)
    report = Report(facts=(fact,), tracking_number=NUMBER, source_time=at)
    connection = desk.connections.get("tracker")
    apply_report(report, connection=connection, source="webhook", received_at=at, desk=desk.documents)


def status(desk: Desk, order: str) -> PackageStatus:
    return desk.order(order).packages[0].status


def test_two_orders_in_one_parcel_arrive_together(desk: Desk) -> None:
    orders = [shipped(desk, "A-1", START), shipped(desk, "A-2", START + DAY)]
    scan(desk, ScanStatus.DELIVERED, START + 3 * DAY)
    assert [status(desk, order) for order in orders] == [PackageStatus.DELIVERED] * 2
    scan(desk, ScanStatus.DELIVERED, START + 3 * DAY)
    assert [desk.order(order).version for order in orders] == [3, 3]


@pytest.mark.parametrize("first_by_channel", [True, False])
def test_a_number_that_is_used_again_means_the_parcel_that_left_last(
    desk: Desk, first_by_channel: bool
) -> None:
    lost = shipped(desk, "A-1", START, by_channel=first_by_channel)
    new = shipped(desk, "A-2", START + 300 * DAY)
    scan(desk, ScanStatus.DELIVERED, START + 302 * DAY)
    assert status(desk, new) is PackageStatus.DELIVERED
    assert status(desk, lost) is PackageStatus.FULFILLED


def test_a_late_scan_means_the_parcel_that_had_left_by_then(desk: Desk) -> None:
    old = shipped(desk, "A-1", START)
    new = shipped(desk, "A-2", START + 300 * DAY)
    scan(desk, ScanStatus.DELIVERED, START + 2 * DAY)
    assert (status(desk, old), status(desk, new)) == (PackageStatus.DELIVERED, PackageStatus.FULFILLED)


def test_a_scan_that_waited_for_its_parcel_reaches_both_orders_and_waits_no_more(desk: Desk) -> None:
    scan(desk, ScanStatus.DELIVERED, START + DAY)
    orders = [shipped(desk, "A-1", START), shipped(desk, "A-2", START)]
    pk = f"TRACKING#{NUMBER}"
    [sk] = desk.store.parked_keys(pk)
    parked = desk.store.read_parked(pk, sk)
    assert parked is not None
    apply_parked(parked, desk.documents)
    assert [status(desk, order) for order in orders] == [PackageStatus.DELIVERED] * 2
    assert list(desk.store.parked_keys(pk)) == []
