"""Amazon's words in ours, as tables (Orders API 2026-01-01). What is in no table moves nothing."""

from __future__ import annotations

from shared.orders.facts import PackageWord, StatusWord

STATUSES = {
    "PENDING_AVAILABILITY": StatusWord.NOT_PROCESSABLE,  # a pre-order
    "PENDING": StatusWord.NOT_PROCESSABLE,  # neither prices nor address are told yet
    "UNSHIPPED": StatusWord.PROCESSABLE,
    "PARTIALLY_SHIPPED": StatusWord.PROCESSABLE,  # and its packages tell the rest
    "SHIPPED": StatusWord.PROCESSABLE,  # likewise
    "CANCELLED": StatusWord.CANCELED,
    "UNFULFILLABLE": StatusWord.ARCHIVED,  # and a package that could not be made asks for attention
}
"""``fulfillment.fulfillmentStatus``."""

PAID = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"})
"""The statuses with which Amazon answers for the money."""

OPEN = frozenset({"PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED"})
"""The statuses in which a buyer's wish to cancel can still be met."""

UNFULFILLABLE = "UNFULFILLABLE"

PACKAGES = {
    "PENDING": PackageWord.READY,
    "SHIPPED": PackageWord.FULFILLED,
    "IN_TRANSIT": PackageWord.FULFILLED,
    "DELIVERED": PackageWord.DELIVERED,
    "UNDELIVERABLE": PackageWord.UNABLE_TO_DELIVER,
    "CANCELLED": PackageWord.CANCELED,
}
"""``packages[].packageStatus.status``."""

FULFILLED_BY_CHANNEL = {"AMAZON": True, "MERCHANT": False}
"""``fulfillment.fulfilledBy``."""

BUYER = "BUYER"
"""``cancellationRequest.requester``, the one documented value."""

PICKUP = "IN_STORE_PICK_UP"
"""One of ``programs``: the customer collects."""

CURRENCIES = {
    "A2EUQ1WTGCTBG2": "CAD",
    "ATVPDKIKX0DER": "USD",
    "A1AM78C64UM0Y8": "MXN",
    "A2Q3Y263D00KWC": "BRL",
    "A28R8C7NBKEWEA": "EUR",
    "A1RKKUPIHCS9HS": "EUR",
    "A1F83G8C2ARO7P": "GBP",
    "A13V1IB3VIYZZH": "EUR",
    "AMEN7PMS3EDWL": "EUR",
    "A1805IZSGTT6HS": "EUR",
    "A1PA6795UKMFR9": "EUR",
    "APJ6JRA9NG5V4": "EUR",
    "A2NODRKZP88ZB9": "SEK",
    "AE08WJ6YKNBMC": "ZAR",
    "A1C3SOZRARQ6R3": "PLN",
    "ARBP9OOSHTCHU": "EGP",
    "A33AVAJ2PDY3EV": "TRY",
    "A17E79C6D8DWNP": "SAR",
    "A2VIGQ35RCS4UG": "AED",
    "A21TJRUUN4KGV": "INR",
    "A19VAU5U5O7RUS": "SGD",
    "A39IBJ37TRP1C6": "AUD",
    "A1VC38T7YXB528": "JPY",
}
"""The currency of orders without amounts, by marketplace (developer-docs.amazon.com, *Marketplace IDs*)."""

PICKUP_STATUSES = {
    "ready_for_pickup": "ReadyForPickup",
    "picked_up": "PickedUp",
    "cancel_pickup": "RefusedPickup",
}
"""Our calls as ``shipmentStatus`` of updateShipmentStatus."""
