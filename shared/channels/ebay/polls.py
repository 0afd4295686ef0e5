"""What changed at eBay: getOrders by the time of the last change, and what it leaves out.

getOrders tells no cancellation requests, and no order tells its packages. So an order with a cancellation is
read again by itself, and one of which something was shipped is put together with its fulfillments:
``{"order": {…}, "shippingFulfillments": {…}}``, each as it came.

Pages are counted by offset. An order that changes while they are read leaves the window (the next one has
it), and those behind it move up: so each page begins some orders before the end of the one before, and where
more have left it is read again from before (:mod:`shared.wire.offsets`).
"""

from __future__ import annotations

from shared.channels.ebay import client, words
from shared.channels.ebay.mapping import ORDER_TOPIC
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.offsets import next_offset, read_offset, total_of
from shared.wire.polls import Page, Polled, Window, slices

OVERLAP = 5
"""How many orders of a page are read again with the next one."""


def read_page(window: Window, api: Api) -> Page:
    """Return up to :data:`shared.channels.ebay.client.AT_ONCE` orders. The token is the next offset.

    Raises ApiError.
    """
    offset = read_offset(window.token)
    answer = client.get_orders(window.since, window.until, offset.at, api)
    orders = list(slices(answer.body, "orders"))
    total = total_of(glance(answer.body, "total"))
    # An address from outside is not followed: the offset is counted here.
    more = bool(glance(answer.body, "next"))
    return Page(
        documents=tuple(_polled(body, api) for body in orders),
        next_token=next_offset(offset, len(orders), total, more=more, overlap=OVERLAP),
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
