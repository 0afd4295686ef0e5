"""A refund is one: made here, shown by its channel as pending and then as done, under whatever id."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.facts import RefundLine, RefundWord, Restock, ReturnReported, ReturnWord
from tests.unit.orders.story import OWN_SHOP, Story, processable, refund

FOUR = Decimal("4.00")


def known(story: Story) -> list[tuple[str, str, str]]:
    """Every refund of the order: its word, its amount, its channel's name."""
    return [(e.word.value, str(e.amount), e.external_id) for e in story.state.refunds]


@pytest.mark.parametrize("confirmed", ["never", "between", "after"])
def test_f11_our_refund_that_its_channel_shows_as_pending_first_is_counted_once(confirmed: str) -> None:
    confirm = c.ConfirmCall(call="refund", target="own-2", external_id="4711")
    story = processable()
    story.asked(c.RefundAmount(amount=FOUR))
    story.told(refund("4711", "4.00", said=RefundWord.REQUESTED))
    if confirmed == "between":
        story.asked(confirm)
    story.told(refund("4711", "4.00"))
    if confirmed == "after":
        story.asked(confirm)
    assert known(story) == [("recorded", "4.00", "4711")]
    assert story.axes()[2] == "partial"


def test_f11_a_name_that_our_call_is_answered_with_stands_for_no_second_refund() -> None:
    story = processable()
    story.told(refund("4711", "4.50"))  # rounded there: nothing tells that it is ours
    story.asked(c.RefundAmount(amount=FOUR))
    story.asked(c.ConfirmCall(call="refund", target="own-3", external_id="4711"))
    assert known(story) == [("recorded", "4.00", "4711")]


def test_what_is_asked_for_where_the_channel_hears_of_no_refund_is_another_one() -> None:
    story = processable(rules=replace(OWN_SHOP, capabilities=frozenset()))
    story.asked(c.RefundAmount(amount=FOUR))
    story.told(refund("4711", "4.00", said=RefundWord.REQUESTED))
    assert story.axes()[2] == "requested"


@pytest.mark.parametrize(
    "answer", [c.RefundAmount(amount=FOUR, answers="4711"), c.RefundAmount(amount=FOUR, refund_id="4711")]
)
def test_a_request_that_we_have_answered_is_recorded_there_once(answer: c.RefundAmount) -> None:
    story = processable()
    story.told(refund("4711", "4.00", said=RefundWord.REQUESTED))
    story.asked(answer)
    story.told(refund("4711", "4.00"))
    assert known(story) == [("recorded", "4.00", "4711")]


def test_a_refund_under_the_id_of_one_that_was_rejected_is_one() -> None:
    story = processable()
    story.told(refund("4711", "4.00", said=RefundWord.REQUESTED))
    story.asked(c.RejectRefund(refund_id="4711"))
    story.asked(c.RefundAmount(amount=FOUR, refund_id="4711"))
    story.told(refund("4711", "4.00"))
    assert known(story) == [("recorded", "4.00", "4711")]


def test_what_is_left_of_a_due_that_is_refunded_under_its_own_id_stays_due() -> None:
    story = processable(2)
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    story.asked(c.RefundAmount(amount=FOUR, refund_id="due-2"))
    assert known(story) == [("recorded", "4.00", ""), ("due", "6.00", "")]
    assert len({entry.id for entry in story.state.refunds}) == 2
    story.asked(c.RefundAmount(amount=Decimal("6.00")))
    assert story.axes()[2] == "partial"


def test_an_id_given_by_hand_takes_no_later_refund_its_call_and_its_mail() -> None:
    story = processable()
    story.asked(c.RefundAmount(amount=FOUR, refund_id="own-3"))
    story.asked(c.RefundAmount(amount=FOUR))
    assert len({entry.id for entry in story.state.refunds}) == 2
    assert len(story.calls) == 2
    assert [mail for mail in story.mails if mail.startswith("refund/")] == story.calls


def test_a_recorded_refund_that_failed_there_is_looked_at() -> None:
    story = processable()
    story.told(refund("4711", "4.00"))
    change = story.told(refund("4711", "4.00", said=RefundWord.REJECTED))
    assert change.outcome is Outcome.APPLIED
    assert story.looks("contradiction:refund_rejected", "refund/4711")
    assert story.state.refunded == FOUR


def test_a_refund_by_product_with_an_id_that_is_known_is_that_refund() -> None:
    story = processable(2)
    half = c.RefundProducts(lines=(("L1", 1, Restock.CANCEL),), refund_id="mine")
    assert story.asked(half).outcome is Outcome.APPLIED
    assert story.asked(half).outcome is Outcome.IGNORED
    assert (known(story), story.state.lines[0].live) == ([("recorded", "10.00", "")], 1)


def test_what_is_due_is_not_only_asked_for_again() -> None:
    story = processable()
    for said in (RefundWord.DUE, RefundWord.REQUESTED):
        story.told(refund("4711", "4.00", said=said))
    assert story.axes()[2] == "due"


def test_a_refund_by_command_takes_pieces_out_of_ready_packages_and_no_more_than_it_needs() -> None:
    story = processable(3)
    story.asked(c.ReadyToShip(contents=(("L1", 2),)))
    story.asked(c.RefundProducts(lines=(("L1", 2, Restock.CANCEL),)))
    assert story.state.packages[0].contents == (("L1", 1),)
    assert story.state.lines[0].live == 1


def test_no_more_pieces_are_refunded_than_were_ordered() -> None:
    story = processable(2)
    cheaply = c.RefundProducts(lines=(("L1", 2, Restock.NONE),), amount=Decimal("1.00"))
    assert story.asked(cheaply).outcome is Outcome.APPLIED
    assert story.asked(cheaply).reason == "invalid_quantity"


def test_what_went_back_before_is_not_due_again_when_the_order_is_called_off() -> None:
    story = processable(2)
    story.asked(c.RefundAmount(amount=Decimal("5.00")))
    story.asked(c.Cancel())
    assert known(story) == [("recorded", "5.00", ""), ("due", "15.00", "")]


def test_a_refund_that_its_channel_hears_of_by_hand_alone_is_counted_once() -> None:
    story = processable(rules=replace(OWN_SHOP, capabilities=frozenset()))
    story.asked(c.RefundAmount(amount=FOUR))
    story.told(refund("4711", "4.00"))
    assert known(story) == [("recorded", "4.00", "4711")]


def test_a_refund_of_goods_alone_writes_of_no_money() -> None:
    story = processable()
    story.told(refund("4711", "0", RefundLine(line_id="L1", quantity=1, restock=Restock.NONE)))
    assert [mail for mail in story.mails if mail.startswith("refund")] == []


def test_a_return_that_was_rejected_bars_its_own_line_alone() -> None:
    story = processable(1, 1)
    story.asked(c.Ship())
    story.asked(c.RequestReturn(return_id="A", lines=(("L1", 1),)))
    story.asked(c.RejectReturn(return_id="A"))
    for line in ("L2", "L1"):
        story.told(
            ReturnReported(return_id="B", line_id=line, quantity=1, word=ReturnWord.REQUESTED, raw="asked")
        )
    assert [(entry.line_id, entry.word.value) for entry in story.state.returns] == [
        ("L1", "rejected"),
        ("L2", "requested"),
    ]
    assert story.looks("return_asked_after_rejection", "return/B")
