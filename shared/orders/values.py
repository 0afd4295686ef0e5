"""Dataclasses whose objects do not change, made as fast as those whose objects do.

``dataclass(frozen=True)`` watches over each assignment at run time, its own in ``__init__`` as well: it takes
six times as long to make an object of ten fields (CPython 3.11), and one input makes thirty objects. What is
``@value(frozen=True, ...)`` is frozen to mypy, which reads all our code, and compares and hashes as a frozen
dataclass does.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool, kw_only: bool = False) -> Any:
        """Return ``dataclass`` with these arguments; ``frozen`` is mypy's to watch."""
        return dataclasses.dataclass(slots=slots, unsafe_hash=frozen, kw_only=kw_only)
