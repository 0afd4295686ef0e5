"""Recorded documents of the real API, compared with their own JSON.

The folder that ORDERHUB_PAYLOADS names holds them under ``shopify/``; they are not part of
the project. Some are recorded exchanges, ``{"request": …, "response": …}``.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.channels.shopify import mapping
from shared.channels.shopify.words import FINANCIAL_STATUSES, FULFILLMENT_STATUSES
from shared.orders.facts import (
    OrderSeen,
    PackageReported,
    ParcelScanned,
    PaymentReported,
    RefundReported,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.strict_json import parse

FOLDER = Path(os.environ.get("ORDERHUB_PAYLOADS", "")) / "shopify"
FILES = sorted(FOLDER.glob("*.json")) if os.environ.get("ORDERHUB_PAYLOADS") else []
READING = Reading(received_at=datetime(2026, 3, 10, 12, 0, tzinfo=UTC))

# What holds no order, fulfillment, refund or scan, and how that is said.
REFUSED = {
    "refund_calculate": UnusableError("missing_field:refund_id"),  # a proposal: it has no id
    "fulfillment_order_cancel": IrrelevantError("fulfillment_order"),
    "fulfillment_order_hold": IrrelevantError("fulfillment_order"),
    "fulfillment_orders_list": IrrelevantError("fulfillment_orders"),
    "webhook_subscribe_eventbridge": IrrelevantError("webhook"),
    "webhook_subscribe_orders_create": IrrelevantError("webhook"),
}

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder with shopify/*.json")


def documents(path: Path) -> tuple[Any, Any]:
    """Return the document as the mapping gets it, and as plain JSON with exact numbers."""
    document, _ = parse(path.read_bytes())
    plain = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return document.get("response", document), plain.get("response", plain)


def resources(plain: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return plain.get(f"{name}s") or ([plain[name]] if name in plain else [])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_document_is_read_or_refused_with_a_true_reason(path: Path) -> None:
    document, plain = documents(path)
    refusal = REFUSED.get(path.stem)
    if refusal is not None:
        with pytest.raises(type(refusal)) as caught:
            mapping.normalize(document, topic="", reading=READING)
        assert str(caught.value).startswith(str(refusal))
        return
    reports = mapping.normalize(document, topic="", reading=READING)

    checks = {
        "order": check_order,
        "fulfillment": check_fulfillment,
        "fulfillment_event": check_event,
        "refund": check_refund,
    }
    (name,) = (name for name in checks if resources(plain, name))
    raw = resources(plain, name)
    assert len(reports) == len(raw)
    for report, resource in zip(reports, raw, strict=True):
        assert report.flags == ()
        checks[name](report, resource)


def check_order(report: Report, raw: dict[str, Any]) -> None:
    seen = report.facts[0]
    assert isinstance(seen, OrderSeen)
    assert report.order_external_id == str(raw["id"])
    assert report.source_time == datetime.fromisoformat(raw["updated_at"])
    assert (seen.number, seen.currency) == (raw["name"], raw["currency"])
    assert seen.total == Decimal(raw["total_price"])
    assert seen.test is raw["test"]
    assert (seen.customer.email if seen.customer else "") == raw["email"]
    assert [(line.external_id, line.sku, line.quantity, line.unit_price) for line in seen.lines] == [
        (str(line["id"]), line["sku"], line["quantity"], Decimal(line["price"])) for line in raw["line_items"]
    ]
    # None of the recorded orders had anything handed over: what is gone was canceled.
    assert [line.quantity - line.canceled for line in seen.lines] == [
        line["current_quantity"] for line in raw["line_items"]
    ]
    assert sum((line.total or Decimal(0) for line in seen.lines), Decimal(0)) == sum(
        Decimal(line["price"]) * line["quantity"] for line in raw["line_items"]
    ) - Decimal(raw["total_discounts"])
    (status,) = (fact for fact in report.facts if isinstance(fact, StatusReported))
    canceled, closed = raw["cancelled_at"], raw["closed_at"]
    expected = StatusWord.ARCHIVED if closed else StatusWord.PROCESSABLE
    assert status.word is (StatusWord.CANCELED if canceled else expected)
    (payment,) = (fact for fact in report.facts if isinstance(fact, PaymentReported))
    assert payment.word is FINANCIAL_STATUSES[raw["financial_status"]]
    refunds = [fact for fact in report.facts if isinstance(fact, RefundReported)]
    for fact, refund in zip(refunds, raw["refunds"], strict=True):
        compare_refund(fact, refund)
    packages = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    for package, fulfillment in zip(packages, raw["fulfillments"], strict=True):
        compare_package(package, fulfillment)


def check_refund(report: Report, raw: dict[str, Any]) -> None:
    (refund,) = report.facts
    assert isinstance(refund, RefundReported)
    assert report.order_external_id == str(raw["order_id"])
    compare_refund(refund, raw)


def compare_refund(refund: RefundReported, raw: dict[str, Any]) -> None:
    assert refund.refund_id == str(raw["id"])
    assert refund.amount == sum(Decimal(payment["amount"]) for payment in raw["transactions"])
    assert {refund.currency} == {payment["currency"] for payment in raw["transactions"]}
    assert [(line.line_id, line.quantity, line.amount) for line in refund.lines] == [
        (str(line["line_item_id"]), line["quantity"], line["subtotal"]) for line in raw["refund_line_items"]
    ]


def check_fulfillment(report: Report, raw: dict[str, Any]) -> None:
    (package,) = report.facts
    assert isinstance(package, PackageReported)
    assert report.order_external_id == str(raw["order_id"])
    compare_package(package, raw)


def compare_package(package: PackageReported, raw: dict[str, Any]) -> None:
    assert package.package_id == str(raw["id"])
    assert package.word is FULFILLMENT_STATUSES[raw["status"]]
    assert package.contents == tuple((str(line["id"]), line["quantity"]) for line in raw["line_items"])
    assert package.tracking_number == " ".join((raw["tracking_number"] or "").split())
    assert package.carrier == (raw["tracking_company"] or "")


def check_event(report: Report, raw: dict[str, Any]) -> None:
    (scan,) = report.facts
    assert isinstance(scan, ParcelScanned)
    assert report.order_external_id == str(raw["order_id"])
    assert (scan.package_id, scan.raw) == (str(raw["fulfillment_id"]), raw["status"])
    assert scan.occurred_at == datetime.fromisoformat(raw["happened_at"])


def test_each_refused_document_is_really_there() -> None:
    assert set(REFUSED) <= {path.stem for path in FILES}
