"""Where the next page of a list begins, as a text that only we can make.

A cursor holds a position and a signature over the position and the question: it cannot be forged,
and it does not fit another list, another filter or another hub.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Sequence

from shared.api.problems import ApiError

SIGNATURE_BYTES = 16
MAX_LENGTH = 2_000


def write_cursor(position: Sequence[str], question: Sequence[str], key: bytes) -> str:
    """Return a cursor to ``position`` in the answer to ``question``."""
    text = json.dumps(list(position), separators=(",", ":")).encode()
    return _encode(_sign(text, question, key) + text)


def read_cursor(cursor: str, question: Sequence[str], key: bytes) -> tuple[str, ...]:
    """Return the position. Raises ApiError (``invalid_cursor``) for a cursor that is not ours."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None
    signature, text = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if len(cursor) > MAX_LENGTH or not hmac.compare_digest(signature, _sign(text, question, key)):
        raise ApiError("invalid_cursor")
    return tuple(json.loads(text))


def _sign(text: bytes, question: Sequence[str], key: bytes) -> bytes:
    asked = json.dumps(list(question), separators=(",", ":")).encode()
    return hmac.digest(key, asked + b"\n" + text, "sha256")[:SIGNATURE_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
