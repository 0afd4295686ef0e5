from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.simulator import Clock, Recording, Simulator
from local.channels.woocommerce import WooCommerce
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import HttpAnswer

Documents = Callable[..., dict[str, Any]]


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=datetime(2026, 3, 10, tzinfo=UTC))


@pytest.fixture
def an_order() -> Documents:
    """Return a builder of a paid order over 2 x 10.00 + 1 x 5.00 + 4.20 shipping + 5.55 tax."""

    def build(**changes: Any) -> dict[str, Any]:
        document: dict[str, Any] = {
            "id": 1501,
            "number": "1501",
            "status": "processing",
            "currency": "EUR",
            "date_created_gmt": "2026-03-02T09:15:00",
            "date_modified_gmt": "2026-03-04T08:02:11",
            "date_paid_gmt": "2026-03-04T08:02:10",
            "date_completed_gmt": None,
            "total": "34.75",
            "total_tax": "5.55",
            "shipping_total": "4.20",
            "discount_total": "0.00",
            "payment_method": "stripe",
            "payment_method_title": "Credit card",
            "billing": {
                "first_name": "Example",
                "last_name": "Customer",
                "address_1": "Musterstraße 1",
                "city": "Berlin",
                "postcode": "10115",
                "country": "DE",
                "email": "buyer@example.com",
                "phone": "+49 30 5550100",
            },
            "shipping": {"first_name": "", "last_name": "", "address_1": "", "phone": ""},
            "line_items": [
                {"id": 1, "name": "Mug", "sku": "MUG", "quantity": 2, "price": 10, "total": "20.00"},
                {"id": 2, "name": "Pen", "sku": "PEN", "quantity": 1, "price": "5", "total": "5.00"},
            ],
            "shipping_lines": [{"method_id": "flat_rate", "method_title": "Parcel"}],
            "fee_lines": [],
            "refunds": [],
            "meta_data": [],
        }
        return document | changes

    return build


@pytest.fixture
def a_line() -> Documents:
    """Return a builder of one order line."""

    def build(**changes: Any) -> dict[str, Any]:
        line = {"id": 1, "name": "Mug", "sku": "MUG", "quantity": 2, "price": 10, "total": "20.00"}
        return line | changes

    return build


@pytest.fixture
def shop(clock: Clock) -> WooCommerce:
    return WooCommerce(now=clock)


@pytest.fixture
def simulator(shop: WooCommerce) -> Simulator:
    return shop


@pytest.fixture
def api(recording: Recording, shop: WooCommerce, clock: Clock) -> Api:
    return Api(
        base_url="https://shop.example.com",
        transport=recording,
        credentials={"consumer_key": shop.consumer_key, "consumer_secret": shop.consumer_secret},
        now=clock,
    )


@pytest.fixture
def respond(api: Api) -> Callable[[str], Api]:
    """Return an API that answers every request with 200 and one text."""

    def build(text: str) -> Api:
        return replace(api, transport=lambda _request: HttpAnswer(status=200, body=text.encode()))

    return build
