"""The requests of WooCommerce's REST API, wc/v3, as far as they are used.

Sources: the REST API documentation (woocommerce/woocommerce-rest-api-docs: Orders, Order notes, Refunds,
Products, Product variations, Webhooks) and, for fulfillments, ``fulfillments-rest-api.md`` and
``OrderFulfillmentsRestController.php`` of woocommerce/woocommerce.

* The shop's address is the base address; keys go by HTTP Basic, which WooCommerce takes over HTTPS alone.
* An error is ``{"code", "message", "data": {"status"}}``. Where a plugin lets it come with a 200, the
  status inside counts.
* Where the fulfillments feature is switched off, its routes do not exist: 404, ``rest_no_route``.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from shared.wire.api import Api
from shared.wire.http import (
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)

BASE = "/wp-json/wc/v3"
PER_PAGE = 100  # the most that WooCommerce gives

_NO_ROUTE = ("rest_no_route", "http_404")
_NO_ORDER = ("woocommerce_rest_shop_order_invalid_id", "http_404")


def read_orders(query: dict[str, str | int], api: Api) -> HttpAnswer:
    """Return one page of orders, as it came."""
    return _send("GET", with_query("/orders", {"per_page": PER_PAGE, **query}), api)


def has_more(answer: HttpAnswer, page: int, count: int) -> bool:
    """Return whether a page of orders that shows ``count`` of them has another one behind it."""
    pages = answer.headers.get("x-wp-totalpages", "")
    if pages.isascii() and pages.isdigit():
        # Not by what it shows: orders that cannot be shown are left out of their page, and a shop may give
        # fewer than it was asked for.
        return page < int(pages[:9])
    # A proxy may have dropped the header: then a page that is full has another one behind it.
    return count >= PER_PAGE


def read_order(order_id: str, api: Api) -> HttpAnswer | None:
    """Return one order as it came, None where the shop does not know it."""
    try:
        answer = _send("GET", _order(order_id), api)
    except RefusedError as error:
        if error.code in _NO_ORDER:
            return None
        raise
    # What is in it is read later; a page for people is no order.
    if not answer.body.lstrip().startswith(b"{"):
        raise UnreadableAnswerError("invalid_shape")
    return answer


def get_order(order_id: str, api: Api) -> dict[str, Any]:
    """Return one order. Raises RefusedError where the shop does not know it."""
    return _object(_send("GET", _order(order_id), api))


def create_order(order: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create an order and return it."""
    return _object(_send("POST", "/orders", api, order))


def update_order(order_id: str, changes: dict[str, Any], api: Api) -> dict[str, Any]:
    """Change an order and return it."""
    return _object(_send("PUT", _order(order_id), api, changes))


def list_fulfillments(order_id: str, api: Api) -> list[dict[str, Any]] | None:
    """Return the order's fulfillments that are not deleted, None where the shop has none of this feature."""
    try:
        answer = _send("GET", f"{_order(order_id)}/fulfillments", api)
    except RefusedError as error:
        if error.code in _NO_ROUTE:
            return None
        raise
    return [item for item in _objects(answer) if not item.get("date_deleted")]


