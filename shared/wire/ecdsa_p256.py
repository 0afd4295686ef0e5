"""ECDSA on the curve P-256 in whole numbers (FIPS 186-5, SEC 1), for senders that sign with a key pair.

Standard library only: a webhook is answered before anything else is loaded. Checking takes some ten
milliseconds and needs no secrecy: everything it works on is public. :func:`sign` is for senders played
on this machine; its time depends on its key, so that no key worth anything belongs there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

Point = tuple[int, int]
G: Point = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

_Jacobian = tuple[int, int, int]  # x / z**2, y / z**3; z = 0 is the point at infinity
_INFINITY: _Jacobian = (1, 1, 0)

# SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480): all of it but the coordinates.
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.DOTALL)


def read_public_key(pem: str) -> Point | None:
    """Return the key in ``pem``, with or without line breaks; None where it is no point of P-256."""
    found = _PEM.search(pem)
    try:
        der = base64.b64decode("".join(found[1].split()), validate=True) if found else b""
    except (binascii.Error, ValueError):
        return None
    if len(der) != len(_SPKI) + 64 or not der.startswith(_SPKI):
        return None
    x, y = int.from_bytes(der[-64:-32], "big"), int.from_bytes(der[-32:], "big")
    return (x, y) if x < P and y < P and (y * y - x * x * x + 3 * x - B) % P == 0 else None


def write_public_key(key: Point) -> str:
    """Return ``key`` as PEM on one line."""
    der = _SPKI + key[0].to_bytes(32, "big") + key[1].to_bytes(32, "big")
    return f"-----BEGIN PUBLIC KEY-----{base64.b64encode(der).decode('ascii')}-----END PUBLIC KEY-----"


def verify(key: Point, digest: bytes, signature: bytes) -> bool:
    """True where ``signature`` (DER) is one of ``digest`` by the owner of ``key``. Never raises."""
    pair = _read_der(signature)
    if pair is None:
        return False
    r, s = pair
    if not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    x, _, z = _sum_of_products(_number(digest) * inverse % N, r * inverse % N, key)
    # Compared without a division: x / z**2 = r, or r + N where that is a coordinate, too.
    return z != 0 and any((candidate * z * z - x) % P == 0 for candidate in (r, r + N) if candidate < P)


def key_pair(seed: bytes) -> tuple[int, Point]:
    """Return the private and the public key that ``seed`` stands for: always the same."""
    private = int.from_bytes(hashlib.sha512(seed).digest(), "big") % (N - 1) + 1
    return private, _affine(_sum_of_products(private, 0, G))


def sign(private: int, digest: bytes) -> bytes:
    """Return the DER signature of ``digest``: always the same, its nonce comes from key and digest."""
    drawn = 0
    while True:
        nonce = hmac.digest(private.to_bytes(32, "big"), digest + bytes([drawn]), hashlib.sha512)
        k = int.from_bytes(nonce, "big") % (N - 1) + 1
        r = _affine(_sum_of_products(k, 0, G))[0] % N
        s = pow(k, -1, N) * (_number(digest) + r * private) % N
        if r and s:
            return _write_der(r, s)
        drawn += 1


def _number(digest: bytes) -> int:
    # The leftmost 256 bits; a shorter digest is taken whole.
    return int.from_bytes(digest[:32], "big")


def _affine(point: _Jacobian) -> Point:
    x, y, z = point
    inverse = pow(z, -1, P)
    return x * inverse * inverse % P, y * inverse * inverse * inverse % P


def _sum_of_products(first: int, second: int, key: Point) -> _Jacobian:
    """Return first * G + second * key, both walked through together (Shamir's trick)."""
    g: _Jacobian = (*G, 1)
    other: _Jacobian = (*key, 1)
    summands = {(1, 0): g, (0, 1): other, (1, 1): _add(g, other)}
    total = _INFINITY
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = _double(total)
        bits = (first >> bit & 1, second >> bit & 1)
        if any(bits):
            total = _add(total, summands[bits])
    return total


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z:  # no point of P-256 has y = 0: its order is prime
        return _INFINITY
    yy = y * y % P
    s = 4 * x * yy % P
    zz = z * z % P
    m = 3 * (x - zz) * (x + zz) % P  # the curve's a is -3
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _add(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    if not one[2]:
        return other
    if not other[2]:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * zz2 * z2 % P, y2 * zz1 * z1 % P
    if u1 == u2:
        return _double(one) if s1 == s2 else _INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, h * z1 * z2 % P


def _read_der(signature: bytes) -> tuple[int, int] | None:
    """Return the two numbers of a DER sequence; None for anything else, trailing bytes included."""
    if len(signature) < 2 or signature[0] != 0x30 or signature[1] != len(signature) - 2:
        return None
    first = _read_integer(signature, 2)
    if first is None:
        return None
    second = _read_integer(signature, first[1])
    if second is None or second[1] != len(signature):
        return None
    return first[0], second[0]


def _read_integer(data: bytes, at: int) -> tuple[int, int] | None:
    if at + 2 > len(data) or data[at] != 0x02 or not 0 < data[at + 1] <= 33:
        return None
    end = at + 2 + data[at + 1]
    if end > len(data):
        return None
    content = data[at + 2 : end]
    needless = len(content) > 1 and content[0] == 0 and content[1] < 0x80
    return None if content[0] >= 0x80 or needless else (int.from_bytes(content, "big"), end)


def _write_der(r: int, s: int) -> bytes:
    numbers = b""
    for number in (r, s):
        content = number.to_bytes(number.bit_length() // 8 + 1, "big")
        numbers += bytes([0x02, len(content)]) + content
    return bytes([0x30, len(numbers)]) + numbers
