"""What changed at Trendyol: the packages by the time of their last change, then all packages of their orders.

A page names packages; what an order is, all of its packages tell. So each order on a page is asked for by its
number, and the answer, as it came, is the document.

A package that changes while pages are read leaves the window, and those behind it move up. So the pages are
read from the last one to the first: what moves up has then not been read yet. Where there are more packages
than Trendyol shows, the window is made shorter.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.channels.trendyol import client
from shared.channels.trendyol.mapping import ORDER_TOPIC
from shared.wire.api import Api
from shared.wire.glance import glance
from shared.wire.http import HttpAnswer, UnreadableAnswerError
from shared.wire.polls import Page, Polled, Window, slices

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def read_page(window: Window, api: Api) -> Page:
    """Return the orders of one page of packages. The token is ``<end in milliseconds>/<page>``."""
    start, end, page = _milliseconds(window.since), _milliseconds(window.until), 0
    if window.token:
        told_end, _, told_page = window.token.partition("/")
        end, page = int(told_end), int(told_page)
    answer = client.get_packages(start, end, page, api)
    if not window.token:
        while _total(answer) > client.REACHABLE and end - start > 1:
            end = start + (end - start) // 2
            answer = client.get_packages(start, end, 0, api)
        pages = -(-_total(answer) // client.AT_ONCE)
        if pages > 1:
            return Page(documents=(), next_token=f"{end}/{pages - 1}", covers_until=_moment(end))
    return Page(
        documents=tuple(_orders(answer, api)),
        next_token=f"{end}/{page - 1}" if page else "",
        covers_until=_moment(end),
    )


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order with all its packages, None where Trendyol knows none."""
    answer = client.get_order(order_id, api)
    if not list(slices(answer.body, "content")):
        return None
    return Polled(body=answer.body, topic=ORDER_TOPIC, order_id=order_id)


def _orders(answer: HttpAnswer, api: Api) -> list[Polled]:
    documents: dict[str, Polled] = {}
    nameless: list[Polled] = []
    for body in slices(answer.body, "content"):
        number = glance(body, "orderNumber")
        if not number:
            nameless.append(Polled(body=body, topic=ORDER_TOPIC))
        elif number not in documents:
            found = read_order(number, api)
            # Listed and not found by its number: then the package is all there is to say.
            documents[number] = found or Polled(body=body, order_id=number)
    return [*documents.values(), *nameless]


def _total(answer: HttpAnswer) -> int:
    total = glance(answer.body, "totalElements")
    if not total.isdigit():
        raise UnreadableAnswerError("no_total")
    return int(total)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
