from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.ikas import Ikas
from local.channels.ikas_samples import sample_order
from local.channels.simulator import Clock, Recording, Simulator
from shared.channels.ikas.mapping import normalize
from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import HttpAnswer

ORDER = "order-1"
PLACED = 1772442900000  # 2026-03-02T09:15:00Z


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=datetime(2026, 3, 10, tzinfo=UTC))


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """Return a builder of a paid order over 2 x 10 + 1 x 5 + 4.20 shipping, amounts as whole numbers."""

    def build(**changes: Any) -> dict[str, Any]:
        document = sample_order(ORDER, PLACED) | {"totalPrice": 25, "totalFinalPrice": "29.20"}
        document["shippingLines"] = [{"title": "Kargo", "finalPrice": "4.20"}]
        for item, price in zip(document["orderLineItems"], (10, 5), strict=True):
            item["finalPrice"] = price
        return document | changes

    return build


@pytest.fixture
def read(reading: Reading) -> Callable[[dict[str, Any]], Report]:
    def one(document: dict[str, Any]) -> Report:
        [report] = normalize(document, topic="order", reading=reading)
        return report

    return one


@pytest.fixture
def shop(clock: Clock) -> Ikas:
    return Ikas(now=clock)


@pytest.fixture
def simulator(shop: Ikas) -> Simulator:
    return shop


@pytest.fixture
def api(recording: Recording, shop: Ikas, clock: Clock) -> Api:
    return Api(
        base_url="https://api.myikas.com",
        transport=recording,
        credentials={"client_id": shop.client_id, "client_secret": shop.client_secret},
        options={"store": "example", "stock_location_id": "location-1"},
        now=clock,
    )


@pytest.fixture
def respond(api: Api) -> Callable[[str], Api]:
    """Return an API that has a token and answers every request with 200 and one text."""

    def build(text: str) -> Api:
        def answer(request: Any) -> HttpAnswer:
            is_token = request.url.endswith("/oauth/token")
            body = '{"access_token": "example", "expires_in": 14400}' if is_token else text
            return HttpAnswer(status=200, body=body.encode())

        return replace(api, transport=answer)

    return build
