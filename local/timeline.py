"""What happened, in lines for people: no personal data, ids and words only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from local.ledger import MAIL, Ledger, key_of
from shared.orders import derive
from shared.orders.changes import Note, Outcome
from shared.orders.model import Order
from shared.storage.records import EffectState, InputRecord

_ARROW = " → "
# "degraded": the channel takes no such call, so nobody was told; true of all commands at the demo's shops.
_NOT_NEWS = frozenset({"duplicate", "stale", "degraded"})


def happened(record: InputRecord) -> str:
    """Return what one input did: the way of the status, else what it noted, else why it did nothing."""
    if record.outcome is not Outcome.APPLIED:
        return " ".join(filter(None, [record.outcome.value, record.reason]))
    if record.moves:
        return _way(record)
    return ", ".join(_news(note) for note in record.notes if _is_news(note)) or "nothing new"


def mails_of(record: InputRecord) -> list[str]:
    """Return the mails that one input owes, each with its state unless it went out."""
    return [
        effect.key.split("/")[1] + ("" if effect.state is EffectState.DONE else f" ({effect.state.value})")
        for effect in record.effects
        if effect.key.startswith(MAIL)
    ]


def order_title(order: Order) -> str:
    """Return an order's statuses: its own, those that are computed, and the marketplaces' word for it all."""
    words = [order.status.value, derive.payment(order).value, derive.fulfillment(order).value]
    if (refund := derive.refund(order).value) != "none":
        words.append(f"refund {refund}")
    if (returns := derive.returns(order).value) != "none":
        words.append(f"returns {returns}")
    return f"{' · '.join(words)}  channel_status {derive.channel_status(order).value}"


def order_lines(
    ledger: Ledger, order_id: str, names: Mapping[str, str], waited: Collection[str] = ()
) -> list[str]:
    """Return an order's timeline, a line an input.

    ``names`` says by their keys what the inputs were, ``waited`` which of them were parked first.
    """
    return [
        _aligned(
            f"{names.get(key_of(record)) or _name(record):<30}",
            record,
            "parked, then " if key_of(record) in waited else "",
        )
        for record in ledger.history(order_id)
    ]


def feed_line(ledger: Ledger, record: InputRecord) -> str:
    """Return one input of any order as a line of a running log."""
    number = ledger.numbers.get(record.order_id) or record.order_id or "-"
    # Of a command the actor is a client's id, which tells nobody anything.
    who = f"clerk {record.command}" if record.command and record.source == "api" else record.actor
    return _aligned(f"{who:<20} {number:<10}", record)


def _name(record: InputRecord) -> str:
    return f"{'clerk':<9} {record.command}" if record.command else record.source


def _aligned(who: str, record: InputRecord, before: str = "") -> str:
    clock = f"{record.received_at.astimezone():%H:%M:%S}"
    repeats = f" ({record.repeats + 1} times)" if record.repeats else ""
    line = f"{clock}  {who} {before + happened(record) + repeats:<46}"
    mails = ", ".join(mails_of(record))
    return f"{line} mail: {mails}" if mails else line.rstrip()


def _way(record: InputRecord) -> str:
    """The status before and after; steps that were caught up with are an ellipsis."""
    steps = [record.moves[0].source or "·", *(move.target for move in record.moves)]
    return _ARROW.join(steps if len(steps) <= 3 else [steps[0], "…", steps[-1]])


def _is_news(note: Note) -> bool:
    return note.outcome not in _NOT_NEWS and note.detail != "unchanged"


def _news(note: Note) -> str:
    how = "" if note.outcome == "applied" else f" ({note.outcome})"
    return f"{note.about} {note.detail}".strip() + how
