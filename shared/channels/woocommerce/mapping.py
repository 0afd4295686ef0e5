"""WooCommerce's documents in our words (REST API documentation wc/v3; woocommerce/woocommerce).

A webhook carries the order as it is when it is delivered, which may be later than the event
it is named after: the document decides, never the topic. Only a deletion differs: its
body is ``{"id": N}``. ``order.restored`` carries the order and is read like any other.

What WooCommerce leaves open:

* Which goods left the shop is not said. *completed* becomes one package of all that is open,
  or *picked up* where the customer collects.
* Tracking has no home in the order document. The keys of the core's fulfillments are read
  where they are found in the order's ``meta_data``; without a number the package waits for one.
* ``refunds`` of an order tell amounts, not products. A refund deleted in the shop is gone
  from the list without a word, and stays recorded here.
* A refund read by itself does not name its order and cannot be used.
* ``price`` is the line's total divided by its quantity and may have endless digits. It is
  kept as it comes and flagged ``fine_amount``, like line totals finer than the currency.
* Whether a line needs shipping is not said; all do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.channels.woocommerce import schema
from shared.channels.woocommerce.order import OrderReading
from shared.orders.facts import Report, StatusReported, StatusWord
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.shapes import read_shape

DELETED_TOPIC = "order.deleted"
TOPICS = ("order.created", "order.updated", "order.restored", DELETED_TOPIC)

_BATCH = ("create", "update", "delete")


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what an order, a list of orders or a batch answer says, one report per order.

    Raises UnusableError and IrrelevantError. In a list, drafts and the like are left out, and
    one unusable order makes the list unusable: who reads pages hands in order by order.
    """
    if topic and topic not in TOPICS:
        raise IrrelevantError("not an order topic")
    if topic:
        return [_single(document, topic, reading)]
    if isinstance(document, list):
        return _several([("", item) for item in document], reading)
    if isinstance(document, dict) and "id" not in document and not document.keys().isdisjoint(_BATCH):
        return _several(list(_batch_items(document)), reading)
    return [_single(document, "", reading)]


def _batch_items(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in _BATCH:
        items = document.get(part, [])
        if not isinstance(items, list):
            raise UnusableError("invalid_shape", part)
        for item in items:
            yield (DELETED_TOPIC if part == "delete" else ""), item


def _several(items: list[tuple[str, Any]], reading: Reading) -> list[Report]:
    reports: list[Report] = []
    skipped: IrrelevantError | None = None
    for topic, item in items:
        try:
            reports.append(_single(item, topic, reading))
        except IrrelevantError as error:
            skipped = error
    if skipped and not reports:
        raise skipped
    return reports


def _single(document: Any, topic: str, reading: Reading) -> Report:
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    if "delivery_url" in document:
        raise IrrelevantError("a webhook subscription")
    if "refunded_by" in document:
        raise UnusableError("missing_field:order_id", "order_id")
    external_id = fields.identifier(document.get("id"), "order_id")
    if topic == DELETED_TOPIC or document.keys() == {"id"}:
        deleted = StatusReported(word=StatusWord.DELETED, raw=DELETED_TOPIC)
        return Report(order_external_id=external_id, facts=(deleted,))
    return OrderReading(external_id, read_shape(schema.Order, document), reading).report()
