"""The daily look back comes to its end however long it is, and says what keeps it from that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters import capabilities_of
from shared.usecases import see_to_webhooks
from shared.usecases.guard_adapter import AdapterFailedError
from shared.usecases.poll_channels import poll_channels
from shared.usecases.poll_pages import Question
from shared.wire.http import AuthError, RateLimitedError, RefusedError
from shared.wire.polls import Page, Polled
from tests.support.channel import KIND, Script, registered
from tests.support.desk import START, Desk

MARKET = "market"
TICK = timedelta(minutes=5)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        desk.poll(MARKET)
        desk.scripts[MARKET].windows.clear()
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[MARKET]


def page(*numbers: int, token: str = "") -> Page:
    documents = []
    for number in numbers:
        said = {"id": f"A-{number}", "at": START.isoformat(), "status": "open", "lines": {"1": 1}}
        documents.append(Polled(body=json.dumps(said).encode(), order_id=f"A-{number}"))
    return Page(documents=tuple(documents), next_token=token)


def swept(desk: Desk) -> list[str]:
    return [json.loads(receipt.body or b"")["id"] for receipt, _ in desk.inbox if receipt.source == "sweep"]


def tick(desk: Desk) -> list[Question]:
    """Let five minutes pass and the clock ask; return the sweeps that it asks for."""
    desk.at += TICK
    desk.questions.clear()
    poll_channels(desk.connections.list_with_states(), desk, at=desk.at)
    return [question for question in desk.questions if question.sweep]


def test_a_sweep_that_is_longer_than_its_time_goes_on_where_it_stopped(desk: Desk, script: Script) -> None:
    script.pages += [page(1, token="2"), page(2, token="3"), page(3)]
    assert desk.poll(MARKET, sweep=True, minutes_left=0.2).outcome == "unfinished"
    for outcome in ("unfinished", "ok"):
        [question] = tick(desk)
        assert question == Question(connection=MARKET, sweep=True)
        assert desk.poll(MARKET, sweep=True, minutes_left=0.2).outcome == outcome
    assert tick(desk) == []

    assert [window.token for window in script.windows] == ["", "2", "3"]
    assert len({(window.since, window.until) for window in script.windows}) == 1
    assert swept(desk) == ["A-1", "A-2", "A-3"]
    desk.apply_inbox()
    assert (desk.states.read(MARKET).swept, desk.states.read(MARKET).missed) == (3, 3)
    # The webhooks are looked at where it begins, and only there.
    assert len(script.ensured) == 1


def test_the_next_days_sweep_begins_anew(desk: Desk, script: Script) -> None:
    script.pages += [page(1, token="2"), page(9)]
    desk.poll(MARKET, sweep=True, minutes_left=0.2)
    desk.at += timedelta(days=1)
    assert tick(desk) == []
    desk.poll(MARKET, sweep=True)
    assert [window.token for window in script.windows] == ["", ""]
    assert script.windows[1].since - script.windows[0].since == timedelta(days=1) + TICK


def test_f42_a_sweep_that_meets_a_limit_reads_that_page_later(desk: Desk, script: Script) -> None:
    script.pages += [page(1, token="2"), RateLimitedError("rate_limited")]
    assert desk.poll(MARKET, sweep=True).outcome == "rate_limited"
    assert desk.states.read(MARKET).sweep_state == "rate_limited"
    assert len(tick(desk)) == 1
    script.pages.append(page(2))
    assert desk.poll(MARKET, sweep=True).outcome == "ok"
    assert swept(desk) == ["A-1", "A-2"]
    assert desk.states.read(MARKET).sweep_state == ""


def test_f21_a_page_loop_that_a_sweep_finds_stays_in_the_state_until_a_sweep_comes_to_its_end(
    desk: Desk, script: Script
) -> None:
    script.pages += [page(1, token="2"), page(1, token="3")]
    assert desk.poll(MARKET, sweep=True).outcome == "page_loop"
    assert tick(desk) == []
    desk.poll(MARKET)
    state = desk.states.read(MARKET)
    assert (state.state, state.sweep_state) == ("ok", "page_loop")
    desk.poll(MARKET, sweep=True)
    assert desk.states.read(MARKET).sweep_state == ""


def test_f21_pages_that_go_in_a_circle_longer_than_a_run_end_a_sweep(desk: Desk, script: Script) -> None:
    for run in range(20):
        script.pages.append(page(run % 3, token=f"after {run % 3}"))
        outcome = desk.poll(MARKET, sweep=True, minutes_left=0.2).outcome
        if outcome != "unfinished":
            break
    assert (outcome, desk.states.read(MARKET).sweep_state) == ("page_loop", "page_loop")
    assert tick(desk) == []


@pytest.mark.parametrize("fault", [AuthError("http_401"), RefusedError("InvalidToken")])
def test_a_sweep_that_waiting_does_not_mend_is_not_asked_for_every_five_minutes(
    desk: Desk, script: Script, fault: Exception
) -> None:
    script.pages += [page(1, token="2"), fault]
    desk.poll(MARKET, sweep=True)
    assert desk.states.read(MARKET).sweep_state == str(fault)
    assert tick(desk) == []


def test_a_sweep_whose_adapter_breaks_shows_it_and_its_question_comes_again(
    desk: Desk, script: Script
) -> None:
    script.pages += [page(1, token="2"), KeyError("customer@example.com")]
    with pytest.raises(AdapterFailedError, match=r"^adapter_failed$"):
        desk.poll(MARKET, sweep=True)
    state = desk.states.read(MARKET)
    assert (state.sweep_state, state.sweep_token) == ("adapter_failed", "")
    assert desk.poll(MARKET, sweep=True).outcome == "ok"


@pytest.mark.parametrize("fault", [AuthError("http_403"), KeyError("x")])
def test_a_long_sweep_goes_on_though_the_webhooks_could_not_be_looked_at(
    desk: Desk, script: Script, fault: Exception
) -> None:
    script.restored = fault
    script.pages += [page(1, token="2"), page(2)]
    with suppress(AdapterFailedError):
        desk.poll(MARKET, sweep=True, minutes_left=0.2)
    assert desk.states.read(MARKET).webhooks_state in ("http_403", "adapter_failed")
    assert len(tick(desk)) == 1
    assert desk.poll(MARKET, sweep=True).outcome == "ok"
    assert swept(desk) == ["A-1", "A-2"]
    # What was met where it began is shown until the next one begins.
    assert desk.states.read(MARKET).webhooks_state != ""


def test_webhooks_that_come_by_a_queue_are_looked_after_without_a_secret(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.secrets[MARKET] = ()
    desk.poll(MARKET, sweep=True)
    assert script.ensured == []
    by_queue = replace(capabilities_of(KIND), by_queue=True)
    monkeypatch.setattr(see_to_webhooks, "capabilities_of", lambda _kind: by_queue)
    desk.poll(MARKET, sweep=True)
    assert script.ensured == [(f"https://hub.example.com/{MARKET}", "")]
