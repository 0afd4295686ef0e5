"""A value is to everybody but the clock what a frozen dataclass is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from shared.orders.values import value


@value(frozen=True, slots=True, kw_only=True)
class Fast:
    name: str
    pieces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    name: str
    pieces: tuple[int, ...] = ()


def test_values_are_equal_and_hash_by_what_they_hold() -> None:
    assert Fast(name="a", pieces=(1,)) == Fast(name="a", pieces=(1,))
    assert Fast(name="a") != Fast(name="b")
    assert hash(Fast(name="a", pieces=(1,))) == hash(Frozen(name="a", pieces=(1,)))


def test_a_value_is_changed_into_another_one() -> None:
    before = Fast(name="a", pieces=(1,))
    assert replace(before, pieces=()) == Fast(name="a")
    assert before == Fast(name="a", pieces=(1,))


def test_a_value_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Fast(name="a").other = 1  # type: ignore[attr-defined]
