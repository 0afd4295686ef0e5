"""Payments, refunds and returns: each row of their tables, by fact and by command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.facts import (
    Fact,
    PackageWord,
    PaymentMethod,
    PaymentWord,
    RefundLine,
    RefundWord,
    Restock,
    ReturnReported,
    ReturnWord,
    StatusWord,
)
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

HOUR = timedelta(hours=1)
TWO = ("L1", 2)


def returned(said: ReturnWord, pieces: int = 1, *, name: str = "A", line: str = "L1") -> ReturnReported:
    return ReturnReported(
        return_id=name, line_id=line, quantity=pieces, word=said, raw=said.value, reason="damaged"
    )


def delivered(*quantities: int) -> Story:
    story = processable(*quantities)
    story.told(package("P1", PackageWord.DELIVERED))
    return story


# Payments


def test_a_transaction_takes_the_place_of_the_word_in_either_order() -> None:
    captured = money(PaymentWord.PAID, tx="tx-1", amount="10.00")
    for facts in ((PAID, captured), (captured, PAID)):
        story = Story()
        story.told(seen(), PROCESSABLE)
        for hour, fact in enumerate(facts):
            story.told(fact, time=START + (hour + 1) * HOUR)
        assert story.state.paid == Decimal("10.00")
        assert [entry.id for entry in story.state.transactions] == ["tx-1"]


def test_the_same_transaction_twice_is_one() -> None:
    story = Story()
    captured = money(PaymentWord.PAID, tx="tx-1", amount="10.00")
    story.told(seen(), PROCESSABLE, captured)
    assert story.told(captured, timeless=True).outcome is Outcome.IGNORED
    assert story.state.paid == Decimal("10.00")


@pytest.mark.parametrize(
    ("amounts", "status"),
    [(["4.00"], "partially_paid"), (["4.00", "6.00"], "paid"), (["4.00", "7.00"], "overpaid")],
)
def test_payment_is_the_sum_of_captures(amounts: list[str], status: str) -> None:
    story = Story()
    story.told(seen(), PROCESSABLE)
    for n, amount in enumerate(amounts):
        story.told(money(PaymentWord.PAID, tx=f"tx-{n}", amount=amount), timeless=True)
    assert story.axes()[1] == status


def test_a_capture_without_an_amount_is_over_what_is_open() -> None:
    story = Story()
    story.told(seen(), PROCESSABLE, money(PaymentWord.PAID, tx="tx-1"))
    assert story.state.paid == Decimal("10.00")
    blind = Story()
    blind.told(replace(seen(), total=None), PROCESSABLE, money(PaymentWord.PAID, tx="tx-1"))
    assert blind.state.paid == 0


def test_partially_paid_without_an_amount_is_kept_as_the_word() -> None:
    story = Story()
    story.told(seen(method=PaymentMethod.INVOICE), PROCESSABLE, money(PaymentWord.PARTIALLY_PAID))
    assert story.axes()[1] == "partially_paid"
    assert story.state.paid == 0


def test_partially_paid_with_an_amount_is_captured_that_far() -> None:
    story = Story()
    story.told(seen(), PROCESSABLE, money(PaymentWord.PARTIALLY_PAID, amount="4.00"))
    story.told(seen(), PROCESSABLE, money(PaymentWord.PARTIALLY_PAID, amount="6.00"), time=START + HOUR)
    assert story.state.paid == Decimal("6.00")


def test_the_last_word_is_the_last_by_its_own_time() -> None:
    story = Story()
    story.told(seen(), PROCESSABLE)
    voided = replace(money(PaymentWord.VOIDED, tx="v"), occurred_at=START + 2 * HOUR)
    authorized = replace(money(PaymentWord.AUTHORIZED, tx="a"), occurred_at=START + HOUR)
    story.told(voided, timeless=True)
    story.told(authorized, timeless=True)
    assert story.axes()[1] == "voided"


def test_the_word_paid_again_after_the_total_rose_captures_the_rest() -> None:
    story = processable(1)
    story.told(seen(2), PROCESSABLE, PAID, time=START + HOUR)
    assert story.state.paid == Decimal("20.00")


def test_money_never_moves_the_status_back() -> None:
    story = processable()
    story.told(seen(), PROCESSABLE, money(PaymentWord.FAILED), time=START + HOUR)
    assert story.status == "waiting_shipment"


def test_mark_paid_and_mark_failed() -> None:
    story = Story()
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PENDING)
    story.asked(c.MarkPaymentFailed(transaction_id="B-0"))
    assert story.axes()[1] == "failed"
    assert [entry.kind for entry in story.state.transactions] == ["fail"]
    story.asked(c.MarkPaid(amount=Decimal("4.00"), transaction_id="B-1"))
    assert story.axes()[:2] == ("new", "partially_paid")
    assert story.asked(c.MarkPaid(transaction_id="B-1")).outcome is Outcome.IGNORED
    story.asked(c.MarkPaid())
    assert story.axes()[:2] == ("waiting_shipment", "paid")
    assert story.asked(c.MarkPaid()).reason == "illegal_transition"
    assert story.asked(c.MarkPaymentFailed()).reason == "illegal_transition"


def test_a_payment_link_is_mailed_only_when_asked() -> None:
    story = Story()
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PENDING)
    story.asked(c.CreatePaymentLink(link_id="K1"))
    assert story.mails == []
    story.asked(c.CreatePaymentLink(link_id="K2", notify=True))
    assert story.mails == ["payment_link/K2"]


# Refunds


def test_the_same_refund_twice_is_one_refund() -> None:
    story = processable()
    story.told(refund("R1", "4.00"))
    assert story.told(refund("R1", "4.00")).outcome is Outcome.IGNORED
    assert story.state.refunded == Decimal("4.00")


def test_a_refund_fact_above_what_was_paid_is_recorded_and_looked_at() -> None:
    story = processable()
    story.told(refund("R1", "12.00"))
    assert story.state.refunded == Decimal("12.00")
    assert story.axes()[2] == "full"
    assert story.looks("refunded_above_paid", "refund/R1")
    late = processable()
    late.told(refund("R1", "12.00"))
    late.told(money(PaymentWord.PAID, tx="tx-1", amount="10.00"), timeless=True)
    assert late.looks("refunded_above_paid", "refund/R1")
    late.told(money(PaymentWord.PAID, tx="tx-2", amount="2.00"), timeless=True)
    assert not late.looks("refunded_above_paid", "refund/R1")
    assert story.asked(c.RefundAmount(amount=Decimal(1))).reason == "refund_exceeds_paid"


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("0", "invalid_amount"),
        ("-1", "invalid_amount"),
        ("1.001", "invalid_amount"),
        ("10.01", "refund_exceeds_paid"),
    ],
)
def test_b50_a_refund_that_cannot_be(amount: str, reason: str) -> None:
    story = processable()
    change = story.asked(c.RefundAmount(amount=Decimal(amount)))
    assert (change.outcome, change.reason) == (Outcome.REFUSED, reason)
    assert story.state.refunds == ()


def test_f11_the_echo_of_our_own_refund_is_that_refund() -> None:
    story = processable()
    story.asked(c.RefundAmount(amount=Decimal("4.00")))
    story.told(refund("4711", "4.00"))
    assert story.state.refunded == Decimal("4.00")
    assert story.state.refunds[0].external_id == "4711"
    story.told(refund("4712", "4.00"))
    assert story.state.refunded == Decimal("8.00")


def test_f11_the_answer_to_our_call_names_the_refund_before_its_echo_comes() -> None:
    story = processable()
    story.asked(c.RefundAmount(amount=Decimal("4.00"), refund_id="mine"))
    story.asked(c.ConfirmCall(call="refund", target="mine", external_id="4711"))
    assert story.told(refund("4711", "4.00")).outcome is Outcome.IGNORED
    assert story.state.refunded == Decimal("4.00")


def test_a_refund_id_given_twice_by_command_is_one_refund() -> None:
    story = processable()
    story.asked(c.RefundAmount(amount=Decimal("4.00"), refund_id="mine"))
    assert story.asked(c.RefundAmount(amount=Decimal("4.00"), refund_id="mine")).outcome is Outcome.IGNORED
    assert story.state.refunded == Decimal("4.00")
    story.asked(c.RefundAmount(amount=Decimal("4.00"), refund_id="another"))
    assert story.state.refunded == Decimal("8.00")


def test_refund_requested_then_rejected_goes_back_to_the_sums() -> None:
    story = processable()
    story.told(refund("R1", "4.00"))
    story.told(refund("R2", "2.00", said=RefundWord.REQUESTED))
    assert story.axes()[2] == "requested"
    story.asked(c.RejectRefund(refund_id="R2"))
    assert story.axes()[2] == "partial"
    assert story.calls == ["reject_refund/R2"]
    change = story.told(refund("R2", "2.00", said=RefundWord.REQUESTED))
    assert story.axes()[2] == "partial"
    assert change.outcome is Outcome.APPLIED


def test_a_refund_requested_may_become_due_there() -> None:
    story = processable()
    story.told(refund("R1", "4.00", said=RefundWord.REQUESTED))
    story.told(refund("R1", "4.00", said=RefundWord.DUE))
    assert story.axes()[2] == "due"
    again = story.told(refund("R1", "4.00", said=RefundWord.DUE))
    assert (again.outcome, again.reason) == (Outcome.IGNORED, "duplicate")
    story.told(refund("R1", "4.00", said=RefundWord.REJECTED))
    assert story.axes()[2] == "none"


def test_refund_due_by_fact_is_settled_by_the_recorded_one() -> None:
    story = processable()
    story.told(refund("R1", "4.00", said=RefundWord.DUE))
    assert story.axes()[2] == "due"
    story.told(refund("R1", "4.00"))
    assert story.axes()[2] == "partial"
    assert len(story.state.refunds) == 1


def test_what_was_settled_by_another_refund_is_not_opened_by_its_echo() -> None:
    story = processable()
    for said in (RefundWord.DUE, RefundWord.REQUESTED):
        story.told(refund(f"R-{said}", "5.00", said=said))
    story.told(refund("R9", "10.00"))
    assert story.axes()[2] == "full"
    for said in (RefundWord.DUE, RefundWord.REQUESTED):
        story.told(refund(f"R-{said}", "5.00", said=said))
    assert story.axes()[2] == "full"
    assert story.state.attention == ()


def test_a_request_after_the_full_refund_is_only_looked_at() -> None:
    story = processable()
    story.told(refund("R1", "10.00"))
    story.told(refund("R2", "1.00", said=RefundWord.REQUESTED))
    assert story.axes()[2] == "full"
    assert story.looks("refund_asked_after_full", "refund/R2")


def test_a_due_shrinks_with_what_goes_back() -> None:
    story = processable(2)
    story.asked(c.Cancel())
    assert story.state.refunds[0].amount == Decimal("20.00")
    story.asked(c.RefundAmount(amount=Decimal("5.00")))
    assert [e.amount for e in story.state.refunds if e.word is RefundWord.DUE] == [Decimal("15.00")]
    story.told(refund("R9", "15.00"))
    assert story.axes()[2] == "full"


def test_where_the_channel_refunds_nothing_is_due() -> None:
    story = processable(rules=replace(MARKETPLACE, refunds_by_merchant=False))
    story.asked(c.Cancel())
    assert story.axes()[2] == "none"


def test_nothing_is_due_for_pieces_that_were_refunded() -> None:
    story = processable(2)
    story.told(
        word(StatusWord.CANCELED),
        refund("R1", "18.00", RefundLine(line_id="L1", quantity=2, restock=Restock.CANCEL)),
        time=START + HOUR,
    )
    assert story.axes()[:3] == ("canceled", "paid", "partial")


def test_a_line_canceled_by_the_merchant_is_due() -> None:
    story = processable(1, 1)
    story.asked(c.CancelLines(lines=(("L2", 1),)))
    assert story.axes()[2] == "due"
    assert story.state.refunds[0].amount == Decimal("10.00")
    story.asked(c.RefundProducts(lines=(("L2", 1, Restock.CANCEL),)))
    assert story.axes()[2] == "partial"
    assert [line.live for line in story.state.lines] == [1, 0]


def test_refund_by_product_with_shipping_and_fees() -> None:
    story = Story()
    story.told(seen(2, total="25.00"), PROCESSABLE, PAID)
    story.asked(
        c.RefundProducts(lines=(("L1", 1, Restock.CANCEL),), shipping=Decimal("4.00"), fees=Decimal("1.00"))
    )
    assert story.state.refunded == Decimal("15.00")


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        ((("L9", 1, Restock.NONE),), "unknown_line"),
        ((("L1", 0, Restock.NONE),), "invalid_quantity"),
        ((("L1", 3, Restock.NONE),), "invalid_quantity"),
        ((("L1", 2, Restock.CANCEL),), "invalid_quantity"),
        ((), "invalid_quantity"),
    ],
)
def test_a_refund_by_product_that_cannot_be(
    shares: tuple[tuple[str, int, Restock], ...], reason: str
) -> None:
    story = processable(2)
    story.told(package("P1", contents=(("L1", 1),)))
    assert story.asked(c.RefundProducts(lines=shares)).reason == reason


def test_a_fully_refunded_order_is_not_shipped_by_command() -> None:
    story = processable()
    story.told(refund("R1", "10.00"))
    assert story.asked(c.Ship()).reason == "fully_refunded"


def test_after_refusal_only_where_the_channel_takes_refunds() -> None:
    story = Story(OWN_SHOP)
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED), PAID)
    story.asked(c.Refuse())
    assert story.asked(c.RefundAmount(amount=Decimal(1))).reason == "illegal_transition"
    story.rules = replace(OWN_SHOP, refund_after_refusal=True)
    assert story.asked(c.RefundAmount(amount=Decimal(1))).outcome is Outcome.APPLIED


def test_a_refund_of_a_ready_piece_takes_it_out_of_its_package() -> None:
    story = processable(2)
    story.asked(c.ReadyToShip())
    story.told(refund("R1", "10.00", RefundLine(line_id="L1", quantity=1, restock=Restock.CANCEL)))
    assert story.state.packages[0].contents == (("L1", 1),)
    assert story.state.lines[0].live == 1


def test_a_refund_of_all_ready_pieces_cancels_their_package() -> None:
    story = processable(2, rules=replace(OWN_SHOP, books_parcels=True))
    story.asked(c.ReadyToShip(contents=(("L1", 1),)))
    story.told(refund("R1", "20.00", RefundLine(line_id="L1", quantity=2, restock=Restock.CANCEL)))
    assert story.state.packages[0].status.value == "canceled"
    assert story.owed("booking") == ["book/1", "cancel/1"]
    assert story.status == "canceled"


def test_canceled_there_although_it_was_shipped_is_a_contradiction() -> None:
    story = processable()
    story.told(package("P1"))
    story.told(refund("R1", "10.00", RefundLine(line_id="L1", quantity=1, restock=Restock.CANCEL)))
    assert story.state.lines[0].live == 1
    assert story.looks("contradiction:canceled_after_shipping", "line/L1")


def test_a_refund_in_another_currency_is_looked_at_and_not_added_up() -> None:
    story = processable()
    story.told(refund("R1", "4.00", currency="USD"))
    assert story.state.refunded == 0
    assert story.looks("currency_mismatch", "refund/R1")


def test_refund_mails_of_facts_are_for_own_shops_only() -> None:
    story = processable(rules=replace(MARKETPLACE, mails=frozenset({"refund"})))
    story.told(refund("R1", "4.00"))
    assert story.mails == []
    story.asked(c.RefundAmount(amount=Decimal("1.00")))
    assert story.mails == ["refund/own-3"]


def test_a_requested_refund_is_recorded_under_its_own_id() -> None:
    story = processable()
    story.asked(c.RequestRefund(amount=Decimal("4.00"), refund_id="Q"))
    story.asked(c.RefundAmount(amount=Decimal("4.00"), refund_id="Q"))
    assert [(e.id, e.word) for e in story.state.refunds] == [("Q", RefundWord.RECORDED)]


def test_request_refund_asks_the_channel() -> None:
    story = processable()
    story.asked(c.RequestRefund(amount=Decimal("4.00"), refund_id="Q"))
    assert story.axes()[2] == "requested"
    assert story.calls == ["request_refund/Q"]
    assert story.asked(c.RequestRefund(amount=Decimal("40.00"))).reason == "refund_exceeds_paid"


# Returns


def test_a_return_goes_its_way_by_command() -> None:
    story = delivered(2)
    story.asked(c.RequestReturn(return_id="A", lines=(TWO,), reason="damaged"))
    assert story.axes()[4] == "requested"
    story.asked(c.AcceptReturn(return_id="A"))
    assert story.axes()[4] == "accepted"
    assert (story.mails[-1], story.calls[-1]) == ("return_answer/A@accepted", "answer_return/A@accepted")
    story.asked(c.ReceiveReturn(return_id="A"))
    assert story.axes()[2:] == ("due", "delivered", "returned")
    assert story.state.refunds[0].amount == Decimal("20.00")
    story.asked(c.RestockReturn(return_id="A"))
    assert story.stock("restock") == {"L1": 2}
    assert story.asked(c.WriteOffReturn(return_id="A")).reason == "illegal_transition"


def test_a_rejected_line_cannot_be_asked_for_again() -> None:
    story = delivered(2)
    story.asked(c.RequestReturn(return_id="A", lines=(TWO,)))
    story.asked(c.RejectReturn(return_id="A"))
    assert story.axes()[4] == "rejected"
    assert story.asked(c.RequestReturn(return_id="B", lines=(("L1", 1),))).reason == "return_rejected"
    story.told(returned(ReturnWord.REQUESTED, name="C"))
    assert story.looks("return_asked_after_rejection", "return/C")
    assert story.axes()[4] == "rejected"
    story.told(returned(ReturnWord.RECEIVED, name="D"))
    assert story.axes()[4] == "partially_returned"


def test_returns_by_fact_go_forward_only() -> None:
    story = delivered(1)
    for said in (ReturnWord.REQUESTED, ReturnWord.ACCEPTED, ReturnWord.IN_TRANSIT, ReturnWord.RECEIVED):
        assert story.told(returned(said)).outcome is Outcome.APPLIED
    assert story.axes()[4] == "returned"
    assert story.calls == []
    assert story.mails.count("return_answer/A@accepted") == 1
    late = story.told(returned(ReturnWord.ACCEPTED))
    assert [note.outcome for note in late.notes] == ["late"]
    assert story.told(returned(ReturnWord.RECEIVED)).outcome is Outcome.IGNORED
    assert story.axes()[4] == "returned"


def test_a_return_first_heard_of_when_it_was_received() -> None:
    story = delivered(2)
    story.told(returned(ReturnWord.RECEIVED))
    assert story.axes()[2:] == ("due", "delivered", "partially_returned")
    assert story.state.refunds[0].amount == Decimal("10.00")
    assert "return_answer/A@accepted" not in story.mails


def test_nothing_is_due_for_goods_whose_money_went_back_before() -> None:
    story = delivered(2)
    story.told(refund("R1", "10.00", RefundLine(line_id="L1", quantity=1, restock=Restock.NONE)))
    story.told(returned(ReturnWord.RECEIVED))
    assert story.axes()[2] == "partial"


def test_goods_never_sent_back_are_no_return() -> None:
    story = delivered(1)
    story.told(returned(ReturnWord.ACCEPTED))
    story.asked(c.AbandonReturn(return_id="A"))
    assert story.axes()[4] == "none"


def test_a_return_needs_an_id_and_pieces() -> None:
    story = delivered(1)
    assert story.asked(c.RequestReturn(return_id="", lines=(TWO,))).reason == "missing_field:return_id"
    assert story.asked(c.RequestReturn(return_id="A", lines=())).reason == "invalid_quantity"


def test_no_more_is_returned_than_is_out_of_the_house() -> None:
    story = delivered(2)
    assert story.asked(c.RequestReturn(return_id="A", lines=(("L1", 3),))).reason == "invalid_quantity"
    story.asked(c.RequestReturn(return_id="A", lines=(TWO,)))
    assert story.asked(c.RequestReturn(return_id="B", lines=(("L1", 1),))).reason == "invalid_quantity"


def test_a_return_of_a_line_nobody_knows_is_noted() -> None:
    fact: Fact = returned(ReturnWord.REQUESTED, line="L9")
    story = delivered(1)
    assert story.told(fact).outcome is Outcome.APPLIED
    assert story.state.returns == ()


def test_more_returned_than_was_shipped_is_recorded_and_looked_at() -> None:
    story = delivered(1)
    story.told(returned(ReturnWord.REQUESTED, 2))
    assert story.looks("contradiction:more_returned_than_shipped", "return/A")
    assert story.axes()[4] == "requested"
