"""bol's documents in our words: orders, shipments, handled returns, notifications (Retailer API v10).

bol spreads an order over several resources. The poll puts what belongs together into one document:
``{"order": …, "shipments": […]}`` and ``{"return": …, "order": …}``, the parts as bol wrote them. An order or
a shipment by itself is read as well.

What bol leaves open, and how it is read:

* No document has a currency: it is the connection's, EUR where that names none.
* An order has no total: it is that of its items, after discounts, and can differ from nothing. What the
  customer paid for shipping is not told to the merchant.
* An order has no state: its items are open or handled, by their quantities. An order is listed when the
  merchant may ship it, and bol has the money.
* ``cancellationRequest`` of an item counts while some of it is open.
* Shipped pieces are told by the shipments. Of an order that comes without them they are one package.
* A return names a product and no item. Where several items of the order are of that product, nobody knows
  which one is meant (flag ``ambiguous_line``).
* What bol gives back for a return is not told: it is the price of the pieces.
* A notification names a shipment, a process or an order, and nothing more. Which order a shipment belongs to
  is asked for: see :func:`shared.channels.bol.polls.read_order`. The event types of ORDER are not documented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.channels.bol import schema
from shared.channels.bol.order import OrderReading
from shared.channels.bol.returns import read_return
from shared.channels.bol.shipments import shipment_facts
from shared.orders.facts import Report
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.shapes import read_shape

ORDER = "order"
RETURN = "return"
"""Topics of polled documents; those of notifications are bol's own."""

SHIPMENT_PREFIX = "shipment/"
"""In front of a shipment's id where that stands for the order to be read."""

TOPICS = (ORDER, RETURN, "SHIPMENT", "ORDER", "PROCESS_STATUS")


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what one document says. Raises UnusableError, IrrelevantError, SignalError."""
    if topic not in ("", *TOPICS):
        raise IrrelevantError("not an order topic")
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    for name, read in _READERS.items():
        if name in document:
            return read(document, reading)
    raise IrrelevantError("not an order")


def _notification(document: Any, _reading: Reading) -> list[Report]:
    event = document["event"]
    if not isinstance(event, dict):
        raise UnusableError("invalid_shape", "event")
    resource = fields.text(event.get("resource"))
    if resource == "SHIPMENT":
        identity = fields.identifier(event.get("resourceId"), "resourceId")
        raise SignalError(f"{SHIPMENT_PREFIX}{identity}", resource)
    if resource == "ORDER":
        raise SignalError(fields.identifier(event.get("resourceId"), "resourceId"), resource)
    if resource == "PROCESS_STATUS":
        # Whoever made the call asks for it by the process's id.
        raise IrrelevantError("a process status")
    raise IrrelevantError("not about an order")


def _return(document: Any, reading: Reading) -> list[Report]:
    entry, order = document["return"], document.get("order")
    if not isinstance(entry, dict):
        raise UnusableError("invalid_shape", "return")
    if not isinstance(order, dict):
        raise UnusableError("missing_field:order", "order")
    return [read_return(read_shape(schema.ReturnItem, entry), read_shape(schema.Order, order), reading)]


def _composed(document: Any, reading: Reading) -> list[Report]:
    order, shipments = document["order"], document.get("shipments")
    if not isinstance(order, dict) or not isinstance(shipments, list):
        raise UnusableError("invalid_shape", "order")
    read = [read_shape(schema.Shipment, shipment) for shipment in shipments]
    return [OrderReading(read_shape(schema.Order, order), read, reading).report()]


def _order(document: Any, reading: Reading) -> list[Report]:
    if _is_reduced(document):
        raise SignalError(fields.identifier(document.get("orderId"), "orderId"), ORDER)
    return [OrderReading(read_shape(schema.Order, document), None, reading).report()]


def _is_reduced(document: Any) -> bool:
    """True for an order as it stands in a list: neither prices nor addresses."""
    return "shipmentDetails" not in document


def _shipment(document: Any, reading: Reading) -> list[Report]:
    shipment = read_shape(schema.Shipment, document)
    flags: set[str] = set()
    facts = tuple(shipment_facts(shipment, reading, flags))
    order = shipment.order or schema.ShipmentOrder()
    return [
        Report(
            order_external_id=fields.identifier(order.order_id, "order.orderId"),
            facts=facts,
            flags=tuple(sorted(flags)),
        )
    ]


def _returns(_document: Any, _reading: Reading) -> list[Report]:
    raise UnusableError("missing_field:order", "order")


def _orders(_document: Any, _reading: Reading) -> list[Report]:
    raise IrrelevantError("a list of orders: each is read by itself")


# The name that tells each document, the telling ones first.
_READERS: dict[str, Callable[[Any, Reading], list[Report]]] = {
    "event": _notification,
    "returns": _returns,
    "orders": _orders,
    "return": _return,
    "shipmentId": _shipment,
    "order": _composed,
    "orderId": _order,
}
