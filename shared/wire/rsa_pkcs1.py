"""RSA signatures, PKCS#1 v1.5 with SHA-256, in whole numbers (RFC 8017, section 8.2).

Standard library only: a webhook is answered before anything else is loaded. Checking takes about a
millisecond and needs no secrecy: everything it works on is public. :func:`sign` is for senders played on this
machine; its time depends on its key, so that no key worth anything belongs there.

The whole block that the signature stands for is compared, not taken apart: what follows a hash that fits, or
padding that is too short, does not pass.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

EXPONENT = 65537
LEAST_BITS = 2048
MOST_BITS = 8192  # a longer key is a means to keep us busy

# RFC 8017, section 9.2, note 1: the algorithm's name in front of the hash.
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
# rsaEncryption without parameters (RFC 3279, section 2.3.1), as it stands in a SubjectPublicKeyInfo.
_RSA = bytes.fromhex("06092a864886f70d0101010500")
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03
_LONGEST = 4_000  # characters of a key


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with."""

    modulus: int
    exponent: int

    @property
    def size(self) -> int:
        """Return how many bytes a signature has."""
        return (self.modulus.bit_length() + 7) // 8


def read_public_key(text: str) -> PublicKey | None:
    """Return the key in ``text``, None where it is none that is checked with.

    It is base64 of DER, bare or as PEM: a SubjectPublicKeyInfo or a PKCS#1 RSAPublicKey. A private key, one
    of another algorithm and one of fewer than 2048 bits are none.
    """
    lines = [line.strip() for line in text[:_LONGEST].strip().splitlines()]
    if lines and lines[0].startswith("-----"):
        lines = lines[1:-1]
    try:
        der = base64.b64decode("".join(lines), validate=True)
        key = _read_key(der)
    except (binascii.Error, ValueError, IndexError):
        return None
    bits, exponent = key.modulus.bit_length(), key.exponent
    is_sound = LEAST_BITS <= bits <= MOST_BITS and key.modulus % 2 and exponent % 2 and 3 <= exponent < 2**33
    return key if is_sound else None


def write_public_key(key: PublicKey) -> str:
    """Return ``key`` as base64 of its SubjectPublicKeyInfo."""
    pair = _write(_SEQUENCE, _write_integer(key.modulus) + _write_integer(key.exponent))
    der = _write(_SEQUENCE, _write(_SEQUENCE, _RSA) + _write(_BIT_STRING, b"\0" + pair))
    return base64.b64encode(der).decode("ascii")


def verify(key: PublicKey, body: bytes, signature: bytes) -> bool:
    """True where ``signature`` is one of ``body`` by the owner of ``key``. Never raises."""
    number = int.from_bytes(signature, "big")
    if len(signature) != key.size or number >= key.modulus:
        return False
    block = pow(number, key.exponent, key.modulus).to_bytes(key.size, "big")
    return hmac.compare_digest(block, _block(body, key.size))


def sign(primes: tuple[int, int], body: bytes) -> bytes:
    """Return the signature of ``body`` by the key that the two primes make."""
    key = public_key_of(primes)
    private = pow(EXPONENT, -1, (primes[0] - 1) * (primes[1] - 1))
    number = int.from_bytes(_block(body, key.size), "big")
    return pow(number, private, key.modulus).to_bytes(key.size, "big")


def public_key_of(primes: tuple[int, int]) -> PublicKey:
    """Return what others check the signatures of the two primes with."""
    return PublicKey(primes[0] * primes[1], EXPONENT)


def _block(body: bytes, size: int) -> bytes:
    told = _SHA256 + hashlib.sha256(body).digest()
    return b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told


def _read_key(der: bytes) -> PublicKey:
    """Return the key in ``der``. Raises ValueError, IndexError."""
    inner = _only(der, _SEQUENCE)
    if inner[0] == _SEQUENCE:
        algorithm, rest = _element(inner, _SEQUENCE)
        if algorithm != _RSA:
            raise ValueError("not RSA")
        bits = _only(rest, _BIT_STRING)
        if bits[0]:
            raise ValueError("unused bits")
        inner = _only(bits[1:], _SEQUENCE)
    modulus, rest = _element(inner, _INTEGER)
    return PublicKey(_number(modulus), _number(_only(rest, _INTEGER)))


def _only(data: bytes, tag: int) -> bytes:
    content, rest = _element(data, tag)
    if rest:
        raise ValueError("more than expected")
    return content


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return content and rest of the DER element that ``data`` begins with. Raises ValueError, IndexError."""
    if data[0] != tag:
        raise ValueError("unexpected tag")
    length, begin = data[1], 2
    if length >= 0x80:
        begin += length - 0x80
        length = int.from_bytes(data[2:begin], "big")
    end = begin + length
    if end > len(data):
        raise ValueError("cut off")
    return data[begin:end], data[end:]


def _number(content: bytes) -> int:
    if not content or content[0] >= 0x80:
        raise ValueError("not positive")
    return int.from_bytes(content, "big")


def _write(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 + size]) + length.to_bytes(size, "big") + content


def _write_integer(number: int) -> bytes:
    return _write(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))
