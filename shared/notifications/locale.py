"""What a language needs: its words, its plurals, and how it writes money, dates and times.

Plain tables, one module a language in ``locales/``, made from the catalogues in ``local/catalogues`` and the
Unicode CLDR before anything is deployed (docs/adr/0037). Nothing is looked up in a catalogue when a mail is
written: gettext answers a missing translation with the untranslated text, where a table cannot be incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shared.orders.money import currency_digits, in_currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One language. ``texts`` hold placeholders in braces; :data:`TEXT_VALUES` names those allowed."""

    code: str  # ISO 639-1
    decimal_mark: str
    group_mark: str
    grouped_from: int  # digits before the decimal mark
    money: str  # {sign}, {symbol} and {number}
    money_with_letters: str  # where the symbol ends like a word: "CHF", "Cg."
    symbols: Mapping[str, str]  # of currencies that are not written as their code (ISO 4217)
    months: tuple[str, ...]
    date: str  # {day}, {month} and {year}
    time: str  # {hour} (0 to 23) and {minute}
    moment: str  # {date} and {time}
    countries: Mapping[str, str]  # names, by ISO 3166-1 alpha-2
    texts: Mapping[str, str]
    plural: Callable[[int], str]  # one of PLURALS
    counted: Mapping[str, Mapping[str, str]]  # texts with {count}, one for each form that the language has


# In print, what the CLDR has as a hyphen for all of our languages; no line is broken behind it.
MINUS = "\N{MINUS SIGN}"

TEXT_VALUES = frozenset({"amount", "count", "label", "merchant", "name", "number", "order"})


def one_or_other(count: int) -> str:
    """Return the form of English, German, Dutch, Italian, Spanish and Turkish: 1 alone is singular.

    CLDR's *many* of Italian and Spanish begins at a million: no mail counts that far.
    """
    return "one" if count == 1 else "other"


def none_is_singular(count: int) -> str:
    """Return the form of French: 0 and 1 are singular. Its *many* begins at a million too."""
    return "one" if count in (0, 1) else "other"


def one_few_many(count: int) -> str:
    """Return the form of Polish: 1; 2, 3, 4 at the end but not 12, 13, 14; all others. No fractions here."""
    if count == 1:
        return "one"
    return "few" if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else "many"


PLURALS: Mapping[Callable[[int], str], frozenset[str]] = {
    one_or_other: frozenset({"one", "other"}),
    none_is_singular: frozenset({"one", "other"}),
    one_few_many: frozenset({"one", "few", "many"}),
}


def format_money(amount: Decimal, currency: str, locale: Locale) -> str:
    """Return ``amount`` (major units) as the language writes it, with the currency's own digits."""
    rounded = in_currency(amount, currency)
    plain = f"{abs(rounded):,.{currency_digits(currency)}f}"
    if abs(rounded) < 10 ** (locale.grouped_from - 1):
        plain = plain.replace(",", "")
    number = plain.translate({ord(","): locale.group_mark, ord("."): locale.decimal_mark})
    symbol = locale.symbols.get(currency, currency)
    like_a_word = symbol[-1].isalpha() or symbol[-1] == "."
    pattern = locale.money_with_letters if like_a_word else locale.money
    return pattern.format(sign=MINUS if rounded < 0 else "", symbol=symbol, number=number)


def format_date(day: date, locale: Locale) -> str:
    """Return ``day`` with the month's name: no reader takes 03/05 for the wrong day."""
    return locale.date.format(day=day.day, month=locale.months[day.month - 1], year=day.year)


def format_moment(at: datetime, locale: Locale) -> str:
    """Return the day and the minute of ``at``, in its own zone."""
    time = locale.time.format(hour=at.hour, minute=at.minute)
    return locale.moment.format(date=format_date(at.date(), locale), time=time)


def format_counted(key: str, count: int, locale: Locale) -> str:
    """Return the text that counts, in the form that the language has for ``count``."""
    return locale.counted[key][locale.plural(count)].format(count=count)
