"""Each planted bug is found, and the tests of the tests are honest."""

from __future__ import annotations

import sys

import pytest

from tests.mutants.hunt import MUTANTS, ROOT, all_names, hunt_all

AT_LEAST = 50


def test_there_are_enough_mutants_and_each_says_what_it_breaks() -> None:
    assert len(MUTANTS) >= AT_LEAST
    assert all(mutant.plant.__doc__ for mutant in MUTANTS)
    assert len(set(all_names())) == len(all_names())


def test_the_tests_that_have_to_find_a_mutant_are_there() -> None:
    assert [test for mutant in MUTANTS for test in mutant.tests if not (ROOT / test).is_file()] == []


@pytest.mark.slow
def test_every_mutant_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    catches = hunt_all(all_names())

    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(f"mutant: {catch}" for catch in catches))
        sys.stdout.write(f"\nmutants: {sum(bool(catch.by) for catch in catches)} of {len(catches)} caught\n")
    assert [catch.name for catch in catches if not catch.by] == []
