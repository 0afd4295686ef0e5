"""Shopify's documents in our words.

A webhook's topic says what its body is. The topic is not signed, so a body that is plainly
something else is refused (``topic_mismatch``). Without a topic (answers of the Admin API) the
shape tells: a bare resource, or resources under their name, ``{"order": …}``, ``{"orders": […]}``.

What a document says of an order as a whole is a snapshot with the time ``updated_at``; its
refunds and fulfillments are additive, each known by its own id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.channels.shopify.findings import Findings
from shared.channels.shopify.fulfillments import read_fulfillment, read_fulfillment_event
from shared.channels.shopify.orders import read_order
from shared.channels.shopify.privacy import PRIVACY_TOPICS as PRIVACY_TOPICS
from shared.channels.shopify.privacy import privacy_request as privacy_request
from shared.channels.shopify.refunds import read_refund
from shared.channels.shopify.schema import (
    DeletedOrder,
    FulfillmentDocument,
    FulfillmentEventDocument,
    OrderDocument,
    RefundDocument,
)
from shared.orders.facts import Report, StatusReported, StatusWord
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.shapes import read_shape

# What each topic's body is.
TOPIC_RESOURCES = {
    "orders/create": "order",
    "orders/updated": "order",
    "orders/paid": "order",
    "orders/cancelled": "order",
    "orders/edited": "order",
    "orders/fulfilled": "order",
    "orders/partially_fulfilled": "order",
    "orders/delete": "deleted_order",
    "refunds/create": "refund",
    "fulfillments/create": "fulfillment",
    "fulfillments/update": "fulfillment",
    "fulfillment_events/create": "fulfillment_event",
}
TOPICS = tuple(TOPIC_RESOURCES)

# Resources that an answer of the Admin API may hold, and that say nothing about an order's state.
OTHER_RESOURCES = ("fulfillment_order", "fulfillment_orders", "webhook", "webhooks")


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return one report per resource in ``document``.

    Raises UnusableError, and IrrelevantError with the topic (or the resource's name) where it
    is about something else: the privacy topics, an uninstalled app, products.
    """
    if topic and topic not in TOPIC_RESOURCES:
        raise IrrelevantError(topic)
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    bare = _bare_resource(document)
    if not topic:
        resource, documents = (bare, [document]) if bare else _wrapped_resources(document)
    elif bare in ("", TOPIC_RESOURCES[topic]):
        resource, documents = TOPIC_RESOURCES[topic], [document]
    else:
        raise UnusableError("topic_mismatch")
    return [_READERS[resource](each, reading) for each in documents]


def _bare_resource(document: dict[str, Any]) -> str:
    """Return what ``document`` itself is, "" where its shape does not tell."""
    keys = document.keys()
    if {"line_items", "financial_status"} <= keys:
        return "order"
    if "order_id" not in keys:
        return ""
    if "fulfillment_id" in keys:
        return "fulfillment_event"
    if keys & {"tracking_number", "tracking_numbers", "tracking_company"}:
        return "fulfillment"
    if keys & {"refund_line_items", "transactions"}:
        return "refund"
    return ""


def _wrapped_resources(document: dict[str, Any]) -> tuple[str, list[Any]]:
    for resource in ("order", "fulfillment", "fulfillment_event", "refund"):
        if resource in document:
            return resource, [document[resource]]
        if isinstance(many := document.get(f"{resource}s"), list):
            return resource, many
    for resource in OTHER_RESOURCES:
        if resource in document:
            raise IrrelevantError(resource)
    raise UnusableError("unknown_shape")


def _order(document: Any, reading: Reading) -> Report:
    _check_size(document, "line_items")
    return read_order(read_shape(OrderDocument, document), reading)


def _deleted_order(document: Any, reading: Reading) -> Report:  # noqa: ARG001  holds no time
    deleted = read_shape(DeletedOrder, document)
    return Report(
        facts=(StatusReported(word=StatusWord.DELETED, raw="delete"),),
        order_external_id=fields.identifier(deleted.id, "order_id"),
    )


def _refund(document: Any, reading: Reading) -> Report:
    _check_size(document, "refund_line_items")
    refund = read_shape(RefundDocument, document)
    found = Findings()
    read_refund(refund, reading, found)
    return _additive(found, refund.order_id, refund.processed_at or refund.created_at, reading)


def _fulfillment(document: Any, reading: Reading) -> Report:
    _check_size(document, "line_items")
    fulfillment = read_shape(FulfillmentDocument, document)
    found = Findings()
    read_fulfillment(fulfillment, reading, found)
    return _additive(found, fulfillment.order_id, fulfillment.updated_at, reading)


def _fulfillment_event(document: Any, reading: Reading) -> Report:
    event = read_shape(FulfillmentEventDocument, document)
    found = Findings()
    read_fulfillment_event(event, reading, found)
    return _additive(found, event.order_id, event.happened_at, reading)


def _additive(found: Findings, order_id: Any, time: Any, reading: Reading) -> Report:
    return Report(
        facts=tuple(found.facts),
        order_external_id=fields.identifier(order_id, "order_id"),
        source_time=fields.optional_timestamp(time, "updated_at", received_at=reading.received_at),
        flags=tuple(sorted(found.flags)),
    )


def _check_size(document: Any, lines: str) -> None:
    # Before anything is built from it: ten thousand lines are a burden already as models.
    if (
        isinstance(document, dict)
        and isinstance(document.get(lines), list)
        and len(document[lines]) > fields.MAX_LINES
    ):
        raise UnusableError("too_many_lines", lines)


_READERS: dict[str, Callable[[Any, Reading], Report]] = {
    "order": _order,
    "deleted_order": _deleted_order,
    "refund": _refund,
    "fulfillment": _fulfillment,
    "fulfillment_event": _fulfillment_event,
}
