"""Each row of the transition table, by its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders import derive
from shared.orders.changes import Outcome
from shared.orders.facts import PackageWord, PaymentMethod, PaymentWord, ScanStatus, StatusWord
from shared.orders.statuses import PackageStatus
from tests.unit.orders.story import (
    MARKETPLACE,
    OWN_SHOP,
    PAID,
    PENDING,
    PROCESSABLE,
    START,
    Story,
    lines,
    money,
    package,
    processable,
    refund,
    seen,
    word,
)

HOUR = START + timedelta(hours=1)


def test_t1_an_order_that_may_not_be_worked_on_is_new() -> None:
    story = Story()
    story.told(seen(), word(StatusWord.NOT_PROCESSABLE), PENDING)
    assert (story.steps, story.mails, story.stock("reserve")) == (["T1:new"], [], {})
    assert story.state.attention == ()


def test_t1_what_the_channel_holds_back_is_not_worked_on_when_it_is_paid() -> None:
    story = Story()
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PENDING)
    story.told(seen(method=PaymentMethod.TRANSFER), word(StatusWord.NOT_PROCESSABLE), PENDING, time=HOUR)
    story.asked(c.MarkPaid())
    assert story.axes()[:2] == ("new", "paid")


def test_a_package_that_is_ready_does_not_make_an_order_processable() -> None:
    story = Story()
    story.told(seen(), word(StatusWord.NOT_PROCESSABLE), package("P1", PackageWord.READY))
    assert story.status == "new"
    story.told(package("P1", PackageWord.FULFILLED))
    assert story.steps == ["T1:new", "T3:waiting_shipment", "T8:shipped"]
    assert [move.caught_up for move in story.last.moves] == [True, True]


def test_a_word_from_before_the_acceptance_contradicts_a_closed_order() -> None:
    story = processable()
    story.told(package("P1", PackageWord.DELIVERED))
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED), time=HOUR)
    assert story.looks("contradiction:acceptance_asked")
    other = processable()
    change = other.told(seen(), word(StatusWord.ACCEPTED), time=HOUR)
    assert other.state.attention == ()
    assert ("status", "late") in [(note.about, note.outcome) for note in change.notes]


def test_t1_a_draft_is_new_until_it_is_released() -> None:
    story = Story()
    story.asked(c.CreateOrder(external_id="1", seen=seen(method=PaymentMethod.INVOICE, draft=True)))
    assert story.steps == ["T1:new"]
    story.asked(c.Release())
    assert story.steps == ["T1:new", "T3:waiting_shipment"]


def test_t2_acceptance_asked_reserves_stock() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(3), word(StatusWord.ACCEPTANCE_ASKED))
    assert story.steps == ["T2:waiting_acceptance"]
    assert story.stock("reserve") == {"L1": 3}


def test_t2_follows_new() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(), word(StatusWord.NOT_PROCESSABLE))
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED), time=START + timedelta(hours=1))
    assert story.steps == ["T1:new", "T2:waiting_acceptance"]


@pytest.mark.parametrize(
    ("method", "said", "status"),
    [
        (PaymentMethod.PREPAID, PaymentWord.AUTHORIZED, "waiting_shipment"),
        (PaymentMethod.PREPAID, PaymentWord.PAID, "waiting_shipment"),
        (PaymentMethod.PREPAID, PaymentWord.PENDING, "new"),
        (PaymentMethod.PREPAID, PaymentWord.PARTIALLY_PAID, "new"),
        (PaymentMethod.PREPAID, PaymentWord.FAILED, "new"),
        (PaymentMethod.PREPAID, PaymentWord.VOIDED, "new"),
        (PaymentMethod.TRANSFER, PaymentWord.AUTHORIZED, "new"),
        (PaymentMethod.TRANSFER, PaymentWord.PAID, "waiting_shipment"),
        (PaymentMethod.CASH_ON_DELIVERY, PaymentWord.PENDING, "waiting_shipment"),
        (PaymentMethod.INVOICE, PaymentWord.PENDING, "waiting_shipment"),
    ],
)
def test_t3_processable_depends_on_how_it_is_paid(
    method: PaymentMethod, said: PaymentWord, status: str
) -> None:
    story = Story()
    story.told(seen(method=method), PROCESSABLE, money(said))
    assert story.status == status


def test_t3_where_the_merchant_waits_for_the_capture_authorized_is_not_enough() -> None:
    story = Story(replace(OWN_SHOP, process_when_authorized=False))
    story.told(seen(), PROCESSABLE, money(PaymentWord.AUTHORIZED))
    assert story.status == "new"


def test_t3_mark_paid_makes_a_new_order_processable() -> None:
    story = Story()
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PENDING)
    story.asked(c.MarkPaid())
    assert story.steps == ["T1:new", "T3:waiting_shipment"]
    assert story.mails == ["order_received"]


def test_t4_an_order_from_before_the_connection_is_recorded_as_it_stands() -> None:
    story = Story(replace(OWN_SHOP, import_since=START))
    story.told(
        seen(2, placed_at=START - timedelta(days=1)), PROCESSABLE, PAID, package("P1", contents=(("L1", 1),))
    )
    assert story.steps == ["T4:waiting_shipment"]
    assert [effect.kind for effect in story.effects] == ["unpark"]
    story.asked(c.Ship(tracking_number="T1"))
    assert story.status == "shipped"
    assert story.mails == ["shipped/2"]


def test_t4_is_taken_once_and_later_facts_have_their_effects() -> None:
    story = Story(replace(OWN_SHOP, import_since=START))
    story.told(seen(placed_at=START - timedelta(days=1)), PROCESSABLE, PAID)
    story.told(package("P1", number="T1"))
    assert story.steps == ["T4:waiting_shipment", "T8:shipped"]
    assert story.mails == ["shipped/1"]


def test_t4_an_old_completed_order_does_not_wait_for_tracking() -> None:
    story = Story(replace(OWN_SHOP, import_since=START))
    story.told(seen(placed_at=START - timedelta(days=1)), PROCESSABLE, PAID, package("completed", waits=True))
    assert story.steps == ["T4:shipped"]


def test_t4_a_manual_completed_order_is_paid_and_delivered_without_mails() -> None:
    story = Story()
    story.asked(c.CreateOrder(external_id="1", seen=seen(2), completed=True))
    assert story.steps == ["T4:closed"]
    assert story.axes() == ("closed", "paid", "none", "delivered", "none")
    assert story.mails == []
    assert story.calls == []
    assert story.stock("take") == {"L1": 2}


def test_t4_placed_later_and_further_along_is_caught_up_with_the_last_mail_only() -> None:
    story = Story(replace(OWN_SHOP, import_since=START - timedelta(days=9)))
    story.told(seen(), PROCESSABLE, PAID, package("P1", PackageWord.DELIVERED, number="T1"))
    assert story.steps == ["T3:waiting_shipment", "T8:shipped", "T10:closed"]
    assert all(move.caught_up for move in story.moves)
    assert story.mails == ["delivered/1"]
    assert story.calls == []


def test_a_caught_up_step_older_than_a_day_sends_no_mail() -> None:
    story = Story(now=START + timedelta(hours=25))
    story.told(seen(), PROCESSABLE, PAID, package("P1", PackageWord.DELIVERED, at=START), time=START)
    assert story.status == "closed"
    assert story.mails == []


def test_t5_accept_goes_straight_on_where_the_channel_collects_no_money_first() -> None:
    story = Story(replace(MARKETPLACE, collects_after_accept=False))
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED), PAID)
    story.asked(c.Accept())
    assert story.steps == ["T2:waiting_acceptance", "T5:accepted", "T6:waiting_shipment"]
    assert story.calls == ["accept"]


def test_t5_accepted_there_calls_nobody() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED))
    story.told(seen(), word(StatusWord.ACCEPTED), time=START + timedelta(hours=1))
    assert story.steps[-1] == "T5:accepted"
    assert story.calls == []


def test_t5_by_rule_is_told_to_the_channel_in_the_same_change() -> None:
    calls = MARKETPLACE.capabilities - {"stock"}
    story = Story(replace(MARKETPLACE, auto_accept=True, capabilities=calls))
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED))
    assert story.status == "accepted"
    assert story.calls == ["accept"]


def test_t5_by_rule_waits_for_the_stock_where_there_is_one() -> None:
    story = Story(replace(MARKETPLACE, auto_accept=True))
    story.told(seen(2), word(StatusWord.ACCEPTANCE_ASKED))
    assert story.status == "waiting_acceptance"
    assert story.calls == []
    assert story.stock("reserve") == {"L1": 2}


def test_t5_refused_for_good_by_the_channel_nothing_is_shipped_until_it_says_processable() -> None:
    story = Story(replace(MARKETPLACE, collects_after_accept=False))
    story.told(seen(2), word(StatusWord.ACCEPTANCE_ASKED), PAID)
    story.asked(c.Accept())
    story.asked(c.FailCall(call="accept"))
    assert story.looks("channel_refused:accept")
    assert story.stock("give_back") == {"L1": 2}
    assert story.asked(c.Ship()).reason == "acceptance_failed"
    story.told(seen(2), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert not story.looks("channel_refused:accept")
    assert story.stock("reserve") == {"L1": 4}
    assert story.asked(c.Ship()).outcome is Outcome.APPLIED


def test_t6_processable_after_the_money_was_collected() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(), word(StatusWord.ACCEPTED))
    assert story.steps == ["T2:waiting_acceptance", "T5:accepted"]
    story.told(seen(), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert story.steps[-1] == "T6:waiting_shipment"


def test_t7_refuse_by_command_tells_customer_and_channel() -> None:
    story = Story(replace(MARKETPLACE, own_shop=True))
    story.told(seen(2), word(StatusWord.ACCEPTANCE_ASKED))
    story.asked(c.Refuse(reason="out_of_stock"))
    assert story.steps[-1] == "T7:refused"
    assert (story.mails, story.calls) == (["canceled"], ["refuse"])
    assert story.stock("give_back") == {"L1": 2}
    assert story.axes()[3] == "canceled"


def test_t7_refused_there_calls_nobody() -> None:
    story = Story(replace(MARKETPLACE, own_shop=True))
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED))
    story.told(seen(), word(StatusWord.REFUSED), time=START + timedelta(hours=1))
    assert story.steps[-1] == "T7:refused"
    assert (story.mails, story.calls) == (["canceled"], [])


def test_t7_refused_there_in_a_later_status_acts_as_canceled() -> None:
    story = processable()
    story.told(seen(), word(StatusWord.REFUSED), time=START + timedelta(hours=1))
    assert story.steps[-1] == "T14:canceled"


def test_t8_also_when_the_last_open_quantity_is_canceled() -> None:
    story = processable(2)
    story.told(package("P1", contents=(("L1", 1),)))
    assert story.status == "waiting_shipment"
    story.told(seen(items=lines(2, canceled=[1])), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert story.steps[-1] == "T8:shipped"


def test_t9_a_package_canceled_by_fact_opens_the_order_again() -> None:
    story = processable()
    story.told(package("P1", number="T1"))
    story.scanned(ScanStatus.IN_TRANSIT)
    story.told(package("P1", PackageWord.CANCELED))
    assert story.steps[-2:] == ["T8:shipped", "T9:waiting_shipment"]
    assert story.stock("put_back") == {"L1": 1}


def test_t9_a_line_added_opens_the_order_again() -> None:
    story = processable()
    story.told(package("P1"))
    story.told(seen(1, 1), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert story.steps[-1] == "T9:waiting_shipment"
    assert story.stock("reserve") == {"L1": 1, "L2": 1}


def test_t10_waits_for_the_closing_delay() -> None:
    story = processable(rules=replace(OWN_SHOP, closing_delay=timedelta(days=14)))
    story.told(package("P1", PackageWord.DELIVERED))
    assert story.status == "shipped"
    story.later(days=14)
    assert story.steps[-1] == "T10:closed"


def test_t10_and_t11_are_held_by_a_dispute() -> None:
    story = processable(rules=replace(OWN_SHOP, closing_delay=timedelta(days=14)))
    story.told(package("P1", PackageWord.DELIVERED))
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.DISPUTE_OPENED), time=START + timedelta(days=1))
    assert story.looks("dispute")
    assert all(change.order is None or not change.moves for change in story.later(days=20))
    assert story.status == "shipped"
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.DISPUTE_RESOLVED))
    assert story.steps[-1] == "T10:closed"
    assert not story.looks("dispute")


def test_t11_only_where_nobody_tracks_the_parcel() -> None:
    story = processable()
    story.told(package("P1", number="T1"))
    story.scanned(ScanStatus.IN_TRANSIT)
    story.later(days=60)
    assert story.status == "shipped"


def test_t11_a_parcel_shipped_later_has_its_own_days() -> None:
    story = processable(2)
    story.asked(c.Ship(contents=(("L1", 2),)))
    story.later(days=20)
    story.told(seen(3), PROCESSABLE, PAID)
    story.asked(c.Ship())
    story.later(days=29)
    assert story.status == "shipped"
    story.later(days=1)
    assert story.steps[-1] == "T11:closed"


def test_t12_closed_there_delivers_what_was_underway_and_what_was_open() -> None:
    story = processable(3)
    story.told(package("P1", contents=(("L1", 1),), number="T1"))
    story.told(seen(3), word(StatusWord.CLOSED), PAID, time=START + timedelta(hours=1))
    assert story.steps[-1] == "T12:closed"
    assert story.moves[-1].caught_up
    assert story.axes()[3] == "delivered"
    assert [p.status for p in story.state.packages] == [PackageStatus.DELIVERED] * 2
    assert story.stock("take") == {"L1": 3}


@pytest.mark.parametrize("said", [StatusWord.CANCELED, StatusWord.REFUSED])
def test_t12_does_not_bring_a_canceled_order_back(said: StatusWord) -> None:
    story = processable()
    story.told(seen(), word(said), time=START + timedelta(hours=1))
    story.told(seen(), word(StatusWord.CLOSED), time=START + timedelta(hours=2))
    assert story.status == "canceled"


def test_t13_cancel_tells_customer_and_channel_and_gives_the_stock_back() -> None:
    story = processable(2)
    story.asked(c.Cancel(reason="customer"))
    assert story.steps[-1] == "T13:canceled"
    assert story.mails == ["order_received", "canceled"]
    assert story.calls == ["cancel"]
    assert story.stock("give_back") == {"L1": 2}
    assert story.axes()[2] == "due"


def test_t13_not_while_a_package_is_ready() -> None:
    story = processable(2)
    story.asked(c.ReadyToShip(contents=(("L1", 1),)))
    assert story.asked(c.Cancel()).reason == "illegal_transition"


def test_t14_canceled_there_after_shipping_asks_for_attention() -> None:
    story = processable(2)
    story.told(package("P1", contents=(("L1", 1),)))
    story.told(seen(2), word(StatusWord.CANCELED), PAID, time=START + timedelta(hours=1))
    assert story.steps[-1] == "T14:canceled"
    assert story.looks("contradiction:canceled_after_shipping")
    assert story.stock("give_back") == {"L1": 1}
    assert story.state.packages[0].status is PackageStatus.FULFILLED
    assert story.axes()[2] == "due"
    assert story.state.refunds[0].amount == Decimal("10.00")


def test_f10_a_cancel_after_our_ship_confirmation_is_canceled_with_attention() -> None:
    story = processable()
    story.asked(c.Ship(tracking_number="T1"))
    story.told(seen(), word(StatusWord.CANCELED), PAID, time=START + timedelta(hours=1))
    assert story.status == "canceled"
    assert story.looks("contradiction:canceled_after_shipping")
    story.scanned(ScanStatus.DELIVERED)
    assert story.status == "canceled"
    assert story.state.packages[0].status is PackageStatus.DELIVERED


def test_f09_a_shipment_after_the_cancellation_is_recorded_as_a_contradiction() -> None:
    story = processable()
    story.asked(c.Cancel())
    story.told(package("P1", number="T1"))
    assert story.status == "canceled"
    assert story.looks("contradiction:more_than_open", "package/1")
    assert story.last.tracking_numbers == ("T1",)
    assert "shipped/1" not in story.mails
    assert story.stock("take") == {}


def test_t14_ready_packages_are_canceled_with_the_order() -> None:
    story = processable()
    story.asked(c.ReadyToShip())
    story.told(seen(), word(StatusWord.CANCELED), PAID, time=START + timedelta(hours=1))
    assert story.state.packages[0].status is PackageStatus.CANCELED
    assert story.looks("contradiction:canceled_after_ready")
    assert story.stock("give_back") == {"L1": 1}


def test_t14_by_itself_when_nothing_live_is_left() -> None:
    story = processable(1, 1)
    story.told(seen(items=lines(1, 1, canceled=[1, 1])), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert story.steps[-1] == "T14:canceled"
    assert story.mails[-1] == "canceled"
    assert story.calls == []


def test_t14_tells_the_other_connection_that_the_order_is_canceled() -> None:
    story = Story(replace(MARKETPLACE, back_office="shop-two"))
    story.told(seen(), PROCESSABLE, PAID)
    assert story.calls == ["create/shop-two"]
    story.told(seen(), word(StatusWord.CANCELED), PAID, time=START + timedelta(hours=1))
    assert story.calls == ["create/shop-two", "cancel/shop-two"]


def test_t14_from_the_back_office_the_marketplace_is_told() -> None:
    story = Story(replace(MARKETPLACE, back_office="shop-two"))
    story.told(seen(), PROCESSABLE, PAID)
    story.told(word(StatusWord.CANCELED), connection="shop-two", time=START + timedelta(hours=1))
    assert story.status == "canceled"
    assert story.calls == ["create/shop-two", "cancel"]


def test_t15_ready_there_and_the_same_word_again() -> None:
    story = pickup()
    story.told(package("P1", PackageWord.READY))
    assert story.steps[-1] == "T15:preparing_pickup"
    assert story.told(package("P1", PackageWord.READY)).outcome is Outcome.IGNORED
    assert story.asked(c.CancelLines(lines=(("L1", 1),))).reason == "illegal_transition"


def pickup() -> Story:
    story = Story()
    story.told(seen(2, pickup=True), PROCESSABLE, PAID)
    return story


def test_t15_t16_t17_a_pickup_from_preparation_to_collection() -> None:
    story = pickup()
    story.asked(c.PreparePickup())
    assert story.axes()[3] == "ready_to_ship"
    story.asked(c.ReadyForPickup())
    story.asked(c.Collect())
    assert story.steps == [
        "T3:waiting_shipment",
        "T15:preparing_pickup",
        "T16:ready_for_pickup",
        "T17:picked_up",
        "T17:closed",
    ]
    assert story.axes()[3] == "delivered"
    assert story.mails == ["order_received", "preparing", "ready_for_pickup"]
    assert story.calls == ["prepare_pickup", "ready_for_pickup", "picked_up"]
    assert story.stock("take") == {"L1": 2}


def test_t15_is_for_orders_that_are_collected() -> None:
    assert processable().asked(c.PreparePickup()).reason == "illegal_transition"
    assert pickup().asked(c.Ship()).reason == "illegal_transition"


def test_t16_ready_there_catches_up_with_the_preparation() -> None:
    story = pickup()
    story.told(seen(2, pickup=True), word(StatusWord.READY_FOR_PICKUP), time=START + timedelta(hours=1))
    assert story.steps[-2:] == ["T15:preparing_pickup", "T16:ready_for_pickup"]
    assert story.mails == ["order_received", "ready_for_pickup"]


def test_t17_a_pickup_seen_only_when_it_is_over_has_no_mail_that_asks_to_collect_it() -> None:
    story = pickup()
    story.told(seen(2, pickup=True), word(StatusWord.PICKED_UP), time=START + timedelta(hours=1))
    assert story.steps[-1] == "T17:closed"
    assert story.mails == ["order_received"]


def test_t17_collected_cash_is_paid() -> None:
    story = Story()
    story.told(seen(pickup=True, method=PaymentMethod.CASH_ON_DELIVERY), PROCESSABLE, PENDING)
    story.told(package("P1", PackageWord.DELIVERED))
    assert story.axes() == ("closed", "paid", "none", "delivered", "none")
    assert story.state.packages == ()


def test_collected_from_a_parcel_shop_is_delivered_with_the_last_mail_only() -> None:
    story = processable()
    story.told(word(StatusWord.PICKED_UP), time=HOUR)
    assert story.axes()[3] == "delivered"
    assert story.status == "closed"
    assert story.mails == ["order_received", "delivered/1"]


def test_a_pickup_being_prepared_is_not_canceled_by_rule() -> None:
    story = pickup()
    story.asked(c.PreparePickup())
    story.told(word(StatusWord.CANCELLATION_REQUESTED), time=HOUR)
    assert story.status == "preparing_pickup"
    assert story.state.cancellation_requested


def test_t17_collected_before_it_was_processable_is_caught_up() -> None:
    story = Story()
    story.told(seen(pickup=True), PROCESSABLE, PENDING)
    assert story.status == "new"
    story.told(package("P1", PackageWord.DELIVERED))
    assert story.status == "closed"
    assert story.steps[1:] == [
        "T3:waiting_shipment",
        "T15:preparing_pickup",
        "T16:ready_for_pickup",
        "T17:picked_up",
        "T17:closed",
    ]


def test_t18_canceled_by_command_fact_or_time() -> None:
    by_command = pickup()
    by_command.asked(c.PreparePickup())
    by_command.asked(c.CancelPickup())
    assert by_command.steps[-1] == "T18:pickup_canceled"
    assert by_command.calls[-1] == "cancel_pickup"

    by_fact = pickup()
    by_fact.asked(c.PreparePickup())
    by_fact.told(seen(2, pickup=True), word(StatusWord.PICKUP_CANCELED), time=START + timedelta(hours=1))
    assert by_fact.steps[-1] == "T18:pickup_canceled"
    assert "cancel_pickup" not in by_fact.calls

    by_time = pickup()
    by_time.asked(c.PreparePickup())
    by_time.asked(c.ReadyForPickup())
    by_time.later(days=7)
    assert by_time.steps[-1] == "T18:pickup_canceled"
    for story in (by_command, by_fact, by_time):
        assert story.axes()[2:4] == ("due", "canceled")
        assert story.stock("give_back") == {"L1": 2}


def test_a_word_that_goes_back_is_recorded_and_looked_at_when_it_is_newly_said() -> None:
    story = processable()
    story.told(seen(), word(StatusWord.NOT_PROCESSABLE), time=START + timedelta(hours=1))
    assert story.last.outcome is Outcome.APPLIED
    assert story.status == "waiting_shipment"
    assert story.looks("contradiction:not_processable")


def test_a_channel_that_has_not_seen_our_cancellation_yet_contradicts_nothing() -> None:
    story = processable()
    story.asked(c.Cancel())
    story.told(seen(), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    assert story.status == "canceled"
    assert story.state.attention == ()
    assert [line.live for line in story.state.lines] == [0]


def test_f62_b46_an_unknown_status_is_stored_and_shown_and_changes_nothing() -> None:
    story = processable()
    before = story.axes()
    odd = replace(word(StatusWord.UNKNOWN), raw="SUPER_SHIPPED")
    change = story.told(odd, time=START + timedelta(hours=1))
    assert change.outcome is Outcome.APPLIED
    assert story.axes() == before
    assert story.state.raw_status == "SUPER_SHIPPED"
    assert story.looks("unmapped_status")
    assert ("status", "unknown") in [(note.about, note.outcome) for note in change.notes]
    assert change.effects == ()


def test_an_order_first_seen_with_an_unknown_status_is_new() -> None:
    story = Story()
    story.told(seen(), word(StatusWord.UNKNOWN), PAID)
    assert story.status == "new"


def test_deleted_at_the_channel_asks_for_attention_and_nothing_else() -> None:
    story = processable()
    before = story.axes()
    story.told(word(StatusWord.DELETED), time=START + timedelta(hours=1))
    assert story.looks("deleted_at_channel")
    assert story.axes() == before


def test_a_refund_the_channel_says_is_due_shows_as_to_refund() -> None:
    story = processable()
    story.told(seen(), word(StatusWord.REFUND_DUE), PAID, time=START + timedelta(hours=1))
    assert derive.channel_status(story.state).value == "to_refund"
    story.told(refund("R1", "10.00"))
    assert derive.channel_status(story.state).value == "refunded"
