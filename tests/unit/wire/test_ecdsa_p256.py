"""ECDSA on P-256 in whole numbers, against what others computed."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.wire.ecdsa_p256 import N, P, key_pair, read_public_key, sign, verify, write_public_key

# RFC 6979, A.2.5: the key, and its signatures of "sample" with SHA-1 and SHA-256.
KEY = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
SIGNED = {
    "sha1": (
        0x61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32,
        0x6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB,
    ),
    "sha256": (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
}
PRIVATE, PUBLIC = key_pair(b"a seed")
DIGEST = hashlib.sha256(b"sample").digest()


def der(r: int, s: int) -> bytes:
    numbers = b"".join(
        bytes([2, len(raw)]) + raw for raw in (n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s))
    )
    return bytes([0x30, len(numbers)]) + numbers


@pytest.mark.parametrize("name", SIGNED)
def test_signatures_of_the_standard_hold(name: str) -> None:
    digest = hashlib.new(name, b"sample").digest()
    r, s = SIGNED[name]

    assert verify(KEY, digest, der(r, s))
    assert verify(KEY, digest, der(r, N - s))
    assert not verify(KEY, digest, der(r, s - 1))
    assert not verify(KEY, digest, der(r - 1, s))
    assert not verify(PUBLIC, digest, der(r, s))
    assert not verify(KEY, hashlib.new(name, b"Sample").digest(), der(r, s))


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40))
def test_what_is_signed_here_holds_for_it_alone(seed: bytes, message: bytes) -> None:
    private, public = key_pair(seed)
    digest = hashlib.sha256(message).digest()
    signature = sign(private, digest)

    assert verify(public, digest, signature)
    assert not verify(public, hashlib.sha256(message + b"!").digest(), signature)
    assert not verify(KEY, digest, signature)


def test_a_key_pair_and_its_signature_are_always_the_same() -> None:
    assert key_pair(b"a seed") == (PRIVATE, PUBLIC)
    assert sign(PRIVATE, DIGEST) == sign(PRIVATE, DIGEST)


def test_a_key_is_read_as_it_is_written_with_and_without_line_breaks() -> None:
    pem = write_public_key(PUBLIC)
    broken = pem.replace("KEY-----", "KEY-----\n").replace("-----END", "\n-----END")

    assert read_public_key(pem) == PUBLIC
    assert read_public_key(broken) == PUBLIC


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "no key",
        "-----BEGIN PUBLIC KEY-----*-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----",
        write_public_key((PUBLIC[0], PUBLIC[1] ^ 1)),
        write_public_key((P, 1)),
        write_public_key((0, 0)),
    ],
)
def test_what_is_no_point_of_the_curve_is_no_key(pem: str) -> None:
    assert read_public_key(pem) is None


GOOD = sign(PRIVATE, DIGEST)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"\x30",
        b"\x30\x00",
        GOOD + b"\x00",
        GOOD[:-1],
        b"\x31" + GOOD[1:],
        b"\x30\x04\x02\x00\x02\x00",
        b"\x30\x06\x02\x01\x01\x03\x01\x01",
        b"\x30\x05\x02\x01\x01\x02\x05",
        b"\x30\x06\x02\x01\x81\x02\x01\x01",  # a negative number
        b"\x30\x07\x02\x02\x00\x01\x02\x01\x01",  # a needless zero
        der(0, 1),
        der(1, 0),
        der(N, 1),
        der(1, N),
        der(1, 1),
    ],
)
def test_what_is_no_signature_does_not_hold(signature: bytes) -> None:
    assert verify(PUBLIC, DIGEST, GOOD)
    assert not verify(PUBLIC, DIGEST, signature)
