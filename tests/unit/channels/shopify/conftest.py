"""Small documents in Shopify's shape, to be changed field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.faults import Faulty
from local.channels.shopify import Shopify
from local.channels.simulator import Clock, Recording
from shared.channels.shopify import mapping
from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import HttpAnswer

RECEIVED_AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def _line(**changes: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": 11,
        "sku": "MUG",
        "name": "Mug - Blue",
        "title": "Mug",
        "quantity": 3,
        "current_quantity": 3,
        "price": "10.00",
        "total_discount": "0.00",
        "discount_allocations": [],
        "requires_shipping": True,
    }
    return line | changes


def _order(**changes: Any) -> dict[str, Any]:
    order: dict[str, Any] = {
        "id": 1001,
        "name": "#1001",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "total_price": "34.90",
        "total_tax": "5.57",
        "total_discounts": "0.00",
        "total_tip_received": "0.00",
        "total_shipping_price_set": {"shop_money": {"amount": "4.90", "currency_code": "EUR"}},
        "taxes_included": True,
        "test": False,
        "financial_status": "paid",
        "payment_gateway_names": ["shopify_payments"],
        "created_at": "2026-03-02T09:00:00+01:00",
        "processed_at": "2026-03-02T09:00:00+01:00",
        "updated_at": "2026-03-02T09:00:05+01:00",
        "email": "buyer@example.com",
        "customer": {"first_name": "Example", "last_name": "Customer"},
        "shipping_lines": [{"title": "Standard", "discount_allocations": []}],
        "line_items": [_line()],
        "fulfillments": [],
        "refunds": [],
    }
    return order | changes


def _transaction(**changes: Any) -> dict[str, Any]:
    transaction = {"id": 41, "kind": "refund", "status": "success", "amount": "10.00", "currency": "EUR"}
    return transaction | changes


def _refund(**changes: Any) -> dict[str, Any]:
    refund: dict[str, Any] = {
        "id": 31,
        "order_id": 1001,
        "created_at": "2026-03-05T10:00:00+01:00",
        "processed_at": "2026-03-05T10:00:00+01:00",
        "refund_line_items": [],
        "transactions": [_transaction()],
    }
    return refund | changes


def _fulfillment(**changes: Any) -> dict[str, Any]:
    fulfillment: dict[str, Any] = {
        "id": 21,
        "order_id": 1001,
        "status": "success",
        "shipment_status": None,
        "created_at": "2026-03-03T10:00:00+01:00",
        "updated_at": "2026-03-04T10:00:00+01:00",
        "tracking_company": "DHL",
        "tracking_number": "00340434161094000007",
        "tracking_numbers": ["00340434161094000007"],
        "tracking_url": "https://tracking.example.com/?number=00340434161094000007",
        "line_items": [_line()],
    }
    return fulfillment | changes


@pytest.fixture
def line() -> Callable[..., dict[str, Any]]:
    return _line


@pytest.fixture
def order() -> Callable[..., dict[str, Any]]:
    return _order


@pytest.fixture
def refund() -> Callable[..., dict[str, Any]]:
    return _refund


@pytest.fixture
def transaction() -> Callable[..., dict[str, Any]]:
    return _transaction


@pytest.fixture
def fulfillment() -> Callable[..., dict[str, Any]]:
    return _fulfillment


@pytest.fixture
def read() -> Callable[..., Report]:
    """Read one document; ``topic`` and the reading's settings may be given."""

    def read_one(document: Any, topic: str = "", **settings: Any) -> Report:
        reading = Reading(received_at=RECEIVED_AT, **settings)
        (report,) = mapping.normalize(document, topic=topic, reading=reading)
        return report

    return read_one


@pytest.fixture
def clock() -> Clock:
    return Clock(RECEIVED_AT)


@pytest.fixture
def shop(clock: Clock) -> Shopify:
    return Shopify(now=clock)


@pytest.fixture
def wire(shop: Shopify) -> Faulty:
    """The way to the shop, on which faults can be planned."""
    return Faulty(shop)


@pytest.fixture
def recording(wire: Faulty) -> Recording:
    return Recording(wire)


@pytest.fixture
def api(recording: Recording, shop: Shopify, clock: Clock) -> Api:
    return Api(
        base_url="https://example.myshopify.com",
        transport=recording,
        credentials={"access_token": shop.access_token},
        now=clock,
    )


@pytest.fixture
def respond(api: Api) -> Callable[[str], Api]:
    """Return an API that answers every request with 200 and one text."""

    def build(text: str) -> Api:
        return replace(api, transport=lambda _request: HttpAnswer(status=200, body=text.encode()))

    return build
