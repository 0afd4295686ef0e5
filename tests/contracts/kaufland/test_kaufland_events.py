"""The events of this project for Kaufland: each is read as its name says, and the stories hold together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from shared.channels.kaufland import signature
from shared.channels.kaufland.mapping import normalize
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    RefundReported,
    Report,
    ReturnReported,
    StatusReported,
    StatusWord,
)
from shared.wire import strict_json
from shared.wire.adapter import Reading

EVENTS = Path(__file__).parents[3] / "events" / "kaufland"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FactT = TypeVar("FactT", bound=Fact)

STORIES = {"sold": 6, "canceled": 3}
NAMES = [f"{story}-{step}-order" for story, steps in STORIES.items() for step in range(1, steps + 1)]


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse((EVENTS / f"{name}.json").read_bytes())
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    [report] = normalize(document(name), topic=signature.ORDER_TOPIC, reading=Reading(received_at=NOW))
    return report


def told(story: str) -> list[Report]:
    return [read(name) for name in NAMES if name.startswith(f"{story}-")]


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def test_every_file_belongs_to_a_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_read_without_any_oddity(name: str) -> None:
    report = read(name)

    assert report.flags == ()
    assert signature.entity_hint({}, (EVENTS / f"{name}.json").read_bytes()) == report.order_external_id


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_about_one_order_and_goes_forward(story: str) -> None:
    reports = told(story)
    times = [report.source_time for report in reports if report.source_time]

    assert len({report.order_external_id for report in reports}) == 1
    assert times == sorted(set(times))


def test_two_units_are_sent_arrive_and_one_comes_back() -> None:
    packages = [[entry.word for entry in of(report, PackageReported)] for report in told("sold")]
    *_, back, paid = told("sold")

    assert of(back, OrderSeen)[0].total == Decimal("29.88")
    assert packages == [[], [], [PackageWord.FULFILLED], *[[PackageWord.DELIVERED]] * 3]
    assert [len(of(report, ReturnReported)) for report in (back, paid)] == [1, 1]
    assert [[entry.amount for entry in of(report, RefundReported)] for report in (back, paid)] == [
        [],
        [Decimal("12.99")],
    ]


def test_one_unit_after_the_other_is_canceled() -> None:
    reports = told("canceled")

    assert [sum(line.canceled for line in of(report, OrderSeen)[0].lines) for report in reports] == [0, 1, 2]
    assert [words(report) for report in reports] == [
        [StatusWord.PROCESSABLE],
        [StatusWord.PROCESSABLE],
        [StatusWord.CANCELED],
    ]
