"""Mirakl tells a seller nothing by itself: with a shop's key it can only be asked.

Its webhooks and cloud events are for operators and connectors. Whatever is posted here is not from Mirakl.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.wire.asked_only import MEDIA_TYPE, SIGNATURE_HEADERS, SUCCESS_STATUS, handshake, sign, verify
from shared.wire.glance import glance

__all__ = [
    "MEDIA_TYPE",
    "SIGNATURE_HEADERS",
    "SUCCESS_STATUS",
    "TOPIC",
    "entity_hint",
    "handshake",
    "sign",
    "topic",
    "verify",
]

TOPIC = "order"
"""The topic of every document that is read: an order as OR11 shows it."""


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the one topic."""
    return TOPIC


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id."""
    return glance(body, "order_id")
