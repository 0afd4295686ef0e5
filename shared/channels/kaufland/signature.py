"""Kaufland is asked: what it would push, and how it would prove it, is not confirmed.

Its Seller API has subscriptions (``order_new`` and others) that call an address after verifying it. The body
is said to name an endpoint and nothing more; neither its shape nor a signature is documented in public. So
nothing is subscribed to, and whatever is posted here is not taken for Kaufland's.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.wire.asked_only import (
    MEDIA_TYPE,
    ORDER_TOPIC,
    SIGNATURE_HEADERS,
    SUCCESS_STATUS,
    handshake,
    sign,
    topic,
    verify,
)
from shared.wire.glance import glance

__all__ = [
    "MEDIA_TYPE",
    "ORDER_TOPIC",
    "SIGNATURE_HEADERS",
    "SUCCESS_STATUS",
    "entity_hint",
    "handshake",
    "sign",
    "topic",
    "verify",
]


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id."""
    return glance(body, "data", "id_order") or glance(body, "id_order")
