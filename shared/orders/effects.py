"""What each cause owes to the world: one table.

``mail`` is the kind of mail to the customer, ``call`` the call to the order's own channel, ``stock`` the
movement of the pieces concerned. Who gates them: a mail by the connection's rules or the action's
``notify``; a call by the channel's capabilities, and never to the channel that told us; stock by the
capability ``stock``. Test orders and orders fulfilled by their channel owe none of them.

Stock movements: *reserve* (free to reserved), *give_back* (reserved to free), *take* (reserved to gone),
*put_back* (gone to reserved), *restock* (gone to free).
"""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum

from shared.orders.values import value


class Cause(StrEnum):
    """Everything that may owe an effect. *Here* is by a command or a rule, *there* by a fact."""

    FIRST_PROCESSABLE = "first_processable"
    AWAITED = "awaited"
    ACCEPTED_HERE = "accepted_here"
    REFUSED_HERE = "refused_here"
    REFUSED_THERE = "refused_there"
    QUANTITY_CANCELED = "quantity_canceled"
    QUANTITY_ADDED = "quantity_added"
    BACK_OFFICE = "back_office"
    REQUEST_ANSWERED = "request_answered"
    CANCELED_HERE = "canceled_here"
    LINES_CANCELED_HERE = "lines_canceled_here"
    CANCELED_THERE = "canceled_there"
    PREPARING_PICKUP = "preparing_pickup"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKED_UP = "picked_up"
    PICKUP_CANCELED = "pickup_canceled"
    PACKAGE_CANCELED = "package_canceled"
    PACKAGE_READY = "package_ready"
    PACKAGE_FULFILLED = "package_fulfilled"
    REST_CANCELED = "rest_canceled"
    TRACKING_CHANGED = "tracking_changed"
    PACKAGE_AT_PICKUP_POINT = "package_at_pickup_point"
    PACKAGE_DELIVERED = "package_delivered"
    PACKAGE_UNDELIVERABLE = "package_undeliverable"
    RETURN_ANSWERED = "return_answered"
    RETURN_RESTOCKED = "return_restocked"
    REFUNDED_HERE = "refunded_here"
    REFUNDED_THERE = "refunded_there"
    REFUND_REQUESTED_HERE = "refund_requested_here"
    REFUND_REJECTED_HERE = "refund_rejected_here"
    ORDER_EDITED_HERE = "order_edited_here"
    PAYMENT_LINK = "payment_link"


@value(frozen=True, slots=True)
class Owes:
    """One row. ``repeats``: the key carries the change, so that the effect may be owed again.

    ``recurs``: only from the second time on. The same answer may be given again, to another question.
    """

    mail: str = ""
    call: str = ""
    stock: str = ""
    repeats: bool = False
    recurs: bool = False
    own_shops_only: bool = False  # the mail
    only_if_asked: bool = False  # the mail: with ``notify`` alone
    once_an_order: bool = False  # the mail: it is about the order, whichever of its packages causes it
    unless_splits: bool = False  # the call: to channels that know one package an order


