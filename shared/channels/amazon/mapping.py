"""Amazon's documents in our words: an order of the Orders API 2026-01-01, or a notification about one.

Sources: ``orders_2026-01-01.json`` and ``schemas/notifications`` of amzn/selling-partner-api-models.

ORDER_CHANGE tells neither address nor price, and comes more than once and in any order: it only says that
the order has to be read. All other notifications are about something else.

What Amazon leaves open, and how it is read:

* An item's ``proceedsTotal`` holds its share of shipping and taxes, and so does the line's total here.
* Pieces are canceled where an item names who canceled it: those that are neither shipped nor open any more.
* ``packages`` are told only of orders that the merchant ships. Without them a SHIPPED order becomes one
  package of all that is open. Of an order that Amazon ships by and by, an item counts as shipped with its
  last piece.
* ``detailedStatus`` of a package has no entry: what its words mean for us is not settled.
* UNFULFILLABLE occurs with orders that Amazon ships alone: it is recorded, and asks for attention.
* A replacement is an order of its own; whose it is (``associatedOrders``) is not read.
* Reads of version v0 end on 27 March 2027 and are not made: its documents are refused
  (``unsupported_version``).
"""

from __future__ import annotations

from typing import Any

from shared.channels.amazon import schema
from shared.channels.amazon.order import OrderReading
from shared.channels.amazon.signature import ORDER_TOPIC
from shared.orders.facts import Report
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.shapes import read_shape

CHANGE_TOPIC = "ORDER_CHANGE"
TOPICS = (ORDER_TOPIC, CHANGE_TOPIC)

_TYPES = ("NotificationType", "notificationType")
# Answers that say nothing about the state of a marketplace order.
_OTHERS = ("shipments", "trackingDetail")


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what an order, or each order of a page, says.

    Raises SignalError for a notification of a change, IrrelevantError for any other, and UnusableError.
    """
    if topic and topic not in TOPICS:
        raise IrrelevantError(topic)
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    kind = next((fields.text(document[name]) for name in _TYPES if name in document), "")
    if topic == CHANGE_TOPIC or kind == CHANGE_TOPIC:
        raise SignalError(_changed_order(document), CHANGE_TOPIC)
    if kind:
        raise IrrelevantError(kind)
    return [_single(order, reading) for order in _orders(document)]


def _changed_order(document: dict[str, Any]) -> str:
    payload = document.get("Payload")
    change = payload.get("OrderChangeNotification") if isinstance(payload, dict) else None
    if not isinstance(change, dict):
        raise UnusableError("missing_field:OrderChangeNotification", "OrderChangeNotification")
    return fields.identifier(change.get("AmazonOrderId"), "order_id")


def _orders(document: dict[str, Any]) -> list[Any]:
    if "order" in document:
        return [document["order"]]
    if "orders" in document:
        orders = document["orders"]
        if not isinstance(orders, list):
            raise UnusableError("invalid_shape", "orders")
        return orders
    if "payload" in document:  # everything that v0 answers
        raise UnusableError("unsupported_version", "payload")
    for name in _OTHERS:
        if name in document:
            raise IrrelevantError(name)
    return [document]


def _single(document: Any, reading: Reading) -> Report:
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    external_id = fields.identifier(document.get("orderId"), "order_id")
    items = document.get("orderItems")
    if isinstance(items, list) and len(items) > fields.MAX_LINES:
        raise UnusableError("too_many_lines", "orderItems")
    return OrderReading(external_id, read_shape(schema.Order, document), reading).report()
