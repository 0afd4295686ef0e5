"""What happens in a seller's account at the simulated eBay, and what eBay notifies of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from local.channels.ebay_notifications import Notifications
from local.channels.ebay_samples import sample_order
from local.channels.simulator import Event

HREF = "https://api.ebay.com/sell/fulfillment/v1/order"


@dataclass(slots=True)
class Account:
    """One seller's account. ``now`` is the clock."""

    now: Callable[[], datetime]
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    fulfillments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    notifications: Notifications = field(default_factory=Notifications)
    _made: int = 0

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order, paid in the checkout; ``wishes`` are fields of the order."""
        order = self.orders[order_id] = sample_order(order_id, self.moment()) | wishes
        self.fulfillments[order_id] = []
        for _ in order["lineItems"]:
            self._notify("ORDER_CONFIRMATION", {"order": {"orderId": order_id}})

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the buyer, the seller or eBay do something: see ``ACTIONS``."""
        order = self.orders[order_id]
        ACTIONS[action](self, order, **details)
        order["lastModifiedDate"] = self.moment()

    def _pay(self, order: dict[str, Any], *, status: str = "PAID") -> None:
        order["orderPaymentStatus"] = status
        for _ in order["lineItems"] if status == "PAID" else ():
            self._notify("ORDER_CONFIRMATION", {"order": {"orderId": order["orderId"]}})

    def request_cancellation(self, order: dict[str, Any], *, initiator: str = "Buyer") -> str:
        """Open a request to cancel and return its id."""
        cancel_id = self.id("cancel")
        order["cancelStatus"] = {
            "cancelState": "IN_PROGRESS",
            "cancelRequests": [
                *order["cancelStatus"]["cancelRequests"],
                {
                    "cancelRequestId": cancel_id,
                    "cancelRequestState": "REQUESTED",
                    "cancelInitiator": initiator,
                    "cancelReason": "ORDER_MISTAKE" if initiator == "Buyer" else "OUT_OF_STOCK",
                    "cancelRequestedDate": self.moment(),
                },
            ],
        }
        return cancel_id

    def finish_cancellation(self, order: dict[str, Any]) -> None:
        """Cancel the order and give back what is left of its money."""
        cancel = order["cancelStatus"]
        cancel["cancelState"] = "CANCELED"
        cancel["cancelRequests"][-1]["cancelRequestState"] = "COMPLETED"
        if order["orderPaymentStatus"] == "PAID":
            self.give_back(order, left(order), order["pricingSummary"]["total"]["currency"])
            self._settle_refunds(order)

    def reject_request(self, order: dict[str, Any]) -> None:
        """Leave the order as it is."""
        order["cancelStatus"]["cancelState"] = "NONE_REQUESTED"
        order["cancelStatus"]["cancelRequests"][-1]["cancelRequestState"] = "REJECTED"

    def ship(self, order: dict[str, Any], *, number: str = "", carrier: str = "", lines: Any = None) -> str:
        """Hand a package over and return its id; without lines it holds all pieces."""
        contents = lines or [
            {"lineItemId": item["lineItemId"], "quantity": item["quantity"]} for item in order["lineItems"]
        ]
        made = {
            "fulfillmentId": number or str(998 + self._count()),
            "shippedDate": self.moment(),
            "lineItems": contents,
        }
        if number:
            made |= {"shipmentTrackingNumber": number, "shippingCarrierCode": carrier}
        return self._hand_over(order, made)

    def _hand_over(self, order: dict[str, Any], made: dict[str, Any]) -> str:
        order_id, name = order["orderId"], str(made["fulfillmentId"])
        self.fulfillments[order_id].append(made)
        order["fulfillmentHrefs"].append(f"{HREF}/{order_id}/shipping_fulfillment/{name}")
        shipped = {item["lineItemId"]: 0 for item in order["lineItems"]}
        for fulfillment in self.fulfillments[order_id]:
            for line in fulfillment["lineItems"]:
                shipped[line["lineItemId"]] += line["quantity"]
        for item in order["lineItems"]:
            count = shipped[item["lineItemId"]]
            status = "FULFILLED" if count >= item["quantity"] else "IN_PROGRESS" if count else "NOT_STARTED"
            item["lineItemFulfillmentStatus"] = status
        statuses = {item["lineItemFulfillmentStatus"] for item in order["lineItems"]}
        order["orderFulfillmentStatus"] = "FULFILLED" if statuses == {"FULFILLED"} else "IN_PROGRESS"
        self._notify("ITEM_MARKED_SHIPPED", {"orderId": order_id})
        return name

    def give_back(self, order: dict[str, Any], amount: Decimal, currency: str) -> str:
        """Begin a refund and return its id."""
        refund_id = self.id("refund")
        order["paymentSummary"]["refunds"].append(
            {
                "refundId": refund_id,
                "refundStatus": "PENDING",
                "refundDate": self.moment(),
                "amount": {"value": str(amount), "currency": currency},
            }
        )
        return refund_id

    def _refund(self, order: dict[str, Any], *, amount: str) -> None:
        self.give_back(order, Decimal(amount), order["pricingSummary"]["total"]["currency"])

    def _settle_refunds(self, order: dict[str, Any], *, status: str = "REFUNDED") -> None:
        for refund in order["paymentSummary"]["refunds"]:
            if refund["refundStatus"] == "PENDING":
                refund["refundStatus"] = status
        back = _given_back(order, "REFUNDED")
        if back:
            total = Decimal(order["pricingSummary"]["total"]["value"])
            order["orderPaymentStatus"] = "FULLY_REFUNDED" if back >= total else "PARTIALLY_REFUNDED"

    def _delete_account(self, order: dict[str, Any]) -> None:
        data = {"username": order["buyer"]["username"], "userId": "example-user", "eiasToken": "example"}
        self._notify("MARKETPLACE_ACCOUNT_DELETION", data)

    def _notify(self, topic: str, data: dict[str, Any]) -> None:
        if not self.notifications.goes_out(topic):
            return
        moment = self.moment()
        document = {
            "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
            "notification": {
                "notificationId": self.id("notification"),
                "eventDate": moment,
                "publishDate": moment,
                "publishAttemptCount": 1,
                "data": data,
            },
        }
        body = json.dumps(document, separators=(",", ":")).encode()
        self.events.append(Event(topic=topic, body=body))

    def moment(self) -> str:
        """Return the time as eBay writes it."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _count(self) -> int:
        self._made += 1
        return self._made

    def id(self, what: str) -> str:
        """Return a new id."""
        return f"{what}-{self._count()}"


def _given_back(order: dict[str, Any], *statuses: str) -> Decimal:
    refunds = order["paymentSummary"]["refunds"]
    told = [Decimal(refund["amount"]["value"]) for refund in refunds if refund["refundStatus"] in statuses]
    return sum(told, Decimal(0))


def left(order: dict[str, Any]) -> Decimal:
    """Return how much of an order may still be given back."""
    return Decimal(order["pricingSummary"]["total"]["value"]) - _given_back(order, "PENDING", "REFUNDED")


ACTIONS: dict[str, Callable[..., object]] = {
    "pay": Account._pay,
    "request_cancellation": Account.request_cancellation,
    "finish_cancellation": Account.finish_cancellation,
    "reject_request": Account.reject_request,
    "ship": Account.ship,
    "refund": Account._refund,
    "settle_refunds": Account._settle_refunds,
    "delete_account": Account._delete_account,
}
"""What can happen out there."""
