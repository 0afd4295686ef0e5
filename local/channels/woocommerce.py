"""A simulated WooCommerce shop (REST API wc/v3), written from its documentation.

What it does as the real one: keys by HTTP Basic; pages with ``X-WP-TotalPages``; unknown order and
unknown route as different 404s; fulfillments that may be switched off; a refund above what is left is a
500; *set_paid* makes an order *processing* and takes its goods from stock; webhooks hold the order as it is,
with escaped slashes, and two of one second share their delivery id.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from local.channels.simulator import Asked, Event, answer, take_apart
from local.channels.woocommerce_samples import products, sample_order
from shared.wire.http import HttpAnswer, HttpRequest

BASE = "/wp-json/wc/v3"
STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash")
_PAID = ("processing", "completed")
_GONE = ("cancelled", "failed", "trash")
_FIRST_ID = 1_000
_CENT = Decimal("0.01")


@dataclass(slots=True)
class WooCommerce:
    """One shop. ``now`` is its clock; ``has_fulfillments`` whether the feature is switched on."""

    now: Callable[[], datetime]
    has_fulfillments: bool = True
    consumer_key: str = "ck_example"
    consumer_secret: str = "cs_example"  # noqa: S105
    per_page: int = 100  # the most it gives
    products: list[dict[str, Any]] = field(default_factory=products)
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    fulfillments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    refunds: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    kind: str = "woocommerce"
    _last_id: int = _FIRST_ID

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as the shop would."""
        asked = take_apart(request)
        keys = f"{self.consumer_key}:{self.consumer_secret}"
        if asked.headers.get("authorization") != f"Basic {base64.b64encode(keys.encode()).decode()}":
            return _error(401, "woocommerce_rest_cannot_view")
        path = asked.path.removeprefix(BASE)
        for method, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, path)
            if method == asked.method and found and (self.has_fulfillments or "fulfillments" not in path):
                try:
                    return handler(self, asked, *map(int, found.groups()))
                except _RefusedError as refused:
                    return _error(refused.status, refused.code)
        return _error(404, "rest_no_route")

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order, paid in the checkout; ``wishes`` are fields of the order."""
        order = sample_order(int(order_id), self._gmt()) | wishes
        for number, line in enumerate(order["line_items"], start=1):
            line.setdefault("id", int(order_id) * 10 + number)
        self.orders[int(order_id)] = order
        if order["status"] in _PAID:
            self._take_goods(order, -1)
        self._tell("order.created", order)

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the merchant or the gateway do something: see ``ACTIONS``."""
        ACTIONS[action](self, self._order(int(order_id)), **details)

    def stock(self, sku: str) -> int:
        """Return the pieces of a SKU that the shop has."""
        return next(int(item["stock_quantity"]) for item in self.products if item["sku"] == sku)

    # What happens in the shop.

    def _set_status(self, order: dict[str, Any], status: str) -> None:
        was, order["status"] = order["status"], status
        if status in _PAID and was not in _PAID:
            self._take_goods(order, -1)
            order["date_paid_gmt"] = order["date_paid_gmt"] or self._gmt()
        if status in _GONE and was in _PAID:
            self._take_goods(order, 1)
        order["date_completed_gmt"] = self._gmt() if status == "completed" else order["date_completed_gmt"]
        self._changed(order)

    def _complete(self, order: dict[str, Any], **tracking: str) -> None:
        order["meta_data"] += [
            {"id": self._id(), "key": key, "value": value} for key, value in tracking.items()
        ]
        self._set_status(order, "completed")

    def _refund(self, order: dict[str, Any], amount: str, *, reason: str = "", **more: Any) -> dict[str, Any]:
        left = Decimal(order["total"]) - sum(-Decimal(refund["total"]) for refund in order["refunds"])
        if Decimal(amount) <= 0:
            raise _RefusedError(400, "woocommerce_rest_invalid_order_refund")
        if Decimal(amount) > left:
            raise _RefusedError(500, "woocommerce_rest_cannot_create_order_refund")
        refund = {
            "id": self._id(),
            "date_created_gmt": self._gmt(),
            "amount": str(Decimal(amount).quantize(_CENT)),
            "reason": reason,
            "refunded_by": 1,
            "refunded_payment": bool(more.get("api_refund")),
            "meta_data": more.get("meta_data", []),
            "line_items": more.get("line_items", []),
        }
        self.refunds.setdefault(order["id"], []).append(refund)
        order["refunds"].append({"id": refund["id"], "reason": reason, "total": f"-{refund['amount']}"})
        if more.get("api_restock"):
            pieces = {line["id"]: line["quantity"] for line in refund["line_items"]}
            self._take_goods(order, 1, pieces)
        if Decimal(amount) == left:
            order["status"] = "refunded"
        self._changed(order)
        return refund

    def _delete(self, order: dict[str, Any]) -> None:
        del self.orders[order["id"]]
        self.events.append(Event(topic="order.deleted", body=_encoded({"id": order["id"]})))

    def _take_goods(self, order: dict[str, Any], sign: int, pieces: dict[int, int] | None = None) -> None:
        for line in order["line_items"]:
            quantity = line["quantity"] if pieces is None else pieces.get(line["id"], 0)
            for product in self.products:
                if product["sku"] == line["sku"] and product["manage_stock"]:
                    product["stock_quantity"] += sign * quantity

    def _changed(self, order: dict[str, Any]) -> None:
        order["date_modified_gmt"] = self._gmt()
        self._tell("order.updated", order)

    def _tell(self, topic: str, order: dict[str, Any]) -> None:
        self.events.append(Event(topic=topic, body=_encoded(order)))

    def _gmt(self) -> str:
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _order(self, order_id: int) -> dict[str, Any]:
        if order_id not in self.orders:
            raise _RefusedError(404, "woocommerce_rest_shop_order_invalid_id")
        return self.orders[order_id]

    # What its API answers.

    def _list_orders(self, asked: Asked) -> HttpAnswer:
        query = asked.query
        found = [
            order
            for order in self.orders.values()
            if order["date_modified_gmt"] > query.get("modified_after", "")
            and order["date_created_gmt"] > query.get("after", "")
            and (order["status"] != "trash" if query.get("status", "any") == "any" else True)
        ]
        found.sort(key=lambda order: order["id"], reverse=query.get("order", "desc") == "desc")
        size = min(int(query.get("per_page", "10")), self.per_page)
        page = int(query.get("page", "1"))
        pages = max(-(-len(found) // size), 1)
        return HttpAnswer(
            status=200,
            headers={
                "content-type": "application/json",
                "x-wp-total": str(len(found)),
                "x-wp-totalpages": str(pages),
            },
            body=_encoded(
                [_only(query.get("_fields", ""), o) for o in found[(page - 1) * size : page * size]]
            ),
        )

    def _get_order(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return HttpAnswer(status=200, body=_encoded(self._order(order_id)))

    def _create_order(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document
        order_id = self._id()
        order = sample_order(order_id, self._gmt(), paid=False) | {
            "created_via": "rest-api",
            "currency": wanted.get("currency", "EUR"),
            "billing": wanted.get("billing", {}),
            "shipping": wanted.get("shipping", {}),
            "payment_method": wanted.get("payment_method", ""),
            "payment_method_title": wanted.get("payment_method_title", ""),
            "meta_data": [{"id": self._id(), **entry} for entry in wanted.get("meta_data", [])],
            "line_items": [self._line(item) for item in wanted.get("line_items", [])],
            "shipping_lines": wanted.get("shipping_lines", []),
        }
        if not all(line.get("method_id") for line in order["shipping_lines"]):
            raise _RefusedError(400, "woocommerce_rest_invalid_shipping_item")
        shipping = sum(Decimal(line.get("total", "0")) for line in order["shipping_lines"])
        order["shipping_total"] = str(shipping)
        order["total"] = str(sum(Decimal(line["total"]) for line in order["line_items"]) + shipping)
        self.orders[order_id] = order
        status = wanted.get("status", "processing" if wanted.get("set_paid") else "pending")
        if status not in STATUSES:
            raise _RefusedError(400, "rest_invalid_param")
        if status in _PAID:
            order["status"], order["date_paid_gmt"] = status, self._gmt()
            self._take_goods(order, -1)
        self._tell("order.created", order)
        return HttpAnswer(status=201, body=_encoded(order))

    def _line(self, item: dict[str, Any]) -> dict[str, Any]:
        product_id = item.get("variation_id") or item.get("product_id")
        if not product_id:
            raise _RefusedError(400, "woocommerce_rest_required_product_reference")
        # A product that does not exist gives a line without one, not an error.
        product = next((each for each in self.products if each["id"] == product_id), {})
        total = item.get("total") or str(Decimal(product.get("price", "0")) * item["quantity"])
        return {
            "id": self._id(),
            "name": product.get("name", ""),
            "sku": product.get("sku", ""),
            "product_id": item.get("product_id", 0),
            "variation_id": item.get("variation_id", 0),
            "quantity": item["quantity"],
            "price": float(Decimal(total) / item["quantity"]),
            "total": total,
            "meta_data": [{"id": self._id(), **entry} for entry in item.get("meta_data", [])],
        }

    def _update_order(self, asked: Asked, order_id: int) -> HttpAnswer:
        order, changes = self._order(order_id), asked.document
        if "status" in changes:
            if changes["status"] not in STATUSES:
                raise _RefusedError(400, "rest_invalid_param")
            self._set_status(order, changes["status"])
        return HttpAnswer(status=200, body=_encoded(order))

    def _list_notes(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return answer(200, self.notes.get(self._order(order_id)["id"], []))

    def _create_note(self, asked: Asked, order_id: int) -> HttpAnswer:
        self._order(order_id)
        note = {"id": self._id(), "author": "Orderhub", "date_created_gmt": self._gmt(), **asked.document}
        self.notes.setdefault(order_id, []).insert(0, note)
        return answer(201, note)

    def _list_refunds(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return answer(200, self.refunds.get(self._order(order_id)["id"], []))

    def _create_refund(self, asked: Asked, order_id: int) -> HttpAnswer:
        return answer(201, self._refund(self._order(order_id), **asked.document))

    def _list_fulfillments(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return answer(200, self._fulfillments(order_id))

    def _fulfillments(self, order_id: int) -> list[dict[str, Any]]:
        if order_id not in self.orders:
            raise _RefusedError(404, "woocommerce_rest_order_invalid_id")
        return self.fulfillments.setdefault(order_id, [])

    def _create_fulfillment(self, asked: Asked, order_id: int) -> HttpAnswer:
        there, wanted = self._fulfillments(order_id), asked.document
        self._check_items(order_id, wanted["meta_data"])
        made = {
            "id": self._id(),
            "entity_type": "WC_Order",
            "entity_id": str(order_id),
            "status": wanted.get("status", "unfulfilled"),
            "is_fulfilled": wanted.get("is_fulfilled", False),
            "date_updated": self._gmt(),
            "date_deleted": None,
            "meta_data": [
                {"id": self._id(), "key": m["key"], "value": m["value"]} for m in wanted["meta_data"]
            ],
        }
        there.append(made)
        self._changed(self.orders[order_id])
        return answer(201, made)

    def _check_items(self, order_id: int, wanted: list[dict[str, Any]]) -> None:
        lines = {line["id"]: line["quantity"] for line in self.orders[order_id]["line_items"]}
        for entries in (wanted, *(made["meta_data"] for made in self.fulfillments.get(order_id, []))):
            for item in next((m["value"] for m in entries if m["key"] == "_items"), []):
                if lines.get(item["item_id"], 0) < item["qty"]:
                    raise _RefusedError(400, "invalid_fulfillment_items")
                lines[item["item_id"]] -= item["qty"]

    def _update_fulfillment(self, asked: Asked, order_id: int, fulfillment_id: int) -> HttpAnswer:
        made = self._fulfillment(order_id, fulfillment_id)
        made["meta_data"] = [
            {"id": m.get("id") or self._id(), "key": m["key"], "value": m["value"]}
            for m in asked.document["meta_data"]
        ]
        made["date_updated"] = self._gmt()
        return answer(200, made)

    def _delete_fulfillment(self, asked: Asked, order_id: int, fulfillment_id: int) -> HttpAnswer:  # noqa: ARG002
        self.fulfillments[order_id].remove(self._fulfillment(order_id, fulfillment_id))
        self._changed(self.orders[order_id])
        return answer(200, {"message": "Fulfillment deleted successfully."})

    def _fulfillment(self, order_id: int, fulfillment_id: int) -> dict[str, Any]:
        for made in self._fulfillments(order_id):
            if made["id"] == fulfillment_id:
                return made
        raise _RefusedError(400, "404")

    def _list_products(self, asked: Asked) -> HttpAnswer:
        wanted = asked.query.get("sku", "")
        skus = {wanted, *wanted.split(",")}
        return answer(200, [product for product in self.products if product["sku"] in skus])

    def _update_product(self, asked: Asked, *ids: int) -> HttpAnswer:
        for product in self.products:
            if product["id"] == ids[-1] and product["parent_id"] == (ids[0] if len(ids) > 1 else 0):
                product |= asked.document
                return answer(200, product)
        raise _RefusedError(400, "woocommerce_rest_product_invalid_id")

    def _list_webhooks(self, asked: Asked) -> HttpAnswer:  # noqa: ARG002
        return answer(200, [_without_secret(webhook) for webhook in self.webhooks])

    def _create_webhook(self, asked: Asked) -> HttpAnswer:
        webhook = {"id": self._id(), "status": "active", **asked.document}
        self.webhooks.append(webhook)
        return answer(201, _without_secret(webhook))

    def _update_webhook(self, asked: Asked, webhook_id: int) -> HttpAnswer:
        for webhook in self.webhooks:
            if webhook["id"] == webhook_id:
                webhook |= asked.document
                return answer(200, _without_secret(webhook))
        raise _RefusedError(404, "woocommerce_rest_shop_webhook_invalid_id")


class _RefusedError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"code": code, "message": "Not done.", "data": {"status": status}})


def _encoded(document: Any) -> bytes:
    # As PHP does it: nothing but ASCII, slashes escaped.
    return json.dumps(document).replace("/", "\\/").encode()


def _only(names: str, order: dict[str, Any]) -> dict[str, Any]:
    return {name: order[name] for name in names.split(",")} if names else order


def _without_secret(webhook: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in webhook.items() if key != "secret"}


ACTIONS: dict[str, Callable[..., Any]] = {
    "pay": lambda shop, order: shop._set_status(order, "processing"),
    "hold": lambda shop, order: shop._set_status(order, "on-hold"),
    "fail": lambda shop, order: shop._set_status(order, "failed"),
    "complete": WooCommerce._complete,  # details: the order's metadata, _tracking_number and the like
    "cancel": lambda shop, order: shop._set_status(order, "cancelled"),
    "refund": WooCommerce._refund,  # details: amount, reason
    "trash": lambda shop, order: shop._set_status(order, "trash"),
    "delete": WooCommerce._delete,
}

_ORDER = r"/orders/(\d+)"
_ROUTES: tuple[tuple[str, str, Callable[..., HttpAnswer]], ...] = (
    ("GET", "/orders", WooCommerce._list_orders),
    ("POST", "/orders", WooCommerce._create_order),
    ("GET", _ORDER, WooCommerce._get_order),
    ("PUT", _ORDER, WooCommerce._update_order),
    ("GET", f"{_ORDER}/notes", WooCommerce._list_notes),
    ("POST", f"{_ORDER}/notes", WooCommerce._create_note),
    ("GET", f"{_ORDER}/refunds", WooCommerce._list_refunds),
    ("POST", f"{_ORDER}/refunds", WooCommerce._create_refund),
    ("GET", f"{_ORDER}/fulfillments", WooCommerce._list_fulfillments),
    ("POST", f"{_ORDER}/fulfillments", WooCommerce._create_fulfillment),
    ("PUT", rf"{_ORDER}/fulfillments/(\d+)", WooCommerce._update_fulfillment),
    ("DELETE", rf"{_ORDER}/fulfillments/(\d+)", WooCommerce._delete_fulfillment),
    ("GET", "/products", WooCommerce._list_products),
    ("PUT", r"/products/(\d+)", WooCommerce._update_product),
    ("PUT", r"/products/(\d+)/variations/(\d+)", WooCommerce._update_product),
    ("GET", "/webhooks", WooCommerce._list_webhooks),
    ("POST", "/webhooks", WooCommerce._create_webhook),
    ("PUT", r"/webhooks/(\d+)", WooCommerce._update_webhook),
)
