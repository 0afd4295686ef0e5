"""Check digits of tracking numbers, one small function an algorithm.

The functions here make checks: ``mod10(3, 1)`` is a function of the serial part and the check digit
that says whether they fit. Facts from the tracking_number_data repository (jkeen, MIT licence) and
ISO/IEC 7064, written anew. Serials are digits, upper-case letters only where an algorithm says so.
"""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[str, str], bool]

_DPD_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def mod10(*weights: int, plus: int = 0) -> Check:
    """Weights repeat from the left, ``plus`` is added to the sum, the digit makes it a multiple of ten.

    A letter counts as UPS counts it: A is 2, B is 3, from J on again 1, 2 and so on.
    """

    def check(serial: str, digit: str) -> bool:
        values = (int(char) if char.isdigit() else (ord(char) - 3) % 10 for char in serial)
        total = sum(value * weights[place % len(weights)] for place, value in enumerate(values))
        return -(total + plus) % 10 == int(digit)

    return check


def weighted(*weights: int, modulo: int) -> Check:
    """One weight a digit; the digit is the sum's remainder by ``modulo``, of which the last digit counts."""

    def check(serial: str, digit: str) -> bool:
        total = sum(int(char) * weight for char, weight in zip(serial, weights, strict=True))
        return total % modulo % 10 == int(digit)

    return check


def with_prefix(prefix: str, check: Check) -> Check:
    """The carrier reckons with ``prefix`` in front, whether or not it is printed."""

    def prefixed(serial: str, digit: str) -> bool:
        return check(serial if serial.startswith(prefix) else prefix + serial, digit)

    return prefixed


def mod7(serial: str, digit: str) -> bool:
    """The serial as one number, divided by seven, leaves the digit."""
    return int(serial) % 7 == int(digit)


def luhn(serial: str, digit: str) -> bool:
    """Every other digit, from the right, is doubled and its own digits added (ISO/IEC 7812)."""
    doubled = (int(char) * (2 - place % 2) for place, char in enumerate(reversed(serial)))
    return -sum(value // 10 + value % 10 for value in doubled) % 10 == int(digit)


def s10(serial: str, digit: str) -> bool:
    """The check digit of UPU standard S10, of eight digits: 11 minus the remainder; 10 is 0 and 11 is 5."""
    total = sum(int(char) * weight for char, weight in zip(serial, _S10_WEIGHTS, strict=True))
    expected = 11 - total % 11
    return {10: 0, 11: 5}.get(expected, expected) == int(digit)


def mod37_36(serial: str, character: str) -> bool:
    """ISO/IEC 7064 MOD 37,36 over digits and letters, as DPD uses it."""
    product = 36
    for char in serial:
        product = ((product + _DPD_ALPHABET.index(char)) % 36 or 36) * 2 % 37
    return (product + _DPD_ALPHABET.index(character)) % 36 == 1
