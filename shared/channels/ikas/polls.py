"""What changed in the shop: listOrder, page by page, the latest change first.

The window is left open at its end. So an order that changes while its pages are read comes to the front and
moves the others on: some come twice, none slips past.
"""

from __future__ import annotations

from shared.channels.ikas import client
from shared.channels.ikas.signature import ORDER_TOPIC, entity_hint
from shared.wire.api import Api
from shared.wire.polls import Page, Polled, Window, slices

_PATH = ("data", "listOrder", "data")


def read_page(window: Window, api: Api) -> Page:
    """Return one page of orders; the token is the next page's number. Raises ApiError."""
    page = int(window.token or 1)
    answer = client.list_orders(api, since=window.since, page=page)
    documents = tuple(_polled(body) for body in slices(answer.body, *_PATH))
    more = bool(documents) and answer.json()["data"]["listOrder"].get("hasNext") is True
    return Page(documents=documents, next_token=str(page + 1) if more else "")


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where the shop does not know it. Raises ApiError."""
    answer = client.list_order(api, order_id)
    return next((_polled(body) for body in slices(answer.body, *_PATH)), None)


def _polled(body: bytes) -> Polled:
    return Polled(body=body, topic=ORDER_TOPIC, order_id=entity_hint({}, body))
