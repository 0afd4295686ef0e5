from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.channels.trendyol import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 4, 8, 2, 11, tzinfo=UTC)
BODY = b'{"totalElements":1,"content":[{"orderNumber":"1001"}]}'


def basic(pair: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {base64.b64encode(pair.encode()).decode()}"}


def verify(headers: dict[str, str], *secrets: str) -> bool:
    return signature.verify(headers, BODY, secrets, now=NOW)


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("trendyol")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "x-api-key",
        "authorization",
        202,
        "application/json",
    )


def test_a_webhook_with_the_key_is_authentic() -> None:
    assert verify(signature.sign(BODY, "a key", topic="", now=NOW), "a key")
    assert verify({"x-api-key": "a key"}, "another", "a key")


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_a_webhook_with_user_and_password_is_authentic(scheme: str) -> None:
    assert verify(basic("user:pass:word", scheme), "user:pass:word")
    assert verify(basic("user:geçici"), "user:geçici")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": ""},
        {"x-api-key": " "},
        {"x-api-key": "A key"},
        {"x-api-key": "a key, another"},
        {"authorization": "a key"},
        {"authorization": "Basic"},
        {"authorization": "Basic !"},
        {"authorization": "Bearer dXNlcjpwYXNz"},
        basic("user:word"),
        basic("user"),
        basic("a key"),
    ],
)
def test_b01_and_b03_anything_else_is_refused(headers: dict[str, str]) -> None:
    assert not verify(headers, "a key", "user:pass")


def test_a_key_without_a_colon_is_no_pair_and_an_empty_secret_proves_nothing() -> None:
    assert not verify(basic("akey"), "akey")
    assert not verify({"x-api-key": ""}, "")
    assert not verify(basic(""), "")


@given(st.text(), st.text(), st.text())
def test_nothing_makes_the_check_raise(key: str, pair: str, secret: str) -> None:
    signature.verify({"x-api-key": key, "authorization": pair}, b"", [secret], now=NOW)


def test_the_hint_is_the_first_packages_order() -> None:
    assert signature.entity_hint({}, BODY) == "1001"
    assert signature.entity_hint({}, b'{"content":[]}') == ""
    assert signature.topic({}, BODY) == ""


def test_no_request_is_a_handshake() -> None:
    assert signature.handshake("GET", {}, {"challenge": "x"}, b"") is None
