"""Parcels of the scripted day that are booked at simulated carrier accounts, and a mail that does not arrive.

``shop-three`` books at Sendcloud, ``shop-one`` at EasyPost: what the clerk makes ready to ship is booked, its
label is stored, and the carriers' own webhooks say where it is. Neither account lets anything be booked twice
unnoticed: the standings say what each has in the end. What leaves by UPS is subscribed to there; DHL pushes,
and is asked where it was silent; AfterShip and Shippo tell of parcels of any carrier.
"""

from __future__ import annotations

from typing import Any

from local.clerk import entered, pieces
from local.steps import Command, Ending, Happening, Invocation, MailSaid, Standing, Step

PARCELS, POSTAGE, UPS, DHL = "parcels", "postage", "ups", "dhl"
TELLING = ("aftership", "shippo")
BOOKED_WITH = {"shop-three": PARCELS, "shop-one": POSTAGE}

_SPLIT, _POSTED, _UNREACHED = "shop-three:by-hand-7", "shop-one:by-hand-8", "shop-three:by-hand-9"
_BY_UPS = "shop-three:by-hand-10"
_BY_DHL, _BY_OTHERS = "shop-three:by-hand-11", "shop-three:by-hand-12"
UPS_PARCEL, DHL_PARCEL = "1Z999AA10123456855", "00340434161094000009"
_TOLD_PARCELS = ("12345678905", "12345678913")
_ADDRESS = {
    "name": "Example Customer",
    "street": ["Example Street 1"],
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}


def _to_be_sent(order: str, why: str, *, email: str = "buyer@example.com") -> Command:
    customer = {"name": "Example Customer", "email": email, "locale": "en", "shipping": _ADDRESS}
    then = {"status": "waiting_shipment", "payment": "pending"}
    return entered(order, then, why=why, payment_method="invoice", customer=customer)


def _ready(order: str, fulfillment: str, why: str, **body: Any) -> Command:
    return Command(order=order, name="ready_to_ship", body=body, then={"fulfillment": fulfillment}, why=why)


def _scanned(order: str, package: int, phase: str, why: str, *, then: dict[str, str]) -> Happening:
    return Happening(
        channel=BOOKED_WITH[order.partition(":")[0]],
        order=f"parcel {package} of {order}",
        action=phase,
        about=order,
        then=then,
        why=why,
    )


def _failing(channel: str, fault: str, path: str, why: str) -> Happening:
    details = {"fault": fault, "method": "POST", "path": path}
    return Happening(channel=channel, order="", action="fail", details=details, why=why)


def _told(which: int, in_transit: str, delivered: str) -> tuple[Step, ...]:
    """Return the way of one of two parcels that others tell of: the cups, then the bowl."""
    channel, number = TELLING[which], _TOLD_PARCELS[which]
    contents = [pieces("cup", 2)] if which == 0 else [pieces("bowl", 1)]
    shipped = {"status": "shipped"} if which else {"fulfillment": "partially_fulfilled"}
    there = {"status": "closed"} if which else {"fulfillment": "partially_delivered"}
    return (
        Command(
            order=_BY_OTHERS,
            name="ship",
            body={"contents": contents, "tracking_number": number, "carrier": "gls"},
            then=shipped,
        ),
        Happening(channel=channel, order=number, action="place"),
        Happening(channel=channel, order=number, action=in_transit, about=_BY_OTHERS, then=shipped),
        Happening(channel=channel, order=number, action=delivered, about=_BY_OTHERS, then=there),
    )


