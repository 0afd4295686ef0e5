"""Calls in the corners: given up in time, waited for where an adapter breaks, in doubt where nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters import capabilities_of
from shared.orders import commands as c
from shared.orders.statuses import Status
from shared.storage.records import EffectState
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Told
from shared.wire.http import AuthError, NoAnswerError, RateLimitedError, RefusedError
from tests.support.channel import Script, calls, capabilities, registered
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


# --- one package an order


@pytest.fixture
def whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The channel knows one package an order."""
    monkeypatch.setattr(capabilities, "CAPABILITIES", replace(capabilities.CAPABILITIES, splits=False))
    capabilities_of.cache_clear()
    desk.connect(MARKET)
    yield desk
    capabilities_of.cache_clear()


def told(script: Script) -> list[tuple[str, list[tuple[str, int]], bool]]:
    return [
        (call.target, [(piece.line_id, piece.quantity) for piece in call.pieces], call.is_rest)
        for call in script.told
        if call.name == "ship"
    ]


def again(desk: Desk) -> list[str]:
    """Return the shipments that are owed besides those of each package."""
    owed = (key.removeprefix("channel/") for key in desk.owed(ORDER))
    return [key for key in owed if key.startswith("ship/") and "@" in key]


def test_such_a_channel_is_told_of_all_with_the_last_package(whole: Desk, script: Script) -> None:
    order = ordered(whole, lines={"1": 2, "2": 1})
    whole.give(order, c.Ship(contents=(("1", 1),)))
    first = whole.call(order, "ship/1")
    whole.give(order, c.Ship())
    whole.call(order, "ship/2")

    assert (first.state, first.reason) == (EffectState.SKIPPED, "degraded:no_split")
    assert told(script) == [("2", [("1", 2), ("2", 1)], True)]


def test_such_a_channel_is_told_of_what_left_when_the_merchant_cancels_the_rest(
    whole: Desk, script: Script
) -> None:
    order = ordered(whole, lines={"1": 3})
    for package in ("1", "2"):
        whole.give(order, c.Ship(contents=(("1", 1),)))
        whole.call(order, f"ship/{package}")
    assert told(script) == []
    whole.give(order, c.CancelLines(lines=(("1", 1),)))

    [key] = again(whole)
    assert whole.call(order, key).state is EffectState.DONE
    assert told(script) == [("2", [("1", 2)], True)]


def test_such_a_channel_is_told_of_what_left_when_it_cancels_the_rest_itself(
    whole: Desk, script: Script
) -> None:
    order = ordered(whole, lines={"1": 2})
    whole.give(order, c.Ship(contents=(("1", 1),)))
    whole.call(order, "ship/1")
    whole.at += timedelta(hours=1)
    whole.say(MARKET, {"id": "A-1", "at": whole.at.isoformat(), "status": "open", "lines": {"1": 1}})

    assert whole.order(order).status is Status.SHIPPED
    [key] = again(whole)
    whole.call(order, key)
    assert told(script) == [("1", [("1", 1)], True)]


def test_other_channels_are_told_of_each_package_and_not_again_when_the_rest_is_canceled(
    desk: Desk, script: Script
) -> None:
    order = ordered(desk, lines={"1": 2})
    desk.give(order, c.Ship(contents=(("1", 1),)))
    desk.call(order, "ship/1")
    desk.give(order, c.CancelLines(lines=(("1", 1),)))

    assert again(desk) == []
    assert told(script) == [("1", [("1", 1)], False)]


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


# --- in doubt, refused, and both taken back


def test_a_call_made_again_blindly_and_refused_is_in_doubt(desk: Desk, script: Script) -> None:
    script.answers += [NoAnswerError("no_answer"), RefusedError("ORDER_INVALID_STATE")]
    script.looks.append(Answered(told=Told.UNKNOWABLE))
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    desk.call(order, "accept")
    made = desk.call(order, "accept")
    # It may have been refused because the first one succeeded.
    assert (made.state, made.reason) == (EffectState.AMBIGUOUS, "ORDER_INVALID_STATE")
    assert attention(desk) == {"channel_in_doubt:accept"}
    assert not desk.order(order).acceptance_failed


def test_a_call_that_the_channel_has_certainly_not_seen_and_then_refuses_has_failed(
    desk: Desk, script: Script
) -> None:
    script.answers += [NoAnswerError("no_answer"), RefusedError("OFFER_GONE")]
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    desk.call(order, "accept")
    assert desk.call(order, "accept").state is EffectState.FAILED
    assert attention(desk) == {"channel_refused:accept"}


