"""A worker that vanishes between any two requests of a call: the next goes on, and the call is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from shared.orders import commands as c
from shared.orders.facts import Restock
from shared.orders.model import Order
from shared.storage.records import FINISHED, EffectState
from shared.wire.calls import Answered, Told
from shared.wire.http import NoAnswerError, RefusedError
from shared.wire.receipts import ParkedPointer
from tests.support.channel import registered
from tests.support.desk import START, Desk

ORDER = "market:A-1"
NUMBER = "00340434161094000009"
MADE = Answered(told=Told.CONFIRMED, external_id="555", lines={"1": "9001"})


class VanishedError(BaseException):
    """The worker is gone; nobody catches it."""


class MortalDesk(Desk):
    """A desk whose worker vanishes before or after one of its requests, by number; 0 is never."""

    def __init__(self) -> None:
        super().__init__()
        self.dies_at = 0
        self.dies_after = False
        self.requests = 0

    def _execute(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._step(lambda: super(MortalDesk, self)._execute(operation, parameters))
        return answer

    def put_parked(self, pointer: ParkedPointer, *, group: str, once: str) -> None:
        self._step(lambda: super(MortalDesk, self).put_parked(pointer, group=group, once=once))

    def _step(self, request: Callable[[], Any]) -> Any:
        self.requests += 1
        dies = self.requests == self.dies_at
        if dies and not self.dies_after:
            raise VanishedError
        answer = request()
        if dies:
            raise VanishedError
        return answer


@dataclass(frozen=True, kw_only=True)
class Story:
    """A call, what the channel answers to it, and how often it may at most be told."""

    effect: str
    told_to: str = "market"
    answer: Answered | Exception = MADE
    shown: Answered = MADE  # what the channel answers to whoever asks after it was told
    ends: EffectState = EffectState.DONE
    attention: frozenset[str] = field(default=frozenset())
    at_most: int = 1


STORIES = {
    "a shipment": Story(effect="ship/1"),
    "a refund": Story(effect="refund/r1"),
    "a copy": Story(effect="create/shop", told_to="shop"),
    "a call that is carried out later": Story(effect="refund/r1", answer=Answered(told=Told.PENDING)),
    "a call without an answer": Story(effect="refund/r1", answer=NoAnswerError("no_answer")),
    # What was refused has not happened: it may be told again, to be refused again.
    "a refused shipment": Story(
        effect="ship/1",
        answer=RefusedError("NOT_NOW"),
        shown=Answered(told=Told.UNSEEN),
        ends=EffectState.FAILED,
        attention=frozenset({"channel_refused:ship"}),
        at_most=2,
    ),
    "a refund that nobody can be asked for": Story(
        effect="refund/r1",
        answer=NoAnswerError("no_answer"),
        shown=Answered(told=Told.UNKNOWABLE),
        ends=EffectState.AMBIGUOUS,
        attention=frozenset({"channel_in_doubt:refund"}),
    ),
}


@pytest.fixture(autouse=True)
def channels() -> Iterator[None]:
    with registered():
        yield


def prepared(story: Story) -> MortalDesk:
    desk = MortalDesk()
    desk.connect("market", back_office=story.told_to.removeprefix("market"), own_shop=False)
    desk.connect("shop", is_back_office=True, own_shop=False)
    desk.say("market", {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}})
    if story.effect.startswith("create"):
        shipped = [{"id": "f1", "lines": {"9001": 2}, "number": NUMBER}]
        early = {"id": "555", "source": ORDER, "at": (START + timedelta(hours=1)).isoformat()}
        desk.say("shop", {**early, "lines": {"9001": 2}, "status": "open", "packages": shipped})
    elif story.effect.startswith("ship"):
        desk.give(ORDER, c.Ship(tracking_number=NUMBER, carrier="dhl"))
    else:
        desk.give(ORDER, c.RefundProducts(lines=(("1", 1, Restock.NONE),), refund_id="r1", reason="damaged"))
    desk.requests = 0
    return desk


def work(desk: MortalDesk, story: Story) -> None:
    """Let one worker after the other go on, until the call has its end."""
    script = desk.scripts[story.told_to]
    for _ in range(20):
        script.answers = [story.answer]
        script.looks = [story.shown] if script.told else []
        with suppress(VanishedError):
            desk.call(ORDER, story.effect)
        desk.dies_at = 0
        if desk.effect(ORDER, story.effect).state in FINISHED:
            return
        desk.at += timedelta(hours=2)
    raise AssertionError("the call has no end")


def names(order: Order) -> set[str]:
    return {name for package in order.packages for name in package.external_ids} | {
        refund.external_id for refund in order.refunds
    }


@pytest.mark.parametrize("dies_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", STORIES)
def test_f33_a_worker_that_vanishes_anywhere_leaves_a_call_made_once(name: str, dies_after: bool) -> None:
    story = STORIES[name]
    unharmed = prepared(story)
    unharmed.dies_at = 10_000
    work(unharmed, story)
    for moment in range(1, unharmed.requests + 1):
        desk = prepared(story)
        desk.dies_at, desk.dies_after = moment, dies_after
        work(desk, story)

        order = desk.order(ORDER)
        told = len(desk.scripts[story.told_to].told)
        where = f"gone {'after' if dies_after else 'before'} request {moment}"
        assert desk.effect(ORDER, story.effect).state is story.ends, where
        # Nobody can be asked: then it may also never have been made, and that is shown.
        assert told <= story.at_most, where
        assert told or story.ends is EffectState.AMBIGUOUS, where
        assert {entry.code for entry in order.attention} == story.attention, where
        if story.effect.startswith("create"):
            copy = desk.copies.source_of("shop:555")
            assert copy is not None, where
            assert copy.source == ORDER, where
            desk.apply_inbox()
            assert [package.tracking_number for package in desk.order(ORDER).packages] == [NUMBER], where
        elif story.ends is EffectState.DONE:
            assert "555" in names(order), where
