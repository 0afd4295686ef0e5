"""What goes into :func:`decide` and what comes out: inputs, outcomes, effects, changes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.orders.facts import Customer, OrderSeen, Report
from shared.orders.values import value

if TYPE_CHECKING:
    from shared.orders.commands import Command
    from shared.orders.model import Deadline, Order


class Outcome(StrEnum):
    """Every input ends in exactly one of these; nothing vanishes."""

    APPLIED = "applied"
    IGNORED = "ignored"  # duplicate, stale or not about orders
    REFUSED = "refused"  # commands only
    PARKED = "parked"  # its order or parcel is not known yet
    QUARANTINED = "quarantined"  # authentic but unusable
    DEAD_LETTERED = "dead_lettered"  # it failed five times: our fault, an alarm says so


@value(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing that happened or is asked for, about one order.

    ``key`` is made of business facts, never of clocks or delivery ids. Exactly one of
    ``report`` (facts), ``command`` and ``deadline`` is set. ``source`` says by which way
    it came (webhook, poll, sweep, replay, api, tracking_page, call, rule, deadline …); ``actor`` who
    sent it: a connection id, a user id, or ``orderhub``. ``fingerprint`` tells a command from another
    one that comes with the same key. ``repeats`` counts how often it came again while it was parked.
    """

    key: str
    connection: str
    source: str
    actor: str
    received_at: datetime
    report: Report | None = None
    command: Command | None = None
    deadline: Deadline | None = None
    fingerprint: str = ""
    repeats: int = 0


@value(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing a change owes to the world, carried out once.

    ``key`` is ``kind/name`` or ``kind/name/target`` and is owed at most once per order:
    the order remembers what it ever owed. Kinds that may repeat (tracking, stock,
    resends) carry the version in the target: ``1@5`` is package 1 in version 5
    (:func:`shared.orders.effects.subject_of` gives the package back). ``data`` holds ids and
    quantities only, never personal data.
    """

    kind: str  # mail, channel, stock, booking, tracking, unpark
    name: str  # order_received, ship, reserve …
    target: str = ""  # package, refund or return id; "" for the order itself
    data: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}/{self.target}" if self.target else f"{self.kind}/{self.name}"


@value(frozen=True, slots=True, kw_only=True)
class Move:
    """One step of ``status`` by a row of the transition table. ``source`` is "" for a new order."""

    rule: str  # T1 … T18
    source: str
    target: str
    caught_up: bool = False


@value(frozen=True, slots=True, kw_only=True)
class Note:
    """What became of one fact or step inside an input: for the history, no personal data."""

    about: str  # package/1, refund/929361472, payment, status …
    outcome: str  # applied, duplicate, stale, attention, unknown …
    detail: str = ""


@value(frozen=True, slots=True, kw_only=True)
class Change:
    """What one input does to one order. The whole of it is stored in one conditional write.

    ``order`` is the order after the change (its version one higher), None where nothing
    is to be stored but the outcome. ``seen`` and ``customer`` are set where the order's
    document or its personal data are to be replaced; ``seen`` never holds the customer.
    ``tracking_numbers`` are those that point to this order from now on.
    """

    outcome: Outcome
    reason: str = ""
    order: Order | None = None
    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()
    notes: tuple[Note, ...] = ()
    seen: OrderSeen | None = None
    customer: Customer | None = None
    tracking_numbers: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()  # commands allowed instead, where one was refused
