"""Tell channels how many pieces there are: what changed, where it differs from what they were told last.

A level is absolute, so that telling it twice does no harm. One that could not be told stays *changed*; a SKU
that a channel does not take counts as told until its level changes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.adapters import capabilities_of, levels_of
from shared.connections.errors import SecretsUnavailableError
from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.storage.stock import StockLedger
from shared.storage.stock_requests import Level
from shared.wire.api import Api, MissingCredentialError
from shared.wire.http import ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDesk:
    """What telling levels needs. ``connections`` lists them all, ``api`` opens a connection's API."""

    ledger: StockLedger
    connections: Callable[[], Iterable[Connection]]
    states: ConnectionStates
    api: Callable[[Connection], Api]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsPushed:
    """How many levels were told, not taken, and could not be told."""

    told: int = 0
    refused: int = 0
    failed: int = 0


def push_levels(desk: LevelDesk) -> LevelsPushed:
    """Tell every channel that takes levels what changed."""
    changed = list(desk.ledger.changed())
    if not changed:
        return LevelsPushed()
    told = refused = 0
    failed: set[str] = set()
    failures = 0
    for connection in desk.connections():
        if not _takes_levels(connection):
            continue
        wanted = _wanted(changed, connection)
        left, taken, not_taken = _push(wanted, connection, desk)
        failed |= left
        failures += len(left)
        told += taken
        refused += not_taken
    for level in changed:
        if level.sku not in failed:
            desk.ledger.settle(level)
    return LevelsPushed(told=told, refused=refused, failed=failures)


def _takes_levels(connection: Connection) -> bool:
    settings = connection.settings
    return settings.stock and bool(settings.api_url) and capabilities_of(connection.kind).levels


def _wanted(changed: Sequence[Level], connection: Connection) -> dict[str, int]:
    """Return what the channel is to be told of each SKU that it knows otherwise."""
    buffer = connection.settings.stock_buffer
    levels = {level.sku: max(level.available - buffer, 0) for level in changed}
    told = {level.sku: level.pushed.get(connection.id) for level in changed}
    return {sku: count for sku, count in levels.items() if told[sku] != count}


def _push(wanted: dict[str, int], connection: Connection, desk: LevelDesk) -> tuple[set[str], int, int]:
    """Tell a channel, in batches; return the SKUs it could not be told of, and how many it took and not."""
    left = set(wanted)
    told = refused = 0
    if not left:
        return left, told, refused
    module = levels_of(connection.kind)
    try:
        api = desk.api(connection)
        names = list(wanted)
        for start in range(0, len(names), module.AT_ONCE):
            skus = names[start : start + module.AT_ONCE]
            codes = module.push({sku: wanted[sku] for sku in skus}, api)
            for sku in skus:
                desk.ledger.note_pushed(sku, connection.id, wanted[sku], codes.get(sku, ""))
            left.difference_update(skus)
            refused += len(codes)
            told += len(skus) - len(codes)
    except MissingCredentialError:
        _note(connection, "missing_credentials", desk)
    except SecretsUnavailableError:
        _note(connection, "credentials_unavailable", desk)
    except ApiError as error:
        _note(connection, error.code, desk)
    return left, told, refused


def _note(connection: Connection, code: str, desk: LevelDesk) -> None:
    desk.states.note(connection.id, state=code, failed_at=desk.now())
