"""A call that is asked for once more: made where it was refused, asked for first where it may be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.storage.records import EffectState
from shared.usecases.owed_work import WorkDone
from shared.wire.calls import Answered, Told
from shared.wire.http import NoAnswerError, NotSentError, RateLimitedError, RefusedError
from tests.support.channel import Script, registered
from tests.support.desk import START, Desk

MARKET = "market"
ORDER = "market:A-1"
REFUND = "refund/goodwill"
IS_DONE = Answered(told=Told.CONFIRMED, external_id="4711")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        desk.say(MARKET, {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}})
        desk.give(ORDER, c.RefundAmount(amount=Decimal("5.00"), refund_id="goodwill"))
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[MARKET]


def resend(desk: Desk, key: str = REFUND) -> str:
    """Ask for it once more, and return its key."""
    desk.give(ORDER, c.Resend(effect_key=f"channel/{key}"))
    return f"{REFUND}@{desk.order(ORDER).version}"


def resent(desk: Desk, key: str = REFUND) -> WorkDone:
    return desk.call(ORDER, resend(desk, key))


def test_a_refund_that_was_given_is_not_given_again(desk: Desk, script: Script) -> None:
    script.answers.append(IS_DONE)
    desk.call(ORDER, REFUND)
    script.looks.append(IS_DONE)
    assert resent(desk).state is EffectState.DONE
    assert len(script.told) == 1


def test_a_refund_in_doubt_is_asked_for_before_it_is_given_again(desk: Desk, script: Script) -> None:
    script.answers.append(NoAnswerError("timeout"))
    script.looks.append(Answered(told=Told.UNKNOWABLE))
    desk.call(ORDER, REFUND)
    assert desk.call(ORDER, REFUND).state is EffectState.AMBIGUOUS
    script.looks.append(IS_DONE)
    assert resent(desk).state is EffectState.DONE
    assert len(script.told) == 1


def test_a_refund_that_nobody_can_be_asked_for_stays_in_doubt(desk: Desk, script: Script) -> None:
    desk.call(ORDER, REFUND)
    script.looks.append(Answered(told=Told.UNKNOWABLE))
    assert resent(desk).state is EffectState.AMBIGUOUS
    assert len(script.told) == 1


def in_doubt_with_a_ticket(desk: Desk, script: Script) -> None:
    """Let the channel take the refund, and then say no more of it."""
    script.answers.append(Answered(told=Told.PENDING, ticket="T-1"))
    assert desk.call(ORDER, REFUND).state is EffectState.PENDING
    desk.at += timedelta(minutes=1)
    script.looks.append(Answered(told=Told.UNKNOWABLE))
    assert desk.call(ORDER, REFUND).state is EffectState.AMBIGUOUS


def test_a_resend_asks_by_the_ticket_that_the_channel_gave_for_what_it_repeats(
    desk: Desk, script: Script
) -> None:
    in_doubt_with_a_ticket(desk, script)
    script.looks.append(Answered(told=Told.PENDING, ticket="T-1"))
    assert resent(desk).state is EffectState.PENDING
    assert [ticket for _, ticket in script.looked] == ["T-1", "T-1"]
    assert len(script.told) == 1


def test_what_was_refused_after_all_is_told_when_it_is_resent(desk: Desk, script: Script) -> None:
    in_doubt_with_a_ticket(desk, script)
    script.looks.append(Answered(told=Told.REFUSED, reason="failed_there"))
    assert resent(desk).state is EffectState.DONE
    assert len(script.told) == 2


def test_what_its_channel_does_not_show_is_told_again(desk: Desk, script: Script) -> None:
    desk.call(ORDER, REFUND)
    assert resent(desk).state is EffectState.DONE
    assert len(script.told) == 2


def test_what_was_refused_is_told_again_without_a_question(desk: Desk, script: Script) -> None:
    script.answers.append(RefusedError("NOT_NOW"))
    desk.call(ORDER, REFUND)
    assert resent(desk).state is EffectState.DONE
    assert (len(script.told), script.looked) == (2, [])


def test_two_clicks_are_one_refund(desk: Desk, script: Script) -> None:
    script.answers += [RefusedError("NOT_NOW"), IS_DONE]
    desk.call(ORDER, REFUND)
    first, second = resend(desk), resend(desk)
    assert desk.call(ORDER, first).state is EffectState.DONE
    script.looks.append(IS_DONE)
    assert desk.call(ORDER, second).state is EffectState.DONE
    assert len(script.told) == 2


def test_a_resend_of_a_resend_repeats_the_same(desk: Desk, script: Script) -> None:
    script.answers += [RefusedError("NOT_NOW"), IS_DONE]
    desk.call(ORDER, REFUND)
    once = resend(desk)
    desk.call(ORDER, once)
    script.looks.append(IS_DONE)
    assert resent(desk, once).state is EffectState.DONE
    assert len(script.told) == 2
    [(asked, _)] = script.looked
    assert {call.reference for call in script.told} == {asked.reference}


def test_what_is_still_being_tried_is_not_told_beside_it(desk: Desk, script: Script) -> None:
    script.answers.append(RateLimitedError("rate_limited"))
    assert desk.call(ORDER, REFUND).state is EffectState.OWED
    made = resent(desk)
    assert (made.state, made.reason) == (EffectState.SKIPPED, "under_way")
    assert desk.call(ORDER, REFUND).state is EffectState.DONE
    assert len(script.told) == 2


def test_an_address_that_may_not_be_connected_to_leaves_in_doubt_what_may_be_done(
    desk: Desk, script: Script
) -> None:
    script.answers.append(NoAnswerError("timeout"))
    desk.call(ORDER, REFUND)
    script.looks.append(NotSentError("address_not_allowed"))
    assert desk.call(ORDER, REFUND).state is EffectState.AMBIGUOUS


def test_an_address_that_may_not_be_connected_to_fails_what_was_never_tried(
    desk: Desk, script: Script
) -> None:
    script.answers.append(NotSentError("address_not_allowed"))
    assert desk.call(ORDER, REFUND).state is EffectState.FAILED
