"""What Amazon is told: that a package left, under which number, and how far a pick-up is.

A package is told under our own number for it, as ``packageReferenceId``: what is told twice is one package,
and its tracking is changed by telling it again (developer-docs.amazon.com, *Confirm the shipment status*: any
positive number; the same one edits). The success of confirmShipment has no content; the package is confirmed
when the order shows it.

A carrier without a code is told as ``Other`` with its name. A shipment needs a tracking number and a carrier.
The status of a pick-up is set, and its success is all that is ever shown of it: that confirms it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.channels.amazon import client, words
from shared.channels.amazon.order import is_ours
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import HttpAnswer, RefusedError, UnreadableAnswerError

REPEATABLE = frozenset({"ship", "tracking", "ready_for_pickup", "picked_up", "cancel_pickup"})
OWN_REASONS: dict[str, frozenset[str]] = {}

# Values of CarrierCode in the order fulfillment feed's schema (amzn-base.xsd), as Amazon's clients list them.
CARRIERS = {
    "chronopost": "Chronopost",
    "deutsche_post": "Deutsche Post",
    "dhl": "DHL",
    "dpd": "DPD",
    "fedex": "FedEx",
    "gls": "GLS",
    "hermes": "Hermes Logistik Gruppe",
    "ontrac": "OnTrac",
    "royal_mail": "Royal Mail",
    "tnt": "TNT",
    "ups": "UPS",
    "usps": "USPS",
}

_OTHER = "Other"
_PACKAGE_CALLS = frozenset({"ship", "tracking"})


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    if call.name in words.PICKUP_STATUSES:
        status = words.PICKUP_STATUSES[call.name]
        client.update_shipment_status(api, call.order_id, _marketplace(call, api), status)
        return Answered(told=Told.CONFIRMED)
    parcel = _parcel(call)
    if not parcel.tracking_number:
        return Answered(told=Told.REFUSED, reason="tracking_number_needed")
    if not parcel.carrier_code and not parcel.carrier:
        return Answered(told=Told.REFUSED, reason="carrier_needed")
    package = _package(call, parcel, api.now())
    client.confirm_shipment(api, call.order_id, _marketplace(call, api), package)
    return Answered(told=Told.PENDING, ticket=package["packageReferenceId"])


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    if call.name in words.PICKUP_STATUSES:
        return Answered(told=Told.UNKNOWABLE)
    parcel = _parcel(call)
    order = _order(client.get_order(api, call.order_id))
    reference = ticket or _reference(parcel)
    for package in order.get("packages") or ():
        if str(package.get("packageReferenceId")) == reference:
            if package.get("trackingNumber") == parcel.tracking_number:
                return Answered(told=Told.CONFIRMED, external_id=reference)
            return Answered(told=Told.UNSEEN)
    if _status(order) == "CANCELLED":
        return Answered(told=Told.REFUSED, reason="order_canceled")
    return Answered(told=Told.UNSEEN)


def _parcel(call: Call) -> Parcel:
    if call.name not in _PACKAGE_CALLS or call.parcel is None:
        raise RefusedError("not_expressible")
    return call.parcel


def _package(call: Call, parcel: Parcel, now: datetime) -> dict[str, Any]:
    package: dict[str, Any] = {
        "packageReferenceId": _reference(parcel),
        "carrierCode": parcel.carrier_code or _OTHER,
        "trackingNumber": parcel.tracking_number,
        "shipDate": (parcel.shipped_at or now).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "orderItems": [{"orderItemId": piece.line_id, "quantity": piece.quantity} for piece in call.pieces],
    }
    if not parcel.carrier_code or parcel.carrier_code == _OTHER:
        package["carrierName"] = parcel.carrier or _OTHER
    return package


def _reference(parcel: Parcel) -> str:
    """Return Amazon's name for a package where it has told one, else our number."""
    return next((known for known in parcel.external_ids if not is_ours(known)), parcel.id)


def _marketplace(call: Call, api: Api) -> str:
    """Return where the order was placed: the connection's one marketplace, else what the order says."""
    known = client.marketplaces(api)
    if len(known) == 1:
        return known[0]
    channel = _order(client.get_order(api, call.order_id)).get("salesChannel")
    marketplace = channel.get("marketplaceId") if isinstance(channel, dict) else None
    if not isinstance(marketplace, str) or not marketplace:
        raise RefusedError("marketplace_unknown")
    return marketplace


def _order(answer: HttpAnswer | None) -> dict[str, Any]:
    if answer is None:
        raise RefusedError("order_unknown")
    document = answer.json()
    order = document.get("order") if isinstance(document, dict) else None
    if not isinstance(order, dict):
        raise UnreadableAnswerError("invalid_shape")
    return order


def _status(order: dict[str, Any]) -> str:
    fulfillment = order.get("fulfillment")
    return str(fulfillment.get("fulfillmentStatus", "")) if isinstance(fulfillment, dict) else ""
