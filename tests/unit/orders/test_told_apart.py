"""What looks alike and is not the same: told apart, so that nothing is taken for done that is not."""

from __future__ import annotations

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.facts import PaymentMethod, PaymentWord
from tests.unit.orders.story import PROCESSABLE, Story, money, seen


def test_t3_marked_as_paid_under_the_id_of_its_authorization_is_paid() -> None:
    story = Story()
    authorized = money(PaymentWord.AUTHORIZED, tx="T-1", amount="10.00")
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, authorized)
    assert story.asked(c.MarkPaid(transaction_id="T-1")).outcome is Outcome.APPLIED
    assert story.axes()[:2] == ("waiting_shipment", "paid")
    assert story.told(money(PaymentWord.PAID, tx="T-1", amount="10.00")).outcome is Outcome.IGNORED
