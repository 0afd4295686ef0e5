"""What changed at eBay: getOrders by the time of the last change, and what it leaves out.

getOrders tells no cancellation requests, and no order tells its packages. So an order with a cancellation is
read again by itself, and one of which something was shipped is put together with its fulfillments:
``{"order": {…}, "shippingFulfillments": {…}}``, each as it came.

Pages are counted by offset. An order that changes while they are read leaves the window (the next one has
it), and those behind it move up: so each page begins some orders before the end of the one before.
"""

from __future__ import annotations

from shared.channels.ebay import client, words
from shared.channels.ebay.mapping import ORDER_TOPIC
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.http import HttpAnswer
from shared.wire.polls import Page, Polled, Window, slices

OVERLAP = 5
"""How many orders of a page are read again with the next one."""


def read_page(window: Window, api: Api) -> Page:
    """Return up to :data:`shared.channels.ebay.client.AT_ONCE` orders. The token is the next offset."""
    offset = _offset(window.token)
    answer = client.get_orders(window.since, window.until, offset, api)
    orders = list(slices(answer.body, "orders"))
    return Page(
        documents=tuple(_polled(body, api) for body in orders), next_token=_next(answer, offset, len(orders))
    )


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where eBay does not know it."""
    answer = client.get_order(order_id, api)
    return None if answer is None else _with_fulfillments(order_id, answer.body, api)


def _polled(body: bytes, api: Api) -> Polled:
    order_id = glance(body, "orderId")
    if not order_id:
        return Polled(body=body, topic=ORDER_TOPIC)
    if glance(body, "cancelStatus", "cancelState") not in ("", words.NONE_REQUESTED):
        return read_order(order_id, api) or Polled(body=body, topic=ORDER_TOPIC, order_id=order_id)
    return _with_fulfillments(order_id, body, api)


def _with_fulfillments(order_id: str, body: bytes, api: Api) -> Polled:
    if glance(body, "orderFulfillmentStatus") not in ("", words.NOT_STARTED):
        fulfillments = client.get_fulfillments(order_id, api).body
        body = b'{"order":' + body + b',"shippingFulfillments":' + fulfillments + b"}"
    return Polled(body=body, topic=ORDER_TOPIC, order_id=order_id)


def _next(answer: HttpAnswer, offset: int, count: int) -> str:
    """Return the next offset, "" where eBay names no next page.

    The offset is counted here: an address from outside is not followed.
    """
    if not count or not glance(answer.body, "next"):
        return ""
    return str(offset + max(count - OVERLAP, 1))


def _offset(token: str) -> int:
    return int(token) if token.isascii() and token.isdigit() else 0
