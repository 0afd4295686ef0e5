"""RSA signatures in whole numbers, against keys and a signature that OpenSSL made."""

from __future__ import annotations

import base64
import hashlib

import pytest

from local.channels.bol import PRIMES
from shared.wire.rsa_pkcs1 import (
    EXPONENT,
    PublicKey,
    public_key_of,
    read_public_key,
    sign,
    verify,
    write_public_key,
)

BODY = (
    b'{"retailerId":1234567,"timestamp":"2026-03-10T12:00:00+01:00","event":{"resource":"SHIPMENT",'
    b'"type":"UPDATE_TRANSPORT_EVENT","resourceId":"541757635"}}'
)
SPKI = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx+UQ0NFh9/4DUAwxnbsoGY7/Zp1Lc/Kw9Sldr38ithIKdxdqlRpKnrBxmE+xQm44"
    "Pho9mclvUT1QeBxB/QflvT59kjDHPfmtGy4yZfBGGwI9bc+U34HiXUT95/wDE3b87wfj/J5SyqP+6ZbkwqSYpYv4kpum4PV/6pBGlVb0XuIF"
    "gG6rGO9HgPkNF/l8uItn79ZAIMiH5Lm8c4T2/n27LIzyTeVub3WC7bl6ewDauO2TGfPEqIiaM7AZJvBmZSay7ESqwSQAjms/VgoJitwJ70MQ"
    "NjIE+RzAvHqvCDWh7Sc+/V6co40/9Z0GXWt2UaeKe9uHLVy3Mf3CS/7/pBZs9wIDAQAB"
)
PKCS1 = SPKI[32:]  # the same key without its algorithm: the header of a SubjectPublicKeyInfo is 24 bytes
SIGNATURE = base64.b64decode(
    "rUna9RhhpNTSTpaVJ0td7zue2QCTcyCI5/gVgN1D24i25RieWgXOUmNVcJi7ZWKpBmWh8LAv7LEEEZhTbKZCuWKvyMoPSr8elZG3C4+E1fDb"
    "KA9E37t5tP5rQ8qvl5IoWAdSMp2G+Y5Wd0FAdfOl8IWDSCAwni5Y08nYeW4tfMR6YlZUeXPg6HgOI9xkDofYkJiXzu0ntiRsMOay+EnsyCi1"
    "8rbRfmkoWRz7xuLMGoPvPkhfYpGvwABawqdVWv1Xq/CX0vGHIaIrewc2ap1hUfudWq7eh4PF2iPqlotZG1urPyM7zrALDKo/IXYCsl1wjP4m"
    "ApT0ZuVzKJvCemoA1g=="
)
OURS = (int(PRIMES[0], 16), int(PRIMES[1], 16))
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def key() -> PublicKey:
    found = read_public_key(SPKI)
    assert found is not None
    return found


def test_a_signature_by_openssl_holds() -> None:
    assert verify(key(), BODY, SIGNATURE)


def test_it_holds_for_that_body_that_key_and_as_a_whole_only() -> None:
    assert not verify(key(), BODY + b" ", SIGNATURE)
    assert not verify(public_key_of(OURS), BODY, SIGNATURE)
    assert not verify(key(), BODY, SIGNATURE[:-1])
    assert not verify(key(), BODY, b"\0" + SIGNATURE)
    assert not verify(key(), BODY, b"")
    assert not verify(key(), BODY, (int.from_bytes(SIGNATURE, "big") + key().modulus).to_bytes(257, "big"))


def test_a_key_is_read_in_each_of_its_forms() -> None:
    pem = "-----BEGIN PUBLIC KEY-----\n" + "\n".join(SPKI[at : at + 64] for at in range(0, len(SPKI), 64))

    assert read_public_key(PKCS1) == read_public_key(f" {SPKI}\n") == key()
    assert read_public_key(f"{pem}\n-----END PUBLIC KEY-----\n") == key()
    assert write_public_key(key()) == SPKI


PRIVATE = base64.b64encode(bytes.fromhex("302e0201003005060e2a0304") + bytes(40)).decode()
SMALL = write_public_key(PublicKey(2**1023 + 1155, EXPONENT))
LARGE = write_public_key(PublicKey(2**9000 + 1, EXPONENT))
EVEN = write_public_key(PublicKey(key().modulus, 4))
OTHER_ALGORITHM = base64.b64encode(
    base64.b64decode(SPKI).replace(b"\x01\x01\x01\x05", b"\x01\x01\x02\x05")
).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no key",
        "é",
        "MIIB",
        SPKI[:-8],
        SPKI + "AAAA",
        PRIVATE,
        SMALL,
        LARGE,
        EVEN,
        OTHER_ALGORITHM,
        "/" * 5000,
    ],
    ids=[
        "empty",
        "words",
        "letters",
        "cut",
        "short",
        "long",
        "private",
        "small",
        "large",
        "even",
        "other",
        "junk",
    ],
)
def test_what_is_no_sound_key_is_none(text: str) -> None:
    assert read_public_key(text) is None


def test_our_own_signature_holds() -> None:
    assert verify(public_key_of(OURS), BODY, sign(OURS, BODY))


@pytest.mark.parametrize("tail", [b"", b"\0" * 100], ids=["short padding", "rubbish behind the hash"])
def test_a_block_that_is_not_padded_to_its_end_does_not_pass(tail: bytes) -> None:
    size = public_key_of(OURS).size
    told = SHA256 + hashlib.sha256(BODY).digest()
    padding = b"\xff" * (size - len(told) - len(tail) - 3) if tail else b"\xff" * 8
    block = b"\x00\x01" + padding + b"\x00" + told + tail
    private = pow(EXPONENT, -1, (OURS[0] - 1) * (OURS[1] - 1))
    forged = pow(int.from_bytes(block, "big"), private, OURS[0] * OURS[1]).to_bytes(size, "big")

    assert not verify(public_key_of(OURS), BODY, forged)
