"""The daily look at the webhooks of connections that are not polled: carriers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.adapters import capabilities_of
from shared.connections import model
from shared.usecases import poll_connection
from shared.usecases.guard_adapter import AdapterFailedError
from shared.usecases.poll_channels import poll_channels
from shared.usecases.poll_pages import Question
from shared.wire.capabilities import Capabilities
from shared.wire.http import AuthError
from tests.support.channel import KIND, Script, registered
from tests.support.desk import Desk

CARRIER = "carrier"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with registered():
        silent: Capabilities = replace(capabilities_of(KIND), polls=False)
        for module in (model, poll_connection):
            monkeypatch.setattr(module, "capabilities_of", lambda _kind: silent)
        desk = Desk()
        desk.connect(CARRIER)
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[CARRIER]


def test_it_is_asked_for_once_a_day_and_never_polled(desk: Desk) -> None:
    poll_channels(desk.connections.list_with_states(), desk, at=desk.at)
    assert desk.questions == []
    poll_channels(desk.connections.list_with_states(), desk, at=desk.at, sweep=True)
    assert desk.questions == [Question(connection=CARRIER, sweep=True)]


def test_who_has_no_api_or_no_webhooks_is_not_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.connect(CARRIER, api_url="")
    poll_channels(desk.connections.list_with_states(), desk, at=desk.at, sweep=True)
    desk.connect(CARRIER)
    mute = replace(capabilities_of(KIND), polls=False, subscriptions=False)
    monkeypatch.setattr(model, "capabilities_of", lambda _kind: mute)
    poll_channels(desk.connections.list_with_states(), desk, at=desk.at, sweep=True)
    assert desk.questions == []


def test_f20_what_was_missing_is_made_anew_and_said_and_nothing_is_read(desk: Desk, script: Script) -> None:
    script.restored = ("events",)
    run = desk.poll(CARRIER, sweep=True)
    assert (run.outcome, run.restored) == ("ok", ("events",))
    assert desk.states.read(CARRIER).restored == ("events",)
    assert script.ensured == [(f"https://hub.example.com/{CARRIER}", "a secret")]
    assert script.windows == []


def test_what_its_api_answers_is_said_until_it_goes_well(desk: Desk, script: Script) -> None:
    script.restored = AuthError("http_403")
    assert desk.poll(CARRIER, sweep=True).outcome == "http_403"
    assert desk.states.read(CARRIER).webhooks_state == "http_403"
    script.restored = ()
    assert desk.poll(CARRIER, sweep=True).outcome == "ok"
    assert desk.states.read(CARRIER).webhooks_state == ""


def test_an_adapter_that_breaks_shows_it_and_its_question_comes_again(desk: Desk, script: Script) -> None:
    script.restored = KeyError("x")
    with pytest.raises(AdapterFailedError):
        desk.poll(CARRIER, sweep=True)
    assert desk.states.read(CARRIER).webhooks_state == "adapter_failed"


def test_an_ordinary_question_finds_nothing_to_ask(desk: Desk, script: Script) -> None:
    assert desk.poll(CARRIER).outcome == "no_api"
    assert script.windows == []
