"""Once a day: read everything of the last days once more, and see to the webhooks.

What is new then was missed by webhook and poll. A sweep that a run does not come to the end of goes on at its
page with the next tick, for as long as :data:`LASTS`; then the next day's begins.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared.adapters import capabilities_of
from shared.connections.model import Connection
from shared.connections.states import OK, Progress
from shared.usecases.guard_adapter import WHAT_A_CHANNEL_ANSWERS, AdapterFailedError, code_of
from shared.usecases.page_trail import read_trail
from shared.usecases.poll_pages import PAGE_LOOP, UNFINISHED, PageRun, PollDesk, PollRun
from shared.usecases.see_to_webhooks import see_to_webhooks
from shared.wire.api import MissingCredentialError
from shared.wire.http import AuthError, RefusedError
from shared.wire.polls import Window

BACK = timedelta(days=5)
LASTS = timedelta(hours=20)


def goes_on(progress: Progress, at: datetime) -> bool:
    """True where a sweep has not come to its end, and is not too old for it."""
    began = progress.swept_at
    return progress.sweep_since is not None and began is not None and at - began < LASTS


def sweep_connection(connection: Connection, desk: PollDesk, time_left: Callable[[], timedelta]) -> PollRun:
    """Begin a sweep, or go on with the one that is not at its end. Its state says what a channel answers.

    Raises InboxUnavailableError, AdapterFailedError: the question then comes again.
    """
    now = desk.now()
    progress = desk.states.read(connection.id)
    restored: tuple[str, ...] = ()
    webhooks_failure: Exception | None = None
    failure: Exception | None = None
    if goes_on(progress, now) and progress.sweep_since and progress.sweep_until:
        window = Window(since=progress.sweep_since, until=progress.sweep_until, token=progress.sweep_token)
    else:
        restored, webhooks_failure = see_to_webhooks(connection, desk)
        window = _window(connection, now)
        counts = {"swept_at": now, "swept": None, "missed": None}
        broken = code_of(webhooks_failure) if webhooks_failure else ""
        desk.states.note(connection.id, **counts, **_place(window), restored=restored, webhooks_state=broken)

    def keep(window: Window, trail: str) -> bool:
        desk.states.note(connection.id, **_place(window, trail))
        return True

    # Whoever cannot be told of changes needs the reading all the more: it takes place in any case.
    trail = read_trail(progress.sweep_trail if window.token else "")
    run = PageRun(connection, desk, time_left, keep, source="sweep", trail=trail)
    try:
        run.read(window)
        outcome = run.outcome
    except WHAT_A_CHANNEL_ANSWERS as met:
        failure, outcome = met, code_of(met)
    is_over = outcome in (OK, PAGE_LOOP) or isinstance(failure, _ENDS)
    # Where it is not over, the page that could not be read now is read with one of the next ticks.
    word = "" if outcome in (OK, UNFINISHED) else outcome
    desk.states.note(connection.id, sweep_state=word, **(_place(None) if is_over else {}))
    for error in (failure, webhooks_failure):
        if isinstance(error, AdapterFailedError):
            raise error
    if outcome in (OK, UNFINISHED) and webhooks_failure is not None:
        outcome = code_of(webhooks_failure)
    return PollRun(outcome=outcome, documents=run.documents, restored=restored)


# What does not go away by waiting some minutes, or may be the page token's fault: the next day's begins anew.
_ENDS = (AuthError, RefusedError, AdapterFailedError, MissingCredentialError)


def _place(window: Window | None, trail: str = "") -> dict[str, Any]:
    """Return where a sweep goes on, None: nowhere."""
    if window is None:
        return {"sweep_since": None, "sweep_until": None, "sweep_token": "", "sweep_trail": ""}
    place = {"sweep_since": window.since, "sweep_until": window.until, "sweep_token": window.token}
    return place | {"sweep_trail": trail}


def _window(connection: Connection, now: datetime) -> Window:
    """Return what is read once more; what the youngest polls may still be bringing is left out."""
    recent = capabilities_of(connection.kind).overlap + 2 * timedelta(
        seconds=connection.settings.poll_every_seconds
    )
    return Window(since=now - BACK, until=now - recent)
