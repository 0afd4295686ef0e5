"""The eighteen stories that must hold, told to decide()."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from shared.orders import commands as c
from shared.orders import derive
from shared.orders.changes import Outcome
from shared.orders.facts import (
    PackageWord,
    PaymentMethod,
    PaymentWord,
    RefundLine,
    RefundWord,
    Restock,
    ScanStatus,
    StatusWord,
)
from shared.orders.statuses import PackageStatus
from tests.unit.orders.story import (
    MARKETPLACE,
    OWN_SHOP,
    PAID,
    PENDING,
    PROCESSABLE,
    START,
    Story,
    money,
    package,
    processable,
    refund,
    seen,
    word,
)


def test_story_1_a_prepaid_tracked_parcel_is_received_shipped_delivered_and_closed() -> None:
    story = processable(2)
    assert story.mails == ["order_received"]
    story.asked(c.ReadyToShip())
    story.asked(c.Ship(package_id="1", tracking_number="T1", carrier="dhl"))
    assert story.status == "shipped"
    story.scanned(ScanStatus.IN_TRANSIT)
    story.scanned(ScanStatus.DELIVERED)
    assert story.axes() == ("closed", "paid", "none", "delivered", "none")
    assert story.mails == ["order_received", "preparing", "shipped/1", "delivered/1"]
    assert story.calls == ["ready/1", "ship/1", "delivered/1"]
    assert story.steps == ["T3:waiting_shipment", "T8:shipped", "T10:closed"]


def test_story_1_the_same_untracked_is_closed_after_thirty_days() -> None:
    story = processable()
    story.asked(c.Ship())
    story.later(days=29, hours=23)
    assert story.status == "shipped"
    story.later(hours=1)
    assert story.status == "closed"
    assert story.steps[-1] == "T11:closed"
    assert story.state.packages[0].status is PackageStatus.FULFILLED


def test_story_2_a_bank_transfer_waits_until_it_is_paid() -> None:
    story = Story()
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PENDING)
    assert story.status == "new"
    assert story.mails == []
    story.later(days=2)
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PAID)
    assert story.status == "waiting_shipment"
    story.later(days=1)
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PAID)
    assert story.mails == ["order_received"]
    assert story.stock("reserve") == {"L1": 1}


def test_story_3_cash_on_delivery_ships_at_once_and_is_paid_at_delivery() -> None:
    story = Story()
    story.told(seen(2, method=PaymentMethod.CASH_ON_DELIVERY), PROCESSABLE, PENDING)
    assert story.axes()[:2] == ("waiting_shipment", "pending")
    story.told(package("P1", number="T1"))
    assert story.axes()[:2] == ("shipped", "pending")
    story.scanned(ScanStatus.DELIVERED)
    assert story.axes()[:2] == ("closed", "paid")
    assert story.state.paid == Decimal("20.00")


def test_story_4_a_marketplace_that_collects_the_money_after_acceptance() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED))
    assert story.status == "waiting_acceptance"
    story.asked(c.Accept())
    assert story.status == "accepted"
    story.told(seen(), word(StatusWord.ACCEPTED), time=START + timedelta(minutes=1))
    assert story.asked(c.Ship()).outcome is Outcome.REFUSED
    story.told(seen(), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert story.status == "waiting_shipment"
    assert story.asked(c.Ship()).outcome is Outcome.APPLIED
    assert story.steps == [
        "T2:waiting_acceptance",
        "T5:accepted",
        "T6:waiting_shipment",
        "T8:shipped",
    ]
    assert story.calls == ["accept", "ship/1"]
    assert story.mails == []


def test_story_5_shipped_in_the_marketplace_while_we_were_down() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(), PROCESSABLE, PAID, package("P1", number="T1", carrier="dhl"))
    assert story.status == "shipped"
    assert all(move.caught_up for move in story.moves)
    assert story.calls == []
    assert story.mails == []
    assert story.state.packages[0].tracking_number == "T1"
    assert story.last.tracking_numbers == ("T1",)


def test_story_6_two_of_three_shipped_and_one_canceled() -> None:
    story = processable(3)
    story.asked(c.Ship(contents=(("L1", 2),), tracking_number="T1"))
    assert story.status == "waiting_shipment"
    refused = story.asked(c.Cancel())
    assert refused.outcome is Outcome.REFUSED
    assert refused.reason == "illegal_transition"
    assert {"cancel_lines", "cancel_package", "refund_amount"} <= set(refused.allowed)
    assert "cancel" not in refused.allowed
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    assert story.status == "shipped"
    assert story.stock("give_back") == {"L1": 1}
    assert story.stock("take") == {"L1": 2}


def test_story_7_a_parcel_canceled_before_its_first_scan_is_shipped_again() -> None:
    story = processable(2)
    story.asked(c.Ship(contents=(("L1", 1),), tracking_number="T1"))
    story.asked(c.Ship(contents=(("L1", 1),), tracking_number="T2"))
    assert story.status == "shipped"
    story.asked(c.CancelPackage(package_id="2"))
    assert story.status == "waiting_shipment"
    story.asked(c.Ship(tracking_number="T3"))
    assert story.status == "shipped"
    assert [call for call in story.calls if call.startswith("ship/")] == ["ship/1", "ship/2", "ship/3"]
    assert [call for call in story.calls if call.startswith("cancel_")] == ["cancel_shipment/2"]
    assert story.steps[-3:] == ["T8:shipped", "T9:waiting_shipment", "T8:shipped"]
    assert story.stock("put_back") == {"L1": 1}


def test_story_7_after_the_first_scan_a_parcel_is_not_taken_back() -> None:
    story = processable(2)
    story.asked(c.Ship(tracking_number="T1"))
    story.scanned(ScanStatus.IN_TRANSIT)
    refused = story.asked(c.CancelPackage(package_id="1"))
    assert (refused.outcome, refused.reason) == (Outcome.REFUSED, "illegal_transition")


def test_story_8_goodwill_on_a_closed_order() -> None:
    story = processable(2)
    story.told(package("P1", PackageWord.DELIVERED))
    assert story.status == "closed"
    story.told(refund("R1", "5.00"))
    assert story.axes() == ("closed", "paid", "partial", "delivered", "none")
    assert (story.state.paid, story.state.refunded) == (Decimal("20.00"), Decimal("5.00"))
    assert story.mails[-1] == "refund/R1"


def test_story_9_a_refund_request_does_not_stop_the_other_line() -> None:
    story = processable(1, 1)
    story.told(refund("R1", "10.00", said=RefundWord.REQUESTED))
    assert derive.channel_status(story.state).value == "refunding"
    story.asked(c.Ship(contents=(("L2", 1),), tracking_number="T2"))
    assert story.state.packages[0].status is PackageStatus.FULFILLED
    story.told(refund("R1", "10.00"))
    assert derive.refund(story.state).value == "partial"
    assert derive.channel_status(story.state).value == "waiting_shipment"


def test_story_10_refused_then_canceled_then_refunded_there() -> None:
    story = Story(replace(MARKETPLACE, own_shop=True))
    story.told(seen(2), word(StatusWord.ACCEPTANCE_ASKED), PAID)
    assert story.stock("reserve") == {"L1": 2}
    story.asked(c.Refuse(reason="out_of_stock"))
    assert story.status == "refused"
    story.later(minutes=5)
    story.told(seen(items=(), total="20.00"), word(StatusWord.CANCELED), PAID)
    assert story.status == "canceled"
    story.told(refund("R1", "20.00"))
    assert story.mails.count("canceled") == 1
    assert story.stock("give_back") == {"L1": 2}
    assert story.calls == ["refuse"]
    assert derive.refund(story.state).value == "full"


def test_story_11_a_pickup_that_nobody_collects() -> None:
    story = Story()
    story.told(seen(pickup=True), PROCESSABLE, PAID)
    story.asked(c.PreparePickup())
    assert story.axes()[3] == "ready_to_ship"
    story.asked(c.ReadyForPickup(place="store-1"))
    assert story.axes()[3] == "at_pickup_point"
    story.later(days=7)
    assert story.axes() == ("pickup_canceled", "paid", "due", "canceled", "none")
    assert derive.channel_status(story.state).value == "to_refund"
    story.asked(c.RefundAmount(amount=Decimal("10.00")))
    assert derive.refund(story.state).value == "full"
    assert story.mails == ["order_received", "preparing", "ready_for_pickup", "canceled", "refund/own-5"]
    assert story.stock("give_back") == {"L1": 1}


def test_story_12_a_parcel_returned_to_its_sender() -> None:
    story = processable()
    story.told(package("P1", number="T1"))
    story.scanned(ScanStatus.RETURN_TO_SENDER, at=START + timedelta(hours=1))
    assert story.axes()[3] == "returning"
    story.scanned(ScanStatus.DELIVERED, at=START + timedelta(hours=2))
    assert story.axes() == ("closed", "paid", "due", "returned", "returned")
    assert story.steps[-1] == "T10:closed"
    assert story.looks("parcel_returned", "package/1")
    assert "delivered/1" not in story.mails


def test_story_13_delivered_before_created_is_parked_and_caught_up() -> None:
    story = Story()
    early = story.scanned(ScanStatus.DELIVERED)
    assert (early.outcome, early.order) == (Outcome.PARKED, None)
    story.told(seen(), PROCESSABLE, PAID, package("P1", number="T1"))
    again = story.scanned(ScanStatus.DELIVERED)
    assert again.outcome is Outcome.APPLIED
    assert story.status == "closed"


def test_story_13_shipped_after_delivered_moves_nothing() -> None:
    story = processable()
    story.told(package("P1", PackageWord.DELIVERED, number="T1", at=START + timedelta(hours=2)))
    before = story.state
    story.told(package("P1", PackageWord.FULFILLED, number="T1", at=START + timedelta(hours=1)))
    assert story.last.moves == ()
    assert story.last.effects == ()
    assert story.state.packages == before.packages
    assert story.state.attention == ()


def test_story_14_webhook_twice_and_poll_give_one_order() -> None:
    story = processable()
    for _ in range(2):
        change = story.told(seen(), PROCESSABLE, PAID)
        assert (change.outcome, change.reason) == (Outcome.IGNORED, "duplicate")
    assert story.mails == ["order_received"]
    assert story.stock("reserve") == {"L1": 1}
    assert story.state.version == 1


def test_story_15_tracking_two_hours_after_completed() -> None:
    story = processable()
    story.told(package("completed", waits=True))
    assert story.axes()[3] == "ready_to_ship"
    assert story.state.packages[0].awaiting_tracking_until == START + timedelta(hours=3)
    story.later(hours=2)
    story.told(package("S1", contents=(("L1", 1),), number="T1", carrier="dhl"))
    assert story.status == "shipped"
    assert len(story.state.packages) == 1
    story.later(hours=2)
    assert story.mails == ["order_received", "preparing", "shipped/1"]
    assert story.stock("take") == {"L1": 1}


def test_story_15_tracking_four_hours_after_completed_is_sent_on() -> None:
    story = processable()
    story.told(package("completed", waits=True))
    story.later(hours=4)
    assert story.status == "shipped"
    story.told(package("completed", number="T1", waits=True))
    assert story.state.packages[0].tracking_number == "T1"
    assert story.mails == ["order_received", "preparing", "shipped/1", "tracking_changed/1@4"]


def test_story_15_where_tracking_is_mandatory_nothing_ships_without() -> None:
    story = processable(rules=replace(OWN_SHOP, tracking_mandatory="always"))
    story.told(package("completed", waits=True))
    story.later(hours=4)
    assert story.status == "waiting_shipment"
    assert story.looks("tracking_missing", "package/1")
    story.told(package("completed", number="T1", waits=True))
    assert story.status == "shipped"
    assert not story.looks("tracking_missing", "package/1")


def test_story_16_a_buyer_asks_to_cancel_before_it_is_ready() -> None:
    story = processable()
    story.later(minutes=5)
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REQUESTED))
    assert story.status == "canceled"
    assert story.calls == ["answer_cancellation/accepted"]
    assert story.mails == ["order_received", "canceled"]
    assert not story.state.cancellation_requested


def test_story_16_a_buyer_asks_to_cancel_after_hand_over() -> None:
    story = processable()
    story.asked(c.Ship(tracking_number="T1"))
    story.later(minutes=5)
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REQUESTED))
    assert story.status == "shipped"
    assert story.calls == ["ship/1", "answer_cancellation/rejected"]
    story.later(minutes=5)
    story.told(seen(total="10.01"), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REQUESTED))
    assert not story.state.cancellation_requested
    assert story.calls.count("answer_cancellation/rejected") == 1


def test_story_16_between_ready_and_shipped_it_is_left_to_the_merchant() -> None:
    story = processable()
    story.asked(c.ReadyToShip())
    story.later(minutes=5)
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REQUESTED))
    assert story.state.cancellation_requested
    assert story.looks("cancellation_requested")
    story.asked(c.RejectCancellation())
    assert not story.state.cancellation_requested
    assert not story.looks("cancellation_requested")


def test_story_17_one_line_refunded_with_restock_and_one_by_amount() -> None:
    story = processable(2, 2)
    story.asked(c.Ship(contents=(("L1", 2),), tracking_number="T1"))
    story.asked(c.RefundProducts(lines=(("L1", 1, Restock.RETURN),)))
    story.asked(c.RefundAmount(amount=Decimal("3.00")))
    assert story.state.refunded == Decimal("13.00")
    assert story.stock("restock") == {"L1": 1}
    assert story.stock("give_back") == {}
    assert story.axes() == (
        "waiting_shipment",
        "paid",
        "partial",
        "partially_fulfilled",
        "partially_returned",
    )
    story.asked(c.RefundProducts(lines=(("L2", 1, Restock.CANCEL),)))
    assert story.state.refunded == Decimal("23.00")
    assert story.stock("give_back") == {"L2": 1}
    assert [line.live for line in story.state.lines] == [2, 1]


def test_story_17_the_same_by_facts() -> None:
    story = processable(2, 2)
    story.told(package("P1", contents=(("L1", 2),)))
    story.told(
        refund("R1", "10.00", RefundLine(line_id="L1", quantity=1, restock=Restock.RETURN)),
        refund("R2", "3.00"),
    )
    assert story.state.refunded == Decimal("13.00")
    assert story.stock("restock") == {"L1": 1}
    assert [line.live for line in story.state.lines] == [2, 2]


def test_story_18_a_late_refund_of_an_erased_order_brings_no_data_back() -> None:
    story = processable()
    story.told(package("P1", PackageWord.DELIVERED))
    story.later(days=184)
    assert story.state.erased
    change = story.told(seen(), PROCESSABLE, PAID, refund("R1", "10.00"))
    assert change.outcome is Outcome.APPLIED
    assert change.customer is None
    assert change.seen is None or change.seen.customer is None
    assert story.state.address_seen.hash == ""
    assert derive.refund(story.state).value == "full"


def test_story_2_failed_and_then_paid_by_another_method() -> None:
    story = Story()
    story.told(seen(), PROCESSABLE, money(PaymentWord.FAILED))
    assert story.axes()[:2] == ("new", "failed")
    story.asked(c.MarkPaid())
    assert story.axes()[:2] == ("waiting_shipment", "paid")
    assert story.mails == ["order_received"]
