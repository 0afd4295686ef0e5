"""Which commands an order takes now, and why not the others: for refusals, the API and the console."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from shared.orders import commands as c
from shared.orders.derive import fulfillment, payment
from shared.orders.facts import RefundWord, ReturnWord
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.orders.statuses import Fulfillment, PackageStatus, PaymentStatus, Status
from shared.orders.transitions import sources_of

_S = Status
_P = PackageStatus
_EDITABLE = frozenset({_S.NEW, _S.WAITING_ACCEPTANCE, _S.ACCEPTED, _S.WAITING_SHIPMENT})
_OVER = frozenset({_S.CLOSED, _S.CANCELED, _S.REFUSED, _S.PICKUP_CANCELED})
_ON_THE_WAY = frozenset({_P.FULFILLED, _P.AT_PICKUP_POINT, _P.UNABLE_TO_DELIVER, _P.RETURNING})

ILLEGAL = "illegal_transition"
RESENDABLE = ("mail/", "channel/", "booking/")
"""How the keys of effects begin that are carried out once more where somebody asks for it."""


class Permission(NamedTuple):
    """One command by name; ``reason`` is a code, "" where it is allowed."""

    name: str
    allowed: bool
    reason: str


_Check = Callable[[Order, Rules], str]


def command_name(command: type) -> str:
    """Return a command's name as the API spells it: ``CancelLines`` is ``cancel_lines``."""
    return _spelled(command.__name__)


