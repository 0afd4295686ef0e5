"""The requests of bol's Retailer API v10 (``retailer.json``, ``shared.json``), each a function.

The token lives for five minutes and is asked for at login.bol.com; of a simulated bol, which is not behind
TLS, at ``/token`` there. What changes something is answered 202 with a *process status*, and carried out
later. Problems have messages and name the field that they are about, which is all that is passed on.

A page behind the last one has no list at all. Reading is limited per resource (``X-RateLimit-*``); the unit
of its reset is not documented, so that ``Retry-After`` alone is followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.http import (
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)
from shared.wire.oauth import fetch_token
from shared.wire.polls import slices
from shared.wire.strict_json import parse

MEDIA_TYPE = "application/vnd.retailer.v10+json"
PAGE = 50
"""Entries in a page of any list."""

MOST_PAGES = 20
"""Pages of one order's shipments that are read: a thousand parcels."""

_LOGIN = "https://login.bol.com"
_EMPTY = re.compile(rb"\s*\{\s*\}\s*")
_OBJECT = re.compile(rb"\s*\{")
_TOKEN = "bol"  # noqa: S105  the name it is kept under


@dataclass(frozen=True, slots=True)
class Process:
    """A process status: the ``status`` it has, and the id to ask for it by."""

    id: str
    status: str


def list_orders(api: Api, *, page: int, minutes: int = 0, day: str = "") -> HttpAnswer:
    """One page of the orders, reduced, that changed in the last ``minutes`` (60 at most) or on ``day``."""
    query: dict[str, str | int] = {
        "status": "ALL",
        "fulfilment-method": "ALL",
        "change-interval-minute": minutes or "",
        "latest-change-date": day,
        "page": page,
    }
    return _checked(_send(api, "GET", "/retailer/orders", query))


def read_order(api: Api, order_id: str) -> bytes | None:
    """One order, as the bytes it came as; None where bol does not know it.

    Raises UnreadableAnswerError for what is no order at all: an error that comes as a success.
    """
    body = _found(api, f"/retailer/orders/{quote(order_id, safe='')}")
    if body is not None and b'"orderId"' not in body and b'"orderItems"' not in body:
        raise UnreadableAnswerError("invalid_shape")
    return body


def read_shipment(api: Api, shipment_id: str) -> bytes | None:
    """One shipment, as the bytes it came as; None where bol does not know it."""
    return _found(api, f"/retailer/shipments/{quote(shipment_id, safe='')}")


def list_shipments(api: Api, order_id: str) -> list[bytes]:
    """The shipments of an order, reduced: ids and reference. Raises UnreadableAnswerError."""
    found: list[bytes] = []
    for page in range(1, MOST_PAGES + 1):
        answer = _checked(_send(api, "GET", "/retailer/shipments", {"order-id": order_id, "page": page}))
        entries = entries_of(answer.body, "shipments")
        found += entries
        if len(entries) < PAGE:
            return found
    raise UnreadableAnswerError("too_many_pages")


def list_returns(api: Api, *, page: int) -> HttpAnswer:
    """One page of the handled returns, the newest first."""
    query: dict[str, str | int] = {"handled": "true", "page": page}
    return _checked(_send(api, "GET", "/retailer/returns", query))


def ship_items(api: Api, shipment: Mapping[str, Any]) -> Process:
    """Say that items of one order have left in one parcel."""
    return _process(_send(api, "POST", "/retailer/shipments", body=shipment))


def cancel_item(api: Api, item_id: str, reason: str) -> Process:
    """Cancel what is open of one item: of several at once it is not said whether bol takes them."""
    document = {"orderItems": [{"orderItemId": item_id, "reasonCode": reason}]}
    return _process(_send(api, "PUT", "/retailer/orders/cancellation", body=document))


def change_transport(api: Api, transport_id: str, transport: Mapping[str, str]) -> Process:
    """Set transporter and number of a shipment that was told."""
    path = f"/retailer/transports/{quote(transport_id, safe='')}"
    return _process(_send(api, "PUT", path, body=transport))


def read_offer(api: Api, offer_id: str) -> dict[str, Any] | None:
    """One offer; None where bol does not know it. Raises UnreadableAnswerError for what is no offer."""
    body = _found(api, f"/retailer/offers/{quote(offer_id, safe='')}")
    if body is None:
        return None
    document = parsed(body)
    if "offerId" not in document or not isinstance(document.get("fulfilment", {}), dict):
        raise UnreadableAnswerError("invalid_shape")
    return document


