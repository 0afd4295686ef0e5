"""The languages mails are written in. A new one is a catalogue first (docs/mails.md), then a line here."""

from __future__ import annotations

from shared.notifications.locale import Locale
from shared.notifications.locales import de, en, es, fr, it, nl, pl, tr

DEFAULT_LOCALE = "en"

LOCALES: dict[str, Locale] = {
    "de": de.LOCALE,
    "en": en.LOCALE,
    "es": es.LOCALE,
    "fr": fr.LOCALE,
    "it": it.LOCALE,
    "nl": nl.LOCALE,
    "pl": pl.LOCALE,
    "tr": tr.LOCALE,
}


def choose_locale(*wanted: str) -> Locale:
    """Return the first language of ``wanted`` (BCP 47: "de-AT", "tr_TR", "") that we have, else English."""
    languages = (tag.replace("_", "-").partition("-")[0].lower() for tag in wanted)
    return next((LOCALES[language] for language in languages if language in LOCALES), LOCALES[DEFAULT_LOCALE])
