"""The examples of WooCommerce's own documentation, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.channels.woocommerce.mapping import normalize
from shared.orders.facts import OrderSeen, RefundReported, Report, StatusReported, StatusWord
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "woocommerce").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def document(path: Path) -> Any:
    parsed, _ = strict_json.parse(path.read_bytes())
    return parsed.get("response", parsed) if isinstance(parsed, dict) else parsed


def orders(raw: Any) -> list[dict[str, Any]]:
    """Return the raw orders of a document in the order in which they are reported."""
    if isinstance(raw, list):
        return raw
    if "id" not in raw:
        return [order for part in ("create", "update", "delete") for order in raw.get(part, [])]
    return [raw]


def compare(report: Report, raw: dict[str, Any]) -> None:
    assert report.order_external_id == str(raw["id"])
    if report.facts == (StatusReported(word=StatusWord.DELETED, raw="order.deleted"),):
        return
    seen = report.facts[0]
    assert isinstance(seen, OrderSeen)
    assert (seen.number, seen.currency, seen.total) == (raw["number"], raw["currency"], Decimal(raw["total"]))
    assert [
        (line.external_id, line.sku, line.quantity, line.unit_price, line.total) for line in seen.lines
    ] == [
        (str(line["id"]), line["sku"], line["quantity"], Decimal(line["price"]), Decimal(line["total"]))
        for line in raw["line_items"]
    ]
    assert not any("&" in line.name for line in seen.lines)
    assert report.source_time is not None
    assert report.source_time.isoformat() == raw["date_modified_gmt"] + "+00:00"
    refunds = [fact for fact in report.facts if isinstance(fact, RefundReported)]
    assert [(refund.refund_id, -refund.amount) for refund in refunds] == [
        (str(refund["id"]), Decimal(refund["total"])) for refund in raw["refunds"]
    ]
    assert report.flags == ()


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name.startswith("orders_")], ids=lambda path: path.stem
)
def test_an_order_is_read_as_it_was_sent(path: Path) -> None:
    raw = document(path)

    reports = normalize(raw, topic="", reading=READING)

    assert len(reports) == len(orders(raw)) > 0
    for report, order in zip(reports, orders(raw), strict=True):
        compare(report, order)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name.startswith("order_refunds_")], ids=lambda path: path.stem
)
def test_a_refund_by_itself_is_refused_because_it_does_not_name_its_order(path: Path) -> None:
    with pytest.raises(UnusableError, match="missing_field:order_id"):
        normalize(document(path), topic="", reading=READING)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name.startswith("webhooks_")], ids=lambda path: path.stem
)
def test_a_webhook_subscription_is_not_about_an_order(path: Path) -> None:
    with pytest.raises(IrrelevantError, match="a webhook subscription"):
        normalize(document(path), topic="", reading=READING)


def test_every_example_is_looked_at() -> None:
    known = ("orders_", "order_refunds_", "webhooks_")

    assert [path.name for path in FILES if not path.name.startswith(known)] == []
