"""What Shopify is told.

A package is a fulfillment of pieces of the order's fulfillment orders; goods that lie at several locations
need one each. A fulfillment has no place for a reference of ours. With a tracking number it is found by that;
two without one are the same to whoever asks, so one in doubt is only repeated where it is certain that it
was not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from shared.channels.shopify import client, create, refund_calls
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import RefusedError, UnreadableAnswerError

REPEATABLE = frozenset({"tracking"})

# Names of Shopify's own list of tracking companies, for which it makes the links (Admin GraphQL reference,
# FulfillmentTrackingInfo.company).
CARRIERS = {
    "amazon": "Amazon",
    "canada_post": "Canada Post",
    "canpar": "Canpar",
    "colissimo": "Colissimo",
    "deutsche_post": "Deutsche Post",
    "dpd": "DPD",
    "evri": "Evri",
    "fedex": "FedEx",
    "gls": "GLS",
    "la_poste": "La Poste",
    "ontrac": "OnTrac",
    "postnl": "PostNL",
    "purolator": "Purolator",
    "royal_mail": "Royal Mail",
    "ups": "UPS",
    "usps": "USPS",
    "yunexpress": "YunExpress",
}

# Not in the list: these names go with a tracking URL alone, because Shopify guesses others from the number.
UNLISTED = {"dhl": "DHL", "hermes": "Hermes"}

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

# What a fulfillment event says (FulfillmentEvent.status).
EVENTS = {"delivered": "delivered", "at_pickup_point": "ready_for_pickup"}

_THERE = ("pending", "open", "success")
UNSEEN = Answered(told=Told.UNSEEN)


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    return _PERFORMS[call.name](call, api)


def look(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001  our reference finds refunds
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    return _LOOKS[call.name](call, api)


def _ship(call: Call, api: Api) -> Answered:
    parcel = _parcel(call)
    missing = _wanted(call)
    made_before: list[str] = []
    if parcel.tracking_number:
        made_before, there = _shipped_with(parcel.tracking_number, call, api)
        missing -= there
    made = [str(client.create_fulfillment(each, api)["id"]) for each in _fulfillments(call, missing, api)]
    return Answered(told=Told.CONFIRMED, external_id=[*made_before, *made][0])


def _fulfillments(call: Call, missing: Counter[str], api: Api) -> list[dict[str, Any]]:
    """Return the fulfillments that ship ``missing``, one a location. Raises RefusedError."""
    if not missing:
        return []
    by_location: dict[str, list[dict[str, Any]]] = {}
    for order in client.list_fulfillment_orders(call.order_id, api):
        if "create_fulfillment" not in (order.get("supported_actions") or ()):
            continue
        items = _take(missing, order.get("line_items") or ())
        if items:
            by_location.setdefault(str(order.get("assigned_location_id")), []).append(
                {"fulfillment_order_id": order["id"], "fulfillment_order_line_items": items}
            )
    if +missing:
        raise RefusedError("not_fulfillable")
    info = _tracking(_parcel(call))
    return [
        {"notify_customer": False, "line_items_by_fulfillment_order": orders}
        | ({"tracking_info": info} if info else {})
        for orders in by_location.values()
    ]


def _take(missing: Counter[str], items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    taken = []
    for item in items:
        line_id = str(item.get("line_item_id"))
        quantity = min(missing[line_id], int(item.get("fulfillable_quantity") or 0))
        if quantity > 0:
            taken.append({"id": item["id"], "quantity": quantity})
            missing[line_id] -= quantity
    return taken


def _look_for_shipment(call: Call, api: Api) -> Answered:
    parcel, wanted = _parcel(call), _wanted(call)
    if parcel.tracking_number:
        ids, there = _shipped_with(parcel.tracking_number, call, api)
        # Only a part of it: made again, it goes on from there.
        return UNSEEN if not ids or wanted - there else Answered(told=Told.CONFIRMED, external_id=ids[0])
    alike = [
        str(each["id"])
        for each in client.list_fulfillments(call.order_id, api)
        if each.get("status") in _THERE and not _numbers(each) and _contents([each]) == wanted
    ]
    if not alike:
        return UNSEEN
    open_pieces: Counter[str] = Counter()
    for order in client.list_fulfillment_orders(call.order_id, api):
        for item in order.get("line_items") or ():
            open_pieces[str(item.get("line_item_id"))] += int(item.get("fulfillable_quantity") or 0)
    if len(alike) == 1 and wanted - open_pieces:
        return Answered(told=Told.CONFIRMED, external_id=alike[0])
    return Answered(told=Told.UNKNOWABLE, reason="alike_without_tracking")


def _shipped_with(tracking_number: str, call: Call, api: Api) -> tuple[list[str], Counter[str]]:
    """Return ids and contents of the order's fulfillments with a tracking number."""
    found = [
        each
        for each in client.list_fulfillments(call.order_id, api)
        if each.get("status") in _THERE and tracking_number in _numbers(each)
    ]
    return [str(each["id"]) for each in found], _contents(found)


