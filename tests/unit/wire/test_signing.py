"""Signatures over raw bytes. The vectors are RFC 4231, test case 2."""

from __future__ import annotations

from shared.wire.signing import hmac_sha256_base64, hmac_sha256_hex, matches_any, single_header

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
