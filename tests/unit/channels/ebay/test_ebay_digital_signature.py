"""Signed requests, by eBay's own sample, and which requests are signed."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from local.channels.ebay import Ebay
from local.channels.simulator import Recording
from shared.channels.ebay.calls import perform
from shared.channels.ebay.digital_signature import PRIVATE_KEY, PUBLIC_KEY, sign_request
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Call, Money, Parcel, Piece
from shared.wire.ed25519 import read_private_key
from shared.wire.http import RefusedError

# eBay/digital-signature-verification-ebay-api, README: test keys (those of RFC 9421) and a valid request.
KEY = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
JWE = (
    "eyJ6aXAiOiJERUYiLCJlbmMiOiJBMjU2R0NNIiwidGFnIjoiSGdLcjNSSWFlZll0Mkd4blBUUTEwUSIsImFsZyI6IkEyNTZHQ01LVyIs"
    "Iml2IjoiQTVOQXFYUXlITkNIT01GVSJ9.z3JcS0vvxrYboqpySAq_Znww-3V6AllxmJP5JEMkuLY.K1f4MVMEc8ylbfSS.fASwJyMCk2"
    "tXZsNWk13IcuVgSWTOcynSdAoJrK4WApZANlxAP9J0qr0Jz_4aFldFDSZ5tfuxLGqzJmWU7CiZWwNjk2XoVy8q5ogMrFNFwFXP4SrX1X"
    "ORhNLZPTyS5DEqLDPYn2NX944xendEwfcxxXsTSeNCUnmSyfitiscUC04GYOfn0UWQ2buSWx7Yod0IR2GtTGUsM9o3J-riuNDKhw.rRs"
    "WM1Sl_2stTnZLJkWVmQ"
)
SIGNATURE = "uunxYrXKC8KaoupD5D1DKdmQmrOhz6b4Xbhb3o9d4x4xFIpg++XzEZztOyeOI59rMMjM3NIcFgxBH0c1ckpfBw=="
HEADERS = {"Content-Digest", "x-ebay-signature-key", "Signature-Input", "Signature"}
CALL = Call(name="", order_id="12-34", reference="0" * 32, pieces=(Piece(line_id="12-34-1", quantity=2),))


def test_ebays_own_sample_comes_out() -> None:
    key = read_private_key(KEY)
    assert key is not None
    signed = sign_request(
        "POST",
        "http://localhost:8080/verifysignature",
        b'{"hello": "world"}',
        jwe=JWE,
        key=key,
        created=datetime.fromtimestamp(1_659_651_955, UTC),
    )
    assert signed == {
        "Content-Digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
        "x-ebay-signature-key": JWE,
        "Signature-Input": 'sig1=("content-digest" "x-ebay-signature-key" "@method" "@path" "@authority")'
        ";created=1659651955",
        "Signature": f"sig1=:{SIGNATURE}:",
    }


def test_a_request_without_a_body_has_no_digest() -> None:
    key = read_private_key(KEY)
    assert key is not None
    signed = sign_request(
        "POST", "https://api.ebay.com/a/b?c=d", b"", jwe="j", key=key, created=datetime.fromtimestamp(5, UTC)
    )
    assert set(signed) == HEADERS - {"Content-Digest"}
    assert signed["Signature-Input"] == (
        'sig1=("x-ebay-signature-key" "@method" "@path" "@authority");created=5'
    )


@pytest.fixture
def sent(ebay: Ebay) -> Recording:
    ebay.place("12-34")
    return Recording(ebay)


def signing(api: Api, sent: Recording, **keys: str) -> Api:
    return replace(api, transport=sent, credentials={**api.credentials, **keys}, _tokens={})


def make_calls(api: Api) -> None:
    perform(replace(CALL, name="ship", parcel=Parcel(id="1", tracking_number="1", carrier_code="DHL")), api)
    perform(replace(CALL, name="refund", money=Money(id="r", amount=Decimal(1), currency="EUR")), api)
    with contextlib.suppress(RefusedError):  # it has been shipped
        perform(replace(CALL, name="cancel", reason="out_of_stock"), api)


def signed_paths(sent: Recording) -> set[str]:
    return {request.url.partition(".com")[2] for request in sent.requests if set(request.headers) >= HEADERS}


def test_what_moves_money_is_signed_and_nothing_else(api: Api, sent: Recording) -> None:
    make_calls(signing(api, sent, **{PRIVATE_KEY: KEY, PUBLIC_KEY: JWE}))
    assert signed_paths(sent) == {
        "/sell/fulfillment/v1/order/12-34/issue_refund",
        "/post-order/v2/cancellation",
    }


def test_without_keys_nothing_is_signed(api: Api, sent: Recording) -> None:
    make_calls(signing(api, sent))
    assert signed_paths(sent) == set()


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        ({PRIVATE_KEY: KEY}, PUBLIC_KEY),
        ({PUBLIC_KEY: JWE}, PRIVATE_KEY),
        ({PRIVATE_KEY: "no key", PUBLIC_KEY: JWE}, PRIVATE_KEY),
    ],
)
def test_half_a_key_pair_is_said_to_be_missing_before_anything_is_sent(
    api: Api, sent: Recording, keys: dict[str, str], missing: str
) -> None:
    refund = replace(CALL, name="refund", money=Money(id="r", amount=Decimal(1), currency="EUR"))
    with pytest.raises(MissingCredentialError) as failed:
        perform(refund, signing(api, sent, **keys))
    assert failed.value.name == missing
    assert KEY not in str(failed.value)
    assert not any("issue_refund" in request.url for request in sent.requests)
