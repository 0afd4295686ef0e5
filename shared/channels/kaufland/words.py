"""Kaufland's words in ours, as tables. What is in none of them is unknown: shown, and it moves nothing.

The values are those of Kaufland's OpenAPI (Seller API 2.27.0).
"""

from __future__ import annotations

from enum import IntEnum


class Stage(IntEnum):
    """Where an order unit, one piece, stands. Each stage lies behind those with smaller numbers."""

    OPEN = 1  # may be sent; the marketplace has the money
    SENT = 2
    RECEIVED = 3  # by the customer
    RETURNED = 4  # the goods came back
    REPAID = 5  # and the customer has the money
    CANCELED = 6  # in place of all others: never sent


STATUSES = {
    "open": Stage.OPEN,
    "need_to_be_sent": Stage.OPEN,
    "sent": Stage.SENT,
    "sent_and_autopaid": Stage.SENT,
    "received": Stage.RECEIVED,
    "returned": Stage.RETURNED,
    "returned_paid": Stage.REPAID,
    "cancelled": Stage.CANCELED,
}
"""``status`` of an order unit."""

BY_CHANNEL = "fulfilled_by_kaufland"
"""``fulfillment_type`` of an order that Kaufland sends itself; the merchant's is fulfilled_by_merchant."""

CANCEL_REASONS = {
    "out_of_stock": "NoInventory",
    "late": "DelayedInventory",
    "customer": "BuyerCancelled",
    "address": "ShippingAddressUndeliverable",
    "region": "UndeliverableRegion",
    "price": "WrongPrice",
    "catalog": "WrongCatalogData",
    "no_response": "NoReactionBuyer",
    "not_received": "MerchandiseNotReceived",
    "other": "GeneralAdjustment",
}
"""Our codes as ``reason`` of a cancellation; the default is that of ``other``."""

REFUND_REASONS = {
    "damaged": "delivery_damage",
    "late": "delivery_delay",
    "incomplete": "incomplete_delivery",
    "wrong": "incorrect_delivery",
    "shipping": "refund_postage_fee",
    "defect": "defect",
    "return_shipping": "refund_return_postage_fee",
    "other": "other_refund",
}
"""Our codes as ``reason`` of a refund; the default is that of ``other``."""

CARRIERS = {"dhl": "DHL"}
"""The one carrier code that is documented in public; others are for the connection's own table."""
