"""The requests of Shopify's Admin API as far as they are used: REST, and GraphQL where REST cannot search.

Sources: the Admin REST reference 2026-07 (Order, Fulfillment, FulfillmentOrder, FulfillmentEvent, Refund,
InventoryLevel, Location, Webhook) with the recorded samples of Shopify/shopify-app-js; the Admin GraphQL
reference (queries ``orders`` with the filter ``tag``, ``productVariants`` with the filter ``sku``).

* The shop's own address (``https://name.myshopify.com``) is the base address.
* The token is the credential ``access_token``. Apps of the Dev Dashboard have none to copy: with the
  credentials ``client_id`` and ``client_secret`` instead, one is asked for that lasts a day (shopify.dev,
  *Using the client credentials grant*).
* ``errors`` is text or an object of a field's name and texts: the name is all that is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from shared.channels.shopify.signature import API_VERSION
from shared.wire.api import Api
from shared.wire.http import (
    AuthError,
    HttpAnswer,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)

BASE = f"/admin/api/{API_VERSION}"
PER_PAGE = 250  # the most that Shopify gives

_NEXT = re.compile(r'<([^<>]+)>\s*;\s*rel="?next"?')
_ORDER = re.compile(rb'\s*\{\s*"order"\s*:')
_ORDERS_BY_TAG = "query($q: String!) { orders(first: 10, query: $q) { nodes { legacyResourceId } } }"
_VARIANTS_BY_SKU = (
    "query($q: String!) { productVariants(first: 10, query: $q)"
    " { nodes { legacyResourceId sku inventoryItem { legacyResourceId } } } }"
)


def read_orders(query: Mapping[str, str | int], api: Api) -> HttpAnswer:
    """Return one page of orders, as it came."""
    return _send("GET", with_query("/orders.json", {"limit": PER_PAGE, **query}), api)


def next_token(answer: HttpAnswer) -> str:
    """Return the ``page_info`` of the page behind ``answer``, "" where it is the last one."""
    found = _NEXT.search(answer.headers.get("link", ""))
    return parse_qs(urlsplit(found[1]).query).get("page_info", [""])[0] if found else ""


def read_order(order_id: str, api: Api) -> HttpAnswer | None:
    """Return ``{"order": …}`` as it came, None where the shop does not know it."""
    try:
        answer = _send("GET", f"/orders/{_quoted(order_id)}.json", api)
    except RefusedError as error:
        if error.code == "http_404":
            return None
        raise
    # What is in it is read later; an error or a page for people is no order.
    if not _ORDER.match(answer.body):
        raise UnreadableAnswerError("invalid_shape")
    return answer


def get_order(order_id: str, fields: str, api: Api) -> dict[str, Any] | None:
    """Return some fields of an order, None where the shop does not know it."""
    path = with_query(f"/orders/{_quoted(order_id)}.json", {"fields": fields})
    try:
        return _object(_send("GET", path, api), "order")
    except RefusedError as error:
        if error.code == "http_404":
            return None
        raise


def create_order(order: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create an order and return it."""
    return _object(_send("POST", "/orders.json", api, {"order": order}), "order")


def cancel_order(order_id: str, details: dict[str, Any], api: Api) -> dict[str, Any]:
    """Cancel an order and return it."""
    return _object(_send("POST", f"/orders/{_quoted(order_id)}/cancel.json", api, details), "order")


def find_orders(tag: str, api: Api) -> list[str]:
    """Return the ids of orders with a tag, ten at most."""
    return [_id(node) for node in _nodes(_ORDERS_BY_TAG, f"tag:{_search(tag)}", "orders", api)]


def find_variants(sku: str, api: Api) -> list[dict[str, str]]:
    """Return id, sku and inventory item of the variants that a search for ``sku`` finds, ten at most."""
    nodes = _nodes(_VARIANTS_BY_SKU, f"sku:{_search(sku)}", "productVariants", api)
    return [
        {
            "id": _id(node),
            "sku": str(node.get("sku") or ""),
            "inventory_item_id": _id(node.get("inventoryItem") or {}),
        }
        for node in nodes
    ]


