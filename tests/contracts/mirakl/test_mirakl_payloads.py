"""The examples of Mirakl's own OpenAPI, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.channels.mirakl import client, polls
from shared.channels.mirakl.mapping import normalize
from shared.orders.facts import (
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import IrrelevantError
from shared.wire.http import HttpAnswer
from shared.wire.polls import Window

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FOLDER = Path(ROOT) / "mirakl"
FILES = sorted(FOLDER.glob("*.json")) if ROOT else []
NOW = datetime(2026, 4, 1, tzinfo=UTC)
READING = Reading(received_at=NOW)

ORDERS = {"OR11_response_0"}
# Requests that are sent, and answers that are no orders: none of them is taken for one.
OTHERS = {
    "OR13_request_0",
    "OR28_request_0",
    "OR28_response_0",
    "OR30_request_0",
    "OR30_response_0",
    "SH21_response_0",
    "ST01_request_0",
    "ST01_response_0",
    "ST06_request_0",
    "ST06_response_0",
    "ST12_response_0",
    "ST23_request_0",
    "ST23_response_0",
    "ST24_request_0",
    "ST24_response_0",
}

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def document(name: str) -> Any:
    parsed, _ = strict_json.parse((FOLDER / f"{name}.json").read_bytes())
    return parsed


def answering(name: str, status: int = 200) -> Api:
    """Return an API that answers everything with the example ``name``."""
    body = (FOLDER / f"{name}.json").read_bytes()
    return Api(
        base_url="https://operator.mirakl.net/api",
        transport=lambda _request: HttpAnswer(status=status, body=body),
        credentials={"api_key": "key"},
        now=lambda: NOW,
    )


def test_every_example_is_looked_at() -> None:
    assert {path.stem for path in FILES} == ORDERS | OTHERS


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_is_no_order_is_not_taken_for_one(name: str) -> None:
    with pytest.raises(IrrelevantError, match="not an order"):
        normalize(document(name), topic="", reading=READING)


def compare(report: Report, raw: dict[str, Any]) -> None:
    assert report.order_external_id == raw["order_id"]
    [seen] = [fact for fact in report.facts if isinstance(fact, OrderSeen)]
    assert (seen.currency, seen.total) == (raw["currency_iso_code"], Decimal(raw["total_price"]))
    assert [(line.external_id, line.sku, line.quantity, line.unit_price) for line in seen.lines] == [
        (line["order_line_id"], line["offer_sku"], line["quantity"], Decimal(line["price_unit"]))
        for line in raw["order_lines"]
    ]
    assert seen.customer is not None
    assert seen.customer.email == raw["customer_notification_email"]
    assert report.source_time is not None
    assert report.source_time == datetime.fromisoformat(raw["last_updated_date"])
    assert report.flags == ()


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_an_order_is_read_as_it_was_sent(name: str) -> None:
    raw = document(name)["orders"]
    reports = normalize(document(name), topic="", reading=READING)

    assert len(reports) == len(raw) > 0
    for report, order in zip(reports, raw, strict=True):
        compare(report, order)


def test_the_example_order_was_received_and_waits_for_a_refund() -> None:
    [report] = normalize(document("OR11_response_0"), topic="", reading=READING)
    facts = {type(fact): fact for fact in report.facts}
    status, payment = facts[StatusReported], facts[PaymentReported]
    package, refund = facts[PackageReported], facts[RefundReported]

    assert isinstance(status, StatusReported)
    assert status.word is StatusWord.RECEIVED
    assert isinstance(payment, PaymentReported)
    assert payment.word is PaymentWord.PAID
    assert isinstance(package, PackageReported)
    assert (package.word, package.tracking_number, package.carrier) == (PackageWord.DELIVERED, "2344", "UPS")
    assert isinstance(refund, RefundReported)
    assert (refund.word, refund.amount) == (RefundWord.REQUESTED, Decimal("8.61"))


def test_a_page_is_cut_into_its_orders() -> None:
    page = polls.read_page(Window(since=NOW, until=NOW), answering("OR11_response_0"))
    [polled] = page.documents
    [report] = normalize(strict_json.parse(polled.body)[0], topic=polled.topic, reading=READING)

    assert (polled.order_id, page.next_token) == (report.order_external_id, "")


def test_the_answers_to_calls_are_read() -> None:
    [refund] = client.refund_lines(answering("OR28_response_0"), [], "TAX_EXCLUDED")
    [cancelation] = client.cancel_lines(answering("OR30_response_0"), [], "TAX_EXCLUDED")
    carriers = client.read_carriers(answering("SH21_response_0"))

    assert (refund["refund_id"], refund["order_line_id"]) == ("1130", "Order_00010-A-1")
    assert cancelation["cancelation_id"] == "1116"
    assert [carrier["code"] for carrier in carriers] == ["FED", "UPS", "DHL", "DPD", "TNT"]
