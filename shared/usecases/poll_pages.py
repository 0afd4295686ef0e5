"""The pages of one window, one after the other into the inbox, and what that needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from shared.adapters import polls_of, signature_of
from shared.connections.model import Connection
from shared.connections.states import OK, ConnectionStates
from shared.usecases.guard_adapter import guarded
from shared.usecases.page_trail import Trail
from shared.wire.api import Api
from shared.wire.polls import Page, Polled, Window
from shared.wire.receipts import Receipt

SPILL_BYTES = 180_000
ENOUGH_FOR_A_PAGE = timedelta(seconds=30)

LEASE_HELD = "lease_held"
PAGE_LOOP = "page_loop"
UNFINISHED = "unfinished"
TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask: what changed, one order, or, ``sweep``, everything of the last days.

    ``key``: the channel's own key that a webhook names and no secret has.
    """

    connection: str
    order_id: str = ""
    sweep: bool = False
    key: str = ""


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
    """What polling needs; ``address`` is where webhooks of a connection go.

    ``secrets`` are those of its webhooks, as they are stored now: what ``keep_secret`` gets is made of them.
    """

    connections: Callable[[str], Connection]
    states: ConnectionStates
    api: Callable[[Connection], Api]
    inbox: Documents
    questions: PollQueue
    secrets: Callable[[str, str], tuple[str, ...]]
    keep_secret: Callable[[str, str, str], None]
    address: Callable[[Connection], str]
    new_id: Callable[[], str]
    now: Callable[[], datetime]
    log: Callable[[Exception], None]


@dataclass(slots=True)
class PageRun:
    """The pages of one window. ``keep`` is told where to go on after each; False: it is not ours any more.

    ``trail`` is what the runs before met in this window, and goes to ``keep`` as text.
    """

    connection: Connection
    desk: PollDesk
    time_left: Callable[[], timedelta]
    keep: Callable[[Window, str], bool]
    source: str = "poll"
    trail: Trail = field(default_factory=Trail)
    documents: int = 0
    token: str = ""
    outcome: str = OK

    def read(self, window: Window) -> Page:
        """Put page after page into the inbox and return the last one. Sets ``outcome`` where it is no end.

        Raises ApiError, MissingCredentialError, SecretsUnavailableError, InboxUnavailableError.
        """
        with guarded(self.desk.log):
            api = self.desk.api(self.connection)
            polls = polls_of(self.connection.kind)
        met: set[str] = set()
        self.token = window.token
        while True:
            with guarded(self.desk.log):
                page = polls.read_page(window, api)
            digest = _digest(page)
            is_met = digest in met or self.trail.meets(digest)
            if is_met or (page.next_token and page.next_token == window.token):
                self.outcome = PAGE_LOOP
                return page
            met.add(digest)
            self.trail = self.trail.after(digest)
            self._store(page.documents)
            if not page.next_token:
                return page
            window = replace(window, token=page.next_token)
            self.token = page.next_token
            if not self.keep(window, self.trail.encode()):
                self.outcome = LEASE_HELD
                return page
            if self.time_left() < ENOUGH_FOR_A_PAGE:
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
            entity=document.order_id,
        )
        group = f"{connection.id}/{document.order_id}" if document.order_id else receipt_id
        receipts.append((receipt, hashlib.sha256(group.encode()).hexdigest()[:32]))
    desk.inbox.put_many(receipts)
