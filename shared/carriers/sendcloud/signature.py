"""How Sendcloud proves its webhooks (sendcloud.dev, *Webhooks* and *Event Subscriptions API*).

``Sendcloud-Signature`` is the lower-case hex HMAC-SHA256 of the raw body. The key is the
integration's secret key or its webhook signature key, depending on the integration. There
is no time in the signature.

The event subscriptions of API v3, which are in beta, sign nothing. Their connection sends a token of the
merchant's choice with every event: ``auth_type`` *bearer*, the token the connection's secret. A request with
a signature is judged by that alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import hmac_sha256_hex, matches_any, single_header

SIGNATURE_HEADER = "sendcloud-signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER, "authorization")
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed with one of ``secrets``, or came with one. Never raises."""
    if SIGNATURE_HEADER in headers:
        presented = single_header(headers, SIGNATURE_HEADER)
        return matches_any(presented, [_signature(secret, body) for secret in secrets if secret])
    scheme, _, token = single_header(headers, "authorization").partition(" ")
    return scheme.lower() == "bearer" and matches_any(token, [_bytes(secret) for secret in secrets if secret])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a delivery; topic and time stand in the body."""
    return {"content-type": MEDIA_TYPE, SIGNATURE_HEADER: _signature(secret, body).decode("ascii")}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return ``action`` (v2: ``parcel_status_changed``) or ``event_type`` (v3: ``parcels.event.created``)."""
    return glance(body, "action") or glance(body, "event_type")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the tracking number."""
    return glance(body, "parcel", "tracking_number") or glance(body, "data", "parcel", "tracking_number")


handshake = no_handshake


def _signature(secret: str, body: bytes) -> bytes:
    return hmac_sha256_hex(_bytes(secret), body)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
