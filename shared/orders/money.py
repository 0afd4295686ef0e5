"""Currencies: how many minor digits each has (ISO 4217, list of 2024-06-25)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

_NO_DIGITS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DIGITS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR_DIGITS = frozenset(["CLF", "UYW"])


def currency_digits(currency: str) -> int:
    """Return the number of minor digits of an ISO 4217 currency; 2 for those not listed."""
    if currency in _NO_DIGITS:
        return 0
    if currency in _THREE_DIGITS:
        return 3
    if currency in _FOUR_DIGITS:
        return 4
    return 2


@lru_cache(maxsize=256)  # codes come from outside
def smallest_of(currency: str) -> Decimal:
    """Return the smallest amount of a currency, in major units: 0.01 of most."""
    return Decimal(1).scaleb(-currency_digits(currency))


def in_currency(amount: Decimal, currency: str) -> Decimal:
    """Round ``amount`` (major units) to the currency's own digits, half to even."""
    return amount.quantize(smallest_of(currency), rounding=ROUND_HALF_EVEN)
