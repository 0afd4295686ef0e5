"""The composition root: what each function is made of, built once a process.

Each function has a desk: what its use case needs, made of :mod:`shared.runtime.resources`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, TypedDict

from shared.runtime import clients, clock, resources
from shared.runtime.settings import setting

if TYPE_CHECKING:
    from shared.api.endpoints.desk import ApiDesk
    from shared.connections.model import Connection
    from shared.connections.states import ConnectionStates
    from shared.storage.store import OrderStore
    from shared.usecases.answer_privacy import PrivacyDesk
    from shared.usecases.book_parcel import BookingDesk
    from shared.usecases.call_channel import CallDesk
    from shared.usecases.erase_connections import ErasureDesk
    from shared.usecases.follow_parcel import FollowDesk
    from shared.usecases.inbox_desk import InboxDesk
    from shared.usecases.level_taker import LevelDesk
    from shared.usecases.move_stock import StockDesk
    from shared.usecases.poll_pages import PollDesk, PollQueue
    from shared.usecases.send_mail import MailDesk
    from shared.usecases.show_tracking import TrackingDesk


@cache
def inbox_desk() -> InboxDesk:
    """Return what applying needs."""
    from shared.usecases.inbox_desk import InboxDesk

    return InboxDesk(
        store=resources.store(), connections=resources.connections(), now=clock.now, pause=clock.pause
    )


@cache
def document_desk() -> InboxDesk:
    """Return what applying the documents of senders needs."""
    return replace(
        inbox_desk(),
        copies=resources.copies(),
        questions=resources.questions(),
        states=resources.states(),
        is_deleted=is_account_deleted,
    )


@cache
def api_desk() -> ApiDesk:
    """Return what the API's endpoints need; the cursors' key is only read where there is a next page."""
    from shared.api.endpoints.desk import ApiDesk
    from shared.storage.lists import OrderLists

    return ApiDesk(
        inbox=inbox_desk(),
        lists=OrderLists(clients.dynamodb(), setting("ORDERS_TABLE")),
        cursor_key=resources.signing_key(setting("CURSOR_KEY_NAME")),
        labels=resources.labels,
        stock=resources.stock(),
        addresses=resources.addresses(),
    )


@cache
def mail_desk() -> MailDesk:
    """Return what sending needs."""
    from shared.connections.mail_templates import MailTemplateStore
    from shared.notifications.mailer import SesMailer
    from shared.runtime.logs import count
    from shared.usecases.send_mail import MailDesk

    return MailDesk(
        store=resources.store(),
        connections=resources.connections(),
        mailer=SesMailer(clients.sesv2()),
        sender=setting("SENDER_ADDRESS"),
        configuration_set=setting("CONFIGURATION_SET"),
        addresses=resources.addresses(),
        page_url=resources.page_url,
        lease=timedelta(seconds=int(setting("MAIL_LEASE_SECONDS"))),
        now=clock.now,
        templates=MailTemplateStore(clients.dynamodb(), setting("CONNECTIONS_TABLE"), clock.now).get,
        count=count,
    )


class _Work(TypedDict):
    """The fields that every :class:`shared.usecases.owed_work.WorkDesk` has."""

    store: OrderStore
    connections: Callable[[str], Connection]
    states: ConnectionStates
    lease: timedelta
    now: Callable[[], datetime]
    pause: Callable[[int], None]
    log: Callable[[Exception], None]


def _work(lease_seconds: str) -> _Work:
    from shared.runtime.logs import log_failure

    return _Work(
        store=resources.store(),
        connections=resources.connections().get,
        states=resources.states(),
        lease=timedelta(seconds=int(lease_seconds)),
        now=clock.now,
        pause=clock.pause,
        log=log_failure,
    )


@cache
def call_desk() -> CallDesk:
    """Return what calling channels needs."""
    from shared.usecases.call_channel import CallDesk

    return CallDesk(
        **_work(setting("CALL_LEASE_SECONDS")),
        copies=resources.copies(),
        api=resources.api_of,
        inbox=resources.inbox(),
    )


@cache
def stock_desk() -> StockDesk:
    """Return what moving stock needs."""
    from shared.usecases.move_stock import StockDesk

    return StockDesk(
        store=resources.store(),
        ledger=resources.stock(),
        connections=resources.connections().get,
        lease=timedelta(seconds=int(setting("STOCK_LEASE_SECONDS"))),
        now=clock.now,
        pause=clock.pause,
    )


@cache
def level_desk() -> LevelDesk:
    """Return what telling stock levels needs."""
    from shared.runtime.logs import log_failure
    from shared.usecases.level_taker import LevelDesk

    known = resources.connections().list_with_states
    return LevelDesk(
        ledger=resources.stock(),
        connections=known,
        states=resources.states(),
        api=resources.api_of,
        now=clock.now,
        log=log_failure,
    )


def level_seconds() -> int:
    """Return how long a run may tell levels; it ends before the function does."""
    return int(setting("LEVEL_SECONDS"))


@cache
def poll_queue() -> PollQueue:
    """Return the queue of questions, as polls ask them."""
    from shared.usecases.poll_pages import Question

    class Queue:
        def ask(self, question: Question) -> None:
            resources.questions().put(asdict(question))

    return Queue()


@cache
def poll_desk() -> PollDesk:
    """Return what polling needs."""
    from uuid import uuid4

    from shared.connections.secrets import SecretWriter
    from shared.runtime.logs import log_failure
    from shared.usecases.poll_pages import PollDesk

    return PollDesk(
        connections=resources.connections().get,
        states=resources.states(),
        api=resources.api_of,
        inbox=resources.inbox(),
        questions=poll_queue(),
        # What is stored is made of what was read: an old secret would undo a rotation, or forget a key.
        secrets=partial(resources.secrets().secrets_for, fresh=True),
        keep_secret=SecretWriter(clients.ssm(), setting("SECRETS_PATH")).put,
        address=_webhook_address,
        new_id=lambda: uuid4().hex,
        now=clock.now,
        log=log_failure,
    )


def _webhook_address(connection: Connection) -> str:
    """Return where a connection's webhooks go: its address, or the queue of the stack."""
    from shared.adapters import capabilities_of

    if capabilities_of(connection.kind).by_queue:
        return setting("AMAZON_QUEUE_ARN")
    return f"{setting('WEBHOOKS_URL')}/{connection.kind}/{connection.id}"


