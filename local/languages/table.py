"""The languages, on one screen. A new one is a row here; docs/mails.md says what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.notifications.locale import none_is_singular, one_few_many, one_or_other

ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language, and where it does not follow Babel.

    ``grouped_from`` is the CLDR's ``minimumGroupingDigits`` and three: Babel leaves that value out.
    ``symbols`` take the place of the CLDR's.
    """

    name: str  # in English
    cldr: str  # the locale of the CLDR whose formats it has
    plural: Callable[[int], str] = one_or_other
    grouped_from: int = 4
    symbols: Mapping[str, str] = field(default_factory=dict)


LANGUAGES: Mapping[str, Language] = {
    "de": Language(name="German", cldr="de"),
    # British dates and times, which no reader of English mistakes. Dollar and yen have their plain signs.
    "en": Language(name="English", cldr="en_GB", symbols={"JPY": "¥", "USD": "$"}),
    "es": Language(name="Spanish", cldr="es", grouped_from=5),
    "fr": Language(name="French", cldr="fr", plural=none_is_singular),
    # Italian shops group four digits (1.234,56 €); the CLDR would begin with five.
    "it": Language(name="Italian", cldr="it"),
    "nl": Language(name="Dutch", cldr="nl"),
    "pl": Language(name="Polish", cldr="pl", plural=one_few_many, grouped_from=5),
    "tr": Language(name="Turkish", cldr="tr"),
}

# How a catalogue numbers the forms of a rule: their names in the CLDR, and gettext's expression for it.
FORMS: Mapping[Callable[[int], str], tuple[tuple[str, ...], str]] = {
    one_or_other: (("one", "other"), "n != 1"),
    none_is_singular: (("one", "other"), "n > 1"),
    one_few_many: (
        ("one", "few", "many"),
        "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2",
    ),
}


def forms_of(code: str) -> tuple[str, ...]:
    """Return the names of a language's plural forms, as its catalogue numbers them."""
    return FORMS[LANGUAGES[code].plural][0]


def plural_header(code: str) -> str:
    """Return the value of a catalogue's ``Plural-Forms``."""
    forms, expression = FORMS[LANGUAGES[code].plural]
    return f"nplurals={len(forms)}; plural=({expression});"
