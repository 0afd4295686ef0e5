"""Mirakl's words in ours, as tables. New values may appear any time: what is in no table moves nothing."""

from __future__ import annotations

from shared.orders.facts import PackageWord, RefundWord, StatusWord

STATES = {
    "STAGING": StatusWord.NOT_PROCESSABLE,
    "WAITING_ACCEPTANCE": StatusWord.ACCEPTANCE_ASKED,
    "WAITING_DEBIT": StatusWord.ACCEPTED,
    "WAITING_DEBIT_PAYMENT": StatusWord.ACCEPTED,
    "SHIPPING": StatusWord.PROCESSABLE,
    "SHIPPED": StatusWord.PROCESSABLE,  # and its package tells the rest
    "TO_COLLECT": StatusWord.PROCESSABLE,  # likewise
    "RECEIVED": StatusWord.RECEIVED,
    "CLOSED": StatusWord.CLOSED,
    "REFUSED": StatusWord.REFUSED,
    "CANCELED": StatusWord.CANCELED,
}
"""``order_state``."""

PACKAGES = {
    "SHIPPED": PackageWord.FULFILLED,
    "TO_COLLECT": PackageWord.AT_PICKUP_POINT,
    "RECEIVED": PackageWord.DELIVERED,
}
"""What an ``order_state`` says of all that is open."""

PAID = frozenset({"SHIPPING", "SHIPPED", "TO_COLLECT", "RECEIVED", "CLOSED"})
"""The ``order_state`` values that the marketplace lets an order reach when it answers for the money."""

INCIDENTS = {
    "INCIDENT_OPEN": StatusWord.DISPUTE_OPENED,
    "INCIDENT_CLOSED": StatusWord.DISPUTE_RESOLVED,
}
"""``order_line_state`` values that tell of a quarrel. One open incident is enough."""

GONE = frozenset({"REFUSED", "CANCELED"})
"""``order_line_state`` values with which no piece of the line is left to ship."""

LINE_STATES = frozenset({*STATES, *INCIDENTS, "REFUNDED", "WAITING_REFUND", "WAITING_REFUND_PAYMENT"})
"""The documented values of ``order_line_state``; refunds are told by ``refunds``."""

REFUNDS = {
    "WAITING_REFUND": RefundWord.REQUESTED,
    "WAITING_REFUND_PAYMENT": RefundWord.REQUESTED,
    "REFUNDED": RefundWord.RECORDED,
}
"""``refunds[].state``."""

SHIPPED_SHIPMENTS = frozenset({"SHIPPED", "TO_COLLECT", "RECEIVED", "CLOSED"})
"""``status`` of a shipment that has left; before it are SHIPPING, READY_FOR_PICK_UP, SHIPMENT_PREPARED."""

CANCELED_SHIPMENT = "CANCELED"

REASONS = {
    "no_response": "14",
    "out_of_stock": "15",
    "customer": "16",
    "returned": "17",
    "not_received": "18",
    "agreement": "19",
    "other": "19",
}
"""Our codes as Mirakl's ``reason_code`` in its delivered set-up; operators may have others (RE01).

The default is that of ``other``: an agreement with the customer. A code of digits passes through.
"""