def poll_seconds() -> int:
    """Return how long a poll may go on with the next page."""
    return int(setting("POLL_SECONDS"))


@cache
def tracking_desk() -> TrackingDesk:
    """Return what the tracking page needs."""
    from shared.storage.tries import Tries
    from shared.usecases.show_tracking import TrackingDesk

    return TrackingDesk(
        inbox=inbox_desk(),
        key=resources.page_key(),
        tries=Tries(clients.dynamodb(), setting("ORDERS_TABLE"), clock.now),
    )


@cache
def privacy_desk() -> PrivacyDesk:
    """Return what answering customers about their own data needs."""
    from shared.usecases.answer_privacy import PrivacyDesk

    return PrivacyDesk(
        inbox=replace(document_desk(), labels=resources.labels(), failed=resources.archive()),
        addresses=resources.addresses(),
        ledger=resources.erasures(),
    )


def is_account_deleted(connection: str, account: str) -> bool:
    """Return whether a connection's channel has deleted a customer's account."""
    return resources.erasures().has_account(resources.addresses().account_digest(connection, account))


@cache
def deadline_desk() -> InboxDesk:
    """Return what the deadlines need: one of them erases the customer."""
    return replace(
        inbox_desk(), copies=resources.copies(), labels=resources.labels(), failed=resources.archive()
    )


@cache
def erasure_desk() -> ErasureDesk:
    """Return what forgetting all customers of a connection needs: no address is looked for."""
    from shared.storage.lists import OrderLists
    from shared.usecases.answer_privacy import PrivacyDesk
    from shared.usecases.erase_connections import ErasureDesk

    return ErasureDesk(
        privacy=PrivacyDesk(
            inbox=deadline_desk(),
            addresses=resources.addresses(),
            ledger=resources.erasures(),
        ),
        lists=OrderLists(clients.dynamodb(), setting("ORDERS_TABLE")),
    )


@cache
def booking_desk() -> BookingDesk:
    """Return what booking parcels needs."""
    from shared.usecases.book_parcel import BookingDesk

    return BookingDesk(
        **_work(setting("BOOKING_LEASE_SECONDS")),
        api=resources.api_of,
        labels=resources.labels(),
    )


@cache
def follow_desk() -> FollowDesk:
    """Return what asking carriers of parcels needs."""
    from uuid import uuid4

    from shared.usecases.follow_parcel import FollowDesk

    return FollowDesk(
        **_work(setting("BOOKING_LEASE_SECONDS")),
        api=resources.api_of,
        inbox=resources.inbox(),
        new_id=lambda: uuid4().hex,
    )
