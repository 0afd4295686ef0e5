"""How AfterShip signs webhooks (aftership.com/docs/tracking/webhook/webhook-signature).

``aftership-hmac-sha256`` is the base64 HMAC-SHA256 of the raw body; the key is the webhook
secret. The body's ``ts`` is the time of the event, not of the delivery, which is tried for
three days: it cannot tell an old webhook. ``event_id`` stands in the body and names the
delivery; repeats are told apart by what they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import hmac_sha256_base64, matches_any, single_header

SIGNATURE_HEADER = "aftership-hmac-sha256"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"

API_VERSION = "2026-07"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed with one of ``secrets``; empty ones are skipped. Never raises."""
    presented = single_header(headers, SIGNATURE_HEADER)
    return matches_any(presented, [_signature(secret, body) for secret in secrets if secret])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a delivery; topic and time stand in the body."""
    return {
        "content-type": MEDIA_TYPE,
        SIGNATURE_HEADER: _signature(secret, body).decode("ascii"),
        "as-webhook-version": API_VERSION,
    }


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the webhook's ``event``: ``tracking_update``."""
    return glance(body, "event")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the tracking number."""
    return glance(body, "msg", "tracking_number")


handshake = no_handshake


def _signature(secret: str, body: bytes) -> bytes:
    return hmac_sha256_base64(secret.encode("utf-8", "surrogatepass"), body)
