"""What DHL's *Shipment Tracking Unified* can be asked (developer.dhl.com): a parcel by its number."""

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    hosts=("api-eu.dhl.com",),
    base_url="https://api-eu.dhl.com",
    credentials=("api_key",),
    is_marketplace=False,
    follow_every=timedelta(hours=12),
    follows_silent=True,
    open_points=("An account is said to have 250 questions a day; DHL publishes no number.",),
)
