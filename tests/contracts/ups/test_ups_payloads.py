"""UPS's own example of an event, where ORDERHUB_PAYLOADS names a folder with it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.carriers.ups.follow import follow
from shared.carriers.ups.mapping import normalize
from shared.orders.facts import ParcelScanned, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.http import HttpAnswer, HttpRequest

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FOLDER = Path(ROOT) / "ups"
NOW = datetime(2026, 4, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not (ROOT and FOLDER.is_dir()), reason="ORDERHUB_PAYLOADS names no folder of payloads"
)


def test_an_event_is_read_as_it_was_sent() -> None:
    body = (FOLDER / "track_alert_out_for_delivery.json").read_bytes()
    [report] = normalize(strict_json.parse(body)[0], topic="", reading=Reading(received_at=NOW))
    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw) == (ScanStatus.OUT_FOR_DELIVERY, "OT")
    assert scan.occurred_at == datetime(2024, 4, 23, 13, 15, 19, tzinfo=UTC)


def test_a_number_that_is_not_taken_is_refused_beside_one_that_is() -> None:
    body = (FOLDER / "track_alert_subscribe_partial_success.json").read_bytes()

    def transport(request: HttpRequest) -> HttpAnswer:
        is_token = request.url.endswith("/token")
        return HttpAnswer(
            status=200, body=b'{"access_token": "t", "expires_in": 14399}' if is_token else body
        )

    api = Api(
        base_url="https://onlinetools.ups.com",
        transport=transport,
        credentials={"client_id": "id", "client_secret": "secret"},
        now=lambda: NOW,
    )
    followed = follow(["1Z1234567891234556", "1Z1234567$8"], "0" * 32, api)
    assert followed.refused == {"1Z1234567$8": "invalid_tracking_number"}


def test_answers_of_the_track_api_are_no_events() -> None:
    for path in FOLDER.glob("*racking*esponse*.json"):
        with pytest.raises(UnusableError):
            normalize(strict_json.parse(path.read_bytes())[0], topic="", reading=Reading(received_at=NOW))
