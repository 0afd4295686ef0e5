from __future__ import annotations

from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from shared.notifications.locale import MINUS, PLURALS, TEXT_VALUES, format_counted, format_date, format_money
from shared.notifications.locales import DEFAULT_LOCALE, LOCALES, choose_locale

NBSP = "\u00a0"
NARROW = "\u202f"


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
def test_what_counts_has_every_form_of_the_language_and_no_other(language: str) -> None:
    locale = LOCALES[language]

    assert {locale.plural(count) for count in range(1_000)} == PLURALS[locale.plural]
    assert set(locale.counted) == set(LOCALES[DEFAULT_LOCALE].counted)
    for forms in locale.counted.values():
        assert set(forms) == PLURALS[locale.plural]
        assert all(placeholders(text) == {"count"} for text in forms.values())


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
        ("en", "-3", "USD", f"{MINUS}$3.00"),
        ("en", "1250", "JPY", "¥1,250"),
        ("en", "1.5", "KWD", f"KWD{NBSP}1.500"),
        ("en", "0", "GBP", "£0.00"),
        ("de", "1234567.5", "EUR", f"1.234.567,50{NBSP}€"),
        ("de", "12", "PLN", f"12,00{NBSP}PLN"),
        ("de", "-3", "EUR", f"{MINUS}3,00{NBSP}€"),
        ("tr", "1234567.5", "TRY", "₺1.234.567,50"),
        ("tr", "12", "EUR", "€12,00"),
        ("tr", "12", "SEK", f"SEK{NBSP}12,00"),
        ("fr", "1234.56", "EUR", f"1{NARROW}234,56{NBSP}€"),
        ("fr", "1234567.5", "EUR", f"1{NARROW}234{NARROW}567,50{NBSP}€"),
        ("fr", "-3", "USD", f"{MINUS}3,00{NBSP}$US"),
        ("fr", "12", "JPY", f"12{NBSP}JPY"),
        ("nl", "1234.56", "EUR", f"€{NBSP}1.234,56"),
        ("nl", "-3", "EUR", f"€{NBSP}{MINUS}3,00"),
        ("nl", "12", "CHF", f"CHF{NBSP}12,00"),
        ("es", "1234.56", "EUR", f"1234,56{NBSP}€"),
        ("es", "9999.99", "EUR", f"9999,99{NBSP}€"),
        ("es", "12345.5", "EUR", f"12.345,50{NBSP}€"),
        ("es", "12", "USD", f"12,00{NBSP}US$"),
        ("it", "1234.56", "EUR", f"1.234,56{NBSP}€"),
        ("it", "12", "USD", f"12,00{NBSP}USD"),
        ("pl", "1234.56", "PLN", f"1234,56{NBSP}zł"),
        ("pl", "-1234567.5", "PLN", f"{MINUS}1{NBSP}234{NBSP}567,50{NBSP}zł"),
        ("pl", "12", "EUR", f"12,00{NBSP}€"),
        ("pl", "9999.999", "PLN", f"10{NBSP}000,00{NBSP}zł"),
        ("en", "0.005", "EUR", "€0.00"),
        ("en", "-0.001", "EUR", "€0.00"),
    ],
)
def test_money_is_written_as_each_language_writes_it(
    language: str, amount: str, currency: str, written: str
) -> None:
    assert format_money(Decimal(amount), currency, LOCALES[language]) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "5 March 2026"),
        ("de", "5. März 2026"),
        ("es", "5 de marzo de 2026"),
        ("fr", "5 mars 2026"),
        ("it", "5 marzo 2026"),
        ("nl", "5 maart 2026"),
        ("pl", "5 marca 2026"),
        ("tr", "5 Mart 2026"),
    ],
)
def test_a_date_is_written_with_the_months_name(language: str, written: str) -> None:
    assert format_date(date(2026, 3, 5), LOCALES[language]) == written


@pytest.mark.parametrize(
    ("language", "count", "written"),
    [
        ("en", 1, "1 more item"),
        ("en", 2, "2 more items"),
        ("de", 1, "1 weiterer Artikel"),
        ("de", 3, "3 weitere Artikel"),
        ("fr", 0, "et 0 autre article"),
        ("fr", 1, "et 1 autre article"),
        ("fr", 2, "et 2 autres articles"),
        ("pl", 1, "i jeszcze 1 produkt"),
        ("pl", 2, "i jeszcze 2 produkty"),
        ("pl", 4, "i jeszcze 4 produkty"),
        ("pl", 5, "i jeszcze 5 produktów"),
        ("pl", 12, "i jeszcze 12 produktów"),
        ("pl", 14, "i jeszcze 14 produktów"),
        ("pl", 21, "i jeszcze 21 produktów"),
        ("pl", 22, "i jeszcze 22 produkty"),
        ("pl", 112, "i jeszcze 112 produktów"),
        ("tr", 1, "1 ürün daha"),
        ("tr", 7, "7 ürün daha"),
    ],
)
def test_what_is_counted_stands_in_the_form_of_its_number(language: str, count: int, written: str) -> None:
    assert format_counted("further_items", count, LOCALES[language]) == written


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (("de-AT",), "de"),
        (("TR_tr",), "tr"),
        (("sv", "de"), "de"),
        (("fr-CA", "de"), "fr"),
        (("nl-BE",), "nl"),
        (("", "tr"), "tr"),
        (("sv",), "en"),
        (("",), "en"),
        ((), "en"),
        (("deutsch",), "en"),
    ],
)
def test_the_first_language_we_have_is_taken_else_english(wanted: tuple[str, ...], chosen: str) -> None:
    assert choose_locale(*wanted).code == chosen
