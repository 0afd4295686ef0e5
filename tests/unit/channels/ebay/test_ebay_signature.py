from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.channels.ebay import signature
from shared.wire.adapter import SignatureModule
from shared.wire.ecdsa_p256 import key_pair, sign, write_public_key

NOW = datetime(2026, 3, 4, 8, 2, 11, tzinfo=UTC)
BODY = b'{"metadata":{"topic":"ORDER_CONFIRMATION"},"notification":{"data":{"order":{"orderId":"12-34"}}}}'
KID = "11111111-2222-3333-4444-555555555555"
PRIVATE, PUBLIC = key_pair(b"the key of this test")
SECRET = json.dumps({"verification_token": "a token", "public_keys": {KID: write_public_key(PUBLIC)}})


def header(body: bytes = BODY, **changes: Any) -> dict[str, str]:
    digest = str(changes.get("digest", "SHA1"))
    made = sign(PRIVATE, hashlib.new({"SHA256": "sha256"}.get(digest, "sha1"), body).digest())
    told = {"alg": "ecdsa", "kid": KID, "signature": base64.b64encode(made).decode(), "digest": "SHA1"}
    return {"x-ebay-signature": base64.b64encode(json.dumps(told | changes).encode()).decode()}


def vectors() -> list[dict[str, Any]]:
    folder = os.environ.get("ORDERHUB_PAYLOADS")
    if not folder:
        return []
    known = json.loads((Path(folder) / "signatures.json").read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in known if vector["provider"] == "ebay"]


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("ebay")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "x-ebay-signature",
        202,
        "application/json",
    )


@pytest.mark.skipif(not vectors(), reason="ORDERHUB_PAYLOADS is not set")
def test_a_recorded_notification_is_authentic_and_the_recorded_challenge_is_met() -> None:
    recorded, challenge = vectors()
    kid, body = recorded["decoded_header"]["kid"], recorded["body"].encode()
    headers = {signature.SIGNATURE_HEADER: recorded["header_value"]}
    secret = json.dumps({"verification_token": "x", "public_keys": {kid: recorded["public_key"]}})

    assert signature.verify(headers, body, [secret], now=NOW)
    assert not signature.verify(headers, body.replace(b"1.0", b"1.1"), [secret], now=NOW)
    assert not signature.verify(headers, json.dumps(json.loads(body)).encode(), [secret], now=NOW)

    token = json.dumps({"verification_token": challenge["verification_token"]})
    query = {"challenge_code": challenge["challenge_code"]}
    answer = signature.answer_challenge(query, challenge["endpoint"], [token])
    assert answer is not None
    assert json.loads(answer.body) == challenge["response"]


@pytest.mark.parametrize("digest", ["SHA1", "SHA256"])
def test_the_header_names_the_digest(digest: str) -> None:
    assert signature.verify(header(digest=digest), BODY, [SECRET], now=NOW)
    assert not signature.verify(header(digest=digest), BODY + b" ", [SECRET], now=NOW)


def test_a_digest_that_is_not_the_one_named_does_not_hold() -> None:
    told = json.loads(base64.b64decode(header(digest="SHA256")["x-ebay-signature"])) | {"digest": "SHA1"}
    mixed = {"x-ebay-signature": base64.b64encode(json.dumps(told).encode()).decode()}

    assert not signature.verify(mixed, BODY, [SECRET], now=NOW)


def test_a_key_that_is_not_known_is_refused() -> None:
    other = json.dumps({"public_keys": {"another": write_public_key(PUBLIC)}})

    assert not signature.verify(header(), BODY, [other], now=NOW)
    assert not signature.verify(header(kid="another"), BODY, [SECRET], now=NOW)


def test_both_secrets_of_a_rotation_are_taken() -> None:
    assert signature.verify(header(), BODY, ["{}", SECRET], now=NOW)
    assert signature.verify(header(), BODY, [SECRET, '{"public_keys":{}}'], now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "rsa"},
        {"digest": "MD5"},
        {"digest": None},
        {"signature": "?"},
        {"signature": ""},
        {"kid": None},
    ],
)
def test_a_header_that_cannot_be_checked_is_refused(changes: dict[str, Any]) -> None:
    assert not signature.verify(header(**changes), BODY, [SECRET], now=NOW)


@pytest.mark.parametrize("value", ["", "?", "e30=", "W10=", "bnVsbA==", "é", "MQ==", "A" * 5_000])
def test_b01_a_missing_or_broken_header_is_refused(value: str) -> None:
    assert not signature.verify({"x-ebay-signature": value}, BODY, [SECRET], now=NOW)
    assert not signature.verify({}, BODY, [SECRET], now=NOW)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "[]",
        "{}",
        '{"public_keys":[]}',
        json.dumps({"public_keys": {KID: 1}}),
        json.dumps({"public_keys": {KID: "x"}}),
    ],
)
def test_a_secret_without_the_key_proves_nothing(secret: str) -> None:
    assert not signature.verify(header(), BODY, [secret], now=NOW)


def test_an_ebay_of_ones_own_signs_with_a_plain_secret() -> None:
    signed = signature.sign(BODY, "a plain secret", topic="ORDER_CONFIRMATION", now=NOW)

    assert signature.verify(signed, BODY, ["another", "a plain secret"], now=NOW)
    assert not signature.verify(signed, BODY, ["another"], now=NOW)
    assert not signature.verify(signed, BODY, [""], now=NOW)


