"""Who may claim to be Shopify, and what a look at the bytes tells."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.channels.shopify import signature

SECRET = "current secret"
PREVIOUS = "previous secret"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = b'{"id":920000000000001001,"note":"caf\\u00e9"}'
HEADER = signature.SIGNATURE_HEADER
NEW_HEADER = "shopify-hmac-sha256"


def signed(body: bytes, secret: str) -> str:
    """Return the signature as the documentation describes it, written without the code under test."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_the_right_secret_proves_the_body() -> None:
    assert signature.verify({HEADER: signed(BODY, SECRET)}, BODY, [SECRET], now=NOW)


def test_a_vector_computed_by_hand_holds() -> None:
    header = {HEADER: "UFwgrGBPZilFtmKh8TqcovA78LGYb1BdWu9I4Q2oyRg="}  # openssl dgst -sha256 -hmac hush

    assert signature.verify(header, b"{}", ["hush"], now=NOW)


def test_b01_without_a_signature_nothing_is_proven() -> None:
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not signature.verify({HEADER: ""}, BODY, [SECRET], now=NOW)


def test_b03_a_wrong_secret_proves_nothing() -> None:
    assert not signature.verify({HEADER: signed(BODY, "wrong")}, BODY, [SECRET, PREVIOUS], now=NOW)


def test_a_rotated_secret_still_proves_what_it_signed() -> None:
    assert signature.verify({HEADER: signed(BODY, PREVIOUS)}, BODY, [SECRET, PREVIOUS], now=NOW)


def test_no_secret_and_an_empty_secret_prove_nothing() -> None:
    assert not signature.verify({HEADER: signed(BODY, SECRET)}, BODY, [], now=NOW)
    assert not signature.verify({HEADER: signed(BODY, "")}, BODY, [""], now=NOW)


@pytest.mark.parametrize(
    "value", ["é", "!!!", "=", "v1,abc", "\x00", "a" * 10_000, "UFwgrGBPZilFtmKh8TqcovA"]
)
def test_b04_a_broken_signature_proves_nothing_and_raises_nothing(value: str) -> None:
    assert not signature.verify({HEADER: value}, BODY, [SECRET], now=NOW)


def test_the_hex_form_of_the_right_signature_is_not_accepted() -> None:
    value = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()

    assert not signature.verify({HEADER: value}, BODY, [SECRET], now=NOW)


def test_b09_a_body_written_anew_is_another_body() -> None:
    rewritten = json.dumps(json.loads(BODY)).encode()
    assert json.loads(rewritten) == json.loads(BODY)

    assert not signature.verify({HEADER: signed(BODY, SECRET)}, rewritten, [SECRET], now=NOW)


def test_b10_the_same_signature_twice_counts_once_and_two_different_ones_as_none() -> None:
    right, wrong = signed(BODY, SECRET), signed(BODY, "wrong")

    assert signature.verify({HEADER: f"{right},{right}"}, BODY, [SECRET], now=NOW)
    assert not signature.verify({HEADER: f"{right},{wrong}"}, BODY, [SECRET], now=NOW)


def test_either_set_of_header_names_is_read() -> None:
    right, wrong = signed(BODY, SECRET), signed(BODY, "wrong")

    assert signature.verify({NEW_HEADER: right}, BODY, [SECRET], now=NOW)
    assert signature.verify({HEADER: right, NEW_HEADER: right}, BODY, [SECRET], now=NOW)
    assert not signature.verify({HEADER: wrong, NEW_HEADER: wrong}, BODY, [SECRET], now=NOW)
    assert signature.topic({"shopify-topic": "orders/create"}, BODY) == "orders/create"


def test_ten_thousand_strange_headers_raise_nothing_and_are_not_believed() -> None:
    chance = random.Random(20260302)  # noqa: S311  the same headers in each run
    for _ in range(10_000):
        length = chance.randrange(60)
        value = "".join(chr(chance.randrange(chance.choice((128, 0x2000, 0x110000)))) for _ in range(length))
        body = chance.randbytes(chance.randrange(30))
        headers = {HEADER: value, NEW_HEADER: value, "x-shopify-topic": value, "shopify-topic": value}

        assert signature.verify(headers, body, [SECRET, PREVIOUS], now=NOW) is False
        assert isinstance(signature.topic(headers, body), str)
        assert isinstance(signature.entity_hint(headers, body), str)
        assert signature.handshake("POST", headers, {}, body) is None


@given(secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), body=st.binary())
def test_what_it_signs_it_verifies(secret: str, body: bytes) -> None:
    headers = signature.sign(body, secret, topic="orders/create", now=datetime(2026, 3, 2, tzinfo=UTC))

    assert signature.verify(headers, body, [secret], now=NOW)
    assert not signature.verify(headers, body + b" ", [secret], now=NOW)


def test_it_sends_the_headers_that_shopify_sends() -> None:
    headers = signature.sign(
        BODY, SECRET, topic="orders/paid", now=datetime(2026, 3, 2, 8, 20, 31, tzinfo=UTC)
    )

    assert headers[HEADER] == signed(BODY, SECRET)
    assert headers["x-shopify-topic"] == "orders/paid" == signature.topic(headers, BODY)
    assert headers["x-shopify-triggered-at"] == "2026-03-02T08:20:31Z"
    assert headers["content-type"] == signature.MEDIA_TYPE
    assert {"x-shopify-shop-domain", "x-shopify-api-version", "x-shopify-webhook-id"} <= headers.keys()


def test_a_repeated_delivery_keeps_its_id_and_another_body_has_another() -> None:
    def delivery(body: bytes, minute: int) -> str:
        now = datetime(2026, 3, 2, 8, minute, tzinfo=UTC)
        return signature.sign(body, SECRET, topic="orders/paid", now=now)[signature.DELIVERY_HEADER]

    assert delivery(BODY, 0) == delivery(BODY, 30)
    assert delivery(BODY, 0) != delivery(b"{}", 0)


def test_two_different_topics_are_none() -> None:
    assert signature.topic({"x-shopify-topic": "orders/create,orders/delete"}, BODY) == ""
    assert signature.topic({}, BODY) == ""


@pytest.mark.parametrize(
    ("topic", "body", "hint"),
    [
        ("orders/create", b'{"id":820982911946154508,"customer":{"id":1}}', "820982911946154508"),
        ("orders/create", b' {\n "id": "450789469"}', "450789469"),
        (
            "orders/updated",
            b'{"customer":{"id":1},"admin_graphql_api_id":"gid:\\/\\/shopify\\/Order\\/450789469","id":450789469}',
            "450789469",
        ),
        ("fulfillments/create", b'{"id":1,"order_id":450789469}', "450789469"),
        ("refunds/create", b'{"id":1,"order_id": "450789469","transactions":[]}', "450789469"),
        ("orders/create", b'{"customer":{"id":1}}', ""),
        ("refunds/create", b'{"id":1}', ""),
        ("orders/create", b"\xff\xfe", ""),
        ("orders/create", b"", ""),
    ],
)
def test_a_look_at_the_bytes_tells_the_order(topic: str, body: bytes, hint: str) -> None:
    assert signature.entity_hint({"x-shopify-topic": topic}, body) == hint


def test_the_registry_finds_it_and_it_needs_the_standard_library_only() -> None:
    assert signature_of("shopify").SIGNATURE_HEADERS == (HEADER, "shopify-hmac-sha256")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(Path(signature.__file__).read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported <= {"__future__", "hashlib", "re", "uuid", "collections", "datetime", "shared"}
