"""A simulated WooCommerce shop (REST API wc/v3), written from its documentation.

What it does as the real one: keys by HTTP Basic; pages with ``X-WP-TotalPages``; unknown order and
unknown route as different 404s; fulfillments that may be switched off; a refund above what is left is a
500; *set_paid* makes an order *processing* and takes its goods from stock; webhooks hold the order as it is,
with escaped slashes, and two of one second share their delivery id.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.channels.simulator import Asked, answer, take_apart
from local.channels.woocommerce_samples import sample_order
from local.channels.woocommerce_shop import PAID, STATUSES, RefusedError, WooCommerceShop, encoded
from shared.wire.http import HttpAnswer, HttpRequest

BASE = "/wp-json/wc/v3"


@dataclass(slots=True)
class WooCommerce(WooCommerceShop):
    """The shop behind its API."""

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
                except RefusedError as refused:
                    return _error(refused.status, refused.code)
        return _error(404, "rest_no_route")

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
            body=encoded(
                [_only(query.get("_fields", ""), o) for o in found[(page - 1) * size : page * size]]
            ),
        )

    def _get_order(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return HttpAnswer(status=200, body=encoded(self._order(order_id)))

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
            raise RefusedError(400, "woocommerce_rest_invalid_shipping_item")
        shipping = sum(Decimal(line.get("total", "0")) for line in order["shipping_lines"])
        order["shipping_total"] = str(shipping)
        order["total"] = str(sum(Decimal(line["total"]) for line in order["line_items"]) + shipping)
        self.orders[order_id] = order
        status = wanted.get("status", "processing" if wanted.get("set_paid") else "pending")
        if status not in STATUSES:
            raise RefusedError(400, "rest_invalid_param")
        if status in PAID:
            order["status"], order["date_paid_gmt"] = status, self._gmt()
            self._take_goods(order, -1)
        self._tell("order.created", order)
        return HttpAnswer(status=201, body=encoded(order))

    def _line(self, item: dict[str, Any]) -> dict[str, Any]:
        product_id = item.get("variation_id") or item.get("product_id")
        if not product_id:
            raise RefusedError(400, "woocommerce_rest_required_product_reference")
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
                raise RefusedError(400, "rest_invalid_param")
            self._set_status(order, changes["status"])
        return HttpAnswer(status=200, body=encoded(order))

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
            raise RefusedError(404, "woocommerce_rest_order_invalid_id")
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
                    raise RefusedError(400, "invalid_fulfillment_items")
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
        raise RefusedError(400, "404")

    def _list_products(self, asked: Asked) -> HttpAnswer:
        wanted = asked.query.get("sku", "")
        skus = {wanted, *wanted.split(",")}
        return answer(200, [product for product in self.products if product["sku"] in skus])

    def _update_product(self, asked: Asked, *ids: int) -> HttpAnswer:
        for product in self.products:
            if product["id"] == ids[-1] and product["parent_id"] == (ids[0] if len(ids) > 1 else 0):
                product |= asked.document
                return answer(200, product)
        raise RefusedError(400, "woocommerce_rest_product_invalid_id")

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
        raise RefusedError(404, "woocommerce_rest_shop_webhook_invalid_id")


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"code": code, "message": "Not done.", "data": {"status": status}})


def _only(names: str, order: dict[str, Any]) -> dict[str, Any]:
    return {name: order[name] for name in names.split(",")} if names else order


def _without_secret(webhook: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in webhook.items() if key != "secret"}


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
