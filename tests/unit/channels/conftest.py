"""The way to a simulated channel: a folder's own ``simulator`` says which, where it has this shape."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.channels.faults import Faulty
from local.channels.simulator import Clock, Recording, Simulator


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 10, 12, 0, tzinfo=UTC))


@pytest.fixture
def line(simulator: Simulator) -> Faulty:
    """The way to the channel, on which faults can be planned."""
    return Faulty(simulator)


@pytest.fixture
def recording(line: Faulty) -> Recording:
    return Recording(line)
