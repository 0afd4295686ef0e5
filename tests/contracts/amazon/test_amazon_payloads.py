"""Amazon's own examples, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.channels.amazon.mapping import normalize
from shared.orders.facts import OrderSeen, PackageReported, Report
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "amazon").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 10, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")

# What becomes of each file: read, a signal with its order, or why not.
READ = "read"
BECOMES = {
    "confirmShipment_v0_204_request": "missing_field:order_id",  # a request, and an answer without content
    "externalFulfillment_getShipments_example": "irrelevant:shipments",
    "getOrderItems_v0_example": "unsupported_version",
    "getOrderItems_v0_sandbox_1": "unsupported_version",
    "getOrder_2026_example": READ,
    "getOrder_2026_sandbox_1": READ,
    "getOrder_v0_example": "unsupported_version",
    "getOrder_v0_sandbox_1": "unsupported_version",
    "getOrders_v0_example": "unsupported_version",
    "getOrders_v0_sandbox_1": "unsupported_version",
    "getShipmentTracking_2026_example": "irrelevant:trackingDetail",
    "notification_FeedProcessingFinishedNotification_1": "irrelevant:FEED_PROCESSING_FINISHED",
    "notification_FeedProcessingFinishedNotification_2": "irrelevant:FEED_PROCESSING_FINISHED",
    "notification_OrderChangeNotification_1": "signal:903-8868176-2219830",
    "notification_ShipmentTrackingMilestoneChangedNotification_1": (
        "irrelevant:SHIPMENT_TRACKING_MILESTONE_CHANGED"
    ),
    "notification_TransactionUpdateNotification_1": "irrelevant:TRANSACTION_UPDATE",
    "searchOrders_2026_example": READ,
    "searchOrders_2026_sandbox_1": READ,
}


def document(path: Path) -> Any:
    parsed, _ = strict_json.parse(path.read_bytes())
    return parsed.get("response", parsed)


def becomes(path: Path) -> str:
    try:
        reports = normalize(document(path), topic="", reading=READING)
    except UnusableError as error:
        return error.code
    except IrrelevantError as error:
        return f"irrelevant:{error.reason}"
    except SignalError as error:
        return f"signal:{error.order_id}"
    return READ if reports else "nothing"


def compare(report: Report, raw: dict[str, Any]) -> None:
    assert report.order_external_id == raw["orderId"]
    seen = report.facts[0]
    assert isinstance(seen, OrderSeen)
    total = raw["proceeds"]["grandTotal"]
    assert (seen.total, seen.currency) == (Decimal(total["amount"]), total["currencyCode"])
    assert seen.fulfilled_by_channel is (raw["fulfillment"]["fulfilledBy"] == "AMAZON")
    assert [(line.external_id, line.sku, line.quantity) for line in seen.lines] == [
        (item["orderItemId"], item["product"]["sellerSku"], item["quantityOrdered"])
        for item in raw["orderItems"]
    ]
    packages = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    for package, told in zip(packages, raw.get("packages", []), strict=False):
        assert (package.package_id, package.tracking_number) == (
            told["packageReferenceId"],
            told["trackingNumber"],
        )
    assert report.flags == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_read_or_refused_for_a_true_reason(path: Path) -> None:
    assert becomes(path) == BECOMES[path.stem]


@pytest.mark.parametrize(
    "path", [p for p in FILES if BECOMES.get(p.stem) == READ], ids=lambda path: path.stem
)
def test_an_order_is_read_as_it_was_sent(path: Path) -> None:
    raw = document(path)
    orders = raw["orders"] if "orders" in raw else [raw["order"]]

    for report, order in zip(normalize(raw, topic="", reading=READING), orders, strict=True):
        compare(report, order)
