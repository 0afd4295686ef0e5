"""The examples of bol's own documentation, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.channels.bol import signature
from shared.channels.bol.mapping import normalize
from shared.orders.facts import OrderSeen, PackageReported, ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FOLDER = Path(ROOT) / "bol"
FILES = sorted(FOLDER.glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def _order(report: Report) -> None:
    [seen] = [fact for fact in report.facts if isinstance(fact, OrderSeen)]
    [line] = seen.lines
    [package] = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    assert (report.order_external_id, seen.total) == ("A2K8290LP8", Decimal("118.91"))
    assert (line.external_id, line.sku, line.quantity) == ("2012345678", "BOLCOM00123", 10)
    assert package.contents == (("2012345678", 10),)
    assert seen.customer is not None
    assert seen.customer.shipping is not None
    assert seen.customer.shipping.street[1] == "Dorpstraat 1 B"


def _shipment(report: Report) -> None:
    package, scan = report.facts
    assert isinstance(package, PackageReported)
    assert isinstance(scan, ParcelScanned)
    assert (report.order_external_id, package.package_id) == ("4123456789", "541757635")
    assert package.contents == (("1234567891", 10),)
    assert (package.tracking_number, scan.status) == ("3SBOL0987654321", ScanStatus.PICKED_UP)


# What each file is: read, or refused with the reason that is true.
OUTCOMES: dict[str, Callable[[Report], None] | tuple[type[Exception], str]] = {
    "order_openapi_examples": _order,
    "shipment_openapi_examples": _shipment,
    "orders_list_reduced": (IrrelevantError, "a list of orders: each is read by itself"),
    # A return names a product: without its order nobody knows the item.
    "returns_openapi_examples": (UnusableError, "missing_field:order"),
    "process_status_openapi_examples": (IrrelevantError, "not an order"),
    "push_process_status_success": (IrrelevantError, "a process status"),
    "cancellation_request_openapi_examples": (IrrelevantError, "not an order"),
    "create_shipment_request_openapi_examples": (IrrelevantError, "not an order"),
    "subscription_request_openapi_examples": (IrrelevantError, "not an order"),
}


def document(name: str) -> Any:
    return strict_json.parse((FOLDER / f"{name}.json").read_bytes())[0]


def test_every_example_is_looked_at() -> None:
    assert {path.stem for path in FILES} == set(OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_example_is_read_or_refused_with_its_reason(name: str) -> None:
    expected = OUTCOMES[name]
    if isinstance(expected, tuple):
        with pytest.raises(expected[0], match=expected[1]):
            normalize(document(name), topic="", reading=READING)
        return
    [report] = normalize(document(name), topic="", reading=READING)
    assert report.flags == ()
    expected(report)


def test_the_example_of_a_return_is_read_with_its_order() -> None:
    [entry] = document("returns_openapi_examples")["returns"][0]["returnItems"]
    order = document("order_openapi_examples")
    order["orderItems"][0]["product"]["ean"] = entry["ean"]

    [report] = normalize({"return": entry, "order": order}, topic="return", reading=READING)

    assert report.order_external_id == "4012345678"
    assert len(report.facts) == 2


def vectors() -> list[dict[str, Any]]:
    path = Path(ROOT) / "signatures.json"
    return [v for v in json.loads(path.read_bytes())["vectors"] if v["provider"] == "bol"]


def test_the_signatures_hold_as_they_are_expected_to() -> None:
    assert vectors()
    for vector in vectors():
        body, secret = vector["body"].encode(), json.dumps(vector["public_keys"])
        headers = {vector["header"].lower(): vector["header_value"]}
        holds = signature.verify(headers, body, [secret], now=READING.received_at)
        assert holds is (vector["expect"] == "valid")
        assert not signature.verify(headers, body + b" ", [secret], now=READING.received_at)
