"""What eBay is told: packages, refunds, cancellations, answers to the buyer's requests to cancel.

* A package is one POST; eBay answers with its id. The number may hold letters and digits only, and goes with
  a carrier or not at all. There is no way to change one, and a second POST makes a second package: after an
  answer that was lost, the packages that eBay lists are looked through.
* A refund is carried out later: *pending* until the order shows it as REFUNDED.
* Cancellations and answers to requests (Post-Order API) are answered without the new state: the order is
  read back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from shared.channels.ebay import client, words
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told
from shared.wire.http import RateLimitedError, RefusedError

REPEATABLE: frozenset[str] = frozenset()
OWN_REASONS: dict[str, frozenset[str]] = {}

CARRIERS = {  # ShippingCarrierCodeType of the Trading API
    "canpar": "CanPar",
    "deutsche_post": "DeutschePost",
    "dhl": "DHL",
    "fedex": "FedEx",
    "hermes": "Hermes",
    "ups": "UPS",
    "usps": "USPS",
}
OTHER_CARRIER = "Other"

STILL_PROCESSING = "34922"
"""A refund before this one is not through yet: later it may be made."""

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]+")


def perform(call: Call, api: Api) -> Answered:
    """Make one call. Raises ApiError, MissingCredentialError."""
    return _PERFORM[call.name](call, api)


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Read back what became of a call. Raises ApiError, MissingCredentialError."""
    return _LOOK[call.name](call, ticket, api)


def clean_number(number: str) -> str:
    """Return a tracking number as eBay takes it: without spaces, hyphens and the like."""
    return _NOT_ALPHANUMERIC.sub("", number)


def _ship(call: Call, api: Api) -> Answered:
    parcel = _parcel(call)
    number = clean_number(parcel.tracking_number)
    document: dict[str, Any] = {
        "lineItems": [{"lineItemId": line, "quantity": pieces} for line, pieces in _contents(call).items()]
    }
    if parcel.shipped_at is not None:
        document["shippedDate"] = _moment(parcel.shipped_at)
    if number:
        document["shippingCarrierCode"] = parcel.carrier_code or OTHER_CARRIER
        document["trackingNumber"] = number
    made = client.create_fulfillment(call.order_id, document, api)
    return Answered(told=Told.CONFIRMED, external_id=made)


def _look_for_package(call: Call, _ticket: str, api: Api) -> Answered:
    parcel = _parcel(call)
    number = clean_number(parcel.tracking_number)
    for entry in client.get_fulfillments(call.order_id, api).json()["fulfillments"]:
        theirs = clean_number(str(entry.get("shipmentTrackingNumber") or ""))
        if theirs == number and (number or _is_same(entry, call, parcel)):
            return Answered(told=Told.CONFIRMED, external_id=str(entry["fulfillmentId"]))
    return Answered(told=Told.UNSEEN)


def _is_same(entry: dict[str, Any], call: Call, parcel: Parcel) -> bool:
    """True for a package without a number that holds the same and was shipped in the same second."""
    theirs: Counter[str] = Counter()
    for line in entry.get("lineItems", []):
        theirs[str(line["lineItemId"])] += int(line["quantity"])
    seconds = len("2026-01-01T00:00:00")
    shipped = "" if parcel.shipped_at is None else _moment(parcel.shipped_at)[:seconds]
    return theirs == _contents(call) and str(entry.get("shippedDate", "")).startswith(shipped)


def _refund(call: Call, api: Api) -> Answered:
    money = _money(call)
    document: dict[str, Any] = {
        "reasonForRefund": _reason(call, words.REFUND_REASONS, words.REFUND_REASON),
    }
    by_line = _amounts(call)
    if by_line and sum(by_line.values()) == money[0]:
        document["refundItems"] = [
            {"lineItemId": line, "refundAmount": _amount(amount, money[1])}
            for line, amount in by_line.items()
        ]
    else:
        document["orderLevelRefundAmount"] = _amount(*money)
    try:
        told = client.issue_refund(call.order_id, document, api)
    except RefusedError as error:
        if error.code == STILL_PROCESSING:
            raise RateLimitedError(error.code) from None
        raise
    refund_id = str(told.get("refundId") or "")
    return _of_refund(str(told.get("refundStatus")), refund_id)


def _look_for_refund(call: Call, ticket: str, api: Api) -> Answered:
    order = _order(call, api)
    if order is None:
        return Answered(told=Told.UNKNOWABLE)
    amount, currency = _money(call)
    others = call.money.others if call.money else ()
    refunds = (order.get("paymentSummary") or {}).get("refunds") or []
    if ticket:
        named = [refund for refund in refunds if str(refund.get("refundId")) == ticket]
        # Carried out later: that the order does not show it yet says nothing.
        return _of_refund(str(named[0].get("refundStatus")) if named else "PENDING", ticket)
    equal = [
        refund
        for refund in refunds
        if refund.get("refundStatus") != "FAILED"
        and _name_of(refund) not in others
        and refund.get("amount", {}).get("currency") == currency
        and Decimal(str(refund["amount"]["value"])) == amount
    ]
    if len(equal) > 1:
        return Answered(told=Told.UNKNOWABLE)
    if not equal:
        return Answered(told=Told.UNSEEN)
    return _of_refund(str(equal[0].get("refundStatus")), str(equal[0].get("refundId") or ""))


def _name_of(refund: dict[str, Any]) -> str:
    """Return what the order knows a refund by, as the mapping reads it."""
    return str(refund.get("refundId") or refund.get("refundReferenceId") or "")


