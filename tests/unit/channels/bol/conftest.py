from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.bol import BolSimulator
from local.channels.simulator import Clock, Recording, Simulator
from shared.wire.adapter import Reading
from shared.wire.api import Api

Documents = Callable[..., dict[str, Any]]


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=datetime(2026, 3, 20, tzinfo=UTC))


@pytest.fixture
def an_item() -> Documents:
    """Return a builder of one order item: 2 pieces at 10.00."""

    def build(**changes: Any) -> dict[str, Any]:
        item: dict[str, Any] = {
            "orderItemId": "2012345001",
            "cancellationRequest": False,
            "fulfilment": {"method": "FBR"},
            "offer": {"reference": "MUG"},
            "product": {"ean": "8700000000001", "title": "Mug"},
            "quantity": 2,
            "quantityShipped": 0,
            "quantityCancelled": 0,
            "unitPrice": 10,
            "totalPrice": 20,
            "latestChangedDateTime": "2026-03-10T10:00:00+01:00",
        }
        return item | changes

    return build


@pytest.fixture
def an_order(an_item: Documents) -> Documents:
    """Return a builder of an order with one item."""

    def build(**changes: Any) -> dict[str, Any]:
        document: dict[str, Any] = {
            "orderId": "C00012ABCD",
            "pickupPoint": False,
            "orderPlacedDateTime": "2026-03-10T09:00:00+01:00",
            "shipmentDetails": {"firstName": "Example", "surname": "Customer", "countryCode": "NL"},
            "orderItems": [an_item()],
        }
        return document | changes

    return build


@pytest.fixture
def a_shipment() -> Documents:
    """Return a builder of a shipment of one piece."""

    def build(**changes: Any) -> dict[str, Any]:
        document: dict[str, Any] = {
            "shipmentId": "541757001",
            "shipmentDateTime": "2026-03-11T10:00:00+01:00",
            "order": {"orderId": "C00012ABCD"},
            "shipmentItems": [{"orderItemId": "2012345001", "quantity": 1}],
            "transport": {"transportId": "31", "transporterCode": "TNT", "trackAndTrace": "3SEXMP0000001"},
        }
        return document | changes

    return build


@pytest.fixture
def bol(clock: Clock) -> BolSimulator:
    return BolSimulator(now=clock)


@pytest.fixture
def simulator(bol: BolSimulator) -> Simulator:
    return bol


@pytest.fixture
def api(recording: Recording, bol: BolSimulator, clock: Clock) -> Api:
    return Api(
        base_url="https://api.bol.com",
        transport=recording,
        credentials={"client_id": bol.client_id, "client_secret": bol.client_secret},
        now=clock,
    )
