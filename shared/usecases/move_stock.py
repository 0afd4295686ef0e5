"""Move what an order owes to the stock: claim, move, say what came of it, mark.

A movement's key in the ledger is made of the order, its input and the effect. So it takes place once,
however often it is carried out: a claim whose worker vanished is simply taken over. The sweeper may bring
movements in another order than they came to be owed in; one that finds less than it needs carries out those
before it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection
from shared.orders.changes import Input
from shared.orders.commands import Accept, Command, ReportStock, StockWord
from shared.orders.keys import command_hash, command_key, rule_key
from shared.orders.statuses import Status
from shared.storage.orders_table import StoreBusyError
from shared.storage.owed_effects import Claim
from shared.storage.records import FINISHED, EffectMessage, EffectState
from shared.storage.stock import Moved, MoveMade, StockLedger
from shared.storage.stock_keys import sku_of
from shared.storage.store import FullOrder, OrderStore
from shared.usecases.apply_input import apply_input

ACTOR = "orderhub"
PREFIX = "stock/"
RULE = "auto_accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDesk:
    """What moving stock needs. ``lease`` outlasts the function."""

    store: OrderStore
    ledger: StockLedger
    connections: Callable[[str], Connection]
    lease: timedelta
    now: Callable[[], datetime]
    pause: Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of one movement. ``reported``: what the order was told of it."""

    effect: str
    state: EffectState
    reason: str = ""
    reported: tuple[str, ...] = ()


def move_stock(message: EffectMessage, desk: StockDesk) -> list[Carried]:
    """Carry out the movement that ``message`` names, if it is still owed, and those it has to wait for.

    Raises StoreBusyError and LostRaceError, after which it may be carried out again.
    """
    claim = _claim(message, desk)
    effect = claim.effect
    if effect is None:
        return [Carried(effect=message.effect, state=EffectState.SKIPPED, reason="gone")]
    if not claim.granted:
        if effect.state in FINISHED:
            return [Carried(effect=message.effect, state=effect.state, reason=effect.reason)]
        raise StoreBusyError("another worker has this movement")
    order_id = message.pk.removeprefix("ORDER#")
    full = desk.store.read_full(order_id)
    connection = _connection(full, desk)
    if full is None or connection is None:
        return [_mark(message, claim, desk, EffectState.SKIPPED, reason="no_order")]
    name = message.effect.removeprefix(PREFIX).partition("/")[0]
    pieces = _pieces(full, effect.data)
    carried: list[Carried] = []
    made = _move(name, pieces, message, claim, connection, desk, only_covered=True)
    if made.moved is Moved.UNCOVERED:
        carried = _earlier(message, desk)
        made = _move(name, pieces, message, claim, connection, desk, only_covered=False)
    reported = _report(message, full, connection, name, made, desk, unknown=_has_unknown(full, effect.data))
    done = _mark(message, claim, desk, EffectState.DONE, reason=made.moved.value, reported=reported)
    return [*carried, done]


def _claim(message: EffectMessage, desk: StockDesk) -> Claim:
    claim = desk.store.claim(message.pk, message.sk, message.effect, now=desk.now(), lease=desk.lease)
    effect = claim.effect
    if claim.granted or effect is None or effect.state is not EffectState.CLAIMED:
        return claim
    if effect.lease_until is None or desk.now() <= effect.lease_until:
        return claim
    return desk.store.claim(
        message.pk,
        message.sk,
        message.effect,
        now=desk.now(),
        lease=desk.lease,
        abandoned_attempt=effect.attempt,
    )


def _connection(full: FullOrder | None, desk: StockDesk) -> Connection | None:
    if full is None:
        return None
    try:
        return desk.connections(full.order.connection)
    except UnknownConnectionError:
        return None


