"""Money, dates and times stand as Babel writes them, in every language. Where they do not, a row says so."""

from __future__ import annotations

import copy
import unicodedata
from datetime import date, datetime
from decimal import Decimal

import pytest
from babel import Locale as Reference
from babel.dates import format_date as reference_date
from babel.dates import format_datetime as reference_datetime
from babel.dates import format_time as reference_time
from babel.numbers import NumberPattern, format_currency, get_currency_precision, get_currency_symbol
from hypothesis import given
from hypothesis import strategies as st

from local.languages.cldr import current_currencies
from local.languages.table import LANGUAGES
from shared.notifications.locale import format_date, format_moment, format_money
from shared.notifications.locales import LOCALES
from shared.orders.money import currency_digits, in_currency

NBSP = "\u00a0"
# The CLDR has a hyphen for each of our languages (local/languages/cldr.py refuses any other), print has not.
MINUS = "\u2212"

# The signs that every reader of English knows; British English has US$ and JP¥.
OWN_SYMBOLS = {("en", "JPY"): "¥", ("en", "USD"): "$"}
# How many digits a number has before it is grouped: Babel leaves the CLDR's minimumGroupingDigits out and
# begins with four. So do Italian shops, where the CLDR has five.
GROUPED_FROM = {"es": 5, "pl": 5}
# The CLDR has no coins for these, as nobody has them in hand. Payments are made in ISO 4217's minor units.
ISO_DIGITS = {
    "AFN": 2,
    "ALL": 2,
    "IQD": 3,
    "IRR": 2,
    "KPW": 2,
    "LAK": 2,
    "LBP": 2,
    "MGA": 2,
    "MMK": 2,
    "RSD": 2,
    "SOS": 2,
    "SYP": 2,
    "YER": 2,
}
# Languages in which the number follows the symbol at once. The CLDR (currencySpacing, Unicode TR 35) then
# keeps a space between them if the symbol ends like a word: "CHF 12.00". Babel does not.
SPACED = {"en", "tr"}


def by_babel(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount as Babel writes it, but for the rows above."""
    locale = Reference.parse(LANGUAGES[language].cldr)
    symbol = OWN_SYMBOLS.get((language, currency), get_currency_symbol(currency, locale))
    pattern: NumberPattern = copy.copy(locale.currency_formats["standard"])
    pattern.frac_prec = (ISO_DIGITS.get(currency, get_currency_precision(currency)),) * 2
    if language in SPACED and unicodedata.category(symbol[-1])[0] not in "SZ":
        positive, negative = pattern.prefix
        pattern.prefix = (positive + NBSP, negative + NBSP)
    written = format_currency(
        amount,
        currency,
        format=pattern,
        locale=locale,
        currency_digits=False,
        group_separator=abs(amount) >= 10 ** (GROUPED_FROM.get(language, 4) - 1),
    )
    return written.replace(get_currency_symbol(currency, locale), symbol).replace("-", MINUS)


languages = st.sampled_from(sorted(LOCALES))


@given(
    amount=st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    currency=st.sampled_from(current_currencies()),
    language=languages,
)
def test_money_is_written_as_babel_writes_it(amount: Decimal, currency: str, language: str) -> None:
    rounded = in_currency(amount, currency) + 0  # without the sign of a zero

    assert format_money(amount, currency, LOCALES[language]) == by_babel(rounded, currency, language)


@pytest.mark.parametrize("language", LOCALES)
def test_money_is_written_as_babel_writes_it_in_every_currency(language: str) -> None:
    for currency in current_currencies():
        for amount in map(Decimal, ("0", "-3", "999.5", "1234.5678", "-12345.67", "1234567.5")):
            rounded = in_currency(amount, currency)

            assert format_money(amount, currency, LOCALES[language]) == by_babel(rounded, currency, language)


@pytest.mark.parametrize("language", LOCALES)
def test_euro_stands_exactly_as_babel_has_it_without_a_row(language: str) -> None:
    amount = Decimal("-12345.67")

    ours = format_money(amount, "EUR", LOCALES[language]).replace(MINUS, "-")

    assert ours == format_currency(amount, "EUR", locale=LANGUAGES[language].cldr)


def test_every_row_is_a_difference_and_every_difference_has_a_row() -> None:
    digits = {currency: currency_digits(currency) for currency in current_currencies()}
    symbols = {
        (code, currency): symbol
        for code, locale in LOCALES.items()
        for currency, symbol in locale.symbols.items()
        if symbol != get_currency_symbol(currency, LANGUAGES[code].cldr)
    }
    spaced = {code for code, locale in LOCALES.items() if locale.money != locale.money_with_letters}
    groups = {code: locale.grouped_from for code, locale in LOCALES.items() if locale.grouped_from != 4}

    assert {code: own for code, own in digits.items() if own != get_currency_precision(code)} == ISO_DIGITS
    assert symbols == OWN_SYMBOLS
    assert spaced == SPACED
    assert groups == GROUPED_FROM


@given(day=st.dates(), language=languages)
def test_a_date_is_written_as_babel_writes_it(day: date, language: str) -> None:
    assert format_date(day, LOCALES[language]) == reference_date(day, "long", LANGUAGES[language].cldr)


@given(at=st.datetimes(), language=languages)
def test_a_moment_is_babels_long_date_with_its_short_time(at: datetime, language: str) -> None:
    locale = Reference.parse(LANGUAGES[language].cldr)
    pattern = str(locale.datetime_formats["long"]).format(
        locale.time_formats["short"].pattern, locale.date_formats["long"].pattern
    )

    written = format_moment(at, LOCALES[language])

    assert written == reference_datetime(at, pattern, locale=locale)
    assert written.endswith(reference_time(at, "short", locale=locale))
