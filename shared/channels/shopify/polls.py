"""What changed in the shop: its orders by the time of their last change, page by page.

The token of a page is Shopify's ``page_info``, which stands for the whole question: only the size of the
page goes with it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from shared.channels.shopify import client
from shared.channels.shopify.signature import entity_hint
from shared.wire.api import Api
from shared.wire.polls import Page, Polled, Window, slices

TOPIC = "orders/updated"


def read_page(window: Window, api: Api) -> Page:
    """Return one page of the orders that changed. Raises ApiError, MissingCredentialError."""
    if window.token:
        query = {"page_info": window.token}
    else:
        query = {
            "status": "any",
            "updated_at_min": _iso(window.since),
            "updated_at_max": _iso(window.until),
        }
    answer = client.read_orders(query, api)
    documents = tuple(_polled(body) for body in slices(answer.body, "orders"))
    return Page(documents=documents, next_token=client.next_token(answer))


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where the shop does not know it."""
    answer = client.read_order(order_id, api)
    # ``{"order": …}``: without a topic the mapping tells by this shape.
    return None if answer is None else Polled(body=answer.body, order_id=order_id)


def _polled(body: bytes) -> Polled:
    return Polled(body=body, topic=TOPIC, order_id=entity_hint({"x-shopify-topic": TOPIC}, body))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
