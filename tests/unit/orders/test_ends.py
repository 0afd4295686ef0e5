"""How orders and parcels end off the plain way: called off in two steps, only announced, refunded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.facts import PackageWord, PaymentMethod, RefundLine, Restock, ScanStatus, StatusWord
from tests.unit.orders.story import (
    OWN_SHOP,
    PAID,
    PROCESSABLE,
    START,
    Story,
    package,
    processable,
    refund,
    seen,
    word,
)

DAY = timedelta(days=1)


def shipped() -> Story:
    story = processable()
    story.asked(c.Ship(tracking_number="T1"))
    return story


def test_t13_an_order_called_off_in_two_steps_owes_all_that_was_paid_shipping_as_well() -> None:
    story = Story()
    story.told(seen(1, 1, total="25.00"), PROCESSABLE, PAID)
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    story.asked(c.Cancel())
    assert [str(entry.amount) for entry in story.state.refunds] == ["10.00", "15.00"]


def test_t13_an_order_without_lines_can_be_called_off_and_its_money_is_due() -> None:
    story = Story()
    story.told(seen(items=(), total="5.00"), PROCESSABLE, PAID)
    story.asked(c.Cancel())
    assert (story.status, [str(entry.amount) for entry in story.state.refunds]) == ("canceled", ["5.00"])


@pytest.mark.parametrize("said", [ScanStatus.PENDING, ScanStatus.CANCELLED])
def test_a_parcel_that_the_carrier_has_never_had_can_be_taken_back(said: ScanStatus) -> None:
    story = shipped()
    story.scanned(said)
    assert story.asked(c.CancelPackage(package_id="1")).outcome is Outcome.APPLIED
    assert story.status == "waiting_shipment"


@pytest.mark.parametrize("said", [ScanStatus.PENDING, ScanStatus.CANCELLED])
def test_a_parcel_that_the_carrier_has_had_cannot_whatever_it_says_later(said: ScanStatus) -> None:
    story = shipped()
    story.scanned(ScanStatus.IN_TRANSIT)
    story.now += DAY
    story.scanned(said)
    assert story.asked(c.CancelPackage(package_id="1")).outcome is Outcome.REFUSED


def test_t11_a_parcel_that_was_only_announced_is_untracked() -> None:
    story = shipped()
    story.scanned(ScanStatus.PENDING)
    story.later(days=31)
    assert (story.status, story.steps[-1]) == ("closed", "T11:closed")


def test_a_pickup_whose_money_went_back_is_not_handed_over_by_command() -> None:
    story = Story()
    story.told(seen(pickup=True), PROCESSABLE, PAID)
    story.asked(c.PreparePickup())
    story.asked(c.ReadyForPickup())
    story.asked(c.RefundAmount(amount=Decimal("10.00")))
    assert story.asked(c.Collect()).reason == "fully_refunded"
    assert story.asked(c.CancelPickup()).outcome is Outcome.APPLIED


def test_t4_what_had_left_before_the_connection_reserves_nothing_when_the_order_is_closed_later() -> None:
    story = Story(replace(OWN_SHOP, import_since=START))
    left = package("P1", contents=(("L1", 2),))
    story.told(seen(3, placed_at=START - DAY), PROCESSABLE, PAID, left)
    story.now += DAY
    story.told(word(StatusWord.RECEIVED))
    assert (story.status, story.axes()[3]) == ("closed", "delivered")
    # The one that had not left is taken, by way of its reservation; the two others are held by nobody.
    assert story.stock("reserve") == story.stock("take") == {"L1": 1}


def test_t4_a_parcel_from_before_the_connection_that_is_taken_back_is_held_by_nobody() -> None:
    story = Story(replace(OWN_SHOP, import_since=START))
    story.told(seen(2, placed_at=START - DAY), PROCESSABLE, PAID, package("P1"))
    story.told(package("P1", PackageWord.CANCELED))
    assert story.status == "waiting_shipment"
    story.asked(c.Cancel())
    assert [effect.key for effect in story.effects if effect.kind == "stock"] == ["stock/restock/2"]
    assert story.stock("restock") == {"L1": 2}


def test_t12_an_order_that_is_closed_before_it_was_worked_on_takes_its_pieces_by_way_of_a_reservation() -> (
    None
):
    story = Story()
    story.told(seen(2, method=PaymentMethod.TRANSFER), PROCESSABLE)
    assert (story.status, story.stock("reserve")) == ("new", {})
    story.now += DAY
    story.told(word(StatusWord.RECEIVED))
    assert story.stock("reserve") == story.stock("take") == {"L1": 2}


def test_t1_a_draft_stays_new_though_its_channel_calls_it_processable() -> None:
    story = Story()
    story.told(seen(draft=True), PROCESSABLE, PAID)
    assert story.status == "new"


def test_what_is_reserved_and_given_back_in_part_in_one_change_is_reserved_as_far_as_it_is_needed() -> None:
    story = Story()
    gone = RefundLine(line_id="L1", quantity=1, restock=Restock.CANCEL)
    story.told(seen(3), PROCESSABLE, PAID, refund("R1", "10.00", gone))
    assert (story.stock("reserve"), story.stock("give_back")) == ({"L1": 2}, {})


def test_a_parcel_whose_goods_came_back_as_a_return_is_not_taken_back_as_well() -> None:
    story = processable(2)
    story.asked(c.Ship())
    story.asked(c.RefundProducts(lines=(("L1", 1, Restock.RETURN),)))
    assert story.asked(c.CancelPackage(package_id="1")).outcome is Outcome.REFUSED
    assert (story.stock("restock"), story.stock("put_back")) == ({"L1": 1}, {})
