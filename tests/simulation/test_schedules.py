"""The hub under ten thousand schedules of faults, on the product's own use cases, store and requests."""

from __future__ import annotations

import pytest

from tests.simulation.run import run_block, run_schedules

SCHEDULES = 10_000


def test_a_few_schedules_break_no_promise() -> None:
    tally = run_block(range(40))
    assert not tally.violations, tally.examples


@pytest.mark.slow
def test_ten_thousand_schedules_lose_nothing_and_do_nothing_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tally = run_schedules(SCHEDULES)
    with capsys.disabled():
        print("", *tally.lines(), sep="\n")  # noqa: T201  the counts are what the proof is about
    assert tally.schedules == SCHEDULES
    assert not tally.violations, tally.examples
