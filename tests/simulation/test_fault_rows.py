"""Single faults, each at every place where it can happen, and faults that need a scene of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from shared.orders.model import order_id
from shared.storage.records import InputRecord
from tests.simulation import stories, weather
from tests.simulation.cloud import INBOX, Cloud
from tests.simulation.judge import Judge
from tests.simulation.schedule import become_quiet, end_of, play
from tests.simulation.stories import SHOP, Document, Story
from tests.simulation.weather import Weather, calm_weather
from tests.simulation.world import World, prepared

DAY = 86_400.0
CRASHES = ("crash_before", "crash_after")
KINDS = sorted({kind for service in weather.FAULTS.values() for kind in service})


@pytest.fixture(autouse=True)
def _simulated() -> Iterator[None]:
    with prepared():
        yield


def _number(name: str) -> int:
    return next(n for n, telling in enumerate(stories.STORIES) if telling.__name__ == f"_{name}")


@dataclass(slots=True)
class OneFault(Weather):
    """A calm day, but for one fault at one call."""

    place: int = 0
    kind: str = ""
    seen: int = 0
    happened: bool = False

    def draw(self, service: str) -> str:
        self.seen += 1
        if self.seen - 1 == self.place and self.kind in weather.FAULTS[service]:
            self.happened = True
            return self.kind
        return ""


def one_fault(place: int, kind: str, *, together: bool = False) -> OneFault:
    """Return a day with one fault. ``together``: all documents come at the same moment."""
    return OneFault(
        Random(place),  # noqa: S311
        0.0,
        0.0,
        reorders=0.001 if together else 0.0,
        delay=0.0,
        skew=0.0,
        stream=1.0,
        place=place,
        kind=kind,
    )


def calls_of(story: Story, *, together: bool) -> int:
    day = one_fault(-1, "", together=together)
    play([story], day, {story.order: _end(story)})
    return day.seen


def _end(story: Story) -> Any:
    return end_of(_number(story.name), 0, 0)


def broken(story: Story, day: Weather) -> list[str]:
    """Return what a day breaks; a fault leaves the reason for a doubt."""
    verdict = play([story], day, {story.order: _end(story)})
    return [f"{entry.kind}: {entry.what}" for entry in verdict.violations if entry.kind != "doubtful"]


@pytest.mark.parametrize("name", ["parcel", "split", "tracking_wait", "unusable"])
@pytest.mark.parametrize("kind", CRASHES)
def test_f33_a_crash_between_any_two_calls_changes_nothing_in_the_end(name: str, kind: str) -> None:
    story = stories.tell(_number(name), 0, 0)
    calls = calls_of(story, together=False)

    assert calls > 10
    for place in range(calls):
        assert broken(story, one_fault(place, kind)) == [], place


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in CRASHES])
def test_f30_f31_f32_any_failure_of_any_call_changes_nothing_in_the_end(kind: str) -> None:
    story = stories.tell(_number("split"), 0, 0)
    happened = 0

    for place in range(calls_of(story, together=False)):
        day = one_fault(place, kind)
        assert broken(story, day) == [], place
        happened += day.happened

    assert happened


def test_f34_a_timeout_in_the_middle_of_a_batch_brings_the_rest_again() -> None:
    story = stories.tell(_number("split"), 0, 0)

    for place in range(calls_of(story, together=True)):
        assert broken(story, one_fault(place, "timeout", together=True)) == [], place


@dataclass(slots=True)
class Always(Weather):
    """A day on which some things always happen."""

    certain: tuple[str, ...] = ()

    def happens(self, chance: float, kind: str) -> bool:
        if kind in self.certain and self.counts[kind] < 30:
            self.counts[kind] += 1
            return True
        return False


def always(*kinds: str, leaky: bool = False, skew: float = 0.0, reorders: float = 0.0) -> Always:
    return Always(
        Random(0),  # noqa: S311
        0.0,
        0.0,
        reorders=reorders,
        delay=0.0,
        skew=skew,
        stream=1.0,
        leaky=leaky,
        certain=kinds,
    )


def test_f35_a_batch_whose_answer_is_lost_comes_again_and_changes_nothing() -> None:
    day = always("answer_of_batch_lost")

    assert broken(stories.tell(_number("split"), 0, 0), day) == []
    assert day.counts["answer_of_batch_lost"] > 5


def test_f36_a_queue_that_repeats_and_reorders_everything_changes_nothing() -> None:
    day = always("queue_duplicates", leaky=True, reorders=0.05)

    assert broken(stories.tell(_number("split"), 0, 0), day) == []
    assert day.counts["queue_duplicates"] > 5


def test_f01_a_document_sent_fifty_times_is_one_order_and_one_mail() -> None:
    scene = Scene()
    document = scene.document("parcel", 0)

    for number in range(50):
        scene.cloud.at(float(number), lambda: scene.world.send(document, "webhook", "group"))
    scene.finish(50.0)

    assert [record.version for record in scene.history()] == [1]
    assert scene.history()[0].repeats == 49
    assert len(scene.cloud.mailbox) == 1


def test_f03_the_same_document_by_webhook_and_by_poll_is_one_input() -> None:
    scene = Scene()
    document = scene.document("parcel", 0)

    for source in ("webhook", "poll"):
        scene.cloud.at(1.0, lambda source=source: scene.world.send(document, source, ""))  # type: ignore[misc]
    scene.finish(10.0)

    # Polls read again by design: that is not worth a write.
    assert [record.repeats for record in scene.history()] == [0]
    assert len(scene.cloud.mailbox) == 1


def test_f04_two_documents_under_one_delivery_id_are_two_inputs() -> None:
    scene = Scene()
    for number in (0, 1):
        scene.put(scene.document("parcel", number), f"receipt-{number}", delivery_id="the same")
    scene.finish(10.0)

    assert len([record for record in scene.history() if record.source == "webhook"]) == 2


def test_f37_a_message_repeated_after_the_queue_has_forgotten_it_changes_nothing() -> None:
    scene = Scene()
    document = scene.document("parcel", 0)

    for moment in (0.0, 60.0, 400.0):
        scene.cloud.at(moment, lambda: scene.put(document, "receipt-1"))
    scene.finish(500.0)

    # Once by the queue, which forgets after five minutes, and then by the key of the facts.
    assert [record.repeats for record in scene.history()] == [1]
    assert len(scene.cloud.mailbox) == 1


def test_f38_dead_letters_redriven_ten_days_later_are_stale_or_applied_once() -> None:
    scene = Scene(outage=(0.0, 2_000.0))
    story = stories.tell(_number("transfer"), 0, 0)
    first, second, *_ = story.documents
    scene.cloud.at(1.0, lambda: scene.world.send(first, "webhook", "group"))
    scene.cloud.run(2_000.0)
    assert scene.cloud.queues[INBOX].dead, "it was to become a dead letter"

    scene.cloud.at(2_100.0, lambda: scene.world.send(second, "webhook", "group"))
    scene.cloud.run(10 * DAY)
    scene.cloud.queues[INBOX].redrive(scene.cloud.clock)
    scene.world.pump(INBOX)
    scene.finish(11 * DAY)

    assert [(record.outcome.value, record.reason) for record in scene.history()] == [
        ("ignored", "stale"),
        ("applied", ""),
    ]


def test_f50_f51_wrong_clocks_change_no_order_of_events() -> None:
    for number in range(len(stories.STORIES)):
        story = stories.tell(number, 0, 0)
        if story.converges:
            verdict = play([story], always(skew=600.0), {story.order: end_of(number, 0, 0)})
            assert [entry for entry in verdict.violations if entry.kind != "doubtful"] == []


def test_f55_a_schedule_that_fires_twice_at_once_closes_an_order_once() -> None:
    scene = Scene()
    for number in (0, 1):
        scene.put(scene.document("transfer", number + 1), f"receipt-{number}")
    scene.finish(10.0, deadlines=False)
    scene.cloud.run(31 * DAY)

    for _ in range(2):
        scene.world.let_deadlines_pass()
    scene.finish(31 * DAY + 60.0)

    closings = [record for record in scene.history() if record.source == "deadline"]
    assert [move.rule for record in closings for move in record.moves] == ["T11"]


def test_f63_a_document_about_something_else_is_ignored_and_listed() -> None:
    scene = Scene()
    story = stories.tell(_number("unusable"), 0, 0)
    for number, document in enumerate(document for document in story.documents if document.body):
        scene.put(document, f"receipt-{number}")
    scene.finish(10.0)

    found = scene.store.connection_inputs(SHOP)
    assert sorted((record.outcome.value, record.reason) for record in found) == [
        ("ignored", "not_about_orders"),
        ("quarantined", "invalid_json"),
        ("quarantined", "missing_field:order_id"),
    ]


class Scene:
    """A hub in calm weather, to be played on by hand."""

    def __init__(self, outage: tuple[float, float] = (0.0, 0.0)) -> None:
        day = calm_weather()
        day.outage = outage
        self.cloud = Cloud(day)
        self.judge = Judge()
        self.cloud.database.observers.append(self.judge.on_write)
        self.world = World(self.cloud)
        self.store = self.world.plain_store()

    def document(self, name: str, number: int) -> Document:
        return stories.tell(_number(name), 0, 0).documents[number]

    def put(self, document: Document, receipt_id: str, delivery_id: str = "") -> None:
        """Put a document into the inbox as one receipt."""
        receipt = self.world.receipt(document, "webhook", receipt_id, delivery_id=delivery_id)
        queue = self.cloud.queues[INBOX]
        queue.send(receipt.encode(), self.cloud.clock, group="group", once=receipt_id)
        self.world.pump(INBOX)

    def finish(self, until: float, *, deadlines: bool = True) -> None:
        """Let everything happen until a moment, and then all that follows."""
        self.cloud.run(until)
        if deadlines:
            assert become_quiet(self.world)
        assert self.judge.violations == []

    def history(self) -> list[InputRecord]:
        return self.store.history(order_id(SHOP, "1000"))
