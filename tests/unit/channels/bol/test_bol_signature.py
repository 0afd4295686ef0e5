"""Who may send notifications for a bol connection."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import pytest

from local.channels.bol import KEYS, PUBLIC_KEY, SECRET
from shared.channels.bol import signature
from shared.wire.rsa_pkcs1 import PublicKey, write_public_key

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BODY = (
    b'{"retailerId":1234567,"timestamp":"2026-03-10T12:00:00+01:00","event":{"resource":"SHIPMENT",'
    b'"type":"UPDATE_TRANSPORT_EVENT","resourceId":"541757635"}}'
)
SIGNED = signature.sign(BODY, SECRET, topic="SHIPMENT", now=NOW)
VALUE = SIGNED["Signature"]
OTHER = write_public_key(PublicKey(2**2047 + 977, 65537))


def holds(value: str, *secrets: str, body: bytes = BODY) -> bool:
    return signature.verify({"signature": value}, body, secrets, now=NOW)


def keys(*pairs: tuple[str, str]) -> str:
    listed = [{"id": name, "type": "RSA", "publicKey": key} for name, key in pairs]
    return json.dumps({"signatureKeys": listed})


def test_a_notification_holds_by_the_answer_of_signature_keys() -> None:
    assert holds(VALUE, json.dumps(KEYS))


def test_a_key_alone_is_taken_for_every_id() -> None:
    assert holds(VALUE, PUBLIC_KEY)
    assert holds(VALUE.replace("keyId=0", "keyId=7"), PUBLIC_KEY)


def test_the_key_that_is_named_counts_and_no_other() -> None:
    assert holds(VALUE, keys(("1", OTHER), ("0", PUBLIC_KEY)))
    assert not holds(VALUE, keys(("0", OTHER), ("1", PUBLIC_KEY)))
    assert not holds(VALUE.replace("keyId=0", "keyId=7"), json.dumps(KEYS))


def test_the_new_secret_and_the_one_before_it_both_hold() -> None:
    assert holds(VALUE, keys(("0", OTHER)), json.dumps(KEYS))


def test_another_body_or_a_signature_in_parts_does_not_hold() -> None:
    assert not holds(VALUE, SECRET, body=BODY + b"\n")
    assert not holds(VALUE.replace("rsa-sha256", "rsa-sha1"), SECRET)
    assert not holds(VALUE[:-4], SECRET)
    assert not holds(f"{VALUE}, {VALUE}", SECRET)
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not holds(VALUE)


@pytest.mark.parametrize(
    "secret", ["", "a word", "[1]", "{}", '{"signatureKeys": 1}', '{"signatureKeys": [1, {}]}']
)
def test_a_secret_that_holds_no_key_proves_nothing(secret: str) -> None:
    assert not holds(VALUE, secret)


def test_what_is_in_the_header_never_raises() -> None:
    rng = random.Random(20260310)  # noqa: S311
    for _ in range(2_000):
        cut = rng.randrange(len(VALUE))
        value = VALUE[:cut] + chr(rng.choice([0, 44, 61, 233, 0x1F600])) + VALUE[cut + rng.randrange(3) :]
        assert holds(value, SECRET) is (value == VALUE)


def test_only_bol_signs_for_a_connection_of_the_real_bol() -> None:
    for secret in (json.dumps(KEYS), PUBLIC_KEY, "a word"):
        with pytest.raises(ValueError, match="only bol can sign"):
            signature.sign(BODY, secret, topic="SHIPMENT", now=NOW)


def test_topic_and_group_are_those_of_the_event() -> None:
    assert signature.topic({}, BODY) == "SHIPMENT"
    assert signature.entity_hint({}, BODY) == "541757635"
    assert signature.topic({}, b"[") == signature.entity_hint({}, b"[") == ""
    assert signature.handshake("GET", {}, {}, b"") is None


def test_a_key_that_no_secret_has_is_named() -> None:
    def named(*secrets: str, value: str = VALUE) -> str:
        return signature.unknown_key({"signature": value}, secrets)

    assert named(keys(("1", OTHER))) == "0"
    assert named("a secret of nobody's") == "0"
    assert named(keys(("1", OTHER)), SECRET) == ""
    # A key alone is taken for every id.
    assert named(PUBLIC_KEY, value=VALUE.replace("keyId=0", "keyId=7")) == ""
    assert named(SECRET, value=VALUE.replace("keyId=0", "keyId=7")) == "7"
    assert named(SECRET, value="no signature") == named(SECRET, value="") == ""
