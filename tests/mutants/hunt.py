"""Plant one bug, and look for it with everything there is; each in a process of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields

from tests.models.model import BrokenPromiseError, Bugs, Model
from tests.mutants.mutants import MUTANTS
from tests.simulation.schedule import run_schedule
from tests.simulation.world import prepared

BOUND = 6_000  # schedules; what they do not find is a test that is missing


@dataclass(frozen=True, slots=True)
class Catch:
    """Who found a mutant, and what was broken. ``by`` is "" for one that survived."""

    name: str
    by: str = ""
    what: str = ""

    def __str__(self) -> str:
        return f"{self.name:<36}{self.by or 'SURVIVED':<20}{self.what[:90]}"


def all_names() -> list[str]:
    """Return the names of all mutants: of the product, and of the model."""
    return [*(mutant.name for mutant in MUTANTS), *(f"model: {field.name}" for field in fields(Bugs))]


def hunt(name: str) -> Catch:
    """Plant a mutant and look for it. It stays planted: call this once in a process."""
    if name.startswith("model: "):
        return _search(name, name.removeprefix("model: "))
    gc.disable()
    with prepared():
        next(mutant for mutant in MUTANTS if mutant.name == name).plant()
        for seed in range(BOUND):
            verdict = run_schedule(seed)
            if verdict.violations:
                first = verdict.violations[0]
                return Catch(name, f"schedule {seed}", f"{first.kind}: {first.what}")
            if seed % 250 == 0:
                gc.collect()
    return Catch(name)


def _search(name: str, bug: str) -> Catch:
    bugs = Bugs(**{bug: True})
    try:
        Model(workers=2, faults=1, copies=2, mails=1, commands=bug == "no_marker", bugs=bugs).search()
    except BrokenPromiseError as error:
        what, *steps = str(error).splitlines()
        return Catch(name, f"model, {len(steps)} steps", what)
    return Catch(name)


def hunt_all(names: Sequence[str]) -> list[Catch]:
    """Hunt all of them, on all cores."""
    # Not forked: what one mutant has planted must not grow in the next.
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        return pool.map(hunt, names, chunksize=1)
