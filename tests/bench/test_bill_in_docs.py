"""What docs/performance.md and the README say that orders cost is what the bench counts."""

from __future__ import annotations

import re

import pytest

from tests.bench import cost
from tests.bench.prices import TERMS
from tests.support.template import ROOT

SUM = "**a million orders**"


def said() -> dict[str, list[float]]:
    """Return the rows of the bill in the docs: what, and its numbers."""
    text = (ROOT / "docs" / "performance.md").read_text()
    bill = text.partition("## What a million orders cost")[2]
    rows: dict[str, list[float]] = {}
    for line in bill.splitlines():
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        numbers = [float(cell.strip("*")) for cell in cells if re.fullmatch(r"\**[\d.]+\**", cell)]
        if line.startswith("|") and numbers:
            rows[name] = numbers
    return rows


def test_the_bill_in_the_docs_adds_up_and_has_a_row_for_each_term() -> None:
    rows = said()
    sums = rows.pop(SUM)
    assert list(rows) == [term.what for term in TERMS]
    for term in TERMS:
        alone, shared, price, *costs = rows[term.what]
        assert price == term.price
        assert costs == pytest.approx([alone * price, shared * price], abs=0.1)
    for column, total in ((3, sums[0]), (4, sums[1])):
        assert sum(row[column] for row in rows.values()) == pytest.approx(total, abs=0.02)


def test_the_readme_and_the_table_of_goals_name_the_sums_of_the_bill() -> None:
    alone, shared = (round(total) for total in said()[SUM])
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert f"cost {alone} USD, {shared} USD where they come in a rush" in readme
    assert f"| {alone} USD, {shared} in batches of ten" in (ROOT / "docs" / "performance.md").read_text()


@pytest.mark.slow
def test_p12_an_order_takes_what_the_docs_say() -> None:
    rows = said()
    for column, orders in enumerate((1, cost.SIDE_BY_SIDE)):
        used = cost.per_order(orders)
        for term in TERMS:
            # Lines of a log are a little longer or shorter as their numbers are; all else is exact.
            margin = 0.1 if term.name == "logs" else 0.0051  # two decimals are said
            assert used[term.name] == pytest.approx(rows[term.what][column], abs=margin), term.what
