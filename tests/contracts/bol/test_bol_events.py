"""The events of this project for bol: each is read as its name says, and the stories hold together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from local.channels.bol import SECRET
from shared.channels.bol import signature
from shared.channels.bol.mapping import normalize
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    ParcelScanned,
    RefundReported,
    Report,
    ReturnReported,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError

EVENTS = Path(__file__).parents[3] / "events" / "bol"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FactT = TypeVar("FactT", bound=Fact)

STORIES = {
    "sold": ["order", "order", "order", "order", "return"],
    "canceled": ["order", "order", "order"],
    "by_channel": ["order"],
}
NAMES = [
    f"{story}-{step}-{topic}"
    for story, topics in STORIES.items()
    for step, topic in enumerate(topics, start=1)
]
NOTIFICATIONS = ["notification-SHIPMENT", "notification-PROCESS_STATUS"]


def body(name: str) -> bytes:
    return (EVENTS / f"{name}.json").read_bytes()


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse(body(name))
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    topic = name.rpartition("-")[2]
    [report] = normalize(document(name), topic=topic, reading=Reading(received_at=NOW))
    return report


def told(story: str) -> list[Report]:
    return [read(name) for name in NAMES if name.startswith(f"{story}-")]


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def test_every_file_belongs_to_a_story_or_is_a_notification() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*NAMES, *NOTIFICATIONS}


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_read_without_any_oddity(name: str) -> None:
    assert read(name).flags == ()


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_about_one_order_and_goes_forward(story: str) -> None:
    reports = told(story)
    times = [report.source_time for report in reports if report.source_time]

    assert len({report.order_external_id for report in reports}) == 1
    assert times == sorted(times)


@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_a_notification_can_be_signed_and_sent(name: str) -> None:
    headers = {
        header.lower(): value
        for header, value in signature.sign(body(name), SECRET, topic="", now=NOW).items()
    }

    assert signature.verify(headers, body(name), [SECRET], now=NOW)
    assert signature.topic(headers, body(name)) == name.removeprefix("notification-")
    with pytest.raises((SignalError, IrrelevantError)):
        read(name)


def test_an_order_leaves_in_two_parcels_arrives_and_comes_back_in_part() -> None:
    sold, first, second, arrived, returned = told("sold")

    assert [len(of(report, PackageReported)) for report in (sold, first, second, arrived)] == [0, 1, 2, 2]
    assert {package.tracking_number for package in of(arrived, PackageReported)} == {
        "3SEXMP0000001",
        "JVGL0000000000000001",
    }
    assert of(arrived, ParcelScanned)[-1].status is ScanStatus.DELIVERED
    [goods], [money] = of(returned, ReturnReported), of(returned, RefundReported)
    assert (goods.quantity, money.amount) == (1, Decimal("10.00"))


def test_a_customer_asks_for_cancellation_and_gets_it() -> None:
    placed, asked, canceled = told("canceled")

    assert of(placed, OrderSeen)[0].total == Decimal("23.98")
    assert words(asked) == [StatusWord.PROCESSABLE, StatusWord.CANCELLATION_REQUESTED]
    assert words(canceled) == [StatusWord.CANCELED]


def test_what_bol_sends_itself_only_follows_the_facts() -> None:
    [placed] = told("by_channel")

    assert of(placed, OrderSeen)[0].fulfilled_by_channel is True
