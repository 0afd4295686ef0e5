"""Connections removed from the command line: what stands against it, and what to do at the channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from local.connections import credentials_of, store_of, writer_of
from local.deploy import Stack
from local.errors import LocalError
from local.webhooks import url_of
from shared.adapters import capabilities_of, signature_of
from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.orders.model import connection_of
from shared.storage import keys
from shared.storage.erasures import Erasures
from shared.storage.lists import OrderLists
from shared.storage.records import FINISHED
from shared.storage.store import OrderStore
from shared.usecases.level_terms import takes_levels
from shared.usecases.remove_connection import RemovalDesk, count_open, remove_connection, uses_of

MOST_OWED = 10_000


def is_unused(connection: str, known: Iterable[Connection]) -> None:
    """Raise LocalError where other connections use this one: their orders would wait for it."""
    uses = uses_of(connection, known)
    if uses:
        how = f"`connection set {uses[0][0]} {uses[0][1].partition('.')[0]}=`"
        named = ", ".join(f"{other} ({setting})" for other, setting in uses)
        raise LocalError(
            f"{connection} is used by {named}. Set that to something else first, or to nothing: {how}."
        )


def open_orders(stack: Stack, connection: str) -> int:
    """Return how many orders of a connection are open."""
    return count_open(connection, OrderLists(stack.clients.dynamodb, stack.outputs["OrdersTableName"]))


def still_owed(stack: Stack, connection: str) -> int:
    """Return how many mails, calls and movements the orders of a connection still owe."""
    store = OrderStore(stack.clients.dynamodb, stack.outputs["OrdersTableName"])
    order = keys.order_pk("")
    owing = [
        (pk, sk)
        for pk, sk in store.owed(before=datetime.now(UTC), limit=MOST_OWED)
        if connection_of(pk.removeprefix(order)) == connection
    ]
    records = [record for pk, sk in owing if (record := store.read_input(pk, sk)) is not None]
    return sum(effect.state not in FINISHED for record in records for effect in record.effects)


def remove(stack: Stack, connection: Connection, *, erase: bool) -> None:
    """Remove a connection; with ``erase`` its orders' customers are forgotten, page by page."""
    client, table = stack.clients.dynamodb, stack.outputs["ConnectionsTableName"]
    desk = RemovalDesk(
        connections=store_of(stack),
        states=ConnectionStates(client, table),
        secrets=writer_of(stack),
        credentials=credentials_of(stack),
    )
    remove_connection(connection, desk, now=datetime.now(UTC))
    if erase:
        Erasures(client, table).begin(connection.id, "removed")


def to_do_there(stack: Stack, connection: Connection) -> Iterator[str]:
    """Yield what nobody but the merchant can undo at the channel."""
    capabilities = capabilities_of(connection.kind)
    if signature_of(connection.kind).SIGNATURE_HEADERS:
        address = url_of(stack.api_url, connection.kind, connection.id)
        yield f"delete the webhooks of {connection.kind} that go to {address}"
    if capabilities.by_queue:
        yield f"delete the subscription of {connection.kind} that goes to {stack.outputs['AmazonQueueArn']}"
    if capabilities.credentials:
        yield "withdraw the access that its credentials gave; what was stored of them here is deleted"
    if takes_levels(connection):
        yield "end its offers, or set their stock: it keeps the pieces that it was told last"
