"""What came in of an order, what became of it, and what it owes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.api.advice import about_effect, about_note
from shared.api.shapes import history as shapes
from shared.storage.records import EffectRecord, InputRecord

if TYPE_CHECKING:
    from shared.orders.changes import Note


def show_history(records: Sequence[InputRecord], cursor: str | None) -> shapes.History:
    """Return a page of an order's history."""
    return {"history": [show_input(record) for record in records], "next": cursor}


def show_input(record: InputRecord) -> shapes.HistoryEntry:
    """Return one entry of the history."""
    return {
        "key": record.sk.partition("#")[2],
        "received_at": record.received_at.isoformat(),
        "source": record.source,
        "actor": record.actor,
        "command": record.command or None,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "version": record.version or None,
        "repeats": record.repeats,
        "moves": [
            {"rule": move.rule, "source": move.source, "target": move.target, "caught_up": move.caught_up}
            for move in record.moves
        ],
        "notes": show_notes(record.notes),
        "effects": [show_effect(effect) for effect in record.effects],
    }


def show_notes(notes: Sequence[Note]) -> list[shapes.Note]:
    """Return what became of the parts of an input."""
    return [
        {"about": note.about, "outcome": note.outcome, "detail": note.detail, "text": about_note(note)}
        for note in notes
    ]


def show_effect(effect: EffectRecord) -> shapes.Effect:
    """Return one effect, with what to do where it is not done."""
    return {
        "key": effect.key,
        "state": effect.state.value,
        "attempt": effect.attempt,
        "reason": effect.reason,
        "text": about_effect(effect.state, effect.reason),
    }
