"""The events of this project: each is read as its name says, and the stories hold together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from shared.channels.trendyol import mapping, signature
from shared.orders.changes import Input
from shared.orders.decide import decide
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.keys import input_key
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.orders.statuses import Status
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import SignalError

EVENTS = Path(__file__).parents[3] / "events" / "trendyol"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FactT = TypeVar("FactT", bound=Fact)

PLAIN = [f"plain-{step}-webhook" for step in range(1, 8)]
SPLIT = [f"split-{step}-order" for step in range(1, 5)]
CANCELED = ["canceled-1-webhook", "canceled-2-order"]
TOPICS = {"webhook": "", "order": mapping.ORDER_TOPIC}


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse((EVENTS / f"{name}.json").read_bytes())
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    topic = TOPICS[name.rpartition("-")[2]]
    [report] = mapping.normalize(document(name), topic=topic, reading=Reading(received_at=NOW))
    return report


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def pieces(report: Report) -> list[tuple[int, int]]:
    return [(line.quantity, line.canceled) for seen in of(report, OrderSeen) for line in seen.lines]


def lived(reports: list[Report]) -> Order:
    """Return the order after all that was told of it, by a marketplace whose buyers' requests wait."""
    order: Order | None = None
    rules = Rules(own_shop=False, cancellation_requests=False)
    for report in reports:
        key = input_key("trendyol", report)
        given = Input(
            key=key, connection="trendyol", source="poll", actor="trendyol", received_at=NOW, report=report
        )
        order = decide(order, given, rules, NOW).order or order
    assert order is not None
    return order


def test_every_file_belongs_to_a_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*PLAIN, *SPLIT, *CANCELED}


@pytest.mark.parametrize("name", [*PLAIN, *SPLIT, "canceled-2-order"])
def test_a_document_is_read_without_any_oddity(name: str) -> None:
    report = read(name)

    assert report.flags == ()
    assert report.order_external_id == document(name)["content"][0]["orderNumber"]


@pytest.mark.parametrize("story", [PLAIN, SPLIT])
def test_a_story_is_about_one_order_and_goes_forward(story: list[str]) -> None:
    reports = [read(name) for name in story]
    times = [report.source_time for report in reports if report.source_time]

    assert len({report.order_external_id for report in reports}) == 1
    assert len(times) == len(reports)
    assert times == sorted(set(times))


@pytest.mark.parametrize("name", [*PLAIN, "canceled-1-webhook"])
def test_a_webhook_can_be_sent_with_its_key(name: str) -> None:
    body = (EVENTS / f"{name}.json").read_bytes()
    headers = signature.sign(body, "a key", topic="", now=NOW)

    assert signature.verify(headers, body, ["a key"], now=NOW)
    assert signature.entity_hint(headers, body) == document(name)["content"][0]["orderNumber"]


def test_a_plain_order_waits_for_its_payment_and_is_delivered() -> None:
    reports = [read(name) for name in PLAIN]

    assert [words(report)[0] for report in reports] == [StatusWord.NOT_PROCESSABLE] + [
        StatusWord.PROCESSABLE
    ] * 6
    assert [package.word for report in reports for package in of(report, PackageReported)] == [
        PackageWord.READY,
        PackageWord.READY,
        PackageWord.FULFILLED,
        PackageWord.AT_PICKUP_POINT,
        PackageWord.DELIVERED,
    ]
    assert all(package.occurred_at for report in reports for package in of(report, PackageReported))


def test_a_split_order_stays_one_and_loses_a_piece() -> None:
    reports = [read(name) for name in SPLIT]

    assert [pieces(report) for report in reports] == [
        [(2, 0), (1, 0)],
        [(2, 0), (1, 0)],
        [(2, 0), (1, 0)],
        [(2, 0), (1, 1)],
    ]
    assert {words(report)[0] for report in reports} == {StatusWord.PROCESSABLE}
    assert len({str(seen.total) for report in reports for seen in of(report, OrderSeen)}) == 1


def test_a_canceled_order_is_asked_for_and_canceled() -> None:
    with pytest.raises(SignalError) as signal:
        read("canceled-1-webhook")
    assert signal.value.order_id == "900003"
    assert words(read("canceled-2-order")) == [StatusWord.CANCELED]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (PLAIN, Status.CLOSED),
        (SPLIT, Status.WAITING_SHIPMENT),
        (["canceled-2-order"], Status.CANCELED),
    ],
)
def test_a_story_ends_as_it_should_and_nobody_has_to_look(names: list[str], status: Status) -> None:
    order = lived([read(name) for name in names])

    assert order.status is status
    assert not order.attention


def test_a_pushed_package_takes_nothing_from_an_order_of_several() -> None:
    whole = lived([read(name) for name in SPLIT[:3]])
    [later] = mapping.normalize(
        {"content": [{**document("plain-5-webhook")["content"][0], "orderNumber": "900002"}]},
        topic="",
        reading=Reading(received_at=NOW),
    )
    order = lived([*(read(name) for name in SPLIT[:3]), later])

    assert {line.id: line.live for line in whole.lines} == {"9000021": 2, "9000022": 1}
    assert {line.id: line.live for line in order.lines if line.id in ("9000021", "9000022")} == {
        "9000021": 2,
        "9000022": 1,
    }
