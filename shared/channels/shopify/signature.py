"""Shopify's webhook signature: base64 of HMAC-SHA256 over the raw body, keyed with the app's client secret.

There is no timestamp in it, so an old webhook stays valid: repeats are told apart by what
they say. For up to an hour after a rotation Shopify signs with the old secret. Two sets of
header names exist, ``x-shopify-*`` and, in the newer events product, ``shopify-*``; a request
may carry both (Shopify/shopify-api-ruby, test/webhooks/request_test.rb).

Left open by the documentation: whether both sets always carry the same signature. One
that holds is enough, since only who knows the secret can make it. Empty secrets do not
exist at Shopify and prove nothing.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from shared.wire.adapter import no_handshake
from shared.wire.signing import hmac_sha256_base64, matches_any, single_header

SIGNATURE_HEADER = "x-shopify-hmac-sha256"
SIGNATURE_HEADERS = (SIGNATURE_HEADER, "shopify-hmac-sha256")
DELIVERY_HEADER = "x-shopify-webhook-id"  # the same on each retry
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"

API_VERSION = "2026-07"
SHOP_DOMAIN = "example.myshopify.com"

_PREFIXES = ("x-shopify-", "shopify-")
# Shopify writes the id first; the global id holds the order's number wherever it stands.
_LEADING_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*"?([0-9]{1,20})\b')
_GLOBAL_ORDER_ID = re.compile(rb'"gid:\\?/\\?/shopify\\?/Order\\?/([0-9]{1,20})"')
_ORDER_ID = re.compile(rb'"order_id"\s*:\s*"?([0-9]{1,20})\b')


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` (raw bytes) was signed with one of ``secrets``. Never raises."""
    expected = [
        hmac_sha256_base64(secret.encode("utf-8", "surrogatepass"), body) for secret in secrets if secret
    ]
    presented = [single_header(headers, f"{prefix}hmac-sha256") for prefix in _PREFIXES]
    matched = [matches_any(value, expected) for value in presented]
    return any(matched)


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:
    """Return the headers Shopify would send with ``body``; names in lower case."""
    return {
        "content-type": MEDIA_TYPE,
        SIGNATURE_HEADER: hmac_sha256_base64(secret.encode(), body).decode("ascii"),
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": SHOP_DOMAIN,
        "x-shopify-api-version": API_VERSION,
        DELIVERY_HEADER: str(uuid.UUID(bytes=hashlib.sha256(topic.encode() + body).digest()[:16])),
        "x-shopify-triggered-at": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001  only headers tell
    """Return the topic, for example ``orders/create``; "" where none or two different ones are given."""
    named = (single_header(headers, f"{prefix}topic") for prefix in _PREFIXES)
    return next((value for value in named if value), "")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:
    """Return the order's id by a look at the bytes, "" if not seen. Never raises."""
    if topic(headers, body).startswith("orders/"):
        found = _LEADING_ID.match(body) or _GLOBAL_ORDER_ID.search(body)
    else:
        found = _ORDER_ID.search(body)
    return found.group(1).decode("ascii") if found else ""


handshake = no_handshake
