"""Signatures of channels that post nothing to us: they are asked. Whatever is posted is not taken for theirs.

Their ``signature`` modules take these functions as their own, and say themselves what their documents are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake

SIGNATURE_HEADERS: tuple[str, ...] = ()
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"
ORDER_TOPIC = "order"
"""The topic of a document that was asked for: an order as the channel's API shows it."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """Return False: there is nothing to be verified."""
    return False


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return no headers: nothing is sent."""
    return {}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the one topic of channels that are asked for orders alone."""
    return ORDER_TOPIC


handshake = no_handshake  # nothing is subscribed to by HTTP
