"""Ed25519 signatures, by the vectors of RFC 8032 and by another implementation."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.wire.ed25519 import read_private_key, sign


@pytest.mark.parametrize(
    ("key", "message", "signature"),
    [  # RFC 8032, section 7.1: tests 1 to 3
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "af82",
            (
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ),
    ],
)
def test_the_vectors_of_the_standard_come_out(key: str, message: str, signature: str) -> None:
    assert sign(bytes.fromhex(key), bytes.fromhex(message)).hex() == signature


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_any_message_is_signed_as_others_sign_it(key: bytes, message: bytes) -> None:
    assert sign(key, message) == ed25519.Ed25519PrivateKey.from_private_bytes(key).sign(message)


def test_a_key_is_read_in_any_form_that_it_is_handed_out_in() -> None:
    made = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    inside = pem.split("-----")[2].strip()
    for text in (pem, pem.replace("\n", ""), inside, f" {inside}\n"):
        assert read_private_key(text) == bytes(range(32))


@pytest.mark.parametrize(
    "text",
    ["", "!", "ü", "AAAA", base64.b64encode(b"x" * 48).decode(), base64.b64encode(b"x" * 600).decode()],
)
def test_what_is_no_such_key_is_none(text: str) -> None:
    assert read_private_key(text) is None
