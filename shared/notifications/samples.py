"""Mails as full, as bare and as hostile as they come: for previews, and to try a merchant's templates on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from shared.notifications.branding import Branding
from shared.notifications.data import MailData, MailLine, MailParcel

MUGS = MailLine(
    name="Stoneware mug, speckled", quantity=2, unit_price=Decimal("19.90"), total=Decimal("39.80")
)
TEAPOT = MailLine(
    name="Teapot with bamboo handle, 1.2 l",
    quantity=1,
    unit_price=Decimal("1264.00"),
    total=Decimal("1264.00"),
)

FULL = MailData(
    order_number="#1001",
    currency="EUR",
    customer_name="Customer",
    placed_on=date(2026, 3, 5),
    lines=(MUGS, TEAPOT),
    shipping=Decimal("4.90"),
    discount=Decimal("10.00"),
    tax=Decimal("207.39"),
    total=Decimal("1298.70"),
    delivery_address=("Customer", "Example Street 12", "10115 Berlin"),
    delivery_country="DE",
    contents=(MailLine(name="Stoneware mug, speckled", quantity=2),),
    carrier="DHL",
    tracking_number="00340434161094042557",
    tracking_url="https://www.dhl.de/de/privatkunden/verfolgen.html?piececode=00340434161094042557",
    page_url="https://hub.example.com/track/abc",
    pickup_place=("Example Shop", "Market Square 1", "10115 Berlin"),
    pickup_code="4711",
    pickup_until=date(2026, 3, 12),
    refund_follows=True,
    refund_amount=Decimal("39.80"),
    return_accepted=True,
    amount_due=Decimal("1298.70"),
    payment_url="https://pay.example.com/link/4f1c8a?lang=en&amount=1298.70",
)

PARCELS = (
    MailParcel(
        carrier="DHL",
        tracking_number="00340434161094042557",
        tracking_url=FULL.tracking_url,
        contents=(MailLine(name=MUGS.name, quantity=2),),
    ),
    MailParcel(tracking_number="1Z999AA10123456784", contents=(MailLine(name=TEAPOT.name, quantity=1),)),
)

# What each kind needs and nothing else.
BARE: dict[str, MailData] = {
    "order_received": MailData(
        order_number="1001", currency="EUR", lines=(MailLine(name="Stoneware mug", quantity=1),)
    ),
    "canceled": MailData(order_number="1001", currency="EUR"),
    "preparing": MailData(order_number="1001", currency="EUR"),
    "shipped": MailData(order_number="1001", currency="EUR"),
    "tracking_changed": MailData(order_number="1001", currency="EUR", tracking_number="1Z999AA10123456784"),
    "ready_for_pickup": MailData(order_number="1001", currency="EUR"),
    "delivered": MailData(order_number="1001", currency="EUR"),
    "delivery_problem": MailData(order_number="1001", currency="EUR"),
    "return_answer": MailData(order_number="1001", currency="EUR", return_accepted=False),
    "refund": MailData(order_number="1001", currency="EUR", refund_amount=Decimal("5.00")),
    "payment_link": MailData(
        order_number="1001",
        currency="EUR",
        amount_due=Decimal("5.00"),
        payment_url="https://pay.example.com/link/4f1c8a",
    ),
}

BRANDING = Branding(
    merchant_name="Example Shop",
    colour="#0f766e",
    reply_to="service@shop.example",
    footer="Example Shop GmbH\nMarket Square 1, 10115 Berlin\nHRB 12345 B",
)
PLAIN_BRANDING = Branding(merchant_name="Example Shop")

# A text from a stranger that becomes a tag where it is not escaped, an attribute where it is not in quotes.
EVIL = "probe"
EVIL_TEXT = f'<{EVIL} a="b">\' {EVIL}=1 "'
# What render makes harmless by itself, or what is no text of a stranger's.
_KEPT = frozenset({"currency", "tracking_url", "payment_url"})


def samples_of(kind: str) -> Iterator[MailData]:
    """Yield data of every shape that a mail of ``kind`` may have, the hostile one last."""
    yield FULL
    yield BARE[kind]
    yield replace(FULL, customer_name="", delivery_address=(), delivery_country="", placed_on=None)
    yield replace(FULL, carrier="", tracking_url="", refund_follows=False, return_accepted=False)
    yield replace(FULL, partial=True, pickup=True, pickup_place=(), pickup_code="", pickup_until=None)
    yield replace(
        FULL, lines=(MailLine(name="Stoneware mug", quantity=2),), shipping=None, total=None, tax=None
    )
    yield replace(FULL, parcels=PARCELS, contents=(), carrier="", tracking_number="1", tracking_url="")
    yield _hostile(replace(FULL, parcels=PARCELS))


def _hostile(value: Any) -> Any:
    """Return ``value`` with every text in it replaced by the hostile one."""
    if isinstance(value, str):
        return EVIL_TEXT
    if isinstance(value, tuple):
        return tuple(_hostile(item) for item in value)
    if isinstance(value, MailData | MailLine | MailParcel):
        changed = (field.name for field in fields(value) if field.name not in _KEPT)
        return replace(value, **{name: _hostile(getattr(value, name)) for name in changed})
    return value
