from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.channels.woocommerce.mapping import normalize
from shared.orders.facts import Address, LineSeen, OrderSeen, Report
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

Build = Callable[..., dict[str, Any]]


def read(document: Any, reading: Reading) -> Report:
    [report] = normalize(document, topic="order.updated", reading=reading)
    return report


def seen(document: Any, reading: Reading) -> OrderSeen:
    fact = read(document, reading).facts[0]
    assert isinstance(fact, OrderSeen)
    return fact


def refusal(document: Any, reading: Reading) -> tuple[str, str]:
    with pytest.raises(UnusableError) as refused:
        read(document, reading)
    return refused.value.code, refused.value.where


def test_an_order_is_read_with_its_lines_and_totals(an_order: Build, reading: Reading) -> None:
    order = seen(an_order(), reading)

    assert (order.number, order.currency, order.total) == ("1501", "EUR", Decimal("34.75"))
    assert (order.shipping_total, order.tax_total, order.discount_total) == (
        Decimal("4.20"),
        Decimal("5.55"),
        Decimal("0.00"),
    )
    assert order.lines == (
        LineSeen(
            external_id="1",
            sku="MUG",
            name="Mug",
            quantity=2,
            unit_price=Decimal(10),
            total=Decimal("20.00"),
        ),
        LineSeen(
            external_id="2",
            sku="PEN",
            name="Pen",
            quantity=1,
            unit_price=Decimal(5),
            total=Decimal("5.00"),
        ),
    )
    assert (order.shipping_method, order.payment_method_name) == ("Parcel", "Credit card")
    assert read(an_order(), reading).flags == ()


def test_times_are_utc_though_the_shop_writes_no_zone(an_order: Build, reading: Reading) -> None:
    document = an_order(date_created="2026-03-02T10:15:00", date_modified="2026-03-04T09:02:11")

    assert seen(document, reading).placed_at == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert read(document, reading).source_time == datetime(2026, 3, 4, 8, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["2026-02-30T00:00:00", "2026-03-01T00:00:60", "1700000000", 1700000000, "2026-03-01T00:00:00Z", "now"],
)
def test_b43_a_time_in_another_format_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    assert refusal(an_order(date_modified_gmt=value), reading) == ("invalid_timestamp", "date_modified_gmt")


@pytest.mark.parametrize("value", ["9999-01-01T00:00:00", "2026-03-11T00:00:01", "1999-12-31T23:59:59"])
def test_b44_a_time_far_off_is_refused(value: str, an_order: Build, reading: Reading) -> None:
    assert refusal(an_order(date_paid_gmt=value), reading) == ("invalid_timestamp", "date_paid_gmt")


@pytest.mark.parametrize("value", [None, "", "  "])
def test_b33_an_order_without_an_id_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    assert refusal(an_order(id=value), reading) == ("missing_field:order_id", "order_id")


def test_b34_an_id_is_the_same_as_number_and_as_text(an_order: Build, reading: Reading) -> None:
    assert read(an_order(id=1501), reading) == read(an_order(id="1501"), reading)


@pytest.mark.parametrize("value", ["9" * 201, True, 1.5, ["1"]])
def test_b35_what_can_be_no_id_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    assert refusal(an_order(id=value), reading) == ("invalid_id", "order_id")


@pytest.mark.parametrize(
    "total",
    [
        Decimal("19.99999999999999999999"),
        "1_000",
        "१२",
        " 12 ",
        "1e400",
        "12,50",
        "-1.00",
        True,
        "NaN",
        "",
        "34.755",
    ],
)
def test_b36_b37_b38_b39_a_total_that_is_no_amount_is_refused(
    total: Any, an_order: Build, reading: Reading
) -> None:
    assert refusal(an_order(total=total), reading) == ("invalid_amount", "total")


@pytest.mark.parametrize("field", ["price", "total"])
@pytest.mark.parametrize("value", ["1_000", "१२", " 12 ", "1e400", "12,50", "-1", True])
def test_b37_b38_b39_a_line_with_a_price_that_is_no_amount_is_refused(
    field: str, value: Any, an_order: Build, a_line: Build, reading: Reading
) -> None:
    document = an_order(line_items=[a_line(**{field: value})])

    assert refusal(document, reading) == ("invalid_amount", f"line_items.{field}")


