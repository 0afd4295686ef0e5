"""Mirakl tells a seller nothing by itself: with a shop's key it can only be asked.

Its webhooks and cloud events are for operators and connectors. Whatever is posted here is not from Mirakl.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import Answer
from shared.wire.glance import glance

SIGNATURE_HEADERS: tuple[str, ...] = ()
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"
TOPIC = "order"
"""The topic of every document that is read: an order as OR11 shows it."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """Return False: there is nothing to be verified."""
    return False


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return no headers: nothing is sent."""
    return {}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the one topic."""
    return TOPIC


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id."""
    return glance(body, "order_id")


def handshake(
    method: str,  # noqa: ARG001
    headers: Mapping[str, str],  # noqa: ARG001
    query: Mapping[str, str],  # noqa: ARG001
    body: bytes,  # noqa: ARG001
) -> Answer | None:
    """Return None: nothing is subscribed to."""
    return None
