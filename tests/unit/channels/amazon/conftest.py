from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.amazon import Amazon
from local.channels.amazon_samples import MARKETPLACE, sample_order
from local.channels.simulator import Clock, Recording, Simulator
from shared.channels.amazon.mapping import normalize
from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import HttpAnswer

ORDER = "302-0000001-0000001"


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=datetime(2026, 3, 10, tzinfo=UTC))


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """Return a builder of a paid order over 2 x 10.00 + 1 x 5.00 + 4.20 shipping."""

    def build(**changes: Any) -> dict[str, Any]:
        return sample_order(ORDER, "2026-03-02T09:15:00Z") | changes

    return build


@pytest.fixture
def read(reading: Reading) -> Callable[[dict[str, Any]], Report]:
    def one(document: dict[str, Any]) -> Report:
        [report] = normalize(document, topic="order", reading=reading)
        return report

    return one


@pytest.fixture
def amazon(clock: Clock) -> Amazon:
    return Amazon(now=clock)


@pytest.fixture
def simulator(amazon: Amazon) -> Simulator:
    return amazon


@pytest.fixture
def api(recording: Recording, amazon: Amazon, clock: Clock) -> Api:
    return Api(
        base_url="https://sellingpartnerapi-eu.amazon.com",
        transport=recording,
        credentials={
            "client_id": amazon.client_id,
            "client_secret": amazon.client_secret,
            "refresh_token": amazon.refresh_token,
        },
        options={"marketplace_ids": MARKETPLACE},
        now=clock,
    )


@pytest.fixture
def respond(api: Api) -> Callable[[str], Api]:
    """Return an API that has a token and answers every request with 200 and one text."""

    def build(text: str) -> Api:
        def answer(request: Any) -> HttpAnswer:
            is_token = request.url.endswith("/auth/o2/token")
            body = '{"access_token": "example", "expires_in": 3600}' if is_token else text
            return HttpAnswer(status=200, body=body.encode())

        return replace(api, transport=answer)

    return build
