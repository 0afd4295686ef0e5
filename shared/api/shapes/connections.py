"""Connections, how they are doing, and what came in over them."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic describes typing's own only from Python 3.12 on


class LoggedInput(TypedDict):
    """One input of a connection; ``order_id`` is null where it belongs to no order that is known."""

    key: str
    received_at: str
    outcome: str
    reason: str
    order_id: str | None


class InputList(TypedDict):
    """A page of what came in on one day, the latest first."""

    inputs: list[LoggedInput]
    next: str | None


class Connection(TypedDict):
    """A connection and how its API is doing. ``state`` of its polls: ok, never, or the code of what failed.

    The other states are "" unless something went wrong since they last went well: ``calls_state`` of what it
    is told and asked to book, ``sweep_state`` of the daily look back, ``webhooks_state`` of the look at its
    webhooks.

    Everything that changed at the channel before ``polled_until`` is here; ``lag_seconds`` is how long ago
    that is. Of ``swept`` orders that the last daily look back found, neither webhook nor poll had brought
    ``missed``. ``restored``: webhooks that had been missing or switched off at the channel, made anew.

    ``calls`` are what it is told at all, ``mails`` the kinds that its customers get. One that was removed
    (``removed_at``) is shown for the sake of its orders: it is neither listened to, asked nor told.

    How it is told the stock stands beside it, in the same words: ``levels_state`` and its times. While
    ``levels_owed``, all levels are gone through: it is new, its settings changed, or it could not be told.
    """

    id: str
    kind: str
    name: str
    removed_at: str | None
    polled: bool
    state: str
    failed_at: str | None
    calls_state: str
    calls_failed_at: str | None
    sweep_state: str
    webhooks_state: str
    succeeded_at: str | None
    takes_levels: bool
    levels_state: str
    levels_failed_at: str | None
    levels_told_at: str | None
    levels_owed: bool
    polled_until: str | None
    lag_seconds: int | None
    swept_at: str | None
    swept: int
    missed: int
    restored: list[str]
    calls: list[str]
    mails: list[str]


class ConnectionList(TypedDict):
    """All connections, by id."""

    connections: list[Connection]
