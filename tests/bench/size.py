"""The size of the layer (P13), packed as for Lambda: with bytecode, without services that nobody calls."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from local import artifacts, places
from tests.bench.rows import Row
from tests.support.template import ROOT

GOAL_MB = 12


def measure() -> Iterator[Row]:
    """Yield the size of the layer as it is for this machine; Lambda's differs by its compiled extensions."""
    places.CACHE.mkdir(parents=True, exist_ok=True)
    layer = artifacts.build(ROOT, places.CACHE, Path(sys.executable)).layer.stat().st_size / 1e6
    yield Row("P13", "layer, zipped, with bytecode", f"{layer:.1f} MB", f"≤ {GOAL_MB} MB", layer <= GOAL_MB)
