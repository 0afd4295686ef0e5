"""One connection that is hot, beside one that is quiet: what the inbox's queue and its workers make of both.

The queue, its event source and its numbers are the template's; the groups are the door's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random

import pytest

from shared.runtime.events import Record, process_batch
from shared.usecases.receive_webhook import receive_webhook
from shared.wire.receipts import Receipt
from tests.simulation.workers import ARCHIVE, CPU, DYNAMODB, HAND_OVER, Source, the_templates
from tests.support.fifo_line import FifoLine, Ran
from tests.support.senders import NOW, signed_headers, webhook

SECRET = "the shop's secret"
HOT_RATE = 1_000  # events a second
HOT_FOR = 4.0  # seconds
QUIET_RATE = 25
EVENTS_OF_AN_ORDER = 3


class _Groups:
    """The door's inbox: keeps which group each document is put into."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def put(self, receipt: Receipt, *, group: str) -> None:
        self.found.append(group)

    def spill(self, receipt_id: str, body: bytes) -> str:
        raise NotImplementedError

    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        return (SECRET,)


def groups_of(connection: str, orders: int) -> list[str]:
    """Return the groups that the door puts a connection's orders into."""
    door = _Groups()
    for number in range(orders):
        body = json.dumps({"id": number}, separators=(",", ":")).encode()
        headers = signed_headers("shopify", body, SECRET, "orders/updated")
        request = webhook("shopify", connection, body, headers)
        assert receive_webhook(request, secrets=door, inbox=door, now=NOW).status < 300
    assert len(set(door.found)) == orders
    return door.found


def line_of(source: Source, random: Random) -> FifoLine:
    """Return the inbox before workers that take their time, and fail at nothing."""

    def run(records: Sequence[Record], starts_at: float) -> Ran:
        clock, done_at = starts_at, []

        def apply(_record: Record) -> None:
            nonlocal clock
            clock += CPU + random.uniform(*DYNAMODB) + random.uniform(*DYNAMODB)
            done_at.append(clock)

        process_batch(records, apply, on_failure=lambda _error: None)
        return Ran(done_at, clock + random.uniform(*ARCHIVE), frozenset())

    return FifoLine(
        run=run,
        batch_size=source.batch_size,
        concurrency=source.concurrency,
        visibility=source.visibility,
        max_receives=source.max_receives,
        hand_over=lambda: random.uniform(*HAND_OVER),
    )


def p95_of_the_quiet(source: Source, hot: list[tuple[float, str]]) -> float:
    """Return how long 95 of 100 documents of a quiet connection waited at most, beside these of a hot one."""
    random = Random(61)  # noqa: S311
    line = line_of(source, random)
    last = max([at for at, _ in hot], default=HOT_FOR)
    count = round(last * QUIET_RATE)
    quiet = [(number / QUIET_RATE, group) for number, group in enumerate(groups_of("quiet", count))]
    sent = sorted([(at, group, True) for at, group in quiet] + [(at, group, False) for at, group in hot])
    for number, (at, group, _) in enumerate(sent):
        line.send(number, group, at)
    line.drain()
    assert (line.left, line.dead) == (0, [])
    delays = sorted(line.done_at[number] - at for number, (at, _, mine) in enumerate(sent) if mine)
    return delays[round(0.95 * len(delays)) - 1]


def hot_webhooks() -> list[tuple[float, str]]:
    """A thousand events a second of one connection, at random moments, of orders that go on side by side."""
    random, groups = Random(1), groups_of("hot", round(HOT_RATE * HOT_FOR / EVENTS_OF_AN_ORDER))  # noqa: S311
    moments = sorted(random.uniform(0, HOT_FOR) for _ in range(round(HOT_RATE * HOT_FOR)))
    return [(at, groups[number % len(groups)]) for number, at in enumerate(moments)]


def test_f61_many_orders_of_one_hot_connection_do_not_delay_the_others() -> None:
    source = the_templates()
    calm, beside = p95_of_the_quiet(source, []), p95_of_the_quiet(source, hot_webhooks())
    assert calm < 0.1
    assert beside <= 2 * calm, (calm, beside)


@pytest.mark.parametrize("workers", [5, 50, 100])
def test_f61_fewer_workers_would_delay_them(workers: int) -> None:
    """What the choice of the template rests on, and that the test above can fail."""
    source = the_templates(workers)
    assert p95_of_the_quiet(source, hot_webhooks()) > 2 * p95_of_the_quiet(source, [])


PAGE = 250  # the most that a channel gives at once: Shopify
PAGE_TAKES = 0.3  # seconds, of a fast channel
BATCH_TAKES = (
    0.005,
    0.015,
)  # SendMessageBatch: "tens or low hundreds of milliseconds" in SQS's FAQ, here faster


def polled(orders: int) -> Iterator[tuple[float, str]]:
    """Yield what a poll puts into the inbox, page by page, ten documents a request, one after the other."""
    random, clock = Random(2), 0.0  # noqa: S311
    for number, group in enumerate(groups_of("hot", orders)):
        if number % PAGE == 0:
            clock += PAGE_TAKES
        if number % 10 == 0:
            clock += random.uniform(*BATCH_TAKES)
        yield clock, group


@pytest.mark.slow
def test_f61_a_sweep_of_fifty_thousand_orders_of_one_connection_does_not_delay_the_others() -> None:
    source = the_templates()
    sweep = list(polled(50_000))
    assert 50_000 / sweep[-1][0] > 400, "it is a fast one"
    calm, beside = p95_of_the_quiet(source, []), p95_of_the_quiet(source, sweep)
    assert beside <= 2 * calm, (calm, beside)
