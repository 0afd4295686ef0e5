"""The events of this project: one parcel from its label to the door, and one that came back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.carriers.shippo import mapping, signature
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading

EVENTS = Path(__file__).parents[3] / "events" / "shippo"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NUMBER = "92055901755477000000000015"

STORY = {
    "parcel-1-track_updated": [ScanStatus.PENDING],
    "parcel-2-track_updated": [ScanStatus.IN_TRANSIT],
    "parcel-3-track_updated": [ScanStatus.IN_TRANSIT],
    "parcel-4-track_updated": [ScanStatus.DELIVERED],
    "returned-track_updated": [ScanStatus.RETURN_TO_SENDER, ScanStatus.DELIVERED],
}


def body(name: str) -> bytes:
    return (EVENTS / f"{name}.json").read_bytes()


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse(body(name))
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    [report] = mapping.normalize(document(name), topic="track_updated", reading=Reading(received_at=NOW))
    return report


def test_every_file_belongs_to_the_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(STORY)


@pytest.mark.parametrize("name", STORY)
def test_an_event_says_where_the_parcel_is(name: str) -> None:
    report = read(name)
    scans = [fact for fact in report.facts if isinstance(fact, ParcelScanned)]

    assert [scan.status for scan in scans] == STORY[name]
    assert {scan.tracking_number for scan in scans} == {report.tracking_number} == {NUMBER}
    assert report.flags == ()


@pytest.mark.parametrize("name", STORY)
def test_an_event_can_be_sent_as_a_signed_webhook(name: str) -> None:
    headers = signature.sign(body(name), "a secret", topic="", now=NOW)

    assert signature.verify(headers, body(name), ["a secret"], now=NOW)
    assert signature.topic(headers, body(name)) == "track_updated"
    assert signature.entity_hint(headers, body(name)) == NUMBER


def test_the_events_are_told_in_the_order_of_their_times() -> None:
    times = [read(name).source_time for name in STORY]

    assert times == sorted(time for time in times if time)
