"""Amazon posts nothing here: its notifications come by a queue of the merchant's own AWS account.

Whatever is posted to the webhook's address is not from Amazon. A notification taken from the queue goes into
the inbox under the topic that it names itself. The older types are written in PascalCase (ORDER_CHANGE),
the newer ones in camelCase (schemas/notifications of amzn/selling-partner-api-models).
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
