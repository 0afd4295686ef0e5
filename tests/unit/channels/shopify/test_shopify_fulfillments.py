"""Packages and their way, alone and within the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.orders.facts import PackageReported, PackageWord, ParcelScanned, Report, ScanStatus
from shared.wire.errors import UnusableError

Make = Callable[..., dict[str, Any]]
Read = Callable[..., Report]


def package(report: Report) -> PackageReported:
    (told,) = (fact for fact in report.facts if isinstance(fact, PackageReported))
    return told


def test_a_fulfillment_alone_is_a_package_of_its_order(fulfillment: Make, read: Read) -> None:
    report = read(fulfillment(), "fulfillments/create")

    assert report.order_external_id == "1001"
    assert report.source_time == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    assert report.facts == (
        PackageReported(
            package_id="21",
            word=PackageWord.FULFILLED,
            raw="success",
            contents=(("11", 3),),
            tracking_number="00340434161094000007",
            carrier="DHL",
            tracking_url="https://tracking.example.com/?number=00340434161094000007",
            occurred_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        ),
    )


def test_the_same_fulfillment_within_its_order_is_the_same_package(
    order: Make, fulfillment: Make, read: Read
) -> None:
    assert package(read(order(fulfillments=[fulfillment()]))) == package(read(fulfillment()))


def test_a_canceled_package_was_canceled_when_it_last_changed(fulfillment: Make, read: Read) -> None:
    assert package(read(fulfillment(status="cancelled"))).occurred_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_a_scan_happened_not_later_than_the_fulfillment_changed(fulfillment: Make, read: Read) -> None:
    _, scan = read(fulfillment(shipment_status="in_transit")).facts

    assert scan == ParcelScanned(
        status=ScanStatus.IN_TRANSIT,
        raw="in_transit",
        occurred_at=datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
        package_id="21",
        carrier="DHL",
    )


@pytest.mark.parametrize("status", ["cancelled", "error", "failure"])
def test_where_a_package_was_before_it_was_given_up_is_no_news(
    status: str, fulfillment: Make, read: Read
) -> None:
    assert len(read(fulfillment(status=status, shipment_status="in_transit")).facts) == 1


def test_an_event_of_a_fulfillment_is_a_scan(read: Read) -> None:
    event = {
        "id": 51,
        "fulfillment_id": 21,
        "order_id": 1001,
        "status": "out_for_delivery",
        "happened_at": "2026-03-04T08:00:00+01:00",
    }
    expected = ParcelScanned(
        status=ScanStatus.OUT_FOR_DELIVERY,
        raw="out_for_delivery",
        occurred_at=datetime(2026, 3, 4, 7, 0, tzinfo=UTC),
        package_id="21",
    )

    assert read(event).facts == (expected,)
    assert read({"fulfillment_event": event}).facts == (expected,)
    unknown = read(event | {"status": "beamed"}, "fulfillment_events/create")
    assert unknown.flags == ("unmapped_status",)
    assert isinstance(unknown.facts[0], ParcelScanned)
    assert unknown.facts[0].status is ScanStatus.UNKNOWN


def test_only_a_back_office_waits_for_a_missing_tracking_number(
    fulfillment: Make, line: Make, read: Read
) -> None:
    untracked = fulfillment(tracking_number=None, tracking_numbers=[])
    download = fulfillment(
        tracking_number=None, tracking_numbers=[], line_items=[line(requires_shipping=False)]
    )

    assert not package(read(untracked)).awaits_tracking
    assert package(read(untracked, back_office=True)).awaits_tracking
    assert not package(read(fulfillment(), back_office=True)).awaits_tracking
    assert not package(read(untracked | {"status": "open"}, back_office=True)).awaits_tracking
    assert not package(read(download, back_office=True)).awaits_tracking


def test_a_tracking_number_may_stand_in_the_list_alone(fulfillment: Make, read: Read) -> None:
    report = read(fulfillment(tracking_number=None, tracking_numbers=["", " A1\n"]))

    assert package(report).tracking_number == "A1"
    assert report.flags == ()


def test_more_tracking_numbers_than_one_are_flagged(fulfillment: Make, read: Read) -> None:
    report = read(fulfillment(tracking_number="A1", tracking_numbers=["A1", "A2"]))

    assert package(report).tracking_number == "A1"
    assert report.flags == ("more_tracking_numbers",)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//example.com", "ftp://example.com", 5])
def test_a_tracking_url_that_is_no_web_address_is_left_out(url: Any, fulfillment: Make, read: Read) -> None:
    assert package(read(fulfillment(tracking_url=url))).tracking_url == ""


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": None}, "missing_field:fulfillment_id"),
        ({"order_id": " "}, "missing_field:order_id"),
        ({"line_items": None}, "missing_field:line_items"),
        ({"line_items": [{"id": 11, "quantity": 0}]}, "invalid_quantity"),
        ({"line_items": [{}] * 1_001}, "too_many_lines"),
        ({"tracking_number": "1" * 201}, "invalid_id"),
        ({"updated_at": "2026-03-04"}, "invalid_timestamp"),
    ],
)
def test_a_fulfillment_that_cannot_be_used_says_why(
    changes: dict[str, Any], code: str, fulfillment: Make, read: Read
) -> None:
    with pytest.raises(UnusableError) as caught:
        read(fulfillment(**changes), "fulfillments/update")

    assert caught.value.code == code
