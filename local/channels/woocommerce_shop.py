"""What happens in a simulated WooCommerce shop: orders, refunds, stock, and the webhooks of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from local.channels.simulator import Event
from local.channels.woocommerce_samples import products, sample_order

STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash")
PAID = ("processing", "completed")
_GONE = ("cancelled", "failed", "trash")
_FIRST_ID = 1_000
_CENT = Decimal("0.01")


@dataclass(slots=True)
class WooCommerceShop:
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

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order, paid in the checkout; ``wishes`` are fields of the order."""
        order = sample_order(int(order_id), self._gmt()) | wishes
        for number, line in enumerate(order["line_items"], start=1):
            line.setdefault("id", int(order_id) * 10 + number)
        self.orders[int(order_id)] = order
        if order["status"] in PAID:
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
        if status in PAID and was not in PAID:
            self._take_goods(order, -1)
            order["date_paid_gmt"] = order["date_paid_gmt"] or self._gmt()
        if status in _GONE and was in PAID:
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
            raise RefusedError(400, "woocommerce_rest_invalid_order_refund")
        if Decimal(amount) > left:
            raise RefusedError(500, "woocommerce_rest_cannot_create_order_refund")
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
        self.events.append(Event(topic="order.deleted", body=encoded({"id": order["id"]})))

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
        self.events.append(Event(topic=topic, body=encoded(order)))

    def _gmt(self) -> str:
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _order(self, order_id: int) -> dict[str, Any]:
        if order_id not in self.orders:
            raise RefusedError(404, "woocommerce_rest_shop_order_invalid_id")
        return self.orders[order_id]


class RefusedError(Exception):
    """The shop does not do it: its status and its code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def encoded(document: Any) -> bytes:
    """Return JSON as PHP writes it: nothing but ASCII, slashes escaped."""
    return json.dumps(document).replace("/", "\\/").encode()


ACTIONS: dict[str, Callable[..., Any]] = {
    "pay": lambda shop, order: shop._set_status(order, "processing"),
    "hold": lambda shop, order: shop._set_status(order, "on-hold"),
    "fail": lambda shop, order: shop._set_status(order, "failed"),
    "complete": WooCommerceShop._complete,  # details: the order's metadata, _tracking_number and the like
    "cancel": lambda shop, order: shop._set_status(order, "cancelled"),
    "refund": WooCommerceShop._refund,  # details: amount, reason
    "trash": lambda shop, order: shop._set_status(order, "trash"),
    "delete": WooCommerceShop._delete,
}
