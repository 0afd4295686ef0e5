"""Orders and webhooks of ikas, read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.channels.ikas.mapping import TOPICS, normalize
from shared.orders.facts import (
    Address,
    OrderSeen,
    PackageReported,
    PaymentMethod,
    RefundLine,
    RefundReported,
    Report,
    Restock,
)
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

Make = Callable[..., dict[str, Any]]
Read = Callable[[dict[str, Any]], Report]


def seen(report: Report) -> OrderSeen:
    [fact] = [fact for fact in report.facts if isinstance(fact, OrderSeen)]
    return fact


def refunds(report: Report) -> list[RefundReported]:
    return [fact for fact in report.facts if isinstance(fact, RefundReported)]


def split(document: dict[str, Any], new_id: str, quantity: int, **changes: Any) -> dict[str, Any]:
    """Let pieces of the first line take another way, as ikas does it."""
    first = document["orderLineItems"][0]
    first["quantity"] -= quantity
    part = first | {"id": new_id, "originalOrderLineItemId": first["id"], "quantity": quantity} | changes
    document["orderLineItems"].append(part)
    return document


def test_an_order_is_read_whole(make: Make, read: Read) -> None:
    report = read(make())

    assert report.order_external_id == "order-1"
    assert report.source_time == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    order = seen(report)
    assert (order.number, order.currency, order.total) == ("1001", "TRY", Decimal("29.20"))
    assert [(line.external_id, line.sku, line.quantity, line.canceled) for line in order.lines] == [
        ("5001", "MUG", 2, 0),
        ("5002", "PEN", 1, 0),
    ]
    assert [(line.unit_price, line.total) for line in order.lines] == [
        (Decimal(10), Decimal(20)),
        (Decimal(5), Decimal(5)),
    ]
    assert order.placed_at == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert (order.shipping_method, order.shipping_total) == ("Kargo", Decimal("4.20"))
    assert (order.payment_method, order.payment_method_name) == (PaymentMethod.PREPAID, "Example Pay")
    assert (order.pickup, order.draft) == (False, False)
    assert order.customer is not None
    assert (order.customer.name, order.customer.email) == ("Example Customer", "buyer@example.com")
    assert isinstance(order.customer.shipping, Address)
    assert order.customer.shipping.country == "TR"
    assert (report.flags, report.source_order) == ((), "")


def test_prices_are_of_a_piece_or_of_a_line_as_the_sum_tells(make: Make, read: Read) -> None:
    document = make()
    document["orderLineItems"][0]["finalPrice"] = 20

    assert [line.unit_price for line in seen(read(document)).lines] == [10, 5]
    assert read(document).flags == ()


def test_b42_prices_that_do_not_add_up_are_not_told(make: Make, read: Read) -> None:
    report = read(make(totalPrice=99))

    assert [(line.unit_price, line.total) for line in seen(report).lines] == [(None, None), (None, None)]
    assert report.flags == ("total_mismatch",)


def test_b34_a_number_and_its_text_are_the_same_order(make: Make, read: Read) -> None:
    one, other = (read(make(id=value)) for value in (123, "123"))

    assert one == other
    assert one.order_external_id == "123"


def test_b41_yen_with_decimals_are_refused_and_dinars_have_three_digits(make: Make, read: Read) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(make(currencyCode="JPY"))
    assert seen(read(make(currencyCode="KWD", totalFinalPrice="29.205"))).total == Decimal("29.205")


def test_pieces_that_took_another_way_stay_the_line_that_was_ordered(make: Make, read: Read) -> None:
    document = split(make(), "5003", 1, status="CANCELLED")

    [mugs, pens] = seen(read(document)).lines
    assert (mugs.external_id, mugs.quantity, mugs.canceled, mugs.unit_price) == ("5001", 2, 1, Decimal(10))
    assert (pens.external_id, pens.quantity, pens.canceled) == ("5002", 1, 0)


def test_a_package_holds_whole_lines_by_the_line_that_was_ordered(make: Make, read: Read) -> None:
    document = split(make(), "5003", 1, status="FULFILLED")
    document["orderPackages"] = [
        {
            "id": "p1",
            "orderLineItemIds": ["5003", "5002"],
            "orderPackageFulfillStatus": "FULFILLED",
            "trackingInfo": {
                "trackingNumber": 1234567890123456,
                "trackingLink": "https://tracking.example.com/1",
                "cargoCompany": "Yurtiçi Kargo",
            },
        }
    ]

    [package] = [fact for fact in read(document).facts if isinstance(fact, PackageReported)]

    assert package.contents == (("5001", 1), ("5002", 1))
    assert (package.tracking_number, package.carrier) == ("1234567890123456", "Yurtiçi Kargo")
    assert package.tracking_url == "https://tracking.example.com/1"
    assert package.awaits_tracking is False


def test_a_back_office_shop_waits_for_tracking_and_names_its_source(make: Make, reading: Reading) -> None:
    package = {"id": "p1", "orderLineItemIds": ["5001"], "orderPackageFulfillStatus": "FULFILLED"}
    document = make(orderPackages=[package], sourceId="orderhub:market/302-1")

    [report] = normalize(document, topic="order", reading=replace(reading, back_office=True))

    [fact] = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    assert fact.awaits_tracking is True
    assert report.source_order == "market/302-1"


def test_a_source_id_of_somebody_elses_is_no_source_of_ours(make: Make, read: Read) -> None:
    assert read(make(sourceId="302-1")).source_order == ""


def test_lines_refunded_at_one_moment_are_one_refund(make: Make, read: Read) -> None:
    document = make(status="REFUNDED", orderPackages=[{"id": "p", "orderLineItemIds": ["5001"]}])
    document["orderPackages"][0]["orderPackageFulfillStatus"] = "REFUNDED"
    for item, moment in zip(document["orderLineItems"], (1772874900000, 1772874900250), strict=True):
        item |= {"status": "REFUNDED", "statusUpdatedAt": moment}

    [refund] = refunds(read(document))

    assert (refund.refund_id, refund.amount, refund.currency) == ("refund-1772874900000", Decimal(25), "TRY")
    assert refund.lines == (
        RefundLine(line_id="5001", quantity=2, restock=Restock.NONE, amount=Decimal(20)),
        RefundLine(line_id="5002", quantity=1, restock=Restock.CANCEL, amount=Decimal(5)),
    )


def test_lines_refunded_at_two_moments_are_two_refunds(make: Make, read: Read) -> None:
    document = split(make(), "5003", 1, status="REFUNDED", statusUpdatedAt=1772874900000)
    document["orderLineItems"][1] |= {"status": "REFUNDED", "statusUpdatedAt": 1772961300000}

    found = refunds(read(document))

    assert [(refund.refund_id, refund.amount) for refund in found] == [
        ("refund-1772874900000", Decimal(10)),
        ("refund-1772961300000", Decimal(5)),
    ]


def test_a_refunded_line_without_its_moment_is_known_by_itself(make: Make, read: Read) -> None:
    document = make()
    document["orderLineItems"][1] |= {"status": "REFUNDED", "statusUpdatedAt": None}

    assert [refund.refund_id for refund in refunds(read(document))] == ["5002"]


@pytest.mark.parametrize(
    ("methods", "method"),
    [
        ([], PaymentMethod.PREPAID),
        (["CREDIT_CARD", "CASH_ON_DELIVERY"], PaymentMethod.CASH_ON_DELIVERY),
        (["MONEY_ORDER"], PaymentMethod.TRANSFER),
        (["BARTER"], PaymentMethod.PREPAID),
    ],
)
def test_the_first_method_that_is_not_prepaid_counts(
    make: Make, read: Read, methods: list[str], method: PaymentMethod
) -> None:
    assert seen(read(make(paymentMethods=[{"type": kind} for kind in methods]))).payment_method is method


def test_a_draft_and_an_order_to_be_collected_are_told(make: Make, read: Read) -> None:
    assert seen(read(make(status="DRAFT"))).draft is True
    assert seen(read(make(shippingMethod="CLICK_AND_COLLECT"))).pickup is True
    digital = seen(read(make(shippingMethod="DIGITAL_DELIVERY")))
    assert [line.requires_shipping for line in digital.lines] == [False, False]


def test_an_order_without_a_customer_has_none(make: Make, read: Read) -> None:
    assert seen(read(make(customer=None, billingAddress=None, shippingAddress=None))).customer is None


@pytest.mark.parametrize("order_id", [None, "", "  "])
def test_b33_an_order_without_an_id_is_refused(make: Make, read: Read, order_id: Any) -> None:
    with pytest.raises(UnusableError, match="missing_field:order_id"):
        read(make(id=order_id))


@pytest.mark.parametrize(
    "amount", ["1_000", "\u0661\u0662", " 12 ", "1e400", "12,50", -1, Decimal("19.99999999999999999999")]
)
def test_b36_b37_b38_b39_an_amount_that_is_none_is_refused(make: Make, read: Read, amount: Any) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(make(totalFinalPrice=amount))


@pytest.mark.parametrize("quantity", [-1, Decimal("1.5"), True, "1"])
def test_b39_a_quantity_that_is_none_is_refused(make: Make, read: Read, quantity: Any) -> None:
    document = make()
    document["orderLineItems"][0]["quantity"] = quantity

    with pytest.raises(UnusableError, match="invalid_quantity"):
        read(document)


@pytest.mark.parametrize(
    ("currency", "reason"), [("EURO", "invalid_currency"), (None, "missing_field:currency")]
)
def test_b40_a_currency_that_is_none_is_refused(make: Make, read: Read, currency: Any, reason: str) -> None:
    with pytest.raises(UnusableError, match=reason):
        read(make(currencyCode=currency))


@pytest.mark.parametrize(
    "moment", ["2026-03-02T09:15:00Z", "1772442900000", True, Decimal("1772442900000.5"), -1, 10**15]
)
def test_b43_a_time_that_is_no_milliseconds_is_refused(make: Make, read: Read, moment: Any) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(make(updatedAt=moment))


def test_b44_a_time_ahead_is_refused(make: Make, read: Read) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(make(updatedAt=1804000000000))


def test_b69_more_than_a_thousand_lines_are_refused(make: Make, read: Read) -> None:
    document = make()
    document["orderLineItems"] = document["orderLineItems"][:1] * 1001

    with pytest.raises(UnusableError, match="too_many_lines"):
        read(document)


def test_a_page_is_read_order_by_order(make: Make, reading: Reading) -> None:
    page = {"data": {"listOrder": {"hasNext": False, "data": [make(), make(id="order-2")]}}}

    reports = normalize(page, topic="", reading=reading)

    assert [report.order_external_id for report in reports] == ["order-1", "order-2"]


@pytest.mark.parametrize("scope", ["store/order/created", "store/order/updated"])
def test_a_webhook_says_which_order_has_to_be_read(make: Make, reading: Reading, scope: str) -> None:
    body = {"id": "webhook-1", "scope": scope, "data": json.dumps({"id": "order-1"})}

    for topic in (scope, ""):
        with pytest.raises(SignalError) as raised:
            normalize(body, topic=topic, reading=reading)
        assert (raised.value.order_id, raised.value.topic) == ("order-1", scope)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "missing_field:data"),
        ("[]", "missing_field:data"),
        ("{}", "missing_field:order_id"),
        ('{"id": 1, "id": 2}', "duplicate_key"),
        ("{", "invalid_json"),
    ],
)
def test_b33_a_webhook_without_an_order_is_refused(reading: Reading, data: Any, reason: str) -> None:
    with pytest.raises(UnusableError, match=reason):
        normalize({"data": data}, topic="store/order/created", reading=reading)


def test_other_webhooks_are_about_something_else(reading: Reading) -> None:
    for topic in ("store/product/updated", ""):
        with pytest.raises(IrrelevantError):
            normalize({"scope": "store/product/updated", "data": "{}"}, topic=topic, reading=reading)


def test_the_topics_are_the_polled_order_and_its_webhooks() -> None:
    assert TOPICS == ("order", "store/order/created", "store/order/updated")
