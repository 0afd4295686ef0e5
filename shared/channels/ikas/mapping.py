"""The documents of ikas in our words: an order of listOrder, or a webhook, which only names one.

Sources: ikas.dev (Admin API); the types and helpers of the package @ikas/admin-api-client.

What ikas leaves open, and how it is read:

* Returns have no ids of their own: a line is known by its own id, and so is what comes back of it.
* A refunded line gives back its price. What is refunded by amount alone shows in the payment's status only.
* Refunded pieces that were in a parcel stay where they are; those that never were are canceled.
* ``ERROR`` of a package, and the RETURN_* words of newer versions, are in no table here: unknown.
* Which taxes the prices hold is the shop's setting.
"""

from __future__ import annotations

from typing import Any

from shared.channels.ikas import schema
from shared.channels.ikas.order import OrderReading
from shared.channels.ikas.signature import ORDER_TOPIC
from shared.orders.facts import Report
from shared.wire import fields, strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.shapes import read_shape

SCOPES = ("store/order/created", "store/order/updated")
"""The webhooks that are about orders."""

TOPICS = (ORDER_TOPIC, *SCOPES)


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what an order, or each order of a page, says.

    Raises SignalError for a webhook about an order, IrrelevantError for any other, and UnusableError.
    """
    if topic and topic not in TOPICS:
        raise IrrelevantError(topic)
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    scope = fields.text(document.get("scope"))
    if topic in SCOPES or scope in SCOPES:
        raise SignalError(_order_id(document), topic or scope)
    if scope:
        raise IrrelevantError(scope)
    return [_single(order, reading) for order in _orders(document)]


def _order_id(document: dict[str, Any]) -> str:
    data = document.get("data")
    if isinstance(data, str):
        data, _ = strict_json.parse(data.encode("utf-8", "surrogatepass"))
    if not isinstance(data, dict):
        raise UnusableError("missing_field:data", "data")
    return fields.identifier(data.get("id"), "order_id")


def _orders(document: dict[str, Any]) -> list[Any]:
    """Return the orders of an answer of listOrder, or the document itself."""
    if "data" not in document:
        return [document]
    data = document["data"]
    page = data.get("listOrder") if isinstance(data, dict) else None
    orders = page.get("data") if isinstance(page, dict) else None
    if not isinstance(orders, list):
        raise UnusableError("invalid_shape", "listOrder")
    return orders


def _single(document: Any, reading: Reading) -> Report:
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    external_id = fields.identifier(document.get("id"), "order_id")
    items = document.get("orderLineItems")
    if isinstance(items, list) and len(items) > fields.MAX_LINES:
        raise UnusableError("too_many_lines", "orderLineItems")
    return OrderReading(external_id, read_shape(schema.Order, document), reading).report()
