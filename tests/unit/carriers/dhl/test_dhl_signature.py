from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.carriers.dhl import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
BODY = b'{"shipments":[{"id":"00340434100000000022"}]}'
SECRET = "a secret"
HEADER = signature.TOKEN_HEADER


def holds(token: str, *, secrets: tuple[str, ...] = (SECRET,)) -> bool:
    return signature.verify({HEADER: token}, BODY, secrets, now=NOW)


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("dhl")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "x-orderhub-token",
        202,
        "application/json",
    )


def test_a_push_is_authentic_with_the_token_of_its_subscription() -> None:
    headers = signature.sign(BODY, SECRET, topic="", now=NOW)

    assert headers == {"content-type": "application/json", "x-orderhub-token": SECRET}
    assert signature.verify(headers, BODY, [SECRET], now=NOW)


def test_b01_a_missing_or_empty_token_is_refused() -> None:
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not holds("")


@pytest.mark.parametrize(
    "token", ["another", SECRET.upper(), SECRET[:-1], f"{SECRET}x", f"Bearer {SECRET}", "é", "\ud800"]
)
def test_b03_another_token_is_refused(token: str) -> None:
    assert not holds(token)


def test_a_token_in_a_header_of_another_name_is_refused() -> None:
    assert not signature.verify({"authorization": SECRET, "dhl-api-key": SECRET}, BODY, [SECRET], now=NOW)


def test_b10_a_token_sent_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    assert holds(f"{SECRET},{SECRET}")
    assert not holds(f"{SECRET},another")


def test_while_a_secret_is_rotated_both_count_and_afterwards_only_the_new_one() -> None:
    assert holds("old", secrets=("new", "old"))
    assert not holds("old", secrets=("new",))


def test_an_empty_secret_authenticates_nothing() -> None:
    assert not holds("", secrets=("", ""))


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    presented=st.text(),
    body=st.binary() | st.text().map(str.encode),
    secrets=st.lists(st.text(st.characters(categories=None)).map("never equal: {}".format)),
)
def test_s1_no_header_body_or_secret_makes_it_raise(presented: str, body: bytes, secrets: list[str]) -> None:
    headers = {HEADER: presented}

    assert signature.verify(headers, body, secrets, now=NOW) is False
    assert isinstance(signature.topic(headers, body), str)
    assert isinstance(signature.entity_hint(headers, body), str)


def test_a_push_has_no_topic_and_is_about_its_first_shipment() -> None:
    assert signature.topic({}, BODY) == ""
    assert signature.entity_hint({}, BODY) == "00340434100000000022"
    assert signature.entity_hint({}, b'{"shipments":[{"id":7000000015}]}') == "7000000015"
    assert signature.entity_hint({}, b'{"shipments":[]}') == ""


def test_no_request_is_a_handshake() -> None:
    assert signature.handshake("POST", {}, {}, b"") is None
    assert signature.handshake("GET", {}, {"challenge": "x"}, b"") is None
