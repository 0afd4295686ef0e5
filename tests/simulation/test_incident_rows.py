"""Incidents that last: a handler that is wrong, an order that is hot, the backlog that an outage leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.orders.facts import PackageReported, Report
from shared.orders.model import order_id
from shared.wire.adapter import Reading
from tests.simulation import stories
from tests.simulation.channel import mapping
from tests.simulation.cloud import INBOX, Cloud
from tests.simulation.judge import Judge, projection
from tests.simulation.schedule import become_quiet, end_of
from tests.simulation.stories import Document, Story
from tests.simulation.weather import Weather, calm_weather
from tests.simulation.world import World, group_of, prepared
from tests.support.engine import Item

HOUR = 3_600.0
DAY = 86_400.0
HOT = 600  # documents within six tenths of a second


@pytest.fixture(autouse=True)
def _simulated() -> Iterator[None]:
    with prepared():
        yield


class Incident:
    """A hub in some weather, and when it knew which order first."""

    def __init__(self, weather: Weather) -> None:
        self.cloud = Cloud(weather)
        self.judge = Judge()
        self.cloud.database.observers += [self.judge.on_write, self._on_write]
        self.world = World(self.cloud)
        self.known_at: dict[str, float] = {}

    def _on_write(self, pk: str, _sk: str, _old: Item | None, _new: Item | None) -> None:
        self.known_at.setdefault(pk, self.cloud.clock)

    def send(self, story: Story, document: Document, at: float) -> None:
        """Let a channel send a document at a moment."""
        group = group_of(document, story)
        self.cloud.at(at, lambda: self.world.send(document, "webhook", group))

    def ends(self, told: list[Story]) -> dict[str, Any]:
        """Return how the orders stand, by their external ids."""
        return {story.order: projection(self.judge.orders.get(_pk(story))) for story in told}


def _pk(story: Story) -> str:
    return f"ORDER#{order_id(story.connection, story.order)}"


def _number(name: str) -> int:
    return next(n for n, telling in enumerate(stories.STORIES) if telling.__name__ == f"_{name}")


def tell(name: str, count: int) -> list[Story]:
    return [stories.tell(_number(name), 0, slot) for slot in range(count)]


def test_f47_what_a_wrong_handler_left_in_the_dead_letters_ends_as_if_it_had_been_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = mapping.normalize

    def wrong(document: Any, *, topic: str, reading: Reading) -> list[Report]:
        reports = right(document, topic=topic, reading=reading)
        if any(isinstance(fact, PackageReported) for report in reports for fact in report.facts):
            raise TypeError
        return reports

    monkeypatch.setattr(mapping, "normalize", wrong)
    incident = Incident(calm_weather())
    told = tell("split", 3)
    for story in told:
        for document in story.documents:
            incident.send(story, document, document.at)
    incident.cloud.run(6 * HOUR)

    queue = incident.cloud.queues[INBOX]
    packages = [d for story in told for d in story.documents if _tells_a_package(d)]
    assert len(queue.dead) == len(packages)
    assert {message.receives for message in queue.dead} == {5}
    assert queue.messages == []

    monkeypatch.setattr(mapping, "normalize", right)
    incident.cloud.run(3 * DAY)
    assert queue.redrive(incident.cloud.clock) == len(packages)
    incident.world.pump(INBOX)
    assert become_quiet(incident.world)
    assert incident.judge.violations == []
    assert incident.ends(told) == {
        story.order: end_of(_number("split"), 0, slot) for slot, story in enumerate(told)
    }


def _tells_a_package(document: Document) -> bool:
    return any(isinstance(fact, PackageReported) for report in document.reports for fact in report.facts)


def delays(*, hot: int) -> list[float]:
    """Return how long forty quiet orders waited, shortest first, beside one of ``hot`` documents."""
    incident = Incident(calm_weather())
    busy, *quiet = tell("parcel", 41)
    for number in range(hot):
        incident.send(busy, busy.documents[0], number / 1_000)
    sent = {_pk(story): 0.5 + number / 10 for number, story in enumerate(quiet)}
    for story in quiet:
        incident.send(story, story.documents[0], sent[_pk(story)])
    incident.cloud.run(HOUR)
    assert not incident.cloud.queues[INBOX].dead
    return sorted(incident.known_at[pk] - at for pk, at in sent.items())


def test_f61_one_hot_order_does_not_delay_the_others() -> None:
    calm, beside = delays(hot=0), delays(hot=HOT)
    p95 = round(0.95 * len(calm)) - 1
    assert beside[p95] <= 2 * calm[p95], (calm[p95], beside[p95])


def test_f68_the_backlog_of_three_hours_is_drained_and_none_of_it_becomes_a_dead_letter() -> None:
    """Three hundred documents before four workers, which take them in seconds.

    What becomes of the orders is looked at here; test_backlog counts the receives of a hundred thousand.
    """
    incident = Incident(calm_weather())
    told = tell("split", 60)
    queue = incident.cloud.queues[INBOX]
    running = incident.world._running
    running[INBOX] = 1_000  # the region is down: nothing is taken out of any queue
    for story in told:
        for document in story.documents:
            incident.send(story, document, document.at / 2)
    incident.cloud.run(3 * HOUR)
    assert len(queue.messages) == sum(len(story.documents) for story in told)
    assert incident.known_at == {}

    running[INBOX] = 0
    incident.world.pump(INBOX)
    incident.cloud.run(4 * HOUR)
    assert (queue.messages, queue.dead) == ([], [])
    assert become_quiet(incident.world)
    assert incident.judge.violations == []
    assert incident.ends(told) == {
        story.order: end_of(_number("split"), 0, slot) for slot, story in enumerate(told)
    }
