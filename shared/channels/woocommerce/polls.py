"""What changed in the shop: its orders, read by page.

Pages are cut by id, because WooCommerce offers no order by the time of change. So that nothing slips through
between two pages, there is no upper bound: an order that changes meanwhile joins the list, and at worst comes
twice; with an upper bound it would leave the list, and move another one over the edge of a page.
``status=any`` leaves out what is in the trash; *order.deleted* tells of that.
"""

from __future__ import annotations

from shared.channels.woocommerce import client
from shared.channels.woocommerce.create import gmt
from shared.channels.woocommerce.signature import entity_hint
from shared.wire.api import Api
from shared.wire.http import UnreadableAnswerError
from shared.wire.polls import Page, Polled, Window, slices

TOPIC = "order.updated"


def read_page(window: Window, api: Api) -> Page:
    """Return one page of the orders that changed. Raises ApiError, MissingCredentialError."""
    number = _page_number(window.token)
    answer = client.read_orders(
        {
            "modified_after": gmt(window.since),
            "dates_are_gmt": "true",
            "status": "any",
            "orderby": "id",
            "order": "asc",
            "page": number,
        },
        api,
    )
    documents = tuple(_polled(body) for body in slices(answer.body))
    more = client.has_more(answer, number, len(documents))
    return Page(documents=documents, next_token=str(number + 1) if more else "")


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where the shop does not know it."""
    answer = client.read_order(order_id, api)
    return None if answer is None else _polled(answer.body)


def _polled(body: bytes) -> Polled:
    return Polled(body=body, topic=TOPIC, order_id=entity_hint({}, body))


def _page_number(token: str) -> int:
    if not token:
        return 1
    if not (token.isascii() and token.isdigit()):
        raise UnreadableAnswerError("invalid_token")
    return int(token[:9])
