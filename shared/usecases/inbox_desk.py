"""What applying inputs needs, whichever way they came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from shared.connections.errors import UnknownConnectionError
from shared.connections.states import ConnectionStates
from shared.connections.store import ConnectionStore
from shared.orders.rules import Rules
from shared.orders.values import value
from shared.storage.copies import Copies
from shared.storage.labels import Labels
from shared.storage.store import OrderStore


class FailedInputs(Protocol):
    """What failed to the end, by the order that it names."""

    def forget_failed(self, connection: str, entity: str) -> None:
        """Delete what failed about an order, known by its channel's own id."""


class Questions(Protocol):
    """Where it is asked for what has to be read at a channel."""

    def ask_order(self, connection: str, order_id: str) -> None:
        """Ask for one order, by the channel's own id. Raises where the question was not taken."""


@value(frozen=True, slots=True, kw_only=True)
class InboxDesk:
    """What applying needs: where orders and connections are, the clock, and how to wait.

    ``copies``, ``questions`` and ``states`` may be None where no documents of channels are applied,
    ``labels`` and ``failed`` where no customer is erased. ``is_deleted``: whether a connection's channel has
    deleted a customer's account.
    """

    store: OrderStore
    connections: ConnectionStore
    now: Callable[[], datetime]
    pause: Callable[[int], None]
    copies: Copies | None = None
    questions: Questions | None = None
    states: ConnectionStates | None = None
    labels: Labels | None = None
    failed: FailedInputs | None = None
    is_deleted: Callable[[str, str], bool] | None = None

    def rules_of(self, connection: str) -> Rules:
        """Return a connection's rules; those of one that is gone tell nobody anything.

        What has to go on without it does: its customers are erased, what its mails came to is recorded.
        """
        try:
            return self.connections.get(connection).rules()
        except UnknownConnectionError:
            return Rules(own_shop=False)
