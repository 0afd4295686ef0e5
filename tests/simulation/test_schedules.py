"""The hub under ten thousand schedules of faults, on the product's own use cases, store and requests.

In processes of their own: the simulation has a channel of its own, which no other test should meet.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.template import ROOT

KEPT = "simulation: 0 lost, 0 duplicated, 0 illegal, 0 diverged, 0 unfinished, 0 doubtful"


def simulate(schedules: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.simulation", "--schedules", str(schedules)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603


def test_a_few_schedules_break_no_promise() -> None:
    done = simulate(40)
    assert done.stdout.splitlines()[-1] == KEPT, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.slow
def test_ten_thousand_schedules_lose_nothing_and_do_nothing_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = simulate(10_000)
    with capsys.disabled():
        print("", done.stdout, sep="\n")  # noqa: T201  the counts are what the proof is about
    assert done.stdout.splitlines()[-1] == KEPT, done.stdout + done.stderr
    assert done.returncode == 0
