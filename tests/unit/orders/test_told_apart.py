"""What looks alike and is not the same: told apart, so that nothing is taken for done that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.effects import subject_of
from shared.orders.facts import PaymentMethod, PaymentWord, StatusWord
from tests.unit.orders.story import OWN_SHOP, PROCESSABLE, Story, money, processable, seen, word

HOUR = timedelta(hours=1)


def test_t3_marked_as_paid_under_the_id_of_its_authorization_is_paid() -> None:
    story = Story()
    authorized = money(PaymentWord.AUTHORIZED, tx="T-1", amount="10.00")
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, authorized)
    assert story.asked(c.MarkPaid(transaction_id="T-1")).outcome is Outcome.APPLIED
    assert story.axes()[:2] == ("waiting_shipment", "paid")
    assert story.told(money(PaymentWord.PAID, tx="T-1", amount="10.00")).outcome is Outcome.IGNORED


def test_lines_of_a_return_that_are_answered_one_by_one_are_told_one_by_one() -> None:
    story = processable(1, 1)
    story.asked(c.Ship())
    story.asked(c.RequestReturn(return_id="R", lines=(("L1", 1), ("L2", 1))))
    story.asked(c.AcceptReturn(return_id="R", line_ids=("L1",)))
    story.asked(c.AcceptReturn(return_id="R", line_ids=("L2",)))
    answers = [effect for effect in story.effects if effect.name in ("return_answer", "answer_return")]
    assert len({effect.key for effect in answers}) == 4
    assert {subject_of(effect.target, story.state.subjects) for effect in answers} == {"R"}


def test_a_second_request_to_cancel_is_answered_at_the_channel_as_well() -> None:
    story = processable(rules=replace(OWN_SHOP, cancellation_requests=False))
    for _ in range(2):
        story.now += HOUR
        story.told(word(StatusWord.CANCELLATION_REQUESTED))
        story.asked(c.RejectCancellation())
        story.now += HOUR
        story.told(PROCESSABLE)
    told = [effect for effect in story.effects if effect.name == "answer_cancellation"]
    assert [dict(effect.data)["answer"] for effect in told] == ["rejected", "rejected"]
    assert {subject_of(effect.target, story.state.subjects) for effect in told} == {"rejected"}


@pytest.mark.parametrize("said", [PaymentWord.FAILED, PaymentWord.VOIDED])
def test_a_payment_that_is_lost_before_the_goods_have_left_is_looked_at_until_it_is_there(
    said: PaymentWord,
) -> None:
    story = Story()
    story.told(seen(), PROCESSABLE, money(PaymentWord.AUTHORIZED))
    assert story.status == "waiting_shipment"
    story.now += HOUR
    story.told(PROCESSABLE, money(said))
    assert story.looks("payment_lost")
    story.asked(c.MarkPaid())
    assert not story.looks("payment_lost")


def test_a_failed_attempt_beside_a_payment_that_is_there_is_no_loss() -> None:
    story = processable()
    story.told(money(PaymentWord.FAILED, tx="T-2"))
    assert not story.looks("payment_lost")


def test_a_capture_without_a_sum_that_follows_the_word_takes_its_place() -> None:
    story = Story()
    story.told(seen(), PROCESSABLE, money(PaymentWord.PAID))
    story.told(money(PaymentWord.PAID, tx="T-1"))
    assert [(entry.id, str(entry.amount)) for entry in story.state.transactions] == [("T-1", "10.00")]
