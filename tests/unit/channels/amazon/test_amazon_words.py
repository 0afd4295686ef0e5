"""The tables of words, checked against the values that the Orders API documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.channels.amazon import words
from shared.orders.facts import (
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentReported,
    Report,
    ScanStatus,
    StatusReported,
    StatusWord,
)

Make = Callable[..., dict[str, Any]]
Read = Callable[[dict[str, Any]], Report]

# Each value that orders_2026-01-01.json and ordersV0.json document, and what it is here.
DOCUMENTED: dict[str, dict[str, Any]] = {
    "STATUSES": {
        "PENDING_AVAILABILITY": "not_processable",
        "PENDING": "not_processable",
        "UNSHIPPED": "processable",
        "PARTIALLY_SHIPPED": "processable",
        "SHIPPED": "processable",
        "CANCELLED": "canceled",
        "UNFULFILLABLE": "archived",
    },
    "PACKAGES": {
        "PENDING": "ready",
        "SHIPPED": "fulfilled",
        "IN_TRANSIT": "fulfilled",
        "DELIVERED": "delivered",
        "UNDELIVERABLE": "unable_to_deliver",
        "CANCELLED": "canceled",
    },
    "FULFILLED_BY_CHANNEL": {"AMAZON": True, "MERCHANT": False},
    "PICKUP_STATUSES": {
        "ready_for_pickup": "ReadyForPickup",
        "picked_up": "PickedUp",
        "cancel_pickup": "RefusedPickup",
    },
}


@pytest.mark.parametrize("table", DOCUMENTED)
def test_a_table_holds_every_documented_value_and_no_other(table: str) -> None:
    assert vars(words)[table] == DOCUMENTED[table]


@pytest.mark.parametrize("status", DOCUMENTED["STATUSES"])
def test_a_status_is_read_and_says_whether_it_is_paid(make: Make, read: Read, status: str) -> None:
    report = read(make(fulfillment={"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"}))

    assert [(f.word.value, f.raw) for f in report.facts if isinstance(f, StatusReported)] == [
        (DOCUMENTED["STATUSES"][status], status)
    ]
    is_paid = any(isinstance(fact, PaymentReported) for fact in report.facts)
    assert is_paid is (status in ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"))
    assert report.flags == ()


@pytest.mark.parametrize("status", DOCUMENTED["PACKAGES"])
def test_a_status_of_a_package_is_read(make: Make, read: Read, status: str) -> None:
    package = {"packageReferenceId": "1", "packageStatus": {"status": status}, "packageItems": []}
    report = read(make(packages=[package]))

    [fact] = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    assert fact.word.value == DOCUMENTED["PACKAGES"][status]


def test_b46_an_unknown_status_is_flagged_and_moves_nothing(make: Make, read: Read) -> None:
    report = read(make(fulfillment={"fulfillmentStatus": "SUPER_SHIPPED", "fulfilledBy": "MERCHANT"}))

    assert [fact.word for fact in report.facts if isinstance(fact, StatusReported)] == [StatusWord.UNKNOWN]
    assert not any(isinstance(fact, (PackageReported, PaymentReported)) for fact in report.facts)
    assert report.flags == ("unmapped_status",)


def test_b46_an_unknown_status_of_a_package_is_shown_and_moves_nothing(make: Make, read: Read) -> None:
    report = read(make(packages=[{"packageReferenceId": "1", "packageStatus": {"status": "TELEPORTED"}}]))

    assert not any(isinstance(fact, PackageReported) for fact in report.facts)
    [scan] = [fact for fact in report.facts if isinstance(fact, ParcelScanned)]
    assert (scan.status, scan.raw, scan.package_id) == (ScanStatus.UNKNOWN, "TELEPORTED", "1")
    assert report.flags == ("unmapped_status",)


def test_an_order_that_amazon_cannot_fulfill_asks_for_attention(make: Make, read: Read) -> None:
    report = read(make(fulfillment={"fulfillmentStatus": "UNFULFILLABLE", "fulfilledBy": "AMAZON"}))

    assert [f.word for f in report.facts if isinstance(f, PackageReported)] == [PackageWord.PROBLEM]
