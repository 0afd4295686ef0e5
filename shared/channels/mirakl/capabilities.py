"""What Mirakl can express."""

from __future__ import annotations

from datetime import timedelta

from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=frozenset(
        {
            "accept",
            "refuse",
            "ship",
            "tracking",
            "cancel_shipment",
            "cancel",
            "cancel_lines",
            "refund",
        }
    ),
    hosts=("*.mirakl.net",),
    options=("shop_id",),
    credentials=("api_key",),
    collects_after_accept=True,
    refunds_by_merchant=False,  # what is canceled is refunded by Mirakl
    polls=True,
    levels=True,
    levels_later=True,
    # OR11 is recommended every five minutes, once a minute at most (an external partner: every fifteen).
    poll_every=timedelta(minutes=5),
    overlap=timedelta(minutes=10),
    open_points=(
        "Webhooks and cloud events are for operators and connectors: a shop's key makes none.",
        "Why a level was not imported is a text of the operator's: it is shown as not_imported.",
        "Where the body of a refusal holds its code is not documented; `code` and `error_code` are read.",
        "Operators may not have several parcels per order: a partial shipment is then refused.",
        "In which states OR29 and OR30 may be used is the operator's setting; a refusal is shown.",
        "OR21 takes no reason for a refusal, and decides whole lines only.",
        "Reason codes are the operator's own (RE01); those of the delivered set-up are used.",
        "Parcels that leave one by one from the marketplace's back office are seen when all have left.",
    ),
)
