"""One schedule: some stories, some weather, and then calm until nothing is left to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from shared.orders.model import order_id
from shared.storage import keys
from tests.simulation.cloud import INBOX, MAILS, ORDERS, STARTED, Cloud
from tests.simulation.judge import Judge, Violation, projection
from tests.simulation.stories import STORIES, VARIANTS, Document, Story, tell
from tests.simulation.weather import Weather, calm_weather, draw_weather
from tests.simulation.world import World

HORIZON = 100 * 86_400.0  # seconds: every deadline of the stories but the erasure of personal data
ROUND = 400.0  # seconds of calm between two sweeps: every lease and every visibility timeout ends in it
_UNTIL = keys.instant(STARTED + timedelta(seconds=HORIZON))
MAX_ROUNDS = 60


@dataclass(slots=True)
class Verdict:
    """What became of one schedule."""

    seed: int
    violations: list[Violation]
    inputs: int = 0
    mails: int = 0
    effects: int = 0
    ambiguous: int = 0
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    stories: tuple[str, ...] = ()


def run_schedule(seed: int) -> Verdict:
    """Run the schedule of a seed; the same seed gives the same schedule."""
    random = Random(seed)  # noqa: S311 - a schedule, no secret
    weather = draw_weather(random)
    orders = 2 if random.random() < 0.06 else 1
    chosen = [
        (int(random.random() * len(STORIES)), int(random.random() * VARIANTS), slot) for slot in range(orders)
    ]
    stories = [tell(*choice) for choice in chosen]
    ends = {
        story.order: end_of(*choice) for choice, story in zip(chosen, stories, strict=True) if story.converges
    }
    return play(stories, weather, ends, seed)


@cache
def end_of(number: int, variant: int, slot: int) -> Any:
    """Return how a story ends where nothing goes wrong."""
    story = tell(number, variant, slot)
    cloud = Cloud(calm_weather())
    judge = Judge()
    cloud.database.observers.append(judge.on_write)
    world = World(cloud)
    cloud.run(_schedule(world, [story], cloud.weather))
    become_quiet(world)
    return projection(judge.orders.get(f"ORDER#{order_id(story.connection, story.order)}"))


def play(stories: list[Story], weather: Weather, ends: dict[str, Any], seed: int = 0) -> Verdict:
    """Let stories happen in some weather, and judge what became of them. ``ends``: see :func:`end_of`."""
    cloud = Cloud(weather)
    judge = Judge()
    cloud.database.observers.append(judge.on_write)
    world = World(cloud)
    last = _schedule(world, stories, weather)
    cloud.run(last)
    if weather.purges:
        cloud.queues[MAILS].purge()
    weather.calm = True
    if become_quiet(world):
        judge.at_the_end(world, stories, ends)
    else:
        judge.blame("unfinished", "it does not become quiet")
    verdict = Verdict(
        seed=seed,
        violations=judge.violations,
        inputs=sum(len(receipts) for receipts in world.accepted.values()) + len(world.answered),
        mails=len(cloud.mailbox),
        effects=judge.effects,
        ambiguous=judge.ambiguous,
        calls=sum(cloud.calls.values()),
        faults=weather.counts,
        stories=tuple(story.name for story in stories),
    )
    # World and cloud know each other: forgotten here, they need no collector.
    vars(world).clear()
    vars(cloud).clear()
    return verdict


def _schedule(world: World, stories: list[Story], weather: Weather) -> float:
    """Put everything that will be said and asked into the calendar; return when the last of it happens."""
    random, cloud = weather.random, world.cloud
    last = 0.0
    for story in stories:
        for document in story.documents:
            moments = [_moment(document.at, weather)]
            while len(moments) < 4 and weather.happens(weather.repeats, "repeated"):
                moments.append(_moment(document.at, weather))
            for number, moment in enumerate(moments):
                group = (
                    f"{document.connection}/{story.order}" if weather.calm or random.random() < 0.7 else ""
                )
                source = "webhook" if number == 0 else "poll"
                cloud.at(moment, _sending(world, document, source, group))
                last = max(last, moment)
        for wish in story.wishes:
            moments = [_moment(wish.at, weather)]
            if weather.happens(weather.repeats, "repeated"):
                moments.append(moments[0] + 0.01)
            for moment in moments:
                cloud.at(moment, lambda wish=wish, story=story: world.ask(wish, story.connection))  # type: ignore[misc]
                last = max(last, moment)
    if not weather.calm:
        # Schedules that fire in the middle of all that, twice at once as well.
        for _ in range(int(random.random() * 2) + (weather.stream < 1)):
            moment = random.random() * (last + 1.0)
            for action in (world.sweep_early, world.let_deadlines_pass):
                cloud.at(moment, action)
                if random.random() < 0.2:
                    weather.counts["fired_twice"] += 1
                    cloud.at(moment + 0.001, action)
    return last + 60.0


def _sending(world: World, document: Document, source: str, group: str) -> Any:
    return lambda: world.send(document, source, group)


def _moment(at: float, weather: Weather) -> float:
    if weather.calm:
        return at
    if weather.reorders:
        return 1.0 + weather.reorders * weather.random.random()
    return at + weather.delay * weather.random.expovariate(1.0) if weather.delay else at


def become_quiet(world: World) -> bool:
    """Let the sweeper and the deadlines do the rest; False if it never ends."""
    cloud = world.cloud
    for _ in range(MAX_ROUNDS):
        cloud.run(cloud.clock + ROUND)
        for name in (INBOX, MAILS):
            moved = cloud.queues[name].redrive(cloud.clock)
            cloud.weather.counts["redriven"] += moved
        indexes = cloud.database.tables[ORDERS].entries
        waiting = cloud.next_event is not None or any(queue.messages for queue in cloud.queues.values())
        if not waiting and not indexes["owed"]:
            due = min((at for (_, sk), (_, at) in indexes["due"].items() if sk == keys.HEAD), default="")
            if not due or due > _UNTIL:
                return True
            cloud.run(max(cloud.clock, (keys.read_instant(due) - STARTED).total_seconds() + 1.0))
            world.let_deadlines_pass()
        if indexes["owed"]:
            # A sweep that finds nothing is four reads of an index, and shows nothing.
            world.sweep()
        world.pump(INBOX)
        world.pump(MAILS)
    return False
