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
from shared.carriers.easypost import signature
from shared.wire.adapter import SignatureModule
from shared.wire.signing import hmac_sha256_hex

NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
BODY = b'{"description":"tracker.updated","result":{"tracking_code":"1Z999AA10123456784"}}'
SECRET = "a secret"


def signed(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return signature.sign(body, secret, topic="tracker.updated", now=NOW)


def vectors() -> list[dict[str, Any]]:
    folder = os.environ.get("ORDERHUB_PAYLOADS")
    if not folder:
        return []
    known = json.loads((Path(folder) / "signatures.json").read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in known if vector["provider"] == "easypost"]


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("easypost")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "x-hmac-signature",
        202,
        "application/json",
    )


def test_a_body_is_authentic_with_its_own_signature() -> None:
    assert signature.verify(signed(), BODY, [SECRET], now=NOW)


def test_the_signature_is_the_one_that_openssl_computes() -> None:
    # printf '{"id":1}' | openssl dgst -sha256 -hmac 'a secret' -hex
    expected = "hmac-sha256-hex=e04026c6b8bfbbe2b08fec6049342297d308898eebeb6683a1ec6fbe10537e63"

    assert signed(b'{"id":1}') == {"content-type": "application/json", "x-hmac-signature": expected}


def test_b01_a_missing_or_empty_signature_is_refused() -> None:
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not signature.verify({signature.SIGNATURE_HEADER: ""}, BODY, [SECRET], now=NOW)


def test_b03_another_secret_is_refused() -> None:
    assert not signature.verify(signed(secret="another"), BODY, [SECRET], now=NOW)


def test_b04_the_digest_without_its_scheme_or_in_capitals_is_refused() -> None:
    value = signed()[signature.SIGNATURE_HEADER]
    digest = value.removeprefix("hmac-sha256-hex=")

    for other in (digest, f"hmac-sha256-hex={digest.upper()}", f"hmac-sha1-hex={digest}", "hmac-sha256-hex="):
        assert not signature.verify({signature.SIGNATURE_HEADER: other}, BODY, [SECRET], now=NOW)


def test_b09_a_body_serialised_again_is_refused() -> None:
    assert not signature.verify(signed(), json.dumps(json.loads(BODY)).encode(), [SECRET], now=NOW)


def test_b10_a_signature_sent_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    one = signed()[signature.SIGNATURE_HEADER]
    other = signed(secret="another")[signature.SIGNATURE_HEADER]

    assert signature.verify({signature.SIGNATURE_HEADER: f"{one},{one}"}, BODY, [SECRET], now=NOW)
    assert not signature.verify({signature.SIGNATURE_HEADER: f"{one},{other}"}, BODY, [SECRET], now=NOW)


def test_while_a_secret_is_rotated_both_count_and_afterwards_only_the_new_one() -> None:
    headers = signed(secret="old")

    assert signature.verify(headers, BODY, ["new", "old"], now=NOW)
    assert not signature.verify(headers, BODY, ["new"], now=NOW)


def test_an_empty_secret_authenticates_nothing() -> None:
    assert not signature.verify(signed(secret=""), BODY, ["", ""], now=NOW)


def test_the_key_is_the_decomposed_secret_however_it_was_typed() -> None:
    digest = hmac_sha256_hex(b"se\xcc\x81cret", BODY).decode()

    for typed in ("s\u00e9cret", "se\u0301cret"):
        assert signed(secret=typed)[signature.SIGNATURE_HEADER] == f"hmac-sha256-hex={digest}"


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
    ]

    assert {expected for _, expected in judged} == {True, False}
    assert all(found == expected for found, expected in judged)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    presented=st.text(),
    body=st.binary() | st.text().map(str.encode),
    secrets=st.lists(st.text(st.characters(categories=None))),
)
def test_s1_no_header_body_or_secret_makes_it_raise(presented: str, body: bytes, secrets: list[str]) -> None:
    headers = {signature.SIGNATURE_HEADER: presented}

    assert signature.verify(headers, body, secrets, now=NOW) is False
    assert isinstance(signature.topic(headers, body), str)
    assert isinstance(signature.entity_hint(headers, body), str)


def test_topic_and_hint_are_read_from_the_body() -> None:
    assert signature.topic({}, BODY) == "tracker.updated"
    assert signature.entity_hint({}, BODY) == "1Z999AA10123456784"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff",
        b"[]",
        b"null",
        b'{"description":[],"result":[]}',
        b'{"description":null,"result":{"tracking_code":null}}',
        b"[" * 100_000,
        b'{"description":' + b"9" * 5_000 + b"}",
    ],
    ids=range(9),
)
def test_a_body_that_tells_neither_has_neither(body: bytes) -> None:
    assert signature.topic({}, body) == ""
    assert signature.entity_hint({}, body) == ""


def test_no_request_is_a_handshake() -> None:
    assert signature.handshake("POST", {}, {}, b"") is None
    assert signature.handshake("GET", {}, {"challenge": "x"}, b"") is None
