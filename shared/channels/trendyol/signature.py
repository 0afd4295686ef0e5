"""How Trendyol proves its webhooks (developers.trendyol.com, *Webhook Model*): not at all.

Nothing is signed. The seller chooses what is sent along: BASIC_AUTHENTICATION, user and password of his
own, or API_KEY, a key in ``x-api-key``. Here the connection's secret is that key; one with a colon in it,
``user:password``, is taken as HTTP Basic, too. So keep it secret: who knows it can write anything.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import matches_any, single_header

KEY_HEADER = "x-api-key"
BASIC_HEADER = "authorization"
SIGNATURE_HEADERS = (KEY_HEADER, BASIC_HEADER)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where one of ``secrets`` was sent along. Never raises."""
    known = [secret.encode("utf-8", "surrogatepass") for secret in secrets if secret]
    by_key = matches_any(single_header(headers, KEY_HEADER), known)
    scheme, _, given = single_header(headers, BASIC_HEADER).partition(" ")
    pairs = [base64.b64encode(secret) for secret in known if b":" in secret]
    by_pair = matches_any(given.strip() if scheme.lower() == "basic" else "", pairs)
    return by_key or by_pair


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a webhook with the authentication API_KEY."""
    return {"content-type": MEDIA_TYPE, KEY_HEADER: secret}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return "": webhooks have no topic, all of them are pages of packages."""
    return ""


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's number of the first package."""
    return glance(body, "content", 0, "orderNumber")


handshake = no_handshake
