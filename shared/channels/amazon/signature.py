"""Amazon posts nothing here: its notifications come by a queue of the merchant's own AWS account.

Whatever is posted to the webhook's address is not from Amazon. A notification taken from the queue goes into
the inbox under the topic that it names itself. The older types are written in PascalCase (ORDER_CHANGE),
the newer ones in camelCase (schemas/notifications of amzn/selling-partner-api-models).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import Answer
from shared.wire.glance import glance

SIGNATURE_HEADERS: tuple[str, ...] = ()
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"

ORDER_TOPIC = "order"
"""The topic of an order as the Orders API shows it."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """Return False: there is nothing to be verified."""
    return False


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return no headers: nothing is posted."""
    return {}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return a notification's type, else the topic of an order."""
    return glance(body, "NotificationType") or glance(body, "notificationType") or ORDER_TOPIC


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id, "" if not seen."""
    return (
        glance(body, "orderId")
        or glance(body, "order", "orderId")
        or glance(body, "Payload", "OrderChangeNotification", "AmazonOrderId")
    )


def handshake(
    method: str,  # noqa: ARG001
    headers: Mapping[str, str],  # noqa: ARG001
    query: Mapping[str, str],  # noqa: ARG001
    body: bytes,  # noqa: ARG001
) -> Answer | None:
    """Return None: nothing is subscribed to by HTTP."""
    return None
