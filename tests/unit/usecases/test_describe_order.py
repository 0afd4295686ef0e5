"""What a mail says of a parcel whose carrier or tracking page nobody told us."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.connections.model import Connection, Settings
from shared.notifications.data import MailData
from shared.notifications.links import tracking_link
from shared.orders.facts import Address, Customer, LineSeen, OrderSeen
from shared.orders.model import Order, Package
from shared.orders.statuses import PackageStatus, Status
from shared.storage.store import FullOrder
from shared.usecases.describe_order import describe_order

UPS = "1Z5R89390357567127"
UPS_PAGE = f"https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={UPS}"
FITS_TWO = "60120172242323"  # DHL and DPD, without a check digit


def mail(*, kind: str = "shipped", default: str = "", country: str = "DE", **package: Any) -> MailData:
    parcel = Package(id="1", status=PackageStatus.FULFILLED, contents=(("a", 1),), **package)
    order = Order(
        id="shop/1",
        version=1,
        status=Status.SHIPPED,
        currency="EUR",
        total=Decimal("10.00"),
        packages=(parcel,),
    )
    seen = OrderSeen(
        number="#1", currency="EUR", total=order.total, lines=(LineSeen(external_id="a", quantity=1),)
    )
    connection = Connection(
        id="shop",
        kind="shopify",
        name="Example Shop",
        connected_at=datetime(2026, 1, 1, tzinfo=UTC),
        settings=Settings(carrier=default),
    )
    customer = Customer(shipping=Address(country=country))
    target = "1" if kind == "shipped" else ""
    return describe_order(kind, target, FullOrder(order=order, seen=seen, customer=customer), connection)


def test_a_number_that_only_one_carrier_makes_brings_its_name_and_page() -> None:
    said = mail(tracking_number=UPS)
    assert (said.carrier, said.tracking_url) == ("UPS", UPS_PAGE)
    assert tracking_link(said.tracking_url) == UPS_PAGE


@pytest.mark.parametrize("number", [FITS_TWO, "no number"])
def test_a_number_that_fits_several_or_none_brings_nothing(number: str) -> None:
    said = mail(tracking_number=number)
    assert (said.carrier, said.tracking_number, said.tracking_url) == ("", number, "")


def test_a_carrier_that_the_channel_named_keeps_its_name_and_gets_a_page() -> None:
    said = mail(tracking_number=FITS_TWO, carrier="DPD Germany")
    assert said.carrier == "DPD Germany"
    assert said.tracking_url == f"https://tracking.dpd.de/status/en_US/parcel/{FITS_TWO}"


@pytest.mark.parametrize("carrier", ["GLS", "Example Courier", "Other"])
def test_the_number_never_speaks_against_the_channel(carrier: str) -> None:
    said = mail(tracking_number=UPS, carrier=carrier)
    assert (said.carrier, said.tracking_url) == (carrier, "")


def test_a_page_that_the_channel_told_stays_and_nothing_is_added_to_it() -> None:
    said = mail(tracking_number=UPS, tracking_url="https://www.dhl.de/1")
    assert (said.carrier, said.tracking_url) == ("", "https://www.dhl.de/1")


def test_the_default_carrier_of_the_connection_decides_a_tie() -> None:
    assert mail(tracking_number=FITS_TWO, default="dhl").carrier == "DHL"


def test_the_destination_decides_between_countries() -> None:
    assert mail(tracking_number="986578788855", country="US").carrier == "FedEx"
    assert mail(tracking_number="986578788855", country="").carrier == ""


def test_a_parcel_without_a_number_has_the_carrier_that_was_named() -> None:
    said = mail(carrier="royal_mail")
    assert (said.carrier, said.tracking_url) == ("Royal Mail", "")


def test_a_mail_about_no_parcel_names_no_carrier() -> None:
    said = mail(kind="order_received", tracking_number=UPS, carrier="UPS")
    assert (said.carrier, said.tracking_number, said.tracking_url) == ("", "", "")
