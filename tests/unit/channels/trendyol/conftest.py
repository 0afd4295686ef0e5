from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.faults import Faulty
from local.channels.simulator import Clock, Recording
from local.channels.trendyol import Trendyol
from local.channels.trendyol_samples import sample_package
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import json_body

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
AT = 1_773_046_800_000  # 2026-03-09T09:00:00Z
Documents = Callable[..., dict[str, Any]]


@pytest.fixture
def reading() -> Reading:
    return Reading(received_at=NOW)


@pytest.fixture
def a_package() -> Documents:
    """Return a builder of a package over 2 x 100.50 + 1 x 49.00, as it is read from the wire."""

    def build(**changes: Any) -> dict[str, Any]:
        package = sample_package("1001", 501, AT) | changes
        document: dict[str, Any] = strict_json.parse(json_body(package))[0]
        return document

    return build


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def trendyol(clock: Clock) -> Trendyol:
    return Trendyol(clock)


@pytest.fixture
def faulty(trendyol: Trendyol) -> Faulty:
    return Faulty(trendyol)


@pytest.fixture
def recording(faulty: Faulty) -> Recording:
    return Recording(faulty)


@pytest.fixture
def api(recording: Recording, clock: Clock) -> Api:
    return Api(
        base_url="https://apigw.trendyol.com/integration",
        transport=recording,
        credentials={"api_key": "example-key", "api_secret": "example-secret"},
        options={"seller_id": "2738"},
        now=clock,
    )