def _of_refund(status: str, refund_id: str) -> Answered:
    if status == "REFUNDED":
        return Answered(told=Told.CONFIRMED, external_id=refund_id, ticket=refund_id)
    if status == "FAILED":
        return Answered(told=Told.REFUSED, reason="refund_failed")
    return Answered(told=Told.PENDING, external_id=refund_id, ticket=refund_id)


def _cancel(call: Call, api: Api) -> Answered:
    order = _order(call, api)
    if order is None:
        return Answered(told=Told.REFUSED, reason="unknown_order")
    document = {
        "legacyOrderId": str(order.get("legacyOrderId") or call.order_id),
        "cancelReason": _reason(call, words.CANCEL_REASONS, words.CANCEL_REASON),
        "buyerPaid": order.get("orderPaymentStatus") not in ("PENDING", "FAILED"),
    }
    return Answered(told=Told.PENDING, ticket=client.create_cancellation(document, api))


def _look_for_cancellation(call: Call, _ticket: str, api: Api) -> Answered:
    order = _order(call, api)
    if order is None:
        return Answered(told=Told.UNKNOWABLE)
    if _state(order) == words.CANCELED:
        return Answered(told=Told.CONFIRMED)
    request = _last_request(order)
    is_ours = request is not None and not _is_by_buyer(request)
    if _state(order) == words.NONE_REQUESTED or not is_ours:
        return Answered(told=Told.UNSEEN)
    return Answered(told=Told.PENDING, ticket=str(request["cancelRequestId"]) if request else "")


def _answer_cancellation(call: Call, api: Api) -> Answered:
    seen = _look_for_answer(call, "", api)
    if seen.told is not Told.UNSEEN:
        return seen
    if call.answer == "accepted":
        client.approve_cancellation(seen.ticket, api)
    else:
        client.reject_cancellation(seen.ticket, api)
    return Answered(told=Told.PENDING, ticket=seen.ticket)


def _look_for_answer(call: Call, _ticket: str, api: Api) -> Answered:
    """Return how the latest request stands; UNSEEN with its id as ticket while it is open."""
    order = _order(call, api)
    if order is None:
        return Answered(told=Told.REFUSED, reason="unknown_order")
    is_accepted = call.answer == "accepted"
    if _state(order) == words.CANCELED:
        return _settled(is_accepted, "already_canceled")
    request = _last_request(order)
    if request is None or not _is_by_buyer(request):
        return Answered(told=Told.REFUSED, reason="no_open_request")
    told, request_id = str(request.get("cancelRequestState")), str(request.get("cancelRequestId") or "")
    if told == "REQUESTED":
        return Answered(told=Told.UNSEEN, ticket=request_id)
    if told == "REJECTED":
        return _settled(not is_accepted, "already_rejected")
    return Answered(told=Told.PENDING, ticket=request_id)  # COMPLETED: the state follows


def _settled(as_asked: bool, otherwise: str) -> Answered:  # noqa: FBT001
    return Answered(told=Told.CONFIRMED) if as_asked else Answered(told=Told.REFUSED, reason=otherwise)


def _order(call: Call, api: Api) -> dict[str, Any] | None:
    answer = client.get_order(call.order_id, api)
    document: dict[str, Any] | None = None if answer is None else answer.json()
    return document


def _state(order: dict[str, Any]) -> str:
    return str((order.get("cancelStatus") or {}).get("cancelState") or words.NONE_REQUESTED)


def _last_request(order: dict[str, Any]) -> dict[str, Any] | None:
    requests = (order.get("cancelStatus") or {}).get("cancelRequests") or []
    return requests[-1] if requests else None


def _is_by_buyer(request: dict[str, Any]) -> bool:
    return str(request.get("cancelInitiator", "")).lower() == words.BUYER


def _reason(call: Call, reasons: dict[str, str], default: str) -> str:
    """Return eBay's reason for ours; one that is eBay's own already stays.

    Cancellations and refunds have words of their own: the settings' code is taken where it fits.
    """
    known = {*reasons.values(), default}
    own = [reason for reason in (call.reason_code, call.reason) if reason in known]
    return own[0] if own else reasons.get(call.reason, default)


def _parcel(call: Call) -> Parcel:
    assert call.parcel is not None  # noqa: S101  a call about a package has one
    return call.parcel


def _money(call: Call) -> tuple[Decimal, str]:
    assert call.money is not None  # noqa: S101  a refund has its amount
    return call.money.amount, call.money.currency


def _contents(call: Call) -> Counter[str]:
    contents: Counter[str] = Counter()
    for piece in call.pieces:
        contents[piece.line_id] += piece.quantity
    return contents


def _amounts(call: Call) -> dict[str, Decimal]:
    """Return the refund's share of each line, nothing where a piece has none."""
    amounts: dict[str, Decimal] = {}
    for piece in call.pieces:
        if piece.amount is None:
            return {}
        amounts[piece.line_id] = amounts.get(piece.line_id, Decimal(0)) + piece.amount
    return amounts


def _amount(value: Decimal, currency: str) -> dict[str, str]:
    return {"value": format(value, "f"), "currency": currency}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_PERFORM: dict[str, Callable[[Call, Api], Answered]] = {
    "ship": _ship,
    "refund": _refund,
    "cancel": _cancel,
    "answer_cancellation": _answer_cancellation,
}
_LOOK: dict[str, Callable[[Call, str, Api], Answered]] = {
    "ship": _look_for_package,
    "refund": _look_for_refund,
    "cancel": _look_for_cancellation,
    "answer_cancellation": _look_for_answer,
}
