"""What changed at a Mirakl marketplace: OR11, page by page, by offset.

The window is left open at its end: an order that changes while its pages are read may then come twice, but
none moves out of the list and lets the next one slip past. Mirakl begins earlier than it is asked to, so
that orders come again and again; what they say is known by then.
"""

from __future__ import annotations

from shared.channels.mirakl import client
from shared.channels.mirakl.signature import TOPIC, entity_hint
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.polls import Page, Polled, Window, slices


def read_page(window: Window, api: Api) -> Page:
    """Return one page of orders; the token is the offset of the next. Raises ApiError."""
    offset = int(window.token or 0)
    answer = client.read_orders(api, since=window.since, offset=offset)
    documents = tuple(_polled(body) for body in slices(answer.body, "orders"))
    reached = offset + len(documents)
    total = glance(answer.body, "total_count")
    more = reached < int(total) if total.isdigit() else len(documents) == client.PAGE
    return Page(documents=documents, next_token=str(reached) if documents and more else "")


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where the marketplace does not know it. Raises ApiError."""
    body = client.read_order(api, order_id)
    return None if body is None else _polled(body)


def _polled(body: bytes) -> Polled:
    return Polled(body=body, topic=TOPIC, order_id=entity_hint({}, body))
