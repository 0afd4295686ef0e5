"""Ask one connection's channel what changed, and put it into the inbox: the sure way of what webhooks bring.

A run holds the connection's lease. It reads the window since the last one, with an overlap, page by page;
the cursor moves only when every page of the window is in the inbox. A run that ends early (time, crash, a
channel that takes no more) goes on at its page. What is read twice is applied once: the keys of inputs are
made of what documents say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.adapters import capabilities_of, polls_of
from shared.connections.model import Connection
from shared.connections.states import OK, Progress
from shared.usecases.guard_adapter import WHAT_A_CHANNEL_ANSWERS, AdapterFailedError, code_of, guarded
from shared.usecases.page_trail import read_trail
from shared.usecases.poll_pages import (
    LEASE_HELD,
    PAGE_LOOP,
    UNFINISHED,
    PageRun,
    PollDesk,
    PollRun,
    Question,
    put_documents,
)
from shared.usecases.renew_secret import learn_key
from shared.usecases.see_to_webhooks import look_at_webhooks
from shared.usecases.sweep_connection import sweep_connection
from shared.wire.capabilities import Capabilities
from shared.wire.http import ApiError, AuthError, RateLimitedError, RefusedError
from shared.wire.polls import Window

LEASE = timedelta(minutes=6)
"""Longer than a run may take: who finds it over knows that its holder is gone."""
GIVES_UP_A_PAGE_AFTER = timedelta(hours=6)
"""A page that still fails when its window is so old: its token may be what the channel stumbles over."""


def poll_connection(question: Question, desk: PollDesk, time_left: Callable[[], timedelta]) -> PollRun:
    """Answer one question. Never raises for what a channel answers: the connection's state says it.

    Raises UnknownConnectionError, InboxUnavailableError, AdapterFailedError: the question then comes again.
    """
    connection = desk.connections(question.connection)
    capabilities = capabilities_of(connection.kind)
    if question.key:
        return learn_key(question.key, connection, desk)
    if question.sweep and connection.has_webhooks and not capabilities.polls:
        return look_at_webhooks(connection, desk)
    if not connection.is_polled:
        return PollRun(outcome="no_api")
    if question.order_id:
        return _read_order(question.order_id, connection, desk)
    if question.sweep:
        return sweep_connection(connection, desk, time_left)
    return _poll(connection, capabilities, desk, time_left)


# --- what changed


def _poll(
    connection: Connection, capabilities: Capabilities, desk: PollDesk, time_left: Callable[[], timedelta]
) -> PollRun:
    owner = desk.new_id()
    progress = desk.states.lease(connection.id, owner, now=desk.now(), lease=LEASE)
    if progress is None:
        return PollRun(outcome=LEASE_HELD)
    window = _window(connection, capabilities, progress, desk.now())

    def keep(window: Window, trail: str) -> bool:
        return desk.states.save(
            connection.id, owner, since=window.since, until=window.until, token=window.token, trail=trail
        )

    run = PageRun(connection, desk, time_left, keep, trail=read_trail(progress.trail if window.token else ""))
    try:
        page = run.read(window)
    except WHAT_A_CHANNEL_ANSWERS as error:
        code = code_of(error)
        # A page token that is not taken any more, or breaks the adapter: the window is begun anew.
        is_anew = isinstance(error, (RefusedError, AdapterFailedError)) or _is_stuck(error, run, window)
        at = desk.now()
        again_after = error.again_after if isinstance(error, ApiError) else None
        desk.states.release(
            connection.id,
            owner,
            state=code,
            failed_at=at,
            polled_at=at,
            wait_until=None if again_after is None else at + again_after,
            **({"token": "", "trail": ""} if is_anew else {"token": run.token}),
        )
        if isinstance(error, AdapterFailedError):
            raise
        return PollRun(outcome=code, documents=run.documents)
    if run.outcome == PAGE_LOOP:
        # The cursor stays: the next run begins the window anew.
        at = desk.now()
        desk.states.release(
            connection.id, owner, state=PAGE_LOOP, failed_at=at, polled_at=at, token="", trail=""
        )
        return PollRun(outcome=PAGE_LOOP, documents=run.documents)
    if run.outcome == LEASE_HELD:
        # Another run has the window by now; what this one read is in the inbox.
        return PollRun(outcome=LEASE_HELD, documents=run.documents)
    if run.outcome == UNFINISHED:
        desk.states.release(connection.id, owner, token=run.token)
        desk.questions.ask(Question(connection=connection.id))
        return PollRun(outcome=UNFINISHED, documents=run.documents)
    until = page.covers_until or window.until
    desk.states.release(
        connection.id,
        owner,
        polled_until=max(until, progress.polled_until) if progress.polled_until else until,
        since=None,
        until=None,
        token="",
        trail="",
        state=OK,
        wait_until=None,
        succeeded_at=desk.now(),
        polled_at=desk.now(),
        read=run.documents,
    )
    return PollRun(outcome=OK, documents=run.documents)


def _is_stuck(error: Exception, run: PageRun, window: Window) -> bool:
    """True where a page fails for hours, for a reason that may lie in its token."""
    waits = not isinstance(error, ApiError) or isinstance(error, (AuthError, RateLimitedError))
    is_old = run.desk.now() - window.until > GIVES_UP_A_PAGE_AFTER
    return bool(window.token) and run.token == window.token and is_old and not waits


def _window(connection: Connection, capabilities: Capabilities, progress: Progress, now: datetime) -> Window:
    if progress.token and progress.since and progress.until:
        return Window(since=progress.since, until=progress.until, token=progress.token)
    begin = progress.polled_until or connection.import_since or connection.connected_at
    return Window(since=begin - capabilities.overlap, until=now - capabilities.settles_after)


# --- one order


def _read_order(order_id: str, connection: Connection, desk: PollDesk) -> PollRun:
    try:
        with guarded(desk.log):
            document = polls_of(connection.kind).read_order(order_id, desk.api(connection))
    except WHAT_A_CHANNEL_ANSWERS as error:
        desk.states.note(connection.id, state=code_of(error), failed_at=desk.now())
        if isinstance(error, AdapterFailedError):
            raise
        return PollRun(outcome=code_of(error))
    if document is None:
        return PollRun(outcome="not_found")
    put_documents([document], connection, desk, source="poll")
    return PollRun(outcome=OK, documents=1)
