"""Trendyol's documents in our words (developers.trendyol.com, *getShipmentPackages*, *Webhook Model*).

Trendyol knows shipment packages; the packages with one ``orderNumber`` are one order. A page of them under
the topic ``order`` is all that there is of its order, as :mod:`shared.channels.trendyol.polls` asks for it.
A webhook is a page, too, but tells of the package that changed: what it says of an order is partial. Where a
package took another's place or was canceled, that is not enough, and the order has to be read.

What Trendyol leaves open:

* ``orderDate`` is in GMT+3 and the times of ``packageHistories`` in GMT, as documented. In which of the two
  ``lastModifiedDate`` is, is not said; it only orders the documents of one order.
* Which status a package gets whose place others take. Pieces of *UnPacked* ones and of those that another
  package names in ``originPackageIds`` are not counted.
* What *Verified* means.
* Line totals: discounts are told by line in more than one way. Only the price of a piece is read.
* Of two numbers, ``cargoSenderNumber`` is the seller's own, ``cargoTrackingNumber`` Trendyol's.
"""

from __future__ import annotations

from typing import Any

from shared.channels.trendyol import schema
from shared.channels.trendyol.order import OrderReading, is_partly_elsewhere
from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.fields import identifier
from shared.wire.shapes import read_shape

ORDER_TOPIC = "order"
TOPICS = (ORDER_TOPIC, "")


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what a page of packages, or one package, says: one report per order.

    Raises SignalError where a webhook tells of one order that has to be read, IrrelevantError for an empty
    page and for other topics, UnusableError.
    """
    if topic not in TOPICS:
        raise IrrelevantError("not an order topic")
    orders = _by_number(_packages(document))
    if not orders:
        raise IrrelevantError("no packages")
    is_whole = topic == ORDER_TOPIC
    if not is_whole and len(orders) == 1:
        [(number, packages)] = orders.items()
        if any(is_partly_elsewhere(package) for package in packages):
            raise SignalError(number)
    return [
        OrderReading(number, packages, reading, is_whole=is_whole).report()
        for number, packages in orders.items()
    ]


def _packages(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    content = document.get("content", [document])
    if not isinstance(content, list):
        raise UnusableError("invalid_shape", "content")
    return content


def _by_number(content: list[Any]) -> dict[str, tuple[schema.Package, ...]]:
    orders: dict[str, tuple[schema.Package, ...]] = {}
    for item in content:
        if not isinstance(item, dict):
            raise UnusableError("invalid_shape", "content")
        number = identifier(item.get("orderNumber"), "order_id")
        orders[number] = (*orders.get(number, ()), read_shape(schema.Package, item))
    return orders
