"""A step of the day is over when nothing is on its way, waiting or owed, and not before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local import resting
from local.ledger import Ledger
from shared.orders.changes import Outcome
from shared.storage.records import EffectRecord, EffectState, InputRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def record(state: EffectState) -> InputRecord:
    return InputRecord(
        pk="ORDER#shop-one:1",
        sk="INPUT#a",
        outcome=Outcome.APPLIED,
        reason="",
        source="webhook",
        actor="shop-one",
        received_at=NOW,
        effects=(EffectRecord(key="mail/shipped/1", state=state),),
    )


NOTHING = Ledger()
OWED, DONE = (Ledger(records=(record(state),)) for state in (EffectState.OWED, EffectState.DONE))


class World:
    """A hub whose queues and ledger are what a script says, look by look; the last entry stays."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, waiting: list[int], ledgers: list[Ledger]) -> None:
        self.waiting, self.ledgers = waiting, ledgers
        self.seconds = 0.0
        self.seen: list[Ledger] = []
        self.is_quiet = True
        monkeypatch.setattr(resting, "_waiting", lambda _stack: self._next(self.waiting))
        monkeypatch.setattr(resting, "read_ledger", lambda _stack: self._next(self.ledgers))
        clock = SimpleNamespace(monotonic=lambda: self.seconds, sleep=self._sleep)
        monkeypatch.setattr(resting, "time", clock)

    def _next(self, script: list[Any]) -> Any:
        return script.pop(0) if len(script) > 1 else script[0]

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def rest(self, events: int = 0, channels: Callable[[], bool] = lambda: True) -> None:
        class Channel:
            @property
            def is_quiet(self) -> bool:
                return channels()

        served = cast("Any", {"market": Channel()})
        resting.come_to_rest(cast("Any", None), served, lambda: events, self.seen.append)


def test_what_is_at_rest_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, [0], [DONE])
    world.rest(events=1)
    assert (world.seen, world.seconds) == ([DONE], 0)


def test_a_webhook_that_has_left_no_trace_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, [0], [NOTHING, NOTHING, DONE])
    world.rest(events=1)
    assert world.seen == [NOTHING, NOTHING, DONE]


def test_what_is_owed_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, [0], [OWED, DONE])
    world.rest(events=1)
    assert world.seen == [OWED, DONE]


def test_what_came_into_a_queue_while_the_ledger_was_read_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(monkeypatch, [0, 1, 1, 0, 0], [DONE])
    world.rest(events=1)
    assert world.waiting == [0]
    assert len(world.seen) == 2


def test_the_ledger_is_looked_at_now_and_then_while_there_is_work(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, [1] * 8 + [0], [OWED, OWED, DONE])
    world.rest(events=1)
    assert world.seen == [OWED, OWED, DONE]


def test_a_channel_whose_webhook_is_on_its_way_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, [0], [DONE])
    script = [False, False, True]
    world.rest(events=1, channels=lambda: script.pop(0) if len(script) > 1 else script[0])
    assert world.seconds > 0


def test_what_never_comes_to_rest_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, [0], [OWED])
    world.rest(events=1)
    assert world.seconds >= resting._PATIENCE


def test_every_queue_with_work_for_an_order_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = {queue: f"http://127.0.0.1:1/0/{queue.lower()}" for queue in resting._QUEUES}
    stack = SimpleNamespace(
        clients=SimpleNamespace(endpoint="http://127.0.0.1:1"), physical=lambda queue: urls[queue]
    )
    answer: dict[str, Any] = {
        "0": {"eu": {url: [{}] for url in urls.values()} | {"http://127.0.0.1:1/0/other": [{}]}}
    }

    class Answer:
        def __enter__(self) -> Answer:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self) -> bytes:
            return json.dumps({"messages": answer}).encode()

    monkeypatch.setattr("urllib.request.urlopen", lambda _url, timeout: Answer())
    assert resting._waiting(cast("Any", stack)) == len(resting._QUEUES)
