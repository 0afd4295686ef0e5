"""A marketplace's orders on the scripted day: worked on in the merchant's shop, confirmed at the marketplace.

The marketplace and the shop are simulated (:mod:`local.channels`), and refuse what the real ones refuse. The
marketplace sends no webhooks: the hub polls it. The shop sends them.
"""

from __future__ import annotations

from typing import Any

from local.steps import Command, Ending, Happening, Standing, Step

MARKET, SHOP, BAZAAR = "market", "warehouse", "bazaar"

_WHOLE, _REFUSED, _SPLIT, _CANCELED = "M-2001-A", "M-2002-A", "M-2003-A", "M-2004-A"
_UNWANTED = "C0001UNWNT"
PARCELS = ("1Z999AA10123456817", "1Z999AA10123456824", "1Z999AA10123456831")


def _ours(order: str) -> str:
    return f"{MARKET}:{order}"


def _placed(order: str, why: str) -> Happening:
    lines = [{"offer_sku": "MUG", "quantity": 2, "price_unit": 10}, {"offer_sku": "PEN", "price_unit": 5}]
    return Happening(
        channel=MARKET,
        order=order,
        action="place",
        details={"order_lines": lines},
        polls=True,
        about=_ours(order),
        then={"channel_status": "waiting_acceptance"},
        why=why,
    )


def _out_there(order: str, action: str, why: str, *, then: dict[str, str], **details: Any) -> Happening:
    return Happening(
        channel=MARKET,
        order=order,
        action=action,
        details=details,
        polls=True,
        about=_ours(order),
        then=then,
        why=why,
    )


def _in_the_shop(order: str, action: str, why: str, *, then: dict[str, str], **details: Any) -> Happening:
    return Happening(
        channel=SHOP,
        order=f"copy of {_ours(order)}",
        action=action,
        details=details,
        about=_ours(order),
        then=then,
        why=why,
    )


def _asked(order: str, name: str, then: dict[str, str], why: str, **body: Any) -> Command:
    return Command(order=_ours(order), name=name, body=body, then=then, why=why)


MARKET_STEPS: tuple[Step, ...] = (
    # Through the shop: accepted, debited, created in the shop, shipped there, confirmed at the marketplace.
    _placed(_WHOLE, "an order of the marketplace, found by a poll"),
    _asked(_WHOLE, "accept", {"channel_status": "accepted"}, "the marketplace collects the money first"),
    _out_there(
        _WHOLE,
        "debit",
        "paid: to be shipped, and created in the shop",
        then={"channel_status": "waiting_shipment", "payment": "paid"},
    ),
    _in_the_shop(
        _WHOLE,
        "complete",
        "done in the shop, without a tracking number: it waits for one",
        then={"fulfillment": "ready_to_ship", "channel_status": "waiting_shipment"},
    ),
    _in_the_shop(
        _WHOLE,
        "complete",
        "the number comes: shipped, and the marketplace is told",
        then={"channel_status": "shipped"},
        _tracking_number=PARCELS[0],
        _shipment_provider="ups",
    ),
    _out_there(_WHOLE, "receive", "the buyer has it", then={"channel_status": "closed"}),
    # Refused, and the marketplace is told so.
    _placed(_REFUSED, "one that the merchant cannot serve"),
    _asked(_REFUSED, "refuse", {"channel_status": "refused"}, "and says so", reason="out_of_stock"),
    # Accepted and paid, then called off.
    _placed(_CANCELED, "one that breaks on the shelf"),
    _asked(_CANCELED, "accept", {"channel_status": "accepted"}, ""),
    _out_there(_CANCELED, "debit", "", then={"channel_status": "waiting_shipment"}),
    _asked(_CANCELED, "cancel", {"channel_status": "canceled"}, "", reason="out_of_stock"),
    # Worked on by the clerk: a piece canceled, two parcels, a refund.
    _placed(_SPLIT, "one more, worked on by hand"),
    _asked(_SPLIT, "accept", {"channel_status": "accepted"}, ""),
    _out_there(_SPLIT, "debit", "", then={"channel_status": "waiting_shipment"}),
    _asked(
        _SPLIT,
        "ship",
        {"fulfillment": "partially_fulfilled"},
        "a mug leaves",
        contents=[{"line_id": f"{_SPLIT}-1", "quantity": 1}],
        tracking_number=PARCELS[1],
        carrier="ups",
    ),
    _asked(
        _SPLIT,
        "cancel_lines",
        {"fulfillment": "partially_fulfilled"},
        "the pen is sold out",
        lines=[{"line_id": f"{_SPLIT}-2", "quantity": 1}],
        reason="out_of_stock",
    ),
    _asked(
        _SPLIT,
        "ship",
        {"channel_status": "shipped", "fulfillment": "fulfilled"},
        "the other mug follows",
        tracking_number=PARCELS[2],
        carrier="ups",
    ),
    _asked(
        _SPLIT,
        "refund_amount",
        {"refund": "partial", "channel_status": "shipped"},
        "for a scratch",
        amount="3.00",
    ),
    _out_there(_SPLIT, "receive", "the buyer has both", then={"channel_status": "closed"}),
)

_ASKED_BACK = f"{BAZAAR}:{_UNWANTED}"

MARKET_STEPS += (
    # Another marketplace: the buyer asks to cancel, the clerk grants it, a process there carries it out.
    Happening(
        channel=BAZAAR,
        order=_UNWANTED,
        action="place",
        polls=True,
        about=_ASKED_BACK,
        then={"channel_status": "waiting_shipment", "payment": "paid"},
        why="an order of another marketplace",
    ),
    Happening(
        channel=BAZAAR,
        order=_UNWANTED,
        action="request_cancellation",
        later=1.1,
        polls=True,
        about=_ASKED_BACK,
        then={"channel_status": "waiting_shipment", "request": "cancellation requested"},
        why="its buyer asks to cancel",
    ),
    Command(
        order=_ASKED_BACK,
        name="accept_cancellation",
        then={"channel_status": "canceled"},
        why="granted, and the marketplace is told",
    ),
)

# Marketplaces write to their buyers themselves: no mails.
MARKET_EXPECTED = (
    Ending(_ours(_WHOLE), "closed", ()),
    Ending(_ours(_REFUSED), "refused", ()),
    Ending(_ours(_SPLIT), "closed", (), "partial"),
    Ending(_ours(_CANCELED), "canceled", ()),
    Ending(_ASKED_BACK, "canceled", ()),
)

STANDINGS = (
    Standing(MARKET, _WHOLE, "order_state", "RECEIVED"),
    Standing(MARKET, _WHOLE, "shipping_tracking", PARCELS[0]),
    Standing(MARKET, _REFUSED, "order_state", "REFUSED"),
    Standing(MARKET, _SPLIT, "order_state", "RECEIVED"),
    Standing(MARKET, _CANCELED, "order_state", "CANCELED"),
    Standing(SHOP, f"copy of {_ours(_CANCELED)}", "status", "cancelled"),
    Standing(SHOP, f"copy of {_ours(_WHOLE)}", "status", "completed"),
)
