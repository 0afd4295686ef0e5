"""The events of this project: one parcel to the door, the last with a photo."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.carriers.ups import mapping, signature
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading

EVENTS = Path(__file__).parents[3] / "events" / "ups"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NUMBER = "1Z999AA10123456784"
STORY = {
    "parcel-1": ScanStatus.PENDING,
    "parcel-2": ScanStatus.PICKED_UP,
    "parcel-3": ScanStatus.IN_TRANSIT,
    "parcel-4": ScanStatus.OUT_FOR_DELIVERY,
    "parcel-5": ScanStatus.DELIVERED,
}


def body(name: str) -> bytes:
    return (EVENTS / f"{name}.json").read_bytes()


def read(name: str) -> Report:
    [report] = mapping.normalize(strict_json.parse(body(name))[0], topic="", reading=Reading(received_at=NOW))
    return report


def test_every_file_belongs_to_the_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(STORY)


@pytest.mark.parametrize("name", STORY)
def test_an_event_says_where_the_parcel_is(name: str) -> None:
    report = read(name)
    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.tracking_number, scan.carrier) == (STORY[name], NUMBER, "ups")
    assert (report.tracking_number, report.flags) == (NUMBER, ())


def test_s10_the_photo_is_in_no_fact() -> None:
    assert "cGhvdG8" not in repr(read("parcel-5"))


@pytest.mark.parametrize("name", STORY)
def test_an_event_can_be_sent_as_a_webhook_with_a_token(name: str) -> None:
    headers = signature.sign(body(name), "a secret", topic="", now=NOW)
    assert signature.verify(headers, body(name), ["a secret"], now=NOW)
    assert signature.entity_hint(headers, body(name)) == NUMBER


def test_the_events_are_told_in_the_order_of_their_times() -> None:
    times = [read(name).source_time for name in STORY]
    assert times == sorted(time for time in times if time)
