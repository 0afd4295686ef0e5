"""What happens in a simulated Shopify shop: orders, parcels, refunds, stock, and the webhooks of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from local.channels.shopify_samples import LOCATION, line_item, sample_order, variants
from local.channels.simulator import Event

_CENT = Decimal("0.01")


@dataclass(slots=True)
class ShopifyShop:
    """One shop. ``now`` is its clock. How it behaves is set by the fields up to ``page_loops``."""

    now: Callable[[], datetime]
    access_token: str = "shpat_example"  # noqa: S105
    client_id: str = "client-example"
    client_secret: str = "shpss_example"  # noqa: S105
    per_page: int = 250  # the most it gives
    search_lag: timedelta = timedelta(0)  # how long a search does not find a new order
    gateway_says: str = "success"  # of the next refunds: success, pending, failure
    page_loops: bool = False  # each page names itself as the next one
    variants: list[dict[str, Any]] = field(default_factory=variants)
    locations: list[dict[str, Any]] = field(default_factory=lambda: [{"id": LOCATION, "active": True}])
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    fulfillment_orders: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    kind: str = "shopify"
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _last_id: int = 5_000

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order over 2 x 10.00 + 1 x 5.00 + 4.90 shipping; ``wishes`` are its fields."""
        number = int(order_id)
        lines = [line_item(number * 10 + n + 1, self.variants[n], 2 - n) for n in range(2)]
        self._open(sample_order(number, lines, self._moment(), shipping="4.90") | wishes)

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the merchant, the gateway or the carrier do something: see ``ACTIONS``."""
        ACTIONS[action](self, self._order(int(order_id)), **details)

    def stock(self, sku: str) -> int:
        """Return the available pieces of a SKU."""
        return next(int(variant["available"]) for variant in self.variants if variant["sku"] == sku)

    # What happens in the shop.

    def _open(self, order: dict[str, Any]) -> None:
        self.orders[order["id"]] = order
        self.fulfillment_orders[order["id"]] = [
            {
                "id": self._id(),
                "order_id": order["id"],
                "assigned_location_id": LOCATION,
                "status": "open",
                "supported_actions": ["create_fulfillment", "move", "hold"],
                "line_items": [
                    {
                        "id": self._id(),
                        "line_item_id": line["id"],
                        "quantity": line["quantity"],
                        "fulfillable_quantity": line["quantity"],
                    }
                    for line in order["line_items"]
                ],
            }
        ]
        for line in order["line_items"]:
            self._move(line["variant_id"], -line["quantity"])
        self._tell("orders/create", order)

    def _pay(self, order: dict[str, Any]) -> None:
        order["financial_status"] = "paid"
        self._changed(order, "orders/paid")

    def _cancel(self, order: dict[str, Any], *, reason: str = "other") -> None:
        if order["cancelled_at"] or any(each["status"] == "success" for each in order["fulfillments"]):
            raise RefusedError(422, "Cannot cancel this order")
        order["cancelled_at"], order["cancel_reason"] = self._moment(), reason
        for fulfillment_order in self.fulfillment_orders[order["id"]]:
            fulfillment_order["status"], fulfillment_order["supported_actions"] = "cancelled", []
        self._changed(order, "orders/cancelled")

    def _fulfill(self, order: dict[str, Any], **info: str) -> None:
        """Ship all that is open, as the merchant does in the admin."""
        for fulfillment_order in self.fulfillment_orders[order["id"]]:
            self._ship(order, [(fulfillment_order, None)], info)

    def _ship(
        self, order: dict[str, Any], parts: list[tuple[dict[str, Any], Any]], info: dict[str, Any]
    ) -> Any:
        shipped: list[dict[str, Any]] = []
        for fulfillment_order, wanted in parts:
            quantities = None if wanted is None else {item["id"]: item["quantity"] for item in wanted}
            for item in fulfillment_order["line_items"]:
                quantity = (
                    item["fulfillable_quantity"] if quantities is None else quantities.get(item["id"], 0)
                )
                if quantity > item["fulfillable_quantity"]:
                    raise RefusedError(422, {"line_items_by_fulfillment_order": ["quantity is too large"]})
                if quantity:
                    item["fulfillable_quantity"] -= quantity
                    line = by_id(order["line_items"], item["line_item_id"])
                    shipped.append(line | {"quantity": quantity})
            if not any(item["fulfillable_quantity"] for item in fulfillment_order["line_items"]):
                fulfillment_order["status"], fulfillment_order["supported_actions"] = "closed", []
        if not shipped:
            raise RefusedError(422, {"base": ["nothing is open"]})
        fulfillment = {
            "id": self._id(),
            "order_id": order["id"],
            "status": "success",
            "shipment_status": None,
            "created_at": self._moment(),
            "updated_at": self._moment(),
            "location_id": parts[0][0]["assigned_location_id"],
            "line_items": shipped,
            **tracking_of(info),
        }
        order["fulfillments"].append(fulfillment)
        is_open = any(
            i["fulfillable_quantity"] for f in self.fulfillment_orders[order["id"]] for i in f["line_items"]
        )
        order["fulfillment_status"] = "partial" if is_open else "fulfilled"
        self._changed(order, "fulfillments/create", fulfillment)
        return fulfillment

    def _scan(self, order: dict[str, Any], *, status: str) -> None:
        """Let the carrier scan the last parcel."""
        fulfillment = order["fulfillments"][-1]
        fulfillment["shipment_status"], fulfillment["updated_at"] = status, self._moment()
        self._changed(order, "fulfillments/update", fulfillment)

    def _refund(self, order: dict[str, Any], *, amount: str = "0.00", **details: Any) -> dict[str, Any]:
        """Give money back, by product where ``refund_line_items`` are named."""
        payments = details.get("transactions") or ([{"amount": amount}] if Decimal(amount) else [])
        if sum((Decimal(str(each["amount"])) for each in payments), Decimal(0)) > self._refundable(order):
            raise RefusedError(422, {"base": ["refund is larger than the amount available"]})
        lines = details.get("refund_line_items") or []
        for item in lines:
            line = by_id(order["line_items"], item["line_item_id"])
            if item["quantity"] > line["current_quantity"]:
                raise RefusedError(422, {"refund_line_items": ["quantity is too large"]})
            line["current_quantity"] -= item["quantity"]
            if item["restock_type"] != "no_restock":
                self._move(line["variant_id"], item["quantity"])
            if item["restock_type"] == "cancel":
                self._take_off(order["id"], line["id"], item["quantity"])
        refund = {
            "id": self._id(),
            "order_id": order["id"],
            "created_at": self._moment(),
            "processed_at": self._moment(),
            "note": details.get("note"),
            "refund_line_items": [{"id": self._id(), "subtotal": 0.0, **item} for item in lines],
            "transactions": [
                {
                    "id": self._id(),
                    "kind": "refund",
                    "status": self.gateway_says,
                    "amount": str(Decimal(str(each["amount"])).quantize(_CENT)),
                    "currency": order["currency"],
                }
                for each in payments
            ],
        }
        order["refunds"].append(refund)
        if payments and self.gateway_says == "success":
            order["financial_status"] = "partially_refunded" if self._refundable(order) else "refunded"
        self._changed(order, "refunds/create", refund)
        return refund

    def _take_off(self, order_id: int, line_id: int, quantity: int) -> None:
        for fulfillment_order in self.fulfillment_orders[order_id]:
            for item in fulfillment_order["line_items"]:
                if item["line_item_id"] == line_id:
                    item["fulfillable_quantity"] = max(item["fulfillable_quantity"] - quantity, 0)

    def _refundable(self, order: dict[str, Any]) -> Decimal:
        gone = [t for refund in order["refunds"] for t in refund["transactions"] if t["status"] != "failure"]
        return Decimal(order["total_price"]) - sum((Decimal(t["amount"]) for t in gone), Decimal(0))

    def _move(self, variant_id: int, quantity: int) -> None:
        for variant in self.variants:
            if variant["id"] == variant_id:
                variant["available"] += quantity

    def _delete(self, order: dict[str, Any]) -> None:
        del self.orders[order["id"]]
        self._tell("orders/delete", {"id": order["id"]})

    def _changed(self, order: dict[str, Any], topic: str, resource: dict[str, Any] | None = None) -> None:
        order["updated_at"] = self._moment()
        self._tell(topic, resource or order)
        self._tell("orders/updated", order)

    def _tell(self, topic: str, resource: dict[str, Any]) -> None:
        self.events.append(Event(topic=topic, body=json.dumps(resource).encode()))

    def _moment(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="seconds")

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _order(self, order_id: int) -> dict[str, Any]:
        if order_id not in self.orders:
            raise RefusedError(404, "Not Found")
        return self.orders[order_id]


class RefusedError(Exception):
    """The shop does not do it: its status, and what stands under ``errors``."""

    def __init__(self, status: int, errors: Any) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors


def by_id(documents: list[dict[str, Any]], wanted: int) -> dict[str, Any]:
    """Return the document with an id. Raises RefusedError: Not Found."""
    for document in documents:
        if document["id"] == wanted:
            return document
    raise RefusedError(404, "Not Found")


def tracking_of(info: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a fulfillment that a ``tracking_info`` gives."""
    number = info.get("number")
    company = info.get("company") or ("UPS" if number and number.startswith("1Z") else None)
    return {
        "tracking_company": company,
        "tracking_number": number,
        "tracking_numbers": [number] if number else [],
        "tracking_url": info.get("url"),
    }


ACTIONS: dict[str, Callable[..., Any]] = {
    "pay": ShopifyShop._pay,
    "cancel": ShopifyShop._cancel,  # details: reason
    "ship": ShopifyShop._fulfill,  # details: number, company, url
    "scan": ShopifyShop._scan,  # details: status
    "refund": ShopifyShop._refund,  # details: amount, refund_line_items, note
    "delete": ShopifyShop._delete,
}
