"""What is found while one document is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.orders.facts import Fact


@dataclass(slots=True)
class Findings:
    """Facts in the order in which they are to be applied, and oddities that did not hinder the reading."""

    facts: list[Fact] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
