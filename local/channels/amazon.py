"""A simulated Amazon: the Selling Partner API as far as Orders 2026-01-01, shipments of v0 and stock go.

Access tokens end after an hour, requests are counted against rate and burst of their operation, pages are
bound to their window, and a confirmed shipment shows in the order after ``delay``. Notifications
are those of ORDER_CHANGE, where the seller is subscribed to them; they come by a queue in reality, not by
HTTP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from local.channels.amazon_listings import SELLER, change_listing, sample_listings, shown_listing
from local.channels.amazon_notifications import DESTINATIONS, SCOPE, SUBSCRIPTIONS, AmazonNotifications
from local.channels.amazon_samples import sample_change, sample_order
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

TOKEN_LIFE = timedelta(hours=1)
PAGE_TOKEN_LIFE = timedelta(hours=24)
OPEN = ("UNSHIPPED", "PARTIALLY_SHIPPED")
LIMITS = {
    "search": (0.0056, 20),
    "get": (0.5, 30),
    "confirm": (2.0, 10),
    "pickup": (5.0, 15),
    "listing": (5.0, 5),
    "patch": (5.0, 5),
    "destinations": (1.0, 5),
    "subscriptions": (1.0, 5),
}
"""Requests a second and at once, by operation."""
GRANTLESS = "destinations"
"""The operation that takes a token of the application's own, and no seller's."""


class _RefusedError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(slots=True)
class Amazon:
    """One seller's Amazon."""

    now: Callable[[], datetime]
    client_id: str = "amzn1.application-oa2-client.example"
    client_secret: str = "example-client-secret"  # noqa: S105
    refresh_token: str = "Atzr|example"  # noqa: S105
    per_page: int = 100
    delay: timedelta = timedelta(0)  # until a confirmed shipment shows
    loops: bool = False  # every page names the same next one
    kind: str = "amazon"
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    pickups: dict[str, str] = field(default_factory=dict)  # order -> shipmentStatus
    events: list[Event] = field(default_factory=list)
    listings: dict[str, dict[str, Any]] = field(default_factory=sample_listings)
    notifications: AmazonNotifications = field(default_factory=AmazonNotifications)
    _shown_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _grantless: set[str] = field(default_factory=set)  # tokens of the application's own
    _pages: dict[str, tuple[dict[str, str], int, datetime]] = field(default_factory=dict)
    _buckets: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as Amazon would."""
        asked = take_apart(request)
        try:
            if asked.method == "POST" and asked.path == "/auth/o2/token":
                return self._grant(asked)
            for method, pattern, operation, work in _ROUTES:
                found = re.fullmatch(pattern, asked.path)
                if found and method == asked.method:
                    self._check_token(asked, operation)
                    self._count(operation)
                    return work(self, asked, *found.groups())
            raise _RefusedError(404, "NotFound")
        except _RefusedError as error:
            return answer(error.status, {"errors": [{"code": error.code, "message": "Not done."}]})

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order, paid unless ``wishes`` say otherwise."""
        self.orders[order_id] = sample_order(order_id, self._stamp()) | wishes
        self._changed(order_id, "OrderStatusChange")

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen out there; see :data:`ACTIONS`."""
        ACTIONS[action](self, order_id, **details)
        self._changed(order_id, "BuyerRequestedChange" if action == "ask_to_cancel" else "OrderStatusChange")

    def end_tokens(self) -> None:
        """Let every access token end now."""
        self._tokens.clear()

    # What happens at Amazon.

    def _set_status(self, order_id: str, status: str) -> None:
        self.orders[order_id]["fulfillment"]["fulfillmentStatus"] = status

    def _ask_to_cancel(self, order_id: str) -> None:
        for item in self.orders[order_id]["orderItems"]:
            item["cancellation"] = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Other"}}

    def _cancel(self, order_id: str, by: str = "BUYER") -> None:
        for item in self.orders[order_id]["orderItems"]:
            item.setdefault("cancellation", {})["cancellationExecution"] = {"cancelledBy": by}
            item["fulfillment"]["quantityUnfulfilled"] = 0
        self._set_status(order_id, "CANCELLED")

    def _ship_all(self, order_id: str) -> None:
        """Amazon ships from its own warehouse: no packages are told."""
        for item in self.orders[order_id]["orderItems"]:
            item["fulfillment"] = {"quantityFulfilled": item["quantityOrdered"], "quantityUnfulfilled": 0}
        self._set_status(order_id, "SHIPPED")

    def _travel(self, order_id: str, status: str, package: str = "1") -> None:
        for known in self.orders[order_id]["packages"]:
            if known["packageReferenceId"] == package:
                known["packageStatus"] = {"status": status}

    def _changed(self, order_id: str, change: str) -> None:
        order = self.orders[order_id]
        order["lastUpdatedTime"] = self._stamp()
        if "ORDER_CHANGE" not in self.notifications.subscriptions:
            return
        body = json.dumps(sample_change(order, change, self._stamp())).encode()
        self.events.append(Event(topic="ORDER_CHANGE", body=body))

    # What its API answers.

    def _grant(self, asked: Asked) -> HttpAnswer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        grant = form.get("grant_type"), form.get("refresh_token") or form.get("scope")
        grants = (("refresh_token", self.refresh_token), ("client_credentials", SCOPE))
        known = (self.client_id, self.client_secret)
        if (form.get("client_id"), form.get("client_secret")) != known or grant not in grants:
            return answer(400, {"error": "invalid_grant", "error_description": "The grant is not valid."})
        token = f"Atza|{len(self._tokens)}-{self.now().timestamp():.0f}"
        self._tokens[token] = self.now() + TOKEN_LIFE
        if grant == grants[1]:
            self._grantless.add(token)
            return answer(200, {"access_token": token, "token_type": "bearer", "expires_in": 3600})
        document = {"access_token": token, "token_type": "bearer", "expires_in": 3600}
        return answer(200, document | {"refresh_token": self.refresh_token})

    def _check_token(self, asked: Asked, operation: str) -> None:
        token = asked.headers.get("x-amz-access-token", "")
        ends_at = self._tokens.get(token)
        is_fitting = (token in self._grantless) is (operation == GRANTLESS)
        if ends_at is None or self.now() >= ends_at or not is_fitting:
            raise _RefusedError(403, "Unauthorized")

    def _count(self, operation: str) -> None:
        rate, burst = LIMITS[operation]
        left, at = self._buckets.get(operation, (float(burst), self.now()))
        left = min(left + (self.now() - at).total_seconds() * rate, float(burst))
        if left < 1:
            raise _RefusedError(429, "QuotaExceeded")
        self._buckets[operation] = (left - 1, self.now())

    def _search(self, asked: Asked) -> HttpAnswer:
        query = dict(asked.query)
        token = query.pop("paginationToken", "")
        start = self._start_of(token, query) if token else 0
        since, until = self._window(query)
        found = sorted(
            (order for order in self.orders.values() if since <= order["lastUpdatedTime"] <= until),
            key=lambda order: order["lastUpdatedTime"],
        )
        wanted = set(filter(None, query.get("marketplaceIds", "").split(",")))
        found = [o for o in found if not wanted or o["salesChannel"]["marketplaceId"] in wanted]
        size = min(int(query.get("maxResultsPerPage", "100")), self.per_page)
        page = found[start : start + size]
        document: dict[str, Any] = {
            "orders": [self._visible(order) for order in page],
            "lastUpdatedBefore": until,
        }
        if self.loops or start + size < len(found):
            following = token if self.loops and token else f"page-{len(self._pages) + 1}"
            self._pages[following] = (query, 0 if self.loops else start + size, self.now())
            document["pagination"] = {"nextToken": following}
        return answer(200, document)

    def _start_of(self, token: str, query: dict[str, str]) -> int:
        asked_before, start, made_at = self._pages.get(token, ({}, 0, self.now()))
        free = ("maxResultsPerPage", "includedData")
        same = {k: v for k, v in query.items() if k not in free} == {
            k: v for k, v in asked_before.items() if k not in free
        }
        if not same or self.now() - made_at > PAGE_TOKEN_LIFE:
            raise _RefusedError(400, "InvalidInput")
        return start

    def _window(self, query: dict[str, str]) -> tuple[str, str]:
        if ("lastUpdatedAfter" in query) == ("createdAfter" in query):
            raise _RefusedError(400, "InvalidInput")
        latest = self._stamp(self.now() - timedelta(minutes=2))
        until = query.get("lastUpdatedBefore", latest)
        if until > latest or until < query["lastUpdatedAfter"]:
            raise _RefusedError(400, "InvalidInput")
        return query["lastUpdatedAfter"], until

    def _get(self, asked: Asked, order_id: str) -> HttpAnswer:  # noqa: ARG002
        return answer(200, {"order": self._visible(self._order(order_id))})

    def _visible(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return an order as it is shown now: a pending one without prices and address."""
        shown = deepcopy(order)
        packages = [
            package
            for package in shown.get("packages", [])
            if self.now() >= self._shown_at.get((order["orderId"], package["packageReferenceId"]), self.now())
        ]
        shown.pop("packages", None)
        if packages and shown["fulfillment"]["fulfilledBy"] == "MERCHANT":
            shown["packages"] = packages
        if shown["fulfillment"]["fulfillmentStatus"] in ("PENDING", "PENDING_AVAILABILITY"):
            for name in ("proceeds", "recipient", "buyer"):
                shown.pop(name, None)
            for item in shown["orderItems"]:
                item.pop("proceeds", None)
                item["product"].pop("price", None)
        return shown

    def _confirm(self, asked: Asked, order_id: str) -> HttpAnswer:
        order, wanted = self._order(order_id), asked.document
        package = wanted["packageDetail"]
        self._check_shipment(order, wanted["marketplaceId"], package)
        reference = package["packageReferenceId"]
        others = [known for known in order["packages"] if known["packageReferenceId"] != reference]
        self._check_pieces(order, others, package["orderItems"])
        made = {
            "packageReferenceId": reference,
            "createdTime": self._stamp(),
            "packageStatus": {"status": "SHIPPED"},
            "carrier": package.get("carrierName") or package["carrierCode"],
            "shipTime": package["shipDate"],
            "trackingNumber": package["trackingNumber"],
            "packageItems": package["orderItems"],
        }
        order["packages"] = [*others, made]
        self._shown_at[order_id, reference] = self.now() + self.delay
        self._recount(order)
        self._changed(order_id, "OrderStatusChange")
        return HttpAnswer(status=204)

    def _check_shipment(self, order: dict[str, Any], marketplace: str, package: dict[str, Any]) -> None:
        needed = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems")
        is_open = order["fulfillment"]["fulfillmentStatus"] in (*OPEN, "SHIPPED")
        is_dated = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", package.get("shipDate", ""))
        if (
            not all(package.get(name) for name in needed)
            or not re.fullmatch(r"[1-9]\d*", package["packageReferenceId"])
            or not is_dated
            or (package["carrierCode"] == "Other" and not package.get("carrierName"))
            or order["fulfillment"]["fulfilledBy"] != "MERCHANT"
            or order["salesChannel"]["marketplaceId"] != marketplace
            or not is_open
        ):
            raise _RefusedError(400, "InvalidInput")

    def _check_pieces(
        self, order: dict[str, Any], others: list[dict[str, Any]], wanted: list[dict[str, Any]]
    ) -> None:
        left = {item["orderItemId"]: item["quantityOrdered"] for item in order["orderItems"]}
        for item in [*(entry for known in others for entry in known["packageItems"]), *wanted]:
            if left.get(item["orderItemId"], 0) < item["quantity"]:
                raise _RefusedError(400, "InvalidInput")
            left[item["orderItemId"]] -= item["quantity"]

    def _recount(self, order: dict[str, Any]) -> None:
        shipped: dict[str, int] = {}
        for package in order["packages"]:
            for entry in package["packageItems"]:
                shipped[entry["orderItemId"]] = shipped.get(entry["orderItemId"], 0) + entry["quantity"]
        for item in order["orderItems"]:
            done = shipped.get(item["orderItemId"], 0)
            item["fulfillment"] = {
                "quantityFulfilled": done,
                "quantityUnfulfilled": item["quantityOrdered"] - done,
            }
        is_done = all(item["fulfillment"]["quantityUnfulfilled"] == 0 for item in order["orderItems"])
        self._set_status(order["orderId"], "SHIPPED" if is_done else "PARTIALLY_SHIPPED")

    def _pickup(self, asked: Asked, order_id: str) -> HttpAnswer:
        order, status = self._order(order_id), asked.document["shipmentStatus"]
        if "IN_STORE_PICK_UP" not in order["programs"] or status not in (
            "ReadyForPickup",
            "PickedUp",
            "RefusedPickup",
        ):
            raise _RefusedError(400, "InvalidInput")
        self.pickups[order_id] = status
        return HttpAnswer(status=204)

    def stock(self, sku: str) -> int:
        """Return the quantity that the seller ships himself."""
        return int(self.listings[sku]["quantities"]["DEFAULT"])

    def _read_listing(self, asked: Asked, seller: str, sku: str) -> HttpAnswer:
        return answer(200, shown_listing(self._listing(seller, sku), asked))

    def _patch_listing(self, asked: Asked, seller: str, sku: str) -> HttpAnswer:
        changed = change_listing(self._listing(seller, sku), asked)
        if changed is None:
            raise _RefusedError(400, "InvalidInput")
        return answer(200, {"sku": sku, "submissionId": "example-submission", **changed})

    def _notifications(self, asked: Asked) -> HttpAnswer:
        return self.notifications.answer(asked)

    def _listing(self, seller: str, sku: str) -> dict[str, Any]:
        if seller != SELLER:
            raise _RefusedError(403, "Unauthorized")
        if sku not in self.listings:
            raise _RefusedError(404, "NOT_FOUND")
        return self.listings[sku]

    def _order(self, order_id: str) -> dict[str, Any]:
        if order_id not in self.orders:
            raise _RefusedError(404, "NotFound")
        return self.orders[order_id]

    def _stamp(self, moment: datetime | None = None) -> str:
        return (moment or self.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


ACTIONS: dict[str, Callable[..., Any]] = {
    "authorize": lambda amazon, order_id: amazon._set_status(order_id, "UNSHIPPED"),
    "ask_to_cancel": Amazon._ask_to_cancel,
    "cancel": Amazon._cancel,  # by: BUYER, MERCHANT, AMAZON
    "ship_all": Amazon._ship_all,
    "travel": Amazon._travel,  # status: of the package; package: its number
    "fail": lambda amazon, order_id: amazon._set_status(order_id, "UNFULFILLABLE"),
}

_ORDER = r"([^/]+)"
_ROUTES: tuple[tuple[str, str, str, Callable[..., HttpAnswer]], ...] = (
    ("GET", "/orders/2026-01-01/orders", "search", Amazon._search),
    ("GET", f"/orders/2026-01-01/orders/{_ORDER}", "get", Amazon._get),
    ("POST", f"/orders/v0/orders/{_ORDER}/shipmentConfirmation", "confirm", Amazon._confirm),
    ("POST", f"/orders/v0/orders/{_ORDER}/shipment", "pickup", Amazon._pickup),
    ("GET", "/listings/2021-08-01/items/([^/]+)/(.+)", "listing", Amazon._read_listing),
    ("PATCH", "/listings/2021-08-01/items/([^/]+)/(.+)", "patch", Amazon._patch_listing),
    ("GET", DESTINATIONS, "destinations", Amazon._notifications),
    ("POST", DESTINATIONS, "destinations", Amazon._notifications),
    ("GET", f"{SUBSCRIPTIONS}[^/]+", "subscriptions", Amazon._notifications),
    ("POST", f"{SUBSCRIPTIONS}[^/]+", "subscriptions", Amazon._notifications),
)
