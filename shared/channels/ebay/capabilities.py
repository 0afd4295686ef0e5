"""What eBay can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset({"ship", "refund", "cancel", "answer_cancellation"}),
    hosts=("*.ebay.com",),
    base_url="https://api.ebay.com",
    options=("alert_email",),
    credentials=("client_id", "client_secret", "refresh_token"),
    polls=True,
    levels=True,
    poll_every=timedelta(minutes=5),
    overlap=timedelta(minutes=10),
    subscriptions=True,
    open_points=(
        "Refunds, cancellations and approvals need Digital Signatures for sellers in the EU and the UK:",
        "they are signed with the credentials signing_key and signing_jwe (createSigningKey, ED25519).",
        "A fulfillment cannot be changed or taken back: a new tracking number is not told.",
        "Single lines cannot be cancelled; refund them.",
        "Where a notification names its order is published in no sample.",
        "ITEM_MARKED_SHIPPED needs commerce.shipping, which not every application gets: polls tell, too.",
        "Which of several open cancellation requests is answered is not told: the latest is.",
        "A carrier that is in no table is told as Other (ShippingCarrierCodeType).",
        "A refund whose answer was lost is found by its amount; of several new equal ones a person decides.",
        "Levels reach listings of the Inventory API alone, and each listing 250 times a day.",
        "How often a notification is sent again is not confirmed; the poll finds what is missing.",
        "Topics of cancellations and returns are not read: their scopes are granted to few applications.",
    ),
)
