"""Remove a connection: it is neither listened to, asked nor told any more. Its orders and its rules stay.

Whoever ships an order that is open still takes its stock and writes to its customer, and time still erases
that customer: all of it by the connection's settings. So its item stays, marked, and what opens a door goes:
the webhook secret, the credentials of its API, the address of it. What is in the inbox by then is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.connections.credentials import CredentialWriter
from shared.connections.model import Connection
from shared.connections.secrets import SecretWriter
from shared.connections.states import ConnectionStates
from shared.connections.store import ConnectionStore
from shared.orders.model import connection_of
from shared.orders.statuses import Status
from shared.storage.lists import ListedOrder

PAGE = 1_000  # keys, which is what an index holds

# In any other status an order goes on: a shipped one is followed until it is closed.
_OVER = frozenset({Status.CLOSED, Status.CANCELED, Status.REFUSED, Status.PICKUP_CANCELED})


class ListedOrders(Protocol):
    """The lists of orders, as far as counting uses them."""

    def listed(self, index: str, value: str, *, after: str, limit: int) -> Sequence[ListedOrder]:
        """Return the keys in one list, latest first, from a position on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalDesk:
    """What removing needs."""

    connections: ConnectionStore
    states: ConnectionStates
    secrets: SecretWriter
    credentials: CredentialWriter


def remove_connection(connection: Connection, desk: RemovalDesk, *, now: datetime) -> Connection:
    """Remove a connection and return what is left of it. Again, it finishes what ended half-way.

    Functions that know the connection go on for a minute, those that know its secret for five.
    """
    # Accepting by rule ends with it: nobody would tell the channel.
    settings = connection.settings.model_copy(update={"api_url": "", "auto_accept": False})
    left = Connection(
        id=connection.id,
        kind=connection.kind,
        name=connection.name,
        connected_at=connection.connected_at,
        import_since=connection.import_since,
        removed_at=connection.removed_at or now,
        settings=settings,
    )
    # First: from then on nobody asks the channel, and nothing makes its webhooks or its state anew.
    desk.connections.put(left)
    desk.secrets.remove(connection.kind, connection.id)
    desk.credentials.remove(connection.id)
    desk.states.forget(connection.id)
    return left


def uses_of(connection: str, known: Iterable[Connection]) -> list[tuple[str, str]]:
    """Return by which settings other connections use this one: pairs of their id and the setting's name.

    Those that were removed are not asked: nobody can change their settings any more.
    """
    found: list[tuple[str, str]] = []
    for other in known:
        if other.removed_at is not None:
            continue
        settings = other.settings
        named = {"back_office": settings.back_office, "carrier_account": settings.carrier_account}
        named |= {f"follows.{carrier}": asked for carrier, asked in settings.follows.items()}
        found += [(other.id, name) for name, used in named.items() if used == connection]
    return found


def count_open(connection: str, lists: ListedOrders) -> int:
    """Return how many orders of a connection are open. Cost: the keys of the open orders of all."""
    return sum(_count(connection, status, lists) for status in Status if status not in _OVER)


def _count(connection: str, status: Status, lists: ListedOrders) -> int:
    counted, after = 0, ""
    while True:
        page = lists.listed("status", status.value, after=after, limit=PAGE)
        counted += sum(connection_of(entry.order_id) == connection for entry in page)
        if len(page) < PAGE:
            return counted
        after = page[-1].at
