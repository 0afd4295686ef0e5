"""What bol.com is told. Everything is carried out later: a call is *pending* until bol shows what came of it.

The ticket is the id of the process. What bol *shows* is more than what it says of the process: a shipment by
our reference, a number by the shipment, a cancellation by the item's pieces. A process that failed is a
refusal; one that timed out, or that bol has forgotten, says nothing.

A shipment is never told twice: it carries our reference, and bol is asked for it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shared.channels.bol import client, schema, words
from shared.channels.bol.order import Counted, count_pieces
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Piece, Told
from shared.wire.errors import UnusableError
from shared.wire.glance import glance
from shared.wire.http import UnreadableAnswerError
from shared.wire.shapes import read_shape

REPEATABLE = frozenset({"tracking", "cancel", "cancel_lines"})
CARRIERS = words.CARRIERS
OWN_REASONS: dict[str, frozenset[str]] = {}

SHIPPING = "CREATE_SHIPMENT"
"""``eventType`` of the process that makes a shipment, about its order items."""

_UNSEEN = Answered(told=Told.UNSEEN)


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    return _guarded(_PERFORM, call, "", api)


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    return _guarded(_LOOK, call, ticket, api)


def _guarded(
    table: dict[str, Callable[[Call, str, Api], Answered]], call: Call, ticket: str, api: Api
) -> Answered:
    do = table.get(call.name)
    if do is None:
        return _refused("not_supported")
    try:
        return do(call, ticket, api)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None


# --- shipments


def _ship(call: Call, _ticket: str, api: Api) -> Answered:
    order = _order(call, api)
    if order is None:
        return _refused("unknown_order")
    known = _items(order)
    if any(piece.line_id not in known for piece in call.pieces):
        return _refused("unknown_line")
    found = _shipment_of(call, api)
    if found:
        return Answered(told=Told.CONFIRMED, external_id=found)
    shipment: dict[str, Any] = {
        "orderItems": [{"orderItemId": piece.line_id, "quantity": piece.quantity} for piece in call.pieces],
        "shipmentReference": call.reference,
    }
    parcel = call.parcel or Parcel(id="")
    if parcel.tracking_number or parcel.carrier_code:
        transport = {"transporterCode": parcel.carrier_code or words.OTHER_CARRIER}
        if parcel.tracking_number:
            transport["trackAndTrace"] = parcel.tracking_number
        shipment["transport"] = transport
    return _begun([client.ship_items(api, shipment)])


def _look_ship(call: Call, ticket: str, api: Api) -> Answered:
    found = _shipment_of(call, api)
    if found:
        return Answered(told=Told.CONFIRMED, external_id=found)
    if ticket:
        return _became(ticket, api)
    # No answer came: the process that it may have begun is about the items.
    for piece in call.pieces:
        for process in client.list_processes(api, piece.line_id, SHIPPING):
            if process.status == words.PENDING:
                return Answered(told=Told.PENDING, ticket=process.id)
    return _UNSEEN


def _shipment_of(call: Call, api: Api) -> str:
    """Return bol's id of the shipment that carries our reference, "" where there is none."""
    for shipment in client.list_shipments(api, call.order_id):
        if glance(shipment, "shipmentReference") == call.reference:
            return fields.identifier(glance(shipment, "shipmentId"), "shipmentId")
    return ""


def _change_tracking(call: Call, _ticket: str, api: Api) -> Answered:
    shipment, shown = _read_tracking(call, api)
    if shipment is None:
        return shown
    if shown.told is not Told.UNSEEN:
        return shown
    transport = shipment.transport or schema.Transport()
    identity = fields.optional_identifier(transport.transport_id, "transportId")
    if not identity:
        return _refused("no_transport")
    parcel = call.parcel or Parcel(id="")
    document = {"trackAndTrace": parcel.tracking_number}
    if parcel.carrier_code:
        document["transporterCode"] = parcel.carrier_code
    return _begun([client.change_transport(api, identity, document)])


def _look_tracking(call: Call, ticket: str, api: Api) -> Answered:
    _, shown = _read_tracking(call, api)
    return _became(ticket, api) if shown.told is Told.UNSEEN and ticket else shown


