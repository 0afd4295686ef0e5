"""What is known about one kind of tracking number."""

from __future__ import annotations

from dataclasses import dataclass

from shared.carriers.detect.check_digits import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One row of the tables.

    ``pattern`` fits the whole number, without spaces and in capitals; where there is a ``check`` it names
    the groups ``serial`` and ``digit``. ``mark`` is a pattern for the number's start that only this
    carrier writes; "" where others have numbers that look the same. ``countries`` are the destinations
    this format is common for, none where it says nothing about them. ``url`` has ``{}`` for the number.
    ``source`` says where the row is from; "" is the tracking_number_data repository.
    """

    id: str
    carrier: str
    pattern: str
    check: Check | None = None
    mark: str = ""
    countries: frozenset[str] = frozenset()
    url: str = ""
    source: str = ""


def digits(length: int) -> str:
    """Return the pattern of ``length`` digits of which the last is the check digit."""
    return rf"(?P<serial>[0-9]{{{length - 1}}})(?P<digit>[0-9])"
