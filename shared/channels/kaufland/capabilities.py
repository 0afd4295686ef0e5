"""What Kaufland can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset({"ship", "tracking", "cancel", "cancel_lines", "refund"}),
    hosts=("sellerapi.kaufland.com",),
    base_url="https://sellerapi.kaufland.com/v2",
    options=("storefront",),
    credentials=("client_key", "secret_key"),
    refunds_by_merchant=False,  # of what is canceled or came back; goodwill is the merchant's
    tracking_needed=True,
    polls=True,
    levels=True,
    poll_every=timedelta(minutes=5),
    overlap=timedelta(minutes=10),
    open_points=(
        "What Kaufland pushes, and how it proves it, is not confirmed: nothing is subscribed to.",
        "Carrier codes but DHL are behind Kaufland's login: give them in the connection's table of carriers.",
        "A refund shows in no document: one whose answer is lost is in doubt, and is never made again.",
        "Refunds are in Eurocents: those of orders in other currencies are refused.",
        "A tracking number is added to those of a unit; which units have which is not shown.",
        "Units that leave one by one from Kaufland's own back office are seen when all have left.",
        "Whether a unit's price holds its shipping is open: it is taken to be beside it.",
        "Rate limits are not documented.",
        "Levels go to one storefront, by the option; a SKU that several units bear is refused.",
        "Keys of partners (Shop-Partner-Client-Key) are not used.",
    ),
)
