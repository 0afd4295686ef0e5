"""How a webhook of ikas proves itself: by a token in its address.

No signature scheme is confirmed, so the address that is subscribed to holds the connection's secret,
``…?token=<secret>`` (:func:`address_with`). Who knows it can only have an order read once more: the body is a
signal, whatever it says. (The package @ikas/admin-api-client, ``webhook-helpers``, checks a signature inside
the body, made with the app's client secret over ``data``; it is not relied on.)

The body is ``{"id", "createdAt", "scope", "merchantId", "data", …}`` (``IkasWebhook`` of the same package):
``id`` is the webhook's own, ``data`` the order as JSON text. Anything but 200 is sent again, three times.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import matches_any

TOKEN = "token"  # noqa: S105  the parameter's name
SIGNATURE_HEADERS = (f"?{TOKEN}",)
SUCCESS_STATUS = 200
MEDIA_TYPE = "application/json"

ORDER_TOPIC = "order"
"""The topic of an order as listOrder shows it."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where the address holds one of ``secrets``; an empty one matches nothing. Never raises."""
    presented = headers.get(SIGNATURE_HEADERS[0], "")
    return matches_any(presented, [secret.encode("utf-8", "surrogatepass") for secret in secrets])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return what proves a webhook: the token of its address, and its media type."""
    return {"content-type": MEDIA_TYPE, SIGNATURE_HEADERS[0]: secret}


def address_with(address: str, secret: str) -> str:
    """Return the address that ikas is given."""
    return f"{address}?{urlencode({TOKEN: secret})}"


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the scope of a webhook (``store/order/created``), else the topic of an order."""
    return glance(body, "scope") or ORDER_TOPIC


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id, "" if not seen. Never raises."""
    try:
        document = json.loads(body)
        if "scope" not in document:
            return glance(body, "id")
        data = document.get("data")
    except (ValueError, RecursionError, TypeError, AttributeError):
        return ""
    return glance(data.encode("utf-8", "replace"), "id") if isinstance(data, str) else ""


handshake = no_handshake  # a subscription takes no confirmation
