"""What WooCommerce can express."""

from __future__ import annotations

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset({"ship", "tracking", "cancel_shipment", "cancel", "refund", "create"}),
    credentials=("consumer_key", "consumer_secret"),
    is_marketplace=False,
    polls=True,
    subscriptions=True,
    levels=True,
    creates_orders=True,
    open_points=(
        "Where fulfillments (core, 10.1) are switched off, only a note for the merchant tells of a parcel.",
        "A refund moves money only where the connection's option api_refund is yes: not every gateway can.",
        "A refund puts the goods of all its lines back in stock, or of none.",
        "The shop writes mails of its own: an order created for another channel holds no mail address.",
        "The shop adds its own taxes to the prices of an order that is created in it.",
    ),
)
