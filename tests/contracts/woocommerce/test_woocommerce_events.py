"""The events of this project: each is read as its name says, and the stories hold together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from shared.channels.woocommerce import mapping, signature
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PaymentMethod,
    PaymentReported,
    PaymentWord,
    RefundReported,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire import strict_json
from shared.wire.adapter import Reading

EVENTS = Path(__file__).parents[3] / "events" / "woocommerce"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FactT = TypeVar("FactT", bound=Fact)

STORIES = {
    "transfer": ["order.created", "order.updated", "order.updated", "order.updated"],
    "cod": ["order.created", "order.updated"],
    "canceled": ["order.created", "order.updated"],
    "deleted": ["order.created", "order.deleted"],
    "pickup": ["order.created", "order.updated"],
}
NAMES = [
    f"{story}-{step}-{topic}"
    for story, topics in STORIES.items()
    for step, topic in enumerate(topics, start=1)
]


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse((EVENTS / f"{name}.json").read_bytes())
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    [report] = mapping.normalize(
        document(name), topic=name.split("-", 2)[2], reading=Reading(received_at=NOW)
    )
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
    raw, report = document(name), read(name)

    assert report.order_external_id == str(raw["id"])
    assert report.flags == ()
    for seen in of(report, OrderSeen):
        assert str(seen.total) == raw["total"]
        assert [line.quantity for line in seen.lines] == [line["quantity"] for line in raw["line_items"]]


@pytest.mark.parametrize("name", NAMES)
def test_an_event_can_be_sent_as_a_signed_webhook(name: str) -> None:
    body = (EVENTS / f"{name}.json").read_bytes()
    topic = name.split("-", 2)[2]
    headers = signature.sign(body, "a secret", topic=topic, now=NOW)

    assert signature.verify(headers, body, ["a secret"], now=NOW)
    assert signature.topic(headers, body) == topic
    assert signature.entity_hint(headers, body) == read(name).order_external_id


@pytest.mark.parametrize("name", NAMES)
def test_the_poll_reads_the_same_document_alike(name: str) -> None:
    [polled] = mapping.normalize(document(name), topic="", reading=Reading(received_at=NOW))

    assert polled == read(name)


@pytest.mark.parametrize("story", sorted(set(STORIES) - {"deleted"}))
def test_a_story_is_about_one_order_and_goes_forward(story: str) -> None:
    reports = told(story)
    times = [report.source_time for report in reports if report.source_time]

    assert len({report.order_external_id for report in reports}) == 1
    assert len(times) == len(reports)
    assert times == sorted(set(times))


def test_a_bank_transfer_waits_for_the_money_and_is_shipped_with_tracking() -> None:
    on_hold, paid, shipped, refunded = told("transfer")

    assert of(on_hold, OrderSeen)[0].payment_method is PaymentMethod.TRANSFER
    assert [words(report) for report in (on_hold, paid, shipped)] == [
        [StatusWord.NOT_PROCESSABLE],
        [StatusWord.PROCESSABLE],
        [StatusWord.PROCESSABLE],
    ]
    assert [of(report, PaymentReported)[0].word for report in (on_hold, paid)] == [
        PaymentWord.PENDING,
        PaymentWord.PAID,
    ]
    assert of(paid, PackageReported) == []
    [package] = of(shipped, PackageReported)
    assert (package.tracking_number, package.awaits_tracking) == ("1Z999AA10123456784", False)
    [refund] = of(refunded, RefundReported)
    assert refund.amount == Decimal("5.00")


def test_cash_on_delivery_is_worked_on_at_once_and_completed_without_tracking() -> None:
    created, completed = told("cod")

    assert of(created, OrderSeen)[0].payment_method is PaymentMethod.CASH_ON_DELIVERY
    assert of(created, PaymentReported) == []
    assert of(completed, PackageReported)[0].awaits_tracking is True


def test_a_canceled_order_is_canceled_and_a_deleted_one_deleted() -> None:
    assert words(told("canceled")[1]) == [StatusWord.CANCELED]
    assert words(told("deleted")[1]) == [StatusWord.DELETED]


def test_a_collected_order_ends_picked_up() -> None:
    created, completed = told("pickup")

    assert of(created, OrderSeen)[0].pickup is True
    assert words(completed) == [StatusWord.PICKED_UP]
    assert of(completed, PackageReported) == []
