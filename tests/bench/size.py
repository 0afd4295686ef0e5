"""The size of the layer (P13), packed as for Lambda: with bytecode, without services that nobody calls."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from local import artifacts, places
from tests.bench.rows import Row
from tests.support.template import ROOT

GOAL_MB = 12


def measure() -> Iterator[Row]:
    """Yield the size of the layer as it is for this machine; Lambda's differs by its compiled extensions."""
    places.CACHE.mkdir(parents=True, exist_ok=True)
    stored = artifacts.build(ROOT, places.CACHE, Path(sys.executable)).layer
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(stored.rglob("*")):
            target.write(path, path.relative_to(stored))
    megabytes = packed.tell() / 1e6
    yield Row(
        "P13",
        "layer, zipped, with bytecode",
        f"{megabytes:.1f} MB",
        f"≤ {GOAL_MB} MB",
        megabytes <= GOAL_MB,
    )
