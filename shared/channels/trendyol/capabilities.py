"""What Trendyol can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset({"ready", "ship", "tracking", "cancel", "cancel_lines"}),
    hosts=("*.trendyol.com",),
    base_url="https://apigw.trendyol.com/integration",
    options=("seller_id",),
    credentials=("api_key", "api_secret"),
    line_quantities=False,  # a package is Trendyol's own: it is told of as a whole
    partial_refunds=False,
    refunds_by_merchant=False,
    polls=True,
    levels=True,
    levels_later=True,
    poll_every=timedelta(minutes=5),
    overlap=timedelta(minutes=10),
    subscriptions=True,
    open_points=(
        "Levels go by barcode; why one failed is a text: it is shown as item_failed.",
        "How the refusal of a level that is told twice within a quarter of an hour looks is not documented.",
        "Trendyol makes the packages: one that holds other pieces than any of its own is refused.",
        "That a package has left is Trendyol's to say, when its carrier scans it: until then it is Invoiced.",
        "Whether Invoiced is taken without an invoice's number is not documented; none is known here.",
        "Numbers of the seller's own carrier are told only with the option seller_pays=yes.",
        "After Shipped a tracking number cannot be changed any more.",
        "A cancellation whose answer was lost is found by the canceled pieces of its lines.",
        "Whether lastModifiedDate is in GMT or in GMT+3 is not said.",
        "Where a refusal holds its code is not documented; errors[].key is read.",
        "Whether packages of one order number are found however old they are is not documented.",
    ),
)
