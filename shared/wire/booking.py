"""How a parcel is booked at a carrier account: its adapter's ``booking.py``, a :class:`BookingModule`."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from shared.orders.facts import Address
from shared.orders.values import value
from shared.wire.api import Api

MEDIA_TYPES = ("application/pdf", "image/png")
"""What a label may be."""


@value(frozen=True, slots=True, kw_only=True)
class Consignment:
    """A parcel to be booked. Where it comes from, and by which service, is in the account's options.

    ``reference`` is ours, 32 hex digits, the same however often the same parcel is booked. ``order_number``
    is what merchant and customer call the order.
    """

    reference: str
    order_number: str
    to: Address
    email: str = ""
    phone: str = ""


@value(frozen=True, slots=True, kw_only=True)
class Booked:
    """What the carrier made of it.

    ``reference`` is the carrier's name for the booking, by which it is canceled; ``label`` what its label is
    fetched by. ``carrier`` is who carries it, in the account's own words.
    """

    reference: str
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""
    label: str = ""


@value(frozen=True, slots=True, kw_only=True)
class Label:
    """A label as the carrier gives it. ``media_type`` is one of :data:`MEDIA_TYPES`."""

    body: bytes
    media_type: str


class Withdrawn(StrEnum):
    """What became of a cancellation."""

    DONE = "done"  # canceled, or being canceled: the carrier has taken it
    REFUSED = "refused"  # it is too late, or the carrier takes none


class BookingModule(Protocol):
    """``booking.py``: pure but for its requests by ``api``. Raises ApiError, MissingCredentialError.

    An option of the connection that is needed and missing is a RefusedError ``missing_option:<name>``.
    """

    def book(self, consignment: Consignment, api: Api) -> Booked:
        """Book a parcel. A ``reference`` that the carrier knows already is answered with what it stands for,
        where the carrier tells so; else the caller has asked before.
        """

    def find(self, reference: str, api: Api) -> Booked | None:
        """Return the live booking under our reference, None where there certainly is none."""

    def fetch_label(self, booked: Booked, api: Api) -> Label | None:
        """Return the label, None while the carrier has not made it."""

    def withdraw(self, reference: str, api: Api) -> Withdrawn:
        """Cancel a booking by the carrier's name for it. Repeated, it is answered alike."""