def test_b38_a_decimal_comma_is_read_where_the_connection_declares_it(
    an_order: Build, a_line: Build, reading: Reading
) -> None:
    def document(sign: str) -> dict[str, Any]:
        return an_order(
            total=f"31{sign}25",
            total_tax=f"5{sign}55",
            shipping_total=f"4{sign}20",
            discount_total=f"0{sign}50",
            line_items=[a_line(total=f"20{sign}00", price=f"10{sign}00")],
            fee_lines=[{"total": f"1{sign}50"}],
            refunds=[{"id": 7, "total": f"-3{sign}50"}],
        )

    declared = replace(reading, decimal_comma=True)
    assert read(document(","), declared) == read(document("."), reading)
    assert refusal(document("."), declared) == ("invalid_amount", "total")
    assert refusal(document(","), reading) == ("invalid_amount", "total")


@pytest.mark.parametrize("value", [0, -1, Decimal("1.5"), True, "1", 1_000_001])
def test_b39_a_quantity_that_is_no_positive_whole_number_is_refused(
    value: Any, an_order: Build, a_line: Build, reading: Reading
) -> None:
    document = an_order(line_items=[a_line(quantity=value)])

    assert refusal(document, reading) == ("invalid_quantity", "line_items.quantity")


@pytest.mark.parametrize(
    ("currency", "code"),
    [
        ("EURO", "invalid_currency"),
        (978, "invalid_currency"),
        (None, "missing_field:currency"),
        ("", "missing_field:currency"),
    ],
)
def test_b40_a_currency_must_be_a_code(currency: Any, code: str, an_order: Build, reading: Reading) -> None:
    assert refusal(an_order(currency=currency), reading) == (code, "currency")


def test_b40_a_currency_is_written_in_capitals(an_order: Build, reading: Reading) -> None:
    assert seen(an_order(currency="eur"), reading).currency == "EUR"


@pytest.mark.parametrize(("currency", "total", "fits"), [("JPY", "34.75", False), ("KWD", "34.755", True)])
def test_b41_the_digits_of_a_total_follow_the_currency(
    currency: str, total: str, fits: bool, an_order: Build, reading: Reading
) -> None:
    document = an_order(currency=currency, total=total)

    if fits:
        assert seen(document, reading).total == Decimal(total)
    else:
        assert refusal(document, reading) == ("invalid_amount", "total")


@pytest.mark.parametrize("total", ["34.69", "34.81", "99.00", "0.00"])
def test_b42_a_total_unlike_the_sum_of_its_parts_is_flagged(
    total: str, an_order: Build, reading: Reading
) -> None:
    assert read(an_order(total=total), reading).flags == ("total_mismatch",)


@pytest.mark.parametrize("total", ["34.75", "34.71", "34.79"])
def test_b42_one_cent_of_rounding_per_part_is_none_of_our_business(
    total: str, an_order: Build, reading: Reading
) -> None:
    assert read(an_order(total=total), reading).flags == ()


def test_fees_belong_to_the_total_also_when_they_are_discounts(an_order: Build, reading: Reading) -> None:
    fees = [{"total": "-3.00"}, {"total": "1.00"}]

    assert read(an_order(total="32.75", fee_lines=fees), reading).flags == ()
    assert read(an_order(fee_lines=fees), reading).flags == ("total_mismatch",)


def test_an_order_may_cost_nothing(an_order: Build, a_line: Build, reading: Reading) -> None:
    document = an_order(
        total="0.00",
        total_tax="0.00",
        shipping_total="0.00",
        payment_method="",
        line_items=[a_line(price=0, total="0.00")],
    )

    assert seen(document, reading).total == Decimal(0)
    assert read(document, reading).flags == ()


@pytest.mark.parametrize(
    ("price", "kept"),
    [
        (Decimal("6.666666666666667"), Decimal("6.666666666666667")),
        ("6.6667", Decimal("6.6667")),
    ],
)
def test_a_price_with_endless_digits_is_kept_and_flagged(
    price: Any, kept: Decimal, an_order: Build, a_line: Build, reading: Reading
) -> None:
    document = an_order(
        line_items=[a_line(quantity=3, price=price, total="20.00"), a_line(id=2, total="5.00")]
    )

    assert seen(document, reading).lines[0].unit_price == kept
    assert read(document, reading).flags == ("fine_amount",)


def test_a_line_total_finer_than_the_currency_is_kept_and_flagged(
    an_order: Build, a_line: Build, reading: Reading
) -> None:
    document = an_order(line_items=[a_line(total="20.0025"), a_line(id=2, total="5.00")])

    assert seen(document, reading).lines[0].total == Decimal("20.0025")
    assert read(document, reading).flags == ("fine_amount",)


