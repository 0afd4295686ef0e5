"""What the command line shows of a document. The adapters have tests of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from local import normalize as module
from local.normalize import normalize, unwrapped
from shared.orders.facts import (
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.wire.errors import UnusableError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

ORDER = OrderSeen(
    number="#1001",
    currency="EUR",
    total=Decimal("30.00"),
    lines=(LineSeen(external_id="11", sku="CUP", name="Cup", quantity=2, unit_price=Decimal("12.50")),),
    customer=Customer(email="buyer@example.com"),
)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """What the adapter says of any document; the test fills it."""
    said: list[Report] = []
    adapter = SimpleNamespace(normalize=lambda document, *, topic, reading: said)
    monkeypatch.setattr(module, "mapping_of", lambda kind: adapter)
    return said


def shown(body: bytes = b"{}") -> Any:
    """What is printed, read back."""
    return json.loads(json.dumps(normalize("shopify", body, topic="", now=NOW)))


def of_order(*facts: Fact, flags: Sequence[str] = ()) -> Report:
    return Report(order_external_id="77", facts=facts, flags=tuple(flags))


def test_an_order_is_one_object_with_decimal_strings(reports: list[Report]) -> None:
    reports.append(of_order(ORDER, StatusReported(word=StatusWord.PROCESSABLE, raw="open")))
    order = shown()
    assert order["kind"] == "order"
    assert (order["external_id"], order["number"], order["currency"]) == ("77", "#1001", "EUR")
    assert (order["total"], order["email"]) == ("30.00", "buyer@example.com")
    assert order["status_facts"] == [{"about": "order", "status": "processable", "raw": "open"}]
    line = order["lines"][0]
    assert (line["external_id"], line["sku"], line["name"]) == ("11", "CUP", "Cup")
    assert (line["quantity"], line["unit_price"]) == (2, "12.50")


def test_an_unknown_status_is_shown_as_unknown_with_the_channels_own_word(reports: list[Report]) -> None:
    reports.append(of_order(ORDER, StatusReported(word=StatusWord.UNKNOWN, raw="teleported")))
    assert shown()["status_facts"] == [{"about": "order", "status": "unknown", "raw": "teleported"}]


def test_a_bare_word_about_the_money_is_a_status_and_a_transaction_is_a_payment(
    reports: list[Report],
) -> None:
    word = PaymentReported(word=PaymentWord.PAID, raw="paid")
    capture = PaymentReported(
        word=PaymentWord.PAID, raw="capture", transaction_id="t1", amount=Decimal("5.00")
    )
    reports.append(of_order(ORDER, word, capture))
    order = shown()
    assert order["status_facts"] == [{"about": "payment", "status": "paid", "raw": "paid"}]
    assert [(one["external_id"], one["amount"]) for one in order["payments"]] == [("t1", "5.00")]


def test_what_an_order_document_holds_is_listed_inside_it(reports: list[Report]) -> None:
    refund = RefundReported(refund_id="r1", word=RefundWord.RECORDED, raw="success", amount=Decimal("5.00"))
    package = PackageReported(
        package_id="p1", word=PackageWord.FULFILLED, raw="success", contents=(("11", 2),)
    )
    reports.append(of_order(ORDER, refund, package))
    order = shown()
    assert [(one["external_id"], one["amount"]) for one in order["refunds"]] == [("r1", "5.00")]
    assert order["fulfillments"][0]["external_id"] == "p1"
    assert order["fulfillments"][0]["lines"] == [{"external_id": "11", "quantity": 2}]


def test_a_refund_without_its_order_is_an_object_of_its_own_kind(reports: list[Report]) -> None:
    reports.append(
        of_order(RefundReported(refund_id="r1", word=RefundWord.RECORDED, raw="x", amount=Decimal(5)))
    )
    refund = shown()
    assert (refund["kind"], refund["order_external_id"], refund["external_id"]) == ("refund", "77", "r1")


def test_a_fulfillment_without_its_order_holds_its_scans(reports: list[Report]) -> None:
    scan = ParcelScanned(status=ScanStatus.IN_TRANSIT, raw="in_transit", occurred_at=None, package_id="p1")
    reports.append(
        of_order(PackageReported(package_id="p1", word=PackageWord.FULFILLED, raw="success"), scan)
    )
    fulfillment = shown()
    assert (fulfillment["kind"], fulfillment["order_external_id"]) == ("fulfillment", "77")
    assert [parcel["status"] for parcel in fulfillment["tracking"]] == ["in_transit"]


def test_a_tracker_is_one_object_with_its_last_scan_on_top(reports: list[Report]) -> None:
    scans = [
        ParcelScanned(
            status=status,
            raw=status.value,
            occurred_at=datetime(2026, 2, day, tzinfo=UTC),
            tracking_number="T1",
            carrier="UPS",
        )
        for day, status in [(3, ScanStatus.DELIVERED), (1, ScanStatus.PICKED_UP)]
    ]
    reports.append(Report(tracking_number="T1", facts=tuple(scans)))
    tracking = shown()
    assert (tracking["kind"], tracking["tracking_number"], tracking["carrier"]) == ("tracking", "T1", "UPS")
    assert (tracking["status"], tracking["occurred_at"]) == ("delivered", "2026-02-03T00:00:00Z")
    assert [scan["status"] for scan in tracking["scans"]] == ["picked_up", "delivered"]


def test_several_orders_are_a_list_and_none_is_an_empty_one(reports: list[Report]) -> None:
    assert shown() == []
    reports.extend([of_order(ORDER), of_order(ORDER)])
    assert [order["kind"] for order in shown()] == ["order", "order"]


def test_removed_control_characters_are_flagged(reports: list[Report]) -> None:
    reports.append(of_order(ORDER, flags=["total_mismatch"]))
    assert shown(rb'{"note": "a\u0000b"}')["flags"] == ["total_mismatch", "sanitized"]


def test_a_recorded_exchange_is_unwrapped_to_its_response() -> None:
    assert unwrapped({"request": {"method": "GET"}, "response": {"order": {}}}) == {"order": {}}
    assert unwrapped({"response": {"order": {}}, "id": 1}) == {"response": {"order": {}}, "id": 1}


def test_an_exchange_without_a_response_cannot_be_used() -> None:
    with pytest.raises(UnusableError, match="missing_field:response"):
        unwrapped({"request": {}, "response": None})
