from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.kaufland import KauflandSimulator
from local.channels.simulator import Clock, Recording, Simulator
from shared.wire.adapter import Reading
from shared.wire.api import Api

Documents = Callable[..., dict[str, Any]]


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=datetime(2026, 3, 20, tzinfo=UTC))


@pytest.fixture
def a_unit() -> Documents:
    """Return a builder of one order unit, open, at 12.99 and 3.90 for its shipping."""

    def build(**changes: Any) -> dict[str, Any]:
        unit: dict[str, Any] = {
            "id_order_unit": 314567896580001,
            "status": "open",
            "price": 1299,
            "shipping_rate": 390,
            "currency": "EUR",
            "id_offer": "MUG",
            "product": {"title": "Mug"},
            "ts_updated_iso": "2026-03-10T10:00:00Z",
        }
        return unit | changes

    return build


@pytest.fixture
def an_order(a_unit: Documents) -> Documents:
    """Return a builder of an order with one unit."""

    def build(**changes: Any) -> dict[str, Any]:
        document: dict[str, Any] = {
            "id_order": "MEXMP01",
            "ts_created_iso": "2026-03-10T09:00:00Z",
            "fulfillment_type": "fulfilled_by_merchant",
            "order_units": [a_unit()],
            "buyer": {"id_buyer": 1, "email": "buyer@example.com"},
        }
        return document | changes

    return build


@pytest.fixture
def kaufland(clock: Clock) -> KauflandSimulator:
    return KauflandSimulator(now=clock)


@pytest.fixture
def simulator(kaufland: KauflandSimulator) -> Simulator:
    return kaufland


@pytest.fixture
def api(recording: Recording, kaufland: KauflandSimulator, clock: Clock) -> Api:
    return Api(
        base_url="https://sellerapi.kaufland.com/v2",
        transport=recording,
        credentials={"client_key": kaufland.client_key, "secret_key": kaufland.secret_key},
        now=clock,
    )
