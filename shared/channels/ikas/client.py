"""The requests of the Admin API of ikas, each a function: GraphQL, by HTTP POST.

Sources: ikas.dev, *Admin API* (authentication, webhooks, *listOrder*, *fulfillOrder*,
*updateOrderPackageStatus*, *refundOrderLine*, *cancelFulfillment*, *cancelOrderLine*,
*createOrderWithTransactions*, *saveProductStockLocations*), and the types of @ikas/admin-api-client.

* The token is asked for at the store's own address, ``https://<store>.myikas.com``, by client credentials;
  it lives for four hours.
* An error comes inside a 200, in ``errors``. Its codes are not documented: those that GraphQL servers
  commonly give (``extensions.code``) are understood, all others refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

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
)
from shared.wire.oauth import fetch_token

PAGE = 200
"""Orders in a page, the most that ikas gives."""

PATH = "/api/v1/admin/graphql"

_TOKEN = "admin"  # noqa: S105  the name under which it is kept
_STORE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_]{1,60}", re.ASCII)
_NOT_ALLOWED = frozenset({"UNAUTHENTICATED", "FORBIDDEN"})
_FAILED = frozenset({"INTERNAL_SERVER_ERROR"})
_TOO_MANY = frozenset({"TOO_MANY_REQUESTS", "RATE_LIMITED"})

_ADDRESS = (
    "{ firstName lastName company addressLine1 addressLine2 district { name } city { name }"
    " country { name iso2 } postalCode phone }"
)
_ORDER = (
    "{ id orderNumber sourceId status orderPackageStatus orderPaymentStatus currencyCode totalPrice"
    " totalFinalPrice orderedAt updatedAt shippingMethod stockLocationId"
    " customer { email firstName lastName phone }"
    f" billingAddress {_ADDRESS} shippingAddress {_ADDRESS}"
    " shippingLines { title finalPrice } paymentMethods { type paymentGatewayName }"
    " orderLineItems { id originalOrderLineItemId sourceId quantity finalPrice status statusUpdatedAt"
    " variant { id name sku productId } }"
    " orderPackages { id sourceId orderLineItemIds orderPackageFulfillStatus"
    " trackingInfo { trackingNumber trackingLink cargoCompany } } }"
)
_LIST = (
    "query($id: StringFilterInput, $updatedAt: DateFilterInput, $pagination: PaginationInput)"
    ' { listOrder(id: $id, updatedAt: $updatedAt, pagination: $pagination, sort: "-updatedAt")'
    f" {{ hasNext data {_ORDER} }} }}"
)
_PRODUCTS = (
    "query($sku: StringFilterInput, $pagination: PaginationInput)"
    " { listProduct(sku: $sku, pagination: $pagination) { data { id variants { id sku } } } }"
)


def list_orders(api: Api, *, since: datetime, page: int) -> HttpAnswer:
    """Return one page of the orders that changed since, the latest first."""
    variables = {
        "updatedAt": {"gte": milliseconds(since)},
        "pagination": {"page": page, "limit": PAGE},
    }
    answer = _send(api, _LIST, variables)
    _data(answer)
    return answer


def list_order(api: Api, order_id: str) -> HttpAnswer:
    """Return a page with one order, or with none."""
    answer = _send(api, _LIST, {"id": {"eq": order_id}, "pagination": {"page": 1, "limit": 1}})
    _data(answer)
    return answer


def get_order(api: Api, order_id: str) -> dict[str, Any]:
    """Return one order. Raises RefusedError where the shop does not know it."""
    orders = page_of(list_order(api, order_id))
    if not orders:
        raise RefusedError("order_unknown")
    return orders[0]


def page_of(answer: HttpAnswer) -> list[dict[str, Any]]:
    """Return the orders of a page of listOrder."""
    return _objects(_data(answer).get("listOrder"))


def change(api: Api, mutation: str, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Make a change to an order (``fulfillOrder`` and the like) and return the order as it stands then."""
    query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {_ORDER} }}"
    order = _data(_send(api, query, {"input": values})).get(mutation)
    if not isinstance(order, dict) or not order.get("id"):
        raise UnreadableAnswerError("invalid_shape")
    return order


