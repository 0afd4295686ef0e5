"""Parcels: opened, moved on, given another number, taken back.

A parcel carries our number as its ``sourceId``: told again it is the same one. One that was delivered is
never moved back, and orders that are canceled or refunded are left alone. ikas is asked to write no mails:
who hears of a parcel is decided here.
"""

from __future__ import annotations

from typing import Any

from shared.channels.ikas import client, words
from shared.channels.ikas.live import CLOSED_ANSWER, Live, LivePackage, live_of, read_live
from shared.channels.ikas.source import source_id
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import RefusedError

_READY = "READY_FOR_SHIPMENT"
_SENT = "FULFILLED"
_DELIVERED = "DELIVERED"
_COLLECTABLE = "READY_FOR_PICK_UP"

# What each call sets, and the statuses that show that it is set, or passed.
_AFTER_SENT = frozenset(
    {_SENT, _COLLECTABLE, _DELIVERED, "UNABLE_TO_DELIVER", *words.RETURNS, words.REFUNDED_LINE}
)
_SHOWN: dict[str, tuple[str, frozenset[str]]] = {
    "ready": (_READY, _AFTER_SENT | {_READY}),
    "ship": (_SENT, _AFTER_SENT),
    "at_pickup_point": (_COLLECTABLE, frozenset({_COLLECTABLE, _DELIVERED, *words.RETURNS})),
    "delivered": (_DELIVERED, frozenset({_DELIVERED, *words.RETURNS})),
}

_DONE = Answered(told=Told.CONFIRMED)
_UNSEEN = Answered(told=Told.UNSEEN)
_UNKNOWN = Answered(told=Told.REFUSED, reason="package_unknown")


def pack(call: Call, api: Api) -> Answered:
    """Ready, ship: open the parcel, or move one that is there."""
    order = read_live(call.order_id, api)
    known = order.package_of(call.parcel)
    if known is not None:
        return _set_status(call, order, known, api)
    if order.is_closed:
        return CLOSED_ANSWER
    parcel = _parcel(call)
    values: dict[str, Any] = {
        "orderId": call.order_id,
        "lines": [
            {"orderLineItemId": share.id, "quantity": count}
            for share, count, _ in order.allocate(call.pieces, order.is_open)
        ],
        "markAsReadyForShipment": call.name == "ready",
        "sendNotificationToCustomer": False,
        "sourcePackageId": source_id(parcel.id),
    }
    if parcel.tracking_number:
        values["trackingInfoDetail"] = _tracking(parcel)
    after = live_of(client.change(api, "fulfillOrder", "FulFillOrderInput", values))
    return _shown(call, after) or Answered(told=Told.PENDING)


def move(call: Call, api: Api) -> Answered:
    """Delivered, at a pick-up point: move a parcel that is there."""
    order = read_live(call.order_id, api)
    known = order.package_of(call.parcel)
    return _UNKNOWN if known is None else _set_status(call, order, known, api)


def _set_status(call: Call, order: Live, package: LivePackage, api: Api) -> Answered:
    shown = _shown(call, order)
    if shown is not None:
        return shown
    if order.is_closed:
        return CLOSED_ANSWER
    status, reached = _SHOWN[call.name]
    if package.status in reached:  # it lacks the tracking alone
        status = package.status
    return _update(call, package, status, api)


def _update(call: Call, package: LivePackage, status: str, api: Api) -> Answered:
    parcel = _parcel(call)
    entry: dict[str, Any] = {"packageId": package.id, "status": status}
    if parcel.tracking_number:
        entry["trackingInfo"] = _tracking(parcel)
    values = {"orderId": call.order_id, "packages": [entry]}
    after = live_of(client.change(api, "updateOrderPackageStatus", "UpdateOrderPackageStatusInput", values))
    return _shown(call, after) or Answered(told=Told.PENDING)


def track(call: Call, api: Api) -> Answered:
    order = read_live(call.order_id, api)
    known = order.package_of(call.parcel)
    if known is None:
        return _UNKNOWN
    if order.is_closed:
        return CLOSED_ANSWER
    return _shown(call, order) or _update(call, known, known.status, api)


def _shown(call: Call, order: Live) -> Answered | None:
    """Return the confirmation where the order shows what was told, None where it does not."""
    package = order.package_of(call.parcel)
    number = _parcel(call).tracking_number
    if package is None or (number and package.tracking_number != number):
        return None
    if call.name in _SHOWN and package.status not in _SHOWN[call.name][1]:
        return None
    return Answered(told=Told.CONFIRMED, external_id=package.id)


def look_for_parcel(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001
    order = read_live(call.order_id, api)
    return _shown(call, order) or (CLOSED_ANSWER if order.is_closed else _UNSEEN)


def open_parcel(call: Call, api: Api) -> Answered:
    """Cancel_shipment: the parcel's pieces are open again."""
    known = read_live(call.order_id, api).package_of(call.parcel)
    if known is None:
        return _DONE
    values = {"orderId": call.order_id, "orderPackageId": known.id}
    after = live_of(client.change(api, "cancelFulfillment", "CancelFulfillmentInput", values))
    return _DONE if after.package_of(call.parcel) is None else Answered(told=Told.PENDING)


def look_for_open_parcel(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001
    return _DONE if read_live(call.order_id, api).package_of(call.parcel) is None else _UNSEEN


def _tracking(parcel: Parcel) -> dict[str, Any]:
    return {
        "trackingNumber": parcel.tracking_number,
        "cargoCompany": parcel.carrier_code or parcel.carrier,
        "trackingLink": parcel.tracking_url,
        "isSendNotification": False,
    }


def _parcel(call: Call) -> Parcel:
    if call.parcel is None:
        raise RefusedError("parcel_missing")
    return call.parcel
