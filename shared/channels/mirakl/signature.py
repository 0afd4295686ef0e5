"""Mirakl tells a seller nothing by itself: with a shop's key it can only be asked.

Its webhooks and cloud events are for operators and connectors. Whatever is posted here is not from Mirakl.
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
    return glance(body, "order_id")
