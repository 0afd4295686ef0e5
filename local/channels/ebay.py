"""A simulated eBay: Fulfillment API 1.20, Post-Order API 2, Inventory API 1.18, Notification API 1.6.

What it does as the real one: access tokens end, and are given for the refresh token, with scopes of the
consent alone, and to the application itself; getOrders pages by offset, never tells cancellation requests,
and prefers *creationdate* where both dates are filtered; a package is known by its tracking number, and a
second POST makes a second package; refunds are carried out later, one after the other; an order that is
shipped may not be cancelled; notifications name the order and no more, and go out where they are subscribed
to.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from local.channels.ebay_account import HREF, Account, left
from local.channels.ebay_inventory import (
    INVENTORY,
    listed_quantity,
    sample_inventory,
    show_offers,
    update_quantities,
)
from local.channels.ebay_notifications import MANAGED, NOTIFICATION, SCOPES
from local.channels.simulator import Asked, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

SELL = "/sell/fulfillment/v1"
CANCELLATION = "/post-order/v2/cancellation"
MOST = 200
CONSENT = (
    *(f"{SCOPES}/{name}" for name in ("sell.fulfillment", "sell.inventory", "commerce.shipping")),
    MANAGED,
)
"""What the seller let the application do."""
_SPAN = re.compile(r"(creationdate|lastmodifieddate):\[([0-9TZ:.-]+?)\.\.([0-9TZ:.-]*)\]")
_FIELDS = {"creationdate": "creationDate", "lastmodifieddate": "lastModifiedDate"}


@dataclass(slots=True)
class Ebay(Account):
    """One seller's account and its APIs. ``tokens``: when each access token ends; ``owners``: whose it is."""

    client_id: str = "example-client"
    client_secret: str = "example-secret"  # noqa: S105
    refresh_token: str = "example-refresh"  # noqa: S105
    tokens: dict[str, datetime] = field(default_factory=dict)
    consent: tuple[str, ...] = CONSENT
    scopes: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    inventory: dict[str, dict[str, Any]] = field(default_factory=sample_inventory)
    kind: str = "ebay"

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as eBay would."""
        asked = take_apart(request)
        if asked.path == "/identity/v1/oauth2/token":
            return self._give_token(asked)
        scheme = "IAF " if asked.path.startswith(CANCELLATION) else "Bearer "
        given = asked.headers.get("authorization", "")
        ends_at = self.tokens.get(given.removeprefix(scheme)) if given.startswith(scheme) else None
        if ends_at is None or self.now() >= ends_at:
            return _error(401, 1001)
        token = given.removeprefix(scheme)
        if asked.path.startswith(NOTIFICATION):
            return self.notifications.answer(asked, self.owners[token], self.scopes[token])
        if asked.path.startswith(INVENTORY) and "sell.inventory" not in self.scopes[token]:
            return _error(403, 1100)
        for method, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, asked.path)
            if method == asked.method and found:
                try:
                    return handler(self, asked, *found.groups())
                except _RefusedError as refused:
                    return _error(refused.status, refused.number)
        return _error(404, 2002)

    def stock(self, sku: str) -> int:
        """Return the quantity that buyers see of a SKU."""
        return listed_quantity(self.inventory[sku])

    # What its APIs answer.

    def _show_offers(self, asked: Asked) -> HttpAnswer:
        return show_offers(self.inventory, asked)

    def _update_quantities(self, asked: Asked) -> HttpAnswer:
        return update_quantities(self.inventory, asked)

    def _give_token(self, asked: Asked) -> HttpAnswer:
        keys = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        form = dict(parse_qsl(asked.body.decode()))
        if asked.headers.get("authorization") != f"Basic {keys}":
            return answer(401, {"error": "invalid_client"})
        granted: tuple[str, ...]
        if form.get("grant_type") == "client_credentials":
            owner, granted, named = "APPLICATION", (SCOPES,), "Application Access Token"
        elif (form.get("grant_type"), form.get("refresh_token")) == ("refresh_token", self.refresh_token):
            owner, granted, named = "USER", self.consent, "User Access Token"
        else:
            return answer(400, {"error": "invalid_grant"})
        wanted = form.get("scope", "").split() or granted
        if not set(wanted) <= set(granted):
            return answer(400, {"error": "invalid_scope"})
        token = self.id("token")
        self.tokens[token] = self.now() + timedelta(hours=2)
        self.scopes[token] = " ".join(wanted)
        self.owners[token] = owner
        return answer(200, {"access_token": token, "expires_in": 7200, "token_type": named})

    def _get_orders(self, asked: Asked) -> HttpAnswer:
        limit, offset = int(asked.query.get("limit", "50")), int(asked.query.get("offset", "0"))
        if not 0 < limit <= MOST:
            raise _RefusedError(400, 30810)
        spans = {name: (since, until) for name, since, until in _SPAN.findall(asked.query.get("filter", ""))}
        if not spans:
            raise _RefusedError(400, 30800)
        name = "creationdate" if "creationdate" in spans else "lastmodifieddate"
        since, until = spans[name]
        known = sorted(self.orders.values(), key=lambda order: str(order["creationDate"]))
        found = [order for order in known if since <= order[_FIELDS[name]] <= (until or "9")]
        document: dict[str, Any] = {
            "href": f"{HREF}?limit={limit}&offset={offset}",
            "total": len(found),
            "limit": limit,
            "offset": offset,
            "orders": [_without_requests(order) for order in found[offset : offset + limit]],
        }
        if offset + limit < len(found):
            document["next"] = f"{HREF}?limit={limit}&offset={offset + limit}"
        return answer(200, document)

    def _get_order(self, _asked: Asked, order_id: str) -> HttpAnswer:
        return answer(200, self._known(order_id))

    def _get_fulfillments(self, _asked: Asked, order_id: str) -> HttpAnswer:
        self._known(order_id)
        made = self.fulfillments[order_id]
        return answer(200, {"fulfillments": made, "total": len(made)})

    def _create_fulfillment(self, asked: Asked, order_id: str) -> HttpAnswer:
        order, wanted = self._known(order_id), asked.document
        lines = [line["lineItemId"] for line in wanted["lineItems"]]
        number, carrier = wanted.get("trackingNumber", ""), wanted.get("shippingCarrierCode", "")
        if len(set(lines)) != len(lines):
            raise _RefusedError(400, 32210)
        if not set(lines) <= {item["lineItemId"] for item in order["lineItems"]}:
            raise _RefusedError(400, 32220)
        if bool(number) != bool(carrier) or not re.fullmatch("[0-9A-Za-z]*", number):
            raise _RefusedError(400, 32300)
        if order["cancelStatus"]["cancelState"] == "CANCELED":
            raise _RefusedError(409, 32500)
        name = self.ship(order, number=number, carrier=carrier, lines=wanted["lineItems"])
        made = self.fulfillments[order_id][-1]
        made["shippedDate"] = wanted.get("shippedDate", made["shippedDate"])
        order["lastModifiedDate"] = self.moment()
        where = f"{HREF}/{order_id}/shipping_fulfillment/{name}"
        return answer(201, headers={"Location": where})

    def _issue_refund(self, asked: Asked, order_id: str) -> HttpAnswer:
        order, wanted = self._known(order_id), asked.document
        refunds = order["paymentSummary"]["refunds"]
        if any(refund["refundStatus"] == "PENDING" for refund in refunds):
            raise _RefusedError(409, 34922)
        amounts = [item["refundAmount"] for item in wanted.get("refundItems", ())]
        amounts = amounts or [wanted["orderLevelRefundAmount"]]
        amount = sum((Decimal(entry["value"]) for entry in amounts), Decimal(0))
        if not left(order):
            raise _RefusedError(409, 34917)
        if amount > left(order):
            raise _RefusedError(400, 34910)
        refund_id = self.give_back(order, amount, amounts[0]["currency"])
        order["lastModifiedDate"] = self.moment()
        return answer(200, {"refundId": refund_id, "refundStatus": "PENDING"})

    def _create_cancellation(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document
        order = next(
            (order for order in self.orders.values() if order["legacyOrderId"] == wanted["legacyOrderId"]),
            None,
        )
        if order is None:
            raise _RefusedError(404, 1616)
        state = order["cancelStatus"]["cancelState"]
        if order["orderFulfillmentStatus"] != "NOT_STARTED" or state != "NONE_REQUESTED":
            return answer(200, {"orderEligibilityResult": {"eligible": False}, "warnings": []})
        cancel_id = self.request_cancellation(order, initiator="Seller")
        order["lastModifiedDate"] = self.moment()
        return answer(201, {"cancelId": cancel_id})

    def _approve(self, _asked: Asked, cancel_id: str) -> HttpAnswer:
        order = self._asked_to_cancel(cancel_id)
        self.finish_cancellation(order)
        order["lastModifiedDate"] = self.moment()
        return answer(200)

    def _reject(self, asked: Asked, cancel_id: str) -> HttpAnswer:
        if not asked.body:
            raise _RefusedError(400, 1002)
        order = self._asked_to_cancel(cancel_id)
        self.reject_request(order)
        order["lastModifiedDate"] = self.moment()
        return answer(200)

    def _asked_to_cancel(self, cancel_id: str) -> dict[str, Any]:
        for order in self.orders.values():
            for request in order["cancelStatus"]["cancelRequests"][-1:]:
                if request["cancelRequestId"] == cancel_id and request["cancelRequestState"] == "REQUESTED":
                    return order
        raise _RefusedError(404, 1616)

    def _known(self, order_id: str) -> dict[str, Any]:
        if order_id not in self.orders:
            raise _RefusedError(404, 32100)
        return self.orders[order_id]


class _RefusedError(Exception):
    """eBay refuses a request, with its own error number."""

    def __init__(self, status: int, number: int) -> None:
        super().__init__(number)
        self.status = status
        self.number = number


def _error(status: int, number: int) -> HttpAnswer:
    told = {"errorId": number, "domain": "API_FULFILLMENT", "category": "REQUEST", "message": "refused"}
    return answer(status, {"errors": [told]})


def _without_requests(order: dict[str, Any]) -> dict[str, Any]:
    return order | {"cancelStatus": order["cancelStatus"] | {"cancelRequests": []}}


_ROUTES: tuple[tuple[str, str, Callable[..., HttpAnswer]], ...] = (
    ("GET", rf"{SELL}/order", Ebay._get_orders),
    ("GET", rf"{SELL}/order/([^/]+)", Ebay._get_order),
    ("GET", rf"{SELL}/order/([^/]+)/shipping_fulfillment", Ebay._get_fulfillments),
    ("POST", rf"{SELL}/order/([^/]+)/shipping_fulfillment", Ebay._create_fulfillment),
    ("POST", rf"{SELL}/order/([^/]+)/issue_refund", Ebay._issue_refund),
    ("GET", rf"{INVENTORY}/offer", Ebay._show_offers),
    ("POST", rf"{INVENTORY}/bulk_update_price_quantity", Ebay._update_quantities),
    ("POST", CANCELLATION, Ebay._create_cancellation),
    ("POST", rf"{CANCELLATION}/([^/]+)/approve", Ebay._approve),
    ("POST", rf"{CANCELLATION}/([^/]+)/reject", Ebay._reject),
)
