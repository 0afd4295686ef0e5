"""What is taken for an order, and which values are refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from shared.adapters import mapping_of
from shared.channels.mirakl.mapping import TOPICS, normalize
from shared.orders.facts import OrderSeen, Report
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, UnusableError

Build = Callable[..., dict[str, Any]]


def read(document: Any, reading: Reading) -> Report:
    [report] = normalize(document, topic="order", reading=reading)
    return report


def seen(document: Any, reading: Reading) -> OrderSeen:
    [fact] = [fact for fact in read(document, reading).facts if isinstance(fact, OrderSeen)]
    return fact


def with_line(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the document with its first line changed."""
    first, *others = document["order_lines"]
    return document | {"order_lines": [first | changes, *others]}


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("mirakl")

    assert module.TOPICS == TOPICS == ("order",)


def test_a_page_gives_one_report_per_order(an_order: Build, reading: Reading) -> None:
    page = {"orders": [an_order(), an_order(order_id="M-2-A")], "total_count": 2}

    reports = normalize(page, topic="", reading=reading)

    assert [report.order_external_id for report in reports] == ["M-1-A", "M-2-A"]


@pytest.mark.parametrize("document", [{"carriers": []}, {"data": []}, {}])
def test_what_is_no_order_is_ignored(document: Any, reading: Reading) -> None:
    with pytest.raises(IrrelevantError, match="not an order"):
        normalize(document, topic="", reading=reading)


def test_another_topic_is_ignored(an_order: Build, reading: Reading) -> None:
    with pytest.raises(IrrelevantError, match="topic"):
        normalize(an_order(), topic="shipment", reading=reading)


@pytest.mark.parametrize("document", [[], "order", None, {"orders": 1}, {"orders": ["x"]}])
def test_another_shape_is_refused(document: Any, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_shape"):
        normalize(document, topic="", reading=reading)


def test_an_order_without_a_state_is_refused(an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="missing_field:order_state"):
        read(an_order(order_state=None), reading)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_b33_an_order_without_an_id_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="missing_field:order_id"):
        read(an_order(order_id=value), reading)


def test_b34_an_id_is_the_same_as_number_and_as_text(an_order: Build, reading: Reading) -> None:
    assert read(an_order(order_id=123), reading) == read(an_order(order_id="123"), reading)


@pytest.mark.parametrize("value", ["x" * 201, Decimal("1.5"), True, ["1"]])
def test_b35_what_can_be_no_id_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_id"):
        read(an_order(order_id=value), reading)


@pytest.mark.parametrize(
    "value", [Decimal("19.99999999999999999999"), "1_000", "१२", " 12 ", "1e400", "12,50", -1, True]
)
def test_b36_b37_b38_b39_what_is_no_amount_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(an_order(total_price=value), reading)
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(with_line(an_order(), price_unit=value), reading)


@pytest.mark.parametrize("value", [0, -1, Decimal("1.5"), True, "1"])
def test_b39_a_quantity_that_is_no_positive_whole_number_is_refused(
    value: Any, an_order: Build, reading: Reading
) -> None:
    with pytest.raises(UnusableError, match="invalid_quantity"):
        read(with_line(an_order(), quantity=value), reading)


@pytest.mark.parametrize(
    ("value", "code"),
    [("EURO", "invalid_currency"), (978, "invalid_currency"), (None, "missing_field:currency")],
)
def test_b40_a_currency_must_be_a_code(value: Any, code: str, an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match=code):
        read(an_order(currency_iso_code=value), reading)


def test_b40_a_currency_is_written_in_capitals(an_order: Build, reading: Reading) -> None:
    assert seen(an_order(currency_iso_code="eur"), reading).currency == "EUR"


def test_b41_the_digits_of_a_total_follow_the_currency(an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(an_order(currency_iso_code="JPY"), reading)
    document = an_order(currency_iso_code="KWD", total_price=Decimal("29.201"))
    assert seen(document, reading).total == Decimal("29.201")


def test_b42_a_total_unlike_the_sum_of_its_parts_is_flagged(an_order: Build, reading: Reading) -> None:
    assert read(an_order(total_price=Decimal("29.21")), reading).flags == ()
    assert read(an_order(total_price=30), reading).flags == ("total_mismatch",)


def test_b42_what_canceled_pieces_leave_of_a_total_is_not_guessed(an_order: Build, reading: Reading) -> None:
    document = with_line(an_order(total_price=20), cancelations=[{"quantity": 1}])

    assert read(document, reading).flags == ()


@pytest.mark.parametrize(
    "value", ["2026-03-04T08:02:11", "2026-02-30T00:00:00Z", "2026-03-04T08:02:60Z", 1_772_611_331, "x"]
)
def test_b43_a_time_in_another_format_is_refused(value: Any, an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(an_order(last_updated_date=value), reading)


@pytest.mark.parametrize("value", ["9999-01-01T00:00:00Z", "2026-03-11T00:00:01Z"])
def test_b44_a_time_far_off_is_refused(value: str, an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(an_order(last_updated_date=value), reading)


def test_b44_a_deadline_far_off_is_left_out_and_flagged(an_order: Build, reading: Reading) -> None:
    document = an_order(shipping_deadline="9999-12-31T23:59:59Z")

    assert seen(document, reading).ship_by is None
    assert read(document, reading).flags == ("invalid_deadline",)


def test_b69_a_thousand_lines_are_read_and_one_more_is_refused(an_order: Build, reading: Reading) -> None:
    line = an_order()["order_lines"][0]
    lines = [line | {"order_line_id": f"L{number}"} for number in range(1001)]

    assert len(seen(an_order(order_lines=lines[:1000]), reading).lines) == 1000
    with pytest.raises(UnusableError, match="too_many_lines"):
        read(an_order(order_lines=lines), reading)


def test_b70_two_spellings_of_one_sku_are_one(an_order: Build, reading: Reading) -> None:
    skus = {
        seen(with_line(an_order(), offer_sku=sku), reading).lines[0].sku
        for sku in ("Cafe\u0301", "Caf\u00e9")
    }

    assert skus == {"Caf\u00e9"}
