"""What the merchant does for a customer who asks: hand out, forget, or write again, by mail address."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from local.deploy import Stack
from local.errors import LocalError
from shared.connections.store import ConnectionStore
from shared.orders.changes import Outcome
from shared.orders.facts import PrivacyWord
from shared.orders.model import connection_of
from shared.storage.address_book import AddressBook, AddressDigest
from shared.storage.archive import Archive
from shared.storage.copies import Copies
from shared.storage.erasures import Erasures
from shared.storage.labels import Labels
from shared.storage.signing_key import KeyUnavailableError, SigningKey
from shared.storage.store import OrderStore
from shared.usecases.answer_privacy import (
    PrivacyDesk,
    answer_privacy,
    orders_of_address,
    replay_erasures,
)
from shared.usecases.inbox_desk import InboxDesk
from shared.wire.privacy import PrivacyRequest


def export(stack: Stack, email: str) -> str:
    """Return all that is stored of a customer, as JSON: their data, their orders, what happened to them."""
    desk = desk_of(stack)
    orders = [_exported(desk.inbox.store, order) for order in orders_of_address(email, desk)]
    return json.dumps({"orders": orders}, indent=2, ensure_ascii=False, default=str)


def erase(stack: Stack, email: str) -> list[str]:
    """Forget a customer in every order; return those orders."""
    asked = PrivacyRequest(word=PrivacyWord.ERASE, request=f"{_now():%Y-%m-%d}", email=email)
    outcomes = answer_privacy(asked, desk_of(stack), source="command_line")
    return [applied.order_id for applied in outcomes if applied.outcome is Outcome.APPLIED]


def write_again(stack: Stack, email: str) -> bool:
    """Let an address that bounced or complained get mails again; False where it gets them anyway."""
    addresses = addresses_of(stack)
    digest = addresses.digest(email)
    was_suppressed = addresses.is_suppressed(digest)
    addresses.forget(digest)
    return was_suppressed


def replay(stack: Stack) -> list[str]:
    """Erase once more, after a restore, what was erased on request; return the orders that had to be."""
    return replay_erasures(desk_of(stack))


def desk_of(stack: Stack) -> PrivacyDesk:
    """Return what answering needs, for a stack. Raises LocalError where its key cannot be read."""
    clients, addresses = stack.clients, addresses_of(stack)
    connections = ConnectionStore(clients.dynamodb, stack.outputs["ConnectionsTableName"], _now)
    return PrivacyDesk(
        inbox=InboxDesk(
            store=OrderStore(
                clients.dynamodb, stack.outputs["OrdersTableName"], address_digest=addresses.digest
            ),
            connections=connections,
            now=_now,
            pause=lambda attempt: time.sleep(0.02 * 2**attempt),
            copies=Copies(clients.dynamodb, stack.outputs["OrdersTableName"]),
            labels=Labels(clients.s3, stack.outputs["ArchiveBucketName"]),
            failed=Archive(clients.s3, stack.outputs["ArchiveBucketName"]),
        ),
        addresses=addresses,
        ledger=Erasures(clients.dynamodb, stack.outputs["ConnectionsTableName"]),
    )


def addresses_of(stack: Stack) -> AddressBook:
    """Return what a stack knows of addresses. Raises LocalError where its key cannot be read."""
    clients = stack.clients

    def no_new_key() -> str:
        raise LocalError(f"The stack {stack.name} has no key for addresses yet: no order has come in.")

    key = SigningKey(lambda: clients.ssm, f"/orderhub/{stack.name}/address-key", no_new_key)
    try:
        key()
    except KeyUnavailableError:
        raise LocalError("SSM did not give the key for addresses: may you read it?") from None
    return AddressBook(clients.dynamodb, stack.outputs["OrdersTableName"], AddressDigest(key))


def _exported(store: OrderStore, order: str) -> dict[str, Any]:
    full = store.read_full(order)
    if full is None:
        return {"id": order}
    return {
        "id": order,
        "connection": connection_of(order),
        "status": full.order.status.value,
        "customer": asdict(full.customer) if full.customer else None,
        "document": asdict(full.seen) if full.seen else None,
        "history": [
            {"at": record.received_at, "source": record.source, "outcome": record.outcome.value}
            for record in store.history(order)
        ],
    }


def _now() -> datetime:
    return datetime.now(UTC)
