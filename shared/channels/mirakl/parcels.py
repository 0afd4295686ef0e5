"""Parcels: a whole order that leaves in one (OR23, OR24), or one of several (ST01, ST23, ST06).

A shipment carries our reference as ``package_reference`` of its lines, so that it is found again in ST11
where no answer came. The order itself has one tracking number, and is found by its state.

Carriers have codes of each operator's own (SH21). One that is registered is named by its code; any other by
its name, with the address of its tracking page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.channels.mirakl import client, schema, words
from shared.channels.mirakl.amounts import canceled_pieces
from shared.channels.mirakl.order import WHOLE_ORDER
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told

CARRIERS_KEPT = timedelta(days=1)
UNSEEN = Answered(told=Told.UNSEEN)


def ship(call: Call, order: schema.Order, api: Api) -> Answered:
    """Say that a parcel has left. Raises ApiError, MissingCredentialError."""
    parcel = _parcel(call)
    state = fields.text(order.order_state)
    if is_whole(call, order):
        seen = look_whole(call, order)
        if seen.told is not Told.UNSEEN:
            return seen
        tracking = tracking_of(parcel, api, url_name="carrier_url")
        if tracking and fields.text(order.shipping_tracking) != (parcel.tracking_number or None):
            client.set_tracking(api, call.order_id, tracking)
        if state not in words.PACKAGES:
            client.ship_order(api, call.order_id)
        return Answered(told=Told.PENDING, ticket=WHOLE_ORDER)
    lines = [
        {
            "order_line_id": piece.line_id,
            "quantity": piece.quantity,
            "package_reference": call.reference,
        }
        for piece in call.pieces
    ]
    shipment: dict[str, Any] = {"order_id": call.order_id, "shipped": True, "shipment_lines": lines}
    tracking = tracking_of(parcel, api, url_name="tracking_url")
    if tracking:
        shipment["tracking"] = tracking
    made = client.create_shipment(api, shipment)
    return _refused("shipment_refused") if made is None else _shipment(made)


def look_ship(call: Call, order: schema.Order, ticket: str, api: Api) -> Answered:
    """Ask what became of a parcel that was told. Raises ApiError, MissingCredentialError."""
    if ticket == WHOLE_ORDER or (not ticket and is_whole(call, order)):
        return look_whole(call, order)
    number = _parcel(call).tracking_number
    for shipment in client.read_shipments(api, call.order_id):
        found = shipment.get("id") == ticket if ticket else _is_ours(shipment, call.reference, number)
        if found and shipment.get("status") != words.CANCELED_SHIPMENT:
            return _shipment(shipment)
    return UNSEEN


def look_whole(call: Call, order: schema.Order) -> Answered:
    """Return what the order itself shows of its one parcel."""
    state = fields.text(order.order_state)
    if state in words.GONE:
        return _refused(state)
    number = _parcel(call).tracking_number
    has_left = state in words.PACKAGES or state == "CLOSED"
    if has_left and (not number or fields.text(order.shipping_tracking) == number or state == "CLOSED"):
        return Answered(told=Told.CONFIRMED, external_id=WHOLE_ORDER)
    return UNSEEN


def is_whole(call: Call, order: schema.Order) -> bool:
    """True where nothing of the order is left out of the parcel: then the order itself can be shipped.

    Pieces that were refunded may have been so because they do not leave.
    """
    packed: dict[str, int] = {}
    for piece in call.pieces:
        packed[piece.line_id] = packed.get(piece.line_id, 0) + piece.quantity
    return call.is_rest and all(
        packed.get(fields.identifier(line.order_line_id, "order_line_id"), 0) >= _to_ship(line)
        for line in order.order_lines
        if fields.text(line.order_line_state) not in words.GONE
    )


def change_tracking(call: Call, api: Api) -> Answered:
    """Set the number of a parcel. Raises ApiError, MissingCredentialError."""
    parcel = _parcel(call)
    shipment = shipment_id(parcel)
    if not shipment:
        client.set_tracking(api, call.order_id, tracking_of(parcel, api, url_name="carrier_url"))
        return Answered(told=Told.PENDING, ticket=WHOLE_ORDER)
    tracking = tracking_of(parcel, api, url_name="tracking_url")
    done = client.set_shipment_tracking(api, shipment, tracking)
    if done is None:
        return _refused("tracking_refused")
    return Answered(told=Told.CONFIRMED, external_id=shipment)


def look_tracking(call: Call, order: schema.Order, api: Api) -> Answered:
    """Return CONFIRMED where the parcel shows its number. Raises ApiError, MissingCredentialError."""
    parcel = _parcel(call)
    shipment = shipment_id(parcel)
    if not shipment:
        is_shown = fields.text(order.shipping_tracking) == parcel.tracking_number
        return Answered(told=Told.CONFIRMED, external_id=WHOLE_ORDER) if is_shown else UNSEEN
    shown = _find(shipment, call.order_id, api)
    if shown is None:
        return _refused("unknown_shipment")
    is_shown = _number(shown) == parcel.tracking_number
    return Answered(told=Told.CONFIRMED, external_id=shipment) if is_shown else UNSEEN


def cancel_shipment(call: Call, api: Api) -> Answered:
    """Delete a parcel that has not left. Raises ApiError, MissingCredentialError."""
    shipment = shipment_id(_parcel(call))
    if not shipment:
        return _refused("whole_order_shipped")
    deleted = client.delete_shipment(api, shipment)
    return _refused("shipment_not_deletable") if deleted is None else Answered(told=Told.CONFIRMED)


def look_canceled(call: Call, api: Api) -> Answered:
    """Return CONFIRMED where the parcel is gone. Raises ApiError, MissingCredentialError."""
    shipment = shipment_id(_parcel(call))
    if not shipment:
        return _refused("whole_order_shipped")
    shown = _find(shipment, call.order_id, api)
    if shown is None or shown.get("status") == words.CANCELED_SHIPMENT:
        return Answered(told=Told.CONFIRMED)
    if shown.get("status") in words.SHIPPED_SHIPMENTS:
        return _refused("shipment_not_deletable")
    return UNSEEN


def tracking_of(parcel: Parcel, api: Api, *, url_name: str) -> dict[str, str]:
    """Return carrier and number as OR23, ST01 and ST23 take them, {} where nothing is known.

    ``url_name`` is what the request calls the address of an unregistered carrier's page. Raises ApiError.
    """
    found: dict[str, str] = {"tracking_number": parcel.tracking_number}
    code = parcel.carrier_code.casefold()
    registered = api.kept("carriers", CARRIERS_KEPT, lambda: client.read_carriers(api)) if code else []
    for carrier in registered:
        if code in (_word(carrier, "code").casefold(), _word(carrier, "standard_code").casefold()):
            found["carrier_code"] = _word(carrier, "code")
            found["carrier_name"] = _word(carrier, "label")
            found["carrier_standard_code"] = _word(carrier, "standard_code")
            break
    else:
        found["carrier_name"] = parcel.carrier or parcel.carrier_code
        found[url_name] = parcel.tracking_url
    return {name: value for name, value in found.items() if value}


def shipment_id(parcel: Parcel) -> str:
    """Return the marketplace's id of the parcel, "" where it is the whole order's."""
    return next((name for name in parcel.external_ids if name != WHOLE_ORDER), "")


def _parcel(call: Call) -> Parcel:
    return call.parcel or Parcel(id="")


def _to_ship(line: schema.Line) -> int:
    refunded = sum(
        fields.quantity(refund.quantity, "refunds.quantity", zero=True)
        for refund in line.refunds or ()
        if refund.quantity is not None
    )
    return fields.quantity(line.quantity, "quantity") - canceled_pieces(line) - refunded


def _shipment(shipment: Mapping[str, Any]) -> Answered:
    identity = _word(shipment, "id")
    if shipment.get("status") in words.SHIPPED_SHIPMENTS:
        return Answered(told=Told.CONFIRMED, external_id=identity)
    # Taken, and it has not left yet: the customer may have to be debited for it first.
    return Answered(told=Told.PENDING, ticket=identity)


def _is_ours(shipment: Mapping[str, Any], reference: str, number: str) -> bool:
    lines = shipment.get("shipment_lines")
    references = [line.get("package_reference") for line in lines] if isinstance(lines, list) else []
    return reference in references or (bool(number) and _number(shipment) == number)


def _find(shipment: str, order_id: str, api: Api) -> dict[str, Any] | None:
    shown = client.read_shipments(api, order_id)
    return next((entry for entry in shown if entry.get("id") == shipment), None)


def _number(shipment: Mapping[str, Any]) -> str:
    tracking = shipment.get("tracking")
    return _word(tracking, "tracking_number") if isinstance(tracking, dict) else ""


def _word(document: Mapping[str, Any], name: str) -> str:
    return fields.text(document.get(name))


def _refused(reason: str) -> Answered:
    return Answered(told=Told.REFUSED, reason=reason)
