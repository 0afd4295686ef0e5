"""What endpoints need, what they answer, and where their lists go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.api.callers import Caller
from shared.api.cursors import read_cursor, write_cursor
from shared.api.requests import ApiRequest
from shared.storage.address_book import AddressBook
from shared.storage.labels import Labels
from shared.storage.lists import OrderLists
from shared.storage.stock import StockLedger
from shared.usecases.inbox_desk import InboxDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDesk:
    """What the endpoints need."""

    inbox: InboxDesk
    lists: OrderLists
    cursor_key: Callable[[], bytes]
    labels: Callable[[], Labels]
    stock: StockLedger
    addresses: AddressBook


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A successful answer; ``body`` becomes JSON."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Endpoint = Callable[[ApiRequest, Caller, ApiDesk], ApiAnswer]


def position(request: ApiRequest, question: Sequence[str], desk: ApiDesk) -> tuple[str, ...]:
    """Return where a list goes on, () for its beginning. Raises ApiError, KeyUnavailableError.

    ``question`` is what the list answers: a cursor fits no other one.
    """
    cursor = request.query.get("cursor")
    return read_cursor(cursor, question, desk.cursor_key()) if cursor is not None else ()


def next_cursor(position: tuple[str, ...], question: Sequence[str], desk: ApiDesk) -> str | None:
    """Return the cursor of a position, None for (): the end of a list. Raises KeyUnavailableError."""
    return write_cursor(position, question, desk.cursor_key()) if position else None
