from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.wire.adapter import Reading
from tests.support.mirakl import Shop

Documents = Callable[..., dict[str, Any]]


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=datetime(2026, 3, 10, tzinfo=UTC))


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def an_order() -> Documents:
    """Return a builder of an order to ship: 2 x 10.00 + 1 x 5.00, and 4.20 shipping."""

    def build(**changes: Any) -> dict[str, Any]:
        line = {
            "order_line_id": "M-1-A-1",
            "order_line_state": "SHIPPING",
            "offer_sku": "MUG",
            "product_title": "Mug",
            "quantity": 2,
            "price_unit": 10,
            "price": 20,
            "shipping_price": Decimal("4.2"),
            "refunds": [],
            "cancelations": [],
        }
        other = {
            "order_line_id": "M-1-A-2",
            "order_line_state": "SHIPPING",
            "offer_sku": "PEN",
            "product_title": "Pen",
            "quantity": 1,
            "price_unit": 5,
            "price": 5,
            "shipping_price": 0,
        }
        document: dict[str, Any] = {
            "order_id": "M-1-A",
            "commercial_id": "M-1",
            "order_state": "SHIPPING",
            "created_date": "2026-03-02T09:15:00Z",
            "last_updated_date": "2026-03-04T08:02:11.500Z",
            "customer_debited_date": "2026-03-04T08:02:10Z",
            "currency_iso_code": "EUR",
            "price": 25,
            "shipping_price": Decimal("4.2"),
            "total_price": Decimal("29.2"),
            "order_tax_mode": "TAX_INCLUDED",
            "customer": {
                "firstname": "Example",
                "lastname": "Customer",
                "locale": "de_DE",
                "shipping_address": {
                    "firstname": "Example",
                    "lastname": "Customer",
                    "street_1": "Musterstraße 1",
                    "zip_code": "10115",
                    "city": "Berlin",
                    "country_iso_code": "DEU",
                },
            },
            "customer_notification_email": "buyer-1@notification.example.com",
            "shipping_type_label": "Standard",
            "order_lines": [line, other],
        }
        return document | changes

    return build
