"""Which document is what: by topic, by shape, by neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.adapters import mapping_of
from shared.channels.shopify import mapping
from shared.orders.facts import OrderSeen, Report, StatusReported, StatusWord
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError

Make = Callable[..., dict[str, Any]]
Read = Callable[..., Report]
READING = Reading(received_at=datetime(2026, 3, 10, 12, 0, tzinfo=UTC))


def test_every_topic_names_a_resource_that_has_a_reader() -> None:
    assert set(mapping.TOPIC_RESOURCES.values()) == set(mapping._READERS)
    assert tuple(mapping.TOPIC_RESOURCES) == mapping_of("shopify").TOPICS


@pytest.mark.parametrize(
    "topic", [topic for topic, resource in mapping.TOPIC_RESOURCES.items() if resource == "order"]
)
def test_every_order_topic_reads_the_order(topic: str, order: Make, read: Read) -> None:
    assert isinstance(read(order(), topic).facts[0], OrderSeen)


@pytest.mark.parametrize(
    "topic",
    [
        "customers/data_request",
        "customers/redact",
        "shop/redact",
        "app/uninstalled",
        "products/update",
    ],
)
def test_what_is_about_something_else_is_irrelevant_by_its_topic(topic: str) -> None:
    with pytest.raises(IrrelevantError) as caught:
        mapping.normalize({"shop_id": 1}, topic=topic, reading=READING)

    assert caught.value.reason == topic


def test_a_deleted_order_is_told_and_nothing_else(read: Read) -> None:
    report = read({"id": 1001, "total_tip_received": "0.0"}, "orders/delete")

    assert report.order_external_id == "1001"
    assert report.facts == (StatusReported(word=StatusWord.DELETED, raw="delete"),)
    assert report.source_time is None


def test_each_resource_is_known_by_its_shape_bare_and_wrapped_alone_and_in_lists(
    order: Make, refund: Make, fulfillment: Make
) -> None:
    for name, document in (("order", order()), ("refund", refund()), ("fulfillment", fulfillment())):
        bare = mapping.normalize(document, topic="", reading=READING)
        assert len(bare) == 1
        assert bare == mapping.normalize({name: document, "notice": "x"}, topic="", reading=READING)
        assert bare * 2 == mapping.normalize({f"{name}s": [document] * 2}, topic="", reading=READING)
        assert mapping.normalize({f"{name}s": []}, topic="", reading=READING) == []


def test_an_order_with_refunds_and_fulfillments_inside_is_an_order(
    order: Make, refund: Make, fulfillment: Make
) -> None:
    document = order(refunds=[refund()], fulfillments=[fulfillment(shipment_status="delivered")])
    (report,) = mapping.normalize(document, topic="", reading=READING)

    assert [type(fact).__name__ for fact in report.facts] == [
        "OrderSeen",
        "StatusReported",
        "PaymentReported",
        "RefundReported",
        "PackageReported",
        "ParcelScanned",
    ]


@pytest.mark.parametrize("resource", mapping.OTHER_RESOURCES)
def test_answers_of_the_api_that_say_nothing_of_an_order_are_irrelevant(resource: str) -> None:
    with pytest.raises(IrrelevantError) as caught:
        mapping.normalize({resource: {"id": 1, "order_id": 1001}}, topic="", reading=READING)

    assert caught.value.reason == resource


def test_a_topic_that_the_body_contradicts_is_not_believed(
    order: Make, refund: Make, fulfillment: Make
) -> None:
    for topic, document in (
        ("orders/delete", order()),
        ("orders/updated", refund()),
        ("refunds/create", fulfillment()),
        ("fulfillments/update", order()),
    ):
        with pytest.raises(UnusableError) as caught:
            mapping.normalize(document, topic=topic, reading=READING)
        assert caught.value.code == "topic_mismatch"


@pytest.mark.parametrize("document", [{}, {"id": 1}, {"order_id": 1001}, {"anything": []}])
def test_a_shape_that_nobody_knows_is_unusable_without_a_topic(document: Any) -> None:
    with pytest.raises(UnusableError) as caught:
        mapping.normalize(document, topic="", reading=READING)

    assert caught.value.code == "unknown_shape"


@pytest.mark.parametrize("topic", ["", *mapping.TOPICS])
@pytest.mark.parametrize("document", [None, [], "text", 5, True, [{"id": 1}]])
def test_what_is_no_object_is_unusable(document: Any, topic: str) -> None:
    with pytest.raises(UnusableError) as caught:
        mapping.normalize(document, topic=topic, reading=READING)

    assert caught.value.code == "invalid_shape"


@pytest.mark.parametrize("document", [{"order": None}, {"order": "text"}, {"orders": [5]}, {"refund": []}])
def test_a_wrapper_around_no_object_is_unusable(document: Any) -> None:
    with pytest.raises(UnusableError) as caught:
        mapping.normalize(document, topic="", reading=READING)

    assert caught.value.code == "invalid_shape"


@pytest.mark.parametrize("topic", mapping.TOPICS)
def test_an_empty_object_lacks_its_id(topic: str) -> None:
    with pytest.raises(UnusableError) as caught:
        mapping.normalize({}, topic=topic, reading=READING)

    assert caught.value.code.startswith("missing_field:")
