"""Connections, how they are doing, and what came in over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shared.api.shapes import connections as shapes
from shared.api.views.values import time_text
from shared.connections.model import Connection
from shared.connections.states import Progress, lag_of
from shared.orders.effects import MAILS
from shared.storage.lists import LoggedInput
from shared.usecases.level_terms import owes_all, takes_levels


def show_connections(known: Sequence[tuple[Connection, Progress]], now: datetime) -> shapes.ConnectionList:
    """Return every connection with how it is doing; no setting and no credential."""
    return {"connections": [_connection(connection, progress, now) for connection, progress in known]}


def show_inputs(inputs: Sequence[LoggedInput], cursor: str | None) -> shapes.InputList:
    """Return a page of a connection's day."""
    return {
        "inputs": [
            {
                "key": entry.key,
                "received_at": entry.received_at.isoformat(),
                "outcome": entry.outcome.value,
                "reason": entry.reason,
                "order_id": entry.order_id or None,
            }
            for entry in inputs
        ],
        "next": cursor,
    }


def _connection(connection: Connection, progress: Progress, now: datetime) -> shapes.Connection:
    lag = lag_of(progress, now)
    return {
        "id": connection.id,
        "kind": connection.kind,
        "name": connection.name,
        "removed_at": time_text(connection.removed_at),
        "polled": connection.is_polled,
        "state": progress.state,
        "failed_at": time_text(progress.failed_at),
        "calls_state": progress.calls_state,
        "calls_failed_at": time_text(progress.calls_failed_at),
        "sweep_state": progress.sweep_state,
        "webhooks_state": progress.webhooks_state,
        "succeeded_at": time_text(progress.succeeded_at),
        "takes_levels": takes_levels(connection),
        "levels_state": progress.levels_state,
        "levels_failed_at": time_text(progress.levels_failed_at),
        "levels_told_at": time_text(progress.levels_told_at),
        "levels_owed": takes_levels(connection) and owes_all(connection, progress),
        "polled_until": time_text(progress.polled_until),
        "lag_seconds": int(lag.total_seconds()) if lag is not None else None,
        "swept_at": time_text(progress.swept_at),
        "swept": progress.swept,
        "missed": progress.missed,
        "restored": list(progress.restored),
        "calls": sorted(connection.rules().capabilities - {"stock"}),
        "mails": [kind for kind in MAILS if connection.rules().mail_wanted(kind)],
    }
