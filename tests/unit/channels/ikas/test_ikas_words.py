"""The tables of words, checked against the values that ikas documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.channels.ikas import words
from shared.orders.facts import (
    PackageReported,
    ParcelScanned,
    PaymentReported,
    Report,
    ReturnReported,
    ScanStatus,
    StatusReported,
)

Make = Callable[..., dict[str, Any]]
Read = Callable[[dict[str, Any]], Report]

# Each value that the Admin API documents, and what it is here.
DOCUMENTED: dict[str, dict[str, Any]] = {
    "STATUSES": {
        "CANCELLED": "canceled",
        "CREATED": "processable",
        "DRAFT": "not_processable",
        "PARTIALLY_CANCELLED": "processable",
        "PARTIALLY_REFUNDED": "processable",
        "REFUNDED": "archived",
        "REFUND_REJECTED": "processable",
        "REFUND_REQUESTED": "processable",
        "WAITING_UPSELL_ACTION": "not_processable",
    },
    "PAYMENTS": {
        "FAILED": "failed",
        "OVER_PAID": "paid",
        "PAID": "paid",
        "PARTIALLY_PAID": "partially_paid",
        "REFUNDED": "paid",
        "WAITING": "pending",
    },
    "PACKAGES": {
        "UNFULFILLED": None,
        "PLANNED": None,
        "READY_FOR_SHIPMENT": "ready",
        "FULFILLED": "fulfilled",
        "DELIVERED": "delivered",
        "READY_FOR_PICK_UP": "at_pickup_point",
        "UNABLE_TO_DELIVER": "unable_to_deliver",
        "CANCELLED": "canceled",
        "CANCEL_REQUESTED": None,
        "CANCEL_REJECTED": None,
        "REFUND_REQUESTED": "fulfilled",
        "REFUND_REQUEST_ACCEPTED": "fulfilled",
        "REFUND_REJECTED": "fulfilled",
        "REFUND_IN_TRANSIT": "fulfilled",
        "REFUND_DELIVERED": "fulfilled",
        "REFUNDED": None,
    },
    "REQUESTS": {"CANCEL_REQUESTED": "cancellation_requested", "CANCEL_REJECTED": "cancellation_rejected"},
    "RETURNS": {
        "REFUND_REQUESTED": "requested",
        "REFUND_REQUEST_ACCEPTED": "accepted",
        "REFUND_REJECTED": "rejected",
        "REFUND_IN_TRANSIT": "in_transit",
        "REFUND_DELIVERED": "received",
    },
    "PAYMENT_METHODS": {
        "CASH_ON_DELIVERY": "cash_on_delivery",
        "CREDIT_CARD_ON_DELIVERY": "cash_on_delivery",
        "MONEY_ORDER": "transfer",
    },
}

# OrderPackageStatus, of an order as a whole.
PACKAGE_STATUSES = {
    "CANCELLED",
    "CANCEL_REJECTED",
    "CANCEL_REQUESTED",
    "DELIVERED",
    "FULFILLED",
    "PARTIALLY_CANCELLED",
    "PARTIALLY_DELIVERED",
    "PARTIALLY_FULFILLED",
    "PARTIALLY_READY_FOR_SHIPMENT",
    "PARTIALLY_REFUNDED",
    "PLANNED",
    "READY_FOR_PICK_UP",
    "READY_FOR_SHIPMENT",
    "REFUNDED",
    "REFUND_DELIVERED",
    "REFUND_IN_TRANSIT",
    "REFUND_REJECTED",
    "REFUND_REQUESTED",
    "REFUND_REQUEST_ACCEPTED",
    "UNABLE_TO_DELIVER",
    "UNFULFILLED",
}


@pytest.mark.parametrize("table", DOCUMENTED)
def test_a_table_holds_every_documented_value_and_no_other(table: str) -> None:
    assert vars(words)[table] == DOCUMENTED[table]


def test_every_package_status_of_an_order_is_known() -> None:
    assert {*words.PACKAGES, *words.PARTIALS} == PACKAGE_STATUSES


@pytest.mark.parametrize("status", DOCUMENTED["STATUSES"])
def test_a_status_is_read(make: Make, read: Read, status: str) -> None:
    report = read(make(status=status))

    assert [(f.word.value, f.raw) for f in report.facts if isinstance(f, StatusReported)] == [
        (DOCUMENTED["STATUSES"][status], status)
    ]
    assert report.flags == ()


@pytest.mark.parametrize("status", DOCUMENTED["PAYMENTS"])
def test_a_payment_status_is_read(make: Make, read: Read, status: str) -> None:
    report = read(make(orderPaymentStatus=status))

    assert [f.word.value for f in report.facts if isinstance(f, PaymentReported)] == [
        DOCUMENTED["PAYMENTS"][status]
    ]


@pytest.mark.parametrize("status", DOCUMENTED["PACKAGES"])
def test_a_status_of_a_package_is_read(make: Make, read: Read, status: str) -> None:
    package = {"id": "p1", "orderLineItemIds": ["5001"], "orderPackageFulfillStatus": status}

    told = [f.word.value for f in read(make(orderPackages=[package])).facts if isinstance(f, PackageReported)]

    word = DOCUMENTED["PACKAGES"][status]
    assert told == ([] if word is None else [word])


@pytest.mark.parametrize("status", DOCUMENTED["RETURNS"])
def test_a_line_on_its_way_back_is_a_return(make: Make, read: Read, status: str) -> None:
    document = make()
    document["orderLineItems"][0]["status"] = status

    [fact] = [fact for fact in read(document).facts if isinstance(fact, ReturnReported)]
    assert (fact.return_id, fact.line_id, fact.quantity) == ("5001", "5001", 2)
    assert fact.word.value == DOCUMENTED["RETURNS"][status]


@pytest.mark.parametrize("status", DOCUMENTED["REQUESTS"])
@pytest.mark.parametrize("where", ["order", "line", "package"])
def test_a_wish_to_cancel_is_told_wherever_it_stands(make: Make, read: Read, status: str, where: str) -> None:
    document = make()
    if where == "order":
        document["orderPackageStatus"] = status
    elif where == "line":
        document["orderLineItems"][0]["status"] = status
    else:
        document["orderPackages"] = [{"id": "p1", "orderPackageFulfillStatus": status}]

    told = [fact.word.value for fact in read(document).facts if isinstance(fact, StatusReported)]
    assert told == ["processable", DOCUMENTED["REQUESTS"][status]]


@pytest.mark.parametrize("name", ["status", "orderPaymentStatus", "orderPackageStatus"])
def test_b46_an_unknown_status_is_flagged_and_moves_nothing(make: Make, read: Read, name: str) -> None:
    report = read(make(**{name: "SUPER_SHIPPED"}))

    assert report.flags == ("unmapped_status",)
    assert not any(isinstance(fact, PackageReported) for fact in report.facts)


def test_b46_unknown_statuses_of_package_and_line_are_shown_and_move_nothing(make: Make, read: Read) -> None:
    document = make(orderPackages=[{"id": "p1", "orderPackageFulfillStatus": "ERROR"}])
    document["orderLineItems"][0]["status"] = "RETURN_REJECTED"

    report = read(document)

    assert not any(isinstance(fact, (PackageReported, ReturnReported)) for fact in report.facts)
    [scan] = [fact for fact in report.facts if isinstance(fact, ParcelScanned)]
    assert (scan.status, scan.raw, scan.package_id) == (ScanStatus.UNKNOWN, "ERROR", "p1")
    assert report.flags == ("unmapped_status",)
