"""Pages that are counted off: where to go on, though entries leave the list or move in it while it is read.

An entry that leaves lets those behind it move up, and the first of them slip before the next page. So the
next page begins ``overlap`` entries early; where more have left, as the list's length tells, it is read again
from so many entries before. A list that becomes shorter each time comes to its end.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.wire.http import RefusedError


@dataclass(frozen=True, slots=True)
class Offset:
    """Where a page begins; ``total`` is how long the list was one page before, None where nobody knows."""

    at: int = 0
    total: int | None = None


def read_offset(token: str) -> Offset:
    """Return what a token of :func:`next_offset` says. Raises RefusedError."""
    at, _, total = token.partition("/")
    if not all(part.isascii() and part.isdecimal() for part in (at, total) if part) or (token and not at):
        raise RefusedError("invalid_token")
    return Offset(int(at or 0), int(total) if total else None)


def total_of(text: str) -> int | None:
    """Return the length that an answer tells, None where it tells none."""
    return int(text) if text.isascii() and text.isdecimal() else None


def next_offset(page: Offset, count: int, total: int | None, *, more: bool, overlap: int = 0) -> str:
    """Return the token of what to read after ``page``, of which ``count`` entries came; "" at the end.

    ``total`` is how long the list is now, ``more`` whether it goes on behind this page.
    """
    left = page.total - total if page.total is not None and total is not None else 0
    if page.at and left > overlap:
        return _token(max(page.at - left, 0), total)
    if not count or not more:
        return ""
    return _token(page.at + max(count - overlap, 1), total)


def _token(at: int, total: int | None) -> str:
    return str(at) if total is None else f"{at}/{total}"