@cache
def _spelled(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def allowed_commands(order: Order, rules: Rules) -> list[Permission]:
    """Return every command that a merchant may give, with whether the order takes it now."""
    permissions = []
    for command, check in CHECKS.items():
        reason = check(order, rules)
        permissions.append(Permission(command_name(command), not reason, reason))
    return permissions


def why_not(order: Order, command: c.Command, rules: Rules) -> str:
    """Return why the order does not take this kind of command now, "" where it does."""
    check = CHECKS.get(type(command))
    return check(order, rules) if check is not None else ""


def _in(*statuses: str) -> _Check:
    allowed = frozenset(statuses)
    return lambda order, _rules: "" if order.status.value in allowed else ILLEGAL


def _by_rule(rule: str) -> _Check:
    return _in(*sources_of(rule))


def _exists(_order: Order, _rules: Rules) -> str:
    return "exists"


def _untouched(order: Order) -> bool:
    # Of an order without lines nothing can have been handed over.
    return fulfillment(order) in (Fulfillment.UNFULFILLED, Fulfillment.CANCELED)


def _has_open(order: Order) -> bool:
    return bool(open_pieces(order))


def open_pieces(order: Order) -> dict[str, int]:
    """Return the live pieces in no package and not collected, by line."""
    if order.collected:
        return {}
    pieces = {line.id: line.live for line in order.lines}
    for package in order.packages:
        if package.status is not _P.CANCELED:
            for line_id, held in package.contents:
                pieces[line_id] -= held
    return {line_id: count for line_id, count in pieces.items() if count > 0}


def _cancel(order: Order, rules: Rules) -> str:
    return _by_rule("T13")(order, rules) or ("" if _untouched(order) else ILLEGAL)


def _cancel_lines(order: Order, rules: Rules) -> str:
    return _by_rule("T13")(order, rules) or ("" if _has_open(order) else "nothing_open")


def _ship(order: Order, rules: Rules) -> str:
    ready = any(package.status is _P.READY_TO_SHIP for package in order.packages)
    return _pack(order, rules) if not ready else _shippable(order)


def _pack(order: Order, _rules: Rules) -> str:
    return _shippable(order) or ("" if _has_open(order) else "nothing_open")


def _shippable(order: Order) -> str:
    if order.status is not _S.WAITING_SHIPMENT or order.pickup:
        return ILLEGAL
    if order.acceptance_failed:
        return "acceptance_failed"
    return _given_back(order)


def _given_back(order: Order) -> str:
    return "fully_refunded" if order.refunded > 0 and order.refunded >= order.paid else ""


def _has_package(*statuses: PackageStatus) -> _Check:
    def check(order: Order, _rules: Rules) -> str:
        return "" if any(package.status in statuses for package in order.packages) else ILLEGAL

    return check


def _cancel_package(order: Order, _rules: Rules) -> str:
    if order.status not in (_S.WAITING_SHIPMENT, _S.SHIPPED):
        return ILLEGAL
    return "" if any(not why_not_cancel(p.status, scanned=p.is_scanned) for p in order.packages) else ILLEGAL


def why_not_cancel(status: PackageStatus, *, scanned: bool) -> str:
    """Return why a package cannot be taken back by command: only before the carrier's first scan."""
    if status is _P.FULFILLED and scanned:
        return "already_scanned"
    return "" if status in (_P.READY_TO_SHIP, _P.FULFILLED) else ILLEGAL


def _mark_paid(order: Order, _rules: Rules) -> str:
    return ILLEGAL if payment(order) in (PaymentStatus.PAID, PaymentStatus.OVERPAID) else ""


def _mark_failed(order: Order, _rules: Rules) -> str:
    return ILLEGAL if order.paid else ""


def _payment_link(order: Order, rules: Rules) -> str:
    return ILLEGAL if order.status in _OVER else _mark_paid(order, rules)


def _refund(order: Order, rules: Rules) -> str:
    if order.status is _S.REFUSED and not rules.refund_after_refusal:
        return ILLEGAL
    if not order.paid:
        return "nothing_paid"
    return "refund_exceeds_paid" if order.refunded >= order.paid else ""


def _reject_refund(order: Order, _rules: Rules) -> str:
    open_words = (RefundWord.REQUESTED, RefundWord.DUE)
    return "" if any(entry.word in open_words for entry in order.refunds) else ILLEGAL


def _request_return(order: Order, _rules: Rules) -> str:
    return (
        ""
        if order.collected or any(p.status in _ON_THE_WAY | {_P.DELIVERED} for p in order.packages)
        else ILLEGAL
    )


def _has_return(*words: ReturnWord) -> _Check:
    return lambda order, _rules: "" if any(entry.word in words for entry in order.returns) else ILLEGAL


def _prepare_pickup(order: Order, _rules: Rules) -> str:
    if order.status is not _S.WAITING_SHIPMENT or not order.pickup:
        return ILLEGAL
    return "acceptance_failed" if order.acceptance_failed else _given_back(order)


def _ready_for_pickup(order: Order, rules: Rules) -> str:
    return _by_rule("T16")(order, rules) or _given_back(order)


def _collect(order: Order, rules: Rules) -> str:
    return _in(_S.READY_FOR_PICKUP)(order, rules) or _given_back(order)


def _answer(order: Order, _rules: Rules) -> str:
    return "" if order.cancellation_requested else ILLEGAL


def _accept_cancellation(order: Order, rules: Rules) -> str:
    return _answer(order, rules) or _cancel(order, rules)


def _address(order: Order, _rules: Rules) -> str:
    if order.erased:
        return "erased"
    return ILLEGAL if order.status in _OVER else ""


def _attention(order: Order, _rules: Rules) -> str:
    return "" if order.attention else ILLEGAL


def _resend(order: Order, _rules: Rules) -> str:
    return "" if any(key.startswith(RESENDABLE) for key in order.owed) else ILLEGAL


# Answers of channels, carriers and the stock are always taken: ConfirmCall, FailCall, ConfirmBooking,
# ReportStock.
CHECKS: dict[type, _Check] = {
    c.CreateOrder: _exists,
    c.Release: _in(_S.NEW),
    c.Accept: _by_rule("T5"),
    c.Refuse: _by_rule("T7"),
    c.Cancel: _cancel,
    c.CancelLines: _cancel_lines,
    c.ReadyToShip: _pack,
    c.Ship: _ship,
    c.ChangeTracking: _has_package(_P.READY_TO_SHIP, *_ON_THE_WAY),
    c.CancelPackage: _cancel_package,
    c.MarkDelivered: _has_package(*_ON_THE_WAY),
    c.MarkPaid: _mark_paid,
    c.MarkPaymentFailed: _mark_failed,
    c.CreatePaymentLink: _payment_link,
    c.RefundAmount: _refund,
    c.RefundProducts: _refund,
    c.RequestRefund: _refund,
    c.RejectRefund: _reject_refund,
    c.RequestReturn: _request_return,
    c.AcceptReturn: _has_return(ReturnWord.REQUESTED),
    c.RejectReturn: _has_return(ReturnWord.REQUESTED),
    c.ReceiveReturn: _has_return(ReturnWord.ACCEPTED, ReturnWord.IN_TRANSIT),
    c.RestockReturn: _has_return(ReturnWord.RECEIVED),
    c.WriteOffReturn: _has_return(ReturnWord.RECEIVED),
    c.AbandonReturn: _has_return(ReturnWord.ACCEPTED, ReturnWord.IN_TRANSIT),
    c.PreparePickup: _prepare_pickup,
    c.ReadyForPickup: _ready_for_pickup,
    c.Collect: _collect,
    c.CancelPickup: _by_rule("T18"),
    c.AcceptCancellation: _accept_cancellation,
    c.RejectCancellation: _answer,
    c.AddLine: _in(*_EDITABLE),
    c.ChangeQuantity: _in(*_EDITABLE),
    c.ChangeAddress: _address,
    c.ClearAttention: _attention,
    c.Resend: _resend,
}
