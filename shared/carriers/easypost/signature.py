"""How EasyPost signs webhooks (``util.py`` of EasyPost/easypost-python).

``X-Hmac-Signature`` is ``hmac-sha256-hex=`` and the lower-case hex HMAC-SHA256 of the raw
body; the key is the secret in Unicode form NFKD. The header is only sent where the webhook
was created with a secret: a connection needs one. There is no time in the signature.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import hmac_sha256_hex, matches_any, single_header

SIGNATURE_HEADER = "x-hmac-signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"

_SCHEME = b"hmac-sha256-hex="


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed with one of ``secrets``; empty ones are skipped. Never raises."""
    presented = single_header(headers, SIGNATURE_HEADER)
    return matches_any(presented, [_signature(secret, body) for secret in secrets if secret])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a delivery; topic and time stand in the body."""
    return {"content-type": MEDIA_TYPE, SIGNATURE_HEADER: _signature(secret, body).decode("ascii")}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the event's ``description``: ``tracker.updated``."""
    return glance(body, "description")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the tracking code of the event's tracker."""
    return glance(body, "result", "tracking_code")


handshake = no_handshake


def _signature(secret: str, body: bytes) -> bytes:
    key = unicodedata.normalize("NFKD", secret).encode("utf-8", "surrogatepass")
    return _SCHEME + hmac_sha256_hex(key, body)
