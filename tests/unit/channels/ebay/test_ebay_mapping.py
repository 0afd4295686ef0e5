from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from shared.adapters import mapping_of
from shared.channels.ebay import words
from shared.channels.ebay.mapping import PRIVACY_TOPICS, TOPICS, normalize, privacy_request
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentMethod,
    PaymentReported,
    PaymentWord,
    PrivacyWord,
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

Build = Callable[..., dict[str, Any]]
FactT = TypeVar("FactT", bound=Fact)


def read(document: Any, reading: Reading, topic: str = "order") -> Report:
    [report] = normalize(document, topic=topic, reading=reading)
    return report


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def the(report: Report, kind: type[FactT]) -> FactT:
    [fact] = of(report, kind)
    return fact


def said(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def euros(value: str, currency: str = "EUR") -> dict[str, str]:
    return {"value": value, "currency": currency}


def cancel(state: str, *requests: dict[str, str]) -> dict[str, Any]:
    return {"cancelState": state, "cancelRequests": list(requests)}


def request(state: str, initiator: str = "Buyer") -> dict[str, str]:
    return {"cancelRequestId": "c1", "cancelRequestState": state, "cancelInitiator": initiator}


def refund(status: str = "REFUNDED", **changes: Any) -> dict[str, Any]:
    return {"refundId": "r1", "refundStatus": status, "amount": euros("5.00")} | changes


def fulfillment(**changes: Any) -> dict[str, Any]:
    made = {
        "fulfillmentId": "00340434161094000007",
        "shipmentTrackingNumber": "00340434161094000007",
        "shippingCarrierCode": "DHL",
        "shippedDate": "2026-03-10T08:00:00.000Z",
        "lineItems": [{"lineItemId": "12-34567-89012-1", "quantity": 1}],
    }
    return made | changes


def shipped(order: dict[str, Any], *fulfillments: dict[str, Any]) -> dict[str, Any]:
    return {"order": order, "shippingFulfillments": {"fulfillments": list(fulfillments), "total": 1}}


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("ebay")

    assert module.TOPICS == TOPICS


def test_an_order_is_read(an_order: Build, reading: Reading) -> None:
    report = read(an_order(), reading)
    seen = the(report, OrderSeen)

    assert (report.order_external_id, seen.number) == ("12-34567-89012", "12-34567-89012")
    assert (seen.currency, seen.total, seen.shipping_total) == ("EUR", Decimal("29.90"), Decimal("4.90"))
    assert [(line.sku, line.quantity, line.unit_price, line.total) for line in seen.lines] == [
        ("MUG", 2, Decimal("10.00"), Decimal("20.00")),
        ("PEN", 1, Decimal("5.00"), Decimal("5.00")),
    ]
    assert (seen.payment_method, seen.payment_method_name) == (PaymentMethod.PREPAID, "EBAY")
    assert seen.placed_at == report.source_time == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert (seen.pickup, seen.shipping_method) == (False, "DE_DHLPaket")
    assert said(report) == [StatusWord.PROCESSABLE]
    assert the(report, PaymentReported).word is PaymentWord.PAID
    assert not of(report, PackageReported)
    assert not of(report, RefundReported)
    assert report.flags == ()


def test_the_buyer_is_read(an_order: Build, reading: Reading) -> None:
    customer = the(read(an_order(), reading), OrderSeen).customer

    assert customer is not None
    assert customer.shipping is not None
    assert (customer.name, customer.email) == ("Example Customer", "buyer@example.com")
    assert (customer.shipping.street, customer.shipping.city, customer.shipping.country) == (
        ("Musterstraße 1",),
        "Berlin",
        "DE",
    )
    gone = the(read(an_order(fulfillmentStartInstructions=[]), reading), OrderSeen).customer
    assert gone is not None
    assert gone.shipping is None


def test_an_order_that_is_collected_is_a_pickup(an_order: Build, reading: Reading) -> None:
    steps = [{"pickupStep": {"merchantLocationKey": "store-1"}}]

    assert the(read(an_order(fulfillmentStartInstructions=steps), reading), OrderSeen).pickup


def test_the_first_date_to_ship_by_counts(an_order: Build, reading: Reading) -> None:
    order = an_order()
    for item, day in zip(order["lineItems"], ("14", "13"), strict=True):
        item["lineItemFulfillmentInstructions"] = {"shipByDate": f"2026-03-{day}T22:59:59.000Z"}

    assert the(read(order, reading), OrderSeen).ship_by == datetime(2026, 3, 13, 22, 59, 59, tzinfo=UTC)


def test_a_discounted_line_costs_less_and_a_price_that_is_not_exact_is_not_told(
    an_order: Build, reading: Reading
) -> None:
    order = an_order()
    order["lineItems"][0] |= {"quantity": 3, "discountedLineItemCost": euros("18.50")}
    line = the(read(order, reading), OrderSeen).lines[0]

    assert (line.unit_price, line.total) == (None, Decimal("18.50"))


# The tables, against everything that is documented.

PAYMENTS = {
    "PAID": (PaymentWord.PAID, StatusWord.PROCESSABLE),
    "PENDING": (PaymentWord.PENDING, StatusWord.NOT_PROCESSABLE),
    "FAILED": (PaymentWord.FAILED, StatusWord.NOT_PROCESSABLE),
    "PARTIALLY_REFUNDED": (PaymentWord.PAID, StatusWord.PROCESSABLE),
    "FULLY_REFUNDED": (PaymentWord.PAID, StatusWord.PROCESSABLE),
}


def test_the_tables_are_complete() -> None:
    assert set(words.PAYMENTS) == set(PAYMENTS)
    assert set(words.FULFILLMENTS) == {"NOT_STARTED", "IN_PROGRESS", "FULFILLED"}
    assert set(words.CANCEL_STATES) == {"NONE_REQUESTED", "IN_PROGRESS", "CANCELED"}
    assert set(words.CANCEL_REQUESTS) == {"REQUESTED", "REJECTED", "COMPLETED"}
    assert set(words.REFUNDS) == {"PENDING", "REFUNDED", "FAILED"}


@pytest.mark.parametrize("raw", PAYMENTS)
def test_every_payment_status_has_its_word(raw: str, an_order: Build, reading: Reading) -> None:
    report = read(an_order(orderPaymentStatus=raw), reading)

    assert (the(report, PaymentReported).word, said(report)[0]) == PAYMENTS[raw]
    assert the(report, PaymentReported).raw == raw
    assert report.flags == ()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (cancel("NONE_REQUESTED"), []),
        (cancel("IN_PROGRESS"), [StatusWord.CANCELLATION_REQUESTED]),
        (cancel("IN_PROGRESS", request("REQUESTED")), [StatusWord.CANCELLATION_REQUESTED]),
        (cancel("IN_PROGRESS", request("REQUESTED", "Seller")), []),
        (cancel("IN_PROGRESS", request("COMPLETED")), [StatusWord.CANCELLATION_REQUESTED]),
        (
            cancel("IN_PROGRESS", request("REJECTED"), request("REQUESTED")),
            [StatusWord.CANCELLATION_REQUESTED],
        ),
        (cancel("NONE_REQUESTED", request("REJECTED")), [StatusWord.CANCELLATION_REJECTED]),
    ],
)
def test_cancellations_have_their_words(
    status: dict[str, Any], expected: list[StatusWord], an_order: Build, reading: Reading
) -> None:
    report = read(an_order(cancelStatus=status), reading)

    assert said(report) == [StatusWord.PROCESSABLE, *expected]
    assert report.flags == ()