PARCEL_STEPS: tuple[Step, ...] = (
    # Two parcels, booked one by one: an answer is lost, and a booking is canceled with its package.
    _to_be_sent(_SPLIT, "of a shop that books at Sendcloud"),
    _failing(PARCELS, "server_error_after", "/announce", "the next booking is made, and its answer lost"),
    _ready(
        _SPLIT,
        "partially_ready",
        "asked for before it is booked again",
        contents=[pieces("cup", 2)],
    ),
    _ready(_SPLIT, "ready_to_ship", "the bowl, booked as well"),
    Command(
        order=_SPLIT,
        name="cancel_package",
        body={"package_id": "2"},
        then={"fulfillment": "partially_ready"},
        why="it was packed badly: its booking is canceled",
    ),
    _ready(_SPLIT, "ready_to_ship", "packed again: another booking"),
    _scanned(
        _SPLIT, 1, "in_transit", "the carrier has the cups", then={"fulfillment": "partially_fulfilled"}
    ),
    _scanned(_SPLIT, 3, "in_transit", "and the bowl", then={"fulfillment": "fulfilled", "status": "shipped"}),
    _scanned(_SPLIT, 3, "delivered", "", then={"fulfillment": "partially_delivered"}),
    _scanned(_SPLIT, 1, "delivered", "all is there", then={"fulfillment": "delivered", "status": "closed"}),
    # The same at another account, whose label is a picture.
    _to_be_sent(_POSTED, "of a shop that buys labels at EasyPost"),
    _failing(POSTAGE, "rate_limit", "/buy", "too many requests: the next label is not sold"),
    _ready(_POSTED, "ready_to_ship", "bought, when it is tried again"),
    _scanned(_POSTED, 1, "in_transit", "", then={"status": "shipped"}),
    _scanned(_POSTED, 1, "delivered", "", then={"status": "closed"}),
    # Without a booking: UPS is asked of the parcel, gets a token from the hub, and pushes.
    _to_be_sent(_BY_UPS, "packed with a label of the merchant's own"),
    Happening(channel=UPS, order=UPS_PARCEL, action="place", why="known to UPS by its label"),
    Command(
        order=_BY_UPS,
        name="ship",
        body={"tracking_number": UPS_PARCEL, "carrier": "ups"},
        then={"status": "shipped"},
        why="subscribed to, and read as it stands",
    ),
    Happening(
        channel=UPS,
        order=UPS_PARCEL,
        action="FS",
        about=_BY_UPS,
        then={"status": "closed", "fulfillment": "delivered"},
        why="pushed, with a token of ours",
    ),
    # DHL pushes what it scans. Where it falls silent, the hub asks.
    _to_be_sent(_BY_DHL, "another one, by DHL"),
    Happening(channel=DHL, order=DHL_PARCEL, action="place", why="announced to DHL"),
    Command(
        order=_BY_DHL,
        name="ship",
        body={"tracking_number": DHL_PARCEL, "carrier": "dhl"},
        then={"status": "shipped"},
        why="nobody is asked yet: DHL pushes",
    ),
    Happening(
        channel=DHL,
        order=DHL_PARCEL,
        action="transit",
        about=_BY_DHL,
        then={"status": "shipped", "fulfillment": "fulfilled"},
        why="pushed",
    ),
    Happening(
        channel=DHL,
        order=DHL_PARCEL,
        action="delivered",
        details={"silently": True},
        about=_BY_DHL,
        then={"status": "shipped"},
        why="and no push comes of this one",
    ),
    Invocation(
        "run_deadlines",
        7_200,
        "silent for two hours: DHL is asked, and says it is there",
        about=_BY_DHL,
        then={"status": "closed", "fulfillment": "delivered"},
    ),
    # Others tell of parcels of any carrier.
    _to_be_sent(_BY_OTHERS, "in two parcels, told of by AfterShip and Shippo"),
    *_told(0, "InTransit", "Delivered"),
    *_told(1, "TRANSIT", "DELIVERED"),
    # A mail that comes back: the order is flagged, and its customer's address gets no more mails.
    _to_be_sent(_UNREACHED, "its customer mistyped the address", email="bounce@example.com"),
    MailSaid(
        order=_UNREACHED,
        said="bounce",
        then={"attention": "mail_bounced"},
        why="nobody is there: somebody has to look",
    ),
    Command(
        order=_UNREACHED,
        name="cancel",
        then={"channel_status": "canceled"},
        why="and this address gets no mail any more",
    ),
)

PARCEL_EXPECTED = (
    Ending(
        _SPLIT,
        "closed",
        (
            *("order_received", "preparing"),  # however many parcels are packed, and packed again
            *("shipped", "shipped", "delivered", "delivered"),
        ),
    ),
    Ending(_POSTED, "closed", ("order_received", "preparing", "shipped", "delivered")),
    Ending(_BY_UPS, "closed", ("order_received", "shipped", "delivered")),
    Ending(_BY_DHL, "closed", ("order_received", "shipped", "delivered")),
    Ending(_BY_OTHERS, "closed", ("order_received", "shipped", "shipped", "delivered", "delivered")),
    Ending(_UNREACHED, "canceled", ("order_received",), withheld=("canceled",)),
)

PARCEL_STANDINGS = (
    Standing(PARCELS, f"parcel 1 of {_SPLIT}", "parcels/0/status/code", "READY_TO_SEND"),
    Standing(PARCELS, f"parcel 2 of {_SPLIT}", "parcels/0/status/code", "CANCELLED"),
    Standing(PARCELS, f"parcel 3 of {_SPLIT}", "parcels/0/status/code", "READY_TO_SEND"),
    Standing(POSTAGE, f"parcel 1 of {_POSTED}", "selected_rate/service", "Priority"),
    Standing(POSTAGE, f"parcel 1 of {_POSTED}", "tracker/status", "delivered"),
    Standing(UPS, UPS_PARCEL, "activity/0/status/code", "FS"),
    Standing(DHL, DHL_PARCEL, "status/statusCode", "delivered"),
)

BOOKINGS = {PARCELS: 3, POSTAGE: 1}
"""How many labels each account has made in the end: one a booking, none for the answer that was lost."""
