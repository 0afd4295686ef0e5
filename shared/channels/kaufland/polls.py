"""What changed at Kaufland: orders of which a unit changed, by offset; each is then read with its units.

The window is left open at its end: an order that changes while its pages are read may come twice, but does
not leave the list. By what that is sorted is not documented: an order that moves to its end lets those behind
move up, so each page begins some orders before the end of the one before (:mod:`shared.wire.offsets`).
"""

from __future__ import annotations

from shared.channels.kaufland import client
from shared.channels.kaufland.signature import ORDER_TOPIC
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.offsets import next_offset, read_offset, total_of
from shared.wire.polls import Page, Polled, Window, slices

OVERLAP = 5
"""How many orders of a page are read again with the next one."""


def read_page(window: Window, api: Api) -> Page:
    """Return one page of orders; the token is the offset of the next. Raises ApiError."""
    offset = read_offset(window.token)
    answer = client.list_orders(api, since=window.since, offset=offset.at)
    entries = list(slices(answer.body, "data"))
    documents = tuple(_read_full(entry, api) for entry in entries)
    total = total_of(glance(answer.body, "pagination", "total"))
    more = len(entries) == client.PAGE if total is None else offset.at + len(entries) < total
    return Page(
        documents=documents,
        next_token=next_offset(offset, len(entries), total, more=more, overlap=OVERLAP),
    )


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where Kaufland does not know it. Raises ApiError."""
    body = client.read_order(api, order_id)
    return None if body is None else Polled(body=body, topic=ORDER_TOPIC, order_id=order_id)


def _read_full(entry: bytes, api: Api) -> Polled:
    """Return an order of the list in full; as it stands in the list where it cannot be read."""
    order_id = glance(entry, "id_order")
    full = read_order(order_id, api) if order_id else None
    return full or Polled(body=entry, topic=ORDER_TOPIC, order_id=order_id)
