"""What bol.com can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset({"ship", "tracking", "cancel", "cancel_lines"}),
    hosts=("api.bol.com",),
    base_url="https://api.bol.com",
    credentials=("client_id", "client_secret"),
    partial_refunds=False,
    refunds_by_merchant=False,  # bol pays the customer when a return is handled
    polls=True,
    levels=True,
    levels_later=True,
    poll_every=timedelta(minutes=5),
    # What changed is asked for in whole minutes, one more than have passed.
    overlap=timedelta(minutes=10),
    subscriptions=True,
    open_points=(
        "No request finds an offer by its reference: levels need the offer's id for each SKU (skus).",
        "Why a level's process failed is a message: it is shown as process_failure.",
        "How bol encodes its live public keys is not confirmed: SubjectPublicKeyInfo and PKCS#1 are read.",
        "bol's keys are asked for once a day and for a new id: a new key under a known one waits till then.",
        "Whether ORDER can be subscribed to as a webhook is open: SHIPMENT alone is.",
        "A failed process has a message and no code: a refusal is shown as process_failure.",
        "An item is canceled as a whole: some of its open pieces cannot be.",
        "A customer's request for cancellation is granted by a cancellation, and denied by shipping only.",
        "A shipment that was told cannot be taken back.",
        "Shipments are listed for three months: those of older orders are not seen.",
        "By which date handled returns are sorted is open: they are read until a page has no new one.",
        "What bol gives back for a return is not told: the price of the pieces is recorded.",
        "Whether an order may hold items that bol sends beside the merchant's is open; it would be flagged.",
    ),
)