class VanishedError(BaseException):
    """The worker is gone; nobody catches it."""


def refused_and_vanished(desk: Desk, effect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker tell the order of a refusal, and vanish before the call is marked."""

    def vanish(*_arguments: object, **_named: object) -> bool:
        raise VanishedError

    with monkeypatch.context() as context:
        context.setattr(desk.store, "mark", vanish)
        with pytest.raises(VanishedError):
            desk.call(ORDER, effect)
    desk.at += timedelta(minutes=4)


def test_f33_a_refusal_told_by_a_worker_that_vanished_is_taken_back_where_the_call_succeeds(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.answers.append(RefusedError("NOT_NOW"))
    order = shipped(desk)
    refused_and_vanished(desk, "ship/1", monkeypatch)
    assert attention(desk) == {"channel_refused:ship"}
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert attention(desk) == set()


def test_f33_an_acceptance_that_was_said_to_be_refused_lets_the_order_be_shipped_where_it_succeeds(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.connect(MARKET, stock=True)
    desk.at += timedelta(minutes=2)
    script.answers.append(RefusedError("NOT_NOW"))
    script.looks.append(Answered(told=Told.CONFIRMED))
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    refused_and_vanished(desk, "accept", monkeypatch)
    assert desk.order(order).acceptance_failed
    assert not desk.order(order).reserved
    assert desk.call(order, "accept").state is EffectState.DONE
    assert (desk.order(order).acceptance_failed, attention(desk)) == (False, set())
    assert desk.order(order).reserved


def test_what_was_refused_is_no_more_to_be_looked_at_once_it_is_resent_with_success(
    desk: Desk, script: Script
) -> None:
    script.answers.append(RefusedError("CARRIER_UNKNOWN"))
    order = shipped(desk)
    desk.call(order, "ship/1")
    desk.give(order, c.Resend(effect_key="channel/ship/1"))
    desk.call(order, f"ship/1@{desk.order(order).version}")
    assert attention(desk) == set()


def test_the_success_of_one_cancellation_takes_nothing_back_of_another_that_was_refused(
    desk: Desk, script: Script
) -> None:
    script.answers.append(RefusedError("NOT_NOW"))
    order = ordered(desk, lines={"1": 3})
    versions = []
    for _ in range(2):
        desk.give(order, c.CancelLines(lines=(("1", 1),)))
        versions.append(desk.order(order).version)
    for version in versions:
        desk.call(order, f"cancel_lines/@{version}")
    assert attention(desk) == {"channel_refused:cancel_lines"}
    desk.give(order, c.Resend(effect_key=f"channel/cancel_lines/@{versions[0]}"))
    desk.call(order, f"cancel_lines/@{desk.order(order).version}")
    assert attention(desk) == set()


# --- what waits for what


@pytest.mark.parametrize(("to", "state"), [("shop", EffectState.FAILED), ("market", EffectState.OWED)])
def test_a_call_that_came_too_early_waits_for_earlier_calls_to_its_own_connection_alone(
    desk: Desk, to: str, state: EffectState
) -> None:
    desk.connect(MARKET, back_office="shop", own_shop=False)
    desk.connect("shop", is_back_office=True, own_shop=False)
    desk.at += timedelta(minutes=2)
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    assert {"channel/accept", "channel/create/shop"} <= set(desk.owed(order))
    # One of the two is done, the other one stays open.
    desk.call(order, "accept" if to == "shop" else "create/shop")
    desk.give(order, c.Ship(tracking_number=NUMBER))
    desk.scripts[MARKET].answers.append(RefusedError("ORDER_INVALID_STATE"))
    assert desk.call(order, "ship/1").state is state


def test_a_resent_call_is_waited_for_by_those_to_its_own_connection(desk: Desk) -> None:
    desk.connect(MARKET, back_office="shop", own_shop=False)
    desk.connect("shop", is_back_office=True, own_shop=False)
    desk.at += timedelta(minutes=2)
    order = ordered(desk)
    desk.scripts["shop"].answers.append(RefusedError("unmapped_sku"))
    desk.call(order, "create/shop")
    desk.give(order, c.Resend(effect_key="channel/create/shop"))
    desk.give(order, c.Ship(tracking_number=NUMBER))
    desk.scripts[MARKET].answers.append(RefusedError("ORDER_INVALID_STATE"))
    assert desk.call(order, "ship/1").state is EffectState.FAILED
