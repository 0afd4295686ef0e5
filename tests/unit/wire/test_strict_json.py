"""JSON from strangers: every way in which it can be wrong has its code, and nothing else comes out."""

from __future__ import annotations

import json
import traceback
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.wire.errors import UnusableError
from shared.wire.strict_json import MAX_DEPTH, MAX_EXPONENT, MAX_INTEGER_DIGITS, parse

CODES = {
    "empty_body",
    "invalid_utf8",
    "invalid_json",
    "duplicate_key",
    "invalid_number",
    "too_deep",
    "invalid_unicode",
}


def code_of(body: bytes) -> str:
    with pytest.raises(UnusableError) as caught:
        parse(body)
    return caught.value.code


def refusal_of(body: bytes) -> str:
    """Return the code of the refusal, "" where ``body`` is read. Any other exception comes through."""
    try:
        document, _ = parse(body)
    except UnusableError as error:
        return error.code
    # What was read can be written again.
    json.dumps(document, default=str, ensure_ascii=False).encode("utf-8")
    return ""


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "])
def test_b17_an_empty_body_is_empty(body: bytes) -> None:
    assert code_of(body) == "empty_body"


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b'{"a": 1} and more',
        b'{"a": 1}{"a": 1}',
        b'\xef\xbb\xbf{"a": 1}',  # a byte order mark
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 01}',
        b'{"a": .5}',
        b'"unfinished',
        b'"a raw \x00 in text"',
        b'"a raw \n in text"',
        b'"\\x"',
        b"<order/>",
        b"a=1&b=2",
    ],
)
def test_b18_what_is_no_json_is_refused(body: bytes) -> None:
    assert code_of(body) == "invalid_json"


@pytest.mark.parametrize(
    "body", [b'{"a": "\xff"}', '{"a": "ü"}'.encode("latin-1"), '{"a": 1}'.encode("utf-16")]
)
def test_b19_bytes_that_are_no_utf_8_are_refused(body: bytes) -> None:
    assert code_of(body) == "invalid_utf8"


@pytest.mark.parametrize(
    "body",
    [
        b'{"qty": 1, "qty": 2}',
        b'{"qty": 1, "qty": 1}',
        b'[{"lines": [{"a": 1, "\\u0061": 2}]}]',  # the same key, written as an escape
        b'{"a": 1, "a\\u0000": 2}',  # the same key once the control character is gone
    ],
)
def test_b20_of_two_equal_keys_none_is_believed(body: bytes) -> None:
    assert code_of(body) == "duplicate_key"


def test_b20_the_same_key_in_two_objects_is_no_duplicate() -> None:
    assert parse(b'[{"a": 1}, {"a": 2}]') == ([{"a": 1}, {"a": 2}], False)


@pytest.mark.parametrize(
    "number",
    [
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"1e999",
        b"-1e999",
        b"1e-999",
        b"1e31",
        b"1e-31",
        b"1e99999999999999999999",  # more than Decimal itself takes
        b"1e-99999999999999999999",
    ],
)
def test_b21_numbers_that_are_none_or_out_of_all_bounds_are_refused(number: bytes) -> None:
    assert code_of(number) == "invalid_number"
    assert code_of(b'{"price": [' + number + b"]}") == "invalid_number"


def test_b21_the_largest_exponent_still_passes() -> None:
    assert parse(b"1e%d" % MAX_EXPONENT) == (Decimal(10) ** 30, False)
    assert parse(b"1e-%d" % MAX_EXPONENT) == (Decimal("1e-30"), False)


def test_b22_an_integer_of_5000_digits_is_refused() -> None:
    assert code_of(b"9" * 5_000) == "invalid_number"
    assert code_of(b"9" * (MAX_INTEGER_DIGITS + 1)) == "invalid_number"
    assert parse(b"9" * MAX_INTEGER_DIGITS) == (10**MAX_INTEGER_DIGITS - 1, False)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 3_000, 100_000])
def test_b23_nesting_deeper_than_64_is_refused(depth: int) -> None:
    assert code_of(nested(depth)) == "too_deep"
    assert code_of(b'{"a":' * depth + b"1" + b"}" * depth) == "too_deep"


def test_b23_nesting_of_100000_that_never_closes_is_refused_all_the_same() -> None:
    assert code_of(b"[" * 100_000) == "too_deep"


