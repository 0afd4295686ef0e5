"""What a mail is made of: stored facts of one order, as plain values. Personal data: not logged, not kept.

Amounts are in the order's currency, in major units. Dates are the day in the connection's own
zone. Every text may come from a stranger; :mod:`shared.notifications.render` makes it harmless.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shared.orders.facts import Address
from shared.orders.values import value


@value(frozen=True, slots=True, kw_only=True)
class MailLine:
    """So many pieces of one product."""

    name: str
    quantity: int
    unit_price: Decimal | None = None
    total: Decimal | None = None


@value(frozen=True, slots=True, kw_only=True)
class MailParcel:
    """One of several parcels that one mail is about."""

    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    contents: tuple[MailLine, ...] = ()


@value(frozen=True, slots=True, kw_only=True)
class MailData:
    """All that any kind of mail shows. What a kind cannot do without stands in the catalogue."""

    order_number: str  # as the customer knows it: "#1001"
    currency: str  # ISO 4217
    customer_name: str = ""
    placed_on: date | None = None

    lines: tuple[MailLine, ...] = ()  # the whole order, with prices
    shipping: Decimal | None = None
    discount: Decimal | None = None  # what was taken off, as a positive amount
    tax: Decimal | None = None  # contained in the total
    total: Decimal | None = None
    delivery_address: tuple[str, ...] = ()  # one entry a line
    delivery_country: str = ""  # ISO 3166-1; it gets the last line of the address, by its name

    contents: tuple[MailLine, ...] = ()  # what this mail is about: packed, canceled, refunded, returned
    partial: bool = False  # it is about a part of the order, be it the first or the last

    carrier: str = ""  # its name as people say it: "DHL"
    tracking_number: str = ""
    tracking_url: str = ""
    parcels: tuple[MailParcel, ...] = ()  # where one mail tells of several; each with its own tracking
    page_url: str = ""  # the hub's own page about this order

    pickup: bool = False  # the customer collects the order
    pickup_place: tuple[str, ...] = ()  # one entry a line
    pickup_code: str = ""
    pickup_until: date | None = None

    refund_follows: bool = False  # canceled after it was paid
    refund_amount: Decimal | None = None
    return_accepted: bool | None = None

    amount_due: Decimal | None = None
    payment_url: str = ""


# Universal Postal Union, addressing systems: countries that write the postal code after the town.
_CODE_AFTER_TOWN = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "US"})


def address_lines(address: Address) -> tuple[str, ...]:
    """Return a postal address as the lines of a letter, without the empty ones and without the country."""
    if address.country in _CODE_AFTER_TOWN:
        place = " ".join(part for part in (address.city, address.region, address.postal_code) if part)
    else:
        town = " ".join(part for part in (address.postal_code, address.city) if part)
        place = ", ".join(part for part in (town, address.region) if part)
    lines = (address.name, address.company, *address.street, place)
    return tuple(line for line in lines if line)
