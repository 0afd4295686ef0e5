"""What changed at bol.com: orders, then handled returns.

The list of orders is reduced and knows two filters: what changed in the last minutes (60 at most), or on one
day. A window that begins within the hour is asked for in minutes, a longer one day by day, by the calendar of
the Netherlands; bol keeps three months. Each order is then read in full, with its shipments once something
was shipped. A list is worked off in small parts, so that a limit that is met half-way costs little.

Handled returns have no filter. They are read from the newest on, until a page has none of the window.

The token says where to go on: ``minutes/PAGE/PART``, ``2026-03-10/PAGE/PART``, ``returns/PAGE/0``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.channels.bol import client
from shared.channels.bol.mapping import ORDER, RETURN, SHIPMENT_PREFIX
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.glance import glance
from shared.wire.http import RefusedError, UnreadableAnswerError, json_body
from shared.wire.polls import Page, Polled, Window, slices

MOST_MINUTES = 60
KEPT = timedelta(days=89)
PART = 10
"""Orders that are read in full at once."""

_MINUTES, _RETURNS = "minutes", "returns"
_ZONE = ZoneInfo("Europe/Amsterdam")


def read_page(window: Window, api: Api) -> Page:
    """Return a few documents, and where to go on. Raises ApiError, MissingCredentialError."""
    now = api.now()
    name, page, part = _where(window, now)
    if name == _RETURNS:
        return _read_returns(window, page, api)
    if name == _MINUTES:
        # One minute more than have passed: bol wants to be asked faster than the interval it is asked for.
        answer = client.list_orders(api, page=page, minutes=_minutes(window.since, now))
    else:
        answer = client.list_orders(api, page=page, day=name)
    entries = client.entries_of(answer.body, "orders")
    wanted = entries[part * PART : (part + 1) * PART]
    documents = tuple(_read_full(entry, api) for entry in wanted)
    if (part + 1) * PART < len(entries):
        token = f"{name}/{page}/{part + 1}"
    elif len(entries) >= client.PAGE:
        token = f"{name}/{page + 1}/0"
    else:
        token = f"{_next_day(name, now)}/1/0"
    return Page(documents=documents, next_token=token)


def read_order(order_id: str, api: Api) -> Polled | None:
    """Return one order as it stands, None where bol does not know it; ``shipment/ID`` is a shipment's order.

    Raises ApiError, MissingCredentialError.
    """
    if order_id.startswith(SHIPMENT_PREFIX):
        body = client.read_shipment(api, order_id.removeprefix(SHIPMENT_PREFIX))
        order_id = "" if body is None else glance(body, "order", "orderId")
        if not order_id:
            return None
    body = client.read_order(api, order_id)
    return None if body is None else _polled(order_id, body, api)


def _read_full(entry: bytes, api: Api) -> Polled:
    """Return an order of the list in full; as it stands in the list where it cannot be read."""
    order_id = glance(entry, "orderId")
    body = client.read_order(api, order_id) if order_id else None
    if body is None:
        return Polled(body=entry, topic=ORDER, order_id=order_id)
    return _polled(order_id, body, api)


def _polled(order_id: str, body: bytes, api: Api) -> Polled:
    if _has_shipped(body):
        names = [glance(shipment, "shipmentId") for shipment in client.list_shipments(api, order_id)]
        # The list has the newest first, and neither quantities nor what the transporter says.
        shipments = [client.read_shipment(api, name) for name in reversed(names) if name]
        found = b",".join(shipment for shipment in shipments if shipment is not None)
        body = b'{"order":%b,"shipments":[%b]}' % (body, found)
    return Polled(body=body, topic=ORDER, order_id=order_id)


def _has_shipped(order: bytes) -> bool:
    try:
        return any(glance(item, "quantityShipped") not in ("", "0") for item in slices(order, "orderItems"))
    except UnreadableAnswerError:
        return False  # the mapping says what is wrong with it


# --- where to go on


def _where(window: Window, now: datetime) -> tuple[str, int, int]:
    """Return what to ask for, which page of it, and which part of that. Raises RefusedError."""
    first = _MINUTES if _minutes(window.since, now) <= MOST_MINUTES else _day(_first_day(window.since, now))
    if not window.token:
        return first, 1, 0
    try:
        name, page, part = window.token.split("/")
        if name == _MINUTES and first != _MINUTES:
            # Too long ago by now to be asked for in minutes.
            return first, 1, 0
        if name not in (_MINUTES, _RETURNS):
            date.fromisoformat(name)
        return name, int(page), int(part)
    except ValueError:
        raise RefusedError("invalid_token") from None


def _minutes(since: datetime, now: datetime) -> int:
    return math.ceil((now - since) / timedelta(minutes=1)) + 1


def _first_day(since: datetime, now: datetime) -> date:
    return max(since, now - KEPT).astimezone(_ZONE).date()


def _next_day(name: str, now: datetime) -> str:
    if name == _MINUTES:
        return _RETURNS
    following = date.fromisoformat(name) + timedelta(days=1)
    return _day(following) if following <= now.astimezone(_ZONE).date() else _RETURNS


def _day(day: date) -> str:
    return day.isoformat()


# --- returns


def _read_returns(window: Window, page: int, api: Api) -> Page:
    answer = client.list_returns(api, page=page)
    entries = [client.parsed(body) for body in client.entries_of(answer.body, "returns")]
    orders: dict[str, bytes | None] = {}
    documents = []
    for item in _handled_since(entries, window.since):
        order_id = fields.text(item.get("orderId"))
        if order_id not in orders:
            orders[order_id] = client.read_order(api, order_id) if order_id else None
        order = orders[order_id]
        if order is not None:
            body = b'{"return":%b,"order":%b}' % (json_body(item), order)
            documents.append(Polled(body=body, topic=RETURN, order_id=order_id))
    more = bool(documents) and len(entries) >= client.PAGE
    return Page(documents=tuple(documents), next_token=f"{_RETURNS}/{page + 1}/0" if more else "")


def _handled_since(entries: list[dict[str, Any]], since: datetime) -> Iterator[dict[str, Any]]:
    for entry in entries:
        items = entry.get("returnItems")
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and any(moment >= since for moment in _moments(item)):
                yield item


def _moments(item: dict[str, Any]) -> Iterator[datetime]:
    results = item.get("processingResults")
    for result in results if isinstance(results, list) else []:
        value = result.get("processingDateTime") if isinstance(result, dict) else None
        try:
            yield fields.timestamp(value, "processingDateTime", received_at=_NO_LIMIT)
        except UnusableError:
            continue


_NO_LIMIT = datetime.max.replace(tzinfo=ZoneInfo("UTC")) - timedelta(days=2)
