"""UPS's own examples of an event and of answers, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.carriers.ups.follow import follow
from shared.carriers.ups.mapping import normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import IrrelevantError, UnusableError
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
        if request.method == "GET":
            return HttpAnswer(status=404)
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


BERLIN = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))


def polled(name: str, reading: Reading) -> Report:
    body = (FOLDER / f"{name}.json").read_bytes()
    [report] = normalize(strict_json.parse(body)[0], topic="", reading=reading)
    return report


def test_an_answer_of_the_track_api_is_read_by_its_activities() -> None:
    [scan] = polled("tracking_response", BERLIN).facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.tracking_number, scan.status, scan.raw) == ("1Z1442YY7229014688", ScanStatus.DELIVERED, "F4")
    assert scan.occurred_at == datetime(2022, 1, 26, 15, 30, tzinfo=UTC)
    assert polled("tracking_response", Reading(received_at=NOW)).flags == ("zoneless_time",)


def test_an_answer_whose_parcel_is_not_the_one_that_was_asked_for_says_nothing() -> None:
    with pytest.raises(IrrelevantError):
        polled("test_TrackingResponseJSON", BERLIN)


def test_an_error_of_the_track_api_says_nothing() -> None:
    with pytest.raises(UnusableError):
        polled("test_InvalidTrackingNumberResponseJSON", BERLIN)