# fmt: off
EFFECTS: dict[Cause, Owes] = {
    Cause.FIRST_PROCESSABLE:       Owes(mail="order_received"),
    Cause.AWAITED:                 Owes(stock="reserve"),
    Cause.ACCEPTED_HERE:           Owes(call="accept"),
    Cause.REFUSED_HERE:            Owes(mail="canceled", call="refuse"),
    Cause.REFUSED_THERE:           Owes(mail="canceled"),
    Cause.QUANTITY_CANCELED:       Owes(stock="give_back"),
    Cause.QUANTITY_ADDED:          Owes(stock="reserve"),
    Cause.BACK_OFFICE:             Owes(),  # "create", to another connection: Workbench.call_back_office
    Cause.REQUEST_ANSWERED:        Owes(call="answer_cancellation", recurs=True),
    Cause.CANCELED_HERE:           Owes(mail="canceled", call="cancel"),
    Cause.LINES_CANCELED_HERE:     Owes(mail="canceled", call="cancel_lines", repeats=True),
    Cause.CANCELED_THERE:          Owes(mail="canceled"),
    Cause.PREPARING_PICKUP:        Owes(mail="preparing", call="prepare_pickup"),
    Cause.READY_FOR_PICKUP:        Owes(mail="ready_for_pickup", call="ready_for_pickup"),
    Cause.PICKED_UP:               Owes(call="picked_up", stock="take"),
    Cause.PICKUP_CANCELED:         Owes(mail="canceled", call="cancel_pickup"),
    Cause.PACKAGE_CANCELED:        Owes(call="cancel_shipment", stock="put_back"),
    Cause.PACKAGE_READY:           Owes(mail="preparing", call="ready", once_an_order=True),
    Cause.PACKAGE_FULFILLED:       Owes(mail="shipped", call="ship", stock="take"),
    Cause.REST_CANCELED:           Owes(call="ship", repeats=True, unless_splits=True),
    Cause.TRACKING_CHANGED:        Owes(mail="tracking_changed", call="tracking", repeats=True),
    Cause.PACKAGE_AT_PICKUP_POINT: Owes(mail="ready_for_pickup", call="at_pickup_point"),
    Cause.PACKAGE_DELIVERED:       Owes(mail="delivered", call="delivered"),
    Cause.PACKAGE_UNDELIVERABLE:   Owes(mail="delivery_problem"),
    Cause.RETURN_ANSWERED:         Owes(mail="return_answer", call="answer_return", recurs=True),
    Cause.RETURN_RESTOCKED:        Owes(stock="restock"),
    Cause.REFUNDED_HERE:           Owes(mail="refund", call="refund"),
    Cause.REFUNDED_THERE:          Owes(mail="refund", own_shops_only=True),
    Cause.REFUND_REQUESTED_HERE:   Owes(call="request_refund"),
    Cause.REFUND_REJECTED_HERE:    Owes(call="reject_refund"),
    Cause.ORDER_EDITED_HERE:       Owes(call="edit", repeats=True),
    Cause.PAYMENT_LINK:            Owes(mail="payment_link", only_if_asked=True),
}
# fmt: on

# In the order of an order's life: of a caught-up change, the last of these is the one mail it sends.
MAILS: tuple[str, ...] = (
    "order_received",
    "payment_link",
    "preparing",
    "shipped",
    "tracking_changed",
    "ready_for_pickup",
    "delivery_problem",
    "delivered",
    "return_answer",
    "refund",
    "canceled",
)
CALLS: frozenset[str] = frozenset(row.call for row in EFFECTS.values() if row.call) | {"create"}
STOCK_MOVES: frozenset[str] = frozenset(row.stock for row in EFFECTS.values() if row.stock)

# The call by which a command reaches the order's channel; all other commands are none of its business.
CALL_OF_COMMAND: dict[str, str] = {
    "accept": "accept",
    "refuse": "refuse",
    "cancel": "cancel",
    "cancel_lines": "cancel_lines",
    "ready_to_ship": "ready",
    "ship": "ship",
    "change_tracking": "tracking",
    "cancel_package": "cancel_shipment",
    "mark_delivered": "delivered",
    "prepare_pickup": "prepare_pickup",
    "ready_for_pickup": "ready_for_pickup",
    "collect": "picked_up",
    "cancel_pickup": "cancel_pickup",
    "refund_amount": "refund",
    "refund_products": "refund",
    "request_refund": "request_refund",
    "reject_refund": "reject_refund",
    "accept_return": "answer_return",
    "reject_return": "answer_return",
    "accept_cancellation": "answer_cancellation",
    "reject_cancellation": "answer_cancellation",
    "add_line": "edit",
    "change_quantity": "edit",
    "change_address": "edit",
}


def again(subject: str, change: str) -> str:
    """Return the target of an effect that may be owed again: its subject, and what makes this one another."""
    return f"{subject}@{change}"


def subject_of(target: str, known: Container[str]) -> str:
    """Return the id of the package, refund or return that a target is about, "" for the order itself.

    An id from outside may itself look like one with a change behind it: what is ``known`` is one.
    """
    while target not in known:
        target, mark, last = target.rpartition("@")
        if not mark:
            return last
    return target
