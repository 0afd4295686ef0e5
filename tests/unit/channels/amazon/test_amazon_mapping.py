"""Orders and notifications of Amazon, read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.channels.amazon.mapping import TOPICS, normalize
from shared.orders.facts import (
    Address,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

Make = Callable[..., dict[str, Any]]
Read = Callable[[dict[str, Any]], Report]

MERCHANT = {"fulfilledBy": "MERCHANT", "fulfillmentServiceLevel": "STANDARD"}


def seen(report: Report) -> OrderSeen:
    [fact] = [fact for fact in report.facts if isinstance(fact, OrderSeen)]
    return fact


def packages(report: Report) -> list[PackageReported]:
    return [fact for fact in report.facts if isinstance(fact, PackageReported)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in report.facts if isinstance(fact, StatusReported)]


def change(item: int, **changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def apply(document: dict[str, Any]) -> dict[str, Any]:
        document["orderItems"][item] |= changes
        return document

    return apply


def test_an_order_is_read_whole(make: Make, read: Read) -> None:
    document = make()
    document["fulfillment"]["shipByWindow"] = {"latestDateTime": "2026-03-20T22:59:59Z"}

    report = read(document)

    assert report.order_external_id == "302-0000001-0000001"
    assert report.source_time == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    order = seen(report)
    assert (order.number, order.currency, order.total) == ("302-0000001-0000001", "EUR", Decimal("29.20"))
    assert order.lines == (
        LineSeen(
            external_id="5001",
            sku="MUG",
            name="Mug",
            quantity=2,
            unit_price=Decimal("10.00"),
            total=Decimal("24.20"),
        ),
        LineSeen(
            external_id="5002",
            sku="PEN",
            name="Pen",
            quantity=1,
            unit_price=Decimal("5.00"),
            total=Decimal("5.00"),
        ),
    )
    assert (order.shipping_total, order.shipping_method) == (Decimal("4.20"), "STANDARD")
    assert order.ship_by == datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC)
    assert (order.pickup, order.fulfilled_by_channel) == (False, False)
    assert order.customer is not None
    assert order.customer.email == "stand-in@example.com"
    assert order.customer.shipping == Address(
        name="Example Customer", street=("Musterstraße 1",), postal_code="10115", city="Berlin", country="DE"
    )
    assert report.flags == ()


def test_a_pending_order_tells_no_price_and_has_its_marketplaces_currency(make: Make, read: Read) -> None:
    document = make(fulfillment=MERCHANT | {"fulfillmentStatus": "PENDING"})
    for name in ("proceeds", "recipient", "buyer"):
        del document[name]
    for item in document["orderItems"]:
        del item["proceeds"], item["product"]["price"]

    order = seen(read(document))

    assert (order.currency, order.total, order.customer) == ("EUR", None, None)
    assert [line.unit_price for line in order.lines] == [None, None]


def test_b40_an_order_without_any_currency_is_refused(make: Make, read: Read) -> None:
    document = make(salesChannel={"channelName": "NON_AMAZON"})
    del document["proceeds"]
    for item in document["orderItems"]:
        del item["proceeds"], item["product"]["price"]

    with pytest.raises(UnusableError, match="missing_field:currency"):
        read(document)


def test_b40_a_line_in_another_currency_is_refused(make: Make, read: Read) -> None:
    document = make()
    document["orderItems"][0]["product"]["price"]["unitPrice"]["currencyCode"] = "USD"

    with pytest.raises(UnusableError, match="currency_mismatch"):
        read(document)


@pytest.mark.parametrize("amount", ["1_000", "\u0661\u0662", " 12 ", "1e400", "12,50", "-1.00", "19.999"])
def test_b36_b37_b38_b39_an_amount_that_is_none_is_refused(make: Make, read: Read, amount: str) -> None:
    document = make()
    document["proceeds"]["grandTotal"]["amount"] = amount

    with pytest.raises(UnusableError, match="invalid_amount"):
        read(document)


def test_b41_yen_with_decimals_are_refused(make: Make, read: Read) -> None:
    document = make()
    document["proceeds"]["grandTotal"] = {"amount": "25.99", "currencyCode": "JPY"}

    with pytest.raises(UnusableError, match="invalid_amount"):
        read(document)


def test_b41_dinars_have_three_digits(make: Make, read: Read) -> None:
    text = json.dumps(make()).replace('"EUR"', '"KWD"').replace("29.20", "29.205")

    assert seen(read(json.loads(text))).total == Decimal("29.205")


def test_b34_a_number_and_its_text_are_the_same_order(make: Make, read: Read) -> None:
    one, other = (read(make(orderId=value)) for value in (123, "123"))

    assert one == other
    assert one.order_external_id == "123"


@pytest.mark.parametrize("quantity", [0, -1, Decimal("1.5"), True, "1"])
def test_b39_a_quantity_that_is_none_is_refused(make: Make, read: Read, quantity: Any) -> None:
    with pytest.raises(UnusableError, match="invalid_quantity"):
        read(change(0, quantityOrdered=quantity)(make()))


def test_b42_items_that_do_not_add_up_are_flagged(make: Make, read: Read) -> None:
    document = make()
    document["proceeds"]["grandTotal"]["amount"] = "30.00"

    assert read(document).flags == ("total_mismatch",)


def test_b42_a_tip_is_part_of_the_total_and_of_no_item(make: Make, read: Read) -> None:
    document = make()
    document["proceeds"]["grandTotal"]["amount"] = "31.20"
    tip = {"type": "DELIVERY_TIP", "subtotal": {"amount": "2.00", "currencyCode": "EUR"}}
    document["proceeds"]["breakdowns"].append(tip)

    assert read(document).flags == ()


@pytest.mark.parametrize("stamp", ["2026-02-30T10:00:00Z", "1700000000", 1700000000, "9999-01-01T00:00:00Z"])
def test_b43_b44_a_time_that_is_none_is_refused(make: Make, read: Read, stamp: Any) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(make(lastUpdatedTime=stamp))


def test_a_deadline_that_cannot_be_read_loses_no_order(make: Make, read: Read) -> None:
    document = make()
    document["fulfillment"]["shipByWindow"] = {"latestDateTime": "soon"}

    report = read(document)

    assert (seen(report).ship_by, report.flags) == (None, ("invalid_deadline",))


@pytest.mark.parametrize("order_id", [None, "", "  "])
def test_b33_an_order_without_an_id_is_refused(make: Make, read: Read, order_id: Any) -> None:
    with pytest.raises(UnusableError, match="missing_field:order_id"):
        read(make(orderId=order_id))


def test_b69_more_than_a_thousand_lines_are_refused(make: Make, read: Read) -> None:
    document = make()
    document["orderItems"] = document["orderItems"][:1] * 1001

    with pytest.raises(UnusableError, match="too_many_lines"):
        read(document)


def test_an_order_without_its_state_is_refused(make: Make, read: Read) -> None:
    document = make()
    del document["fulfillment"]

    with pytest.raises(UnusableError, match="missing_field:fulfillmentStatus"):
        read(document)


def test_a_package_tells_its_contents_and_when_it_left(make: Make, read: Read) -> None:
    package = {
        "packageReferenceId": 7,
        "packageStatus": {"status": "SHIPPED"},
        "carrier": "DHL",
        "shipTime": "2026-03-03T10:00:00Z",
        "trackingNumber": "00340434161094000007",
        "packageItems": [{"orderItemId": "5001", "quantity": 2}],
    }

    [fact] = packages(read(make(packages=[package])))

    assert (fact.package_id, fact.word, fact.contents) == ("7", PackageWord.FULFILLED, (("5001", 2),))
    assert (fact.tracking_number, fact.carrier) == ("00340434161094000007", "DHL")
    assert fact.occurred_at == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_a_shipped_order_without_packages_is_one_package_of_all_that_is_open(make: Make, read: Read) -> None:
    [fact] = packages(read(make(fulfillment=MERCHANT | {"fulfillmentStatus": "SHIPPED"})))

    assert (fact.word, fact.contents) == (PackageWord.FULFILLED, None)


def test_what_amazon_ships_by_and_by_is_told_by_item(make: Make, read: Read) -> None:
    document = make(fulfillment={"fulfillmentStatus": "PARTIALLY_SHIPPED", "fulfilledBy": "AMAZON"})
    document["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 1}
    document["orderItems"][1]["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 0}

    report = read(document)

    assert seen(report).fulfilled_by_channel is True
    assert [(fact.package_id, fact.contents) for fact in packages(report)] == [("item-5002", (("5002", 1),))]


def test_a_partly_shipped_order_of_the_merchants_without_packages_tells_none(make: Make, read: Read) -> None:
    document = make(fulfillment=MERCHANT | {"fulfillmentStatus": "PARTIALLY_SHIPPED"})
    document["orderItems"][1]["fulfillment"] = {"quantityFulfilled": 1, "quantityUnfulfilled": 0}

    assert packages(read(document)) == []


def test_a_buyers_wish_to_cancel_is_told_until_it_is_met(make: Make, read: Read) -> None:
    wish = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Changed mind"}}

    asked = read(change(0, cancellation=wish)(make()))
    met = read(change(0, cancellation=wish | {"cancellationExecution": {"cancelledBy": "MERCHANT"}})(make()))

    assert words(asked) == [StatusWord.PROCESSABLE, StatusWord.CANCELLATION_REQUESTED]
    assert words(met) == [StatusWord.PROCESSABLE]


def test_canceled_pieces_are_those_neither_shipped_nor_open(make: Make, read: Read) -> None:
    canceled = change(
        0,
        cancellation={"cancellationExecution": {"cancelledBy": "MERCHANT"}},
        fulfillment={"quantityFulfilled": 1, "quantityUnfulfilled": 0},
    )(make())

    assert [line.canceled for line in seen(read(canceled)).lines] == [1, 0]


def test_a_canceled_order_may_have_lines_of_no_pieces(make: Make, read: Read) -> None:
    document = change(0, quantityOrdered=0)(make(fulfillment=MERCHANT | {"fulfillmentStatus": "CANCELLED"}))

    report = read(document)

    assert words(report) == [StatusWord.CANCELED]
    assert [line.quantity for line in seen(report).lines] == [0, 1]


def test_an_order_to_be_collected_is_one(make: Make, read: Read) -> None:
    assert seen(read(make(programs=["IN_STORE_PICK_UP"]))).pickup is True


def test_a_page_is_read_order_by_order(make: Make, reading: Reading) -> None:
    page = {
        "orders": [make(), make(orderId="302-0000002-0000002")],
        "lastUpdatedBefore": "2026-03-10T00:00:00Z",
    }

    reports = normalize(page, topic="", reading=reading)

    assert [report.order_external_id for report in reports] == ["302-0000001-0000001", "302-0000002-0000002"]


def test_a_notification_of_a_change_says_which_order_has_to_be_read(reading: Reading) -> None:
    body = {
        "NotificationType": "ORDER_CHANGE",
        "Payload": {"OrderChangeNotification": {"AmazonOrderId": "302-0000001-0000001"}},
    }

    for topic in ("ORDER_CHANGE", ""):
        with pytest.raises(SignalError) as raised:
            normalize(body, topic=topic, reading=reading)
        assert raised.value.order_id == "302-0000001-0000001"


@pytest.mark.parametrize("payload", [None, {}, {"OrderChangeNotification": {"AmazonOrderId": " "}}])
def test_b33_a_notification_without_an_order_is_refused(reading: Reading, payload: Any) -> None:
    with pytest.raises(UnusableError, match="missing_field"):
        normalize({"Payload": payload}, topic="ORDER_CHANGE", reading=reading)


@pytest.mark.parametrize(
    "body", [{"NotificationType": "TRANSACTION_UPDATE"}, {"notificationType": "FEED_PROCESSING_FINISHED"}]
)
def test_other_notifications_are_about_something_else(reading: Reading, body: dict[str, str]) -> None:
    with pytest.raises(IrrelevantError):
        normalize(body, topic="", reading=reading)
    with pytest.raises(IrrelevantError):
        normalize(body, topic=next(iter(body.values())), reading=reading)


def test_an_answer_of_version_v0_is_refused_for_what_it_is(reading: Reading) -> None:
    payloads: list[dict[str, Any]] = [
        {"AmazonOrderId": "302-0000001-0000001"},
        {"Orders": []},
        {"OrderItems": []},
    ]
    for payload in payloads:
        with pytest.raises(UnusableError, match="unsupported_version"):
            normalize({"payload": payload}, topic="", reading=reading)


def test_the_topics_are_the_polled_order_and_its_notification() -> None:
    assert TOPICS == ("order", "ORDER_CHANGE")
