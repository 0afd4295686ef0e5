"""Commands: what the merchant asks for, refused with the reason and what is allowed instead."""

from __future__ import annotations

from datetime import datetime

from shared.orders.changes import Change, Input, Outcome
from shared.orders.commands import Command
from shared.orders.model import Order
from shared.orders.rules import Rules


def decide_command(
    order: Order | None, given: Input, command: Command, rules: Rules, now: datetime
) -> Change:
    return Change(outcome=Outcome.REFUSED, reason="not_found")
