"""The demo's verdict: it must see what is lost and what happened twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from local.ledger import Ledger
from local.mailbox import Mail
from local.steps import Ending
from local.verdict import Verdict, judge
from shared.orders.changes import Outcome
from shared.orders.facts import RefundWord
from shared.orders.model import Order, Refund, Transaction
from shared.orders.statuses import Status
from shared.storage.records import EffectRecord, EffectState, InputRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = Order(id="shop-one:1", version=1, status=Status("shipped"), currency="EUR", total=None)
ENDING = Ending("shop-one:1", "shipped", ("order_received", "shipped"))


def mail(message_id: str) -> Mail:
    return Mail(id=message_id, subject="Your order", text="", html="")


def effect(kind: str, proof: str, state: EffectState = EffectState.DONE) -> EffectRecord:
    return EffectRecord(key=f"mail/{kind}", state=state, proof=proof)


def record(key: str, *effects: EffectRecord, repeats: int = 0, source: str = "webhook") -> InputRecord:
    return InputRecord(
        pk="ORDER#shop-one:1",
        sk=f"INPUT#{key}",
        outcome=Outcome.APPLIED,
        reason="",
        source=source,
        actor="shop-one",
        received_at=NOW,
        order_id="shop-one:1",
        repeats=repeats,
        effects=effects,
    )


RECORDS = (record("a", effect("order_received", "m1"), repeats=1), record("b", effect("shipped", "m2")))
MAILBOX = (mail("m1"), mail("m2"))


def withheld(reason: str = "suppressed") -> EffectRecord:
    return EffectRecord(key="mail/canceled", state=EffectState.SKIPPED, reason=reason)


def verdict(
    records: Sequence[InputRecord] = RECORDS,
    mailbox: Sequence[Mail] = MAILBOX,
    *,
    accepted: int = 3,
    commanded: int = 0,
    expected: Sequence[Ending] = (ENDING,),
    order: Order = ORDER,
) -> Verdict:
    ledger = Ledger(orders=(order,), records=tuple(records))
    return judge(ledger, mailbox, accepted=accepted, commanded=commanded, expected=expected)


def test_a_day_as_expected_is_good() -> None:
    good = verdict()
    assert good.complaints == ()
    assert good.is_good
    assert good.line == "demo: 1 orders, 3 events, 2 mails, 0 lost, 0 duplicated effects"


def test_an_order_that_nobody_expected_is_named() -> None:
    found = verdict(order=replace(ORDER, id="shop-one:2"))
    assert "shop-one:2: nobody expected it" in found.complaints
    assert not found.is_good


def test_a_webhook_that_left_no_trace_is_lost() -> None:
    assert verdict(accepted=4).lost == 1


def test_a_webhook_that_was_stored_twice_is_a_duplicate() -> None:
    assert verdict(accepted=2).duplicates == 1


def test_deadlines_are_no_webhooks() -> None:
    assert verdict([*RECORDS, record("c", source="deadline")]).is_good


def test_a_command_that_left_no_trace_is_lost() -> None:
    assert (verdict(commanded=1).lost, verdict([*RECORDS, record("c", source="api")], commanded=1).lost) == (
        1,
        0,
    )


def test_a_command_that_was_done_twice_is_a_duplicate() -> None:
    twice = [*RECORDS, record("c", source="api"), record("d", source="api")]
    assert (verdict(twice, commanded=1).duplicates, verdict(twice, commanded=2).duplicates) == (1, 0)


def test_money_that_went_another_way_is_not_good() -> None:
    refunded = replace(
        ORDER,
        transactions=(Transaction("t", "capture", Decimal(5), NOW),),
        refunds=(Refund("r", RefundWord.RECORDED, Decimal(5)),),
    )
    assert not verdict(order=refunded).is_good
    assert verdict(order=refunded, expected=[replace(ENDING, refund="full")]).is_good


def test_a_mail_that_never_arrived_is_lost() -> None:
    missing = verdict(mailbox=MAILBOX[:1])
    assert missing.lost == 1
    assert not missing.is_good


def test_a_mail_that_nobody_owed_is_a_duplicate() -> None:
    assert verdict(mailbox=[*MAILBOX, mail("m3")]).duplicates == 1


def test_an_effect_owed_by_two_inputs_is_a_duplicate() -> None:
    again = record("c", effect("shipped", "m3"))
    assert verdict([*RECORDS, again], [*MAILBOX, mail("m3")], accepted=4).duplicates >= 1


def test_a_second_mail_of_a_kind_is_a_duplicate_even_with_an_effect_of_its_own() -> None:
    again = record("c", replace(effect("shipped", "m3"), key="mail/shipped/2"))
    assert verdict([*RECORDS, again], [*MAILBOX, mail("m3")], accepted=4).duplicates == 1


def test_a_mail_nobody_expected_is_not_good() -> None:
    extra = record("c", effect("delivered", "m3"))
    unexpected = verdict([*RECORDS, extra], [*MAILBOX, mail("m3")], accepted=4)
    assert (unexpected.lost, unexpected.duplicates) == (0, 0)
    assert not unexpected.is_good


def test_another_status_is_not_good() -> None:
    assert not verdict(order=replace(ORDER, status=Status("closed"))).is_good


def test_an_effect_that_is_still_owed_is_not_good() -> None:
    open_effect = record("c", EffectRecord(key="channel/ship", state=EffectState.OWED))
    assert not verdict([*RECORDS, open_effect], accepted=4).is_good


def test_a_mail_to_an_address_that_gets_no_more_is_no_complaint_where_that_is_expected() -> None:
    ending = replace(ENDING, withheld=("canceled",))
    records = (*RECORDS, record("c", withheld()))
    assert verdict(records, accepted=4, expected=(ending,)).is_good
    assert verdict(records, accepted=4).complaints == ("shop-one:1: mail/canceled is skipped suppressed",)


def test_a_mail_that_was_to_be_withheld_and_was_not_is_a_complaint() -> None:
    ending = replace(ENDING, withheld=("canceled",))
    assert verdict(expected=(ending,)).complaints == ("shop-one:1: canceled was not withheld",)
    twice = (*RECORDS, record("c", withheld()), record("d", withheld()))
    assert not verdict(twice, accepted=5, expected=(ending,)).is_good
    other = (*RECORDS, record("c", withheld("no_valid_address")))
    assert not verdict(other, accepted=4, expected=(ending,)).is_good
