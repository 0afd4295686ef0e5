"""The requests of eBay's APIs: Fulfillment 1.20, Post-Order 2, Inventory 1.18, OAuth.

The access token is asked for with the seller's refresh token (*Refreshing User access tokens*). The
Post-Order API takes the same token behind the word IAF (hendt/ebay-api: ``useIaf``). The Inventory API has a
token of its own scope: a consent that lacks it stops the stock alone. An answer that lacks what it is asked
for is none, whatever its status: an error may come with 200.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from shared.channels.ebay.digital_signature import signed_headers
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
"""Orders on a page. eBay gives up to 200; each may take two requests more."""

FULFILLMENT = "/sell/fulfillment/v1"
CANCELLATION = "/post-order/v2/cancellation"
INVENTORY = "/sell/inventory/v1"
SCOPE = "https://api.ebay.com/oauth/api_scope/sell.fulfillment"
INVENTORY_SCOPE = "https://api.ebay.com/oauth/api_scope/sell.inventory"

_JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def get_orders(since: datetime, until: datetime, offset: int, api: Api) -> HttpAnswer:
    """Return one page of the orders that were modified in [since, until]. Raises ApiError."""
    span = f"lastmodifieddate:[{_moment(since)}..{_moment(until)}]"
    query: dict[str, str | int] = {"filter": span, "limit": AT_ONCE, "offset": offset}
    return _send("GET", with_query(f"{FULFILLMENT}/order", query), api)


def get_order(order_id: str, api: Api) -> HttpAnswer | None:
    """Return one order with its cancellation requests, None where eBay does not know it. Raises ApiError."""
    answer = _request("GET", f"{FULFILLMENT}/order/{quote(order_id, safe='')}", api)
    if answer.status == 404:
        return None
    read(answer, "orderId")
    return answer


def get_fulfillments(order_id: str, api: Api) -> HttpAnswer:
    """Return the packages of an order. Raises ApiError."""
    url = f"{FULFILLMENT}/order/{quote(order_id, safe='')}/shipping_fulfillment"
    answer = _request("GET", url, api)
    read(answer, "fulfillments")
    return answer


def create_fulfillment(order_id: str, document: Mapping[str, Any], api: Api) -> str:
    """Make a package of an order and return its id, which eBay tells in ``Location``. Raises ApiError."""
    url = f"{FULFILLMENT}/order/{quote(order_id, safe='')}/shipping_fulfillment"
    return made_id(_send("POST", url, api, document))


def issue_refund(order_id: str, document: Mapping[str, Any], api: Api) -> dict[str, Any]:
    """Give money back and return ``{"refundId", "refundStatus"}``. Raises ApiError."""
    url = f"{FULFILLMENT}/order/{quote(order_id, safe='')}/issue_refund"
    return read(_request("POST", url, api, document), "refundStatus")


def create_cancellation(document: Mapping[str, Any], api: Api) -> str:
    """Cancel an order and return the id of the cancellation. Raises ApiError."""
    answer = _send("POST", CANCELLATION, api, document)
    told = answer.json()
    if isinstance(told, dict) and told.get("cancelId") is None and "orderEligibilityResult" in told:
        raise RefusedError("not_eligible")  # CreateCancelResponse: no id where the order may not be cancelled
    return str(read(answer, "cancelId")["cancelId"])


def approve_cancellation(cancel_id: str, api: Api) -> None:
    """Accept a buyer's request. Raises ApiError."""
    _send("POST", f"{CANCELLATION}/{quote(cancel_id, safe='')}/approve", api)


def reject_cancellation(cancel_id: str, api: Api) -> None:
    """Refuse a buyer's request. eBay insists on a body. Raises ApiError."""
    _send("POST", f"{CANCELLATION}/{quote(cancel_id, safe='')}/reject", api, {})


def get_offers(sku: str, api: Api) -> list[dict[str, Any]]:
    """Return the offers of a SKU, none where eBay does not know it. Raises ApiError."""
    answer = _request("GET", with_query(f"{INVENTORY}/offer", {"sku": sku}), api)
    return [] if answer.status == 404 else listed(read(answer, "offers")["offers"])