@pytest.mark.parametrize("requests", [(), (request("COMPLETED"),), (request("COMPLETED", "Seller"),)])
def test_a_canceled_order_is_canceled_and_nothing_else(
    requests: tuple[dict[str, str], ...], an_order: Build, reading: Reading
) -> None:
    report = read(an_order(cancelStatus=cancel("CANCELED", *requests)), reading)

    assert said(report) == [StatusWord.CANCELED]


def test_a_request_in_an_unknown_state_is_shown(an_order: Build, reading: Reading) -> None:
    status = cancel("IN_PROGRESS", request("SUPER_REQUESTED"))

    report = read(an_order(cancelStatus=status), reading)
    assert said(report) == [StatusWord.PROCESSABLE, StatusWord.UNKNOWN]
    assert report.flags == ("unmapped_status",)


@pytest.mark.parametrize(
    "changes",
    [
        {"orderPaymentStatus": "SUPER_PAID"},
        {"orderFulfillmentStatus": "SUPER_SHIPPED"},
        {"cancelStatus": cancel("SUPER_CANCELED")},
    ],
)
def test_b46_an_unknown_word_is_shown_and_moves_nothing(
    changes: dict[str, Any], an_order: Build, reading: Reading
) -> None:
    report = read(an_order(**changes), reading)

    assert StatusWord.UNKNOWN in said(report)
    assert report.flags == ("unmapped_status",)


def test_packages_are_known_by_their_fulfillments(an_order: Build, reading: Reading) -> None:
    report = read(shipped(an_order(orderFulfillmentStatus="IN_PROGRESS"), fulfillment()), reading)

    assert the(report, PackageReported) == PackageReported(
        package_id="00340434161094000007",
        word=PackageWord.FULFILLED,
        raw="shipping_fulfillment",
        contents=(("12-34567-89012-1", 1),),
        tracking_number="00340434161094000007",
        carrier="DHL",
        occurred_at=datetime(2026, 3, 10, 8, tzinfo=UTC),
    )