def _track(call: Call, api: Api) -> Answered:
    parcel = _parcel(call)
    change = {"notify_customer": False, "tracking_info": _tracking(parcel)}
    for fulfillment_id in _ids(parcel):
        changed = client.update_tracking(fulfillment_id, change, api)
        if parcel.tracking_number not in _numbers(changed):
            raise UnreadableAnswerError("tracking_not_taken")
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel)[0])


def _look_for_tracking(call: Call, api: Api) -> Answered:
    parcel = _parcel(call)
    tracked, _ = _shipped_with(parcel.tracking_number, call, api)
    is_done = set(_ids(parcel)) <= set(tracked)
    return Answered(told=Told.CONFIRMED, external_id=_ids(parcel)[0]) if is_done else UNSEEN


def _cancel_shipment(call: Call, api: Api) -> Answered:
    canceled = _canceled(call, api)
    for fulfillment_id in _ids(_parcel(call)):
        if fulfillment_id not in canceled:
            changed = client.cancel_fulfillment(fulfillment_id, api)
            if changed.get("status") != "cancelled":
                raise UnreadableAnswerError("fulfillment_not_canceled")
    return Answered(told=Told.CONFIRMED, external_id=_ids(_parcel(call))[0])


def _look_for_canceled_shipment(call: Call, api: Api) -> Answered:
    is_done = set(_ids(_parcel(call))) <= _canceled(call, api)
    return Answered(told=Told.CONFIRMED, external_id=_ids(_parcel(call))[0]) if is_done else UNSEEN


def _canceled(call: Call, api: Api) -> set[str]:
    fulfillments = client.list_fulfillments(call.order_id, api)
    return {str(each["id"]) for each in fulfillments if each.get("status") == "cancelled"}


def _report(call: Call, api: Api) -> Answered:
    """Say where a parcel is."""
    status = EVENTS[call.name]
    for fulfillment_id in _ids(_parcel(call)):
        event = client.create_event(call.order_id, fulfillment_id, status, api)
        if event.get("status") != status:
            raise UnreadableAnswerError("event_not_taken")
    return Answered(told=Told.CONFIRMED, external_id=_ids(_parcel(call))[0])


def _look_for_report(call: Call, api: Api) -> Answered:
    fulfillments = client.list_fulfillments(call.order_id, api)
    there = {str(each["id"]) for each in fulfillments if each.get("shipment_status") == EVENTS[call.name]}
    is_done = set(_ids(_parcel(call))) <= there
    return Answered(told=Told.CONFIRMED, external_id=_ids(_parcel(call))[0]) if is_done else UNSEEN


def _cancel(call: Call, api: Api) -> Answered:
    details = {"reason": REASONS.get(call.reason, DEFAULT_REASON), "email": False}
    if not client.cancel_order(call.order_id, details, api).get("cancelled_at"):
        return Answered(told=Told.PENDING)
    return Answered(told=Told.CONFIRMED)


def _look_for_cancellation(call: Call, api: Api) -> Answered:
    order = client.get_order(call.order_id, "id,cancelled_at", api)
    if order is None:
        return Answered(told=Told.REFUSED, reason="unknown_order")
    return Answered(told=Told.CONFIRMED) if order.get("cancelled_at") else UNSEEN


def _wanted(call: Call) -> Counter[str]:
    wanted: Counter[str] = Counter()
    for piece in call.pieces:
        wanted[piece.line_id] += piece.quantity
    if not wanted:
        raise RefusedError("nothing_to_ship")
    return wanted


def _contents(fulfillments: Iterable[dict[str, Any]]) -> Counter[str]:
    contents: Counter[str] = Counter()
    for fulfillment in fulfillments:
        for line in fulfillment.get("line_items") or ():
            contents[str(line.get("id"))] += int(line.get("quantity") or 0)
    return contents


def _numbers(fulfillment: dict[str, Any]) -> set[str]:
    numbers = {fulfillment.get("tracking_number"), *(fulfillment.get("tracking_numbers") or ())}
    return {str(value) for value in numbers if value}


def _tracking(parcel: Parcel) -> dict[str, str]:
    company = parcel.carrier_code or CARRIERS.get(parcel.carrier, "")
    if not company and parcel.tracking_url:
        company = UNLISTED.get(parcel.carrier, parcel.carrier)
    info = {"number": parcel.tracking_number, "company": company, "url": parcel.tracking_url}
    return {key: value for key, value in info.items() if value}


def _ids(parcel: Parcel) -> tuple[str, ...]:
    if not parcel.external_ids:
        raise RefusedError("unknown_package")
    return parcel.external_ids


def _parcel(call: Call) -> Parcel:
    if call.parcel is None:
        raise RefusedError("package_missing")
    return call.parcel


_PERFORMS: dict[str, Callable[[Call, Api], Answered]] = {
    "ship": _ship,
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
    "ship": _look_for_shipment,
    "tracking": _look_for_tracking,
    "delivered": _look_for_report,
    "at_pickup_point": _look_for_report,
    "cancel_shipment": _look_for_canceled_shipment,
    "cancel": _look_for_cancellation,
    "cancel_lines": refund_calls.look_for,
    "refund": refund_calls.look_for,
    "create": create.look_for,
}
