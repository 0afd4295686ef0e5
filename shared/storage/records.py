"""What is read from the orders table, as plain objects."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from shared.orders.changes import Move, Note, Outcome
from shared.orders.values import value


class EffectState(StrEnum):
    """Where one owed effect stands."""

    OWED = "owed"  # nobody has it
    CLAIMED = "claimed"  # a worker has it, until its lease ends
    PENDING = "pending"  # the channel took it and does not show it yet: it is looked at again
    DONE = "done"
    SKIPPED = "skipped"  # nothing to do: no deliverable address, switched off meanwhile
    FAILED = "failed"  # given up, visible, may be asked for again
    AMBIGUOUS = "ambiguous"  # nobody knows whether it happened: shown, never repeated blindly


FINISHED = frozenset({EffectState.DONE, EffectState.SKIPPED, EffectState.FAILED, EffectState.AMBIGUOUS})
# Mails of which the mail service may still say that it took them.
IN_DOUBT = frozenset({EffectState.OWED, EffectState.CLAIMED, EffectState.AMBIGUOUS})


@value(frozen=True, slots=True, kw_only=True)
class EffectRecord:
    """One owed effect with its state. ``proof`` is the other side's id (an SES message id …).

    ``again_at`` is when whoever has it tries or looks again; until then nobody else has to be told of it.
    ``first_tried_at`` is when it was claimed for the first time, UTC.
    """

    key: str
    state: EffectState
    attempt: int = 0
    lease_until: datetime | None = None
    again_at: datetime | None = None
    first_tried_at: datetime | None = None
    claimant: str = ""
    proof: str = ""
    reason: str = ""
    data: dict[str, str] = field(default_factory=dict)


@value(frozen=True, slots=True, kw_only=True)
class InputRecord:
    """The stored outcome of one input: the history of an order is made of these."""

    pk: str
    sk: str
    outcome: Outcome
    reason: str
    source: str
    actor: str
    received_at: datetime
    order_id: str = ""
    version: int = 0  # of the order after it; 0 where the order did not change
    repeats: int = 0  # how often the same input came again
    receipt_id: str = ""
    command: str = ""  # its name, "" for facts and deadlines
    fingerprint: str = ""  # of the command: the same key for another one is refused
    moves: tuple[Move, ...] = ()
    notes: tuple[Note, ...] = ()
    effects: tuple[EffectRecord, ...] = ()

    def effect(self, key: str) -> EffectRecord | None:
        """Return one effect by its key."""
        return next((effect for effect in self.effects if effect.key == key), None)


@value(frozen=True, slots=True, kw_only=True)
class EffectMessage:
    """Which effect is owed: ids only. ``attempt`` tells a renewed request from a repeated one."""

    pk: str
    sk: str
    effect: str
    attempt: int = 0

    @property
    def kind(self) -> str:
        """Return the kind of effect, the first part of its key."""
        return self.effect.partition("/")[0]
