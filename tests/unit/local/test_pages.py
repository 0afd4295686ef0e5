"""What the pages for people point to is there: links, paths, make's targets, commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from local.cli import parser
from tests.support.template import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
TOP = {path.name for path in ROOT.iterdir() if path.is_dir()}
# What is made, or comes from elsewhere.
MADE = (".local/", ".aws-sam/")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made of the headings' words."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`([\w.-]+/[\w./-]*[\w/])`", text_of(page))
    paths = [path for path in named if path.partition("/")[0] in TOP and not path.startswith(MADE)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.MULTILINE)
    }
    assert "demo" in named
    assert named <= targets


def commands_of(page: Path) -> list[str]:
    """Return the commands with arguments that a page shows, in its text and in its blocks."""
    text = text_of(page).replace("\\\n", " ")
    found = re.findall(r"python -m local ([^`\n]+)", text)
    return [command for command in found if " " in command.strip() and "…" not in command]


SHOWN = [command for page in PAGES for command in commands_of(page)]


def test_commands_are_shown() -> None:
    assert len(SHOWN) >= 15


@pytest.mark.parametrize("command", SHOWN)
def test_every_command_that_is_shown_is_understood(command: str) -> None:
    words = shlex.split(command.partition("  #")[0], comments=True)
    # SystemExit where argparse does not understand it.
    assert parser().parse_args(words).run
