"""The one entrance to the domain: an order and an input in, a change out. Pure and total."""

from __future__ import annotations

from datetime import datetime

from shared.orders.changes import Change, Input
from shared.orders.decide_commands import decide_command
from shared.orders.decide_deadlines import decide_deadline
from shared.orders.decide_facts import decide_facts
from shared.orders.model import Order
from shared.orders.rules import Rules


def decide(order: Order | None, given: Input, rules: Rules, now: datetime) -> Change:
    """Return what ``given`` does to ``order`` (None: not known yet) under ``rules`` at ``now``.

    Facts are applied, ignored (``duplicate``, ``stale``) or parked (``unknown_order``,
    ``unknown_parcel``), never refused. Commands are applied or refused, with the reason and what is
    allowed instead. A deadline that is not stored any more is ignored (``obsolete``). Nothing raises
    but a programming error: an input with neither facts nor command nor deadline.
    """
    if given.report is not None:
        return decide_facts(order, given, given.report, rules, now)
    if given.command is not None:
        return decide_command(order, given, given.command, rules, now)
    if given.deadline is not None:
        return decide_deadline(order, given.deadline, rules, now)
    raise ValueError("an input without facts, command and deadline")
