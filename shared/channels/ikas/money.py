"""Cancellations, and refunds by product.

What is added cannot be told apart from what was added before. So the counts that an order will have are kept
as a ticket; without one, only what the counts leave no doubt about is taken for done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from shared.channels.ikas import client, words
from shared.channels.ikas.lines import Share, refunds_of
from shared.channels.ikas.live import CLOSED_ANSWER, Live, is_live, live_of, read_live
from shared.orders.facts import Restock
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told

_DONE = Answered(told=Told.CONFIRMED)
_UNSEEN = Answered(told=Told.UNSEEN)
_NOTHING_OPEN = Answered(told=Told.REFUSED, reason="nothing_open")


def cancel(call: Call, api: Api) -> Answered:
    """Cancel: every piece that is in no parcel yet."""
    order = read_live(call.order_id, api)
    if order.status == "CANCELLED":
        return _DONE
    if order.is_closed:
        return CLOSED_ANSWER
    whole = [
        Piece(line_id=share.id, quantity=share.quantity) for share in order.shares if order.is_open(share)
    ]
    if not whole:
        return _NOTHING_OPEN
    after = _call_off(call, order, whole, api)
    return _DONE if _is_canceled(after) else Answered(told=Told.PENDING)


def _is_canceled(order: Live) -> bool:
    return order.status == "CANCELLED" or not any(map(order.is_open, order.shares))


def look_for_cancellation(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001
    order = read_live(call.order_id, api)
    if not _is_canceled(order):
        return _UNSEEN
    is_done = order.status == "CANCELLED" or any(
        share.status == words.CANCELED_LINE for share in order.shares
    )
    return _DONE if is_done else _NOTHING_OPEN


def cancel_lines(call: Call, api: Api) -> Answered:
    order = read_live(call.order_id, api)
    if order.is_closed:
        return CLOSED_ANSWER
    expected = _expected(call, order, words.CANCELED_LINE)
    return _counted(_call_off(call, order, call.pieces, api), expected, words.CANCELED_LINE)


def _call_off(call: Call, order: Live, pieces: tuple[Piece, ...] | list[Piece], api: Api) -> Live:
    items = [
        {
            "orderLineItemId": share.id,
            "quantity": count,
            "price": order.price_of(share),
            "restockItems": True,
        }
        for share, count, _ in order.allocate(pieces, order.is_open)
    ]
    values = {"orderId": call.order_id, "orderLineItems": items}
    return live_of(client.change(api, "cancelOrderLine", "CancelOrderLineInput", values))


def look_for_canceled_lines(call: Call, ticket: str, api: Api) -> Answered:
    return _look_for_counts(call, ticket, api, words.CANCELED_LINE)


def refund(call: Call, api: Api) -> Answered:
    if call.money is None or not call.pieces:
        return Answered(told=Told.REFUSED, reason="refund_needs_products")
    order = read_live(call.order_id, api)
    if order.is_closed:
        return CLOSED_ANSWER
    taken = _to_refund(call, order)
    if sum((order.price_of(share) * count for share, count, _ in taken), Decimal(0)) != call.money.amount:
        # The shop shows what its lines cost as refunded: another amount would come back as another refund.
        return Answered(told=Told.REFUSED, reason="amount_not_by_product")
    expected = _expected(call, order, words.REFUNDED_LINE)
    values: dict[str, Any] = {
        "orderId": call.order_id,
        "orderRefundLines": [
            {
                "orderLineItemId": share.id,
                "quantity": count,
                "price": order.price_of(share),
                "restockItems": piece.restock is not Restock.NONE,
            }
            for share, count, piece in taken
        ],
        "refundShipping": False,
        "sendNotificationToCustomer": False,
        "reason": call.reason_code or call.reason,
    }
    location = order.stock_location or api.options.get("stock_location_id", "")
    if location:
        values["stockLocationId"] = location
    after = live_of(client.change(api, "refundOrderLine", "OrderRefundInput", values))
    answered = _counted(after, expected, words.REFUNDED_LINE)
    new = refunds_of(after.shares).keys() - refunds_of(order.shares).keys()
    if answered.told is Told.CONFIRMED and len(new) == 1:
        return replace(answered, external_id=new.pop())
    return answered


def _to_refund(call: Call, order: Live) -> list[tuple[Share, int, Piece]]:
    """Return what is refunded: pieces that never left first where that is what they are, else last."""
    return [
        entry
        for piece in call.pieces
        for entry in order.allocate([piece], is_live, open_first=piece.restock is Restock.CANCEL)
    ]


def look_for_refund(call: Call, ticket: str, api: Api) -> Answered:
    return _look_for_counts(call, ticket, api, words.REFUNDED_LINE)


def _expected(call: Call, order: Live, status: str) -> dict[str, int]:
    """Return how many pieces of each line will have ``status``."""
    wanted: dict[str, int] = {}
    for piece in call.pieces:
        there = wanted.get(piece.line_id, _count(order, piece.line_id, status))
        wanted[piece.line_id] = there + piece.quantity
    return wanted


def _counted(order: Live, expected: Mapping[str, int], status: str) -> Answered:
    if all(_count(order, line_id, status) >= count for line_id, count in expected.items()):
        return _DONE
    ticket = " ".join(f"{line_id}={count}" for line_id, count in expected.items())
    return Answered(told=Told.PENDING, ticket=ticket)


def _look_for_counts(call: Call, ticket: str, api: Api, status: str) -> Answered:
    order = read_live(call.order_id, api)
    if ticket:
        expected = {
            line_id: int(count) for line_id, _, count in (entry.partition("=") for entry in ticket.split(" "))
        }
        return _counted(order, expected, status)
    wanted = _expected(call, order, "")  # of no status: what is wanted alone
    if not any(_count(order, line_id, status) for line_id in wanted):
        return _UNSEEN
    untouched = order.is_open if status == words.CANCELED_LINE else is_live
    if any(order.count(line_id, untouched) < count for line_id, count in wanted.items()):
        return _DONE  # there is not enough left for it to be still to come
    return Answered(told=Told.UNKNOWABLE, reason="cannot_be_told_apart")


def _count(order: Live, line_id: str, status: str) -> int:
    return order.count(line_id, lambda share: share.status == status)
