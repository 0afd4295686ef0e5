"""Refunds and lines called off: both are refunds at Shopify, known by our reference in their note.

Money goes back to the payments that Shopify's own calculation names, the first one first. A line is called
off by a refund of its pieces without money: ``restock_type`` *cancel* takes them off the order.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from shared.channels.shopify import client
from shared.orders.facts import Restock
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import RefusedError, UnreadableAnswerError

RESTOCK_WORDS = {Restock.CANCEL: "cancel", Restock.RETURN: "return", Restock.NONE: "no_restock"}


def refund(call: Call, api: Api) -> Answered:
    """Give money back, once."""
    if call.money is None:
        raise RefusedError("refund_missing")
    return _make(call, call.pieces, call.money.amount, call.money.currency, api)


def cancel_lines(call: Call, api: Api) -> Answered:
    """Take pieces that were not handed over off the order, once."""
    pieces = tuple(
        Piece(line_id=piece.line_id, quantity=piece.quantity, restock=Restock.CANCEL) for piece in call.pieces
    )
    return _make(call, pieces, Decimal(0), "", api)


def look_for(call: Call, api: Api) -> Answered:
    """Return what became of the refund that was made by ``call``."""
    for made in client.list_refunds(call.order_id, api):
        if call.reference in str(made.get("note") or ""):
            return _judge(made, has_money=call.name == "refund")
    return Answered(told=Told.UNSEEN)


def _make(call: Call, pieces: tuple[Piece, ...], amount: Decimal, currency: str, api: Api) -> Answered:
    found = look_for(call, api)
    if found.told is not Told.UNSEEN:
        return found
    lines: list[dict[str, Any]] = [
        {
            "line_item_id": client.number(piece.line_id),
            "quantity": piece.quantity,
            "restock_type": RESTOCK_WORDS[piece.restock],
        }
        for piece in pieces
    ]
    wanted: dict[str, Any] = {"shipping": {"amount": "0.00"}, "refund_line_items": lines}
    if currency:
        wanted["currency"] = currency
    calculated = client.calculate_refund(call.order_id, wanted, api)
    _place(lines, calculated)
    document: dict[str, Any] = {
        "notify": False,
        "note": f"{call.reason_code or call.reason} {call.reference}".strip(),
        "refund_line_items": lines,
        "transactions": _payments(amount, calculated) if amount else [],
    }
    if currency:
        document["currency"] = currency
    return _judge(client.create_refund(call.order_id, document, api), has_money=bool(amount))


def _place(lines: list[dict[str, Any]], calculated: dict[str, Any]) -> None:
    """Put goods back where Shopify's calculation says."""
    places = {
        str(line.get("line_item_id")): line.get("location_id")
        for line in calculated.get("refund_line_items") or ()
    }
    for line in lines:
        place = places.get(str(line["line_item_id"]))
        if place and line["restock_type"] != "no_restock":
            line["location_id"] = place


def _payments(amount: Decimal, calculated: dict[str, Any]) -> list[dict[str, Any]]:
    """Return ``amount`` as refunds of payments. Raises RefusedError where they were not that much."""
    left = amount
    payments: list[dict[str, Any]] = []
    for payment in calculated["transactions"] or ():
        part = min(left, _amount(payment.get("maximum_refundable")))
        if part > 0:
            payments.append(
                {
                    "parent_id": payment.get("parent_id"),
                    "amount": str(part),
                    "kind": "refund",
                    "gateway": payment.get("gateway"),
                }
            )
            left -= part
    if left > 0:
        raise RefusedError("amount_above_refundable")
    return payments


def _judge(made: dict[str, Any], *, has_money: bool) -> Answered:
    """Return what a refund document shows: its payments decide, not that it exists."""
    refund_id = str(made["id"])
    statuses = {
        str(payment.get("status"))
        for payment in made.get("transactions") or ()
        if payment.get("kind") == "refund"
    }
    if not has_money or statuses == {"success"}:
        return Answered(told=Told.CONFIRMED, external_id=refund_id)
    if statuses and statuses <= {"failure", "error"}:
        return Answered(told=Told.REFUSED, external_id=refund_id, reason="payment_failed")
    return Answered(told=Told.PENDING, external_id=refund_id, ticket=refund_id)


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise UnreadableAnswerError("invalid_amount") from None
