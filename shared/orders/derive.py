"""What is computed from the stored state, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from shared.orders.facts import PaymentWord, RefundWord, ReturnWord
from shared.orders.model import Line, Order, Package, Refund
from shared.orders.statuses import (
    ChannelStatus,
    Fulfillment,
    PackageStatus,
    PaymentStatus,
    RefundStatus,
    ReturnsStatus,
    Status,
)

_ZERO = Decimal(0)

_STAGES = {
    PackageStatus.READY_TO_SHIP: Fulfillment.READY_TO_SHIP,
    PackageStatus.FULFILLED: Fulfillment.FULFILLED,
    PackageStatus.AT_PICKUP_POINT: Fulfillment.AT_PICKUP_POINT,
    PackageStatus.UNABLE_TO_DELIVER: Fulfillment.UNABLE_TO_DELIVER,
    PackageStatus.RETURNING: Fulfillment.RETURNING,
    PackageStatus.RETURNED: Fulfillment.RETURNED,
    PackageStatus.DELIVERED: Fulfillment.DELIVERED,
}
# Pick-up orders have no packages: until they are collected, their stage is their status.
_PICKUP_STAGES = {
    Status.PREPARING_PICKUP: Fulfillment.READY_TO_SHIP,
    Status.READY_FOR_PICKUP: Fulfillment.AT_PICKUP_POINT,
}
# In a mixture these count as fulfilled: handed over, and not arrived.
_AS_FULFILLED = frozenset(
    {
        Fulfillment.AT_PICKUP_POINT,
        Fulfillment.UNABLE_TO_DELIVER,
        Fulfillment.RETURNING,
        Fulfillment.RETURNED,
    }
)


def payment(order: Order) -> PaymentStatus:
    """Return how much of the total of the latest document was captured."""
    return payment_of(order.total, order.paid, order.payment_word)


def payment_of(total: Decimal | None, captured: Decimal, word: PaymentWord | None) -> PaymentStatus:
    """Return the payment status; where nothing was captured, or no total is told, the last word decides."""
    if total is not None and total == 0 and captured == 0:
        return PaymentStatus.PAID
    if captured == 0 or total is None:
        if captured and word is not PaymentWord.PAID:
            return PaymentStatus.PARTIALLY_PAID
        return PaymentStatus(word.value) if word is not None and total is None else _unpaid(word)
    if captured < total:
        return PaymentStatus.PARTIALLY_PAID
    return PaymentStatus.PAID if captured == total else PaymentStatus.OVERPAID


def _unpaid(word: PaymentWord | None) -> PaymentStatus:
    # "paid" without a capture left behind is no word of ours: its capture was given up for other sums.
    if word is None or word is PaymentWord.PAID:
        return PaymentStatus.PENDING
    return PaymentStatus(word.value)


def refund(order: Order) -> RefundStatus:
    """Return what became of the money that goes back."""
    return refund_of(order.refunds, order.paid)


def refund_of(refunds: Iterable[Refund], paid: Decimal) -> RefundStatus:
    """Return the refund status: an open request, else an open due, else by the sums."""
    refunded = _ZERO
    requested = due = False
    for entry in refunds:
        if entry.word is RefundWord.REQUESTED:
            requested = True
        elif entry.word is RefundWord.DUE:
            due = True
        elif entry.word is RefundWord.RECORDED:
            refunded += entry.amount
    if requested:
        return RefundStatus.REQUESTED
    if due:
        return RefundStatus.DUE
    if not refunded:
        return RefundStatus.NONE
    return RefundStatus.FULL if refunded >= paid else RefundStatus.PARTIAL


def fulfillment(order: Order) -> Fulfillment:
    """Return where the live quantity is."""
    rest = _PICKUP_STAGES.get(order.status, Fulfillment.UNFULFILLED)
    return fulfillment_of(order.lines, order.packages, Fulfillment.DELIVERED if order.collected else rest)


def fulfillment_of(
    lines: Iterable[Line], packages: Iterable[Package], rest: Fulfillment = Fulfillment.UNFULFILLED
) -> Fulfillment:
    """Return the fulfillment of these lines; ``rest`` is where pieces are that no package holds."""
    pieces: dict[Fulfillment, int] = {}
    packed = 0
    for package in packages:
        stage = _STAGES.get(package.status)
        held = sum([count for _, count in package.contents])
        if stage is not None and held:
            pieces[stage] = pieces.get(stage, 0) + held
            packed += held
    live = sum([line.ordered - line.canceled for line in lines])
    if live > packed:
        pieces[rest] = pieces.get(rest, 0) + live - packed
    return _mixture(pieces.keys())


def _mixture(stages: Iterable[Fulfillment]) -> Fulfillment:
    present = set(stages)
    if not present:
        return Fulfillment.CANCELED
    if len(present) == 1:
        return present.pop()
    counted = {Fulfillment.FULFILLED if stage in _AS_FULFILLED else stage for stage in present}
    if Fulfillment.DELIVERED in counted:
        return Fulfillment.PARTIALLY_DELIVERED
    if counted == {Fulfillment.FULFILLED}:
        return Fulfillment.FULFILLED
    if Fulfillment.FULFILLED in counted:
        return Fulfillment.PARTIALLY_FULFILLED
    return Fulfillment.PARTIALLY_READY


def returns(order: Order) -> ReturnsStatus:
    """Return where the goods on their way back are."""
    words = {entry.word for entry in order.returns}
    if ReturnWord.REQUESTED in words:
        return ReturnsStatus.REQUESTED
    if ReturnWord.ACCEPTED in words:
        return ReturnsStatus.ACCEPTED
    if ReturnWord.IN_TRANSIT in words:
        return ReturnsStatus.IN_TRANSIT
    came_back = sum(entry.quantity for entry in order.returns if entry.word in CAME_BACK)
    if came_back:
        live = sum(line.live for line in order.lines)
        return ReturnsStatus.RETURNED if came_back >= live else ReturnsStatus.PARTIALLY_RETURNED
    return ReturnsStatus.REJECTED if ReturnWord.REJECTED in words else ReturnsStatus.NONE


CAME_BACK = frozenset({ReturnWord.RECEIVED, ReturnWord.RESTOCKED, ReturnWord.WRITTEN_OFF})

_REFUND_WORDS = {
    RefundStatus.REQUESTED: ChannelStatus.REFUNDING,
    RefundStatus.DUE: ChannelStatus.TO_REFUND,
    RefundStatus.FULL: ChannelStatus.REFUNDED,
}


def channel_status(order: Order) -> ChannelStatus:
    """Return the word merchants know: the refund's where one is open or full, else the status."""
    return _REFUND_WORDS.get(refund(order)) or ChannelStatus(order.status.value)
