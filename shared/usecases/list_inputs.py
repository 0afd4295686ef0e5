"""List what came in over one connection on one day, with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.connections.store import ConnectionStore
from shared.storage.lists import LoggedInput, OrderLists


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPage:
    """One page, the latest first. ``next`` is where the next begins, () at the end."""

    inputs: tuple[LoggedInput, ...]
    next: tuple[str, ...]


def list_inputs(
    connection: str,
    day: date,
    *,
    after: tuple[str, ...] = (),
    limit: int,
    lists: OrderLists,
    connections: ConnectionStore,
) -> InputPage:
    """Return one page of a UTC day. Raises UnknownConnectionError."""
    connections.get(connection)
    found = lists.inputs_of_day(connection, day, after=after, limit=limit + 1)
    shown = found[:limit]
    return InputPage(inputs=tuple(shown), next=shown[-1].position if len(found) > limit else ())
