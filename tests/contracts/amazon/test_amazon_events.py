"""The events of this project: each is read as its name says, and the story holds together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.channels.amazon import mapping, signature
from shared.orders.facts import OrderSeen, PackageReported, PaymentReported, Report, StatusReported
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import SignalError

EVENTS = Path(__file__).parents[3] / "events" / "amazon"
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

# What each event says: words, whether it is paid, packages.
SAID: dict[str, tuple[list[str], bool, list[str]]] = {
    "story-1-pending": (["not_processable"], False, []),
    "story-2-unshipped": (["processable"], True, []),
    "story-3-partially-shipped": (["processable"], True, ["1:fulfilled"]),
    "story-4-shipped": (["processable"], True, ["1:delivered", "2:fulfilled"]),
    "cancel-1-asked": (["processable", "cancellation_requested"], True, []),
    "cancel-2-canceled": (["canceled"], False, []),
    "afn-1-partially-shipped": (["processable"], True, ["item-30200000000012:fulfilled"]),
    "pickup-1-unshipped": (["processable"], True, []),
}


def read(name: str) -> Report:
    body = (EVENTS / f"{name}.json").read_bytes()
    document, cleaned = strict_json.parse(body)
    assert not cleaned
    [report] = mapping.normalize(document, topic=signature.topic({}, body), reading=READING)
    assert signature.entity_hint({}, body) == report.order_external_id
    return report


def test_every_file_is_told_about() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*SAID, "change-ORDER_CHANGE"}


@pytest.mark.parametrize("name", SAID)
def test_an_event_is_read_as_its_name_says(name: str) -> None:
    report = read(name)

    assert report.flags == ()
    assert (
        [fact.word.value for fact in report.facts if isinstance(fact, StatusReported)],
        any(isinstance(fact, PaymentReported) for fact in report.facts),
        [f"{f.package_id}:{f.word.value}" for f in report.facts if isinstance(f, PackageReported)],
    ) == SAID[name]


def test_the_story_goes_forward_and_tells_its_price_when_it_is_paid() -> None:
    reports = [read(name) for name in SAID if name.startswith("story-")]
    times = [report.source_time for report in reports if report.source_time]

    assert times == sorted(set(times))
    totals = [fact.total for report in reports for fact in report.facts if isinstance(fact, OrderSeen)]
    assert [str(total) for total in totals] == ["None", "29.20", "29.20", "29.20"]


def test_a_change_names_the_order_of_the_story() -> None:
    body = (EVENTS / "change-ORDER_CHANGE.json").read_bytes()

    with pytest.raises(SignalError) as raised:
        mapping.normalize(strict_json.parse(body)[0], topic=signature.topic({}, body), reading=READING)
    assert raised.value.order_id == read("story-2-unshipped").order_external_id
