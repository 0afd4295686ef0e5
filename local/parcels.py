"""Parcels of the scripted day that are booked at simulated carrier accounts, and a mail that does not arrive.

``shop-three`` books at Sendcloud, ``shop-one`` at EasyPost: what the clerk makes ready to ship is booked, its
label is stored, and the carriers' own webhooks say where it is. Neither account lets anything be booked twice
unnoticed: the standings say what each has in the end. What leaves by UPS is subscribed to there.
"""

from __future__ import annotations

from typing import Any

from local.clerk import entered, pieces
from local.steps import Command, Ending, Happening, MailSaid, Standing, Step

PARCELS, POSTAGE, UPS = "parcels", "postage", "ups"
BOOKED_WITH = {"shop-three": PARCELS, "shop-one": POSTAGE}

_SPLIT, _POSTED, _UNREACHED = "shop-three:by-hand-7", "shop-one:by-hand-8", "shop-three:by-hand-9"
_BY_UPS = "shop-three:by-hand-10"
UPS_PARCEL = "1Z999AA10123456855"
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
            *("order_received", "preparing", "preparing", "preparing"),  # one for each parcel that is packed
            *("shipped", "shipped", "delivered", "delivered"),
        ),
    ),
    Ending(_POSTED, "closed", ("order_received", "preparing", "shipped", "delivered")),
    Ending(_BY_UPS, "closed", ("order_received", "shipped", "delivered")),
    Ending(_UNREACHED, "canceled", ("order_received",), withheld=("canceled",)),
)

PARCEL_STANDINGS = (
    Standing(PARCELS, f"parcel 1 of {_SPLIT}", "parcels/0/status/code", "READY_TO_SEND"),
    Standing(PARCELS, f"parcel 2 of {_SPLIT}", "parcels/0/status/code", "CANCELLED"),
    Standing(PARCELS, f"parcel 3 of {_SPLIT}", "parcels/0/status/code", "READY_TO_SEND"),
    Standing(POSTAGE, f"parcel 1 of {_POSTED}", "selected_rate/service", "Priority"),
    Standing(POSTAGE, f"parcel 1 of {_POSTED}", "tracker/status", "delivered"),
    Standing(UPS, UPS_PARCEL, "activity/0/status/code", "FS"),
)

BOOKINGS = {PARCELS: 3, POSTAGE: 1}
"""How many labels each account has made in the end: one a booking, none for the answer that was lost."""
