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
from shared.carriers.sendcloud import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
BODY = b'{"action":"parcel_status_changed","parcel":{"tracking_number":"3SEXMP000000015"}}'
SECRET = "a secret"
HEADER = signature.SIGNATURE_HEADER


def signed(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return signature.sign(body, secret, topic="", now=NOW)


def holds(header: str, *, secrets: tuple[str, ...] = (SECRET,), body: bytes = BODY) -> bool:
    return signature.verify({HEADER: header}, body, secrets, now=NOW)


def vectors() -> list[dict[str, Any]]:
    folder = os.environ.get("ORDERHUB_PAYLOADS")
    if not folder:
        return []
    known = json.loads((Path(folder) / "signatures.json").read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in known if vector["provider"] == "sendcloud"]


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("sendcloud")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "sendcloud-signature",
        "authorization",
        202,
        "application/json",
    )


def test_a_body_is_authentic_with_its_own_signature() -> None:
    assert signature.verify(signed(), BODY, [SECRET], now=NOW)


def test_the_signature_is_the_one_that_openssl_computes() -> None:
    # printf '{"id":1}' | openssl dgst -sha256 -hmac 'a secret' -hex
    expected = "e04026c6b8bfbbe2b08fec6049342297d308898eebeb6683a1ec6fbe10537e63"

    assert signed(b'{"id":1}') == {
        "content-type": "application/json",
        "sendcloud-signature": expected,
    }


def test_b01_a_missing_or_empty_signature_is_refused() -> None:
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not holds("")


def test_b03_another_secret_is_refused() -> None:
    assert not holds(signed(secret="another")[HEADER])


def test_b04_a_signature_in_another_form_is_refused() -> None:
    value = signed()[HEADER]

    for other in (value.swapcase(), f"sha256={value}", value[:-1], f"{value}=", "é"):
        assert not holds(other)


def test_b09_a_body_serialised_again_is_refused() -> None:
    assert not holds(signed()[HEADER], body=json.dumps(json.loads(BODY)).encode())


def test_b10_a_signature_sent_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    one = signed()[HEADER]
    other = signed(secret="another")[HEADER]

    assert holds(f"{one},{one}")
    assert not holds(f"{one},{other}")


def with_token(value: str, *, secrets: tuple[str, ...] = (SECRET,)) -> bool:
    return signature.verify({"authorization": value}, BODY, secrets, now=NOW)


def test_an_event_subscription_proves_itself_by_its_token() -> None:
    assert with_token(f"Bearer {SECRET}")
    assert with_token(f"bearer {SECRET}", secrets=("new", SECRET))


def test_b03_another_token_or_another_way_to_send_it_is_refused() -> None:
    for other in (
        "",
        "Bearer ",
        "Bearer another",
        SECRET,
        f"Basic {SECRET}",
        f"Bearer  {SECRET}",
        "Bearer \u00e9",
    ):
        assert not with_token(other)
    assert not with_token("Bearer ", secrets=("",))


def test_a_wrong_signature_is_not_made_good_by_a_token() -> None:
    token = {"authorization": f"Bearer {SECRET}"}
    for wrong in ("", "0" * 64):
        assert not signature.verify({**token, HEADER: wrong}, BODY, [SECRET], now=NOW)


def test_while_a_secret_is_rotated_both_count_and_afterwards_only_the_new_one() -> None:
    header = signed(secret="old")[HEADER]

    assert holds(header, secrets=("new", "old"))
    assert not holds(header, secrets=("new",))


def test_an_empty_secret_authenticates_nothing() -> None:
    assert not holds(signed(secret="")[HEADER], secrets=("", ""))


@pytest.mark.skipif(not vectors(), reason="ORDERHUB_PAYLOADS names no folder of payloads")
def test_known_vectors_are_judged_as_expected() -> None:
    judged = [
        (
            holds(vector["header_value"], body=vector["body"].encode(), secrets=(vector["secret"],)),
            vector["expect"],
        )
        for vector in vectors()
    ]

    assert judged == [(expected == "valid", expected) for _, expected in judged]


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    presented=st.text(),
    body=st.binary() | st.text().map(str.encode),
    secrets=st.lists(st.text(st.characters(categories=None))),
)
def test_s1_no_header_body_or_secret_makes_it_raise(presented: str, body: bytes, secrets: list[str]) -> None:
    headers = {HEADER: presented}

    assert signature.verify(headers, body, secrets, now=NOW) is False
    assert isinstance(signature.topic(headers, body), str)
    assert isinstance(signature.entity_hint(headers, body), str)


def test_topic_and_hint_are_read_from_the_body_of_either_version() -> None:
    event = b'{"event_type":"parcels.event.created","data":{"parcel":{"tracking_number":"3SEXMP000000023"}}}'

    assert (signature.topic({}, BODY), signature.entity_hint({}, BODY)) == (
        "parcel_status_changed",
        "3SEXMP000000015",
    )
    assert (signature.topic({}, event), signature.entity_hint({}, event)) == (
        "parcels.event.created",
        "3SEXMP000000023",
    )


def test_no_request_is_a_handshake() -> None:
    assert signature.handshake("POST", {}, {}, b"") is None
    assert signature.handshake("GET", {}, {"challenge": "x"}, b"") is None
