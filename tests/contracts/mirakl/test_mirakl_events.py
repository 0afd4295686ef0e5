"""The events of this project: each is read as its name says, and the stories hold together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from shared.channels.mirakl import mapping, signature
from shared.orders.changes import Input
from shared.orders.decide_facts import decide_facts
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.wire import strict_json
from shared.wire.adapter import Reading

EVENTS = Path(__file__).parents[3] / "events" / "mirakl"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FactT = TypeVar("FactT", bound=Fact)

# The story, and per step what its order says as a whole.
STORIES = {
    "shipped": [
        ("waiting_acceptance", [StatusWord.ACCEPTANCE_ASKED]),
        ("waiting_debit", [StatusWord.ACCEPTED]),
        ("shipping", [StatusWord.PROCESSABLE]),
        ("shipped", [StatusWord.PROCESSABLE]),
        ("received", [StatusWord.RECEIVED]),
        ("incident_open", [StatusWord.RECEIVED, StatusWord.DISPUTE_OPENED]),
        ("waiting_refund", [StatusWord.RECEIVED, StatusWord.DISPUTE_OPENED]),
        ("refunded", [StatusWord.RECEIVED, StatusWord.DISPUTE_RESOLVED]),
        ("closed", [StatusWord.CLOSED]),
    ],
    "refused": [
        ("waiting_acceptance", [StatusWord.ACCEPTANCE_ASKED]),
        ("refused", [StatusWord.REFUSED]),
    ],
    "canceled": [
        ("staging", [StatusWord.NOT_PROCESSABLE]),
        ("line_refused", [StatusWord.PROCESSABLE]),
        ("piece_canceled", [StatusWord.PROCESSABLE]),
        ("canceled", [StatusWord.CANCELED]),
    ],
    "collected": [
        ("waiting_debit_payment", [StatusWord.ACCEPTED]),
        ("to_collect", [StatusWord.PROCESSABLE]),
    ],
    "taxed": [("shipping", [StatusWord.PROCESSABLE])],
}
STEPS = {
    f"{story}-{number}-{name}": words
    for story, steps in STORIES.items()
    for number, (name, words) in enumerate(steps, start=1)
}


def document(name: str) -> Any:
    parsed, cleaned = strict_json.parse((EVENTS / f"{name}.json").read_bytes())
    assert not cleaned
    return parsed


def read(name: str) -> Report:
    [report] = mapping.normalize(document(name), topic="order", reading=Reading(received_at=NOW))
    return report


def told(story: str) -> list[Report]:
    return [read(name) for name in STEPS if name.startswith(f"{story}-")]


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def test_every_file_belongs_to_a_story() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(STEPS)


@pytest.mark.parametrize("name", STEPS)
def test_an_event_is_read_without_any_oddity(name: str) -> None:
    raw, report = document(name), read(name)
    [seen] = of(report, OrderSeen)

    assert report.order_external_id == raw["order_id"]
    assert report.flags == ()
    assert seen.total == Decimal(raw["total_price"])
    assert [line.quantity for line in seen.lines] == [line["quantity"] for line in raw["order_lines"]]
    assert [fact.word for fact in of(report, StatusReported)] == STEPS[name]


@pytest.mark.parametrize("name", STEPS)
def test_an_event_is_known_at_a_glance(name: str) -> None:
    body = (EVENTS / f"{name}.json").read_bytes()

    assert signature.entity_hint({}, body) == read(name).order_external_id


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_about_one_order_and_goes_forward(story: str) -> None:
    reports = told(story)
    times = [report.source_time for report in reports if report.source_time]

    assert len({report.order_external_id for report in reports}) == 1
    assert len(times) == len(reports)
    assert times == sorted(set(times))


def test_a_refund_is_asked_for_and_then_recorded_as_the_same() -> None:
    asked, recorded = (of(report, RefundReported)[0] for report in told("shipped")[6:8])

    assert asked.refund_id == recorded.refund_id
    assert (asked.word, recorded.word) == (RefundWord.REQUESTED, RefundWord.RECORDED)
    assert asked.amount == recorded.amount == Decimal("8.95")


def test_a_refused_line_and_a_canceled_piece_are_canceled_quantity() -> None:
    canceled = [[line.canceled for line in of(report, OrderSeen)[0].lines] for report in told("canceled")]

    assert canceled == [[0, 0], [0, 1], [1, 1], [2, 1]]


def test_a_parcel_at_the_pickup_point_is_told() -> None:
    [package] = of(told("collected")[1], PackageReported)

    assert (package.word, package.tracking_number) == (
        PackageWord.AT_PICKUP_POINT,
        "00340434161094021518",
    )


def test_amounts_of_an_order_without_taxes_are_without_them() -> None:
    [seen] = of(told("taxed")[0], OrderSeen)

    assert (seen.total, seen.tax_total) == (Decimal("25.00"), Decimal("1.9"))


def test_a_marketplace_order_goes_from_acceptance_over_the_debit_to_its_end() -> None:
    order: Order | None = None
    statuses = []
    for number, report in enumerate(told("shipped")):
        assert report.source_time is not None
        entry = Input(
            key=str(number),
            connection="market",
            source="poll",
            actor="market",
            received_at=report.source_time,
            report=report,
        )
        change = decide_facts(order, entry, report, Rules(), report.source_time)
        order = change.order or order
        assert order is not None
        statuses.append(order.status.value)

    assert order is not None
    assert statuses == [
        "waiting_acceptance",
        "accepted",
        "waiting_shipment",
        "shipped",
        *["closed"] * 5,
    ]
    assert (order.attention, order.dispute) == ((), False)
