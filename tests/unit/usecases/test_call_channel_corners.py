"""Calls in the corners: given up in time, waited for where an adapter breaks, in doubt where nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.orders import commands as c
from shared.storage.records import EffectState
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Told
from shared.wire.http import AuthError, RateLimitedError
from tests.support.channel import Script, calls, registered
from tests.support.desk import START, Desk

MARKET = "market"
ORDER = "market:A-1"
NUMBER = "00340434161094000009"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[MARKET]


def ordered(desk: Desk, status: str = "open", lines: dict[str, int] | None = None) -> str:
    desk.say(MARKET, {"id": "A-1", "at": START.isoformat(), "status": status, "lines": lines or {"1": 2}})
    return ORDER


def shipped(desk: Desk) -> str:
    order = ordered(desk)
    desk.give(order, c.Ship(tracking_number=NUMBER, carrier="dhl"))
    return order


def attention(desk: Desk) -> set[str]:
    return {entry.code for entry in desk.order(ORDER).attention}


# --- three days


def test_a_call_that_came_to_be_owed_long_ago_has_its_three_days_from_its_first_try(
    desk: Desk, script: Script
) -> None:
    order = shipped(desk)
    desk.at += timedelta(days=4)
    script.answers += [RateLimitedError("rate_limited")] * 2
    assert desk.call(order, "ship/1").state is EffectState.OWED
    desk.at += timedelta(days=2)
    assert desk.call(order, "ship/1").state is EffectState.OWED
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert attention(desk) == set()


def test_a_call_tried_for_three_days_is_given_up(desk: Desk, script: Script) -> None:
    script.answers += [RateLimitedError("rate_limited")] * 2
    order = shipped(desk)
    desk.call(order, "ship/1")
    desk.at += timedelta(days=3, seconds=1)
    assert desk.call(order, "ship/1").state is EffectState.FAILED
    assert "channel_refused:ship" in attention(desk)


def test_a_short_wait_that_a_channel_always_asks_for_does_not_use_up_the_receives_of_a_message(
    desk: Desk, script: Script
) -> None:
    script.answers += [RateLimitedError("rate_limited", again_after=timedelta(seconds=1))] * 2_000
    order = shipped(desk)
    tries = 0
    while (made := desk.call(order, "ship/1")).again_after is not None:
        desk.at += made.again_after
        tries += 1
    assert made.state is EffectState.FAILED
    assert tries < 200


# --- an adapter that breaks


def test_an_adapter_that_breaks_while_it_tells_leaves_a_call_in_doubt_that_is_asked_for(
    desk: Desk, script: Script
) -> None:
    script.answers.append(KeyError("customer@example.com"))
    order = shipped(desk)
    made = desk.call(order, "ship/1")
    assert (made.state, made.again_after) == (EffectState.OWED, timedelta(seconds=30))
    assert desk.effect(order, "ship/1").reason == "in_doubt:adapter_failed"
    assert [type(error) for error in desk.logged] == [KeyError]
    script.looks.append(Answered(told=Told.CONFIRMED))
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1


def test_an_adapter_that_breaks_before_it_tells_leaves_no_doubt(desk: Desk, script: Script) -> None:
    desk.failing[MARKET] = TypeError("no api")
    order = shipped(desk)
    assert desk.call(order, "ship/1").reason == "adapter_failed"
    assert desk.effect(order, "ship/1").reason == "adapter_failed"
    desk.failing.clear()
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert script.looked == []


def test_an_adapter_that_breaks_while_it_asks_adds_no_doubt_and_takes_none(
    desk: Desk, script: Script
) -> None:
    script.answers.append(Answered(told=Told.PENDING, ticket="process-5"))
    script.looks += [KeyError("x"), Answered(told=Told.CONFIRMED)]
    order = shipped(desk)
    for _ in range(2):
        assert desk.call(order, "ship/1").state is EffectState.PENDING
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1


def test_a_call_that_an_adapter_cannot_make_is_given_up_visibly_and_frees_its_order(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_call: Call, _api: Api) -> Answered:
        raise ZeroDivisionError

    monkeypatch.setattr(calls, "perform", broken)
    order = shipped(desk)
    while (made := desk.call(order, "ship/1")).again_after is not None:
        desk.at += made.again_after
    # Nobody knows what it sent before it broke.
    assert (made.state, made.reason) == (EffectState.AMBIGUOUS, "adapter_failed")
    assert "channel_in_doubt:ship" in attention(desk)
    assert timedelta(days=3) < desk.at - START < timedelta(days=3, hours=2)


def test_how_calls_do_is_told_apart_from_how_polls_do_and_ends_with_a_call_that_goes_well(
    desk: Desk, script: Script
) -> None:
    script.answers += [AuthError("http_403"), KeyError("x")]
    order = shipped(desk)
    desk.call(order, "ship/1")
    desk.poll(MARKET)
    state = desk.states.read(MARKET)
    assert (state.state, state.calls_state, state.calls_failed_at) == ("ok", "http_403", START)
    desk.call(order, "ship/1")
    assert desk.states.read(MARKET).calls_state == "adapter_failed"
    desk.call(order, "ship/1")
    state = desk.states.read(MARKET)
    assert (state.state, state.calls_state, state.calls_failed_at) == ("ok", "", None)
