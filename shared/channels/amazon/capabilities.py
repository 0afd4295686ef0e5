"""What Amazon can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset({"ship", "tracking", "ready_for_pickup", "picked_up", "cancel_pickup"}),
    hosts=(
        "sellingpartnerapi-eu.amazon.com",
        "sellingpartnerapi-fe.amazon.com",
        "sellingpartnerapi-na.amazon.com",
    ),
    options=("marketplace_ids", "seller_id"),
    credentials=("client_id", "client_secret", "refresh_token"),
    # The buyer is charged when the shipment is confirmed: a cancellation before leaves nothing to give back.
    # General knowledge of orders that merchants ship, not found in the API's documents.
    refunds_by_merchant=False,
    tracking_needed=True,
    polls=True,
    subscriptions=True,
    by_queue=True,
    levels=True,
    # searchOrders: 0.0056 requests a second, 20 at once; it answers for what is two minutes old.
    poll_every=timedelta(minutes=5),
    overlap=timedelta(minutes=10),
    settles_after=timedelta(minutes=3),
    open_points=(
        "Cancellations and refunds are feeds, whose documents are not confirmed: use Seller Central.",
        "Whether updateShipmentStatus shows in an order is not documented: its success is all there is.",
        "A parcel confirmed in Seller Central may bear the same package number as one confirmed from here.",
        "Whether Amazon carried out an accepted level is not asked: see Seller Central.",
        "CarrierCode has no published list of its own; the values are those of the order fulfillment feed.",
        "A seller has one subscription to a type: one to another queue stays, and is shown.",
    ),
)
