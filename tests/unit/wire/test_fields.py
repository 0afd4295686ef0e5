"""Single values from outside: what is read, and what is refused with which code."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.wire import fields
from shared.wire.errors import UnusableError

RECEIVED = datetime(2026, 11, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
OTHER_DIGITS = "\u0967\u0968"  # १२, digits to int() and Decimal()


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(UnusableError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def time_of(value: Any, zone: ZoneInfo | None = None) -> datetime:
    return fields.timestamp(value, "at", received_at=RECEIVED, zone=zone)


def refused_time(value: Any, zone: ZoneInfo | None = None) -> bool:
    return code_of(fields.timestamp, value, "at", received_at=RECEIVED, zone=zone) == "invalid_timestamp"


# --- ids


@pytest.mark.parametrize("value", [None, "", "  ", "\t\n"])
def test_b33_an_id_that_is_missing_names_its_field(value: Any) -> None:
    assert code_of(fields.identifier, value, "order_id") == "missing_field:order_id"
    assert fields.optional_identifier(value, "order_id") == ""


def test_b34_an_id_is_the_same_as_number_and_as_text() -> None:
    assert fields.identifier(123, "id") == fields.identifier("123", "id") == fields.identifier(" 123 ", "id")
    assert fields.optional_identifier(123, "id") == "123"


@pytest.mark.parametrize("value", ["#1001", "a/b", "..", "😀", "x" * 200])
def test_b35_an_odd_id_is_kept_as_it_is(value: str) -> None:
    assert fields.identifier(value, "id") == value


@pytest.mark.parametrize(
    "value", ["x" * 201, "x" * 300, "\U0001f600" * 76, True, False, 1.5, Decimal("1.0"), [1], {"id": 1}]
)
def test_b35_what_cannot_be_an_id_is_refused(value: Any) -> None:
    assert code_of(fields.identifier, value, "id") == "invalid_id"
    assert code_of(fields.optional_identifier, value, "id") == "invalid_id"


# --- money


def test_b36_a_price_with_more_digits_than_its_currency_is_not_rounded_but_refused() -> None:
    price = Decimal("19.99999999999999999999")
    assert code_of(fields.amount, price, "EUR", "price") == "invalid_amount"
    assert code_of(fields.amount, "19.999", "EUR", "price") == "invalid_amount"
    assert code_of(fields.amount, Decimal("19.999"), "EUR", "price") == "invalid_amount"


def test_b36_zeros_behind_the_currencys_digits_do_no_harm() -> None:
    assert fields.amount("19.9900", "EUR", "price") == Decimal("19.99")
    assert str(fields.amount("19.9900", "EUR", "price")) == "19.99"


def test_an_amount_may_be_text_whole_or_decimal_and_gets_the_currencys_digits() -> None:
    values: list[Any] = ["5", 5, Decimal(5), Decimal("5E0"), "5.00"]
    assert [str(fields.amount(value, "EUR", "price")) for value in values] == ["5.00"] * 5
    assert str(fields.amount(Decimal("1E+2"), "EUR", "price")) == "100.00"


@pytest.mark.parametrize(
    "value",
    [
        "1_000",
        OTHER_DIGITS,
        " 12 ",
        "12 ",
        "12\n",
        "1e400",
        "1e2",
        "+12",
        "12.",
        ".5",
        "",
        "0x10",
        "NaN",
        "Infinity",
        "1,000.00",
        "1234567890123",  # thirteen digits
        "1.00000",  # five behind the point
        10**12,
        True,
        1.5,
        [],
        {},
    ],
)
def test_b37_what_decimal_would_swallow_is_refused(value: Any) -> None:
    assert code_of(fields.amount, value, "EUR", "price") == "invalid_amount"


@pytest.mark.parametrize("value", ["1_000", OTHER_DIGITS, " 12 ", "1e400", "", True, 1.5, "0." + "1" * 21])
def test_b37_fine_amounts_are_as_strict(value: Any) -> None:
    assert code_of(fields.fine_amount, value, "tax") == "invalid_amount"


def test_b38_a_decimal_comma_is_refused_where_none_is_declared() -> None:
    assert code_of(fields.amount, "12,50", "EUR", "price") == "invalid_amount"
    assert code_of(fields.fine_amount, "12,50", "tax") == "invalid_amount"


def test_b38_a_decimal_comma_is_read_where_it_is_declared() -> None:
    assert fields.amount("12,50", "EUR", "price", decimal_comma=True) == Decimal("12.50")
    assert fields.amount("-1,5", "EUR", "fee", negative=True, decimal_comma=True) == Decimal("-1.50")
    assert fields.amount("12", "EUR", "price", decimal_comma=True) == Decimal(12)
    assert fields.fine_amount("0,083333", "tax", decimal_comma=True) == Decimal("0.083333")


def test_b38_a_json_number_has_its_point_whatever_is_declared() -> None:
    assert fields.amount(Decimal("12.50"), "EUR", "price", decimal_comma=True) == Decimal("12.50")
    assert fields.amount(12, "EUR", "price", decimal_comma=True) == Decimal(12)


@pytest.mark.parametrize(
    "value",
    ["12.50", "1.234", "1.234,50", "1,234.50", "1,234,50", "1 234,50", "12,", ",5", "12,505", "12,5 ", "1e2"],
)
def test_b38_where_a_comma_is_declared_nothing_else_parts_and_nothing_groups(value: str) -> None:
    read = partial(fields.amount, decimal_comma=True)
    assert code_of(read, value, "EUR", "price") == "invalid_amount"


def test_b39_a_negative_amount_is_refused_unless_it_is_asked_for() -> None:
    assert code_of(fields.amount, "-5.00", "EUR", "price") == "invalid_amount"
    assert code_of(fields.fine_amount, "-0.001", "tax") == "invalid_amount"
    assert fields.amount("-5.00", "EUR", "refund", negative=True) == Decimal("-5.00")
    assert fields.fine_amount("-0.001", "tax", negative=True) == Decimal("-0.001")


@pytest.mark.parametrize("value", ["-0", "-0.00", Decimal("-0.0")])
def test_zero_has_no_sign(value: Any) -> None:
    assert str(fields.amount(value, "EUR", "discount")) == "0.00"
    assert not fields.fine_amount(value, "tax").is_signed()


def test_a_fine_amount_is_kept_digit_by_digit() -> None:
    figure = "123456789012.12345678901234567890"
    assert str(fields.fine_amount(figure, "tax")) == figure
    assert str(fields.fine_amount(Decimal("0.0833"), "tax")) == "0.0833"


def test_a_missing_amount_names_its_field() -> None:
    assert code_of(fields.amount, None, "EUR", "total") == "missing_field:total"
    assert code_of(fields.fine_amount, None, "tax") == "missing_field:tax"


@pytest.mark.parametrize(
    "value", ["EURO", "EU", "€", "E1R", " EUR", "EUR\n", 978, True, "\u0130ST", "\u212alm"]
)
def test_b40_what_is_no_currency_is_refused(value: Any) -> None:
    assert code_of(fields.currency, value) == "invalid_currency"


def test_b40_a_currency_is_upper_case_and_must_be_there() -> None:
    assert fields.currency("eur") == fields.currency("EUR") == "EUR"
    assert code_of(fields.currency, None) == "missing_field:currency"
    assert code_of(fields.currency, "", "order.currency") == "missing_field:order.currency"


def test_b41_an_amount_has_the_digits_of_its_currency() -> None:
    assert code_of(fields.amount, "10.50", "JPY", "total") == "invalid_amount"
    assert str(fields.amount("10.00", "JPY", "total")) == "10"
    assert str(fields.amount("1.234", "KWD", "total")) == "1.234"
    assert code_of(fields.amount, "1.2345", "KWD", "total") == "invalid_amount"
    assert str(fields.amount("1.2345", "CLF", "total")) == "1.2345"


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_every_amount_of_two_digits_comes_through_unchanged(value: Decimal) -> None:
    assert str(fields.amount(f"{value:f}", "EUR", "total")) == f"{value:f}"


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_an_amount_or_unusable(value: Any) -> None:
    with suppress(UnusableError):
        assert 0 <= fields.amount(value, "EUR", "total") < 10**12


# --- quantities


@pytest.mark.parametrize("value", [0, -1, 1.5, Decimal("1.5"), Decimal("1.0"), True, "1", "", [], 1_000_001])
def test_b39_what_is_no_number_of_pieces_is_refused(value: Any) -> None:
    assert code_of(fields.quantity, value, "quantity") == "invalid_quantity"


def test_b39_pieces_are_whole_and_positive_and_zero_where_asked_for() -> None:
    assert [fields.quantity(value, "quantity") for value in (1, 2, 1_000_000)] == [1, 2, 1_000_000]
    assert fields.quantity(0, "quantity", zero=True) == 0
    assert code_of(fields.quantity, -1, "quantity", zero=True) == "invalid_quantity"
    assert code_of(fields.quantity, False, "quantity", zero=True) == "invalid_quantity"
    assert code_of(fields.quantity, None, "quantity") == "missing_field:quantity"


# --- times


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-10-01T10:00:00Z", datetime(2026, 10, 1, 10, tzinfo=UTC)),
        ("2026-10-01T10:00:00z", datetime(2026, 10, 1, 10, tzinfo=UTC)),
        ("2026-10-01 10:00:00+02:00", datetime(2026, 10, 1, 8, tzinfo=UTC)),
        ("2026-10-01T10:00:00-0500", datetime(2026, 10, 1, 15, tzinfo=UTC)),
        ("2026-10-01T10:00:00.5Z", datetime(2026, 10, 1, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-10-01T10:00:00.123Z", datetime(2026, 10, 1, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-10-01T10:00:00.123456789Z", datetime(2026, 10, 1, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2024-02-29T10:00:00Z", datetime(2024, 2, 29, 10, tzinfo=UTC)),
    ],
)
def test_a_time_comes_out_in_utc(value: str, expected: datetime) -> None:
    assert time_of(value) == expected
    assert time_of(value).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-10-01T10:00:00",  # no zone
        "2026-02-30T10:00:00Z",
        "2026-02-29T10:00:00Z",  # no leap year
        "2026-13-01T10:00:00Z",
        "2026-00-01T10:00:00Z",
        "0000-01-01T10:00:00Z",
        "2026-10-01T10:00:60Z",
        "2026-10-01T23:59:60Z",
        "2026-10-01T24:00:00Z",
        "2026-10-01T10:00:00+24:00",
        "2026-10-01T10:00Z",
        "2026-10-01",
        "2026-W40-4T10:00:00Z",
        "20261001T100000Z",
        "1700000000",
        "1700000000000",
        1_700_000_000,
        1_700_000_000_000,
        1_700_000_000.5,
        True,
        " 2026-10-01T10:00:00Z",
        "2026-10-01T10:00:00Z\n",
        "2026-10-0\u0967T10:00:00Z",
        "2026-10-01T10:00:00,5Z",
        "yesterday",
        [],
        {},
    ],
)
def test_b43_what_is_no_exact_moment_is_refused(value: Any) -> None:
    assert refused_time(value)


@pytest.mark.parametrize("zone", [None, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")])
@pytest.mark.parametrize(
    "value",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-10:00",  # in UTC beyond the last year there is
        "9999-12-31T23:59:59",
        "0001-01-01T00:00:00+10:00",  # in UTC before the first
        "0001-01-01T00:00:00",
        "1999-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
    ],
)
def test_b44_times_that_cannot_be_meant_are_refused(value: str, zone: ZoneInfo | None) -> None:
    assert refused_time(value, zone)


def test_b44_a_day_ahead_of_us_passes_and_a_second_more_does_not() -> None:
    limit = RECEIVED + timedelta(days=1)
    assert time_of(limit.isoformat()) == limit
    assert refused_time((limit + timedelta(seconds=1)).isoformat())


def test_b43_a_time_without_zone_is_read_in_the_channels_own() -> None:
    assert time_of("2026-07-01T12:00:00", BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert time_of("2026-01-01T12:00:00", BERLIN) == datetime(2026, 1, 1, 11, tzinfo=UTC)


def test_b43_a_time_that_names_its_offset_does_not_ask_the_zone() -> None:
    assert time_of("2026-07-01T12:00:00Z", BERLIN) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_b45_of_an_hour_shown_twice_the_first_is_taken_and_it_can_be_told() -> None:
    assert time_of("2026-10-25T02:30:00", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert fields.is_ambiguous("2026-10-25T02:30:00", BERLIN)
    assert fields.is_ambiguous("2026-10-25T02:00:00", BERLIN)
    assert not fields.is_ambiguous("2026-10-25T01:59:59", BERLIN)
    assert not fields.is_ambiguous("2026-10-25T03:00:00", BERLIN)


def test_b45_an_hour_that_the_clock_leaves_out_is_read_by_the_offset_before_and_not_called_ambiguous() -> (
    None
):
    assert time_of("2026-03-29T02:30:00", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert not fields.is_ambiguous("2026-03-29T02:30:00", BERLIN)


@given(
    local=st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30))  # noqa: DTZ001  a channel's local time
    | st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26)),  # noqa: DTZ001
    fold=st.sampled_from([0, 1]),
)
def test_f52_a_moment_read_with_its_offset_is_that_moment_on_both_sides_of_a_clock_change(
    local: datetime, fold: int
) -> None:
    moment = local.replace(microsecond=0, tzinfo=BERLIN, fold=fold)
    expected = moment.astimezone(UTC)
    assert time_of(moment.isoformat(), BERLIN) == expected
    if fold == 0:
        assert time_of(local.isoformat(timespec="seconds"), BERLIN) == expected


def test_a_missing_time_names_its_field_and_an_optional_one_is_none() -> None:
    for value in (None, ""):
        missing = code_of(fields.timestamp, value, "created_at", received_at=RECEIVED)
        assert missing == "missing_field:created_at"
        assert fields.optional_timestamp(value, "created_at", received_at=RECEIVED) is None
    given_time = fields.optional_timestamp("2026-10-01T10:00:00Z", "created_at", received_at=RECEIVED)
    assert given_time == datetime(2026, 10, 1, 10, tzinfo=UTC)
    assert code_of(fields.optional_timestamp, "soon", "at", received_at=RECEIVED) == "invalid_timestamp"


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2026, 10, 31)),  # noqa: DTZ001
    st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]),
)
def test_every_moment_reads_the_same_with_its_offset_written_out(moment: datetime, zone: ZoneInfo) -> None:
    aware = moment.replace(tzinfo=UTC).astimezone(zone).replace(microsecond=0)
    assert time_of(aware.isoformat()) == aware


@given(
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{4})?", fullmatch=True)
)
def test_anything_that_looks_like_a_time_is_one_or_unusable(value: str) -> None:
    with suppress(UnusableError):
        assert time_of(value, BERLIN).year >= fields.EARLIEST_YEAR


# --- text


def test_text_is_one_line_without_control_characters() -> None:
    assert fields.text("  Maple \r\n Street\t1\u0085\u2028\u2029 ") == "Maple   Street 1"
    assert fields.text("a\x0bb\x0cc\x1ed\x81e") == "a b c d e"


def test_entities_are_decoded_once_and_bring_no_control_character_in() -> None:
    assert fields.text("Caf&eacute; &amp;amp; Bar", entities=True) == "Café &amp; Bar"
    assert fields.text("Caf&eacute;") == "Caf&eacute;"
    assert fields.text("a&#10;Bcc: b&#12;c&#x81;d", entities=True) == "a Bcc: b c d"


@pytest.mark.parametrize("value", [None, "", "  ", True, 1.5, [], {}, ["a"]])
def test_what_is_no_text_is_none(value: Any) -> None:
    assert fields.text(value) == ""


def test_numbers_may_stand_for_text_and_long_text_ends() -> None:
    assert fields.text(12) == "12"
    assert fields.text(Decimal("1.50")) == "1.50"
    assert fields.text("x" * 5_000) == "x" * fields.MAX_TEXT_LENGTH


@given(st.text(max_size=60), st.booleans())
def test_no_text_comes_out_with_a_line_break_or_control_character(value: str, entities: bool) -> None:
    cleaned = fields.text(value, entities=entities)
    assert len(cleaned.splitlines()) <= 1
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in cleaned)


def test_no_refusal_repeats_what_was_sent() -> None:
    with pytest.raises(UnusableError) as caught:
        fields.amount("buyer@example.com", "EUR", "total")
    assert (str(caught.value), caught.value.where) == ("invalid_amount (total)", "total")
