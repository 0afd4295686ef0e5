"""The requests of Amazon's Selling Partner API, each a function.

Sources: ``orders_2026-01-01.json``, ``ordersV0.json``, ``listingsItems_2021-08-01.json`` and
``notifications.json`` (v1) of amzn/selling-partner-api-models; for the token developer-docs.amazon.com,
*Connect to the SP-API*: it lives for an hour and goes in ``x-amz-access-token``. The base address is that of
the seller's region. Version 2026-01-01 gives addresses by the application's roles, without a token of their
own.

* Amazon answers 403 for a token that has ended as well as for a role that is missing: a new token is asked
  for once, then the answer counts.
* Shipments are confirmed and pick-ups reported by version v0, which answers 204 without content. Anything
  else in a success is none.
* Errors are ``{"errors": [{"code", "message", "details"}]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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
from shared.wire.oauth import fetch_token

PAGE = 100
"""Orders in a page, the most that searchOrders gives."""

INCLUDED = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES"
"""``includedData``: no more than is read."""

ERROR_IN_SUCCESS = "error_in_success"

_TOKEN = "lwa"  # noqa: S105  the name under which it is kept
_OWN_TOKEN = "grantless"  # noqa: S105
_NOTIFICATIONS_SCOPE = "sellingpartnerapi::notifications"
_LOGIN = "https://api.amazon.com"
_ORDERS = "/orders/2026-01-01/orders"
_V0 = "/orders/v0/orders"
_LISTINGS = "/listings/2021-08-01/items"
_NOTIFICATIONS = "/notifications/v1"


def search_orders(api: Api, *, since: datetime, until: datetime, token: str) -> HttpAnswer:
    """One page of the orders that changed in the window; a page token goes with the same window only."""
    query: dict[str, str | int] = {
        "lastUpdatedAfter": _stamp(since),
        "lastUpdatedBefore": _stamp(until),
        "marketplaceIds": ",".join(marketplaces(api)),
        "includedData": INCLUDED,
        "maxResultsPerPage": PAGE,
        "paginationToken": token,
    }
    answer = check(_send(api, "GET", with_query(_ORDERS, query)), code=_code)
    _refuse_errors(answer.json())
    return answer


def get_order(api: Api, order_id: str) -> HttpAnswer | None:
    """Return one order as it stands, None where Amazon does not know it."""
    answer = _send(
        api, "GET", with_query(f"{_ORDERS}/{quote(order_id, safe='')}", {"includedData": INCLUDED})
    )
    if answer.status == 404:
        return None
    checked = check(answer, code=_code)
    _refuse_errors(checked.json())
    return checked


def confirm_shipment(api: Api, order_id: str, marketplace: str, package: Mapping[str, Any]) -> None:
    """Confirm one package, or change the one with the same ``packageReferenceId``."""
    path = f"{_V0}/{quote(order_id, safe='')}/shipmentConfirmation"
    _post(api, path, {"marketplaceId": marketplace, "packageDetail": package})


def update_shipment_status(api: Api, order_id: str, marketplace: str, status: str) -> None:
    """Say how far the pick-up of an order is: of all its items."""
    path = f"{_V0}/{quote(order_id, safe='')}/shipment"
    _post(api, path, {"marketplaceId": marketplace, "shipmentStatus": status})


def get_listing(api: Api, seller: str, sku: str, marketplace: str) -> dict[str, Any] | None:
    """Return a SKU's listing as far as its stock goes, None where there is none."""
    query = {"marketplaceIds": marketplace, "includedData": "summaries,fulfillmentAvailability"}
    answer = _send(api, "GET", with_query(_listing(seller, sku), query))
    return None if answer.status == 404 else _document(answer)


def patch_listing(
    api: Api, seller: str, sku: str, marketplace: str, document: Mapping[str, Any]
) -> dict[str, Any]:
    """Change some attributes of a SKU's listing; return what became of the submission."""
    path = with_query(_listing(seller, sku), {"marketplaceIds": marketplace})
    return _document(_send(api, "PATCH", path, json_body(document)))


def list_destinations(api: Api) -> list[dict[str, Any]]:
    """Return the application's destinations of notifications, each with its ``destinationId``."""
    entries = _payload(_send(api, "GET", f"{_NOTIFICATIONS}/destinations", grantless=True))
    if not isinstance(entries, list):
        raise UnreadableAnswerError("invalid_shape")
    return [_with(entry, "destinationId") for entry in entries]


