"""The exhaustive model: every state there is. That it finds bugs is shown in ``tests/mutants``."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from tests.models.model import Model

pytestmark = pytest.mark.slow

# What is looked at: all of the applying with three workers and two faults, then the mails as well.
SEARCHES: dict[str, dict[str, Any]] = {
    "create, ship, cancel, refund, each twice": {"workers": 3, "faults": 2, "copies": 2, "mails": 0},
    "the same, three of them commands": {
        "workers": 3,
        "faults": 2,
        "copies": 2,
        "mails": 0,
        "commands": True,
    },
    "with a mail, each once": {"workers": 3, "faults": 2, "copies": 1, "mails": 1},
    "with all four mails, two workers": {"workers": 2, "faults": 2, "copies": 1, "mails": 4},
}
AT_LEAST = 500_000  # states, of the first


@pytest.mark.parametrize("name", SEARCHES)
def test_no_state_breaks_a_promise(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()

    found = Model(**SEARCHES[name]).search()

    with capsys.disabled():
        seconds = time.monotonic() - began
        sys.stdout.write(
            f"\nmodel: {name}: {found.states:,} states, {found.steps:,} steps,"
            f" {found.quiet} quiet, {seconds:.0f} seconds, 0 violations"
        )
    assert found.quiet
    if name == next(iter(SEARCHES)):
        assert found.states >= AT_LEAST
