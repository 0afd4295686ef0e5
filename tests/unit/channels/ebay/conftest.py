from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.ebay import Ebay
from local.channels.ebay_samples import sample_order
from local.channels.faults import Faulty
from local.channels.simulator import Clock, Recording
from shared.wire.adapter import Reading
from shared.wire.api import Api

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
AT = "2026-03-09T08:00:00.000Z"
Documents = Callable[..., dict[str, Any]]


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=NOW)


@pytest.fixture
def an_order() -> Documents:
    """Return a builder of a paid order over 2 x 10.00 + 1 x 5.00 + 4.90 delivery."""

    def build(**changes: Any) -> dict[str, Any]:
        return sample_order("12-34567-89012", AT) | changes

    return build


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def ebay(clock: Clock) -> Ebay:
    return Ebay(clock)


@pytest.fixture
def faulty(ebay: Ebay) -> Faulty:
    return Faulty(ebay)


@pytest.fixture
def recording(faulty: Faulty) -> Recording:
    return Recording(faulty)


@pytest.fixture
def api(recording: Recording, clock: Clock) -> Api:
    return Api(
        base_url="https://api.ebay.com",
        transport=recording,
        credentials={
            "client_id": "example-client",
            "client_secret": "example-secret",
            "refresh_token": "example-refresh",
        },
        now=clock,
    )
