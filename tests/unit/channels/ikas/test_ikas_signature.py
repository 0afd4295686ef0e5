"""A token in the webhook's address is all that proves it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from shared.adapters import signature_of
from shared.channels.ikas import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 10, tzinfo=UTC)
BODY = json.dumps(
    {"id": "webhook-1", "scope": "store/order/updated", "data": json.dumps({"id": "order-1"})}
).encode()


def test_the_token_of_the_address_counts_and_nothing_else() -> None:
    module: SignatureModule = signature_of("ikas")

    assert module.verify({"?token": "a secret"}, BODY, ["another", "a secret"], now=NOW) is True
    assert module.verify({"?token": "wrong"}, BODY, ["a secret"], now=NOW) is False
    assert module.verify({"token": "a secret"}, BODY, ["a secret"], now=NOW) is False
    assert module.verify({"?token": ""}, BODY, [""], now=NOW) is False
    assert module.verify({"?token": "gizlilik ğ"}, BODY, ["a secret"], now=NOW) is False


def test_what_is_signed_here_is_verified_here() -> None:
    headers = signature.sign(BODY, "a secret", topic="", now=NOW)

    assert signature.verify(headers, BODY, ["a secret"], now=NOW)
    assert any(name in headers for name in signature.SIGNATURE_HEADERS)


def test_the_address_that_ikas_is_given_holds_the_token() -> None:
    address = signature.address_with("https://hub.example.com/webhooks/ikas/shop", "a secret/1")

    assert address == "https://hub.example.com/webhooks/ikas/shop?token=a+secret%2F1"


def test_a_webhook_names_its_scope_and_the_order_in_its_data() -> None:
    assert (signature.topic({}, BODY), signature.entity_hint({}, BODY)) == ("store/order/updated", "order-1")
    assert (signature.topic({}, b'{"id": "order-1"}'), signature.entity_hint({}, b'{"id": "order-1"}')) == (
        "order",
        "order-1",
    )


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'{"scope": "x"}', b'{"scope": "x", "data": "{"}', b"\xff"]
)
def test_a_body_that_says_nothing_gives_no_hint(body: bytes) -> None:
    assert signature.entity_hint({}, body) == ""


def test_ikas_wants_a_plain_200_and_sends_no_handshake() -> None:
    assert signature.SUCCESS_STATUS == 200
    assert signature.handshake("GET", {}, {"token": "a secret"}, b"") is None
