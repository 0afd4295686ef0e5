"""Kaufland is asked: what it would push, and how it would prove it, is not confirmed.

Its Seller API has subscriptions (``order_new`` and others) that call an address after verifying it. The body
is said to name an endpoint and nothing more; neither its shape nor a signature is documented in public. So
nothing is subscribed to, and whatever is posted here is not taken for Kaufland's.
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
"""The topic of every document that is read: an order with its units."""


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
    return glance(body, "data", "id_order") or glance(body, "id_order")


def handshake(
    method: str,  # noqa: ARG001
    headers: Mapping[str, str],  # noqa: ARG001
    query: Mapping[str, str],  # noqa: ARG001
    body: bytes,  # noqa: ARG001
) -> Answer | None:
    """Return None: nothing is subscribed to."""
    return None