def update_quantities(requests: Sequence[Mapping[str, Any]], api: Api) -> list[dict[str, Any]]:
    """Set the quantities of items and offers; return what became of each. Raises ApiError."""
    answer = _request("POST", f"{INVENTORY}/bulk_update_price_quantity", api, {"requests": requests})
    return listed(read(answer, "responses")["responses"])


def made_id(answer: HttpAnswer) -> str:
    """Return the id of what was made, which eBay tells in ``Location``. Raises UnreadableAnswerError."""
    made = answer.headers.get("location", "").rstrip("/").rpartition("/")[2]
    if not made:
        raise UnreadableAnswerError("no_location")
    return made


def listed(value: Any) -> list[dict[str, Any]]:
    """Return ``value`` where it is a list of JSON objects. Raises UnreadableAnswerError."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise UnreadableAnswerError("invalid_shape")
    return value


def read(answer: HttpAnswer, name: str) -> dict[str, Any]:
    """Return the JSON object that ``answer`` is, with a field ``name``. Raises ApiError."""
    document = check(answer, code=error_code).json()
    if isinstance(document, dict) and document.get(name) is not None:
        return document
    try:
        code = error_code(document)
    except (LookupError, TypeError, AttributeError):
        raise UnreadableAnswerError(f"no_{name}") from None
    raise RefusedError(word_of(code) or "error_in_success")


def _send(method: str, url: str, api: Api, document: Mapping[str, Any] | None = None) -> HttpAnswer:
    return check(_request(method, url, api, document), code=error_code)


def _request(method: str, url: str, api: Api, document: Mapping[str, Any] | None = None) -> HttpAnswer:
    scheme = "IAF" if url.startswith(CANCELLATION) else "Bearer"
    body = b"" if document is None else json_body(document)

    def send(token: str) -> HttpAnswer:
        signed = signed_headers(method, f"{api.base_url}{url}", body, api) if _is_signed(method, url) else {}
        headers = {"Authorization": f"{scheme} {token}", **_JSON, **signed}
        return api.send(method, url, headers=headers, body=body)

    if url.startswith(INVENTORY):
        return api.send_with_token("inventory", lambda: user_token(api, scope=INVENTORY_SCOPE), send)
    return api.send_with_token("user", lambda: user_token(api, scope=SCOPE), send)


def _is_signed(method: str, url: str) -> bool:
    """True for what moves money: issueRefund, and of the Post-Order API cancellations and their approval."""
    return method == "POST" and (url.endswith("/issue_refund") or url.startswith(CANCELLATION))


def user_token(api: Api, *, scope: str = "") -> tuple[str, timedelta]:
    """Return a token of the seller's and its lifetime; without ``scope`` it has all of the consent's."""
    asked = {"grant_type": "refresh_token", "refresh_token": api.credential("refresh_token")}
    return fetch_token({**asked, **({"scope": scope} if scope else {})}, api)


def fetch_token(asked: Mapping[str, str], api: Api) -> tuple[str, timedelta]:
    """Return what the token endpoint gives for a grant. Raises ApiError, MissingCredentialError."""
    headers = {
        "Authorization": api.basic("client_id", "client_secret"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = api.send("POST", "/identity/v1/oauth2/token", headers=headers, body=urlencode(asked).encode())
    if answer.status == 400:  # invalid_grant: the refresh token has ended or was withdrawn
        answer = HttpAnswer(status=401)
    told = read(answer, "access_token")
    try:
        return str(told["access_token"]), timedelta(seconds=int(told["expires_in"]))
    except (LookupError, TypeError, ValueError):
        raise UnreadableAnswerError("no_lifetime") from None


def error_code(document: Any) -> str:
    """Return the number of the first error: both APIs write one, in their own envelope."""
    errors = document.get("errors") or document.get("error") or document.get("errorMessage", {}).get("error")
    code = errors[0]["errorId"]
    return str(code) if isinstance(code, (int, str)) else ""


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
