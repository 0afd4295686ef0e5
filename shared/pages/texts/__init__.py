"""What the pages say, one table a language. English stands in where a language has none."""

from __future__ import annotations

from collections.abc import Mapping

from shared.pages.texts import de, en, es, fr, it, nl, pl, tr

TEXTS: dict[str, Mapping[str, str]] = {
    "de": de.TEXTS,
    "en": en.TEXTS,
    "es": es.TEXTS,
    "fr": fr.TEXTS,
    "it": it.TEXTS,
    "nl": nl.TEXTS,
    "pl": pl.TEXTS,
    "tr": tr.TEXTS,
}


def texts_of(language: str) -> tuple[str, Mapping[str, str]]:
    """Return a language's code and table: English where there is none for ``language`` (ISO 639-1)."""
    code = language if language in TEXTS else "en"
    return code, TEXTS[code]
