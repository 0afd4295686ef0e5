"""Take what Amazon puts into our queue: the queue's policy proves who writes, not a signature."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Protocol

from shared.adapters import signature_of
from shared.connections.store import ConnectionStore
from shared.wire.glance import glance
from shared.wire.receipts import Receipt

KIND = "amazon"
_SELLER = ("Payload", "OrderChangeNotification", "SellerId")


class UnknownSellerError(LookupError):
    """No connection has this seller's id in its options: the notification goes to the dead letters."""

    def __init__(self) -> None:
        super().__init__(
            "set the option seller_id of the Amazon connection that this seller's orders belong to"
        )


class NotificationInbox(Protocol):
    """The inbox, as far as notifications use it."""

    def put(self, receipt: Receipt, *, group: str) -> None:
        """Store one document. Raises InboxUnavailableError."""


def receive_notification(
    body: bytes,
    *,
    message_id: str,
    connections: ConnectionStore,
    inbox: NotificationInbox,
    now: datetime,
) -> str:
    """Put a notification into the inbox and return its connection.

    Raises UnknownSellerError, InboxUnavailableError: the notification then comes again.
    """
    seller = glance(body, *_SELLER)
    found = [
        connection.id
        for connection in sorted(connections.list(), key=lambda known: known.removed_at is not None)
        if seller and connection.kind == KIND and connection.settings.api_options.get("seller_id") == seller
    ]
    if not found:
        raise UnknownSellerError
    adapter = signature_of(KIND)
    entity = adapter.entity_hint({}, body)
    receipt = Receipt(
        receipt_id=message_id,
        connection=found[0],
        kind=KIND,
        source="webhook",
        received_at=now,
        topic=adapter.topic({}, body),
        media_type=adapter.MEDIA_TYPE,
        body=body,
        entity=entity,
    )
    group = f"{found[0]}/{entity}" if entity else message_id
    inbox.put(receipt, group=hashlib.sha256(group.encode()).hexdigest()[:32])
    return found[0]
