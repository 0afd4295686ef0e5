"""What a language needs: its words, and how it writes money and dates.

Plain tables, one file a language in ``locales/``. Babel would bring 33 MB and 50 ms of a cold start
for three patterns and twelve month names a language; gettext answers a missing translation with the
untranslated text, where a table with a test cannot be incomplete. No text counts anything ("1 item",
"2 items"), so no plural forms are needed: a number stands after a label.

Patterns, separators and month names are those of the Unicode CLDR. English dates are its international
form (en-001), which no reader of English mistakes. A currency has its symbol where the language's
readers know it, else its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.orders.money import currency_digits, in_currency

SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One language. ``texts`` hold placeholders in braces; :data:`TEXT_VALUES` names those allowed."""

    code: str  # ISO 639-1
    decimal_mark: str
    group_mark: str
    money: str  # {symbol} and {number}
    money_with_code: str  # where the currency has no symbol in this language
    own_symbols: Mapping[str, str]  # besides SYMBOLS
    months: tuple[str, ...]
    date: str  # {day}, {month} and {year}
    texts: Mapping[str, str]


TEXT_VALUES = frozenset({"amount", "count", "merchant", "name", "order"})


def format_money(amount: Decimal, currency: str, locale: Locale) -> str:
    """Return ``amount`` (major units) as the language writes it, with the currency's own digits."""
    rounded = in_currency(amount, currency)
    number = f"{abs(rounded):,.{currency_digits(currency)}f}".translate(
        {ord(","): locale.group_mark, ord("."): locale.decimal_mark}
    )
    symbol = SYMBOLS.get(currency) or locale.own_symbols.get(currency)
    pattern = locale.money if symbol else locale.money_with_code
    return ("-" if rounded < 0 else "") + pattern.format(symbol=symbol or currency, number=number)


def format_date(day: date, locale: Locale) -> str:
    """Return ``day`` with the month's name: no reader takes 03/05 for the wrong day."""
    return locale.date.format(day=day.day, month=locale.months[day.month - 1], year=day.year)
