"""docs/lifecycle.md is made from the tables, and says all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import lifecycle_page
from local.cli import main
from shared.orders.effects import EFFECTS
from shared.orders.statuses import MEANINGS
from shared.orders.transitions import RULES


def test_the_page_is_as_the_tables_are() -> None:
    assert lifecycle_page.is_current(), "run `python -m local docs` and commit docs/lifecycle.md"


def test_the_page_names_every_rule_every_cause_and_every_word() -> None:
    page = lifecycle_page.lifecycle_page()
    for rule in RULES:
        assert f"| {rule} |" in page
    for cause in EFFECTS:
        assert f"| {cause.replace('_', ' ')} |" in page
    for axis in MEANINGS:
        for word in axis:
            assert f"| `{word}` |" in page


def test_a_stale_page_fails_the_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stale = tmp_path / "lifecycle.md"
    stale.write_text("# Yesterday\n")
    assert not lifecycle_page.is_current(stale)
    monkeypatch.setattr(lifecycle_page, "is_current", lambda: False)
    assert main(["docs", "--check"]) == 1
