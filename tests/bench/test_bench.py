"""The bench gives a figure for each of its rows. What is counted holds anywhere; times are looked at."""

from __future__ import annotations

import pytest

from tests.bench import clocks, warm

pytestmark = pytest.mark.slow


def test_the_bench_measures_what_an_event_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "ROUNDS", 1)
    rows = {row.number: row for row in warm.measure()}
    assert sorted(rows) == ["P1", "P17", "P2", "P4", "P5", "P8", "P9"]
    assert all(rows[number].is_reached for number in ("P1", "P2", "P17")), rows
