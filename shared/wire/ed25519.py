"""Ed25519 signatures in whole numbers (RFC 8032, section 5.1), for channels that take signed requests only.

Standard library only, some milliseconds each. How long it takes depends on the key: what is signed here are
our own requests, one after an order's call, so that nobody outside sees when a signature begins and ends.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P

_Point = tuple[int, int, int, int]  # x and y over z, and their product over z (extended coordinates)
_BASE_Y = 4 * pow(5, -1, P) % P
_BASE_X = 0x216936D3CD6E53FEC0A4E231FDD6DC5C692CC7609525A7B2C9562D608F25D51A
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)
_NEUTRAL: _Point = (0, 1, 1, 0)

# PrivateKeyInfo of an Ed25519 key (RFC 8410, section 7): all of it but the 32 bytes of the key.
_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
_ARMOUR = re.compile(r"-----(?:BEGIN|END) PRIVATE KEY-----")


def read_private_key(text: str) -> bytes | None:
    """Return the 32 bytes of a key in PEM or in the base64 inside of it; None where it is no Ed25519 key."""
    try:
        der = base64.b64decode("".join(_ARMOUR.sub("", text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return der[len(_PKCS8) :] if len(der) == len(_PKCS8) + 32 and der.startswith(_PKCS8) else None


def sign(private_key: bytes, message: bytes) -> bytes:
    """Return the signature of ``message``: 64 bytes, the same each time."""
    secret = hashlib.sha512(private_key).digest()
    scalar = (int.from_bytes(secret[:32], "little") & (2**254 - 8)) | 2**254
    public = _encode(_times(scalar))
    nonce = _number(secret[32:] + message)
    commitment = _encode(_times(nonce))
    proof = (nonce + _number(commitment + public + message) * scalar) % L
    return commitment + proof.to_bytes(32, "little")


def _number(data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % L


def _times(scalar: int) -> _Point:
    total, summand = _NEUTRAL, _BASE
    while scalar:
        if scalar & 1:
            total = _add(total, summand)
        summand = _add(summand, summand)
        scalar >>= 1
    return total


def _add(one: _Point, other: _Point) -> _Point:
    # Holds for any two points, equal ones too (RFC 8032, section 5.1.4).
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")
