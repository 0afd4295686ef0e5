"""The events of this project: one parcel from its announcement to the door, and one on its way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.carriers.aftership import mapping, signature
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError

EVENTS = Path(__file__).parents[3] / "events" / "aftership"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
READING = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))
NUMBER = "00340434100000000015"

# The carrier's first scan has no time, the second a day, the third no zone.
STORY = {
    "parcel-1-tracking_update": (ScanStatus.PENDING, None),
    "parcel-2-tracking_update": (ScanStatus.IN_TRANSIT, datetime(2026, 3, 4, 23, tzinfo=UTC)),
    "parcel-3-tracking_update": (ScanStatus.OUT_FOR_DELIVERY, datetime(2026, 3, 6, 7, 5, tzinfo=UTC)),
    "parcel-4-tracking_update": (ScanStatus.DELIVERED, datetime(2026, 3, 6, 12, 31, tzinfo=UTC)),
    "returning-tracking_update": (ScanStatus.RETURN_TO_SENDER, datetime(2026, 3, 9, 8, 10, tzinfo=UTC)),
}
NOT_ABOUT_THE_WAY = "other-edd_revise"


def body(name: str) -> bytes:
    return (EVENTS / f"{name}.json").read_bytes()


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse(body(name))
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    [report] = mapping.normalize(document(name), topic="tracking_update", reading=READING)
    return report


def test_every_file_belongs_to_the_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*STORY, NOT_ABOUT_THE_WAY}


@pytest.mark.parametrize("name", STORY)
def test_an_event_says_where_the_parcel_is(name: str) -> None:
    report = read(name)
    [scan] = report.facts

    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.occurred_at) == STORY[name]
    assert scan.tracking_number == report.tracking_number == NUMBER
    assert report.flags == (() if name == "parcel-1-tracking_update" else ("date_only",))


def test_a_new_estimate_is_not_about_where_the_parcel_is() -> None:
    with pytest.raises(IrrelevantError):
        mapping.normalize(document(NOT_ABOUT_THE_WAY), topic="", reading=READING)


@pytest.mark.parametrize("name", STORY)
def test_an_event_can_be_sent_as_a_signed_webhook(name: str) -> None:
    headers = signature.sign(body(name), "a secret", topic="", now=NOW)

    assert signature.verify(headers, body(name), ["a secret"], now=NOW)
    assert signature.topic(headers, body(name)) == "tracking_update"
    assert signature.entity_hint(headers, body(name)) == NUMBER


def test_the_events_are_told_in_the_order_of_their_times() -> None:
    times = [read(name).source_time for name in STORY]

    assert times == sorted(time for time in times if time)
