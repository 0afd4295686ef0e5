"""Shipments at Shopify: fulfillments of pieces of the order's fulfillment orders.

Goods that lie at several locations need one each. A fulfillment has no place for a reference of ours. With a
tracking number it is found by that; two without one are the same to whoever asks, so one in doubt is only
repeated where it is certain that it was not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from shared.channels.shopify import client
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import ApiError, RefusedError, UnreadableAnswerError

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

_THERE = ("pending", "open", "success")
UNSEEN = Answered(told=Told.UNSEEN)


def ship(call: Call, api: Api) -> Answered:
    """Ship a package, or what is missing of it. Raises ApiError, MissingCredentialError."""
    parcel = parcel_of(call)
    missing = _wanted(call)
    made: list[str] = []
    if parcel.tracking_number:
        made, there = shipped_with(parcel.tracking_number, call, api)
        missing -= there
    wanted = _fulfillments(call, missing, api)
    if +missing:
        # Not open any more: refused, unless it is the part of this package that was made before.
        parts = _parts(call, api) if wanted and not parcel.tracking_number else []
        if _contents(parts) != +missing:
            raise RefusedError("not_fulfillable")
        made = [str(each["id"]) for each in parts]
    for number, each in enumerate(wanted):
        try:
            made.append(str(client.create_fulfillment(each, api)["id"]))
        except ApiError as error:
            raise (_half_made(error) if number else error) from None
    return Answered(told=Told.CONFIRMED, external_id=made[0])


def _half_made(error: ApiError) -> ApiError:
    """Return what is to be said where a fulfillment was made and the next was not: it is asked for first."""
    if isinstance(error, RefusedError):
        return UnreadableAnswerError(error.code)
    error.is_certain = False
    return error


def _fulfillments(call: Call, missing: Counter[str], api: Api) -> list[dict[str, Any]]:
    """Return the fulfillments that ship ``missing``, one a location; what is not open stays in it."""
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
    info = tracking_info(parcel_of(call))
    return [
        {"notify_customer": False, "line_items_by_fulfillment_order": orders}
        | ({"tracking_info": info} if info else {})
        for orders in by_location.values()
    ]


def _parts(call: Call, api: Api) -> list[dict[str, Any]]:
    """Return the fulfillments without a number that hold nothing but pieces of this package."""
    return [
        each
        for each in client.list_fulfillments(call.order_id, api)
        if each.get("status") in _THERE and not numbers_of(each) and not _contents([each]) - _wanted(call)
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


def look_for_shipment(call: Call, api: Api) -> Answered:
    """Ask whether a package is there as a whole. Raises ApiError, MissingCredentialError."""
    parcel, wanted = parcel_of(call), _wanted(call)
    if parcel.tracking_number:
        ids, there = shipped_with(parcel.tracking_number, call, api)
        # Only a part of it: made again, it goes on from there.
        return UNSEEN if not ids or wanted - there else Answered(told=Told.CONFIRMED, external_id=ids[0])
    parts = _parts(call, api)
    orders = client.list_fulfillment_orders(call.order_id, api) if parts else []
    open_pieces: Counter[str] = Counter()
    locations = set()
    for order in orders:
        for item in order.get("line_items") or ():
            line_id = str(item.get("line_item_id"))
            open_pieces[line_id] += int(item.get("fulfillable_quantity") or 0)
            locations |= {order.get("assigned_location_id")} if line_id in wanted else set()
    gone = wanted - open_pieces
    alike = [each for each in parts if _contents([each]) == wanted]
    if not alike and len(locations) < 2:
        # From one location it is made at once or not at all.
        return UNSEEN
    if (len(alike) == 1 and gone) or (not alike and gone == wanted == _contents(parts)):
        return Answered(told=Told.CONFIRMED, external_id=str((alike or parts)[0]["id"]))
    if not alike and gone and gone == _contents(parts):
        # Only a part of it: made again, it goes on from there.
        return UNSEEN
    return Answered(told=Told.UNKNOWABLE, reason="alike_without_tracking")


def shipped_with(tracking_number: str, call: Call, api: Api) -> tuple[list[str], Counter[str]]:
    """Return ids and contents of the order's fulfillments with a tracking number."""
    found = [
        each
        for each in client.list_fulfillments(call.order_id, api)
        if each.get("status") in _THERE and tracking_number in numbers_of(each)
    ]
    return [str(each["id"]) for each in found], _contents(found)


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


def numbers_of(fulfillment: dict[str, Any]) -> set[str]:
    """Return the tracking numbers of a fulfillment."""
    numbers = {fulfillment.get("tracking_number"), *(fulfillment.get("tracking_numbers") or ())}
    return {str(value) for value in numbers if value}


def tracking_info(parcel: Parcel) -> dict[str, str]:
    """Return a parcel's number, carrier and link as Shopify takes them; {} where there are none."""
    company = parcel.carrier_code or CARRIERS.get(parcel.carrier, "")
    if not company and parcel.tracking_url:
        company = UNLISTED.get(parcel.carrier, parcel.carrier)
    info = {"number": parcel.tracking_number, "company": company, "url": parcel.tracking_url}
    return {key: value for key, value in info.items() if value}


def parcel_of(call: Call) -> Parcel:
    """Return the parcel that a call is about. Raises RefusedError."""
    if call.parcel is None:
        raise RefusedError("package_missing")
    return call.parcel
