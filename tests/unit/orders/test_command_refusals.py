"""Commands: what is refused, why, what is allowed instead, and that a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders.allowed import CHECKS, allowed_commands, command_name
from shared.orders.changes import Change, Input, Outcome
from shared.orders.decide import decide
from shared.orders.facts import LineSeen, PackageWord, ScanStatus, StatusWord
from shared.orders.rules import Rules
from shared.orders.statuses import PackageStatus, Status
from tests.unit.orders.story import (
    CUSTOMER,
    MARKETPLACE,
    OWN_SHOP,
    PAID,
    PROCESSABLE,
    START,
    Story,
    package,
    processable,
    seen,
    word,
)

HOUR = timedelta(hours=1)


def asked_of_nothing(command: c.Command) -> Change:
    given = Input(
        key="k", connection="shop-one", source="api", actor="user", received_at=START, command=command
    )
    return decide(None, given, OWN_SHOP, START)


def test_a_command_for_an_order_nobody_knows_is_refused() -> None:
    change = asked_of_nothing(c.Accept())
    assert (change.outcome, change.reason) == (Outcome.REFUSED, "not_found")


def test_an_order_is_created_once() -> None:
    story = processable()
    assert story.asked(c.CreateOrder(external_id="1", seen=seen())).reason == "exists"


def test_a_manual_order_is_worked_on_and_its_customer_gets_the_mail() -> None:
    story = Story()
    change = story.asked(c.CreateOrder(external_id="1", seen=seen(total="0")))
    assert story.status == "waiting_shipment"
    assert story.mails == ["order_received"]
    assert story.calls == []
    assert [(note.about, note.outcome) for note in change.notes] == [("order", "applied")]
    assert change.customer == CUSTOMER
    assert change.seen is not None
    assert change.seen.customer is None


def test_b47_a_refusal_names_the_reason_and_what_is_allowed_instead() -> None:
    story = processable()
    story.told(package("P1", number="T1"))
    before = story.state
    change = story.asked(c.Cancel())
    assert (change.outcome, change.reason, change.order) == (Outcome.REFUSED, "illegal_transition", None)
    assert {"refund_amount", "change_tracking", "cancel_package"} <= set(change.allowed)
    assert story.state is before


def test_every_command_is_listed_with_whether_it_is_allowed() -> None:
    story = processable()
    permissions = allowed_commands(story.state, story.rules)
    assert [entry.name for entry in permissions] == [command_name(kind) for kind in CHECKS]
    assert all(entry.allowed is (entry.reason == "") for entry in permissions)
    assert {entry.name for entry in permissions if entry.allowed} == {
        "cancel",
        "cancel_lines",
        "ready_to_ship",
        "ship",
        "refund_amount",
        "refund_products",
        "request_refund",
        "add_line",
        "change_quantity",
        "change_address",
        "resend",
    }


ASKED: dict[str, c.Command] = {
    "release": c.Release(),
    "accept": c.Accept(),
    "refuse": c.Refuse(),
    "change_tracking": c.ChangeTracking(package_id="1", tracking_number="T1"),
    "cancel_package": c.CancelPackage(package_id="1"),
    "mark_delivered": c.MarkDelivered(package_id="1"),
    "mark_paid": c.MarkPaid(),
    "reject_refund": c.RejectRefund(refund_id="R1"),
    "request_return": c.RequestReturn(return_id="A", lines=(("L1", 1),)),
    "accept_return": c.AcceptReturn(return_id="A"),
    "receive_return": c.ReceiveReturn(return_id="A"),
    "prepare_pickup": c.PreparePickup(),
    "ready_for_pickup": c.ReadyForPickup(),
    "collect": c.Collect(),
    "cancel_pickup": c.CancelPickup(),
    "accept_cancellation": c.AcceptCancellation(),
    "clear_attention": c.ClearAttention(code="x"),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_not_allowed_while_waiting_for_shipment_is_refused(name: str) -> None:
    story = processable()
    before = story.state
    assert story.asked(ASKED[name]).outcome is Outcome.REFUSED
    assert story.state is before


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (c.Ship(package_id="7"), "unknown_package"),
        (c.Ship(package_id="0"), "unknown_package"),
        (c.Ship(package_id="²"), "unknown_package"),
        (c.Ship(package_id="-1"), "unknown_package"),
        (c.Ship(contents=(("L9", 1),)), "unknown_line"),
        (c.Ship(contents=(("L1", 0),)), "invalid_quantity"),
        (c.Ship(contents=(("L1", 3),)), "invalid_quantity"),
        (c.Ship(contents=(("L1", 1), ("L1", 2))), "invalid_quantity"),
        (c.Ship(contents=()), "invalid_quantity"),
        (c.ReadyToShip(contents=(("L1", 3),)), "invalid_quantity"),
        (c.CancelLines(lines=(("L1", 3),)), "invalid_quantity"),
        (c.CancelLines(lines=()), "invalid_quantity"),
        (c.ChangeQuantity(line_id="L9", quantity=1), "unknown_line"),
        (c.ChangeQuantity(line_id="L1", quantity=-1), "invalid_quantity"),
        (c.AddLine(line=LineSeen(external_id="L1", quantity=1)), "exists"),
        (c.AddLine(line=LineSeen(external_id="L2", quantity=0)), "invalid_quantity"),
        (c.RefundAmount(amount=Decimal(1), answers="nobody"), "unknown_refund"),
        (c.Resend(effect_key="mail/shipped/1"), "unknown_effect"),
        (c.Resend(effect_key="unpark/order"), "unknown_effect"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_with_its_reason(command: c.Command, reason: str) -> None:
    story = processable(2)
    before = story.state
    change = story.asked(command)
    assert (change.outcome, change.reason) == (Outcome.REFUSED, reason)
    assert story.state is before


@pytest.mark.parametrize(
    "command",
    [
        c.ChangeTracking(package_id="9", tracking_number="T1"),
        c.CancelPackage(package_id="9"),
        c.MarkDelivered(package_id="9"),
        c.ConfirmBooking(package_id="9"),
    ],
)
def test_a_package_nobody_knows_is_refused(command: c.Command) -> None:
    story = processable()
    story.asked(c.Ship())
    assert story.asked(command).reason == "unknown_package"


def test_shipping_without_mandatory_tracking_names_the_field() -> None:
    story = processable(2, rules=replace(OWN_SHOP, tracking_mandatory="always"))
    assert story.asked(c.Ship()).reason == "missing_field:tracking_number"
    story.asked(c.ReadyToShip(contents=(("L1", 1),), tracking_number="T1"))
    assert story.asked(c.Ship(package_id="1")).outcome is Outcome.APPLIED
    assert story.asked(c.Ship(tracking_number="T2")).outcome is Outcome.APPLIED


def test_tracking_may_be_mandatory_for_parcels_only() -> None:
    rules = replace(OWN_SHOP, tracking_mandatory="by_method", tracking_methods=frozenset({"PARCEL"}))
    for method, outcome in (("PARCEL", Outcome.REFUSED), ("LETTER", Outcome.APPLIED)):
        story = Story(rules)
        story.told(seen(shipping_method=method), PROCESSABLE, PAID)
        assert story.asked(c.Ship()).outcome is outcome


def test_one_number_for_two_parcels_is_not_guessed() -> None:
    story = processable(2)
    story.asked(c.ReadyToShip(contents=(("L1", 1),)))
    assert story.asked(c.Ship(tracking_number="T1")).reason == "ambiguous_tracking"


def test_notify_overrules_the_connection_for_one_action() -> None:
    silent = processable()
    silent.asked(c.Ship(notify=False))
    assert silent.mails == ["order_received"]
    loud = processable(rules=MARKETPLACE)
    loud.asked(c.Ship(notify=True))
    assert loud.mails == ["shipped/1"]


def test_a_kind_of_mail_can_be_switched_per_connection() -> None:
    story = processable(rules=replace(MARKETPLACE, mails=frozenset({"shipped"})))
    story.told(package("P1", number="T1"))
    story.scanned(ScanStatus.DELIVERED)
    assert story.mails == ["shipped/1"]


def test_lines_canceled_twice_are_told_twice() -> None:
    story = processable(3)
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    assert story.calls == ["cancel_lines/@2", "cancel_lines/@3"]
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    assert story.steps[-1] == "T14:canceled"
    assert story.calls[2:] == ["cancel"]
    assert story.mails[-1] == "canceled"
    assert story.stock("give_back") == {"L1": 3}


def test_edits_until_shipped() -> None:
    story = processable(2)
    story.asked(c.AddLine(line=LineSeen(external_id="L2", quantity=2, unit_price=Decimal(5))))
    story.asked(c.ChangeQuantity(line_id="L2", quantity=3))
    story.asked(c.ChangeQuantity(line_id="L1", quantity=1))
    assert [(line.id, line.live) for line in story.state.lines] == [("L1", 1), ("L2", 3)]
    assert story.stock("reserve") == {"L1": 2, "L2": 3}
    assert story.stock("give_back") == {"L1": 1}
    assert story.asked(c.ChangeQuantity(line_id="L1", quantity=1)).outcome is Outcome.IGNORED
    story.asked(c.Ship())
    assert story.asked(c.ChangeQuantity(line_id="L1", quantity=2)).reason == "illegal_transition"
    assert story.asked(c.AddLine(line=LineSeen(external_id="L3", quantity=1))).reason == "illegal_transition"


def test_an_address_of_a_booked_parcel_comes_too_late() -> None:
    story = processable(rules=replace(OWN_SHOP, books_parcels=True))
    story.asked(c.ReadyToShip())
    story.asked(c.ChangeAddress(customer=CUSTOMER))
    assert story.looks("address_changed_too_late")


def test_a_delivery_nobody_tracks_is_marked_by_hand() -> None:
    story = processable()
    story.asked(c.Ship())
    story.asked(c.MarkDelivered(package_id="1"))
    assert story.status == "closed"
    assert story.calls == ["ship/1", "delivered/1"]


def test_attention_is_cleared_by_somebody_who_looked() -> None:
    story = processable()
    story.told(word(StatusWord.DELETED), time=START + HOUR)
    assert story.asked(c.ClearAttention(code="other")).outcome is Outcome.IGNORED
    story.asked(c.ClearAttention(code="deleted_at_channel"))
    assert story.state.attention == ()


def test_an_effect_is_carried_out_once_more_when_asked() -> None:
    story = processable()
    story.asked(c.Resend(effect_key="mail/order_received"))
    story.asked(c.Ship())
    story.asked(c.Resend(effect_key="mail/shipped/1"))
    assert story.mails == ["order_received", "order_received/@2", "shipped/1", "shipped/1@4"]
    assert story.effects[-1].data == (("resend", "mail/shipped/1"),)


def test_a_booking_is_made_once_more_where_the_order_owes_neither_mails_nor_calls() -> None:
    story = Story(Rules(mails=frozenset(), books_parcels=True))
    story.told(seen(), PROCESSABLE, PAID)
    assert story.asked(c.Resend(effect_key="booking/book/1")).reason == "illegal_transition"
    story.asked(c.ReadyToShip())
    assert (story.mails, story.calls) == ([], [])
    assert story.asked(c.Resend(effect_key="booking/book/1")).outcome is Outcome.APPLIED


def test_no_mail_is_sent_again_after_the_erasure() -> None:
    story = processable()
    story.later(days=190)
    assert story.asked(c.Resend(effect_key="mail/order_received")).reason == "erased"
    assert story.asked(c.ChangeAddress(customer=CUSTOMER)).reason == "erased"


def test_a_call_refused_for_good_is_looked_at() -> None:
    story = processable()
    story.asked(c.Ship())
    story.asked(c.FailCall(call="ship", target="1", reason="closed"))
    assert story.looks("channel_refused:ship", "1")
    assert not story.state.acceptance_failed


def test_a_confirmed_call_names_the_package_at_the_channel() -> None:
    story = processable()
    story.asked(c.Ship())
    story.asked(c.ConfirmCall(call="ship", target="1", external_id="4711"))
    assert story.state.packages[0].external_ids == ("4711",)
    story.told(package("4711", PackageWord.DELIVERED))
    assert [p.status for p in story.state.packages] == [PackageStatus.DELIVERED]


def test_a_rule_answers_for_the_merchant_like_a_command() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED))
    story.asked(c.Accept(), source="rule")
    assert story.calls == ["accept"]


def test_where_the_channel_takes_no_answer_a_granted_request_is_a_cancel_call() -> None:
    rules = replace(OWN_SHOP, capabilities=frozenset({"stock", "cancel"}))
    story = processable(rules=rules)
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REQUESTED), time=START + HOUR)
    assert story.status == "canceled"
    assert story.calls == ["cancel"]


def test_a_request_withdrawn_by_the_channel_clears_the_flag() -> None:
    story = processable(rules=replace(OWN_SHOP, cancellation_requests=False))
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REQUESTED), time=START + HOUR)
    assert story.state.cancellation_requested
    story.told(seen(), PROCESSABLE, PAID, word(StatusWord.CANCELLATION_REJECTED), time=START + 2 * HOUR)
    assert not story.state.cancellation_requested
    assert story.state.attention == ()


def test_a_request_that_was_answered_is_an_echo_until_the_document_drops_it() -> None:
    story = processable(rules=replace(OWN_SHOP, cancellation_requests=False))
    asks = word(StatusWord.CANCELLATION_REQUESTED)
    story.told(seen(), PROCESSABLE, PAID, asks, time=START + HOUR)
    story.asked(c.RejectCancellation())
    for n in range(2):
        other = replace(PROCESSABLE, raw=f"open {n}")
        story.told(seen(), other, PAID, asks, time=START + (2 + n) * HOUR)
    assert not story.state.cancellation_requested


def test_a_request_is_left_to_the_merchant_where_the_channel_cannot_be_told_that_it_was_granted() -> None:
    for calls, status in ((("ship",), Status.WAITING_SHIPMENT), (("ship", "cancel"), Status.CANCELED)):
        story = processable(rules=replace(OWN_SHOP, capabilities=frozenset(calls)))
        story.told(word(StatusWord.CANCELLATION_REQUESTED), time=START + HOUR)
        assert story.state.status is status


def test_a_request_for_what_is_canceled_comes_late() -> None:
    story = processable(rules=replace(OWN_SHOP, cancellation_requests=False))
    story.asked(c.Cancel())
    change = story.told(word(StatusWord.CANCELLATION_REQUESTED), time=START + HOUR)
    assert [(note.about, note.outcome) for note in change.notes] == [("cancellation", "late")]
    assert not story.state.cancellation_requested


def test_the_reason_goes_to_the_channel() -> None:
    story = processable(2)
    story.asked(c.CancelLines(lines=(("L1", 1),), reason="damaged"))
    assert [effect.data for effect in story.last.effects if effect.kind == "channel"] == [
        (("L1", "1"), ("total:L1", "1"), ("reason", "damaged"))
    ]
    story.asked(c.Cancel(reason="damaged"))
    assert [effect.data for effect in story.last.effects if effect.kind == "channel"] == [
        (("reason", "damaged"),)
    ]
    without = processable()
    without.asked(c.Cancel())
    assert all(effect.data == () for effect in without.last.effects if effect.kind == "channel")


def test_a_second_request_after_the_first_was_answered_is_one_of_its_own() -> None:
    story = processable(rules=replace(OWN_SHOP, cancellation_requests=False))
    asks = word(StatusWord.CANCELLATION_REQUESTED)
    story.told(seen(), PROCESSABLE, PAID, asks, time=START + HOUR)
    story.asked(c.RejectCancellation())
    story.told(seen(), PROCESSABLE, PAID, time=START + 2 * HOUR)
    story.told(seen(), PROCESSABLE, PAID, asks, time=START + 3 * HOUR)
    assert story.state.cancellation_requested
    story.asked(c.AcceptCancellation())
    assert story.status == "canceled"
    assert story.calls == ["answer_cancellation/rejected", "answer_cancellation/accepted"]
