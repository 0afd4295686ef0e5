# ruff: noqa: RUF001  Turkish has a letter without a dot, German has quotation marks of its own
"""What pictures are taken of: every mail, every state of the tracking page, with data that is hard to show.

Names are as long as German makes them, as dotted as Turkish has them, and without a space where a SKU stands
for a name. What one language has to say is in one row of WORDINGS; languages without a row show English
goods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle
from typing import Any

from shared.carriers.detect import detect
from shared.notifications.branding import Branding
from shared.notifications.data import MailData, MailLine, MailParcel
from shared.notifications.samples import FULL
from shared.orders.facts import ReturnWord
from shared.pages.render import Choice, Happening, ShownParcel, ShownReturn, TrackingPage

LOGO = "https://shop.example/logo.png"
BRAND = Branding(
    merchant_name="Example Shop",
    colour="#0f766e",
    reply_to="service@shop.example",
    footer="Example Shop GmbH\nMarket Square 1, 10115 Berlin\nHRB 12345 B",
)
# A colour on which white cannot be read, a name that does not fit into a line, a logo, and small print.
LOUD = Branding(
    merchant_name="Example Shop for Handmade Stoneware and Everything Else That a Kitchen Needs",
    colour="#ffe600",
    footer=BRAND.footer,
    legal="You may withdraw from this contract within 14 days without giving any reason.\n"
    "Terms: https://shop.example/terms · VAT ID DE000000000",
)
_OTHER_NUMBER = "1Z999AA10123456784"  # of another parcel, by UPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A customer and their goods in one language. Amounts are in ``currency``."""

    customer: str
    goods: tuple[str, str, str]  # a usual name, a long one, one without a space
    address: tuple[str, ...]
    country: str
    place: tuple[str, ...]
    carrier: str
    tracking_number: str  # of the kind that the carrier has
    currency: str