def test_what_is_fulfilled_and_in_no_fulfillment_is_a_package_too(an_order: Build, reading: Reading) -> None:
    order = an_order(orderFulfillmentStatus="IN_PROGRESS")
    order["lineItems"][0]["lineItemFulfillmentStatus"] = "FULFILLED"
    packages = of(read(shipped(order, fulfillment()), reading), PackageReported)

    assert [(package.package_id, package.contents) for package in packages] == [
        ("00340434161094000007", (("12-34567-89012-1", 1),)),
        ("fulfilled-12-34567-89012-1", (("12-34567-89012-1", 1),)),
    ]


def test_an_order_alone_tells_only_that_all_was_shipped(an_order: Build, reading: Reading) -> None:
    package = the(read(an_order(orderFulfillmentStatus="FULFILLED"), reading), PackageReported)

    assert (package.package_id, package.contents) == ("fulfilled", None)
    assert of(read(an_order(orderFulfillmentStatus="IN_PROGRESS"), reading), PackageReported) == []


@pytest.mark.parametrize(
    ("status", "word", "flags"),
    [
        ("PENDING", RefundWord.REQUESTED, ()),
        ("REFUNDED", RefundWord.RECORDED, ()),
        ("FAILED", RefundWord.REJECTED, ()),
        ("SUPER_REFUNDED", RefundWord.REQUESTED, ("unmapped_status",)),
    ],
)
def test_refunds_are_told_by_amount(
    status: str, word: RefundWord, flags: tuple[str, ...], an_order: Build, reading: Reading
) -> None:
    report = read(an_order(paymentSummary={"refunds": [refund(status)]}), reading)
    told = the(report, RefundReported)

    assert (told.refund_id, told.word, told.amount, told.lines) == ("r1", word, Decimal("5.00"), ())
    assert report.flags == flags


@pytest.mark.parametrize("topic", ["ORDER_CONFIRMATION", "ITEM_MARKED_SHIPPED"])
@pytest.mark.parametrize("data", [{"orderId": "12-34"}, {"order": {"orderId": "12-34"}}])
@pytest.mark.parametrize("is_told", [True, False])
def test_a_notification_about_an_order_only_says_that_it_changed(
    topic: str, data: dict[str, Any], is_told: bool, reading: Reading
) -> None:
    document = {"metadata": {"topic": topic}, "notification": {"notificationId": "n1", "data": data}}

    with pytest.raises(SignalError) as told:
        normalize(document, topic=topic if is_told else "", reading=reading)
    assert (told.value.order_id, told.value.topic) == ("12-34", topic)


@pytest.mark.parametrize(
    "data", [None, {}, {"order": None}, {"orderId": ""}, {"order": {"orderId": " "}}, []]
)
def test_b33_a_notification_that_names_no_order_cannot_be_used(data: Any, reading: Reading) -> None:
    document = {"metadata": {}, "notification": {"data": data}}

    with pytest.raises(UnusableError, match="missing_field:order_id"):
        normalize(document, topic="ORDER_CONFIRMATION", reading=reading)


def test_an_account_deletion_is_recorded_as_such(reading: Reading) -> None:
    document = {"metadata": {"topic": "MARKETPLACE_ACCOUNT_DELETION"}, "notification": {"data": {}}}

    with pytest.raises(IrrelevantError, match="account_deletion"):
        normalize(document, topic="MARKETPLACE_ACCOUNT_DELETION", reading=reading)


def test_an_account_deletion_names_the_account_by_both_names_that_an_order_may_have() -> None:
    data = {"username": "example_buyer", "userId": "u1", "eiasToken": "t1"}
    document = {"metadata": {}, "notification": {"notificationId": "n1", "data": data}}

    assert {"MARKETPLACE_ACCOUNT_DELETION"} == PRIVACY_TOPICS
    asked = privacy_request(document, "MARKETPLACE_ACCOUNT_DELETION")
    assert (asked.word, asked.request, asked.orders, asked.email) == (PrivacyWord.ERASE, "n1", (), "")
    assert asked.accounts == ("example_buyer", "u1")


def test_an_order_names_its_buyers_account(an_order: Build, reading: Reading) -> None:
    customer = the(read(an_order(buyer={"username": "example-buyer"}), reading), OrderSeen).customer
    assert customer is not None
    assert customer.account == "example-buyer"


@pytest.mark.parametrize("document", [None, {}, {"notification": {}}, {"notification": {"data": []}}])
def test_an_account_deletion_without_data_cannot_be_used(document: Any) -> None:
    with pytest.raises(UnusableError, match="invalid_shape"):
        privacy_request(document, "MARKETPLACE_ACCOUNT_DELETION")


def test_another_notification_is_about_something_else(reading: Reading) -> None:
    document = {"metadata": {"topic": "FEEDBACK_LEFT"}, "notification": {"data": {}}}

    with pytest.raises(IrrelevantError, match="not an order topic"):
        normalize(document, topic="", reading=reading)


