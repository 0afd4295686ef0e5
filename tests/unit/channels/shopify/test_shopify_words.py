"""The tables of words, checked against the values that the Admin REST API documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.channels.shopify import words
from shared.orders.facts import (
    PackageReported,
    ParcelScanned,
    PaymentReported,
    Report,
    ScanStatus,
    StatusReported,
    StatusWord,
)

Make = Callable[..., dict[str, Any]]
Read = Callable[..., Report]

# Each value that the API documents, and what it is here.
DOCUMENTED: dict[str, dict[str, str]] = {
    "FINANCIAL_STATUSES": {
        "pending": "pending",
        "authorized": "authorized",
        "partially_paid": "partially_paid",
        "paid": "paid",
        "partially_refunded": "paid",  # the refunds tell what came back
        "refunded": "paid",
        "voided": "voided",
    },
    "FULFILLMENT_STATUSES": {
        "pending": "ready",
        "open": "ready",
        "success": "fulfilled",
        "cancelled": "canceled",
        "error": "problem",
        "failure": "problem",  # not created: nothing left the shop
    },
    "SHIPMENT_STATUSES": {
        "label_printed": "pending",
        "label_purchased": "pending",
        "confirmed": "pending",
        "in_transit": "in_transit",
        "out_for_delivery": "out_for_delivery",
        "attempted_delivery": "delivery_failed",
        "failure": "delivery_failed",
        "ready_for_pickup": "ready_for_pickup",
        "picked_up": "delivered",  # by the customer
        "delivered": "delivered",
    },
    "RESTOCK_TYPES": {
        "cancel": "cancel",
        "return": "return",
        "no_restock": "none",
        "legacy_restock": "return",
    },
    "REFUND_TRANSACTION_STATUSES": {
        "pending": "requested",
        "success": "recorded",
        "failure": "rejected",
        "error": "rejected",
    },
}


@pytest.mark.parametrize("table", DOCUMENTED)
def test_each_documented_word_has_its_meaning_and_no_other_has_one(table: str) -> None:
    assert {raw: word.value for raw, word in getattr(words, table).items()} == DOCUMENTED[table]


@pytest.mark.parametrize("raw", words.FINANCIAL_STATUSES)
def test_each_financial_status_is_told_as_a_payment(raw: str, order: Make, read: Read) -> None:
    payments = [fact for fact in read(order(financial_status=raw)).facts if isinstance(fact, PaymentReported)]

    assert payments == [PaymentReported(word=words.FINANCIAL_STATUSES[raw], raw=raw)]


@pytest.mark.parametrize("raw", words.FULFILLMENT_STATUSES)
def test_each_fulfillment_status_is_told_of_its_package(raw: str, fulfillment: Make, read: Read) -> None:
    (package,) = read(fulfillment(status=raw)).facts

    assert isinstance(package, PackageReported)
    assert (package.word, package.raw) == (words.FULFILLMENT_STATUSES[raw], raw)


@pytest.mark.parametrize("raw", words.SHIPMENT_STATUSES)
def test_each_shipment_status_is_told_as_a_scan(raw: str, fulfillment: Make, read: Read) -> None:
    _, scan = read(fulfillment(shipment_status=raw)).facts

    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw, scan.package_id) == (words.SHIPMENT_STATUSES[raw], raw, "21")


def test_b46_an_unknown_financial_status_is_shown_and_says_nothing_of_the_payment(
    order: Make, read: Read
) -> None:
    report = read(order(financial_status="SUPER_PAID"))

    assert report.flags == ("unmapped_status",)
    assert not [fact for fact in report.facts if isinstance(fact, PaymentReported)]
    assert (
        StatusReported(word=StatusWord.UNKNOWN, raw="SUPER_PAID", reason="financial_status") in report.facts
    )


def test_b46_an_unknown_fulfillment_status_makes_no_package(fulfillment: Make, read: Read) -> None:
    report = read(fulfillment(status="SUPER_SHIPPED"))

    (scan,) = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw, scan.package_id) == (ScanStatus.UNKNOWN, "SUPER_SHIPPED", "21")
    assert report.flags == ("unmapped_status",)


def test_b46_an_unknown_shipment_status_stays_unknown(fulfillment: Make, read: Read) -> None:
    report = read(fulfillment(shipment_status="SUPER_SHIPPED"))

    package, scan = report.facts
    assert isinstance(package, PackageReported)
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw) == (ScanStatus.UNKNOWN, "SUPER_SHIPPED")
    assert report.flags == ("unmapped_status",)


def test_a_missing_financial_status_is_no_unknown_one(order: Make, read: Read) -> None:
    report = read(order(financial_status=None))

    assert report.flags == ()
    assert not [fact for fact in report.facts if isinstance(fact, PaymentReported)]
