"""What changed at a Mirakl marketplace: OR11, page by page, by offset.

The window is left open at its end, and OR11 sorts by when orders were made: one that changes while pages are
read stays where it is or joins the list, so that some may come twice and none slips past. Where one leaves it
nevertheless, the page is read again from before (:mod:`shared.wire.offsets`). Mirakl begins earlier than it
is asked to, so that orders come again and again; what they say is known by then.
"""

from __future__ import annotations

from shared.channels.mirakl import client
from shared.channels.mirakl.signature import ORDER_TOPIC, entity_hint
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.offsets import next_offset, read_offset, total_of
from shared.wire.polls import Page, Polled, Window, slices


def read_page(window: Window, api: Api) -> Page:
    """Return one page of orders; the token is the offset of the next. Raises ApiError."""
    offset = read_offset(window.token)
    answer = client.read_orders(api, since=window.since, offset=offset.at)
    documents = tuple(_polled(body) for body in slices(answer.body, "orders"))
    total = total_of(glance(answer.body, "total_count"))
    more = len(documents) == client.PAGE if total is None else offset.at + len(documents) < total
    return Page(documents=documents, next_token=next_offset(offset, len(documents), total, more=more))


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where the marketplace does not know it. Raises ApiError."""
    body = client.read_order(api, order_id)
    return None if body is None else _polled(body)


def _polled(body: bytes) -> Polled:
    return Polled(body=body, topic=ORDER_TOPIC, order_id=entity_hint({}, body))