def find_variants(api: Api, skus: Iterable[str]) -> list[dict[str, str]]:
    """Return ``id``, ``sku`` and ``product_id`` of the variants with these SKUs."""
    wanted = {"sku": {"in": list(skus)}, "pagination": {"page": 1, "limit": PAGE}}
    return [
        {"id": str(variant["id"]), "sku": str(variant["sku"]), "product_id": str(product.get("id"))}
        for product in _objects(_data(_send(api, _PRODUCTS, wanted)).get("listProduct"))
        for variant in product.get("variants") or ()
        if isinstance(variant, dict) and variant.get("id") and variant.get("sku")
    ]


def save_stock(api: Api, levels: list[dict[str, Any]]) -> bool:
    """Set stock levels; True where ikas took them."""
    query = "mutation($input: SaveStockLocationsInput!) { saveProductStockLocations(input: $input) }"
    values = {"input": {"productStockLocationInputs": levels}}
    return _data(_send(api, query, values)).get("saveProductStockLocations") is True


def list_webhooks(api: Api) -> list[dict[str, Any]]:
    """Return the app's webhooks."""
    hooks = _data(_send(api, "{ listWebhook { id endpoint scope deleted } }", {})).get("listWebhook")
    if not isinstance(hooks, list) or not all(isinstance(hook, dict) for hook in hooks):
        raise UnreadableAnswerError("invalid_shape")
    return [hook for hook in hooks if not hook.get("deleted")]


def save_webhook(api: Api, scopes: list[str], endpoint: str) -> None:
    """Have webhooks of these scopes sent to ``endpoint``."""
    query = "mutation($input: WebhookInput!) { saveWebhook(input: $input) { id endpoint scope } }"
    _data(_send(api, query, {"input": {"scopes": scopes, "endpoint": endpoint}}))


def milliseconds(moment: datetime) -> int:
    """Return a moment as ikas writes it."""
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _send(api: Api, query: str, variables: Mapping[str, Any]) -> HttpAnswer:
    body = json_body({"query": query, "variables": variables})

    def request(token: str) -> HttpAnswer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return api.send("POST", PATH, headers=headers, body=body)

    return check(api.send_with_token(_TOKEN, lambda: _fetch_token(api), request), code=_code)


def _fetch_token(api: Api) -> tuple[str, timedelta]:
    form = {
        "grant_type": "client_credentials",
        "client_id": api.credential("client_id"),
        "client_secret": api.credential("client_secret"),
    }
    # A simulated ikas, on this machine, hands out its tokens itself.
    store = ""
    if api.base_url.startswith("https://"):
        name = api.options.get("store", "")
        if not _STORE.fullmatch(name):
            raise AuthError("store_unknown")
        store = f"https://{name}.myikas.com"
    return fetch_token(api, f"{store}/api/admin/oauth/token", form)


def _data(answer: HttpAnswer) -> dict[str, Any]:
    """Return ``data`` of an answer. Raises the ApiError that its ``errors`` mean."""
    document = answer.json()
    if not isinstance(document, dict):
        raise UnreadableAnswerError("invalid_shape")
    if document.get("errors") or document.get("error"):
        code = _code(document)
        if code in _NOT_ALLOWED:
            raise AuthError(code.lower())
        if code in _TOO_MANY:
            raise RateLimitedError("rate_limited")
        if code in _FAILED:
            raise UnavailableError(code.lower())
        raise RefusedError(code or "graphql_error")
    data = document.get("data")
    if not isinstance(data, dict):
        raise UnreadableAnswerError("invalid_shape")
    return data


def _code(document: Any) -> str:
    errors = document.get("errors") if isinstance(document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    extensions = first.get("extensions") if isinstance(first, dict) else None
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return code if isinstance(code, str) and _WORD.fullmatch(code) else ""


def _objects(page: Any) -> list[dict[str, Any]]:
    data = page.get("data") if isinstance(page, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise UnreadableAnswerError("invalid_shape")
    return data
