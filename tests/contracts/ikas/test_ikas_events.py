"""The events of this project: each is read as its name says, and the story holds together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.channels.ikas import mapping, signature
from shared.orders.facts import (
    OrderSeen,
    PackageReported,
    PaymentMethod,
    PaymentReported,
    RefundReported,
    Report,
    Restock,
    ReturnReported,
    StatusReported,
)
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import SignalError

EVENTS = Path(__file__).parents[3] / "events" / "ikas"

# What each event says: words, payment, packages, returns and refunds.
SAID: dict[str, tuple[list[str], str, list[str], list[str]]] = {
    "story-1-waiting": (["processable"], "pending", [], []),
    "story-2-paid": (["processable"], "paid", [], []),
    "story-3-partly-shipped": (["processable"], "paid", ["package-1:fulfilled"], []),
    "story-4-pen-canceled": (["processable"], "paid", ["package-1:delivered"], []),
    "story-5-return-asked": (["processable"], "paid", ["package-1:delivered"], ["line-3:requested"]),
    "story-6-refunded": (["processable"], "paid", ["package-1:delivered"], ["refund-1772874900000:recorded"]),
    "cancel-1-asked": (["processable", "cancellation_requested"], "paid", [], []),
    "cancel-2-canceled": (["canceled"], "paid", [], []),
    "backoffice-1-shipped": (["processable"], "paid", ["package-2:fulfilled"], []),
}


def read(name: str) -> Report:
    body = (EVENTS / f"{name}.json").read_bytes()
    document, cleaned = strict_json.parse(body)
    assert not cleaned
    reading = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC), back_office=name.startswith("backoffice"))
    [report] = mapping.normalize(document, topic=signature.topic({}, body), reading=reading)
    assert signature.entity_hint({}, body) == report.order_external_id
    return report


def seen(name: str) -> OrderSeen:
    [fact] = [fact for fact in read(name).facts if isinstance(fact, OrderSeen)]
    return fact


def test_every_file_is_told_about() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*SAID, "webhook-updated"}


@pytest.mark.parametrize("name", SAID)
def test_an_event_is_read_as_its_name_says(name: str) -> None:
    report = read(name)
    [payment] = [fact for fact in report.facts if isinstance(fact, PaymentReported)]

    assert report.flags == ()
    assert (
        [fact.word.value for fact in report.facts if isinstance(fact, StatusReported)],
        payment.word.value,
        [f"{f.package_id}:{f.word.value}" for f in report.facts if isinstance(f, PackageReported)],
        [f"{f.return_id}:{f.word.value}" for f in report.facts if isinstance(f, ReturnReported)]
        + [f"{f.refund_id}:{f.word.value}" for f in report.facts if isinstance(f, RefundReported)],
    ) == SAID[name]


def test_the_story_goes_forward_with_the_lines_that_were_ordered() -> None:
    names = [name for name in SAID if name.startswith("story-")]
    times = [read(name).source_time for name in names]

    assert times == sorted(times, key=str)
    assert len(set(times)) == len(times)
    assert {tuple((line.external_id, line.quantity) for line in seen(name).lines) for name in names} == {
        (("line-1", 2), ("line-2", 1))
    }
    assert [line.canceled for line in seen("story-4-pen-canceled").lines] == [0, 1]
    assert seen("story-1-waiting").payment_method is PaymentMethod.TRANSFER


def test_what_was_sent_and_refunded_is_not_taken_for_canceled() -> None:
    [refund] = [fact for fact in read("story-6-refunded").facts if isinstance(fact, RefundReported)]

    assert [(line.line_id, line.quantity, line.restock) for line in refund.lines] == [
        ("line-1", 1, Restock.NONE)
    ]


def test_an_order_of_another_channel_names_it_and_waits_for_tracking() -> None:
    report = read("backoffice-1-shipped")

    assert report.source_order == "market/302-0000001-0000001"
    [package] = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    assert package.awaits_tracking is True


def test_the_webhook_names_the_order_of_the_story() -> None:
    body = (EVENTS / "webhook-updated.json").read_bytes()
    reading = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

    with pytest.raises(SignalError) as raised:
        mapping.normalize(strict_json.parse(body)[0], topic=signature.topic({}, body), reading=reading)
    assert (
        raised.value.order_id == signature.entity_hint({}, body) == read("story-1-waiting").order_external_id
    )
