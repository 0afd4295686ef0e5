"""Mirakl's orders in our words: an order, or an answer of OR11 with several (Mirakl's OpenAPI, MMP seller).

What Mirakl leaves open, and how it is read:

* Amounts are counted as the marketplace does: where ``order_tax_mode`` is TAX_EXCLUDED, prices, totals and
  refunds are without taxes, which stand beside them. Fees of the operator are in none of them.
* ``quantity`` of a refund is informative only, says Mirakl: the goods stay where they are.
* ``cancelations`` are taken off the line's ``quantity``; that it stays what was ordered is not said.
* OR11 does not tell parcels apart. An order that is SHIPPED becomes one package of all that is still open
  here; which lines left before is known only of parcels that were told from here.
* An incident that ends between two polls without being seen as INCIDENT_CLOSED leaves the dispute open.
* Whether an order is fulfilled by the marketplace is not said in words that are the same for all operators.
"""

from __future__ import annotations

from typing import Any

from shared.channels.mirakl import schema
from shared.channels.mirakl.order import OrderReading
from shared.channels.mirakl.signature import ORDER_TOPIC
from shared.orders.facts import Report
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.shapes import read_shape

TOPICS = (ORDER_TOPIC,)


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what an order, or each order of a page, says. Raises UnusableError, IrrelevantError."""
    if topic not in ("", ORDER_TOPIC):
        raise IrrelevantError("not an order topic")
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    orders = document.get("orders", [document])
    if not isinstance(orders, list):
        raise UnusableError("invalid_shape", "orders")
    return [_single(order, reading) for order in orders]


def _single(document: Any, reading: Reading) -> Report:
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    if "order_lines" not in document and "order_state" not in document:
        raise IrrelevantError("not an order")
    external_id = fields.identifier(document.get("order_id"), "order_id")
    return OrderReading(external_id, read_shape(schema.Order, document), reading).report()
