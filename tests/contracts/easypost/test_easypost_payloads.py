"""EasyPost's own published examples, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.carriers.easypost.follow import follow
from shared.carriers.easypost.mapping import STATUSES, normalize
from shared.orders.facts import ParcelScanned
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import IrrelevantError
from shared.wire.http import HttpAnswer, HttpRequest

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "easypost").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))
NOT_ABOUT_PARCELS = {"event_batch_created_not_tracker", "webhook_create_response"}

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def document(path: Path) -> Any:
    parsed, _ = strict_json.parse(path.read_bytes())
    return parsed.get("response", parsed)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem not in NOT_ABOUT_PARCELS], ids=lambda path: path.stem
)
def test_a_tracker_is_read_as_it_was_sent(path: Path) -> None:
    raw = document(path)
    tracker = raw.get("result", raw)

    [report] = normalize(raw, topic="", reading=READING)

    scan = report.facts[-1]
    assert isinstance(scan, ParcelScanned)
    assert report.tracking_number == scan.tracking_number == tracker["tracking_code"]
    assert (scan.raw, scan.status, scan.carrier) == (
        tracker["status"],
        STATUSES[tracker["status"]],
        tracker["carrier"],
    )
    assert report.source_time == datetime.fromisoformat(tracker["updated_at"])
    assert scan.occurred_at in [
        datetime.fromisoformat(detail["datetime"])
        for detail in tracker["tracking_details"]
        if detail["status"] == tracker["status"]
    ]
    assert report.flags == (("test",) if tracker["mode"] == "test" else ())


def test_a_tracker_is_read_the_same_when_it_is_asked_for() -> None:
    [shown] = [document(path) for path in FILES if path.stem == "tracker_retrieve"]

    def transport(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(status=200, body=json.dumps({"trackers": [shown], "has_more": False}).encode())

    api = Api(
        base_url="https://api.easypost.com",
        transport=transport,
        credentials={"api_key": "key"},
        now=lambda: READING.received_at,
    )
    [polled] = follow([shown["tracking_code"]], "0" * 32, api).documents
    asked = normalize(strict_json.parse(polled.body)[0], topic="", reading=READING)
    assert asked == normalize(shown, topic="", reading=READING)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem in NOT_ABOUT_PARCELS], ids=lambda path: path.stem
)
def test_another_event_or_object_is_not_about_a_parcel(path: Path) -> None:
    with pytest.raises(IrrelevantError):
        normalize(document(path), topic="", reading=READING)
