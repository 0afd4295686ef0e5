"""Each algorithm with numbers that the carriers or their documents published."""

from __future__ import annotations

import pytest

from shared.carriers.detect.check_digits import (
    Check,
    luhn,
    mod7,
    mod10,
    mod37_36,
    s10,
    weighted,
    with_prefix,
)

FEDEX_EXPRESS = weighted(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, modulo=11)

PUBLISHED: list[tuple[Check, str]] = [
    (mod7, "3318810025"),
    (mod7, "8487135506"),
    (mod10(3, 1), "00340434161094042557"),
    (mod10(3, 1), "09133131530724"),
    (mod10(4, 9), "201298452277"),
    (mod10(1, 3), "53894000014"),
    (mod10(1, 2), "5R89390357567127"),
    (mod10(1, 2), "410E7W0392751591"),
    (luhn, "320595463938"),
    (luhn, "07209562763"),
    (s10, "123456785"),
    (FEDEX_EXPRESS, "986578788855"),
    (mod37_36, "09980000020033F"),
    (mod37_36, "008182709980000020033350276C"),
]


@pytest.mark.parametrize(
    ("check", "number"), PUBLISHED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_of_all_last_digits_only_the_published_one_fits(check: Check, number: str) -> None:
    serial, published = number[:-1], number[-1]
    alphabet = "0123456789" + ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" if check is mod37_36 else "")
    assert [digit for digit in alphabet if check(serial, digit)] == [published]


def test_gls_adds_one_before_it_takes_the_remainder() -> None:
    serial = "12345678901"
    plain = next(digit for digit in range(10) if mod10(3, 1)(serial, str(digit)))
    assert mod10(3, 1, plus=1)(serial, str((plain - 1) % 10))


@pytest.mark.parametrize(("serial", "digit"), [("00000000", "5"), ("00000010", "2"), ("00000008", "0")])
def test_s10_has_no_check_digit_of_ten_or_eleven(serial: str, digit: str) -> None:
    assert [last for last in "0123456789" if s10(serial, last)] == [digit]


def test_fedex_writes_a_remainder_of_ten_as_nought() -> None:
    assert weighted(1, 1, modulo=11)("55", "0")


def test_a_prefix_counts_whether_or_not_it_is_printed() -> None:
    check = with_prefix("91", mod10(3, 1))
    digit = next(str(digit) for digit in range(10) if check("0102683733100003952", str(digit)))
    assert check("910102683733100003952", digit)
    assert not mod10(3, 1)("0102683733100003952", digit)
