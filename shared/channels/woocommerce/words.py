"""WooCommerce's words in ours, as tables."""

from __future__ import annotations

from shared.orders.facts import PaymentMethod, PaymentWord, StatusWord

STATUSES = {
    "pending": StatusWord.NOT_PROCESSABLE,
    "on-hold": StatusWord.NOT_PROCESSABLE,
    "processing": StatusWord.PROCESSABLE,
    "completed": StatusWord.PROCESSABLE,  # and its package tells the rest
    "cancelled": StatusWord.CANCELED,
    "refunded": StatusWord.ARCHIVED,  # `refunds` tell
    "failed": StatusWord.NOT_PROCESSABLE,  # the payment failed
    "trash": StatusWord.DELETED,
}
"""Plugins add statuses of their own: those are unknown and move nothing."""

DRAFT = "checkout-draft"
"""A checkout that is still open: no order yet."""

PAYMENTS = {
    "pending": PaymentWord.PENDING,
    "on-hold": PaymentWord.PENDING,
    "failed": PaymentWord.FAILED,
}
"""What a status says about the money. Elsewhere ``date_paid_gmt`` tells."""

PAYMENT_METHODS = {
    "cod": PaymentMethod.CASH_ON_DELIVERY,
    "bacs": PaymentMethod.TRANSFER,
    "cheque": PaymentMethod.TRANSFER,
}
"""The gateways of the core that are not paid in the checkout; all others are prepaid."""

PICKUP_METHODS = frozenset(["local_pickup", "pickup_location"])
"""The shipping methods of the core (classic and block checkout) with which customers collect."""
