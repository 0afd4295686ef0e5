"""What a resend repeats: the effect that it names, and the resends of the same one before it."""

from __future__ import annotations

from collections.abc import Iterable

from shared.storage.records import FINISHED, EffectRecord, EffectState, InputRecord

_NOT_DONE = frozenset({EffectState.FAILED, EffectState.SKIPPED})


def is_under_way(effect: EffectRecord, history: Iterable[InputRecord]) -> bool:
    """True where what a resend repeats is still being done, by itself or by a resend before this one."""
    return any(other.state not in FINISHED for other in _before(effect, history))


def may_be_done(effect: EffectRecord, history: Iterable[InputRecord]) -> bool:
    """True where what a resend repeats may have taken place: it was not refused for good."""
    return any(other.state not in _NOT_DONE for other in _before(effect, history))


def ticket_of(effect: EffectRecord, history: Iterable[InputRecord]) -> str:
    """Return what the other side gave to ask with, where what a resend repeats is in doubt; "" otherwise."""
    tickets = [other.proof for other in _before(effect, history) if other.state is EffectState.AMBIGUOUS]
    return next(filter(None, reversed(tickets)), "")


def _before(effect: EffectRecord, history: Iterable[InputRecord]) -> list[EffectRecord]:
    """Return the effects that stand for the same thing and came to be owed before."""
    if "resend" not in effect.data:
        return []
    known = _by_key(history)
    keys = list(known)
    first = _first(effect, known).key
    return [known[key] for key in keys[: keys.index(effect.key)] if _first(known[key], known).key == first]


def first_of(effect: EffectRecord, history: Iterable[InputRecord]) -> EffectRecord:
    """Return what a resend repeats, whatever lies between; any other effect is itself."""
    return _first(effect, _by_key(history))


def _by_key(history: Iterable[InputRecord]) -> dict[str, EffectRecord]:
    return {effect.key: effect for record in history for effect in record.effects}  # in the order of owing


def _first(effect: EffectRecord, known: dict[str, EffectRecord]) -> EffectRecord:
    while (key := effect.data.get("resend", "")) in known:
        effect = known[key]
    return effect