def test_nobody_can_sign_for_the_real_one() -> None:
    with pytest.raises(ValueError, match="only eBay can sign"):
        signature.sign(BODY, SECRET, topic="", now=NOW)


def test_b10_a_signature_sent_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    one, other = header()["x-ebay-signature"], header(b"other")["x-ebay-signature"]

    assert signature.verify({"x-ebay-signature": f"{one}, {one}"}, BODY, [SECRET], now=NOW)
    assert not signature.verify({"x-ebay-signature": f"{one}, {other}"}, BODY, [SECRET], now=NOW)


@settings(max_examples=50, deadline=None)
@given(st.text(), st.binary(), st.text())
def test_nothing_makes_the_check_raise(value: str, body: bytes, secret: str) -> None:
    assert not signature.verify({"x-ebay-signature": value}, body, [secret, SECRET], now=NOW)
    signature.topic({}, body)
    signature.entity_hint({}, body)


def test_topic_and_order_are_read_from_the_envelope() -> None:
    shipped = b'{"metadata":{"topic":"ITEM_MARKED_SHIPPED"},"notification":{"data":{"orderId":"12-34"}}}'

    assert (signature.topic({}, BODY), signature.entity_hint({}, BODY)) == ("ORDER_CONFIRMATION", "12-34")
    assert (signature.topic({}, shipped), signature.entity_hint({}, shipped)) == (
        "ITEM_MARKED_SHIPPED",
        "12-34",
    )
    assert (signature.topic({}, b"{}"), signature.entity_hint({}, b"{}")) == ("", "")


def test_a_challenge_is_met_with_the_token_and_the_address() -> None:
    address = "https://hub.example.com/webhooks/ebay/my-ebay"
    answer = signature.answer_challenge({"challenge_code": "code"}, address, [SECRET])

    assert answer is not None
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {
        "challengeResponse": hashlib.sha256(f"codea token{address}".encode()).hexdigest()
    }


@pytest.mark.parametrize("secrets", [[], [""], ["{}"], ['{"verification_token":1}']])
def test_without_a_token_no_challenge_is_met(secrets: list[str]) -> None:
    assert signature.answer_challenge({"challenge_code": "code"}, "https://a", secrets) is None


def test_another_query_is_no_challenge() -> None:
    assert signature.answer_challenge({}, "https://a", [SECRET]) is None
    assert signature.answer_challenge({"code": "x"}, "https://a", [SECRET]) is None
    assert signature.handshake("GET", {}, {"challenge_code": "x"}, b"") is None


OTHER_KID = "66666666-2222-3333-4444-555555555555"


def test_a_key_that_no_secret_has_is_named() -> None:
    plain = "a-verification-token-of-forty-characters"
    assert signature.unknown_key(header(), [SECRET]) == ""
    assert signature.unknown_key(header(), [plain, SECRET]) == ""
    assert signature.unknown_key(header(), [plain]) == KID
    assert signature.unknown_key(header(kid=OTHER_KID), [SECRET]) == OTHER_KID
    own = signature.sign(BODY, plain, topic="", now=NOW)
    assert signature.unknown_key(own, [plain]) == ""


@pytest.mark.parametrize("kid", ["", "../../oauth2/token", "a" * 65, "a b", "\n", "é"])
def test_a_name_that_can_be_no_keys_is_not_asked_for(kid: str) -> None:
    assert signature.unknown_key(header(kid=kid), [SECRET]) == ""


@pytest.mark.parametrize("value", ["", "no base64", "bm8ganNvbg==", "e30="])
def test_a_header_that_cannot_be_read_names_no_key(value: str) -> None:
    assert signature.unknown_key({"x-ebay-signature": value}, [SECRET]) == ""
    assert signature.unknown_key({}, [SECRET]) == ""


@pytest.mark.parametrize("secret", ["a token", '{"verification_token": "a token"}', SECRET])
def test_a_key_that_is_learned_joins_the_others_and_leaves_the_token(secret: str) -> None:
    key = write_public_key(key_pair(b"another")[1])
    learned = signature.with_key(signature.with_key(secret, OTHER_KID, key), KID, write_public_key(PUBLIC))
    assert signature.verify(header(), BODY, [learned], now=NOW)
    assert json.loads(learned)["verification_token"] == "a token"
    assert json.loads(learned)["public_keys"][OTHER_KID] == key


def test_of_many_keys_the_newest_are_kept_and_fit_where_secrets_are_stored() -> None:
    learned = "a-verification-token-of-eighty-characters".ljust(80, "-")
    longest = [f"{KID:-<62}{number:02}" for number in range(20)]
    for kid in longest:
        assert signature.unknown_key(header(kid=kid), [learned]) == kid
        learned = signature.with_key(learned, kid, write_public_key(PUBLIC))
    assert list(json.loads(learned)["public_keys"]) == longest[-signature.MOST_KEYS :]
    stored = json.dumps({"current": learned, "previous": learned})
    assert len(stored) < 4096  # of a standard parameter


@pytest.mark.parametrize("pem", ["", "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----"])
def test_what_is_no_key_is_not_learned(pem: str) -> None:
    with pytest.raises(ValueError, match="no public key"):
        signature.with_key(SECRET, OTHER_KID, pem)
