"""``make bench``: the figures of ``docs/performance.md`` that this machine can give, beside their goals.

CPU time, medians of 21 rounds in turn, as ratios, which carry over to other machines. What is counted
(calls, bytes) is exact. The database's figures come from ``make proof``, the simulation's from
``make simulate``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from tests.bench import cold, cost, local_hub, size, warm
from tests.bench.rows import Row

PARTS = {"warm": warm, "cold": cold, "size": size, "cost": cost, "local": local_hub}


def main(arguments: list[str]) -> int:
    """Print the table. A goal that is missed is said, and is no failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=tuple(PARTS))
    only = parser.parse_args(arguments).only
    for name, part in PARTS.items():
        if only in (None, name):
            _show(part.measure())
    return 0


def _show(rows: Iterable[Row]) -> None:
    for row in rows:
        missed = "" if row.is_reached else "   missed"
        sys.stdout.write(f"{row.number:<4} {row.what:<84} {row.figure:>10}   {row.goal}{missed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
