"""What a name says: errors end in Error, facts are past."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from shared.orders.facts import Fact
from tests.support.template import ROOT

PAST = ("Seen", "Reported", "Scanned", "Asked")


def classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    for room in ("shared", "functions", "local"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    yield path, node


def bases_of(node: ast.ClassDef) -> set[str]:
    return {base.id if isinstance(base, ast.Name) else ast.unparse(base) for base in node.bases}


def test_an_error_ends_in_error_and_nothing_else_does() -> None:
    builtin = {"Exception", "ValueError", "LookupError", "KeyError", "RuntimeError", "OSError"}
    wrong = []
    for path, node in classes():
        is_error = any(base in builtin or base.endswith("Error") for base in bases_of(node))
        if is_error is not node.name.endswith("Error"):
            wrong.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert wrong == []


def test_a_fact_is_past() -> None:
    facts = [fact.__name__ for fact in get_args(Fact)]
    assert len(facts) >= 9
    assert [name for name in facts if not name.endswith(PAST)] == []
