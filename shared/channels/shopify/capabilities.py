"""What Shopify can express."""

from __future__ import annotations

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset(
        {
            "ship",
            "tracking",
            "delivered",
            "at_pickup_point",
            "cancel_shipment",
            "cancel",
            "cancel_lines",
            "refund",
            "create",
        }
    ),
    credentials=("access_token",),
    is_marketplace=False,
    polls=True,
    subscriptions=True,
    levels=True,
    creates_orders=True,
    open_points=(
        "REST is a legacy API since 2024-10-01; new public apps have to use GraphQL, custom apps need not.",
        "Orders older than 60 days are only read with the scope read_all_orders.",
        "Goods of one parcel that lie at several locations become several fulfillments.",
        "Two parcels alike without tracking numbers look the same: one in doubt is shown, not repeated.",
        "A canceled order's goods are put back by stock levels, not by the cancellation.",
        "Whether an order search finds an order at once is left open: the last hour is read without it.",
    ),
)
