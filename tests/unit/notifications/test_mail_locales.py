from __future__ import annotations

from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from shared.notifications.locale import TEXT_VALUES, format_date, format_money
from shared.notifications.locales import DEFAULT_LOCALE, LOCALES, choose_locale

NBSP = "\u00a0"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LOCALES)
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    texts, model = LOCALES[language].texts, LOCALES[DEFAULT_LOCALE].texts

    assert set(texts) == set(model)
    for key, text in texts.items():
        assert text.strip() == text != "", key
        assert placeholders(text) == placeholders(model[key]), key
        assert placeholders(text) <= TEXT_VALUES, key


@pytest.mark.parametrize("language", LOCALES)
def test_a_language_is_filed_under_its_own_code_with_twelve_months(language: str) -> None:
    locale = LOCALES[language]

    assert locale.code == language
    assert len(set(locale.months)) == 12


@pytest.mark.parametrize("language", sorted(set(LOCALES) - {DEFAULT_LOCALE}))
def test_no_sentence_was_left_untranslated(language: str) -> None:
    model = LOCALES[DEFAULT_LOCALE].texts

    assert [key for key, text in LOCALES[language].texts.items() if text == model[key] and "." in key] == []


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("en", "1234567.5", "EUR", "€1,234,567.50"),
        ("en", "12", "CHF", f"CHF{NBSP}12.00"),
        ("en", "12", "TRY", f"TRY{NBSP}12.00"),
        ("en", "-3", "USD", "-$3.00"),
        ("en", "1250", "JPY", "¥1,250"),
        ("en", "1.5", "KWD", f"KWD{NBSP}1.500"),
        ("en", "0", "GBP", "£0.00"),
        ("de", "1234567.5", "EUR", f"1.234.567,50{NBSP}€"),
        ("de", "12", "PLN", f"12,00{NBSP}PLN"),
        ("de", "-3", "EUR", f"-3,00{NBSP}€"),
        ("tr", "1234567.5", "TRY", "₺1.234.567,50"),
        ("tr", "12", "EUR", "€12,00"),
        ("tr", "12", "SEK", f"SEK{NBSP}12,00"),
        ("en", "0.005", "EUR", "€0.00"),
        ("en", "-0.001", "EUR", "€0.00"),
    ],
)
def test_money_is_written_as_each_language_writes_it(
    language: str, amount: str, currency: str, written: str
) -> None:
    assert format_money(Decimal(amount), currency, LOCALES[language]) == written


@pytest.mark.parametrize(
    ("language", "written"), [("en", "5 March 2026"), ("de", "5. März 2026"), ("tr", "5 Mart 2026")]
)
def test_a_date_is_written_with_the_months_name(language: str, written: str) -> None:
    assert format_date(date(2026, 3, 5), LOCALES[language]) == written


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (("de-AT",), "de"),
        (("TR_tr",), "tr"),
        (("fr", "de"), "de"),
        (("", "tr"), "tr"),
        (("fr",), "en"),
        (("",), "en"),
        ((), "en"),
        (("deutsch",), "en"),
    ],
)
def test_the_first_language_we_have_is_taken_else_english(wanted: tuple[str, ...], chosen: str) -> None:
    assert choose_locale(*wanted).code == chosen
