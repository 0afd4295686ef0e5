"""Snapshots: newer, stale, the same; lines raised and lowered; the address; what is stored beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders.changes import Input, Outcome
from shared.orders.decide import decide
from shared.orders.facts import (
    Customer,
    OrderSeen,
    PackageWord,
    PaymentWord,
    RefundLine,
    Report,
    Restock,
    ScanStatus,
    StatusWord,
)
from shared.orders.rules import Rules
from tests.unit.orders.story import (
    CUSTOMER,
    OWN_SHOP,
    PAID,
    PROCESSABLE,
    START,
    Story,
    lines,
    money,
    package,
    processable,
    refund,
    scan,
    seen,
    word,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_f07_an_older_document_is_stale() -> None:
    story = processable(2)
    story.told(seen(3), PROCESSABLE, PAID, time=START + HOUR)
    change = story.told(seen(2), PROCESSABLE, PAID, time=START + MINUTE)
    assert (change.outcome, change.reason, change.order) == (Outcome.IGNORED, "stale", None)


def test_a_stale_document_without_words_is_said_to_be_stale() -> None:
    story = Story()
    story.told(seen(2), time=START + HOUR)
    change = story.told(seen(3), time=START)
    assert (change.outcome, change.reason) == (Outcome.IGNORED, "stale")
    same = story.told(seen(2), time=START + HOUR)
    assert (same.outcome, same.reason) == (Outcome.IGNORED, "duplicate")


def test_a_document_with_a_time_follows_one_without() -> None:
    story = Story()
    story.told(seen(2), timeless=True)
    story.told(seen(3), time=START)
    assert story.state.lines[0].live == 3


def test_what_is_additive_in_a_stale_document_is_applied() -> None:
    story = processable(2)
    story.told(seen(2, total="25.00"), PROCESSABLE, PAID, time=START + HOUR)
    change = story.told(
        seen(2), PROCESSABLE, PAID, package("P1", number="T1"), refund("R1", "1.00"), time=START + MINUTE
    )
    assert change.outcome is Outcome.APPLIED
    assert story.status == "shipped"
    assert story.state.refunded == Decimal("1.00")
    assert story.state.total == Decimal("25.00")


def test_a_newer_document_that_says_the_same_moves_the_cursor() -> None:
    story = processable()
    change = story.told(seen(), PROCESSABLE, PAID, time=START + HOUR)
    assert change.outcome is Outcome.APPLIED
    assert change.effects == ()
    assert (change.seen, change.customer) == (None, None)
    assert story.told(seen(5), PROCESSABLE, PAID, time=START + MINUTE).reason == "stale"


def test_each_aspect_has_its_own_cursor() -> None:
    story = processable()
    story.told(word(StatusWord.CANCELED), time=START + HOUR)
    assert story.status == "canceled"
    change = story.told(seen(1, total="12.00"), PROCESSABLE, PAID, time=START + MINUTE)
    assert change.outcome is Outcome.APPLIED
    assert story.status == "canceled"
    assert story.state.total == Decimal("12.00")
    assert [note.outcome for note in change.notes if note.about == "status"] == ["stale"]


@pytest.mark.parametrize("first", [0, 1])
def test_f08_equal_times_give_the_same_result_in_either_order(first: int) -> None:
    documents = [seen(2, total="21.00"), seen(2, total="22.00")]
    story = processable(2)
    for document in (documents[first], documents[1 - first]):
        story.told(document, PROCESSABLE, PAID, time=START + HOUR)
    other = processable(2)
    for document in documents:
        other.told(document, PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.total == other.state.total


def test_f08_at_equal_times_the_sequence_decides() -> None:
    story = processable(2)
    story.told(seen(2, total="22.00"), PROCESSABLE, PAID, time=START + HOUR, sequence=7)
    change = story.told(seen(2, total="21.00"), PROCESSABLE, PAID, time=START + HOUR, sequence=6)
    assert (change.outcome, change.reason) == (Outcome.IGNORED, "stale")
    story.told(seen(2, total="23.00"), PROCESSABLE, PAID, time=START + HOUR, sequence=8)
    assert story.state.total == Decimal("23.00")


def test_without_time_a_then_b_then_a_are_three_inputs() -> None:
    story = Story()
    totals = []
    for total in ("10.00", "11.00", "10.00", "10.00"):
        story.told(seen(1, total=total), PROCESSABLE, money(PaymentWord.AUTHORIZED), timeless=True)
        totals.append((story.last.outcome.value, str(story.state.total)))
    assert totals == [
        ("applied", "10.00"),
        ("applied", "11.00"),
        ("applied", "10.00"),
        ("ignored", "10.00"),
    ]


def test_a_refund_by_product_and_the_lowered_line_count_once_in_one_document() -> None:
    story = processable(3)
    canceled = RefundLine(line_id="L1", quantity=1, restock=Restock.CANCEL)
    story.told(
        seen(items=lines(3, canceled=[1]), total="30.00"),
        PROCESSABLE,
        PAID,
        refund("R1", "10.00", canceled),
        time=START + HOUR,
    )
    assert story.state.lines[0].live == 2
    assert story.stock("give_back") == {"L1": 1}
    assert story.axes()[2] == "partial"


@pytest.mark.parametrize("refund_first", [True, False])
def test_a_refund_by_product_and_the_lowered_line_count_once_in_either_order(refund_first: bool) -> None:
    story = processable(3)
    canceled = refund("R1", "10.00", RefundLine(line_id="L1", quantity=1, restock=Restock.CANCEL))
    lowered = seen(items=lines(3, canceled=[1]), total="30.00")
    if refund_first:
        story.told(canceled, timeless=True)
    story.told(lowered, PROCESSABLE, PAID, time=START + HOUR)
    if not refund_first:
        story.told(canceled, timeless=True)
    assert story.state.lines[0].live == 2
    assert story.stock("give_back") == {"L1": 1}
    assert story.axes()[2] == "partial"


def test_an_order_first_seen_with_a_canceled_piece_and_its_refund_counts_it_once() -> None:
    story = Story()
    canceled = RefundLine(line_id="L1", quantity=1, restock=Restock.CANCEL)
    story.told(seen(items=lines(3, canceled=[1])), PROCESSABLE, PAID, refund("R1", "10.00", canceled))
    assert story.state.lines[0].live == 2
    assert story.stock("reserve") == {"L1": 2}


def test_an_echo_from_before_our_cancellation_adds_nothing() -> None:
    story = processable(3)
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    story.told(seen(3), PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.lines[0].live == 2
    story.told(seen(items=lines(3, canceled=[1])), PROCESSABLE, PAID, time=START + 2 * HOUR)
    assert story.state.lines[0].live == 2
    assert story.state.attention == ()


def test_a_quantity_raised_is_reserved() -> None:
    story = processable(1)
    story.told(seen(4), PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.lines[0].live == 4
    assert story.stock("reserve") == {"L1": 4}


def test_a_piece_canceled_and_added_again_is_live_again() -> None:
    story = processable(2)
    story.told(seen(items=lines(2, canceled=[1])), PROCESSABLE, PAID, time=START + HOUR)
    story.told(seen(2), PROCESSABLE, PAID, time=START + 2 * HOUR)
    line = story.state.lines[0]
    assert (line.ordered, line.canceled, line.live) == (2, 0, 2)
    assert story.stock("reserve") == {"L1": 3}
    assert story.stock("give_back") == {"L1": 1}


def test_lowered_below_what_is_packed_asks_for_attention() -> None:
    story = processable(3)
    story.told(package("P1", contents=(("L1", 2),)))
    story.told(seen(items=lines(3, canceled=[2])), PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.lines[0].live == 2
    assert story.looks("contradiction:lowered_below_packed", "line/L1")


@pytest.mark.parametrize("end", [StatusWord.CANCELED, StatusWord.CLOSED])
def test_quantity_added_after_the_end_is_attention_only(end: StatusWord) -> None:
    story = processable(1)
    story.told(word(end), time=START + HOUR)
    live = [line.live for line in story.state.lines]
    story.told(seen(3, 1), word(end), time=START + 2 * HOUR)
    assert [line.live for line in story.state.lines] == [*live, 0]
    assert story.looks("quantity_added_after_end", "line/L1")
    assert story.looks("quantity_added_after_end", "line/L2")


def test_a_line_that_left_the_document_has_no_live_piece() -> None:
    story = processable(1, 2)
    story.told(seen(1), PROCESSABLE, PAID, time=START + HOUR)
    assert [line.live for line in story.state.lines] == [1, 0]


def test_a_document_without_lines_says_nothing_of_them() -> None:
    story = processable(2)
    story.told(seen(items=(), total="20.00"), PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.lines[0].live == 2
    assert story.status == "waiting_shipment"


def test_prices_follow_the_document_until_it_is_shipped() -> None:
    story = processable(1)
    story.told(seen(items=lines(1, price="11.00")), PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.lines[0].unit_price == Decimal("11.00")
    assert story.last.seen is not None
    story.told(package("P1"))
    story.told(seen(items=lines(1, price="12.00")), PROCESSABLE, PAID, time=START + 2 * HOUR)
    assert story.state.lines[0].unit_price == Decimal("11.00")
    assert story.last.seen is None


def test_a_line_added_after_shipping_brings_its_document() -> None:
    story = processable(1)
    story.told(package("P1"))
    story.told(seen(1, 1), PROCESSABLE, PAID, time=START + HOUR)
    assert story.last.seen is not None


def test_the_document_is_stored_without_the_customer() -> None:
    story = processable()
    assert story.last.seen is not None
    assert story.last.seen.customer is None
    assert story.last.customer == CUSTOMER


def moved_to(city: str) -> Customer:
    assert CUSTOMER.shipping is not None
    return replace(CUSTOMER, shipping=replace(CUSTOMER.shipping, city=city))


def test_a_new_address_counts_until_a_parcel_left() -> None:
    story = processable()
    story.told(seen(customer=moved_to("Hamburg")), PROCESSABLE, PAID, time=START + HOUR)
    assert story.last.customer == moved_to("Hamburg")
    assert story.state.attention == ()
    story.told(package("P1"))
    story.told(seen(customer=moved_to("Bremen")), PROCESSABLE, PAID, time=START + 2 * HOUR)
    assert story.last.customer == moved_to("Bremen")
    assert story.looks("address_changed_too_late")


def test_a_new_mail_address_is_no_new_place() -> None:
    story = processable()
    story.told(package("P1"))
    customer = replace(CUSTOMER, email="other@example.com")
    story.told(seen(customer=customer), PROCESSABLE, PAID, time=START + HOUR)
    assert story.last.customer == customer
    assert story.state.attention == ()


def test_a_new_mail_address_that_the_merchant_enters_is_no_new_place() -> None:
    story = processable()
    story.asked(c.Ship())
    kept = ("billing", "locale", "name", "phone", "shipping")
    story.asked(c.ChangeAddress(customer=Customer(email="other@example.com"), kept=kept))
    assert story.state.attention == ()
    story.asked(c.ChangeAddress(customer=moved_to("Hamburg")))
    assert story.looks("address_changed_too_late")


def test_an_address_changed_by_the_merchant_is_not_undone_by_the_same_old_document() -> None:
    story = processable()
    story.asked(c.ChangeAddress(customer=moved_to("Hamburg")))
    assert story.last.customer == moved_to("Hamburg")
    story.told(seen(), PROCESSABLE, PAID, time=START + HOUR)
    assert story.last.customer is None


def test_b40_another_currency_is_looked_at_and_not_mixed_in() -> None:
    story = processable()
    story.told(seen(2, currency="USD"), PROCESSABLE, PAID, time=START + HOUR)
    assert story.looks("currency_mismatch")
    assert (story.state.currency, story.state.total) == ("EUR", Decimal("10.00"))
    assert story.state.lines[0].live == 1


def test_b42_totals_that_do_not_add_up_are_shown_and_refund_nothing() -> None:
    story = Story()
    story.told(seen(), PROCESSABLE, PAID, flags=("total_mismatch", "sanitized"))
    assert story.looks("total_mismatch")
    assert story.state.refunds == ()
    assert [note.detail for note in story.last.notes if note.outcome == "flag"] == ["sanitized"]


def test_a_price_may_be_missing_until_the_order_is_processable() -> None:
    story = Story()
    unpriced = tuple(replace(item, unit_price=None) for item in lines(1))
    document = replace(seen(items=unpriced), total=None)
    story.told(document, word(StatusWord.NOT_PROCESSABLE))
    assert story.axes()[1] == "pending"
    story.told(seen(1), PROCESSABLE, PAID, time=START + HOUR)
    assert story.axes()[:2] == ("waiting_shipment", "paid")
    assert story.state.lines[0].unit_price == Decimal("10.00")


def test_paid_before_the_total_is_known_is_captured_when_it_is() -> None:
    story = Story()
    document = replace(seen(), total=None)
    story.told(document, PROCESSABLE, PAID)
    assert story.axes()[:2] == ("waiting_shipment", "paid")
    assert story.state.paid == 0
    story.told(seen(total="10.00"), time=START + HOUR)
    assert story.state.paid == Decimal("10.00")


def test_a_line_listed_twice_is_added_up() -> None:
    story = Story()
    story.told(seen(items=(*lines(1), *lines(2))), PROCESSABLE, PAID)
    assert story.state.lines[0].live == 3


def test_an_order_without_lines_stands_still() -> None:
    story = Story()
    document: OrderSeen = seen(items=(), total="0")
    story.told(document, PROCESSABLE)
    assert story.status == "waiting_shipment"


def test_a_free_order_is_paid() -> None:
    story = Story(Rules())
    story.told(seen(total="0.00"), PROCESSABLE, money(PaymentWord.PENDING))
    assert story.axes()[:2] == ("waiting_shipment", "paid")


def test_f60_five_thousand_inputs_do_not_grow_the_order() -> None:
    from shared.orders.codec import pack

    story = processable(2)
    for n in range(5_000):
        odd = replace(word(StatusWord.UNKNOWN), raw=f"STATE_{n}")
        story.told(odd, money(PaymentWord.PAID), time=START + timedelta(seconds=n + 1))
    assert len(pack(story.state)) < 1_000
    assert story.state.version == 5_001


def test_the_channels_words_for_packages_and_lines_come_in_one_report() -> None:
    story = Story()
    story.told(seen(2), PROCESSABLE, PAID)
    story.told(
        seen(2, 1),
        PROCESSABLE,
        PAID,
        package("P1", PackageWord.FULFILLED, contents=(("L2", 1),)),
        time=START + HOUR,
    )
    assert story.state.packages[0].contents == (("L2", 1),)
    assert story.axes()[3] == "partially_fulfilled"


def test_the_rules_of_a_channel_that_follows_amazon_owe_nothing_on_its_own_parcels() -> None:
    story = Story(OWN_SHOP)
    story.told(seen(fulfilled_by_channel=True), PROCESSABLE, PAID, package("P1", PackageWord.DELIVERED))
    assert story.status == "closed"
    assert [effect.kind for effect in story.effects] == ["unpark"]


def test_what_waits_for_its_order_or_parcel_is_parked() -> None:
    story = Story()
    by_order = story.told(package("P1"))
    assert (by_order.outcome, by_order.reason) == (Outcome.PARKED, "unknown_order")
    unnamed = Report(facts=(scan(ScanStatus.DELIVERED),), tracking_number="T1")
    given = Input(
        key="k", connection="tracking", source="webhook", actor="tracking", received_at=START, report=unnamed
    )
    change = decide(None, given, OWN_SHOP, START)
    assert (change.outcome, change.reason) == (Outcome.PARKED, "unknown_parcel")
