"""The backlog that three hours of a dead region leave: a hundred thousand documents before the workers.

What becomes of the orders is shown with the whole hub and three hundred documents (test_incident_rows).
Counted here is what makes a dead letter: receives in vain. Workers lose races against commands and
deadlines, find the table busy with a peak that is new to it, and die; the account may have few places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from shared.runtime.events import Record, process_batch
from shared.storage.orders_table import StoreBusyError
from shared.usecases.apply_input import MAX_TRIES, LostRaceError
from tests.simulation.workers import ARCHIVE, CPU, DYNAMODB, Source, the_templates
from tests.support.fifo_line import FifoLine, Ran

HOUR = 3_600.0
BACKLOG = 100_000
EVENTS_OF_AN_ORDER = 5
RACE_LOST = 0.3  # of the tries to write: somebody else works on the same order
TABLE_BUSY = 0.005  # of the tries, each of which boto3 has repeated
DIES = 0.002  # of the batches
TIMEOUT = 30.0  # seconds; the function's
LAMBDA_OF_A_NEW_ACCOUNT = 10  # concurrent executions


def drained(source: Source, *, account: int = 1_000) -> FifoLine:
    """Return the inbox after the backlog, and what came in while it was drained, is done with."""
    random = Random(68)  # noqa: S311

    def run(records: Sequence[Record], starts_at: float) -> Ran:
        clock, done_at = starts_at, []
        dies_at = random.randrange(len(records)) if random.random() < DIES else len(records)

        def apply(_record: Record) -> None:
            nonlocal clock
            for _ in range(MAX_TRIES):
                clock += CPU + random.uniform(*DYNAMODB) + random.uniform(*DYNAMODB)
                if random.random() < TABLE_BUSY:
                    raise StoreBusyError
                if random.random() >= RACE_LOST:
                    return
            raise LostRaceError

        def work(record: Record) -> None:
            try:
                apply(record)
            finally:
                done_at.append(clock)

        answer = process_batch(records, work, on_failure=lambda _error: None)
        done_at += [clock] * (len(records) - len(done_at))
        if dies_at < len(records):
            return Ran(done_at, starts_at + TIMEOUT, None)
        failed = frozenset(entry["itemIdentifier"] for entry in answer["batchItemFailures"])
        return Ran(done_at, clock + random.uniform(*ARCHIVE), failed)

    line = FifoLine(
        run=run,
        batch_size=source.batch_size,
        concurrency=source.concurrency,
        visibility=source.visibility,
        max_receives=source.max_receives,
        account=account,
    )
    orders = BACKLOG // EVENTS_OF_AN_ORDER
    for number in range(BACKLOG):
        line.send(number, f"order-{number % orders}", 3 * HOUR * number / BACKLOG)
    line.drain(standing_until=3 * HOUR)
    return line


def assert_in_order(line: FifoLine) -> None:
    orders = BACKLOG // EVENTS_OF_AN_ORDER
    for first in range(orders):
        moments = [line.done_at[number] for number in range(first, BACKLOG, orders)]
        assert moments == sorted(moments)


@pytest.mark.slow
def test_f68_a_backlog_of_a_hundred_thousand_is_drained_and_none_of_it_becomes_a_dead_letter() -> None:
    line = drained(the_templates())
    assert (line.left, line.dead) == (0, [])
    assert len(line.gone) == BACKLOG
    assert line.clock < 4 * HOUR
    assert_in_order(line)


@pytest.mark.slow
def test_f68_an_account_with_ten_places_drains_it_too_only_later() -> None:
    """More batches are received than can run: they wait for a place, each as long as it is invisible."""
    line = drained(the_templates(), account=LAMBDA_OF_A_NEW_ACCOUNT)
    assert (line.left, line.dead) == (0, [])
    assert len(line.gone) == BACKLOG


@pytest.mark.slow
def test_f68_with_two_receives_some_of_it_would_become_dead_letters() -> None:
    """What the five of the template rest on, and that the tests above can fail."""
    assert len(drained(replace(the_templates(), max_receives=2)).dead) > 10