def set_stock(api: Api, offer_id: str, amount: int) -> Process:
    """Set the pieces of an offer; bol takes off what is ordered from then on."""
    path = f"/retailer/offers/{quote(offer_id, safe='')}/stock"
    return _process(_send(api, "PUT", path, body={"amount": amount, "managedByRetailer": True}))


def read_process(api: Api, process_id: str) -> Process | None:
    """What became of a process; None where bol has forgotten it."""
    body = _found(api, f"/shared/process-status/{quote(process_id, safe='')}")
    return None if body is None else _as_process(parsed(body))


def list_processes(api: Api, entity_id: str, event_type: str) -> list[Process]:
    """The processes of one kind about one entity, an order item for one."""
    query: dict[str, str | int] = {"entity-id": entity_id, "event-type": event_type}
    answer = _send(api, "GET", "/shared/process-status", query)
    if answer.status == 404:
        return []
    return [_as_process(parsed(body)) for body in entries_of(_checked(answer).body, "processStatuses")]


def list_subscriptions(api: Api) -> list[dict[str, Any]]:
    """All subscriptions to push notifications."""
    answer = _checked(_send(api, "GET", "/retailer/subscriptions"))
    return [parsed(body) for body in entries_of(answer.body, "subscriptions")]


def create_subscription(api: Api, subscription: Mapping[str, Any]) -> Process:
    """Subscribe to notifications."""
    return _process(_send(api, "POST", "/retailer/subscriptions", body=subscription))


def update_subscription(api: Api, subscription_id: str, subscription: Mapping[str, Any]) -> Process:
    """Change a subscription, or switch it on again."""
    path = f"/retailer/subscriptions/{quote(subscription_id, safe='')}"
    return _process(_send(api, "PUT", path, body=subscription))


def read_signature_keys(api: Api) -> bytes:
    """Return the public keys that notifications are signed with, as bol gives them out."""
    body = _found(api, "/retailer/subscriptions/signature-keys")
    if body is None:
        raise UnreadableAnswerError("http_404")
    return body


def entries_of(body: bytes, name: str) -> list[bytes]:
    """Return the entries of a list, [] for a page behind the last one. Raises UnreadableAnswerError."""
    return [] if _EMPTY.fullmatch(body) else list(slices(body, name))


def parsed(body: bytes) -> dict[str, Any]:
    """Return an object. Raises UnreadableAnswerError."""
    try:
        document, _ = parse(body)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None
    if not isinstance(document, dict):
        raise UnreadableAnswerError("invalid_shape")
    return document


def _send(
    api: Api, method: str, path: str, query: Mapping[str, str | int] | None = None, *, body: Any = None
) -> HttpAnswer:
    def request(token: str) -> HttpAnswer:
        headers = {"Authorization": f"Bearer {token}", "Accept": MEDIA_TYPE}
        if body is not None:
            headers["Content-Type"] = MEDIA_TYPE
        content = b"" if body is None else json_body(body)
        return api.send(method, with_query(path, query or {}), headers=headers, body=content)

    return api.send_with_token(_TOKEN, lambda: _fetch_token(api), request)


def _fetch_token(api: Api) -> tuple[str, timedelta]:
    login = _LOGIN if api.base_url.startswith("https://") else api.base_url
    headers = {"Authorization": api.basic("client_id", "client_secret")}
    return fetch_token(api, f"{login}/token", {"grant_type": "client_credentials"}, headers=headers)


def _found(api: Api, path: str) -> bytes | None:
    answer = _send(api, "GET", path)
    if answer.status == 404:
        return None
    body = _checked(answer).body
    if _OBJECT.match(body) is None:
        raise UnreadableAnswerError("invalid_json")
    return body


def _checked(answer: HttpAnswer) -> HttpAnswer:
    return check(answer, code=_code)


def _process(answer: HttpAnswer) -> Process:
    return _as_process(parsed(_checked(answer).body))


def _as_process(document: Mapping[str, Any]) -> Process:
    """Return a process status; a problem in its place is a refusal. Raises ApiError."""
    if document.get("violations"):
        raise RefusedError("error_in_success")
    identity, status = document.get("processStatusId"), document.get("status")
    if not isinstance(identity, (str, int)) or not isinstance(status, str):
        raise UnreadableAnswerError("invalid_shape")
    return Process(str(identity), status)


def _code(document: Any) -> str:
    return str(document["violations"][0]["name"])
