"""How WooCommerce signs webhooks (``class-wc-webhook.php`` of woocommerce/woocommerce).

``X-WC-Webhook-Signature`` is base64(HMAC-SHA256(secret, raw body)). There is no time in
it, so a delivery stays valid for ever and is told apart by its content alone. PHP escapes
non-ASCII and slashes in the body: only the raw bytes can be verified.

The shop allows an empty secret and then signs with an empty key, which everybody can do.
Such deliveries are refused: a connection needs a secret.

When a webhook is saved, the shop sends a *ping*: the form body ``webhook_id=N`` without any
of the webhook headers. Answered with anything but 200, the webhook cannot be activated.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import Answer
from shared.wire.signing import hmac_sha256_base64, matches_any, single_header

SIGNATURE_HEADER = "x-wc-webhook-signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
TOPIC_HEADER = "x-wc-webhook-topic"
# Made of the webhook's id and the second: two orders in one second share it. For the log only.
DELIVERY_HEADER = "x-wc-webhook-delivery-id"
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"

_PING = re.compile(rb"webhook_id=[0-9]{1,20}")
# Both bodies, the order and {"id": N} of a deletion, begin with the order's id.
_ID_FIRST = re.compile(rb'\s*\{\s*"id"\s*:\s*"?([0-9]{1,20})"?\s*[,}]')
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27));")


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed with one of ``secrets``; empty ones are skipped. Never raises."""
    presented = single_header(headers, SIGNATURE_HEADER)
    return matches_any(presented, [hmac_sha256_base64(_key(secret), body) for secret in secrets if secret])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:
    """Return the headers of a delivery of ``topic`` (``order.updated``) by the shop's first webhook."""
    resource, _, event = topic.partition(".")
    webhook_id = "1"
    second = int(now.timestamp())
    return {
        "content-type": MEDIA_TYPE,
        "x-wc-webhook-source": "https://shop.example.com/",
        TOPIC_HEADER: topic,
        "x-wc-webhook-resource": resource,
        "x-wc-webhook-event": event,
        SIGNATURE_HEADER: hmac_sha256_base64(_key(secret), body).decode("ascii"),
        "x-wc-webhook-id": webhook_id,
        DELIVERY_HEADER: hashlib.sha256(f"{webhook_id}{second}".encode()).hexdigest()[:32],
    }


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return ``order.created`` and the like, from the header."""
    return single_header(headers, TOPIC_HEADER)


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id where the body begins with it."""
    match = _ID_FIRST.match(body)
    return match[1].decode("ascii") if match else ""


def handshake(
    method: str,
    headers: Mapping[str, str],
    query: Mapping[str, str],  # noqa: ARG001
    body: bytes,
) -> Answer | None:
    """Answer the ping with 200; it creates nothing."""
    is_ping = method == "POST" and SIGNATURE_HEADER not in headers and _PING.fullmatch(body.strip())
    return Answer(status=200) if is_ping else None


def _key(secret: str) -> bytes:
    """Return the signing key: WordPress decodes the five escaped characters (and no other entity) once."""
    decoded = _ESCAPED.sub(lambda match: html.unescape(match[0]), secret)
    return decoded.encode("utf-8", "surrogatepass")
