"""The events of this project: one shipment to the door, a scan that came late, a push of two shipments."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.carriers.dhl import mapping, signature
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading

EVENTS = Path(__file__).parents[3] / "events" / "dhl"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NUMBER = "00340434100000000022"

STORY = {
    "shipment-1": [ScanStatus.PENDING],
    "shipment-2": [ScanStatus.IN_TRANSIT],
    "shipment-3": [ScanStatus.DELIVERY_FAILED],
    "late-scan": [ScanStatus.IN_TRANSIT, ScanStatus.DELIVERED],
    "shipment-4": [ScanStatus.DELIVERED],
}
TWO = "two-shipments"


def body(name: str) -> bytes:
    return (EVENTS / f"{name}.json").read_bytes()


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse(body(name))
    assert not cleaned
    return parsed


def read(name: str, zone: ZoneInfo | None = None) -> list[Report]:
    return mapping.normalize(document(name), topic="", reading=Reading(received_at=NOW, zone=zone))


def test_every_file_belongs_to_the_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*STORY, TWO}


@pytest.mark.parametrize("name", STORY)
def test_an_event_says_where_the_shipment_is(name: str) -> None:
    [report] = read(name)
    scans = [fact for fact in report.facts if isinstance(fact, ParcelScanned)]

    assert [scan.status for scan in scans] == STORY[name]
    assert {scan.tracking_number for scan in scans} == {report.tracking_number} == {NUMBER}
    assert report.flags == ()


def test_two_divisions_write_their_numbers_and_times_differently() -> None:
    one, other = read(TWO, ZoneInfo("Europe/Berlin"))

    assert (one.tracking_number, other.tracking_number) == (NUMBER, "7000000015")
    assert one.source_time == other.source_time == datetime(2026, 3, 5, 18, 20, tzinfo=UTC)


@pytest.mark.parametrize("name", [*STORY, TWO])
def test_an_event_can_be_sent_as_a_webhook_with_the_token(name: str) -> None:
    headers = signature.sign(body(name), "a secret", topic="", now=NOW)

    assert signature.verify(headers, body(name), ["a secret"], now=NOW)
    assert signature.entity_hint(headers, body(name)) == NUMBER


def test_the_events_are_told_in_the_order_of_their_times() -> None:
    times = [read(name)[0].source_time for name in STORY]

    assert times == sorted(time for time in times if time)