def list_fulfillment_orders(order_id: str, api: Api) -> list[dict[str, Any]]:
    """Return what is to be shipped of an order, from where."""
    path = f"/orders/{_quoted(order_id)}/fulfillment_orders.json"
    return _objects(_send("GET", path, api), "fulfillment_orders")


def list_fulfillments(order_id: str, api: Api) -> list[dict[str, Any]]:
    """Return an order's fulfillments."""
    path = with_query(f"/orders/{_quoted(order_id)}/fulfillments.json", {"limit": PER_PAGE})
    return _objects(_send("GET", path, api), "fulfillments")


def create_fulfillment(fulfillment: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create a fulfillment and return it."""
    answer = _send("POST", "/fulfillments.json", api, {"fulfillment": fulfillment})
    return _object(answer, "fulfillment")


def update_tracking(fulfillment_id: str, change: dict[str, Any], api: Api) -> dict[str, Any]:
    """Change a fulfillment's tracking and return the fulfillment."""
    path = f"/fulfillments/{_quoted(fulfillment_id)}/update_tracking.json"
    return _object(_send("POST", path, api, {"fulfillment": change}), "fulfillment")


def cancel_fulfillment(fulfillment_id: str, api: Api) -> dict[str, Any]:
    """Cancel a fulfillment and return it."""
    path = f"/fulfillments/{_quoted(fulfillment_id)}/cancel.json"
    return _object(_send("POST", path, api, {}), "fulfillment")


def create_event(order_id: str, fulfillment_id: str, status: str, api: Api) -> dict[str, Any]:
    """Say where a fulfillment's parcel is; return the event."""
    path = f"/orders/{_quoted(order_id)}/fulfillments/{_quoted(fulfillment_id)}/events.json"
    return _object(_send("POST", path, api, {"event": {"status": status}}), "fulfillment_event")


def list_refunds(order_id: str, api: Api) -> list[dict[str, Any]]:
    """Return an order's refunds."""
    path = with_query(f"/orders/{_quoted(order_id)}/refunds.json", {"limit": PER_PAGE})
    return _objects(_send("GET", path, api), "refunds")


def calculate_refund(order_id: str, refund: dict[str, Any], api: Api) -> dict[str, Any]:
    """Return what Shopify would refund: to which payments, goods to which location. Changes nothing."""
    path = f"/orders/{_quoted(order_id)}/refunds/calculate.json"
    return _object(_send("POST", path, api, {"refund": refund}), "refund", key="transactions")


def create_refund(order_id: str, refund: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create a refund and return it."""
    path = f"/orders/{_quoted(order_id)}/refunds.json"
    return _object(_send("POST", path, api, {"refund": refund}), "refund")


def list_locations(api: Api) -> list[dict[str, Any]]:
    """Return the shop's locations."""
    return _objects(_send("GET", "/locations.json", api), "locations")


def set_level(location_id: str, inventory_item_id: str, available: int, api: Api) -> None:
    """Set how many pieces are available at a location."""
    document = {
        "location_id": number(location_id),
        "inventory_item_id": number(inventory_item_id),
        "available": available,
    }
    answer = _send("POST", "/inventory_levels/set.json", api, document)
    _object(answer, "inventory_level", key="available")


def list_webhooks(address: str, api: Api) -> list[dict[str, Any]]:
    """Return the webhooks that go to ``address``."""
    path = with_query("/webhooks.json", {"address": address, "limit": PER_PAGE})
    return _objects(_send("GET", path, api), "webhooks")


def create_webhook(topic: str, address: str, api: Api) -> None:
    """Let ``topic`` be sent to ``address``."""
    webhook = {"topic": topic, "address": address, "format": "json"}
    _object(_send("POST", "/webhooks.json", api, {"webhook": webhook}), "webhook")


def number(value: str) -> int | str:
    """Return an id as Shopify writes it: whole numbers, exact."""
    return int(value) if value.isascii() and value.isdigit() else value


def _send(method: str, path: str, api: Api, document: Mapping[str, Any] | None = None) -> HttpAnswer:
    body = b"" if document is None else json_body(document)

    def request(token: str) -> HttpAnswer:
        headers = {"X-Shopify-Access-Token": token, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        return api.send(method, f"{BASE}{path}", headers=headers, body=body)

    if api.credentials.get("client_id") and not api.credentials.get("access_token"):
        answer = api.send_with_token("access_token", lambda: _fetch_token(api), request)
    else:
        answer = request(api.credential("access_token"))
    return check(answer, code=_code)


def _fetch_token(api: Api) -> tuple[str, timedelta]:
    form = {
        "grant_type": "client_credentials",
        "client_id": api.credential("client_id"),
        "client_secret": api.credential("client_secret"),
    }
    answer = check(
        api.send(
            "POST",
            "/admin/oauth/access_token",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode(form).encode(),
        )
    )
    document = answer.json()
    token = document.get("access_token") if isinstance(document, dict) else None
    seconds = document.get("expires_in") if isinstance(document, dict) else None
    if not isinstance(token, str) or not token or not isinstance(seconds, int):
        raise UnreadableAnswerError("invalid_shape")
    return token, timedelta(seconds=seconds)


def _code(document: Any) -> str:
    errors = document["errors"]
    return f"errors.{next(iter(errors))}" if isinstance(errors, dict) and errors else ""


def _inside(answer: HttpAnswer, name: str) -> Any:
    document = answer.json()
    # An error that comes as a success is none, and whether anything was done nobody knows.
    if not isinstance(document, dict) or document.get("errors") or name not in document:
        raise UnreadableAnswerError("invalid_shape")
    return document[name]


def _object(answer: HttpAnswer, name: str, *, key: str = "id") -> dict[str, Any]:
    found = _inside(answer, name)
    if not isinstance(found, dict) or key not in found:
        raise UnreadableAnswerError("invalid_shape")
    return found


def _objects(answer: HttpAnswer, name: str) -> list[dict[str, Any]]:
    found = _inside(answer, name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UnreadableAnswerError("invalid_shape")
    return found


def _nodes(query: str, search: str, name: str, api: Api) -> list[dict[str, Any]]:
    answer = _send("POST", "/graphql.json", api, {"query": query, "variables": {"q": search}})
    document = answer.json()
    if isinstance(document, dict) and document.get("errors"):
        raise _graphql_error(document["errors"])
    try:
        nodes = document["data"][name]["nodes"]
    except (TypeError, LookupError):
        raise UnreadableAnswerError("invalid_shape") from None
    return [node for node in nodes if isinstance(node, dict)]


def _graphql_error(errors: Any) -> Exception:
    first = errors[0] if isinstance(errors, list) and errors else None
    extensions = first.get("extensions") if isinstance(first, dict) else None
    code = extensions.get("code") if isinstance(extensions, dict) else None
    match code:
        case "THROTTLED":
            return RateLimitedError("rate_limited")
        case "ACCESS_DENIED":
            return AuthError("access_denied")
        case "INTERNAL_SERVER_ERROR":
            return UnavailableError("internal_server_error")
        case str() if re.fullmatch(r"[A-Za-z_]{1,60}", code):
            return RefusedError(code)
        case _:
            return UnreadableAnswerError("error_in_ok")


def _id(node: Mapping[str, Any]) -> str:
    return str(node.get("legacyResourceId") or "")


def _search(value: str) -> str:
    """Return ``value`` as one term of Shopify's search syntax: in quotes, which it escapes like JSON."""
    return json.dumps(value, ensure_ascii=False)


def _quoted(value: str) -> str:
    return quote(value, safe="")
