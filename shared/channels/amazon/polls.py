"""What changed at Amazon: searchOrders, page by page, by a token that is good for a day and one window.

Amazon itself says until when a page answers (``lastUpdatedBefore``): the next window begins there.
"""

from __future__ import annotations

from datetime import datetime

from shared.channels.amazon import client
from shared.channels.amazon.signature import ORDER_TOPIC, entity_hint
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.glance import glance
from shared.wire.http import HttpAnswer
from shared.wire.polls import Page, Polled, Window, slices


def read_page(window: Window, api: Api) -> Page:
    """Return one page of orders. Raises ApiError."""
    answer = client.search_orders(api, since=window.since, until=window.until, token=window.token)
    return Page(
        documents=tuple(_polled(body) for body in slices(answer.body, "orders")),
        next_token=_next_token(answer),
        covers_until=_covers_until(answer, window.until),
    )


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where Amazon does not know it. Raises ApiError."""
    answer = client.get_order(api, order_id)
    return None if answer is None else _polled(answer.body)


def _polled(body: bytes) -> Polled:
    return Polled(body=body, topic=ORDER_TOPIC, order_id=entity_hint({}, body))


def _next_token(answer: HttpAnswer) -> str:
    # Not by glance(), which cuts off what is long: tokens are.
    document = answer.json()
    pagination = document.get("pagination") if isinstance(document, dict) else None
    token = pagination.get("nextToken") if isinstance(pagination, dict) else None
    return token if isinstance(token, str) else ""


def _covers_until(answer: HttpAnswer, asked: datetime) -> datetime:
    try:
        told = fields.timestamp(
            glance(answer.body, "lastUpdatedBefore"), "lastUpdatedBefore", received_at=asked
        )
    except UnusableError:
        return asked
    return min(told, asked)
