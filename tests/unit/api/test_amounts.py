"""Amounts as the API writes them: alike, whatever they were added up from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.api.views.values import amount_text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0", "EUR", "0.00"),
        ("10", "EUR", "10.00"),
        ("5.5", "EUR", "5.50"),
        ("1E+2", "EUR", "100.00"),
        ("0.0125", "EUR", "0.0125"),  # a price of one of many pieces
        ("999999999999.9999", "EUR", "999999999999.9999"),
        ("1500", "JPY", "1500"),
        ("1.5", "KWD", "1.500"),
    ],
)
def test_an_amount_has_all_digits_of_its_currency_and_loses_none(
    amount: str, currency: str, text: str
) -> None:
    assert amount_text(Decimal(amount), currency) == text
