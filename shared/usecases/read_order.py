"""Read one order: all that a person wants to see of it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.connections.errors import UnknownConnectionError
from shared.connections.store import ConnectionStore
from shared.orders.allowed import Permission, allowed_commands
from shared.orders.model import connection_of
from shared.storage.records import InputRecord
from shared.storage.store import FullOrder, OrderStore


class UnknownOrderError(Exception):
    """There is no such order, or no such connection: which of the two is nobody's business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPicture:
    """An order with its whole history (oldest first) and what may be done with it now.

    ``calls`` are those that its channel takes: of everything else it is not told.
    """

    full: FullOrder
    history: tuple[InputRecord, ...]
    actions: tuple[Permission, ...]
    calls: frozenset[str] = frozenset()


def read_order(order_id: str, *, store: OrderStore, connections: ConnectionStore) -> OrderPicture:
    """Return an order. Raises UnknownOrderError, StoreBusyError."""
    try:
        rules = connections.get(connection_of(order_id)).rules()
    except UnknownConnectionError:
        raise UnknownOrderError from None
    full = store.read_full(order_id)
    if full is None:
        raise UnknownOrderError
    return OrderPicture(
        full=full,
        history=tuple(store.history(order_id)),
        actions=tuple(allowed_commands(full.order, rules)),
        calls=rules.capabilities,
    )


def read_history(order_id: str, *, store: OrderStore) -> tuple[InputRecord, ...]:
    """Return every input of an order with its outcome, oldest first. Raises UnknownOrderError.

    Costs what the order has lived through: records are stored by their keys, so none can be left out
    before they are sorted.
    """
    history = tuple(store.history(order_id))
    if not any(record.version for record in history):
        raise UnknownOrderError
    return history
