"""The names of countries, one table a language, made from the CLDR by ``python -m local languages``."""

from __future__ import annotations

from shared.notifications.countries.codes import ALPHA_2
from shared.notifications.locale import Locale


def name_country(country: str, locale: Locale) -> str:
    """Return the name of a country (ISO 3166-1), or ``country`` itself where it is no code that we know."""
    code = country.strip().upper()
    return locale.countries.get(ALPHA_2.get(code, code), country)