def broken(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda order: order | changes


def line(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda order: order | {"lineItems": [order["lineItems"][0] | changes]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda order: [order], "invalid_shape", id="a list"),
        pytest.param(lambda order: {"order": 1}, "invalid_shape", id="an order that is none"),
        pytest.param(broken(orderId=None), "missing_field:order_id", id="b33"),
        pytest.param(broken(orderId="  "), "missing_field:order_id", id="b33 blank"),
        pytest.param(broken(orderId="1" * 201), "invalid_id", id="b35"),
        pytest.param(line(quantity=0), "invalid_quantity", id="b39 zero"),
        pytest.param(line(quantity="1"), "invalid_quantity", id="b39 text"),
        pytest.param(line(lineItemCost=euros("12,50")), "invalid_amount", id="b38"),
        pytest.param(line(lineItemCost=euros("1_000")), "invalid_amount", id="b37"),
        pytest.param(line(lineItemCost=euros("-1.00")), "invalid_amount", id="b39"),
        pytest.param(line(lineItemCost=euros("5.00", "USD")), "currency_mismatch", id="b40 line"),
        pytest.param(
            broken(pricingSummary={"total": euros("1.00", "EURO")}), "invalid_currency", id="b40 text"
        ),
        pytest.param(
            broken(pricingSummary={"total": {"value": "1"}}), "missing_field:currency", id="b40 none"
        ),
        pytest.param(broken(pricingSummary={"total": euros("1.50", "JPY")}), "invalid_amount", id="b41"),
        pytest.param(broken(pricingSummary={}), "missing_field:pricingSummary.total", id="no total"),
        pytest.param(broken(lastModifiedDate="2026-02-30T00:00:00Z"), "invalid_timestamp", id="b43"),
        pytest.param(broken(lastModifiedDate=1700000000), "invalid_timestamp", id="b43 number"),
        pytest.param(broken(lastModifiedDate="2026-03-09T08:00:00"), "invalid_timestamp", id="b43 no zone"),
        pytest.param(broken(lastModifiedDate="9999-01-01T00:00:00Z"), "invalid_timestamp", id="b44"),
        pytest.param(broken(orderPaymentStatus=None), "missing_field:orderPaymentStatus", id="no payment"),
        pytest.param(
            broken(orderFulfillmentStatus=""), "missing_field:orderFulfillmentStatus", id="no fulfillment"
        ),
        pytest.param(
            lambda order: order | {"lineItems": [order["lineItems"][0]] * 1_001}, "too_many_lines", id="b69"
        ),
        pytest.param(
            broken(paymentSummary={"refunds": [refund(amount=euros("5.00", "USD"))]}),
            "currency_mismatch",
            id="b40 refund",
        ),
        pytest.param(
            broken(paymentSummary={"refunds": [{"refundId": "r1"}]}), "missing_field:amount", id="no amount"
        ),
    ],
)
def test_b33_to_b44_and_b69_what_cannot_be_used_is_refused_with_its_reason(
    change: Callable[[dict[str, Any]], Any], code: str, an_order: Build, reading: Reading
) -> None:
    with pytest.raises(UnusableError) as refused:
        normalize(change(an_order()), topic="order", reading=reading)
    assert refused.value.code == code


def test_b41_a_dinar_has_three_digits_and_b40_a_currency_any_case(an_order: Build, reading: Reading) -> None:
    items = [{"lineItemId": 7, "quantity": 1, "lineItemCost": euros("1.234", "kwd")}]
    seen = the(
        read(an_order(pricingSummary={"total": euros("1.234", "KWD")}, lineItems=items), reading), OrderSeen
    )

    assert (seen.currency, seen.total, seen.lines[0].external_id) == ("KWD", Decimal("1.234"), "7")


def test_b34_a_number_and_a_text_are_the_same_order(an_order: Build, reading: Reading) -> None:
    assert read(an_order(orderId=123), reading).order_external_id == "123"


def test_b36_one_decimal_is_enough_and_twenty_are_too_many(an_order: Build, reading: Reading) -> None:
    assert the(read(an_order(pricingSummary={"total": euros("100.0")}), reading), OrderSeen).total == 100
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(an_order(pricingSummary={"total": euros("19.99999999999999999999")}), reading)


def test_b42_lines_that_do_not_add_up_are_flagged(an_order: Build, reading: Reading) -> None:
    pricing = {"priceSubtotal": euros("99.00"), "total": euros("99.00")}

    assert read(an_order(pricingSummary=pricing), reading).flags == ("total_mismatch",)


def test_a_document_of_another_topic_is_no_order(an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="missing_field:notification"):
        normalize(an_order(), topic="ORDER_CONFIRMATION", reading=reading)