def test_b23_nesting_of_64_passes() -> None:
    document, _ = parse(nested(64))
    depth = 1
    while document:
        document, depth = document[0], depth + 1
    assert depth == 64
    parse(b'{"a":' * 64 + b"1" + b"}" * 64)


def test_b23_depth_is_counted_on_every_branch() -> None:
    assert code_of(b'{"flat": [], "deep": ' + nested(64) + b', "last": {}}') == "too_deep"


@pytest.mark.parametrize(
    "body",
    [rb'"\ud800"', rb'"\uDFFF"', rb'{"a": ["x\udc00y"]}', rb'{"\ud83d": 1}', rb'"\ude00\ud83d"'],
)
def test_b24_a_lone_surrogate_is_refused(body: bytes) -> None:
    assert code_of(body) == "invalid_unicode"


def test_b24_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(rb'"\ud83d\ude00"') == ("😀", False)


@pytest.mark.parametrize("code_point", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
def test_b25_control_characters_are_removed_and_said_to_be(code_point: int) -> None:
    assert parse(b'{"name": ["a\\u%04xb"]}' % code_point) == ({"name": ["ab"]}, True)


@pytest.mark.parametrize("escape", [rb"\b", rb"\f", rb"\u007f", rb"\u007F", rb"\u001F", rb"\u0000"])
def test_b25_however_it_is_escaped_in_texts_and_in_keys(escape: bytes) -> None:
    assert parse(b'"x' + escape + b'y"') == ("xy", True)
    assert parse(b'[{"a' + escape + b'": "xy"}, 1]') == ([{"a": "xy"}, 1], True)


def test_b25_a_raw_delete_character_is_removed_like_an_escaped_one() -> None:
    assert parse(b'"a\x7fb"') == parse(rb'"a\u007fb"') == ("ab", True)


@pytest.mark.parametrize(
    "body", [rb'"a\nb\tc\rd"', rb'"\u0009\u000a\u000d"', rb'"\\u0000 \\ud800"', rb'"\u00fc"']
)
def test_b25_what_may_stay_is_not_called_sanitized(body: bytes) -> None:
    assert parse(body) == (json.loads(body), False)


def test_b36_a_price_keeps_every_digit() -> None:
    document, _ = parse(b'{"price": 19.99999999999999999999, "tax": 0.1, "total": 1E+2}')
    assert document == {"price": Decimal("19.99999999999999999999"), "tax": Decimal("0.1"), "total": 100}
    assert not any(isinstance(value, float) for value in document.values())


def test_whole_numbers_are_int_and_words_stay_words() -> None:
    document, _ = parse(b'[123, -5, 0, true, false, null, "1"]')
    assert document == [123, -5, 0, True, False, None, "1"]
    assert [type(value) for value in document[:3]] == [int, int, int]


def test_nothing_of_the_document_is_in_the_error() -> None:
    for body in (b'{"e": "buyer@example.com', b'"buyer@example.com" x', rb'"buyer@example.com\ud800"'):
        with pytest.raises(UnusableError) as caught:
            parse(body)
        assert "buyer" not in "".join(traceback.format_exception(caught.value))


JSON_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**38), 10**38) | JSON_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(JSON_TEXT, inner, max_size=4),
    max_leaves=30,
)


@given(st.binary(max_size=300))
@example(b"[" * 5_000)
@example(b"1e99999999999999999999")
def test_any_bytes_parse_or_are_unusable_and_nothing_else_happens(body: bytes) -> None:
    assert refusal_of(body) in CODES | {""}


@given(st.text(alphabet='{}[]":,\\ud08aAbB19.eE+-ntrueflsNI \x00\x7f', max_size=80))
def test_any_heap_of_json_signs_parses_or_is_unusable(text: str) -> None:
    assert refusal_of(text.encode()) in CODES | {""}


@given(JSON_VALUES, st.booleans())
def test_ordinary_documents_read_as_the_standard_library_reads_them(value: Any, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert parse(body) == (json.loads(body), False)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=8))
def test_fractions_come_out_as_they_were_written(value: Decimal) -> None:
    document, _ = parse(f"[{value:f}]".encode())
    assert format(document[0], "f") == format(value, "f")
