"""What changed at Kaufland: orders of which a unit changed, by offset; each is then read with its units.

The window is left open at its end. An order that changes while its pages are read may come twice, but none
moves out of the list and lets the next one slip past.
"""

from __future__ import annotations

from shared.channels.kaufland import client
from shared.channels.kaufland.signature import TOPIC
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.http import RefusedError
from shared.wire.polls import Page, Polled, Window, slices


def read_page(window: Window, api: Api) -> Page:
    """Return one page of orders; the token is the offset of the next. Raises ApiError."""
    if window.token and not (window.token.isascii() and window.token.isdecimal()):
        raise RefusedError("invalid_token")
    offset = int(window.token or 0)
    answer = client.list_orders(api, since=window.since, offset=offset)
    entries = list(slices(answer.body, "data"))
    documents = tuple(_read_full(entry, api) for entry in entries)
    reached = offset + len(entries)
    total = glance(answer.body, "pagination", "total")
    more = reached < int(total) if total.isdecimal() else len(entries) == client.PAGE
    return Page(documents=documents, next_token=str(reached) if entries and more else "")


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where Kaufland does not know it. Raises ApiError."""
    body = client.read_order(api, order_id)
    return None if body is None else Polled(body=body, topic=TOPIC, order_id=order_id)


def _read_full(entry: bytes, api: Api) -> Polled:
    """Return an order of the list in full; as it stands in the list where it cannot be read."""
    order_id = glance(entry, "id_order")
    full = read_order(order_id, api) if order_id else None
    return full or Polled(body=entry, topic=TOPIC, order_id=order_id)
