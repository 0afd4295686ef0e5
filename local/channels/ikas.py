"""A simulated ikas shop: its Admin API by GraphQL, with tokens that end after four hours.

Of an answer only the fields that were asked for are given. Pieces that take another way get a line of their
own; errors come inside a 200; a webhook's body holds the order as JSON text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from local.channels.ikas_samples import sample_line, sample_order, sample_products
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

TOKEN_LIFE = timedelta(hours=4)
CREATED, UPDATED = "store/order/created", "store/order/updated"
STATUSES = frozenset(
    {"CANCELLED", "DELIVERED", "FULFILLED", "READY_FOR_PICK_UP", "READY_FOR_SHIPMENT", "UNABLE_TO_DELIVER"}
)
_WORDS = re.compile(r"[{}]|\([^()]*\)|[A-Za-z]\w*")
Selection = dict[str, Any]


class _RefusedError(Exception):
    """ikas says no; the text is its code."""


@dataclass(slots=True)
class Ikas:
    """One shop."""

    now: Callable[[], datetime]
    client_id: str = "example-client"
    client_secret: str = "example-client-secret"  # noqa: S105
    most_per_page: int = 200
    loops: bool = False  # every page is the first, and says that there are more
    kind: str = "ikas"
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: list[dict[str, Any]] = field(default_factory=sample_products)
    pieces: dict[tuple[str, str], int] = field(default_factory=dict)  # variant, location -> pieces
    webhooks: dict[str, str] = field(default_factory=dict)  # scope -> address
    events: list[Event] = field(default_factory=list)
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _last_id: int = 9000

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as ikas would."""
        asked = take_apart(request)
        if asked.method == "POST" and asked.path == "/api/admin/oauth/token":
            return self._grant(asked)
        if asked.method != "POST" or asked.path != "/api/v1/admin/graphql":
            return answer(404, {"message": "Not found."})
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.now() >= self._tokens.get(bearer, self.now()):
            return answer(401, {"message": "Unauthorized."})
        document = asked.document
        name, selection = _root(document["query"])
        try:
            found = _FIELDS[name](self, document.get("variables") or {})
        except _RefusedError as error:
            return answer(
                200,
                {
                    "data": None,
                    "errors": [{"message": "Not done.", "extensions": {"code": str(error)}}],
                },
            )
        return answer(200, {"data": {name: _selected(found, selection)}})

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order, paid unless ``wishes`` say otherwise."""
        self.orders[order_id] = sample_order(order_id, self._stamp()) | wishes
        self._tell(CREATED, self.orders[order_id])

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen in the shop; see :data:`ACTIONS`."""
        order = self.orders[order_id]
        ACTIONS[action](self, order, **details)
        self._changed(order)

    def end_tokens(self) -> None:
        """Let every access token end now."""
        self._tokens.clear()

    # What happens in the shop.

    def _pay(self, order: dict[str, Any]) -> None:
        order["orderPaymentStatus"] = "PAID"

    def _set_lines(self, order: dict[str, Any], status: str, quantity: int = 0, line: str = "") -> None:
        """Let pieces (of one line, or all) take a status."""
        for item in list(order["orderLineItems"]):
            if line in ("", item["id"]):
                self._split(order, item, quantity or item["quantity"], status)

    def _set_status(self, order: dict[str, Any], status: str) -> None:
        order["status"] = status

    def _set_package(self, order: dict[str, Any], status: str) -> None:
        for package in order["orderPackages"]:
            package["orderPackageFulfillStatus"] = status

    def _split(self, order: dict[str, Any], item: dict[str, Any], count: int, status: str) -> dict[str, Any]:
        """Give ``count`` pieces of a line a status, as a line of their own where it is not all of them."""
        if count > item["quantity"]:
            raise _RefusedError("BAD_USER_INPUT")
        moved = item
        if count < item["quantity"]:
            root = item["originalOrderLineItemId"] or item["id"]
            moved = deepcopy(item) | {"id": self._id(), "originalOrderLineItemId": root, "quantity": count}
            item["quantity"] -= count
            order["orderLineItems"].append(moved)
            for package in order["orderPackages"]:
                if item["id"] in package["orderLineItemIds"]:
                    package["orderLineItemIds"].append(moved["id"])
        moved["status"], moved["statusUpdatedAt"] = status, self._stamp()
        return moved

    def _changed(self, order: dict[str, Any]) -> None:
        order["updatedAt"] = self._stamp()
        self._tell(UPDATED, order)

    def _tell(self, scope: str, order: dict[str, Any]) -> None:
        document = {
            "id": self._id(),
            "createdAt": str(self._stamp()),
            "scope": scope,
            "merchantId": "example-merchant",
            "data": json.dumps(order),
            "authorizedAppId": "example-app",
        }
        self.events.append(Event(topic=scope, body=json.dumps(document).encode()))

    def _stamp(self) -> int:
        return int(self.now().timestamp() * 1000)

    def _id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    # What its API answers.

    def _grant(self, asked: Asked) -> HttpAnswer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return answer(401, {"error": "invalid_client"})
        token = f"token-{self._id()}"
        self._tokens[token] = self.now() + TOKEN_LIFE
        return answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 14400})

    def _list_order(self, variables: dict[str, Any]) -> Any:
        wanted, since = variables.get("id") or {}, variables.get("updatedAt") or {}
        found = [
            order
            for order in self.orders.values()
            if wanted.get("eq", order["id"]) == order["id"] and order["updatedAt"] >= since.get("gte", 0)
        ]
        found.sort(key=lambda order: order["updatedAt"], reverse=True)
        pagination = variables.get("pagination") or {}
        size = min(pagination.get("limit", 50), self.most_per_page)
        page = 1 if self.loops else pagination.get("page", 1)
        part = found[(page - 1) * size : page * size]
        more = self.loops or page * size < len(found)
        return {"count": len(part), "data": part, "hasNext": more, "limit": size, "page": page}

    def _list_product(self, variables: dict[str, Any]) -> Any:
        wanted = variables["sku"].get("in") or [variables["sku"].get("eq")]
        found = [p for p in self.products if any(v["sku"] in wanted for v in p["variants"])]
        return {"count": len(found), "data": found, "hasNext": False, "limit": 200, "page": 1}

    def _order(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["orderId"] not in self.orders:
            raise _RefusedError("NOT_FOUND")
        found: dict[str, Any] = self.orders[values["orderId"]]
        return found

    def _line(self, order: dict[str, Any], line_id: str) -> dict[str, Any]:
        items: list[dict[str, Any]] = order["orderLineItems"]
        for item in items:
            if item["id"] == line_id:
                return item
        raise _RefusedError("NOT_FOUND")

    def _fulfill(self, variables: dict[str, Any]) -> Any:
        values = variables["input"]
        order = self._order(values)
        packed = {
            line_id
            for package in order["orderPackages"]
            if package["orderPackageFulfillStatus"] != "CANCELLED"
            for line_id in package["orderLineItemIds"]
        }
        entries = [(self._line(order, e["orderLineItemId"]), e["quantity"]) for e in values["lines"]]
        if any(item["status"] != "UNFULFILLED" or item["id"] in packed for item, _ in entries):
            raise _RefusedError("BAD_USER_INPUT")
        is_ready = values.get("markAsReadyForShipment", False)
        moved = [
            self._split(order, item, count, "UNFULFILLED" if is_ready else "FULFILLED")
            for item, count in entries
        ]
        order["orderPackages"].append(
            {
                "id": self._id(),
                "sourceId": values.get("sourcePackageId"),
                "orderLineItemIds": [item["id"] for item in moved],
                "orderPackageFulfillStatus": "READY_FOR_SHIPMENT" if is_ready else "FULFILLED",
                "trackingInfo": _tracking(values.get("trackingInfoDetail")),
            }
        )
        self._changed(order)
        return order

    def _update_packages(self, variables: dict[str, Any]) -> Any:
        values = variables["input"]
        order = self._order(values)
        for entry in values["packages"]:
            if entry["status"] not in STATUSES:
                raise _RefusedError("BAD_USER_INPUT")
            for package in order["orderPackages"]:
                if package["id"] == entry["packageId"]:
                    package["orderPackageFulfillStatus"] = entry["status"]
                    package["trackingInfo"] = _tracking(entry.get("trackingInfo")) or package["trackingInfo"]
                    for line_id in package["orderLineItemIds"]:
                        if entry["status"] in ("FULFILLED", "DELIVERED"):
                            self._line(order, line_id)["status"] = entry["status"]
        self._changed(order)
        return order

    def _cancel_fulfillment(self, variables: dict[str, Any]) -> Any:
        values = variables["input"]
        order = self._order(values)
        for package in order["orderPackages"]:
            if package["id"] == values["orderPackageId"]:
                package["orderPackageFulfillStatus"] = "CANCELLED"
                for line_id in package["orderLineItemIds"]:
                    self._line(order, line_id)["status"] = "UNFULFILLED"
        self._changed(order)
        return order

    def _cancel_lines(self, variables: dict[str, Any]) -> Any:
        return self._end_lines(variables["input"], "orderLineItems", "CANCELLED", "PARTIALLY_CANCELLED")

    def _refund_lines(self, variables: dict[str, Any]) -> Any:
        order = self._end_lines(variables["input"], "orderRefundLines", "REFUNDED", "PARTIALLY_REFUNDED")
        if order["status"] == "REFUNDED":
            order["orderPaymentStatus"] = "REFUNDED"
        return order

    def _end_lines(self, values: dict[str, Any], name: str, status: str, partial: str) -> dict[str, Any]:
        order = self._order(values)
        for entry in values[name]:
            item = self._line(order, entry["orderLineItemId"])
            if item["status"] in ("CANCELLED", "REFUNDED") or "price" not in entry:
                raise _RefusedError("BAD_USER_INPUT")
            self._split(order, item, entry["quantity"], status)
        is_all = all(item["status"] == status for item in order["orderLineItems"])
        order["status"] = status if is_all else partial
        self._changed(order)
        return order

    def _create(self, variables: dict[str, Any]) -> Any:
        values = variables["input"]
        wanted = values["order"]
        if not values.get("transactions"):
            raise _RefusedError("BAD_USER_INPUT")
        known = {
            variant["id"]: (variant["sku"], product["name"])
            for product in self.products
            for variant in product["variants"]
        }
        items = []
        for entry in wanted["orderLineItems"]:
            if entry["variant"]["id"] not in known:
                raise _RefusedError("BAD_USER_INPUT")
            sku, name = known[entry["variant"]["id"]]
            line = sample_line(self._id(), sku, name, entry["quantity"], entry["price"], self._stamp())
            items.append(line | {"sourceId": entry.get("sourceId")})
        shipping = [{"title": s["title"], "finalPrice": s["price"]} for s in wanted.get("shippingLines", [])]
        total = sum(item["finalPrice"] * item["quantity"] for item in items)
        order_id = self._id()
        order = sample_order(order_id, self._stamp()) | {
            "orderNumber": order_id,
            "sourceId": wanted.get("sourceId"),
            "currencyCode": wanted.get("currencyCode", "TRY"),
            "orderedAt": wanted.get("orderedAt", self._stamp()),
            "customer": wanted.get("customer"),
            "billingAddress": wanted.get("billingAddress"),
            "shippingAddress": wanted.get("shippingAddress"),
            "shippingLines": shipping,
            "orderLineItems": items,
            "totalPrice": round(total, 2),
            "totalFinalPrice": round(total + sum(s["finalPrice"] for s in shipping), 2),
        }
        self.orders[order_id] = order
        self._tell(CREATED, order)
        return order

    def stock(self, sku: str) -> int:
        """Return the pieces of a SKU, at all locations together."""
        return sum(count for (variant, _), count in self.pieces.items() if variant == f"variant-{sku}")

    def _save_stock(self, variables: dict[str, Any]) -> Any:
        for entry in variables["input"]["productStockLocationInputs"]:
            self.pieces[entry["variantId"], entry["stockLocationId"]] = entry["stockCount"]
        return True

    def _list_webhooks(self, variables: dict[str, Any]) -> Any:  # noqa: ARG002
        return [
            {"id": f"webhook-{scope}", "scope": scope, "endpoint": endpoint, "deleted": False}
            for scope, endpoint in self.webhooks.items()
        ]

    def _save_webhooks(self, variables: dict[str, Any]) -> Any:
        values = variables["input"]
        self.webhooks |= dict.fromkeys(values["scopes"], values["endpoint"])
        return self._list_webhooks({})


def _tracking(info: dict[str, Any] | None) -> dict[str, Any] | None:
    names = ("trackingNumber", "trackingLink", "cargoCompany")
    return {name: info.get(name) for name in names} if info else None


def _root(query: str) -> tuple[str, Selection]:
    """Return the one field that a query or mutation asks for, and what of it."""
    words = iter(_WORDS.findall(query[query.index("{") :]))
    next(words)
    selection = _selection(words)
    [name] = selection
    return name, selection[name]


def _selection(words: Any) -> Selection:
    found: Selection = {}
    last = ""
    for word in words:
        if word == "}":
            return found
        if word == "{":
            found[last] = _selection(words)
        elif not word.startswith("("):
            found[word] = {}
            last = word
    return found


def _selected(value: Any, selection: Selection) -> Any:
    if isinstance(value, list):
        return [_selected(item, selection) for item in value]
    if isinstance(value, dict) and selection:
        return {name: _selected(value.get(name), inner) for name, inner in selection.items()}
    return value


ACTIONS: dict[str, Callable[..., Any]] = {
    "pay": Ikas._pay,
    "lines": Ikas._set_lines,  # status; quantity and line where it is not all
    "package": Ikas._set_package,  # status
    "status": Ikas._set_status,
}

_FIELDS: dict[str, Callable[[Ikas, dict[str, Any]], Any]] = {
    "listOrder": Ikas._list_order,
    "listProduct": Ikas._list_product,
    "fulfillOrder": Ikas._fulfill,
    "updateOrderPackageStatus": Ikas._update_packages,
    "cancelFulfillment": Ikas._cancel_fulfillment,
    "cancelOrderLine": Ikas._cancel_lines,
    "refundOrderLine": Ikas._refund_lines,
    "createOrderWithTransactions": Ikas._create,
    "saveProductStockLocations": Ikas._save_stock,
    "listWebhook": Ikas._list_webhooks,
    "saveWebhook": Ikas._save_webhooks,
}