def create_destination(api: Api, name: str, arn: str) -> str:
    """Let notifications go to a queue, and return the destination's id."""
    body = json_body({"name": name, "resourceSpecification": {"sqs": {"arn": arn}}})
    answer = _send(api, "POST", f"{_NOTIFICATIONS}/destinations", body, grantless=True)
    return str(_with(_payload(answer), "destinationId")["destinationId"])


def get_subscription(api: Api, notification: str) -> dict[str, Any] | None:
    """Return the seller's subscription to one type of notifications, None where there is none."""
    answer = _send(api, "GET", f"{_NOTIFICATIONS}/subscriptions/{notification}")
    return None if answer.status == 404 else _with(_payload(answer), "destinationId")


def create_subscription(api: Api, notification: str, document: Mapping[str, Any]) -> None:
    """Subscribe to one type of notifications for the seller."""
    path = f"{_NOTIFICATIONS}/subscriptions/{notification}"
    _with(_payload(_send(api, "POST", path, json_body(document))), "subscriptionId")


def marketplaces(api: Api) -> tuple[str, ...]:
    """Return the ids of the marketplaces that the connection is for, () for all of its region."""
    return tuple(filter(None, map(str.strip, api.options.get("marketplace_ids", "").split(","))))


def _listing(seller: str, sku: str) -> str:
    return f"{_LISTINGS}/{quote(seller, safe='')}/{quote(sku, safe='')}"


def _with(found: Any, name: str) -> dict[str, Any]:
    """Return ``found`` where it is an object with a text at ``name``. Raises UnreadableAnswerError."""
    if not isinstance(found, dict) or not isinstance(found.get(name), str):
        raise UnreadableAnswerError(f"no_{name}")
    return found


def _payload(answer: HttpAnswer) -> Any:
    return _document(answer).get("payload")


def _document(answer: HttpAnswer) -> dict[str, Any]:
    document = check(answer, code=_code).json()
    _refuse_errors(document)
    if not isinstance(document, dict):
        raise UnreadableAnswerError("invalid_shape")
    return document


def _post(api: Api, path: str, document: Mapping[str, Any]) -> None:
    answer = check(_send(api, "POST", path, json_body(document)), code=_code)
    if answer.status != 204 and answer.body.strip():
        _refuse_errors(answer.json())
        raise UnreadableAnswerError("unexpected_content")


def _send(api: Api, method: str, path: str, body: bytes = b"", *, grantless: bool = False) -> HttpAnswer:
    name, fetch = (_OWN_TOKEN, _fetch_own_token) if grantless else (_TOKEN, _fetch_token)

    def request(token: str) -> HttpAnswer:
        headers = {"x-amz-access-token": token, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        return api.send(method, path, headers=headers, body=body)

    answer = request(api.token(name, lambda: fetch(api)))
    if answer.status not in (401, 403):
        return answer
    return request(api.token(name, lambda: fetch(api), renew=True))


def _fetch_token(api: Api) -> tuple[str, timedelta]:
    return _login(api, {"grant_type": "refresh_token", "refresh_token": api.credential("refresh_token")})


def _fetch_own_token(api: Api) -> tuple[str, timedelta]:
    """Return a token of the application's own: grantless operations take no seller's."""
    return _login(api, {"grant_type": "client_credentials", "scope": _NOTIFICATIONS_SCOPE})


def _login(api: Api, grant: Mapping[str, str]) -> tuple[str, timedelta]:
    form = {
        **grant,
        "client_id": api.credential("client_id"),
        "client_secret": api.credential("client_secret"),
    }
    # A simulated Amazon, on this machine, hands out its tokens itself.
    login = _LOGIN if api.base_url.startswith("https://") else ""
    return fetch_token(api, f"{login}/auth/o2/token", form)


def _refuse_errors(document: Any) -> None:
    """Raise RefusedError for an error inside a success."""
    if isinstance(document, dict) and (document.get("errors") or document.get("error")):
        raise RefusedError(ERROR_IN_SUCCESS)


def _code(document: Any) -> str:
    return str(document["errors"][0]["code"])


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
