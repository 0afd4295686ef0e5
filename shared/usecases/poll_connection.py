"""Ask one connection's channel what changed, and put it into the inbox: the sure way of what webhooks bring.

A run holds the connection's lease. It reads the window since the last one, with an overlap, page by page;
the cursor moves only when every page of the window is in the inbox. A run that ends early (time, crash, a
channel that takes no more) goes on at its page. What is read twice is applied once: the keys of inputs are
made of what documents say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from shared.adapters import capabilities_of, polls_of, signature_of, subscriptions_of
from shared.connections.errors import SecretsUnavailableError
from shared.connections.model import Connection
from shared.connections.states import OK, ConnectionStates, Progress
from shared.wire.api import Api, MissingCredentialError
from shared.wire.capabilities import Capabilities
from shared.wire.http import ApiError, RefusedError
from shared.wire.polls import Page, Polled, Window
from shared.wire.receipts import Receipt

LEASE = timedelta(minutes=6)
"""Longer than a run may take: who finds it over knows that its holder is gone."""

SWEEP_BACK = timedelta(days=5)
SPILL_BYTES = 180_000

LEASE_HELD = "lease_held"
PAGE_LOOP = "page_loop"
UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask: what changed, one order, or, ``sweep``, everything of the last days."""

    connection: str
    order_id: str = ""
    sweep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRun:
    """What one run did. ``outcome``: ok, lease_held, unfinished, or the code of what went wrong."""

    outcome: str
    documents: int = 0
    restored: tuple[str, ...] = ()


class Documents(Protocol):
    """The inbox, as far as polls use it."""

    def put_many(self, receipts: Sequence[tuple[Receipt, str]]) -> None:
        """Queue documents, each with its group. Raises InboxUnavailableError: not all are stored then."""

    def spill(self, receipt_id: str, body: bytes) -> str:
        """Store a large body beside the queue and return its key. Raises InboxUnavailableError."""


