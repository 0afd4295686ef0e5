"""The events of this project: each is read as its name says, and the stories hold together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from shared.channels.ebay import mapping, signature
from shared.orders.changes import Input
from shared.orders.decide import decide
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
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
from shared.wire.errors import IrrelevantError, SignalError

EVENTS = Path(__file__).parents[3] / "events" / "ebay"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FactT = TypeVar("FactT", bound=Fact)

STORIES = {"split": 6, "canceled": 3, "kept": 2}
ORDERS = [f"{story}-{step}-order" for story, steps in STORIES.items() for step in range(1, steps + 1)]
NOTIFICATIONS = [f"notification-{topic}" for topic in (*mapping.SIGNALS, mapping.ACCOUNT_DELETION)]


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse((EVENTS / f"{name}.json").read_bytes())
    assert not cleaned
    return parsed


def read(name: str, topic: str = "order") -> Report:
    [report] = mapping.normalize(document(name), topic=topic, reading=Reading(received_at=NOW))
    return report


def told(story: str) -> list[Report]:
    return [read(name) for name in ORDERS if name.startswith(f"{story}-")]


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def lived(reports: list[Report]) -> Order:
    """Return the order after all that was told of it, by a marketplace whose buyers' requests wait."""
    order: Order | None = None
    rules = Rules(own_shop=False, cancellation_requests=False)
    for report in reports:
        key = input_key("ebay", report)
        given = Input(key=key, connection="ebay", source="poll", actor="ebay", received_at=NOW, report=report)
        order = decide(order, given, rules, NOW).order or order
    assert order is not None
    return order


def test_every_file_belongs_to_a_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*ORDERS, *NOTIFICATIONS}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_read_without_any_oddity(name: str) -> None:
    raw = document(name)
    report = read(name)

    assert report == read(name, topic="")
    assert report.flags == ()
    assert report.order_external_id == raw.get("order", raw)["orderId"]
    assert [str(seen.total) for seen in of(report, OrderSeen)] == ["29.90"]


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_about_one_order_and_goes_forward(story: str) -> None:
    reports = told(story)
    times = [report.source_time for report in reports if report.source_time]

    assert len({report.order_external_id for report in reports}) == 1
    assert len(times) == len(reports)
    assert times == sorted(set(times))


def test_a_split_order_is_paid_shipped_in_two_packages_and_refunded_in_part() -> None:
    placed, paid, first, second, refunding, refunded = told("split")

    assert [words(report)[0] for report in (placed, paid)] == [
        StatusWord.NOT_PROCESSABLE,
        StatusWord.PROCESSABLE,
    ]
    assert [fact.word for fact in of(refunded, PaymentReported)] == [PaymentWord.PAID]
    assert [len(of(report, PackageReported)) for report in (paid, first, second, refunded)] == [0, 1, 2, 2]
    assert [package.contents for package in of(second, PackageReported)] == [
        (("14-10001-20001-1", 1),),
        (("14-10001-20001-1", 1), ("14-10001-20001-2", 1)),
    ]
    [asked], [given] = of(refunding, RefundReported), of(refunded, RefundReported)
    assert (asked.word, given.word) == (RefundWord.REQUESTED, RefundWord.RECORDED)
    assert asked.refund_id == given.refund_id
    assert given.amount == Decimal("5.00")


def test_a_buyers_request_to_cancel_is_granted_or_not() -> None:
    assert [words(report) for report in told("canceled")] == [
        [StatusWord.PROCESSABLE],
        [StatusWord.PROCESSABLE, StatusWord.CANCELLATION_REQUESTED],
        [StatusWord.CANCELED],
    ]
    assert [words(report) for report in told("kept")] == [
        [StatusWord.PROCESSABLE, StatusWord.CANCELLATION_REQUESTED],
        [StatusWord.PROCESSABLE, StatusWord.CANCELLATION_REJECTED],
    ]


@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_a_notification_can_be_sent_signed_and_says_what_it_is(name: str) -> None:
    body = (EVENTS / f"{name}.json").read_bytes()
    headers = signature.sign(body, "a secret", topic="", now=NOW)
    topic = signature.topic(headers, body)

    assert signature.verify(headers, body, ["a secret"], now=NOW)
    assert name == f"notification-{topic}"
    if topic in mapping.SIGNALS:
        with pytest.raises(SignalError) as signal:
            read(name, topic)
        assert signal.value.order_id == signature.entity_hint(headers, body) == "14-10001-20001"
    else:
        with pytest.raises(IrrelevantError, match="account_deletion"):
            read(name, topic)


@pytest.mark.parametrize(
    ("story", "status"),
    [
        ("split", Status.SHIPPED),
        ("canceled", Status.CANCELED),
        ("kept", Status.WAITING_SHIPMENT),
    ],
)
def test_a_story_ends_as_it_should_and_nobody_has_to_look(story: str, status: Status) -> None:
    order = lived(told(story))

    assert order.status is status
    assert not order.attention
