"""Run many schedules: ``python -m tests.simulation --schedules 100000``, or one again: ``--seed 4711``.

What a schedule costs is told in CPU time, and as a ratio to a floor in the same process (:data:`FLOOR`),
which is as slow as the machine is. A schedule is one order's story, sometimes two: five inputs and fifty AWS
calls on average, and five faults.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from statistics import median

from tests.simulation.judge import KINDS
from tests.simulation.schedule import Verdict, run_schedule
from tests.simulation.world import Substitute, prepared, substitutes
from tests.support.template import ROOT

FLOOR = ROOT / "events" / "shopify" / "orders_create.json"  # 9 KB, read by json.loads
_READS = 100  # of the floor, a block
BLOCK = 250  # schedules between two collections of garbage, and the unit of work of a process
SHOWN = 10


@dataclass(slots=True)
class Tally:
    """What many schedules came to."""

    schedules: int = 0
    inputs: int = 0
    effects: int = 0
    mails: int = 0
    ambiguous: int = 0
    calls: int = 0
    cpu: float = 0.0  # seconds, of all processes
    floors: list[float] = field(default_factory=list)  # seconds of one reading of FLOOR, one a block
    faults: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str]] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Count one schedule."""
        self.schedules += 1
        self.inputs += verdict.inputs
        self.effects += verdict.effects
        self.mails += verdict.mails
        self.ambiguous += verdict.ambiguous
        self.calls += verdict.calls
        self.faults.update(verdict.faults)
        for violation in verdict.violations:
            self.violations[violation.kind] += 1
            if len(self.examples) < SHOWN:
                self.examples.append((verdict.seed, f"{violation.kind}: {violation.what}"))

    def merge(self, other: Tally) -> None:
        """Count what another process counted."""
        for name in ("schedules", "inputs", "effects", "mails", "ambiguous", "calls", "cpu"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.floors += other.floors
        self.faults.update(other.faults)
        self.violations.update(other.violations)
        self.examples = sorted([*self.examples, *other.examples])[:SHOWN]

    def lines(self) -> list[str]:
        """Return the report."""
        counts = ", ".join(f"{self.violations[kind]} {kind}" for kind in KINDS)
        return [
            f"schedules  {self.schedules:>10,}",
            f"CPU        {self.cpu:>10,.1f}  seconds: {self._cost()}",
            f"inputs     {self.inputs:>10,}",
            f"AWS calls  {self.calls:>10,}",
            f"effects    {self.effects:>10,}",
            f"mails      {self.mails:>10,}  ({self.ambiguous:,} effects marked ambiguous, sent 0 or 1 times)",
            f"faults     {sum(self.faults.values()):>10,}",
            *(f"  {name:<24}{number:>10,}" for name, number in self.faults.most_common()),
            *(f"seed {seed}: {what}" for seed, what in self.examples),
            f"simulation: {counts}",
        ]

    def _cost(self) -> str:
        floors = self.cpu / self.schedules / median(self.floors)
        return (
            f"{self.schedules / self.cpu:,.0f} schedules, {self.calls / self.cpu:,.0f} AWS calls"
            f" a second and core; a schedule is {floors:,.0f} floors"
        )


def run_block(seeds: range) -> Tally:
    """Run the schedules of some seeds in this process."""
    tally = Tally(floors=[_floor()])
    began = time.process_time()
    gc.disable()  # a schedule leaves few cycles, and lives shorter than a collection takes
    with prepared(_substitutes()):
        for seed in seeds:
            tally.add(run_schedule(seed))
    gc.enable()
    gc.collect()
    gc.freeze()  # what is kept for all schedules: to look through it again takes longer each time
    tally.cpu = time.process_time() - began
    return tally


@cache
def _substitutes() -> tuple[Substitute, ...]:
    # Once a process: the code stays what it is, and the stories come again and again.
    return substitutes()


def _floor() -> float:
    """Return the seconds that it takes to read one document."""
    text = FLOOR.read_text()
    began = time.process_time()
    for _ in range(_READS):
        json.loads(text)
    return (time.process_time() - began) / _READS


def run_schedules(number: int, first: int = 0, processes: int = 0) -> Tally:
    """Run ``number`` schedules, on all cores unless ``processes`` says how many."""
    last = first + number
    blocks = [range(start, min(start + BLOCK, last)) for start in range(first, last, BLOCK)]
    count = min(processes or os.cpu_count() or 1, len(blocks))
    tally = Tally()
    if count <= 1:
        return _merge(tally, map(run_block, blocks))
    with multiprocessing.get_context("spawn").Pool(count) as pool:
        return _merge(tally, pool.imap_unordered(run_block, blocks))


def _merge(tally: Tally, parts: Iterable[Tally]) -> Tally:
    for part in parts:
        tally.merge(part)
    return tally


def main() -> int:
    """Run what the arguments ask for; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000, help="how many schedules (default: 10000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--seed", type=int, help="run one schedule again")
    parser.add_argument("--processes", type=int, default=0, help="how many processes (default: one a core)")
    arguments = parser.parse_args()
    began = time.monotonic()
    if arguments.seed is not None:
        tally = run_block(range(arguments.seed, arguments.seed + 1))
    else:
        tally = run_schedules(arguments.schedules, arguments.first, arguments.processes)
    seconds = time.monotonic() - began
    lines = tally.lines()
    lines.insert(
        1, f"seconds    {seconds:>10,.1f}  wall, {tally.schedules / seconds:,.0f} schedules a second"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if tally.violations else 0
