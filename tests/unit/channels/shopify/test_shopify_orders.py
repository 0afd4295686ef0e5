"""An order document as a snapshot: totals, lines, people, status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.channels.shopify.orders import canceled_pieces, payment_method
from shared.orders.facts import (
    Address,
    Customer,
    LineSeen,
    OrderSeen,
    PaymentMethod,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire.errors import UnusableError

Make = Callable[..., dict[str, Any]]
Read = Callable[..., Report]


def snapshot(report: Report) -> OrderSeen:
    (seen,) = (fact for fact in report.facts if isinstance(fact, OrderSeen))
    return seen


def status(report: Report) -> StatusReported:
    (word,) = (fact for fact in report.facts if isinstance(fact, StatusReported))
    return word


def test_the_order_is_read_as_it_stands(order: Make, read: Read) -> None:
    report = read(order())

    assert report.order_external_id == "1001"
    assert report.source_time == datetime(2026, 3, 2, 8, 0, 5, tzinfo=UTC)
    assert report.flags == ()
    assert snapshot(report) == OrderSeen(
        number="#1001",
        currency="EUR",
        total=Decimal("34.90"),
        lines=(
            LineSeen(
                external_id="11",
                sku="MUG",
                name="Mug - Blue",
                quantity=3,
                unit_price=Decimal("10.00"),
                total=Decimal("30.00"),
            ),
        ),
        placed_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        payment_method_name="shopify_payments",
        shipping_method="Standard",
        shipping_total=Decimal("4.90"),
        tax_total=Decimal("5.57"),
        discount_total=Decimal("0.00"),
        customer=Customer(name="Example Customer", email="buyer@example.com"),
    )


def test_an_open_order_may_be_worked_on(order: Make, read: Read) -> None:
    assert status(read(order())).word is StatusWord.PROCESSABLE


@pytest.mark.parametrize("reason", ["customer", "fraud", "inventory", "declined", "other", None])
def test_a_cancelled_order_is_canceled_with_its_reason(reason: str | None, order: Make, read: Read) -> None:
    report = read(order(cancelled_at="2026-03-02T10:00:00+01:00", cancel_reason=reason))

    assert status(report) == StatusReported(word=StatusWord.CANCELED, raw="cancelled", reason=reason or "")


def test_a_closed_order_is_archived_and_a_cancelled_one_stays_canceled(order: Make, read: Read) -> None:
    closed_at = "2026-03-02T11:00:00+01:00"

    assert status(read(order(closed_at=closed_at))).word is StatusWord.ARCHIVED
    both = order(closed_at=closed_at, cancelled_at="2026-03-02T10:00:00+01:00")
    assert status(read(both)).word is StatusWord.CANCELED


def test_a_test_order_is_marked(order: Make, read: Read) -> None:
    assert snapshot(read(order(test=True))).test
    assert not snapshot(read(order(test=None))).test


def test_an_imported_order_was_placed_when_it_was_processed(order: Make, read: Read) -> None:
    imported = order(processed_at="2019-05-01T00:00:00Z", created_at="2026-03-02T00:00:00Z")

    assert snapshot(read(imported)).placed_at == datetime(2019, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("names", "method"),
    [
        (["shopify_payments"], PaymentMethod.PREPAID),
        (["Cash on Delivery (COD)"], PaymentMethod.CASH_ON_DELIVERY),
        (["Bank Deposit"], PaymentMethod.TRANSFER),
        (["Money Order"], PaymentMethod.TRANSFER),
        (["gift_card", "Cash on Delivery (COD)"], PaymentMethod.CASH_ON_DELIVERY),
        (["Pay at the counter"], PaymentMethod.PREPAID),
        ([""], PaymentMethod.PREPAID),
        ([], PaymentMethod.PREPAID),
    ],
)
def test_the_gateway_names_tell_how_the_customer_pays(names: list[str], method: PaymentMethod) -> None:
    assert payment_method(names) is method


# --- lines ---------------------------------------------------------------------------------------


def test_a_line_is_worth_its_price_after_all_discounts(order: Make, line: Make, read: Read) -> None:
    discounted = line(total_discount="0.00", discount_allocations=[{"amount": "1.50"}, {"amount": "0.25"}])
    older = line(total_discount="2.00", discount_allocations=None)

    assert snapshot(read(order(line_items=[discounted]))).lines[0].total == Decimal("28.25")
    assert snapshot(read(order(line_items=[older]))).lines[0].total == Decimal("28.00")


def test_b70_a_sku_is_one_sku_however_its_accents_were_typed(order: Make, line: Make, read: Read) -> None:
    composed, decomposed = "CAF\u00c9", "CAFE\u0301"
    lines = [line(id=1, sku=composed, name=composed), line(id=2, sku=decomposed, name=decomposed)]

    first, second = snapshot(read(order(line_items=lines))).lines
    assert first.sku == second.sku == composed
    assert second.name == decomposed


def test_what_needs_no_shipping_says_so(order: Make, line: Make, read: Read) -> None:
    lines = [line(id=1, requires_shipping=False), line(id=2, requires_shipping=None)]

    assert [seen.requires_shipping for seen in snapshot(read(order(line_items=lines))).lines] == [False, True]


@pytest.mark.parametrize(
    ("quantity", "current", "kept", "canceled"),
    [(3, 3, 0, 0), (3, 1, 0, 2), (3, 1, 2, 0), (3, 0, 1, 2), (3, 3, 2, 0), (3, 4, 0, 0), (1, 0, 5, 0)],
)
def test_canceled_is_what_is_gone_without_having_been_handed_over(
    quantity: int, current: int, kept: int, canceled: int
) -> None:
    assert canceled_pieces(quantity, current, kept) == canceled


@pytest.mark.parametrize(
    ("restock_type", "handed_over", "canceled"),
    [
        ("cancel", 0, 2),
        ("return", 3, 0),
        ("no_restock", 0, 2),  # canceled without putting it back on the shelf
        ("no_restock", 3, 0),  # the customer keeps it
        ("no_restock", 1, 1),
        ("legacy_restock", 0, 2),
        ("legacy_restock", 3, 0),
    ],
)
def test_refunded_pieces_were_canceled_only_if_they_had_not_left(
    restock_type: str,
    handed_over: int,
    canceled: int,
    order: Make,
    line: Make,
    refund: Make,
    fulfillment: Make,
    read: Read,
) -> None:
    refunded = {"line_item_id": 11, "quantity": 2, "restock_type": restock_type, "subtotal": 20}
    shipped = [fulfillment(line_items=[line(quantity=handed_over)])] if handed_over else []
    document = order(
        line_items=[line(current_quantity=1)],
        fulfillments=shipped,
        refunds=[refund(refund_line_items=[refunded])],
    )

    assert snapshot(read(document)).lines[0].canceled == canceled
    # Before 2024-01 there was no current_quantity: the refunds tell the same.
    document["line_items"][0]["current_quantity"] = None
    assert snapshot(read(document)).lines[0].canceled == canceled


def test_a_piece_that_left_is_not_counted_as_returned_and_as_kept(
    order: Make, line: Make, refund: Make, fulfillment: Make, read: Read
) -> None:
    refunded = [
        {"line_item_id": 11, "quantity": 1, "restock_type": "return"},
        {"line_item_id": 11, "quantity": 1, "restock_type": "no_restock"},
    ]
    document = order(
        line_items=[line(current_quantity=1)],
        fulfillments=[fulfillment(line_items=[line(quantity=1)])],
        refunds=[refund(refund_line_items=refunded)],
    )

    assert snapshot(read(document)).lines[0].canceled == 1


def test_a_canceled_fulfillment_handed_nothing_over(
    order: Make, line: Make, refund: Make, fulfillment: Make, read: Read
) -> None:
    refunded = {"line_item_id": 11, "quantity": 3, "restock_type": "no_restock"}
    document = order(
        line_items=[line(current_quantity=0)],
        fulfillments=[fulfillment(status="cancelled")],
        refunds=[refund(refund_line_items=[refunded])],
    )

    assert snapshot(read(document)).lines[0].canceled == 3


def test_pieces_removed_by_an_edit_are_canceled(order: Make, line: Make, read: Read) -> None:
    seen = snapshot(read(order(line_items=[line(current_quantity=1)])))

    assert (seen.lines[0].quantity, seen.lines[0].canceled) == (3, 2)


# --- people --------------------------------------------------------------------------------------


def test_an_order_of_nobody_is_fine(order: Make, read: Read) -> None:
    assert snapshot(read(order(email="", customer=None))).customer is None


def test_the_mail_address_is_the_orders_own(order: Make, read: Read) -> None:
    account = {"first_name": "Example", "last_name": "Customer", "email": "account@example.com"}

    without = snapshot(read(order(email="", contact_email=None, customer=account))).customer
    contact = snapshot(read(order(email=None, contact_email="contact@example.com"))).customer
    assert without == Customer(name="Example Customer")
    assert contact is not None
    assert contact.email == "contact@example.com"


def test_the_phone_number_is_the_orders_own_else_the_buyers(order: Make, read: Read) -> None:
    def phone(of_order: str | None, of_buyer: str | None) -> str:
        seen = snapshot(read(order(phone=of_order, customer={"first_name": "Example", "phone": of_buyer})))
        assert seen.customer is not None
        return seen.customer.phone

    assert phone("+493023125001", "+493023125002") == "+493023125001"
    assert phone(None, "+493023125002") == "+493023125002"
    assert phone(None, None) == ""


def test_addresses_are_read_and_name_a_guest(order: Make, read: Read) -> None:
    address = {
        "first_name": "Example",
        "last_name": "Guest",
        "company": None,
        "address1": "Example Street 1",
        "address2": "",
        "zip": "10115",
        "city": "Berlin",
        "province": "Berlin",
        "province_code": "BE",
        "country": "Germany",
        "country_code": "DE",
        "phone": "+493023125001",
    }
    read_address = Address(
        name="Example Guest",
        street=("Example Street 1",),
        postal_code="10115",
        city="Berlin",
        region="BE",
        country="DE",
        phone="+493023125001",
    )

    seen = snapshot(
        read(order(customer=None, shipping_address=address, billing_address={}, customer_locale="de"))
    )
    assert seen.customer == Customer(
        name="Example Guest", email="buyer@example.com", locale="de", shipping=read_address
    )


def test_a_name_over_two_lines_becomes_one(order: Make, read: Read) -> None:
    customer = snapshot(read(order(customer={"first_name": "Example\r\nBcc: x@example.com"}))).customer

    assert customer is not None
    assert customer.name == "Example Bcc: x@example.com"


# --- money ---------------------------------------------------------------------------------------


def test_b42_parts_that_do_not_add_up_are_flagged_and_accepted(order: Make, read: Read) -> None:
    assert read(order(total_price="34.89")).flags == ("total_mismatch",)
    assert read(order(taxes_included=False, total_price="40.47")).flags == ()
    assert read(order(total_discounts="4.90", total_price="30.00")).flags == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"total_tip_received": "1.00"},
        {"original_total_duties_set": {"shop_money": {"amount": "1.00"}}},
        {"original_total_additional_fees_set": {"shop_money": {"amount": "1.00"}}},
        {"shipping_lines": [{"title": "Standard", "discount_allocations": [{"amount": "1.00"}]}]},
        {"total_shipping_price_set": None},
        {"total_tax": None},
        {"taxes_included": None},
    ],
)
def test_b42_nothing_is_flagged_where_the_sum_is_not_certain(
    changes: dict[str, Any], order: Make, read: Read
) -> None:
    assert read(order(total_price="99.00", **changes)).flags == ()


def test_the_total_is_the_one_that_refunds_do_not_lower(order: Make, read: Read) -> None:
    assert snapshot(read(order(current_total_price="4.90"))).total == Decimal("34.90")


def test_a_tax_finer_than_the_currency_is_kept_and_flagged(order: Make, read: Read) -> None:
    report = read(order(total_tax="5.5723"))

    assert snapshot(report).tax_total == Decimal("5.5723")
    assert report.flags == ("fine_amount",)


def refusal(document: Any, read: Read, **settings: Any) -> str:
    with pytest.raises(UnusableError) as caught:
        read(document, **settings)
    return caught.value.code


@pytest.mark.parametrize("order_id", [None, "", "  "])
def test_b33_an_order_without_id_is_unusable(order_id: str | None, order: Make, read: Read) -> None:
    assert refusal(order(id=order_id), read) == "missing_field:order_id"
    without = order()
    del without["id"]
    assert refusal(without, read) == "missing_field:order_id"


def test_b34_a_number_and_its_text_are_one_id(order: Make, read: Read) -> None:
    assert read(order(id=123)).order_external_id == read(order(id="123")).order_external_id == "123"


def test_b35_an_id_keeps_its_letters_and_may_not_be_endless(order: Make, read: Read) -> None:
    assert read(order(id="a#b/../\U0001f600")).order_external_id == "a#b/../\U0001f600"
    assert refusal(order(id="1" * 300), read) == "invalid_id"


@pytest.mark.parametrize(
    "price",
    [
        Decimal("19.99999999999999999999"),
        "1_000",
        "\u0967\u0968",
        " 12 ",
        "1e400",
        "12,50",
        "-1.00",
        True,
        "10.001",
        [],
    ],
)
def test_b36_to_b39_an_amount_that_is_none_is_unusable(
    price: Any, order: Make, line: Make, read: Read
) -> None:
    assert refusal(order(total_price=price), read) == "invalid_amount"
    assert refusal(order(line_items=[line(price=price)]), read) == "invalid_amount"


def test_b38_a_decimal_comma_is_read_where_the_connection_declares_it(
    order: Make, line: Make, refund: Make, transaction: Make, read: Read
) -> None:
    def document(sign: str) -> dict[str, Any]:
        returned = {"line_item_id": 11, "quantity": 1, "restock_type": "return", "subtotal": f"10{sign}00"}
        refunds = [
            refund(
                refund_line_items=[returned], transactions=[transaction(amount=f"10{sign}00", kind="refund")]
            )
        ]
        discounted = line(price=f"10{sign}00", discount_allocations=[{"amount": f"1{sign}50"}])
        shipping = {"shop_money": {"amount": f"4{sign}90", "currency_code": "EUR"}}
        return order(
            total_price=f"33{sign}40",
            total_tax=f"5{sign}57",
            total_discounts=f"1{sign}50",
            total_tip_received=f"0{sign}00",
            total_shipping_price_set=shipping,
            line_items=[discounted],
            refunds=refunds,
        )

    assert read(document(","), decimal_comma=True) == read(document("."))
    assert refusal(document("."), read, decimal_comma=True) == "invalid_amount"
    assert refusal(document(","), read) == "invalid_amount"


@pytest.mark.parametrize("quantity", [0, -1, Decimal("1.5"), True, "1", 1_000_001])
def test_b39_a_quantity_that_is_none_is_unusable(quantity: Any, order: Make, line: Make, read: Read) -> None:
    assert refusal(order(line_items=[line(quantity=quantity)]), read) == "invalid_quantity"


def test_b40_a_currency_is_given_and_three_letters(order: Make, read: Read) -> None:
    assert refusal(order(currency="EURO"), read) == "invalid_currency"
    assert refusal(order(currency=None), read, currency="EUR") == "missing_field:currency"
    assert snapshot(read(order(currency="eur"))).currency == "EUR"


def test_b41_digits_follow_the_currency(order: Make, line: Make, read: Read) -> None:
    dinar = order(currency="KWD", total_price="34.905", line_items=[line(price="10.005")])

    assert snapshot(read(dinar)).total == Decimal("34.905")
    assert refusal(order(currency="JPY", total_price="34.90"), read) == "invalid_amount"
    yen = order(currency="JPY", total_price="3490.00", line_items=[line(price="1000")])
    assert snapshot(read(yen)).total == Decimal(3490)


@pytest.mark.parametrize("field", ["updated_at", "processed_at", "cancelled_at", "closed_at"])
@pytest.mark.parametrize(
    "value",
    ["2026-03-02T09:00:00", "2026-02-30T09:00:00Z", "2026-03-02T09:00:60Z", "1700000000", 1700000000000],
)
def test_b43_a_time_that_is_none_is_unusable(field: str, value: Any, order: Make, read: Read) -> None:
    zone = ZoneInfo("Europe/Berlin")  # Shopify's times carry their offset: a zone changes nothing

    assert refusal(order(**{field: value}), read, zone=zone) == "invalid_timestamp"


@pytest.mark.parametrize("value", ["9999-12-31T00:00:00Z", "2026-03-11T12:00:01Z"])
def test_b44_a_time_from_the_future_is_unusable(value: str, order: Make, read: Read) -> None:
    assert refusal(order(updated_at=value), read) == "invalid_timestamp"


def test_an_order_without_its_time_is_unusable_because_nothing_else_tells_old_from_new(
    order: Make, read: Read
) -> None:
    assert refusal(order(updated_at=None), read) == "missing_field:updated_at"


def test_b69_a_thousand_lines_are_read_and_one_more_is_too_many(order: Make, line: Make, read: Read) -> None:
    lines = [line(id=number) for number in range(1, 1_002)]

    assert len(snapshot(read(order(line_items=lines[:1_000]))).lines) == 1_000
    assert refusal(order(line_items=lines), read) == "too_many_lines"


def test_an_order_of_another_shape_is_unusable_and_its_values_stay_out_of_the_reason(
    order: Make, read: Read
) -> None:
    with pytest.raises(UnusableError) as caught:
        read(order(line_items=[{"id": 1}, "secret"]))

    assert (caught.value.code, caught.value.where) == ("invalid_shape", "line_items.1")
    assert "secret" not in str(caught.value)
    assert refusal(order(line_items=None), read) == "missing_field:line_items"


def test_b45_a_time_without_a_zone_is_refused_even_where_the_connection_has_one(
    order: Make, read: Read
) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(order(updated_at="2026-03-02T02:30:00"), zone=ZoneInfo("Europe/Berlin"))
