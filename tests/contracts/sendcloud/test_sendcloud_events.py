"""The events of this project: one parcel through API v2, another through v3 that comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.carriers.sendcloud import mapping, signature
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError

EVENTS = Path(__file__).parents[3] / "events" / "sendcloud"
NOW = datetime(2026, 4, 1, tzinfo=UTC)

STORY = {
    "v2-1-parcel_status_changed": ScanStatus.PENDING,
    "v2-2-parcel_status_changed": ScanStatus.IN_TRANSIT,
    "v2-3-parcel_status_changed": ScanStatus.DELIVERED,
    "v2-canceled-parcel_status_changed": ScanStatus.CANCELLED,
    "v3-1-parcels.event.created": ScanStatus.PENDING,
    "v3-2-parcels.event.created": ScanStatus.IN_TRANSIT,
    "v3-3-parcels.event.created": ScanStatus.OUT_FOR_DELIVERY,
    "v3-4-parcels.event.created": ScanStatus.READY_FOR_PICKUP,
    "v3-5-parcels.event.created": ScanStatus.RETURN_TO_SENDER,
}
NOT_ABOUT_PARCELS = "v2-other-integration_updated"
NUMBERS = {"v2": "3SEXMP000000015", "v3": "3SEXMP000000023"}


def body(name: str) -> bytes:
    return (EVENTS / f"{name}.json").read_bytes()


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse(body(name))
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    topic = name.rpartition("-")[2]
    [report] = mapping.normalize(document(name), topic=topic, reading=Reading(received_at=NOW))
    return report


def test_every_file_belongs_to_the_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*STORY, NOT_ABOUT_PARCELS}


@pytest.mark.parametrize("name", STORY)
def test_an_event_says_where_the_parcel_is(name: str) -> None:
    report = read(name)
    [scan] = report.facts

    assert isinstance(scan, ParcelScanned)
    assert scan.status is STORY[name]
    assert scan.tracking_number == report.tracking_number == NUMBERS[name[:2]]
    assert report.flags == ()


def test_an_event_about_the_integration_is_not_about_a_parcel() -> None:
    with pytest.raises(IrrelevantError):
        mapping.normalize(document(NOT_ABOUT_PARCELS), topic="", reading=Reading(received_at=NOW))


@pytest.mark.parametrize("name", STORY)
def test_an_event_can_be_sent_as_a_signed_webhook(name: str) -> None:
    headers = signature.sign(body(name), "a secret", topic="", now=NOW)

    assert signature.verify(headers, body(name), ["a secret"], now=NOW)
    assert signature.topic(headers, body(name)) == name.rpartition("-")[2]
    assert signature.entity_hint(headers, body(name)) == NUMBERS[name[:2]]


@pytest.mark.parametrize("version", NUMBERS)
def test_the_events_are_told_in_the_order_of_their_times(version: str) -> None:
    times = [read(name).source_time for name in STORY if name.startswith(version)]

    assert times == sorted(time for time in times if time)
