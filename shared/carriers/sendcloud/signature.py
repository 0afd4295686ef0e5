"""How Sendcloud signs webhooks (sendcloud.dev, *Webhooks*).

``Sendcloud-Signature`` is the lower-case hex HMAC-SHA256 of the raw body. The key is the
integration's secret key or its webhook signature key, depending on the integration. There
is no time in the signature.

Left open by the documentation: how the event subscriptions of API v3, which are in beta, are
signed. They are taken with the same header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import Answer
from shared.wire.glance import glance
from shared.wire.signing import hmac_sha256_hex, matches_any, single_header

SIGNATURE_HEADER = "sendcloud-signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed with one of ``secrets``; empty ones are skipped. Never raises."""
    presented = single_header(headers, SIGNATURE_HEADER)
    return matches_any(presented, [_signature(secret, body) for secret in secrets if secret])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a delivery; topic and time stand in the body."""
    return {"content-type": MEDIA_TYPE, SIGNATURE_HEADER: _signature(secret, body).decode("ascii")}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return ``action`` (v2: ``parcel_status_changed``) or ``event_type`` (v3: ``parcels.event.created``)."""
    return glance(body, "action") or glance(body, "event_type")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the tracking number."""
    return glance(body, "parcel", "tracking_number") or glance(body, "data", "parcel", "tracking_number")


def handshake(
    method: str,  # noqa: ARG001
    headers: Mapping[str, str],  # noqa: ARG001
    query: Mapping[str, str],  # noqa: ARG001
    body: bytes,  # noqa: ARG001
) -> Answer | None:
    """Return None: Sendcloud asks for nothing before it sends events."""
    return None


def _signature(secret: str, body: bytes) -> bytes:
    return hmac_sha256_hex(secret.encode("utf-8", "surrogatepass"), body)
