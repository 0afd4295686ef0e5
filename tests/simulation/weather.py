"""What goes wrong in one schedule, and how often, all of it drawn from the schedule's own random numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random

# What can happen to one call, by the service that is called. Chances are of the schedule's rate.
FAULTS: Mapping[str, Mapping[str, float]] = {
    "dynamodb": {
        "crash_before": 1.0,  # the invocation ends before the request left
        "crash_after": 1.0,  # the service has done it, the invocation never knows
        "lost_response": 1.0,  # done, and the SDK gives up waiting for the answer
        "repeated_by_sdk": 1.5,  # done, the answer lost, and the SDK asks again by itself
        "throttled": 1.0,
        "conflict": 1.0,  # another transaction is at the same item in this moment
        "internal_error": 0.5,
        "zombie": 0.4,  # frozen for longer than any lease, and then it goes on
        "timeout": 0.4,  # this call takes so long that Lambda ends the invocation after it
    },
    "sqs": {"crash_before": 1.0, "crash_after": 1.0, "lost_response": 1.0, "throttled": 1.0, "zombie": 0.2},
    "ses": {
        "crash_before": 1.0,
        "crash_after": 1.0,
        "lost_response": 1.5,
        "unsent_timeout": 1.0,  # looks like a lost response, and nothing was sent
        "throttled": 1.0,
        "paused": 0.5,  # the account may not send for a while
        "zombie": 1.0,
    },
    "s3": {"crash_before": 1.0, "crash_after": 1.0, "throttled": 1.0},
}
_WHOLE = {service: sum(weights.values()) for service, weights in FAULTS.items()}
RATES = (0.0, 0.01, 0.03, 0.1)


@dataclass(slots=True)
class Weather:
    """The faults of one schedule. ``counts`` are those that happened."""

    random: Random
    rate: float  # of the calls that fail in some way
    repeats: float  # of the documents and queue messages that come more than once
    reorders: float  # seconds within which all documents come, in any order; 0: each in its time
    delay: float  # seconds, the mean of what a document is late
    skew: float  # seconds, the most that a worker's clock is wrong
    stream: float  # of the changes that the stream passes on; the sweeper has to find the rest
    outage: tuple[float, float] = (0.0, 0.0)  # seconds: no database call succeeds in between
    purges: bool = False  # the mail queue loses all it holds, once
    leaky: bool = False  # the queues keep no order and repeat: nothing may rest on what FIFO promises
    counts: Counter[str] = field(default_factory=Counter)
    calm: bool = False

    def draw(self, service: str) -> str:
        """Return what happens to a call, "" for nothing."""
        if self.calm or not self.rate:
            return ""
        value = self.random.random()
        if value >= self.rate:
            return ""
        for threshold, kind in _thresholds(self.rate)[service]:
            if value < threshold:
                self.counts[kind] += 1
                return kind
        return ""

    def happens(self, chance: float, kind: str) -> bool:
        """Return whether something of this chance happens now, and count it."""
        if self.calm or self.random.random() >= chance:
            return False
        self.counts[kind] += 1
        return True


@cache
def _thresholds(rate: float) -> Mapping[str, list[tuple[float, str]]]:
    """Return below which random number which fault happens, by service."""
    tables: dict[str, list[tuple[float, str]]] = {}
    for service, weights in FAULTS.items():
        at = 0.0
        table = tables[service] = []
        for kind, weight in weights.items():
            at += rate * weight / _WHOLE[service]
            table.append((at, kind))
    return tables


def draw_weather(random: Random) -> Weather:
    """Return the weather of one schedule: from calm to stormy, each kind on its own."""
    weather = Weather(
        random=random,
        rate=random.choice(RATES),
        repeats=random.choice((0.0, 0.1, 0.3)),
        reorders=random.choice((0.0, 0.0, 0.0, 0.05, 0.5, 5.0)),
        delay=random.choice((0.0, 1.0, 60.0, 4_000.0)),
        skew=random.choice((0.0, 0.0, 120.0)),
        stream=random.choice((1.0, 1.0, 0.7, 0.0)),
        leaky=random.random() < 0.3,
        purges=random.random() < 0.1,
    )
    if random.random() < 0.04:
        # Longer than five receives last: what waits in a queue becomes a dead letter.
        begins = 3_600.0 * random.random()
        weather.outage = (begins, begins + 1_800.0)
    for kind, active in (
        ("reordered", weather.reorders > 0),
        ("delayed", weather.delay > 1),
        ("clocks_skewed", weather.skew > 0),
        ("stream_off", weather.stream == 0.0),
        ("queues_without_order", weather.leaky),
        ("mail_queue_purged", weather.purges),
        ("outage", weather.outage[1] > 0),
    ):
        weather.counts[kind] += active
    return weather


def calm_weather() -> Weather:
    """Return the weather in which nothing goes wrong."""
    return Weather(Random(0), 0.0, 0.0, reorders=0.0, delay=0.0, skew=0.0, stream=1.0, calm=True)  # noqa: S311
