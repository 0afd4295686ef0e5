"""A figure, its goal, and whether it is reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    number: str
    what: str
    figure: str
    goal: str
    is_reached: bool


def ratio(number: str, what: str, value: float, goal: float) -> Row:
    """Return the row of a ratio that is to be at most ``goal``."""
    return Row(number, what, f"{value:.2f} x", f"≤ {goal:g} x", value <= goal)
