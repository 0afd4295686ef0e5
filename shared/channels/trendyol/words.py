"""Trendyol's words in ours, as tables (developers.trendyol.com, *getShipmentPackages*)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from shared.orders.facts import PackageWord


class Pieces(Enum):
    """What a package's status says of the pieces in it."""

    WAIT = "wait"  # the payment is not through: nothing may be done
    LIVE = "live"
    CANCELED = "canceled"
    ELSEWHERE = "elsewhere"  # in the packages that took this one's place


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row: what a status says of the pieces, and of the package; None: there is none yet."""

    pieces: Pieces
    package: PackageWord | None = None


# ShipmentPackage.status.
STATUSES = {
    "Awaiting": Meaning(Pieces.WAIT),
    "Created": Meaning(Pieces.LIVE),
    "Picking": Meaning(Pieces.LIVE, PackageWord.READY),
    "Invoiced": Meaning(Pieces.LIVE, PackageWord.READY),
    "Shipped": Meaning(Pieces.LIVE, PackageWord.FULFILLED),
    "AtCollectionPoint": Meaning(Pieces.LIVE, PackageWord.AT_PICKUP_POINT),
    "Delivered": Meaning(Pieces.LIVE, PackageWord.DELIVERED),
    "UnDelivered": Meaning(Pieces.LIVE, PackageWord.UNABLE_TO_DELIVER),
    "Returned": Meaning(Pieces.LIVE, PackageWord.RETURNED),
    "Cancelled": Meaning(Pieces.CANCELED, PackageWord.CANCELED),
    "UnSupplied": Meaning(Pieces.CANCELED, PackageWord.CANCELED),
    "UnPacked": Meaning(Pieces.ELSEWHERE, PackageWord.CANCELED),
}
"""*Verified*, and *Repack* of older pages, are documented without a meaning: they are unknown."""

UNKNOWN = Meaning(Pieces.LIVE)

CREATED = "Created"
PICKING = "Picking"
INVOICED = "Invoiced"
AWAITING = "Awaiting"

WORKED_ON = frozenset({CREATED, PICKING, INVOICED})
"""The statuses in which the seller may still say something of a package."""

UNTOUCHED = frozenset({"Awaiting", CREATED})
"""The statuses before anybody spoke of a package here."""

FIRST_OF_ITS_KIND = "order-creation"
"""``createdBy`` of a package that came with the order; others (cancel, split, transfer) took one's place."""

# Our reasons as the ``reasonId`` of *Cancel Package*: 500 stock out, 501 faulty, 502 wrong price, 503 wrong
# image, barcode or quantity, 504 integration, 505 bulk purchase, 506 force majeure.
REASONS = {
    "out_of_stock": 500,
    "damaged": 501,
    "price": 502,
    "listing": 503,
    "technical": 504,
    "bulk": 505,
    "force_majeure": 506,
}
REASON = 500  # any other
