"""The numbers in the names of tests: F a fault, B bad input, T a transition, story a story: none is lost."""

from __future__ import annotations

import re

import pytest

from tests.support.template import ROOT

ROWS = {"f": range(1, 69), "b": range(1, 71), "t": range(1, 19), "story_": range(1, 19)}

# Numbers without a test, and why that is right.
NOT_HERE = {
    "b06": "no sender signs with a list of more than two signatures",
    "b31": "the gateway refuses headers that are too long",
    "b62": "nothing is exported as a table yet",
    "b63": "no webhooks are sent yet",
}


def named() -> set[str]:
    """Return the numbers that names of tests hold; ``b17_to_b24`` holds all in between."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            for kind, number in re.findall(r"_([fbt]|story_)(\d{1,2})(?=_)", name):
                found.add(f"{kind}{int(number)}")
            for kind, first, _, last in re.findall(r"_([fb])(\d{2})_to_([fb])(\d{2})_", name):
                found |= {f"{kind}{number}" for number in range(int(first), int(last) + 1)}
    return found


NAMED = named()


@pytest.mark.parametrize("kind", ROWS)
def test_each_number_has_a_test_or_a_reason(kind: str) -> None:
    skipped = {f"{name[0]}{int(name[1:])}" for name in NOT_HERE}
    missing = [f"{kind}{number}" for number in ROWS[kind] if f"{kind}{number}" not in NAMED | skipped]
    assert missing == []


def test_no_reason_outlives_its_test() -> None:
    assert [name for name in NOT_HERE if f"{name[0]}{int(name[1:])}" in NAMED] == []
