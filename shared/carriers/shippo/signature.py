"""How Shippo signs webhooks (docs.goshippo.com, *Webhooks*, security).

``Shippo-Auth-Signature`` is ``t=<unix seconds>,v1=<lower-case hex>``: the HMAC-SHA256 of the
time, a dot and the raw body. A time more than 300 seconds from ours does not hold, so that
an old webhook cannot be sent again.

Shippo gives out the key on request only. Without one it signs nothing and suggests a token
in the webhook's URL instead, which is not taken here: addresses end up in logs.

Left open by the documentation: the tolerance. 300 seconds is what it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import hmac_sha256_hex, is_recent, matches_any

SIGNATURE_HEADER = "shippo-auth-signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:
    """True where ``body`` was signed with one of ``secrets`` in the last 300 seconds. Never raises."""
    time, presented = _parts(headers.get(SIGNATURE_HEADER, ""))
    if not is_recent(time, now):
        return False
    return matches_any(presented, [_signature(secret, time, body) for secret in secrets if secret])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a delivery at ``now``; the topic stands in the body."""
    time = str(int(now.timestamp()))
    signature = _signature(secret, time, body).decode("ascii")
    return {"content-type": MEDIA_TYPE, SIGNATURE_HEADER: f"t={time},v1={signature}"}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the webhook's ``event``: ``track_updated``."""
    return glance(body, "event")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the tracking number."""
    return glance(body, "data", "tracking_number")


handshake = no_handshake


def _parts(header: str) -> tuple[str, str]:
    """Return time and signature, ("", "") where the header lacks one or contradicts itself.

    A header that was sent twice arrives as one, joined by a comma: what is the same in both
    counts once.
    """
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = {value for name, _, value in pairs if name == "t"}
    signatures = {value for name, _, value in pairs if name == "v1"}
    return (times.pop(), signatures.pop()) if len(times) == len(signatures) == 1 else ("", "")


def _signature(secret: str, time: str, body: bytes) -> bytes:
    key = secret.encode("utf-8", "surrogatepass")
    return hmac_sha256_hex(key, time.encode("ascii") + b"." + body)