def create_fulfillment(order_id: str, fulfillment: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create a fulfillment and return it."""
    return _object(_send("POST", f"{_order(order_id)}/fulfillments", api, fulfillment))


def update_fulfillment(
    order_id: str, fulfillment_id: str, changes: dict[str, Any], api: Api
) -> dict[str, Any]:
    """Change a fulfillment and return it. Of its metadata only what ``changes`` names remains."""
    return _object(_send("PUT", f"{_order(order_id)}/fulfillments/{_quoted(fulfillment_id)}", api, changes))


def delete_fulfillment(order_id: str, fulfillment_id: str, api: Api) -> None:
    """Delete a fulfillment."""
    _send("DELETE", f"{_order(order_id)}/fulfillments/{_quoted(fulfillment_id)}", api)


def list_notes(order_id: str, api: Api) -> list[dict[str, Any]]:
    """Return the order's notes."""
    return _objects(_send("GET", f"{_order(order_id)}/notes", api))


def create_note(order_id: str, note: str, api: Api) -> dict[str, Any]:
    """Add a note that the customer does not see."""
    return _object(_send("POST", f"{_order(order_id)}/notes", api, {"note": note, "customer_note": False}))


def list_refunds(order_id: str, api: Api) -> list[dict[str, Any]]:
    """Return the order's refunds, a hundred at most."""
    return _objects(_send("GET", with_query(f"{_order(order_id)}/refunds", {"per_page": PER_PAGE}), api))


def create_refund(order_id: str, refund: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create a refund and return it."""
    return _object(_send("POST", f"{_order(order_id)}/refunds", api, refund))


def find_products(sku: str, api: Api) -> list[dict[str, Any]]:
    """Return the products and variations with a SKU (``class-wc-rest-products-controller.php``: both)."""
    return _objects(_send("GET", with_query("/products", {"sku": sku}), api))


def update_product(product: dict[str, Any], changes: dict[str, Any], api: Api) -> dict[str, Any]:
    """Change a product, or a variation of one, and return it."""
    path = f"/products/{product['id']}"
    if product.get("parent_id"):
        path = f"/products/{product['parent_id']}/variations/{product['id']}"
    return _object(_send("PUT", path, api, changes))


def list_webhooks(api: Api) -> list[dict[str, Any]]:
    """Return the shop's webhooks, a hundred at most."""
    return _objects(_send("GET", with_query("/webhooks", {"per_page": PER_PAGE}), api))


def create_webhook(webhook: dict[str, Any], api: Api) -> dict[str, Any]:
    """Create a webhook and return it."""
    return _object(_send("POST", "/webhooks", api, webhook))


def update_webhook(webhook_id: str, changes: dict[str, Any], api: Api) -> dict[str, Any]:
    """Change a webhook and return it."""
    return _object(_send("PUT", f"/webhooks/{_quoted(webhook_id)}", api, changes))


def _send(method: str, path: str, api: Api, document: dict[str, Any] | None = None) -> HttpAnswer:
    headers = {
        "Authorization": api.basic("consumer_key", "consumer_secret"),
        "Accept": "application/json",
    }
    body = b""
    if document is not None:
        headers["Content-Type"] = "application/json"
        body = json_body(document)
    answer = check(api.send(method, f"{BASE}{path}", headers=headers, body=body), code=_code)
    error = _error_inside(answer)
    if error is not None:
        check(HttpAnswer(status=_status_inside(error), headers=answer.headers, body=answer.body), code=_code)
    return answer


def _error_inside(answer: HttpAnswer) -> dict[str, Any] | None:
    """Return the error that comes as a success, None where the answer is anything else."""
    if not answer.body.lstrip().startswith(b"{"):
        return None
    try:
        document = answer.json()
    except UnreadableAnswerError:
        return None
    is_error = isinstance(document.get("code"), str) and "id" not in document
    return document if is_error else None


def _code(document: Any) -> str:
    return str(document["code"])


def _status_inside(document: dict[str, Any]) -> int:
    data = document.get("data")
    status = data.get("status") if isinstance(data, dict) else None
    return status if isinstance(status, int) and status >= 400 else 400


def _object(answer: HttpAnswer) -> dict[str, Any]:
    document = answer.json()
    if not isinstance(document, dict) or "id" not in document:
        raise UnreadableAnswerError("invalid_shape")
    return document


def _objects(answer: HttpAnswer) -> list[dict[str, Any]]:
    documents = answer.json()
    if not isinstance(documents, list) or not all(isinstance(item, dict) for item in documents):
        raise UnreadableAnswerError("invalid_shape")
    return documents


def _order(order_id: str) -> str:
    return f"/orders/{_quoted(order_id)}"


def _quoted(value: str) -> str:
    return quote(value, safe="")
