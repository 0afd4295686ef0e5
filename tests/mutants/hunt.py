"""Plant one bug, and look for it with everything there is; each in a process of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from tests.models.model import BrokenPromiseError, Bugs, Model
from tests.mutants import mutants, worker_mutants
from tests.mutants.planting import Mutant, StaleMutantError
from tests.simulation.schedule import run_schedule
from tests.simulation.world import prepared

MUTANTS = [*mutants.MUTANTS, *worker_mutants.MUTANTS]
BOUND = 6_000  # schedules; what they do not find is a test that is missing
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Catch:
    """Who found a mutant, and what was broken. ``by`` is "" for one that survived."""

    name: str
    by: str = ""
    what: str = ""

    def __str__(self) -> str:
        return f"{self.name:<40}{self.by or 'SURVIVED':<20} {self.what[:90]}"


def all_names() -> list[str]:
    """Return the names of all mutants: of the product, and of the model."""
    return [*(mutant.name for mutant in MUTANTS), *(f"model: {field.name}" for field in fields(Bugs))]


def hunt(name: str) -> Catch:
    """Plant a mutant and look for it. It stays planted: call this once in a process.

    One that cannot be planted any more is not caught: a worker that died of it would never be missed.
    """
    try:
        return _hunt(name)
    except StaleMutantError as stale:
        return Catch(name, what=f"nothing to plant it in any more: {stale}")


def _hunt(name: str) -> Catch:
    """Raises StaleMutantError."""
    if name.startswith("model: "):
        return _search(name, name.removeprefix("model: "))
    mutant = next(mutant for mutant in MUTANTS if mutant.name == name)
    if mutant.tests:
        return _test(mutant)
    gc.disable()
    with prepared():
        mutant.plant()
        for seed in range(BOUND):
            verdict = run_schedule(seed)
            if verdict.violations:
                first = verdict.violations[0]
                return Catch(name, f"schedule {seed}", f"{first.kind}: {first.what}")
            if seed % 250 == 0:
                gc.collect()
    return Catch(name)


@dataclass(slots=True)
class _Failures:
    """What pytest tells of tests that fail; one that could not be run has found nothing."""

    first: tuple[str, str] | None = None
    broken: list[BaseException] = field(default_factory=list)

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
        """Keep the first test that failed."""
        error = call.excinfo.value if call.excinfo else None
        if error is None or isinstance(error, pytest.skip.Exception):
            return
        if isinstance(error, StaleMutantError):
            self.broken.append(error)
        elif call.when == "call" and self.first is None:
            self.first = item.nodeid.partition("::")[2], f"{type(error).__name__}: {error}"


def _test(mutant: Mutant) -> Catch:
    """Run the tests that have to find a mutant: imported only now, they see it. Raises StaleMutantError."""
    mutant.plant()
    failures = _Failures()
    files = [str(ROOT / test) for test in mutant.tests]
    options = ["-x", "-p", "no:cacheprovider", "-p", "no:terminal", "--rootdir", str(ROOT)]
    told = pytest.main([*options, *files], plugins=[failures])
    if failures.broken:
        raise failures.broken[0]
    if failures.first is None:
        return Catch(mutant.name, what=f"pytest: {pytest.ExitCode(told).name}")
    test, what = failures.first
    return Catch(mutant.name, test, " ".join(what.split()))


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
    # Forked from a server that has read only what no mutant touches: what one has planted must not grow in
    # the next, and nothing of the product may have been imported before it is planted.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["boto3", "pydantic", "pytest"])
    with context.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        return pool.map(hunt, names, chunksize=1)
