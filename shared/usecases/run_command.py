"""Run one command: decided on the order as it is, stored in one write, the same answer each time it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from shared.connections.errors import UnknownConnectionError
from shared.orders.allowed import allowed_commands
from shared.orders.changes import Change, Input, Note, Outcome
from shared.orders.commands import AddLine, ChangeAddress, Command, CreateOrder
from shared.orders.keys import command_hash, command_key
from shared.orders.model import connection_of
from shared.orders.values import value
from shared.storage.store import FullOrder, OrderStore
from shared.usecases.apply_input import apply_input
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.read_order import UnknownOrderError

if TYPE_CHECKING:
    from shared.orders.model import Order


class VersionConflictError(Exception):
    """The order is not the one the caller has seen. ``version`` is what it has become."""

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class KeyReusedError(Exception):
    """The same Idempotency-Key came before, with another command."""


@value(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """What is asked for. ``seen_version`` None: whatever the order has become meanwhile."""

    order_id: str
    command: Command
    who: str
    idempotency_key: str
    seen_version: int | None = None
    source: str = "api"


@value(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What became of it. ``order`` is the order after it, or as it stands where nothing changed.

    ``version`` is the order's after this command, 0 where it changed nothing; ``allowed`` what may be
    asked for instead of what was refused. ``repeated``: the outcome is that of the first time.
    """

    outcome: Outcome
    reason: str
    order: Order
    version: int = 0
    notes: tuple[Note, ...] = ()
    effects: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    repeated: bool = False


def run_command(request: CommandRequest, desk: InboxDesk) -> CommandResult:
    """Run ``request`` exactly once.

    Raises UnknownOrderError, VersionConflictError and KeyReusedError, where nothing is stored, and
    LostRaceError and StoreBusyError, after which it may be sent again with the same key.
    """
    try:
        rules = desk.connections.get(connection_of(request.order_id)).rules()
    except UnknownConnectionError:
        raise UnknownOrderError from None
    entry = _input(request, desk)
    applied = apply_input(
        request.order_id,
        entry,
        rules=rules,
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
        check=_check(request),
        complete=_complete(request, desk.store),
    )
    change = applied.change
    if applied.repeated or change is None:
        return _first_result(request, entry, desk)
    order = change.order or applied.before
    assert order is not None  # noqa: S101  without an order only CreateOrder passes, and makes one
    return CommandResult(
        outcome=change.outcome,
        reason=change.reason,
        order=order,
        version=change.order.version if change.order else 0,
        notes=change.notes,
        effects=tuple(sorted(effect.key for effect in change.effects)),
        allowed=change.allowed,
    )


def _input(request: CommandRequest, desk: InboxDesk) -> Input:
    return Input(
        key=command_key(request.order_id, request.who, request.idempotency_key),
        connection=connection_of(request.order_id),
        source=request.source,
        actor=request.who,
        received_at=desk.now(),
        command=request.command,
        fingerprint=command_hash(request.command),
    )


def _check(request: CommandRequest) -> Callable[[Order | None], None]:
    # Held on the very version that is written upon: what comes in between makes the write fail.
    def check(order: Order | None) -> None:
        if order is None:
            if not isinstance(request.command, CreateOrder):
                raise UnknownOrderError
        elif request.seen_version not in (None, order.version):
            raise VersionConflictError(order.version)

    return check


def _complete(request: CommandRequest, store: OrderStore) -> Callable[[Change], Change] | None:
    """Return what adds the texts that are stored to those of the command: the domain holds none."""
    command = request.command
    if not isinstance(command, AddLine | ChangeAddress):
        return None

    def complete(change: Change) -> Change:
        if change.order is None:
            return change
        # Read after the head: if it changes in between, so has the head, and the write fails.
        full = store.read_full(request.order_id)
        if full is None:
            return change
        if isinstance(command, AddLine):
            return _with_line(change, command, full)
        return _with_kept(change, command, full)

    return complete


def _with_line(change: Change, command: AddLine, full: FullOrder) -> Change:
    if full.seen is None:
        return change
    return replace(change, seen=replace(full.seen, lines=(*full.seen.lines, command.line)))


def _with_kept(change: Change, command: ChangeAddress, full: FullOrder) -> Change:
    if full.customer is None or change.customer is None:
        return change
    stored = {name: getattr(full.customer, name) for name in command.kept}
    return replace(change, customer=replace(change.customer, **stored))


def _first_result(request: CommandRequest, entry: Input, desk: InboxDesk) -> CommandResult:
    """Return what became of the command when it came first. Raises KeyReusedError."""
    snapshot = desk.store.read(request.order_id, entry.key)
    record, order = snapshot.record, snapshot.order
    if record is None or order is None:
        raise UnknownOrderError
    if record.fingerprint != entry.fingerprint:
        raise KeyReusedError
    allowed: tuple[str, ...] = ()
    if record.outcome is Outcome.REFUSED:
        rules = desk.connections.get(connection_of(request.order_id)).rules()
        allowed = tuple(action.name for action in allowed_commands(order, rules) if action.allowed)
    return CommandResult(
        outcome=record.outcome,
        reason=record.reason,
        order=order,
        version=record.version,
        notes=record.notes,
        effects=tuple(sorted(effect.key for effect in record.effects)),
        allowed=allowed,
        repeated=True,
    )
