"""How a language writes money, dates, times and countries: the Unicode CLDR, from Babel, in our words.

Babel leaves two things of the CLDR out. How many digits a number has before it is grouped
(``minimumGroupingDigits``) stands in our own table. That a symbol which ends like a word keeps a space from
the number (``currencySpacing``: "CHF 12.00", but "€12.00") is written into a second pattern here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from local.errors import LocalError
from local.languages.table import ENGLISH, LANGUAGES

NBSP = "\u00a0"
# Codes of the CLDR that are no country: unions, the world's rest, and two that test software ("XA", "XB").
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_COUNTED_TO = 1_000
# Fields of the CLDR's patterns that ours have a name for (Unicode TR 35, "Date Field Symbol Table").
_FIELDS = {
    "d": "{day}",
    "MMMM": "{month}",
    "y": "{year}",
    "H": "{hour}",
    "HH": "{hour:02}",
    "mm": "{minute:02}",
}
_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<field>([A-Za-z])\3*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The fields of ``shared.notifications.locale.Locale`` that are the CLDR's."""

    decimal_mark: str
    group_mark: str
    money: str
    money_with_letters: str
    symbols: Mapping[str, str]
    months: tuple[str, ...]
    date: str
    time: str
    moment: str


def formats_of(code: str) -> Formats:
    """Return how a language of the table writes. Raises LocalError where our patterns cannot say it."""
    language = LANGUAGES[code]
    locale = Locale.parse(language.cldr)
    _check_plurals(code, locale, language.plural)
    marks = locale.number_symbols["latn"]
    if marks["minusSign"] != "-":
        raise LocalError(f"{code} has a minus sign of its own: teach format_money to write it.")
    money = money_pattern(locale.currency_formats["standard"].pattern)
    return Formats(
        decimal_mark=marks["decimal"],
        group_mark=marks["group"],
        money=money,
        money_with_letters=money.replace("{symbol}{number}", f"{{symbol}}{NBSP}{{number}}"),
        symbols=_symbols(locale) | dict(language.symbols),
        months=tuple(locale.months["format"]["wide"][number] for number in range(1, 13)),
        date=pattern_in_words(locale.date_formats["long"].pattern),
        time=pattern_in_words(locale.time_formats["short"].pattern),
        moment=str(locale.datetime_formats["long"]).format("{time}", "{date}"),
    )


def current_currencies() -> tuple[str, ...]:
    """Return the currencies (ISO 4217) that are in use somewhere, as the CLDR knows; XXX is none."""
    found = {
        currency
        for territory in get_global("territory_currencies")
        for currency in get_territory_currencies(territory, tender=True, non_tender=True)
    }
    return tuple(sorted(found - {"XXX"}))


def countries_of(code: str) -> dict[str, str]:
    """Return the names of the countries in a language of the table, by ISO 3166-1 alpha-2."""
    named = Locale.parse(LANGUAGES[code].cldr).territories.items()
    found = {country: name for country, name in named if re.fullmatch("[A-Z]{2}", country)}
    return {country: found[country] for country in sorted(found.keys() - _NO_COUNTRIES)}


def other_codes() -> dict[str, str]:
    """Return the alpha-2 codes of other codes: of alpha-3 ("DEU"), and of letters once in use ("UK")."""
    known = countries_of(ENGLISH)
    aliases = sorted(get_global("territory_aliases").items())
    return {
        alias: others[0]
        for alias, others in aliases
        if re.fullmatch("[A-Z]{2,3}", alias) and len(others) == 1 and others[0] in known
    }


def money_pattern(pattern: str) -> str:
    """Return "¤#,##0.00", "#,##0.00 ¤" or what it is with a minus sign in {sign}, {symbol} and {number}."""
    positive, _, negative = pattern.partition(";")
    signed = negative or f"-{positive}"
    ours = signed.replace("-", "{sign}").replace("¤", "{symbol}").replace("#,##0.00", "{number}")
    if signed.replace("-", "") != positive or ours.format(sign="", symbol="", number="").strip():
        raise LocalError(f"An amount is written {pattern!r}, which a pattern of ours cannot say.")
    if "{number}{symbol}" in ours:
        raise LocalError(
            f"{pattern!r} has the symbol right behind the number: say where a word keeps a space."
        )
    return ours


def pattern_in_words(pattern: str) -> str:
    """Return a date's or time's pattern ("d MMMM y") with names ("{day} {month} {year}")."""

    def name(token: re.Match[str]) -> str:
        if token["quoted"] is not None:
            return token["quoted"]
        if token["field"] not in _FIELDS:
            raise LocalError(f"{pattern!r} has {token['field']}, which has no name in our patterns yet.")
        return _FIELDS[token["field"]]

    return _TOKEN.sub(name, pattern)


def _symbols(locale: Locale) -> dict[str, str]:
    known = ((currency, locale.currency_symbols.get(currency, currency)) for currency in current_currencies())
    return {currency: symbol for currency, symbol in known if symbol != currency}


def _check_plurals(code: str, locale: Locale, ours: Callable[[int], str]) -> None:
    """Raise LocalError where the CLDR counts otherwise. No mail counts to the million of its *many*."""
    for count in range(_COUNTED_TO):
        if (theirs := locale.plural_form(count)) != ours(count):
            raise LocalError(
                f"{count} is {theirs!r} for the CLDR in {code}, and {ours(count)!r} for our rule: "
                "take another of the PLURALS in shared/notifications/locale.py, or add one there."
            )
