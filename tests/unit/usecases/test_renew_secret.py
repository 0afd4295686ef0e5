"""Keys that a channel signs with are learned from it, once a webhook names one that is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.storage.questions import ASKED_AGAIN
from shared.usecases.poll_connection import poll_connection
from shared.usecases.poll_pages import PollRun, Question
from shared.wire.http import AuthError, RateLimitedError
from tests.support.channel import Script, registered
from tests.support.desk import Desk

MARKET = "market"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[MARKET]


def ask(desk: Desk, key: str = "key-1") -> PollRun:
    return poll_connection(Question(connection=MARKET, key=key), desk.polls, lambda: timedelta(minutes=3))


def test_a_key_that_the_channel_gives_out_is_stored(desk: Desk, script: Script) -> None:
    script.renewed = "the old keys and key-1"
    assert ask(desk).outcome == "ok"
    assert script.keys == ["key-1"]
    assert desk.secrets[MARKET] == ("the old keys and key-1",)
    assert desk.inbox == []


def test_a_key_that_it_does_not_give_out_changes_nothing(desk: Desk, script: Script) -> None:
    assert ask(desk).outcome == "not_found"
    assert script.keys == ["key-1"]
    assert desk.secrets == {}


def test_it_is_asked_once_in_a_while_whatever_is_named(desk: Desk, script: Script) -> None:
    ask(desk, "invented-1")
    desk.at += ASKED_AGAIN - timedelta(seconds=1)
    assert ask(desk, "key-1").outcome == "too_soon"
    desk.at += timedelta(seconds=1)
    script.renewed = "key-1"
    assert ask(desk, "key-1").outcome == "ok"
    assert script.keys == ["invented-1", "key-1"]


def test_of_all_that_are_told_of_it_at_once_one_asks(desk: Desk) -> None:
    took = [
        desk.states.take_key_question(MARKET, now=desk.at, again_after=ASKED_AGAIN) for _process in range(3)
    ]
    assert took == [True, False, False]


def test_a_channel_without_an_api_is_not_asked_and_nothing_has_failed(desk: Desk, script: Script) -> None:
    desk.connect(MARKET, api_url="")
    desk.at += timedelta(minutes=2)  # for which connections are remembered
    assert ask(desk).outcome == "not_found"
    assert script.keys == []


@pytest.mark.parametrize("fault", [RateLimitedError("rate_limited"), AuthError("http_403")])
def test_what_the_channel_answers_is_said_and_leaves_the_secret(
    fault: Exception, desk: Desk, script: Script
) -> None:
    script.renewed = fault
    assert ask(desk).outcome == str(fault)
    assert desk.secrets == {}
    # The polls go on as if nothing was.
    assert desk.states.read(MARKET).state == "never"


def test_the_daily_look_names_no_key(desk: Desk, script: Script) -> None:
    desk.poll(MARKET, sweep=True)
    assert script.keys == [""]
