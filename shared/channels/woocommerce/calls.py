"""What WooCommerce is told.

A package is a fulfillment of the core (10.1 and later), found again by our reference in its metadata: a call
that is made once more goes on where the first one stopped. Where the shop has fulfillments switched off, a
note tells the merchant what was sent with which number, and the answer says so (``degraded:order_note``).
The order becomes *completed* with its last package.

A refund carries our reference too. Its money is moved by the gateway only where the connection's option
``api_refund`` is ``yes``: WooCommerce's own default is yes, and fails where the gateway cannot.
WooCommerce knows no reasons: words of a refund go into its text, those of a cancellation nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.channels.woocommerce import client, create, source
from shared.orders.facts import Restock
from shared.orders.money import in_currency
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import RefusedError, UnreadableAnswerError

REPEATABLE = frozenset({"cancel", "tracking"})
OWN_REASONS: dict[str, frozenset[str]] = {}

# Keys of the core's shipping providers (src/Internal/Fulfillments/Providers of woocommerce/woocommerce).
CARRIERS = {
    "deutsche_post": "deutsche-post",
    "dhl": "dhl",
    "dpd": "dpd",
    "evri": "evri-hermes",
    "fedex": "fedex",
    "gls": "gls",
    "royal_mail": "royal-mail",
    "ups": "ups",
}

NOTED = "degraded:order_note"
DONE = Answered(told=Told.CONFIRMED)
UNSEEN = Answered(told=Told.UNSEEN)


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    return _PERFORMS[call.name](call, api)


def look(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001  answers are final: no tickets
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    return _LOOKS[call.name](call, api)


def _ship(call: Call, api: Api) -> Answered:
    fulfillments = client.list_fulfillments(call.order_id, api)
    answered = _note(call, api, "Shipped") if fulfillments is None else _fulfill(call, fulfillments, api)
    if call.is_rest:
        _set_status(call.order_id, "completed", api)
    return answered


def _fulfill(call: Call, fulfillments: list[dict[str, Any]], api: Api) -> Answered:
    made = _by_reference(fulfillments, call.reference)
    if made is None:
        made = client.create_fulfillment(call.order_id, _fulfillment(call), api)
    return Answered(told=Told.CONFIRMED, external_id=str(made["id"]))


def _look_for_shipment(call: Call, api: Api) -> Answered:
    fulfillments = client.list_fulfillments(call.order_id, api)
    if fulfillments is None:
        found = _noted(call, api)
    else:
        made = _by_reference(fulfillments, call.reference)
        found = UNSEEN if made is None else Answered(told=Told.CONFIRMED, external_id=str(made["id"]))
    # Without its last step it counts as not done: made again, it goes on from there.
    if found.told is Told.CONFIRMED and call.is_rest and _status(call.order_id, api) != "completed":
        return UNSEEN
    return found


def _track(call: Call, api: Api) -> Answered:
    parcel = _parcel(call)
    fulfillments = client.list_fulfillments(call.order_id, api)
    if fulfillments is None:
        return _note(call, api, "Tracking changed")
    known = _of_parcel(fulfillments, parcel)
    if known is None:
        # Completed in the shop without a number, which comes only now.
        return _fulfill(call, fulfillments, api)
    changed = client.update_fulfillment(call.order_id, str(known["id"]), _tracked(known, parcel), api)
    if source.meta(changed, "_tracking_number") != parcel.tracking_number:
        raise UnreadableAnswerError("tracking_not_taken")
    return Answered(told=Told.CONFIRMED, external_id=str(known["id"]))


def _look_for_tracking(call: Call, api: Api) -> Answered:
    fulfillments = client.list_fulfillments(call.order_id, api)
    if fulfillments is None:
        return _noted(call, api)
    number = _parcel(call).tracking_number
    for fulfillment in fulfillments:
        if number and source.meta(fulfillment, "_tracking_number") == number:
            return Answered(told=Told.CONFIRMED, external_id=str(fulfillment["id"]))
    return UNSEEN


def _cancel_shipment(call: Call, api: Api) -> Answered:
    answered = DONE
    fulfillments = client.list_fulfillments(call.order_id, api)
    if fulfillments is None:
        answered = _note(call, api, "Shipment canceled")
    else:
        known = _of_parcel(fulfillments, _parcel(call))
        if known is not None:
            client.delete_fulfillment(call.order_id, str(known["id"]), api)
            if _of_parcel(client.list_fulfillments(call.order_id, api) or [], _parcel(call)) is not None:
                raise UnreadableAnswerError("fulfillment_not_deleted")
    if _status(call.order_id, api) == "completed":
        _set_status(call.order_id, "processing", api)
    return answered


def _look_for_canceled_shipment(call: Call, api: Api) -> Answered:
    fulfillments = client.list_fulfillments(call.order_id, api)
    if fulfillments is None:
        found = _noted(call, api)
    else:
        found = DONE if _of_parcel(fulfillments, _parcel(call)) is None else UNSEEN
    return found if _status(call.order_id, api) != "completed" else UNSEEN


def _cancel(call: Call, api: Api) -> Answered:
    _set_status(call.order_id, "cancelled", api)
    return DONE


def _look_for_cancellation(call: Call, api: Api) -> Answered:
    return DONE if _status(call.order_id, api) == "cancelled" else UNSEEN


def _refund(call: Call, api: Api) -> Answered:
    found = _look_for_refund(call, api)
    if found.told is Told.CONFIRMED:
        return found
    money = call.money
    if money is None:
        raise RefusedError("refund_missing")
    order = client.get_order(call.order_id, api)
    # Asked for more than is left, WooCommerce answers 500, which would look like a failure that passes.
    if money.amount > _amount(order.get("total")) - _refunded(order):
        raise RefusedError("amount_above_refundable")
    lines = []
    for piece in call.pieces:
        line: dict[str, Any] = {"id": _number(piece.line_id), "quantity": piece.quantity}
        if piece.amount is not None:
            line["refund_total"] = in_currency(piece.amount, money.currency)
        lines.append(line)
    made = client.create_refund(
        call.order_id,
        {
            "amount": str(money.amount),
            "reason": call.reason_code or call.reason,
            "line_items": lines,
            "api_refund": api.options.get("api_refund") == "yes",
            "api_restock": bool(call.pieces)
            and all(piece.restock is not Restock.NONE for piece in call.pieces),
            "meta_data": [{"key": source.REFERENCE_KEY, "value": call.reference}],
        },
        api,
    )
    return Answered(told=Told.CONFIRMED, external_id=str(made["id"]))


def _look_for_refund(call: Call, api: Api) -> Answered:
    made = _by_reference(client.list_refunds(call.order_id, api), call.reference)
    return UNSEEN if made is None else Answered(told=Told.CONFIRMED, external_id=str(made["id"]))


def _note(call: Call, api: Api, what: str) -> Answered:
    if _noted(call, api).told is not Told.CONFIRMED:
        parcel = _parcel(call)
        parts = [parcel.carrier, parcel.tracking_number, parcel.tracking_url]
        pieces = [f"{piece.quantity} x {piece.sku or piece.line_id}" for piece in call.pieces]
        said = ", ".join(filter(None, [*pieces, *parts]))
        client.create_note(call.order_id, f"{what}: {said} ({call.reference})", api)
    return Answered(told=Told.CONFIRMED, reason=NOTED)


def _noted(call: Call, api: Api) -> Answered:
    for note in client.list_notes(call.order_id, api):
        if call.reference in str(note.get("note") or ""):
            return Answered(told=Told.CONFIRMED, reason=NOTED)
    return UNSEEN


def _fulfillment(call: Call) -> dict[str, Any]:
    parcel = _parcel(call)
    kept = {
        "_items": [{"item_id": _number(piece.line_id), "qty": piece.quantity} for piece in call.pieces],
        **_tracking(parcel),
        source.REFERENCE_KEY: call.reference,
        source.PACKAGE_KEY: parcel.id,
    }
    return {
        "status": "fulfilled",
        "is_fulfilled": True,
        "notify_customer": False,
        "meta_data": [{"key": key, "value": value} for key, value in kept.items()],
    }


def _tracked(fulfillment: dict[str, Any], parcel: Parcel) -> dict[str, Any]:
    """Return a change of tracking that keeps all other metadata: what is not named is removed."""
    tracking = _tracking(parcel)
    kept = [
        {"id": entry.get("id", 0), "key": entry.get("key"), "value": entry.get("value")}
        for entry in fulfillment.get("meta_data") or ()
        if entry.get("key") not in tracking
    ]
    ids = {entry.get("key"): entry.get("id", 0) for entry in fulfillment.get("meta_data") or ()}
    new = [{"id": ids.get(key, 0), "key": key, "value": value} for key, value in tracking.items()]
    return {"notify_customer": False, "meta_data": [*kept, *new]}


def _tracking(parcel: Parcel) -> dict[str, str]:
    tracking = {
        "_tracking_number": parcel.tracking_number,
        "_shipment_provider": parcel.carrier_code or CARRIERS.get(parcel.carrier, parcel.carrier),
        "_tracking_url": parcel.tracking_url,
    }
    return {key: value for key, value in tracking.items() if value}


def _by_reference(documents: list[dict[str, Any]], reference: str) -> dict[str, Any] | None:
    return next((item for item in documents if source.meta(item, source.REFERENCE_KEY) == reference), None)


def _of_parcel(fulfillments: list[dict[str, Any]], parcel: Parcel) -> dict[str, Any] | None:
    """Return the fulfillment that a package is: by its id where we know it, else by ours."""
    for fulfillment in fulfillments:
        if str(fulfillment.get("id")) in parcel.external_ids:
            return fulfillment
    return next((item for item in fulfillments if source.meta(item, source.PACKAGE_KEY) == parcel.id), None)


def _status(order_id: str, api: Api) -> str:
    return str(client.get_order(order_id, api).get("status") or "")


def _set_status(order_id: str, status: str, api: Api) -> None:
    if client.update_order(order_id, {"status": status}, api).get("status") != status:
        raise UnreadableAnswerError("status_not_taken")


def _parcel(call: Call) -> Parcel:
    if call.parcel is None:
        raise RefusedError("package_missing")
    return call.parcel


def _refunded(order: dict[str, Any]) -> Decimal:
    return sum((abs(_amount(refund.get("total"))) for refund in order.get("refunds") or ()), Decimal(0))


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise UnreadableAnswerError("invalid_amount") from None


def _number(line_id: str) -> int | str:
    return int(line_id) if line_id.isascii() and line_id.isdigit() else line_id


_PERFORMS: dict[str, Callable[[Call, Api], Answered]] = {
    "ship": _ship,
    "tracking": _track,
    "cancel_shipment": _cancel_shipment,
    "cancel": _cancel,
    "refund": _refund,
    "create": create.create,
}
_LOOKS: dict[str, Callable[[Call, Api], Answered]] = {
    "ship": _look_for_shipment,
    "tracking": _look_for_tracking,
    "cancel_shipment": _look_for_canceled_shipment,
    "cancel": _look_for_cancellation,
    "refund": _look_for_refund,
    "create": create.look_for,
}
