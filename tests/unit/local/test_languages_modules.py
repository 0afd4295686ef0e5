"""What a catalogue lacks is said, and what it says is what the module says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from local.errors import LocalError
from local.languages.catalogues import Catalogue, Text
from local.languages.cldr import money_pattern, pattern_in_words
from local.languages.modules import PAGES, modules_of
from local.languages.problems import problems_of
from local.places import ROOT


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"forms": ("",)}, "is not translated"),
        ({"is_fuzzy": True}, "is marked fuzzy: compare it with the English and take the mark away"),
        ({"forms": ("Order {order}",)}, "is still in English"),
        ({"forms": ("Bestellung",)}, "has the placeholders none; the English has {order}"),
        ({"forms": ("{order} {name}",)}, "has the placeholders {name}, {order}; the English has {order}"),
        ({"forms": ("{order:>9}",)}, "has the placeholders {order:>9}; the English has {order}"),
        ({"forms": ("{order!r}",)}, "has the placeholders {order!r}; the English has {order}"),
        ({"forms": ("{order",)}, "has a brace without its other one"),
        ({"forms": ("<b>{order}</b>",)}, "has other markup than the English"),
        ({"forms": ("&nbsp;{order}",)}, "has other markup than the English"),
        ({"forms": (" {order}",)}, "begins or ends with a space, or is more than one line"),
        ({"forms": ("{order}\n{order}",)}, "begins or ends with a space, or is more than one line"),
        ({"forms": ("{order}", "{order}")}, "has 2 forms; the language has 1"),
        ({"notes": ()}, "says nothing to translators: write a comment `#.` in en.po"),
        ({"context": "shipped"}, "begins with neither mail. nor page."),
        (
            {"context": "page.a", "english": ("{order}", "{order}"), "forms": ("{order}",) * 3},
            "counts, which no text of the page can",
        ),
        (
            {"context": "mail.a", "english": ("{order}", "{order}"), "forms": ("{order}",) * 2},
            "has 2 forms; the language has 3",
        ),
    ],
)
def test_what_is_wrong_with_a_text_is_said(entry: dict[str, Any], problem: str) -> None:
    right = Text(context="mail.a", english=("Order {order}",), forms=("{order}",), notes=("Subject.",))
    assert problems_of(Catalogue(code="pl", about=(), texts=(right,))) == []

    text = replace(right, **entry)

    assert problems_of(Catalogue(code="pl", about=(), texts=(text,))) == [f"pl.po: {text.context} {problem}"]


def test_a_module_says_what_its_catalogue_says_whatever_is_in_a_text() -> None:
    hostile = [
        'say "yes"',
        'it\'s "so"',
        "back\\slash",
        "a\u00a0:",
        "x" * 150,
        "word " * 60 + "end",
        "{order}",
    ]
    texts = tuple(
        Text(context=f"page.{number}", english=(text,), forms=(text,), notes=("-",))
        for number, text in enumerate(hostile)
    )

    source = modules_of(Catalogue(code="fr", about=(), texts=texts))[f"{PAGES}/fr.py"]

    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102
    assert list(names["TEXTS"].values()) == hostile
    assert "\u00a0" not in source
    ruff = [sys.executable, "-m", "ruff", "format", "--check", "--stdin-filename", "fr.py", "-"]
    subprocess.run(ruff, input=source, text=True, check=True, capture_output=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("pattern", "ours"),
    [
        ("¤#,##0.00", "{sign}{symbol}{number}"),
        ("#,##0.00\u00a0¤", "{sign}{number}\u00a0{symbol}"),
        ("¤\u00a0#,##0.00;¤\u00a0-#,##0.00", "{symbol}\u00a0{sign}{number}"),
    ],
)
def test_a_pattern_of_the_cldr_is_said_in_our_words(pattern: str, ours: str) -> None:
    assert money_pattern(pattern) == ours


@pytest.mark.parametrize("pattern", ["#,##0.00¤", "¤#,##,##0.00", "¤#,##0.00;(¤#,##0.00)", "¤#,##0.00 /-"])
def test_a_pattern_that_ours_cannot_say_is_refused(pattern: str) -> None:
    with pytest.raises(LocalError):
        money_pattern(pattern)


def test_quoted_words_of_a_date_are_words_and_unknown_fields_are_refused() -> None:
    assert pattern_in_words("d 'de' MMMM 'de' y") == "{day} de {month} de {year}"
    with pytest.raises(LocalError, match="has EEEE"):
        pattern_in_words("EEEE d MMMM y")
