"""What a catalogue lacks before it can become a language: a sentence each, that says where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from local.languages.catalogues import Catalogue, Text
from local.languages.table import ENGLISH, forms_of

MAIL, PAGE = "mail.", "page."
_MARKUP = re.compile(r"<[^>]*>|&#?\w+;")


def problems_of(catalogue: Catalogue) -> list[str]:
    """Return what is wrong with a renewed catalogue; nothing where it is complete."""
    return [
        f"{catalogue.code}.po: {text.context} {problem}"
        for text in catalogue.texts
        for problem in (
            *_problems(text, forms_of(catalogue.code)),
            *_left_in_english(text, catalogue.code),
        )
    ]


def _problems(text: Text, forms: tuple[str, ...]) -> Iterator[str]:
    counts = len(text.english) > 1
    expected = len(forms) if counts else 1
    if not text.context.startswith((MAIL, PAGE)):
        yield f"begins with neither {MAIL} nor {PAGE}"
    if text.context.startswith(PAGE) and counts:
        yield "counts, which no text of the page can"
    if not text.notes:
        yield "says nothing to translators: write a comment `#.` in en.po"
    if text.is_fuzzy:
        yield "is marked fuzzy: compare it with the English and take the mark away"
    if len(text.forms) != expected:
        yield f"has {len(text.forms)} forms; the language has {expected}"
    if not all(text.forms):
        yield "is not translated"
        return
    for form in text.forms:
        yield from _compared(form, text.english[0])


def _left_in_english(text: Text, code: str) -> Iterator[str]:
    # Single words may be the same: "Total", "Status".
    if code != ENGLISH and any(form in text.english and " " in form for form in text.forms):
        yield "is still in English"


def _compared(form: str, english: str) -> Iterator[str]:
    if form != form.strip() or "\n" in form:
        yield "begins or ends with a space, or is more than one line"
    try:
        ours, theirs = _placeholders(english), _placeholders(form)
    except ValueError:
        yield "has a brace without its other one"
        return
    if ours != theirs:
        yield f"has the placeholders {_listed(theirs)}; the English has {_listed(ours)}"
    if Counter(_MARKUP.findall(form)) != Counter(_MARKUP.findall(english)):
        yield "has other markup than the English"


def _placeholders(text: str) -> set[str]:
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{shape}" if shape else "")
        for _, name, shape, conversion in Formatter().parse(text)
        if name is not None
    }


def _listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
