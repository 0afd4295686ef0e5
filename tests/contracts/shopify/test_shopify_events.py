"""The sample webhooks in events/shopify: signed, sent, read; one story of two orders."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from shared.channels.shopify import mapping, signature
from shared.orders.facts import (
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentMethod,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    Restock,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.strict_json import parse

EVENTS = Path(__file__).parents[3] / "events" / "shopify"
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TOPIC_OF = {
    "orders_create": "orders/create",
    "orders_create_cash_on_delivery": "orders/create",
    "orders_paid": "orders/paid",
    "orders_updated_shipped": "orders/updated",
    "orders_cancelled": "orders/cancelled",
    "orders_delete": "orders/delete",
    "fulfillments_create": "fulfillments/create",
    "fulfillments_update": "fulfillments/update",
    "refunds_create": "refunds/create",
}
FIRST, SECOND = "920000000000001001", "920000000000001002"


def read(name: str) -> Report:
    document, _ = parse((EVENTS / f"{name}.json").read_bytes())
    (report,) = mapping.normalize(document, topic=TOPIC_OF[name], reading=Reading(received_at=NOW))
    return report


def test_each_event_has_its_topic() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(TOPIC_OF)


@pytest.mark.parametrize("name", TOPIC_OF)
def test_each_event_can_be_signed_sent_and_read(name: str) -> None:
    body = (EVENTS / f"{name}.json").read_bytes()
    headers = signature.sign(body, "secret", topic=TOPIC_OF[name], now=NOW)
    report = read(name)

    assert signature.verify(headers, body, ["secret"], now=NOW)
    assert signature.topic(headers, body) == TOPIC_OF[name]
    assert signature.entity_hint(headers, body) == report.order_external_id
    assert report.order_external_id in (FIRST, SECOND)
    assert report.facts
    assert report.flags == ()


def test_the_first_order_comes_authorized_and_is_paid() -> None:
    created, paid = read("orders_create"), read("orders_paid")
    seen = created.facts[0]

    assert isinstance(seen, OrderSeen)
    assert (seen.number, seen.total, seen.currency) == ("#1001", Decimal("41.17"), "EUR")
    assert [(line.sku, line.quantity, line.total) for line in seen.lines] == [
        ("BEANS-500", 2, Decimal("23.22")),
        ("MUG-BLUE", 1, Decimal("13.05")),
    ]
    assert PaymentReported(word=PaymentWord.AUTHORIZED, raw="authorized") in created.facts
    assert PaymentReported(word=PaymentWord.PAID, raw="paid") in paid.facts
    assert created.source_time is not None
    assert paid.source_time is not None
    assert created.source_time < paid.source_time


def test_its_package_is_the_same_alone_and_within_the_order() -> None:
    (package,) = read("fulfillments_create").facts

    assert isinstance(package, PackageReported)
    assert package.word is PackageWord.FULFILLED
    assert package in read("orders_updated_shipped").facts


def test_it_is_delivered_and_one_piece_comes_back() -> None:
    package, scan = read("fulfillments_update").facts
    (refund,) = read("refunds_create").facts

    assert isinstance(package, PackageReported)
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.package_id) == (ScanStatus.DELIVERED, package.package_id)
    assert isinstance(refund, RefundReported)
    assert (refund.word, refund.amount) == (RefundWord.RECORDED, Decimal("13.05"))
    assert [(line.quantity, line.restock) for line in refund.lines] == [(1, Restock.RETURN)]


def test_the_second_order_is_canceled_and_then_deleted() -> None:
    created, cancelled = read("orders_create_cash_on_delivery"), read("orders_cancelled")
    before, after = created.facts[0], cancelled.facts[0]

    assert isinstance(before, OrderSeen)
    assert isinstance(after, OrderSeen)
    assert before.payment_method is PaymentMethod.CASH_ON_DELIVERY
    assert [line.canceled for line in before.lines] == [0]
    assert [line.canceled for line in after.lines] == [2]
    assert StatusReported(word=StatusWord.CANCELED, raw="cancelled", reason="customer") in cancelled.facts
    assert read("orders_delete").facts == (StatusReported(word=StatusWord.DELETED, raw="delete"),)