WORDINGS: Mapping[str, Wording] = {
    "de": Wording(
        customer="Beispielkundin Musterfrau-Beispielhausen",
        goods=(
            "Kaffeebecher „Morgenrot“, 350 ml, handgetöpfert",
            "Spülmaschinengeeignete Edelstahl-Küchenmaschinenzubehöraufbewahrungsbox mit Deckel",
            "ART-8F3K2291-XXL-ANTHRAZIT-WASSERABWEISEND-SONDERANFERTIGUNG-2026-B",
        ),
        address=("Beispielkundin Musterfrau-Beispielhausen", "Beispielstraße 12", "10115 Berlin"),
        country="DE",
        place=("Example Shop", "Marktplatz 1", "10115 Berlin"),
        carrier="Deutsche Post DHL",
        tracking_number="00340434161094042557",
        currency="EUR",
    ),
    "en": Wording(
        customer="Example Customer",
        goods=(
            "Stoneware mug “Dawn”, 350 ml, hand-thrown",
            "Dishwasher-safe stainless steel storage box for food processor accessories, with lid, grey",
            "ART-8F3K2291-XXL-ANTHRACITE-WATER-REPELLENT-MADE-TO-ORDER-2026-B",
        ),
        address=("Example Customer", "12 Example Street", "Example Town AB1 2CD"),
        country="GB",
        place=("Example Shop", "1 Market Square", "Example Town AB1 2CD"),
        carrier="Royal Mail",
        tracking_number="TT473128057GB",
        currency="GBP",
    ),
    "tr": Wording(
        customer="Örnek Müşteri",
        goods=(
            "Şafak kahve fincanı, 350 ml, el yapımı",
            "İĞNE OYALI KIRMIZI İPEK ŞİFON EŞARP, ÇİÇEK DESENLİ, BÜYÜK BOY, HEDİYE PAKETİYLE",
            "URN-8F3K2291-XXL-ANTRASIT-SU-GECIRMEZ-OZEL-URETIM-2026-B",
        ),
        address=("Örnek Müşteri", "Örnek Mahallesi, Örnek Sokak No: 12", "34710 Kadıköy, İstanbul"),
        country="TR",
        place=("Example Shop", "Çarşı Meydanı No: 1", "34710 Kadıköy, İstanbul"),
        carrier="Yurtiçi Kargo",
        tracking_number="271828182845",
        currency="TRY",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailScene:
    """A mail in one of its shapes."""

    name: str
    kind: str
    data: MailData
    branding: Branding = BRAND


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScene:
    """A state of the tracking page; ``notice`` names a page that only says something."""

    name: str
    page: TrackingPage | None = None
    notice: str = ""
    branding: Branding = BRAND


def mail_scenes(locale: str) -> Iterator[MailScene]:
    """Yield every kind of mail in each of its wordings, then the shapes that are hard to lay out."""
    full = mail_data(locale)
    parcels = _mail_parcels(full)
    bare = MailData(order_number="1001", currency=full.currency)

    def scene(name: str, kind: str = "", branding: Branding = BRAND, **changes: Any) -> MailScene:
        return MailScene(name=name, kind=kind or name, branding=branding, data=replace(full, **changes))

    yield scene("order_received")
    yield scene("payment_link")
    yield scene("preparing")
    yield scene("preparing_pickup", "preparing", pickup=True)
    yield scene("shipped")
    yield scene("shipped_part", "shipped", partial=True)
    yield scene("shipped_parcels", "shipped", parcels=parcels)
    yield scene("tracking_changed")
    yield scene("ready_for_pickup", carrier="", tracking_number="", tracking_url="")
    yield scene(
        "parcel_at_pickup_point", "ready_for_pickup", pickup_place=(), pickup_code="", pickup_until=None
    )
    yield scene("delivery_problem")
    yield scene("delivered")
    yield scene("delivered_part", "delivered", partial=True)
    yield scene("return_accepted", "return_answer", return_accepted=True, tracking_url="")
    yield scene("return_rejected", "return_answer", return_accepted=False, tracking_url="")
    yield scene("refund")
    yield scene("canceled")
    yield scene("canceled_part", "canceled", partial=True)
    yield scene("loud_brand_with_logo", "shipped", branding=replace(LOUD, logo=LOGO))
    yield scene("loud_brand_without_prices", "order_received", branding=LOUD, lines=full.contents * 3)
    yield scene("twenty_lines", "order_received", lines=full.lines * 6 + full.lines[:2])
    yield MailScene(
        name="nothing_but_the_number",
        kind="shipped",
        data=bare,
        branding=Branding(merchant_name="Example Shop"),
    )


def page_scenes(locale: str) -> Iterator[PageScene]:
    """Yield the tracking page in every state that a customer may find it in."""
    wording = WORDINGS.get(locale, WORDINGS["en"])
    usual, long, solid = wording.goods
    way = _parcel("package.fulfilled", wording, ((usual, 2), (long, 1)), _WAY)
    late = _parcel("package.unable_to_deliver", wording, ((solid, 1),), _FAILED)
    arrived = _parcel("package.delivered", wording, ((usual, 2), (solid, 1)), _ARRIVED)
    choices = (
        Choice(line_id="1", name=usual, quantity=2, chosen=1),
        Choice(line_id="2", name=long, quantity=1),
        Choice(line_id="3", name=solid, quantity=1),
    )
    page = TrackingPage(order_number="#1001", version=3, placed_on=date(2026, 3, 2))
    done = replace(page, parcels=(arrived,), choices=choices)
    asked = (
        ShownReturn(name=long, quantity=1, state="return.requested"),
        ShownReturn(name=solid, quantity=1, state="return.accepted"),
    )
    collected = replace(
        page,
        is_collected=True,
        pickup_place=wording.place,
        pickup_code="4711",
        pickup_until=date(2026, 3, 12),
    )

    yield PageScene(name="in_transit", page=replace(page, parcels=(way,)))
    other = replace(arrived, carrier="UPS", tracking_number=_OTHER_NUMBER)
    yield PageScene(name="two_parcels", page=replace(page, parcels=(late, other)))
    yield PageScene(name="a_part_on_its_way", page=replace(page, parcels=(way,), waiting=((solid, 12),)))
    yield PageScene(name="nothing_sent_yet", page=replace(page, waiting=((usual, 2), (long, 1), (solid, 12))))
    yield PageScene(name="canceled", page=replace(page, is_canceled=True))
    for state, words in _STATES.items():
        parcel = _parcel(f"package.{state}", wording, ((usual, 1),), words)
        yield PageScene(name=state, page=replace(page, parcels=(parcel,)))
    yield PageScene(
        name="to_be_collected", page=replace(page, is_collected=True, waiting=((usual, 2), (long, 1)))
    )
    for state in ("preparing_pickup", "ready_for_pickup", "picked_up", "pickup_canceled"):
        shown = collected if state == "ready_for_pickup" else replace(page, is_collected=True)
        waiting = ((usual, 2), (long, 1)) if state in ("preparing_pickup", "ready_for_pickup") else ()
        yield PageScene(name=state, page=replace(shown, pickup=f"pickup.{state}", waiting=waiting))
    yield PageScene(name="delivered", page=done)
    yield PageScene(
        name="return_with_an_error",
        page=replace(done, message="check_failed", is_good=False, reason="damaged"),
    )
    yield PageScene(
        name="return_recorded", page=replace(done, message="done", returns=asked, choices=choices[:1])
    )
    yield PageScene(name="returns", page=replace(page, parcels=(arrived,), returns=_returns(wording)))
    yield PageScene(name="loud_brand", page=replace(page, parcels=(way,)), branding=LOUD)
    yield PageScene(name="unknown_link", notice="not_found", branding=Branding(merchant_name=""))
    yield PageScene(name="erased", notice="gone")
    yield PageScene(name="busy", notice="busy")


def _returns(wording: Wording) -> tuple[ShownReturn, ...]:
    """Return a line in each state that a return may have."""
    return tuple(
        ShownReturn(name=name, quantity=1, state=f"return.{word.value}")
        for name, word in zip(cycle(wording.goods), ReturnWord, strict=False)
    )


def mail_data(locale: str) -> MailData:
    """Return the order that mails in a language are about."""
    wording = WORDINGS.get(locale, WORDINGS["en"])
    usual, long, solid = wording.goods
    return replace(
        FULL,
        currency=wording.currency,
        customer_name=wording.customer,
        lines=(
            MailLine(name=usual, quantity=2, unit_price=Decimal("19.90"), total=Decimal("39.80")),
            MailLine(name=long, quantity=1, unit_price=Decimal("1264.00"), total=Decimal("1264.00")),
            MailLine(name=solid, quantity=12, unit_price=Decimal("8.25"), total=Decimal("99.00")),
        ),
        total=Decimal("1397.70"),
        amount_due=Decimal("1397.70"),
        payment_url="https://pay.example.com/link/4f1c8a?order=1001&lang=" + locale,
        delivery_address=wording.address,
        delivery_country=wording.country,
        contents=(MailLine(name=usual, quantity=2), MailLine(name=long, quantity=1)),
        carrier=wording.carrier,
        tracking_number=wording.tracking_number,
        tracking_url=_tracking_url(wording),
        pickup_place=wording.place,
    )


def _tracking_url(wording: Wording) -> str:
    """Return the page that the carrier shows for the number."""
    candidates = detect(wording.tracking_number, country=wording.country, channel_hint=wording.carrier)
    return candidates[0].url


def _mail_parcels(data: MailData) -> tuple[MailParcel, ...]:
    first, *others = data.contents
    return (
        MailParcel(
            carrier=data.carrier,
            tracking_number=data.tracking_number,
            tracking_url=data.tracking_url,
            contents=(first,),
        ),
        MailParcel(carrier="UPS", tracking_number=_OTHER_NUMBER, contents=tuple(others)),
    )


def _parcel(
    state: str, wording: Wording, contents: tuple[tuple[str, int], ...], words: tuple[str, ...]
) -> ShownParcel:
    days = range(5, 5 + len(words))
    return ShownParcel(
        state=state,
        is_over=state == "package.delivered",
        carrier=wording.carrier,
        tracking_number=wording.tracking_number,
        url=_tracking_url(wording),
        contents=contents,
        history=tuple(
            Happening(word=word, at=datetime(2026, 3, day, 8 + day % 3, 12, tzinfo=UTC))
            for word, day in reversed(list(zip(words, days, strict=True)))
        ),
    )


_WAY = (
    "package.ready_to_ship",
    "scan.picked_up",
    "scan.in_transit",
    "scan.delivery_delayed",
    "scan.out_for_delivery",
)
# What a parcel's own word may be, with the history that leads to it.
_STATES = {
    "ready_to_ship": ("package.ready_to_ship",),
    "at_pickup_point": ("scan.picked_up", "scan.on_hold", "scan.ready_for_pickup"),
    "returning": ("scan.picked_up", "scan.delivery_failed", "scan.return_to_sender"),
    "returned": ("scan.picked_up", "scan.return_to_sender", "package.returned"),
}
_FAILED = ("scan.picked_up", "scan.in_transit", "scan.delivery_failed")
_ARRIVED = ("scan.picked_up", "scan.out_for_delivery", "package.delivered")