def test_a_price_may_be_absent_and_a_line_total_may_not(
    an_order: Build, a_line: Build, reading: Reading
) -> None:
    assert seen(an_order(line_items=[a_line(price=None)]), reading).lines[0].unit_price is None
    assert refusal(an_order(line_items=[a_line(total=None)]), reading)[0] == "missing_field:line_items.total"


def test_names_lose_their_html_entities_and_line_breaks(
    an_order: Build, a_line: Build, reading: Reading
) -> None:
    document = an_order(
        line_items=[a_line(name="Mug &ndash; blue &amp; round\r\n&lt;b&gt;")],
        shipping_lines=[{"method_id": "flat_rate", "method_title": "Post &amp; more"}],
    )

    assert seen(document, reading).lines[0].name == "Mug \u2013 blue & round <b>"
    assert seen(document, reading).shipping_method == "Post & more"


def test_b70_two_spellings_of_one_sku_are_one_and_the_name_stays_as_typed(
    an_order: Build, a_line: Build, reading: Reading
) -> None:
    composed, decomposed = "CAF\u00c9", "CAFE\u0301"

    lines = seen(
        an_order(
            line_items=[a_line(sku=composed), a_line(id=2, sku=decomposed, name=decomposed)],
        ),
        reading,
    ).lines

    assert lines[0].sku == lines[1].sku == composed
    assert lines[1].name == decomposed


def test_b69_a_thousand_lines_are_read_and_one_more_is_refused(
    an_order: Build, a_line: Build, reading: Reading
) -> None:
    lines = [a_line(id=number) for number in range(1, 1_002)]

    assert len(seen(an_order(line_items=lines[:1_000]), reading).lines) == 1_000
    assert refusal(an_order(line_items=lines), reading) == ("too_many_lines", "line_items")


def test_the_customer_is_read_with_both_addresses(an_order: Build, reading: Reading) -> None:
    document = an_order(
        shipping={
            "first_name": "Example",
            "last_name": "Shop",
            "company": "Example &amp; Co",
            "address_1": "Hauptstraße 2",
            "address_2": "Rear building",
            "city": "Wien",
            "state": "W",
            "postcode": "1010",
            "country": "AT",
            "phone": "+43 1 555",
        }
    )

    customer = seen(document, reading).customer

    assert customer is not None
    assert (customer.name, customer.email, customer.phone) == (
        "Example Customer",
        "buyer@example.com",
        "+49 30 5550100",
    )
    assert customer.shipping == Address(
        name="Example Shop",
        company="Example & Co",
        street=("Hauptstraße 2", "Rear building"),
        postal_code="1010",
        city="Wien",
        region="W",
        country="AT",
        phone="+43 1 555",
    )
    assert customer.billing is not None
    assert customer.billing.city == "Berlin"


def test_an_address_of_empty_fields_is_none(an_order: Build, reading: Reading) -> None:
    customer = seen(an_order(), reading).customer

    assert customer is not None
    assert customer.shipping is None


def test_an_order_may_have_no_addresses_at_all(an_order: Build, reading: Reading) -> None:
    customer = seen(an_order(billing=None, shipping=None), reading).customer

    assert customer is not None
    assert (customer.name, customer.email, customer.billing, customer.shipping) == ("", "", None, None)


def test_the_number_is_that_of_the_shop_and_else_the_id(an_order: Build, reading: Reading) -> None:
    assert seen(an_order(number="WEB-7"), reading).number == "WEB-7"
    assert seen(an_order(number=None), reading).number == "1501"


def test_a_refusal_never_repeats_what_was_sent(an_order: Build, reading: Reading) -> None:
    for changes in ({"total": "secret"}, {"billing": "secret"}, {"line_items": [{"id": "secret"}]}):
        with pytest.raises(UnusableError) as refused:
            read(an_order(**changes), reading)
        assert "secret" not in repr(refused.value)
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_b45_local_times_are_never_read_so_that_none_is_ambiguous(an_order: Build) -> None:
    # 02:30 on the night the clock goes back, in the shop's own time; its twin in UTC says which one.
    document = an_order(date_modified="2026-10-25T02:30:00", date_modified_gmt="2026-10-25T01:30:00")
    reading = Reading(received_at=datetime(2026, 10, 26, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))

    report = read(document, reading)

    assert report.source_time == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert "ambiguous_time" not in report.flags
