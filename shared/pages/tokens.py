"""The secret part of a tracking page's address: which order, signed, so that nobody can make up another's.

``base64url(HMAC-SHA256 over the order id, 128 bits, then the order id)``. It holds no personal data, needs no
row in a table, and ends with the order's personal data: what is erased is not shown.
"""

from __future__ import annotations

import base64
import binascii
import hmac

SIGNATURE_BYTES = 16
MAX_LENGTH = 2_000


def write_token(order_id: str, key: bytes) -> str:
    """Return the token of an order."""
    raw = order_id.encode("ascii")
    return base64.urlsafe_b64encode(_sign(raw, key) + raw).rstrip(b"=").decode()


def read_token(token: str, key: bytes) -> str | None:
    """Return the order id in a token, None for a token that is not ours."""
    if len(token) > MAX_LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    signature, order = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    return order.decode("ascii") if hmac.compare_digest(signature, _sign(order, key)) else None


def _sign(order: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"tracking page\n" + order, "sha256")[:SIGNATURE_BYTES]
