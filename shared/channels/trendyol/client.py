"""The requests of Trendyol's API (developers.trendyol.com), by HTTP Basic and with the seller's User-Agent.

The addresses of tracking and webhooks are those of *updateTrackingNumber* (v3.0) and *createWebhook*. With
the option ``store_front`` requests name a region (``storeFrontCode``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    word_of,
)

AT_ONCE = 50
"""Packages on a page. Trendyol gives up to 200; each may take a request more."""

MOST_OF_ONE_ORDER = 200
REACHABLE = 10_000
"""Trendyol shows the first so many packages of what is asked for, and answers 429 beyond."""


def get_packages(start: int, end: int, page: int, api: Api) -> HttpAnswer:
    """Return a page of the packages that were modified from ``start`` to ``end``, in milliseconds."""
    query: dict[str, str | int] = {
        "startDate": start,
        "endDate": end,
        "page": page,
        "size": AT_ONCE,
        "orderByField": "PackageLastModifiedDate",
        "orderByDirection": "ASC",
    }
    return _page(with_query(f"/order/sellers/{_seller(api)}/orders", query), api)


def get_order(order_number: str, api: Api) -> HttpAnswer:
    """Return all packages of one order, as a page. Raises ApiError."""
    query: dict[str, str | int] = {"orderNumber": order_number, "page": 0, "size": MOST_OF_ONE_ORDER}
    return _page(with_query(f"/order/sellers/{_seller(api)}/orders", query), api)


def set_status(package_id: str, status: str, lines: Sequence[Mapping[str, Any]], api: Api) -> None:
    """Say how far a package is: Picking or Invoiced. Raises ApiError."""
    _put(package_id, "", {"lines": lines, "params": {}, "status": status}, api)


def set_unsupplied(package_id: str, lines: Sequence[Mapping[str, Any]], reason: int | str, api: Api) -> None:
    """Call off pieces of a package that cannot be supplied. Raises ApiError."""
    _put(package_id, "/items/unsupplied", {"lines": lines, "reasonId": reason}, api)


def set_tracking(package_id: str, number: str, provider: str, api: Api) -> None:
    """Tell the number of the seller's own carrier. Raises ApiError."""
    _put(package_id, "/tracking-details", {"cargoSenderNumber": number, "providerCode": provider}, api)


def get_webhooks(api: Api) -> list[dict[str, Any]]:
    """Return the seller's webhooks. Raises ApiError."""
    listed = _send("GET", f"/webhook/sellers/{_seller(api)}/webhooks", api).json()
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise UnreadableAnswerError("no_webhooks")
    return listed


def create_webhook(document: Mapping[str, Any], api: Api) -> None:
    """Make a webhook. Raises ApiError."""
    _send("POST", f"/webhook/sellers/{_seller(api)}/webhooks", api, document)


def activate_webhook(webhook_id: str, api: Api) -> None:
    """Switch a webhook on again. Raises ApiError."""
    _send("PUT", f"/webhook/sellers/{_seller(api)}/webhooks/{quote(webhook_id, safe='')}/activate", api)


def update_inventory(items: Sequence[Mapping[str, Any]], api: Api) -> str:
    """Set quantities of products and return the id of the batch. Raises ApiError."""
    url = f"/inventory/sellers/{_seller(api)}/products/price-and-inventory"
    batch = _object(_send("POST", url, api, {"items": items})).get("batchRequestId")
    if not isinstance(batch, str) or not batch:
        raise UnreadableAnswerError("no_batch")
    return batch


def get_batch(batch: str, api: Api) -> list[dict[str, Any]] | None:
    """Return what became of the items of a batch, None where it is forgotten: after four hours."""
    url = f"/product/sellers/{_seller(api)}/products/batch-requests/{quote(batch, safe='')}"
    answer = _ask("GET", url, api)
    if answer.status == 404:
        return None
    items = _object(_taken(answer)).get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableAnswerError("no_items")
    return items


def _object(answer: HttpAnswer) -> dict[str, Any]:
    document = answer.json()
    if not isinstance(document, dict):
        raise UnreadableAnswerError("invalid_shape")
    return document


def _page(url: str, api: Api) -> HttpAnswer:
    answer = _send("GET", url, api)
    document = answer.json()
    if not isinstance(document, dict) or not isinstance(document.get("content"), list):
        raise UnreadableAnswerError("no_content")
    return answer


def _put(package_id: str, path: str, document: Mapping[str, Any], api: Api) -> None:
    where = f"/order/sellers/{_seller(api)}/shipment-packages/{quote(package_id, safe='')}{path}"
    _send("PUT", where, api, document)


def _send(method: str, url: str, api: Api, document: Mapping[str, Any] | None = None) -> HttpAnswer:
    return _taken(_ask(method, url, api, document))


def _ask(method: str, url: str, api: Api, document: Mapping[str, Any] | None = None) -> HttpAnswer:
    headers = {
        "Authorization": api.basic("api_key", "api_secret"),
        "User-Agent": f"{api.options.get('seller_id', '')} - SelfIntegration",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    if api.options.get("store_front"):
        headers["storeFrontCode"] = api.options["store_front"]
    body = b"" if document is None else json_body(document)
    return api.send(method, url, headers=headers, body=body)


def _taken(answer: HttpAnswer) -> HttpAnswer:
    taken = check(answer, code=_error_code)
    _refuse_errors(taken)
    return taken


def _refuse_errors(answer: HttpAnswer) -> None:
    """Raise RefusedError for an error that came with a success, UnreadableAnswerError for what is no JSON."""
    if not answer.body.strip():
        return
    document = answer.json()
    if not isinstance(document, dict) or not (document.get("errors") or document.get("error")):
        return
    try:
        code = _error_code(document)
    except (LookupError, TypeError, AttributeError):
        raise UnreadableAnswerError("error_in_success") from None
    raise RefusedError(word_of(code) or "error_in_success")


def _error_code(document: Any) -> str:
    code = document["errors"][0]["key"]
    return code if isinstance(code, str) else ""


def _seller(api: Api) -> str:
    return quote(api.options.get("seller_id", ""), safe="")
