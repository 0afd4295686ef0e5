"""Kaufland's orders in our words: an order with its units (Seller API v2).

An order has no state and no figures of its own: it is the sum of its *units*, each one piece. A unit is a
line of quantity 1 here, under its own id.

What Kaufland leaves open, and how it is read:

* An order has no total of its own, so that none can differ from its units'.
* Amounts are cents. What those of a currency without two digits would be is not said: its orders are refused.
* ``price`` is taken to be without shipping, which ``shipping_rate`` is for; the total is both of all units.
* Units tell neither parcels nor tracking numbers. An order whose units have all left becomes one package of
  all that is still open here; which ones left before is known only of parcels that were told from here.
* ``received`` is told of the order when all of its units are with the customer.
* What the customer gets back for a returned unit is not told: it is its price.
* Refunds that a merchant made are in no document.
"""

from __future__ import annotations

from typing import Any

from shared.channels.kaufland import schema
from shared.channels.kaufland.order import OrderReading
from shared.channels.kaufland.signature import ORDER_TOPIC
from shared.orders.facts import Report
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.shapes import read_shape

TOPICS = (ORDER_TOPIC,)


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what an order says, alone or as ``data``. Raises UnusableError, IrrelevantError, SignalError."""
    if topic not in ("", ORDER_TOPIC):
        raise IrrelevantError("not an order topic")
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    order = document.get("data", document)
    if isinstance(order, list):
        raise IrrelevantError("a list: each is read by itself")
    if not isinstance(order, dict):
        raise UnusableError("invalid_shape", "data")
    if "order_units" in order:
        return [OrderReading(read_shape(schema.Order, order), reading).report()]
    if "id_order" in order and "order_units_count" in order:
        raise SignalError(fields.identifier(order["id_order"], "id_order"), ORDER_TOPIC)
    raise IrrelevantError("not an order")
