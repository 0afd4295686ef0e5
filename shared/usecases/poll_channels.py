"""Every five minutes: ask for each connection that is due, and for sweeps that are not at their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.adapters import capabilities_of
from shared.connections.model import Connection
from shared.connections.states import Progress
from shared.usecases.poll_pages import PollQueue, Question
from shared.usecases.sweep_connection import goes_on

SLACK = timedelta(seconds=30)
"""A tick comes a little early or late: an interval of five minutes means every tick."""


def poll_channels(
    connections: Iterable[tuple[Connection, Progress]],
    questions: PollQueue,
    *,
    at: datetime,
    sweep: bool = False,
) -> int:
    """Queue a question for each connection whose interval is over at ``at``; return how many.

    ``sweep``: for every connection that can be asked, about the last days, or about its webhooks alone.
    """
    asked = 0
    for connection, progress in connections:
        if not sweep and connection.is_polled and _is_due(connection, progress, at):
            questions.ask(Question(connection=connection.id))
            asked += 1
        can_be_swept = connection.is_polled or connection.has_webhooks
        if can_be_swept and (sweep or goes_on(progress, at)):
            questions.ask(Question(connection=connection.id, sweep=True))
            asked += 1
    return asked


def _is_due(connection: Connection, progress: Progress, at: datetime) -> bool:
    """Due by the merchant's interval, and never more often than the channel's contract allows."""
    # Not failed_at: calls that fail every few minutes would put off the next poll for ever.
    if progress.polled_at is None:
        return True
    if progress.wait_until is not None and at < progress.wait_until:
        return False  # the channel asked to be left alone until then
    every = max(
        timedelta(seconds=connection.settings.poll_every_seconds), capabilities_of(connection.kind).poll_every
    )
    return at - progress.polled_at >= every - SLACK
