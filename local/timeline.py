"""What happened, in lines for people: no personal data, ids and words only."""

from __future__ import annotations

from collections.abc import Mapping

from local.ledger import MAIL, Ledger, key_of
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


def order_lines(ledger: Ledger, order_id: str, names: Mapping[str, str]) -> list[str]:
    """Return an order's timeline, a line an input; ``names`` says by their keys what the inputs were."""
    return [
        _aligned(_clock(record), f"{names.get(key_of(record), record.source):<30}", record)
        for record in ledger.history(order_id)
    ]


def feed_line(ledger: Ledger, record: InputRecord) -> str:
    """Return one input of any order as a line of a running log."""
    number = ledger.numbers.get(record.order_id) or record.order_id or "-"
    return _aligned(_clock(record), f"{record.actor:<10} {number:<10}", record)


def _aligned(clock: str, who: str, record: InputRecord) -> str:
    repeats = f" ({record.repeats + 1} times)" if record.repeats else ""
    mails = ", ".join(mails_of(record))
    line = f"{clock}  {who} {happened(record) + repeats:<44}"
    return f"{line} mail: {mails}" if mails else line.rstrip()


def _clock(record: InputRecord) -> str:
    return f"{record.received_at.astimezone():%H:%M:%S}"


def _way(record: InputRecord) -> str:
    if not record.moves:
        return ""
    return _ARROW.join([record.moves[0].source or "·", *(move.target for move in record.moves)])


def _notes(record: InputRecord) -> list[str]:
    return [" ".join(filter(None, [note.about, note.outcome, note.detail])) for note in record.notes]
