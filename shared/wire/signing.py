"""HMAC-SHA256 signatures over raw bodies, as several channels and carriers use them. Nothing here raises.

Standard library only: a webhook is answered before anything else is loaded.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

TOLERANCE_SECONDS = 300  # how far a signed time may be from ours, either way

_UNIX_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


def hmac_sha256_base64(secret: bytes, body: bytes) -> bytes:
    """Return the signature in standard base64 with padding, as ASCII bytes."""
    return base64.b64encode(hmac.digest(secret, body, hashlib.sha256))


def hmac_sha256_hex(secret: bytes, body: bytes) -> bytes:
    """Return the signature in lower-case hex, as ASCII bytes."""
    return hmac.digest(secret, body, hashlib.sha256).hex().encode("ascii")


def matches_any(presented: str, expected: Iterable[bytes]) -> bool:
    """True where ``presented`` equals one of ``expected``. Every candidate is compared, in constant time.

    Compared as bytes: :func:`hmac.compare_digest` raises for text that is not ASCII, and a
    header may hold anything. An empty ``presented`` matches nothing.
    """
    try:
        given = presented.encode("ascii")
    except UnicodeEncodeError:
        given = b""
    matched = False
    for candidate in expected:
        # `|` instead of `or`: which of the secrets fits must not show in the time taken.
        matched |= hmac.compare_digest(given, candidate)
    return matched and bool(given)


def single_header(headers: Mapping[str, str], name: str) -> str:
    """Return the one value of header ``name`` (lower case), "" where it is missing or contradicts itself.

    API Gateway joins headers that were sent twice with a comma: equal values count once,
    different ones as none. For values that hold no comma of their own.
    """
    value = headers.get(name, "")
    if "," not in value:
        return value.strip()
    values = {part.strip() for part in value.split(",")}
    return values.pop() if len(values) == 1 else ""


def is_recent(stamp: str, now: datetime) -> bool:
    """True where ``stamp``, whole unix seconds as they were signed, is at most 300 seconds from ``now``.

    Only plain digits are read: ``int`` would also take "1_700", " 17" and Arabic ones.
    """
    if not _UNIX_TIME.fullmatch(stamp):
        return False
    return abs(int(now.timestamp()) - int(stamp)) <= TOLERANCE_SECONDS
