from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.channels.woocommerce import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 4, 8, 2, 11, tzinfo=UTC)
BODY = rb'{"id":1501,"billing":{"address_1":"Musterstra\u00dfe 1"},"link":"https:\/\/shop.example.com"}'
SECRET = "a secret"


def signed(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return signature.sign(body, secret, topic="order.updated", now=NOW)


def vectors() -> list[dict[str, Any]]:
    folder = os.environ.get("ORDERHUB_PAYLOADS")
    if not folder:
        return []
    known = json.loads((Path(folder) / "signatures.json").read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in known if vector["provider"] == "woocommerce"]


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("woocommerce")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "x-wc-webhook-signature",
        202,
        "application/json",
    )


def test_a_body_is_authentic_with_its_own_signature() -> None:
    assert signature.verify(signed(), BODY, [SECRET], now=NOW)


def test_the_signature_is_the_one_that_openssl_computes() -> None:
    # printf '{"id":1}' | openssl dgst -sha256 -hmac 'a secret' -binary | base64
    expected = "4EAmxri/u+Kwj+xgSTQil9MIiY7r62aDoexvvhBTfmM="

    assert signature.sign(b'{"id":1}', SECRET, topic="order.deleted", now=NOW)[
        signature.SIGNATURE_HEADER
    ] == (expected)


def test_b01_a_missing_or_empty_signature_is_refused() -> None:
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not signature.verify({signature.SIGNATURE_HEADER: " "}, BODY, [SECRET], now=NOW)


def test_b03_another_secret_is_refused() -> None:
    assert not signature.verify(signed(secret="another"), BODY, [SECRET], now=NOW)


def test_b09_a_body_serialised_again_is_refused() -> None:
    again = json.dumps(json.loads(BODY)).encode()

    assert not signature.verify(signed(), again, [SECRET], now=NOW)


def test_b10_a_signature_sent_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    one = signed()[signature.SIGNATURE_HEADER]
    other = signed(secret="another")[signature.SIGNATURE_HEADER]

    assert signature.verify({signature.SIGNATURE_HEADER: f"{one}, {one}"}, BODY, [SECRET], now=NOW)
    assert not signature.verify({signature.SIGNATURE_HEADER: f"{one}, {other}"}, BODY, [SECRET], now=NOW)
    assert not signature.verify({signature.SIGNATURE_HEADER: f"{other}, {one}"}, BODY, [SECRET], now=NOW)


def test_while_a_secret_is_rotated_both_count_and_afterwards_only_the_new_one() -> None:
    headers = signed(secret="old")

    assert signature.verify(headers, BODY, ["new", "old"], now=NOW)
    assert signature.verify(signed(secret="new"), BODY, ["new", "old"], now=NOW)
    assert not signature.verify(headers, BODY, ["new"], now=NOW)


def test_an_empty_secret_authenticates_nothing() -> None:
    headers = signed(secret="")

    assert not signature.verify(headers, BODY, [""], now=NOW)
    assert not signature.verify(headers, BODY, [], now=NOW)


@pytest.mark.parametrize(
    ("stored", "signs_with"),
    [
        ("a&amp;b&quot;c", 'a&b"c'),
        ("&lt;&gt;&#039;&#x27;&#38;", "<>''&"),
        ("&amp;lt;", "&lt;"),  # decoded once
        ("&copy;&amp &eacute;", "&copy;&amp &eacute;"),  # no other entities
    ],
)
def test_a_secret_is_decoded_as_wordpress_decodes_it(stored: str, signs_with: str) -> None:
    assert signature._key(stored) == signs_with.encode()


@pytest.mark.skipif(not vectors(), reason="ORDERHUB_PAYLOADS names no folder of payloads")
def test_published_vectors_are_judged_as_published() -> None:
    judged = [
        (
            signature.verify(
                {signature.SIGNATURE_HEADER: vector["header_value"]},
                vector["body"].encode(),
                [vector["secret"]],
                now=NOW,
            ),
            vector["expect"] == "valid",
        )
        for vector in vectors()
        if vector["secret"]
    ]

    assert len(judged) >= 2
    assert all(found == expected for found, expected in judged)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    presented=st.text(),
    topic=st.text(),
    body=st.binary(),
    secrets=st.lists(st.text(st.characters(categories=None))),
)
def test_s1_no_header_body_or_secret_makes_it_raise(
    presented: str, topic: str, body: bytes, secrets: list[str]
) -> None:
    headers = {signature.SIGNATURE_HEADER: presented, signature.TOPIC_HEADER: topic}

    assert signature.verify(headers, body, secrets, now=NOW) is False
    assert isinstance(signature.topic(headers, body), str)
    assert isinstance(signature.entity_hint(headers, body), str)
    assert signature.handshake("POST", headers, {}, body) is None


def test_the_topic_is_the_header() -> None:
    assert signature.topic(signed(), BODY) == "order.updated"
    assert signature.topic({}, BODY) == ""


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (BODY, "1501"),
        (b'{"id":7}', "7"),
        (b'{ "id" : "7" }', "7"),
        (b'{"name":"x","id":7}', ""),
        (b'{"id":1.5}', ""),
        (b"", ""),
        (b'[{"id":7}]', ""),
    ],
)
def test_the_hint_is_the_id_that_the_body_begins_with(body: bytes, hint: str) -> None:
    assert signature.entity_hint({}, body) == hint


def test_the_unsigned_ping_is_answered_with_exactly_200() -> None:
    answer = signature.handshake("POST", {}, {}, b"webhook_id=123")

    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        ("GET", {}, b"webhook_id=123"),
        ("POST", {signature.SIGNATURE_HEADER: "x"}, b"webhook_id=123"),
        ("POST", {}, b"webhook_id=123&order=1"),
        ("POST", {}, b"webhook_id="),
        ("POST", {}, BODY),
    ],
)
def test_nothing_else_is_a_ping(method: str, headers: dict[str, str], body: bytes) -> None:
    assert signature.handshake(method, headers, {}, body) is None


def test_the_headers_are_those_of_a_delivery() -> None:
    headers = signed()

    assert set(headers) == {
        "content-type",
        "x-wc-webhook-source",
        "x-wc-webhook-topic",
        "x-wc-webhook-resource",
        "x-wc-webhook-event",
        "x-wc-webhook-signature",
        "x-wc-webhook-id",
        "x-wc-webhook-delivery-id",
    }
    assert (headers["x-wc-webhook-resource"], headers["x-wc-webhook-event"]) == ("order", "updated")


def test_two_deliveries_in_one_second_share_their_delivery_id_as_at_woocommerce() -> None:
    other = signature.sign(b'{"id":2}', SECRET, topic="order.created", now=NOW.replace(microsecond=9))

    assert other[signature.DELIVERY_HEADER] == signed()[signature.DELIVERY_HEADER]