def _read_tracking(call: Call, api: Api) -> tuple[schema.Shipment | None, Answered]:
    """Return the shipment of a parcel, and whether it shows the parcel's number."""
    parcel = call.parcel or Parcel(id="")
    for name in parcel.external_ids:
        body = client.read_shipment(api, name)
        if body is None:
            continue
        shipment = read_shape(schema.Shipment, client.parsed(body))
        if fields.text(shipment.shipment_id) != name:
            raise UnreadableAnswerError("invalid_shape")
        number = shipment.transport.track_and_trace if shipment.transport else None
        if fields.text(number) == parcel.tracking_number:
            return shipment, Answered(told=Told.CONFIRMED, external_id=name)
        return shipment, _UNSEEN
    return None, _refused("unknown_shipment")


# --- cancellations


def _cancel(call: Call, _ticket: str, api: Api) -> Answered:
    order = _order(call, api)
    if order is None:
        return _refused("unknown_order")
    shown = _canceled(call, order)
    if shown.told is not Told.UNSEEN:
        return shown
    items = _items(order)
    waiting = [piece.line_id for piece in call.pieces if not _is_done(piece, items)]
    if any(_is_part(piece, items[piece.line_id][1], call.name) for piece in call.pieces):
        return _refused("whole_items_only")
    begun = []
    for line_id in waiting:
        asked = items[line_id][0].cancellation_request is True
        given = call.reason_code or reason_code(call.reason)
        reason = words.REASONS["customer"] if asked else given
        begun.append(client.cancel_item(api, line_id, reason))
    return _begun(begun)


def _look_canceled(call: Call, ticket: str, api: Api) -> Answered:
    order = _order(call, api)
    if order is None:
        return _refused("unknown_order")
    shown = _canceled(call, order)
    return _became(ticket, api) if shown.told is Told.UNSEEN and ticket else shown


def _canceled(call: Call, order: schema.Order) -> Answered:
    """Return what the order itself shows of a cancellation."""
    items = _items(order)
    if any(piece.line_id not in items for piece in call.pieces):
        return _refused("unknown_line")
    if not all(_is_done(piece, items) for piece in call.pieces):
        return _UNSEEN
    if any(items[piece.line_id][1].canceled for piece in call.pieces):
        return Answered(told=Told.CONFIRMED)
    return _refused("already_shipped")


def _is_done(piece: Piece, items: dict[str, tuple[schema.Item, Counted]]) -> bool:
    """True where the item shows as many canceled pieces as it should, or has none left that could be."""
    count = items[piece.line_id][1]
    return count.open == 0 or (piece.canceled is not None and count.canceled >= piece.canceled)


def _is_part(piece: Piece, count: Counted, name: str) -> bool:
    return name == "cancel_lines" and piece.quantity < count.open


def reason_code(reason: str) -> str:
    """Return bol's code for a reason of ours; a code of bol's own is one already."""
    return reason if reason in words.REASON_CODES else words.REASONS.get(reason, words.REASONS["other"])


def _order(call: Call, api: Api) -> schema.Order | None:
    body = client.read_order(api, call.order_id)
    if body is None:
        return None
    order = read_shape(schema.Order, client.parsed(body))
    if fields.text(order.order_id) != call.order_id:
        raise UnreadableAnswerError("invalid_shape")
    return order


def _items(order: schema.Order) -> dict[str, tuple[schema.Item, Counted]]:
    return {
        fields.identifier(item.order_item_id, "orderItemId"): (item, count_pieces(item))
        for item in order.order_items
    }


# --- processes


def _begun(processes: Iterable[client.Process]) -> Answered:
    """Return what a call's own answers say: it has begun, or it was refused at once."""
    processes = list(processes)
    if any(process.status == words.FAILURE for process in processes):
        return _refused("process_failure")
    return Answered(told=Told.PENDING, ticket=",".join(process.id for process in processes))


def _became(ticket: str, api: Api) -> Answered:
    """Return what became of processes whose outcome does not show yet."""
    statuses = set()
    for identity in ticket.split(","):
        process = client.read_process(api, identity)
        statuses.add(process.status if process is not None else words.TIMEOUT)
    if words.FAILURE in statuses:
        return _refused("process_failure")
    if words.PENDING in statuses or statuses == {words.SUCCESS}:
        return Answered(told=Told.PENDING, ticket=ticket)
    return _UNSEEN


def _refused(reason: str) -> Answered:
    return Answered(told=Told.REFUSED, reason=reason)


_PERFORM: dict[str, Callable[[Call, str, Api], Answered]] = {
    "ship": _ship,
    "tracking": _change_tracking,
    "cancel": _cancel,
    "cancel_lines": _cancel,
}

_LOOK: dict[str, Callable[[Call, str, Api], Answered]] = {
    "ship": _look_ship,
    "tracking": _look_tracking,
    "cancel": _look_canceled,
    "cancel_lines": _look_canceled,
}
