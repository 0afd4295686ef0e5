"""docs/channels.md has each adapter's rows, and what they point to is there."""

from __future__ import annotations

import re

import pytest

from local import capabilities_page
from local.channels.accounts import ACCOUNTS
from local.channels.catalogue import SIMULATED
from local.channels.tellers import TELLERS
from local.channels.trackers import TRACKED
from shared.adapters import ADAPTERS, capabilities_of
from tests.support.template import ROOT

PAGE = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
KINDS = tuple(ADAPTERS)
NONE = "\N{EN DASH}"


def tables() -> list[dict[str, list[str]]]:
    """Return the page's tables: their rows' cells by kind."""
    blocks = re.findall(r"^\| kind \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    rows = [[line.strip("|").split("|") for line in block.splitlines()] for block in blocks]
    return [{row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in table} for table in rows]


UNDERSTOOD, SHOWN = tables()


def unit_tests_of(kind: str) -> set[str]:
    """Return the subjects of a kind's unit tests: ``polls`` for ``test_<kind>_polls.py``."""
    folder = ROOT / "tests" / "unit" / ADAPTERS[kind].split(".")[1] / kind
    return {path.stem.removeprefix(f"test_{kind}_") for path in folder.glob(f"test_{kind}_*.py")}


def test_each_adapter_has_its_row_in_both_tables() -> None:
    assert tuple(UNDERSTOOD) == tuple(SHOWN) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_row_names_is_there(kind: str) -> None:
    named = re.findall(r"`((?:tests|local)/[^`]+)`", " ".join(UNDERSTOOD[kind] + SHOWN[kind]))
    assert {f"tests/unit/{ADAPTERS[kind].split('.')[1]}/{kind}", f"tests/contracts/{kind}"} <= set(named)
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_adapter_declares_has_its_tests(kind: str) -> None:
    declared = capabilities_of(kind)
    wanted = {"mapping": True, "signature": True, "polls": declared.polls, "calls": bool(declared.calls)}
    wanted["follow"] = declared.follow_every is not None
    assert {name for name, needed in wanted.items() if needed} <= unit_tests_of(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_says_how_often_who_simulates_and_where_the_open_points_are(kind: str) -> None:
    polled, simulator, capabilities = SHOWN[kind]
    declared = capabilities_of(kind)
    every = declared.poll_every if declared.polls else declared.follow_every
    spelled = "never"
    if every is not None:
        hours = int(every.total_seconds()) // 3_600
        spelled = f"{every.days} days" if hours > 24 else f"{hours} hours"
        spelled = spelled if hours else f"{int(every.total_seconds()) // 60} minutes"
    assert spelled in polled
    assert (simulator != NONE) is (kind in {*SIMULATED, *ACCOUNTS, *TRACKED, *TELLERS})
    has_page = f"\n## {kind}\n" in capabilities_page.capabilities_page()
    assert capabilities == (f"[{kind}](capabilities.md#{kind})" if has_page else NONE)


def test_the_readme_names_every_kind() -> None:
    named = (ROOT / "README.md").read_text(encoding="utf-8").partition("## ")[0].lower()
    assert [kind for kind in KINDS if kind not in named] == []


def test_every_kind_is_simulated() -> None:
    assert {*SIMULATED, *ACCOUNTS, *TRACKED, *TELLERS} == set(KINDS)


def test_who_has_an_api_is_simulated() -> None:
    declared = {kind: capabilities_of(kind) for kind in KINDS}
    assert {kind for kind in KINDS if declared[kind].calls or declared[kind].books} == {*SIMULATED, *ACCOUNTS}
    assert {kind for kind in KINDS if declared[kind].follow_every is not None} == set(TRACKED)
