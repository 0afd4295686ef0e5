"""What Shopify is told.

Shipments are in :mod:`shared.channels.shopify.shipments`, refunds and copies in modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.channels.shopify import client, create, refund_calls, shipments
from shared.channels.shopify.shipments import (
    UNSEEN,
    look_for_shipment,
    numbers_of,
    parcel_of,
    ship,
    shipped_with,
    tracking_info,
)
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import RefusedError, UnreadableAnswerError

REPEATABLE = frozenset({"tracking"})
CARRIERS = shipments.CARRIERS

# Our reasons in Shopify's (Order.cancel_reason).
REASONS = {
    "customer": "customer",
    "fraud": "fraud",
    "inventory": "inventory",
    "out_of_stock": "inventory",
    "declined": "declined",
    "payment": "declined",
    "other": "other",
}
DEFAULT_REASON = "other"
OWN_REASONS = {"cancel": frozenset(REASONS.values())}

# What a fulfillment event says (FulfillmentEvent.status).
EVENTS = {"delivered": "delivered", "at_pickup_point": "ready_for_pickup"}


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    return _PERFORMS[call.name](call, api)


def look(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001  our reference finds refunds
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    return _LOOKS[call.name](call, api)


def _track(call: Call, api: Api) -> Answered:
    parcel = parcel_of(call)
    change = {"notify_customer": False, "tracking_info": tracking_info(parcel)}
    for fulfillment_id in _ids(parcel):
        changed = client.update_tracking(fulfillment_id, change, api)
        if parcel.tracking_number not in numbers_of(changed):
            raise UnreadableAnswerError("tracking_not_taken")
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel)[0])


def _look_for_tracking(call: Call, api: Api) -> Answered:
    parcel = parcel_of(call)
    tracked, _ = shipped_with(parcel.tracking_number, call, api)
    is_done = set(_ids(parcel)) <= set(tracked)
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel)[0]) if is_done else UNSEEN


def _cancel_shipment(call: Call, api: Api) -> Answered:
    canceled = _canceled(call, api)
    for fulfillment_id in _ids(parcel_of(call)):
        if fulfillment_id not in canceled:
            changed = client.cancel_fulfillment(fulfillment_id, api)
            if changed.get("status") != "cancelled":
                raise UnreadableAnswerError("fulfillment_not_canceled")
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel_of(call))[0])


def _look_for_canceled_shipment(call: Call, api: Api) -> Answered:
    is_done = set(_ids(parcel_of(call))) <= _canceled(call, api)
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel_of(call))[0]) if is_done else UNSEEN


def _canceled(call: Call, api: Api) -> set[str]:
    fulfillments = client.list_fulfillments(call.order_id, api)
    return {str(each["id"]) for each in fulfillments if each.get("status") == "cancelled"}


def _report(call: Call, api: Api) -> Answered:
    """Say where a parcel is."""
    status = EVENTS[call.name]
    for fulfillment_id in _ids(parcel_of(call)):
        event = client.create_event(call.order_id, fulfillment_id, status, api)
        if event.get("status") != status:
            raise UnreadableAnswerError("event_not_taken")
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel_of(call))[0])


def _look_for_report(call: Call, api: Api) -> Answered:
    fulfillments = client.list_fulfillments(call.order_id, api)
    there = {str(each["id"]) for each in fulfillments if each.get("shipment_status") == EVENTS[call.name]}
    is_done = set(_ids(parcel_of(call))) <= there
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel_of(call))[0]) if is_done else UNSEEN


def _cancel(call: Call, api: Api) -> Answered:
    details = {"reason": call.reason_code or REASONS.get(call.reason, DEFAULT_REASON), "email": False}
    if not client.cancel_order(call.order_id, details, api).get("cancelled_at"):
        return Answered(told=Told.PENDING)
    return Answered(told=Told.CONFIRMED)


def _look_for_cancellation(call: Call, api: Api) -> Answered:
    order = client.get_order(call.order_id, "id,cancelled_at", api)
    if order is None:
        return Answered(told=Told.REFUSED, reason="unknown_order")
    return Answered(told=Told.CONFIRMED) if order.get("cancelled_at") else UNSEEN


def _ids(parcel: Parcel) -> tuple[str, ...]:
    if not parcel.external_ids:
        raise RefusedError("unknown_package")
    return parcel.external_ids


_PERFORMS: dict[str, Callable[[Call, Api], Answered]] = {
    "ship": ship,
    "tracking": _track,
    "delivered": _report,
    "at_pickup_point": _report,
    "cancel_shipment": _cancel_shipment,
    "cancel": _cancel,
    "cancel_lines": refund_calls.cancel_lines,
    "refund": refund_calls.refund,
    "create": create.create,
}
_LOOKS: dict[str, Callable[[Call, Api], Answered]] = {
    "ship": look_for_shipment,
    "tracking": _look_for_tracking,
    "delivered": _look_for_report,
    "at_pickup_point": _look_for_report,
    "cancel_shipment": _look_for_canceled_shipment,
    "cancel": _look_for_cancellation,
    "cancel_lines": refund_calls.look_for,
    "refund": refund_calls.look_for,
    "create": create.look_for,
}