def _earlier(message: EffectMessage, desk: StockDesk) -> list[Carried]:
    """Carry out what the order came to owe before: what gives it the pieces may not have come yet."""
    owing = desk.store.owing(message.pk)
    this = next((record for record in owing if record.sk == message.sk), None)
    version = this.version if this else 0
    carried: list[Carried] = []
    for record in owing:
        if not 0 < record.version < version:
            continue
        for effect in record.effects:
            if effect.key.startswith(PREFIX) and effect.state not in FINISHED:
                earlier = EffectMessage(pk=record.pk, sk=record.sk, effect=effect.key, attempt=effect.attempt)
                carried += move_stock(earlier, desk)
    return carried


def _pieces(full: FullOrder, data: dict[str, str]) -> dict[str, int]:
    """Return the pieces of each SKU; lines of the same SKU together, those without a SKU not at all."""
    skus = _skus(full)
    pieces: dict[str, int] = {}
    for line_id, count in data.items():
        sku = skus.get(line_id, "")
        if sku:
            pieces[sku] = pieces.get(sku, 0) + int(count)
    return pieces


def _has_unknown(full: FullOrder, data: dict[str, str]) -> bool:
    skus = _skus(full)
    return any(not skus.get(line_id) for line_id in data)


def _skus(full: FullOrder) -> dict[str, str]:
    return {line.external_id: sku_of(line.sku) for line in full.seen.lines} if full.seen else {}


def _move(
    name: str,
    pieces: dict[str, int],
    message: EffectMessage,
    claim: Claim,
    connection: Connection,
    desk: StockDesk,
    *,
    only_covered: bool,
) -> MoveMade:
    now = desk.now()
    return desk.ledger.move(
        name,
        pieces,
        order_id=message.pk.removeprefix("ORDER#"),
        cause=f"{message.pk}/{message.sk}/{message.effect}",
        at=claim.owed_since or now,
        now=now,
        buffer=connection.settings.stock_buffer,
        only_covered=only_covered,
    )


def _report(
    message: EffectMessage,
    full: FullOrder,
    connection: Connection,
    name: str,
    made: MoveMade,
    desk: StockDesk,
    *,
    unknown: bool,
) -> tuple[str, ...]:
    """Tell the order what it has to know, and accept it where the rule does; return the words."""
    words: list[StockWord] = []
    if made.moved is Moved.SHORT:
        words.append(StockWord.SHORT)
    if made.overdrawn:
        words.append(StockWord.BELOW_ZERO)
    waits = full.order.status is Status.WAITING_ACCEPTANCE and not full.order.acceptance_failed
    if name == "reserve" and connection.settings.auto_accept and waits and made.moved is not Moved.SHORT:
        if unknown or not made.tracked:
            words.append(StockWord.UNKNOWN)
        elif not made.above:
            words.append(StockWord.BELOW_BUFFER)
        else:
            key = rule_key(message.sk, RULE)
            _enter(full, connection, Accept(), key=key, source="rule", desk=desk)
    for word in words:
        key = command_key(full.order.id, ACTOR, f"{message.sk}/{message.effect}/{word.value}")
        _enter(full, connection, ReportStock(word=word), key=key, source="stock", desk=desk)
    return tuple([word.value for word in words])


def _enter(
    full: FullOrder, connection: Connection, command: Command, *, key: str, source: str, desk: StockDesk
) -> None:
    entry = Input(
        key=key,
        connection=full.order.connection,
        source=source,
        actor=ACTOR,
        received_at=desk.now(),
        command=command,
        fingerprint=command_hash(command),
    )
    apply_input(
        full.order.id, entry, rules=connection.rules(), store=desk.store, now=desk.now, pause=desk.pause
    )


def _mark(
    message: EffectMessage,
    claim: Claim,
    desk: StockDesk,
    state: EffectState,
    *,
    reason: str,
    reported: tuple[str, ...] = (),
) -> Carried:
    desk.store.mark(
        message.pk, message.sk, message.effect, claim=claim, state=state, now=desk.now(), reason=reason
    )
    return Carried(effect=message.effect, state=state, reason=reason, reported=reported)
