"""eBay's documents in our words (Fulfillment API 1.20; topics of the Notification API).

A polled document, under the topic ``order``, is the answer of getOrder beside that of
getShippingFulfillments, as :mod:`shared.channels.ebay.polls` puts them together:
``{"order": {…}, "shippingFulfillments": {…}}``. An order alone is read, too.

ORDER_CONFIRMATION (one for each line item) and ITEM_MARKED_SHIPPED only say that an order changed: it is to
be read again.

MARKETPLACE_ACCOUNT_DELETION names a user (``username``, ``userId``, ``eiasToken``: the topic's AsyncAPI file
1.0.0 at developer.ebay.com) and no order. An order names its buyer by ``buyer.username``, "the buyer's eBay
user ID"; for some developers that is the immutable user id since September 2025 (eBay's Data Handling
Compliance). Both names of a deletion are looked for, the token is in no order. The document is kept nowhere.

What eBay leaves open:

* Where a notification names its order is told by its AsyncAPI files, of which no sample is published. Read
  are ``data.orderId`` and ``data.order.orderId``, which programs that take these topics use; one with
  neither is quarantined.
* Whether the state of a cancellation that the seller rejected goes back to NONE_REQUESTED is not said. The
  requests of the order tell, whatever the state is.
* Line-level cancellations and the quantity of a refund do not occur: refunds are told by amount.
* Amounts are in the currency of the payout. The buyer's own (``convertedFromValue``) is not read.
* How a package of a seller who marks an order as shipped without a number is listed is not said. What eBay
  calls fulfilled and no fulfillment holds becomes a package of its own.
"""

from __future__ import annotations

from typing import Any

from shared.channels.ebay import schema
from shared.channels.ebay.order import OrderReading
from shared.orders.facts import PrivacyWord, Report
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.fields import identifier
from shared.wire.privacy import PrivacyRequest
from shared.wire.shapes import read_shape

ORDER_TOPIC = "order"
SIGNALS = ("ORDER_CONFIRMATION", "ITEM_MARKED_SHIPPED")
ACCOUNT_DELETION = "MARKETPLACE_ACCOUNT_DELETION"
TOPICS = (ORDER_TOPIC, *SIGNALS, ACCOUNT_DELETION)

PRIVACY_TOPICS = frozenset({ACCOUNT_DELETION})


def privacy_request(document: Any, topic: str) -> PrivacyRequest:
    """Return what an account deletion asks for: it names an account, no order. Raises UnusableError."""
    data = _at(document, "notification", "data")
    if not isinstance(data, dict):
        raise UnusableError("invalid_shape", topic)
    named = _at(document, "notification", "notificationId")
    names = (data.get("username"), data.get("userId"))
    return PrivacyRequest(
        word=PrivacyWord.ERASE,
        request=named if isinstance(named, str) else "",
        accounts=tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name)),
    )


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what a document says: one report for an order.

    Raises SignalError for ORDER_CONFIRMATION and ITEM_MARKED_SHIPPED, IrrelevantError for other
    notifications, UnusableError.
    """
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    if "notification" in document:
        _hear(document, topic or _at(document, "metadata", "topic"))
    if topic not in ("", ORDER_TOPIC):
        raise UnusableError("missing_field:notification", "notification")
    order = document.get("order", document)
    if not isinstance(order, dict):
        raise UnusableError("invalid_shape", "order")
    external_id = identifier(order.get("orderId"), "order_id")
    fulfillments = document.get("shippingFulfillments")
    return [
        OrderReading(
            external_id,
            read_shape(schema.Order, order),
            None if fulfillments is None else read_shape(schema.Fulfillments, fulfillments).fulfillments,
            reading,
        ).report()
    ]


def _hear(document: dict[str, Any], topic: Any) -> None:
    """Raise what a notification means."""
    if topic in SIGNALS:
        data = _at(document, "notification", "data")
        named = _at(data, "orderId") or _at(data, "order", "orderId")
        raise SignalError(identifier(named, "order_id"), topic)
    raise IrrelevantError("account_deletion" if topic == ACCOUNT_DELETION else "not an order topic")


def _at(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