class PollQueue(Protocol):
    """Where questions wait."""

    def ask(self, question: Question) -> None:
        """Queue a question. Raises where it was not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDesk:
    """What polling needs; ``address`` is where webhooks of a connection go."""

    connections: Callable[[str], Connection]
    states: ConnectionStates
    api: Callable[[Connection], Api]
    inbox: Documents
    questions: PollQueue
    secrets: Callable[[str, str], tuple[str, ...]]
    address: Callable[[Connection], str]
    new_id: Callable[[], str]
    now: Callable[[], datetime]


def poll_connection(question: Question, desk: PollDesk, time_left: Callable[[], timedelta]) -> PollRun:
    """Answer one question. Never raises for what a channel answers: the connection's state says it.

    Raises UnknownConnectionError, InboxUnavailableError: the question then comes again.
    """
    connection = desk.connections(question.connection)
    capabilities = capabilities_of(connection.kind)
    if not connection.settings.api_url or not capabilities.polls:
        return PollRun(outcome="no_api")
    if question.order_id:
        return _asked(connection, desk, lambda: _read_order(question.order_id, connection, desk))
    if question.sweep:
        return _asked(connection, desk, lambda: _sweep(connection, capabilities, desk, time_left))
    return _poll(connection, capabilities, desk, time_left)


def _asked(connection: Connection, desk: PollDesk, work: Callable[[], PollRun]) -> PollRun:
    try:
        return work()
    except (ApiError, MissingCredentialError, SecretsUnavailableError) as error:
        code = _code_of(error)
        desk.states.note(connection.id, state=code, failed_at=desk.now())
        return PollRun(outcome=code)


def _code_of(error: Exception) -> str:
    if isinstance(error, ApiError):
        return error.code
    return "missing_credentials" if isinstance(error, MissingCredentialError) else "credentials_unavailable"


# --- what changed


def _poll(
    connection: Connection, capabilities: Capabilities, desk: PollDesk, time_left: Callable[[], timedelta]
) -> PollRun:
    owner = desk.new_id()
    progress = desk.states.lease(connection.id, owner, now=desk.now(), lease=LEASE)
    if progress is None:
        return PollRun(outcome=LEASE_HELD)
    window = _window(connection, capabilities, progress, desk.now())
    run = _Run(connection, desk, owner, time_left, keeps_token=True)
    try:
        page = run.read(window)
    except (ApiError, MissingCredentialError, SecretsUnavailableError) as error:
        code = _code_of(error)
        # A page token that is not taken any more: the window is begun anew.
        token = "" if isinstance(error, RefusedError) else run.token
        at = desk.now()
        desk.states.release(connection.id, owner, state=code, failed_at=at, polled_at=at, token=token)
        return PollRun(outcome=code, documents=run.documents)
    if run.outcome == PAGE_LOOP:
        # The cursor stays: the next run begins the window anew.
        at = desk.now()
        desk.states.release(connection.id, owner, state=PAGE_LOOP, failed_at=at, polled_at=at, token="")
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
        state=OK,
        succeeded_at=desk.now(),
        polled_at=desk.now(),
        read=run.documents,
    )
    return PollRun(outcome=OK, documents=run.documents)


def _window(connection: Connection, capabilities: Capabilities, progress: Progress, now: datetime) -> Window:
    if progress.token and progress.since and progress.until:
        return Window(since=progress.since, until=progress.until, token=progress.token)
    begin = progress.polled_until or connection.import_since or connection.connected_at
    return Window(since=begin - capabilities.overlap, until=now - capabilities.settles_after)


@dataclass(slots=True)
class _Run:
    """The pages of one window, one after the other."""

    connection: Connection
    desk: PollDesk
    owner: str
    time_left: Callable[[], timedelta]
    keeps_token: bool
    source: str = "poll"
    documents: int = 0
    token: str = ""
    outcome: str = OK

    def read(self, window: Window) -> Page:
        """Put page after page into the inbox and return the last one. Sets ``outcome`` where it is no end."""
        api = self.desk.api(self.connection)
        polls = polls_of(self.connection.kind)
        met: set[str] = set()
        self.token = window.token
        while True:
            page = polls.read_page(window, api)
            digest = _digest(page)
            if digest in met or (page.next_token and page.next_token == window.token):
                self.outcome = PAGE_LOOP
                return page
            met.add(digest)
            self._store(page.documents)
            if not page.next_token:
                return page
            window = replace(window, token=page.next_token)
            self.token = page.next_token
            if self.keeps_token and not self.desk.states.save(
                self.connection.id, self.owner, since=window.since, until=window.until, token=self.token
            ):
                self.outcome = LEASE_HELD
                return page
            if self.time_left() < timedelta(seconds=30):
                self.outcome = UNFINISHED
                return page

    def _store(self, documents: Sequence[Polled]) -> None:
        put_documents(documents, self.connection, self.desk, source=self.source)
        self.documents += len(documents)


def _digest(page: Page) -> str:
    """Return what tells pages apart; empty ones are told by their token alone."""
    digest = hashlib.sha256(page.next_token.encode() if not page.documents else b"")
    for document in page.documents:
        digest.update(hashlib.sha256(document.body).digest())
    return digest.hexdigest()


def put_documents(
    documents: Sequence[Polled], connection: Connection, desk: PollDesk, *, source: str
) -> None:
    """Put polled documents into the inbox, each on its own. Raises InboxUnavailableError."""
    receipts = []
    for document in documents:
        receipt_id = desk.new_id()
        large = len(document.body) > SPILL_BYTES
        receipt = Receipt(
            receipt_id=receipt_id,
            connection=connection.id,
            kind=connection.kind,
            source=source,
            received_at=desk.now(),
            topic=document.topic,
            media_type=signature_of(connection.kind).MEDIA_TYPE,
            body=None if large else document.body,
            spilled_to=desk.inbox.spill(receipt_id, document.body) if large else "",
        )
        group = f"{connection.id}/{document.order_id}" if document.order_id else receipt_id
        receipts.append((receipt, hashlib.sha256(group.encode()).hexdigest()[:32]))
    desk.inbox.put_many(receipts)


# --- one order, and the wide sweep


def _read_order(order_id: str, connection: Connection, desk: PollDesk) -> PollRun:
    document = polls_of(connection.kind).read_order(order_id, desk.api(connection))
    if document is None:
        return PollRun(outcome="not_found")
    put_documents([document], connection, desk, source="poll")
    return PollRun(outcome=OK, documents=1)


def _sweep(
    connection: Connection, capabilities: Capabilities, desk: PollDesk, time_left: Callable[[], timedelta]
) -> PollRun:
    """Read everything of the last days once more, and see to the webhooks.

    What the youngest polls may still be bringing is left out: what the sweep finds new was missed.
    """
    now = desk.now()
    restored: tuple[str, ...] = ()
    failure: ApiError | None = None
    if capabilities.subscriptions:
        secrets = desk.secrets(connection.kind, connection.id)
        if secrets:
            try:
                restored = subscriptions_of(connection.kind).ensure(
                    desk.address(connection), secrets[0], desk.api(connection)
                )
            except ApiError as error:
                # Whoever cannot be told of changes needs the reading all the more: it comes first.
                failure = error
    desk.states.note(connection.id, swept_at=now, swept=None, missed=None, restored=restored)
    recent = capabilities.overlap + timedelta(seconds=connection.settings.poll_every_seconds) * 2
    run = _Run(connection, desk, "", time_left, keeps_token=False, source="sweep")
    run.read(Window(since=now - SWEEP_BACK, until=now - recent))
    if failure is not None:
        raise failure
    return PollRun(outcome=run.outcome, documents=run.documents, restored=restored)
