"""What happened, in lines for people: no personal data, ids and words only."""

from __future__ import annotations

from local.ledger import MAIL, Ledger
from shared.orders.changes import Outcome
from shared.storage.records import EffectState, InputRecord

_ARROW = " → "


def happened(record: InputRecord) -> str:
    """Return what one input did: the way of the status, else its reason, with what it owes."""
    if record.outcome is not Outcome.APPLIED:
        return " ".join(filter(None, [record.outcome.value, record.reason]))
    way = _way(record)
    return way or ", ".join(_notes(record)) or record.reason or "recorded"


def mails_of(record: InputRecord) -> list[str]:
    """Return the mails that one input owes, each with its state unless it went out."""
    return [
        effect.key.split("/")[1] + ("" if effect.state is EffectState.DONE else f" ({effect.state.value})")
        for effect in record.effects
        if effect.key.startswith(MAIL)
    ]


def order_lines(ledger: Ledger, order_id: str, names: dict[str, str]) -> list[str]:
    """Return an order's timeline, a line an input; ``names`` says by sort key what each of them was."""
    lines = []
    for record in ledger.history(order_id):
        name = names.get(record.sk, record.source)
        mails = mails_of(record)
        repeats = f" (came {record.repeats + 1} times)" if record.repeats else ""
        line = f"{name:<32} {happened(record) + repeats:<46}"
        lines.append((line + (f"mail: {', '.join(mails)}" if mails else "")).rstrip())
    return lines


def _way(record: InputRecord) -> str:
    if not record.moves:
        return ""
    return _ARROW.join([record.moves[0].source or "·", *(move.target for move in record.moves)])


def _notes(record: InputRecord) -> list[str]:
    return [" ".join(filter(None, [note.about, note.outcome, note.detail])) for note in record.notes]
