"""Signatures over raw bytes. The vectors are RFC 4231, test case 2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.wire.signing import hmac_sha256_base64, hmac_sha256_hex, is_recent, matches_any, single_header

KEY, DATA = b"Jefe", b"what do ya want for nothing?"
HEX = b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
BASE64 = b"W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="


def test_the_published_vector_holds_in_both_forms() -> None:
    assert hmac_sha256_hex(KEY, DATA) == HEX
    assert hmac_sha256_base64(KEY, DATA) == BASE64


def test_any_of_the_candidates_may_match_wherever_it_stands() -> None:
    assert matches_any("b", [b"a", b"b", b"c"])
    assert matches_any("c", [b"a", b"b", b"c"])
    assert not matches_any("d", [b"a", b"b", b"c"])
    assert not matches_any("a", [])


def test_text_that_is_not_ascii_matches_nothing_and_raises_nothing() -> None:
    assert not matches_any("é", ["é".encode()])
    assert not matches_any("\ud800", [b"a", b""])


def test_an_empty_signature_matches_not_even_an_empty_candidate() -> None:
    assert not matches_any("", [b""])
    assert not matches_any("é", [b""])


def test_a_header_sent_twice_counts_once_where_both_agree() -> None:
    assert single_header({"x": "one"}, "x") == "one"
    assert single_header({"x": "one,one"}, "x") == "one"
    assert single_header({"x": "one, one ,one"}, "x") == "one"


def test_a_header_that_contradicts_itself_or_is_missing_is_none() -> None:
    assert single_header({"x": "one,two"}, "x") == ""
    assert single_header({"x": "one,"}, "x") == ""
    assert single_header({}, "x") == ""


NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)


def at(seconds: int) -> str:
    return str(int((NOW + timedelta(seconds=seconds)).timestamp()))


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
def test_b11_a_signed_time_more_than_five_minutes_from_ours_is_not_recent(seconds: int) -> None:
    assert not is_recent(at(seconds), NOW)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_b12_a_signed_time_of_up_to_five_minutes_from_ours_is_recent(seconds: int) -> None:
    assert is_recent(at(seconds), NOW)
    assert is_recent(at(seconds), NOW.replace(microsecond=999_999))


@pytest.mark.parametrize(
    "stamp",
    [
        "nan",
        "inf",
        "1.7e9",
        "1_772_797_800",
        f" {at(0)}",
        f"{at(0)} ",
        f"{at(0)}\n",
        f"{at(0)}.9",
        f"-{at(0)}",
        f"+{at(0)}",
        "-1",
        "",
        "9" * 40,
        f"000{at(0)}",
        "\u0967\u096d\u096d\u0968\u096d\u096f\u096d\u096e\u0966\u0966",
        "é",
    ],
)
def test_b13_a_signed_time_that_is_not_plain_digits_is_not_recent(stamp: str) -> None:
    assert not is_recent(stamp, NOW)
