"""What ikas can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset(
        {
            "ready",
            "ship",
            "tracking",
            "cancel_shipment",
            "delivered",
            "at_pickup_point",
            "cancel",
            "cancel_lines",
            "refund",
            "create",
        }
    ),
    hosts=("api.myikas.com",),
    base_url="https://api.myikas.com",
    options=("store", "stock_location_id"),
    credentials=("client_id", "client_secret"),
    is_marketplace=False,
    polls=True,
    poll_every=timedelta(minutes=5),
    overlap=timedelta(minutes=10),
    subscriptions=True,
    levels=True,
    creates_orders=True,
    open_points=(
        "A refund goes by product: one by amount alone is not documented for the API.",
        "Whether a refund moves money where its transactions are not named is the gateway's matter.",
        "No rate limit is published; a 429 is waited for.",
        "How answers to wishes to cancel and to returns are given is not documented: give them in ikas.",
        "How an order that the customer collects is reported as collected is not documented.",
        "Whether the prices of created orders hold taxes is the shop's setting.",
    ),
)
