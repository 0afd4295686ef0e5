"""The stored form: small, exact, and left alone by code that is older than what wrote it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.orders import codec
from shared.orders import commands as c
from shared.orders.facts import (
    LineSeen,
    PaymentMethod,
    PaymentWord,
    RefundWord,
    Restock,
    ReturnWord,
    ScanStatus,
)
from shared.orders.model import (
    Attention,
    Cursor,
    Deadline,
    Line,
    Order,
    Package,
    Refund,
    Return,
    Transaction,
    WaitingScan,
)
from shared.orders.statuses import PackageStatus, Status
from tests.unit.orders.story import OWN_SHOP, PAID, PROCESSABLE, START, Story, package, seen

FINE = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)

FULL = Order(
    id="shop-one:%C3%A9%3A1",
    version=7,
    status=Status.SHIPPED,
    currency="EUR",
    total=Decimal("59.70"),
    lines=(
        Line("L1", 3, 1, Decimal("19.90"), 1, 2),
        Line("L2", 2, 0, None, 0, 1),
        Line("L3", 1, 0, Decimal("0.0001"), 0, 1),
    ),
    packages=(
        Package(
            "1",
            PackageStatus.DELIVERED,
            (("L1", 2), ("gone", 1)),
            ("A", "B"),
            "T1",
            "dhl",
            "https://example.com/T1",
            "fulfilled",
            FINE,
            ScanStatus.DELIVERED,
            START,
            START,
            "B-1",
        ),
        Package("2", PackageStatus.CANCELED, ()),
        Package("3", PackageStatus.FULFILLED, (("L2", 1),), told="fulfilled"),
    ),
    transactions=(
        Transaction("", "capture", Decimal("9.70")),
        Transaction("tx", "capture", Decimal("50.00"), FINE, "card", "example"),
    ),
    refunds=(
        Refund("R1", RefundWord.RECORDED, Decimal("5.00"), (("L1", 1, Restock.RETURN),), "x", START),
        Refund("R2", RefundWord.DUE, Decimal("1.00")),
    ),
    returns=(
        Return("A", "L1", 1, ReturnWord.RECEIVED, "damaged"),
        Return("A", "gone", 1, ReturnWord.REQUESTED),
    ),
    placed_at=START,
    payment_method=PaymentMethod.INVOICE,
    payment_word=PaymentWord.AUTHORIZED,
    payment_word_at=FINE,
    shipping_method="PARCEL",
    accept_by=START,
    ship_by=FINE,
    raw_status="SUPER_SHIPPED",
    pickup=True,
    test=True,
    draft=True,
    fulfilled_by_channel=True,
    workable=True,
    released=True,
    reserved=True,
    dispute=True,
    cancellation_requested=True,
    cancellation_answered=True,
    acceptance_failed=True,
    erased=True,
    attention=(Attention("dispute"), Attention("tracking_missing", "package/1")),
    deadlines=(Deadline("erase", START), Deadline("tracking_wait", FINE, "1")),
    waiting_scans=(WaitingScan("T9", ScanStatus.IN_TRANSIT), WaitingScan("T8", ScanStatus.DELIVERED, FINE)),
    statuses_seen=Cursor("aa", START, 3),
    address_seen=Cursor("bb", START, 3),
    lines_seen=Cursor("cc", None, 4),
    owed=frozenset(
        {
            "unpark/order",
            "unpark/tracking/T1",
            "unpark/tracking/old",
            "mail/order_received",
            "mail/shipped/1",
            "channel/ship/1",
            "channel/create/shop-two",
            "booking/book/2",
        }
    ),
)


def test_everything_comes_back_as_it_went() -> None:
    assert codec.unpack(codec.pack(FULL)) == FULL


def test_the_least_order_comes_back_as_it_went() -> None:
    least = Order(id="a:1", version=1, status=Status.NEW, currency="EUR", total=None)
    assert codec.unpack(codec.pack(least)) == least


@pytest.mark.parametrize("flag", [name for name, _ in codec._FLAGS])
def test_each_flag_has_a_letter_of_its_own(flag: str) -> None:
    flags: dict[str, Any] = {flag: True}
    order = Order(id="a:1", version=1, status=Status.NEW, currency="EUR", total=None, **flags)
    assert codec.unpack(codec.pack(order)) == order


def test_every_flag_of_an_order_is_packed() -> None:
    flags = {name for name, kind in Order.__annotations__.items() if kind == "bool"}
    assert flags == {name for name, _ in codec._FLAGS}


def test_the_same_order_has_the_same_text() -> None:
    assert codec.pack(codec.unpack(codec.pack(FULL))) == codec.pack(FULL)


def test_amounts_keep_their_digits() -> None:
    assert str(codec.unpack(codec.pack(FULL)).total) == "59.70"


def test_a_typical_order_fits_in_700_bytes() -> None:
    story = Story(OWN_SHOP, connection="example-shop", external_id="5432109876543")
    items = tuple(
        LineSeen(external_id=f"1456281901491{n}", quantity=1, unit_price=Decimal("19.90")) for n in range(3)
    )
    story.told(seen(items=items, shipping_method="Standard"), PROCESSABLE, PAID)
    story.later(hours=5)
    story.asked(c.ReadyToShip())
    story.later(hours=1)
    story.told(package("4567890123456", number="00340434161094042557", carrier="dhl", at=story.now))
    assert story.status == "shipped"
    assert story.mails == ["order_received", "preparing", "shipped/1"]
    assert len(codec.pack(story.state).encode()) < 700


def test_f48_what_newer_code_wrote_is_left_to_it() -> None:
    newer = json.loads(codec.pack(FULL))
    newer["v"] = codec.SCHEMA + 1
    with pytest.raises(codec.NewerSchemaError):
        codec.unpack(json.dumps(newer))


def test_f49_what_an_older_schema_lacks_has_its_default() -> None:
    first = '{"v":1,"id":"a:1","n":1,"s":"new","c":"EUR","l":[["L1",2,null]],"p":[["1","fulfilled",[0,2]]]}'
    order = codec.unpack(first)
    assert order.lines == (Line("L1", 2, told=2),)
    assert order.packages == (Package("1", PackageStatus.FULFILLED, (("L1", 2),)),)
