"""What came in of an order, what became of it, and what it owes."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic describes typing's own only from Python 3.12 on


class Effect(TypedDict):
    """What a change owes to the world: owed, claimed, pending, done, skipped, failed or ambiguous.

    ``text`` says to a person why it is not done and what to do; it is empty where it is done.
    """

    key: str
    state: str
    attempt: int
    reason: str
    text: str


class Note(TypedDict):
    """What became of one part of an input. ``text`` says what to do about it, "" where nothing is."""

    about: str
    outcome: str
    detail: str
    text: str


class Move(TypedDict):
    """One step of the order's status, by a row of the transition table."""

    rule: str
    source: str
    target: str
    caught_up: bool


class HistoryEntry(TypedDict):
    """One input and what became of it. ``version`` is the order's after it, null where nothing changed."""

    key: str
    received_at: str
    source: str
    actor: str
    command: str | None
    outcome: str
    reason: str
    version: int | None
    repeats: int
    moves: list[Move]
    notes: list[Note]
    effects: list[Effect]


class History(TypedDict):
    """A page of an order's history, oldest first."""

    history: list[HistoryEntry]
    next: str | None
