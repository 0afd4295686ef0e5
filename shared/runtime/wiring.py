"""The composition root: what each function is made of, built once per process.

Imports stand inside the functions here and nowhere else: answering a webhook must not load
what applying it needs.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from shared.runtime import clients
from shared.runtime.settings import optional_setting, setting

if TYPE_CHECKING:
    from shared.api.endpoints.desk import ApiDesk
    from shared.connections.credentials import CredentialStore
    from shared.connections.model import Connection
    from shared.connections.secrets import SecretStore
    from shared.connections.states import ConnectionStates
    from shared.connections.store import ConnectionStore
    from shared.storage.address_book import AddressBook, AddressDigest
    from shared.storage.archive import Archive
    from shared.storage.copies import Copies
    from shared.storage.erasures import Erasures
    from shared.storage.inbox import Inbox
    from shared.storage.labels import Labels
    from shared.storage.outbox import Outbox
    from shared.storage.questions import KeyQuestions, QuestionQueue
    from shared.storage.signing_key import SigningKey
    from shared.storage.stock import StockLedger
    from shared.storage.store import OrderStore
    from shared.usecases.answer_privacy import PrivacyDesk
    from shared.usecases.apply_receipt import InboxDesk
    from shared.usecases.book_parcel import BookingDesk
    from shared.usecases.call_channel import CallDesk
    from shared.usecases.erase_connections import ErasureDesk
    from shared.usecases.follow_parcel import FollowDesk
    from shared.usecases.move_stock import StockDesk
    from shared.usecases.poll_pages import PollDesk, PollQueue
    from shared.usecases.push_levels import LevelDesk
    from shared.usecases.send_mail import MailDesk
    from shared.usecases.show_tracking import TrackingDesk
    from shared.wire.api import Api
    from shared.wire.http import Transport

FIRST_PAUSE_SECONDS = 0.02


def now() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


def pause(attempt: int) -> None:
    """Wait before the ``attempt``-th retry: longer each time, never twice the same."""
    time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311  jitter, no secret


def prepare(root: Callable[[], object]) -> None:
    """Build a function's parts while Lambda initialises, when it lends a full CPU; elsewhere on first use."""
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        root()


@cache
def secrets() -> SecretStore:
    """Return the webhook secrets."""
    from shared.connections.secrets import SecretStore

    return SecretStore(clients.ssm(), setting("SECRETS_PATH"), now)


@cache
def inbox() -> Inbox:
    """Return the inbox; its bucket is only reached for large bodies."""
    from shared.storage.inbox import Inbox

    return Inbox(clients.sqs(), setting("INBOX_QUEUE_URL"), clients.s3, optional_setting("ARCHIVE_BUCKET"))


@cache
def store() -> OrderStore:
    """Return the orders table."""
    from shared.storage.store import OrderStore

    return OrderStore(
        clients.dynamodb(),
        setting("ORDERS_TABLE"),
        address_digest=address_digest() if optional_setting("ADDRESS_KEY_NAME") else None,
    )


@cache
def connections() -> ConnectionStore:
    """Return the connections table."""
    from shared.connections.store import ConnectionStore

    return ConnectionStore(clients.dynamodb(), setting("CONNECTIONS_TABLE"), now)


@cache
def archive() -> Archive:
    """Return the archive of raw inputs."""
    from shared.storage.archive import Archive

    return Archive(clients.s3(), setting("ARCHIVE_BUCKET"))


@cache
def inbox_desk() -> InboxDesk:
    """Return what applying needs."""
    from shared.usecases.apply_receipt import InboxDesk

    return InboxDesk(store=store(), connections=connections(), now=now, pause=pause)


@cache
def document_desk() -> InboxDesk:
    """Return what applying the documents of senders needs."""
    return replace(
        inbox_desk(), copies=copies(), questions=questions(), states=states(), is_deleted=is_account_deleted
    )


@cache
def api_desk() -> ApiDesk:
    """Return what the API's endpoints need; the cursors' key is only read where there is a next page."""
    import secrets as randomness

    from shared.api.endpoints.desk import ApiDesk
    from shared.storage.lists import OrderLists
    from shared.storage.signing_key import SigningKey

    return ApiDesk(
        inbox=inbox_desk(),
        lists=OrderLists(clients.dynamodb(), setting("ORDERS_TABLE")),
        cursor_key=SigningKey(clients.ssm, setting("CURSOR_KEY_NAME"), randomness.token_urlsafe),
        labels=labels,
        stock=stock(),
        addresses=addresses(),
    )


@cache
def outbox() -> Outbox:
    """Return the queues behind the relay."""
    from shared.storage.outbox import Outbox

    return Outbox(
        clients.sqs(),
        {
            "mail": setting("MAIL_QUEUE_URL"),
            "channel": setting("CALL_QUEUE_URL"),
            "booking": setting("BOOKING_QUEUE_URL"),
            "tracking": setting("BOOKING_QUEUE_URL"),
            "stock": setting("STOCK_QUEUE_URL"),
        },
        clients.events,
        optional_setting("EVENT_BUS"),
    )


@cache
def mail_desk() -> MailDesk:
    """Return what sending needs."""
    from shared.connections.mail_templates import MailTemplateStore
    from shared.notifications.mailer import SesMailer
    from shared.runtime.logs import count
    from shared.usecases.send_mail import MailDesk

    return MailDesk(
        store=store(),
        connections=connections(),
        mailer=SesMailer(clients.sesv2()),
        sender=setting("SENDER_ADDRESS"),
        configuration_set=setting("CONFIGURATION_SET"),
        addresses=addresses(),
        page_url=page_url,
        lease=timedelta(seconds=int(setting("MAIL_LEASE_SECONDS"))),
        now=now,
        templates=MailTemplateStore(clients.dynamodb(), setting("CONNECTIONS_TABLE"), now).get,
        count=count,
    )


@cache
def states() -> ConnectionStates:
    """Return how the connections are doing."""
    from shared.connections.states import ConnectionStates

    return ConnectionStates(clients.dynamodb(), setting("CONNECTIONS_TABLE"))


@cache
def copies() -> Copies:
    """Return which order stands for which in back-office shops."""
    from shared.storage.copies import Copies

    return Copies(clients.dynamodb(), setting("ORDERS_TABLE"))


@cache
def credentials() -> CredentialStore:
    """Return the credentials of the channels' APIs."""
    from shared.connections.credentials import CredentialStore

    return CredentialStore(clients.ssm(), setting("CREDENTIALS_PATH"), now)


@cache
def transport() -> Transport:
    """Return the way to the channels. Simulated ones are on this machine, and only where AWS is, too."""
    from urllib.parse import urlsplit

    from shared.wire.transport import HttpTransport

    aws = urlsplit(optional_setting("AWS_ENDPOINT_URL")).hostname
    return HttpTransport(loopback=aws in ("127.0.0.1", "localhost"))


@cache
def _apis() -> dict[str, Api]:
    return {}


def api_of(connection: Connection) -> Api:
    """Return a connection's API with its present credentials; it keeps its access tokens."""
    from shared.wire.api import Api

    found = _apis().get(connection.id)
    if found is None:
        found = _apis()[connection.id] = Api(base_url="", transport=transport(), now=now)
    found.base_url = connection.settings.api_url
    found.options = connection.settings.api_options
    found.credentials = credentials().get(connection.id)
    return found


@cache
def call_desk() -> CallDesk:
    """Return what calling channels needs."""
    from shared.runtime.logs import log_failure
    from shared.usecases.call_channel import CallDesk

    return CallDesk(
        store=store(),
        copies=copies(),
        connections=connections().get,
        states=states(),
        api=api_of,
        inbox=inbox(),
        lease=timedelta(seconds=int(setting("CALL_LEASE_SECONDS"))),
        now=now,
        pause=pause,
        log=log_failure,
    )


@cache
def stock() -> StockLedger:
    """Return the stock ledger."""
    from shared.storage.stock import StockLedger

    return StockLedger(clients.dynamodb(), setting("STOCK_TABLE"), pause)


@cache
def stock_desk() -> StockDesk:
    """Return what moving stock needs."""
    from shared.usecases.move_stock import StockDesk

    return StockDesk(
        store=store(),
        ledger=stock(),
        connections=connections().get,
        lease=timedelta(seconds=int(setting("STOCK_LEASE_SECONDS"))),
        now=now,
        pause=pause,
    )


@cache
def level_desk() -> LevelDesk:
    """Return what telling stock levels needs."""
    from shared.runtime.logs import log_failure
    from shared.usecases.push_levels import LevelDesk

    known = connections().list_with_states
    return LevelDesk(ledger=stock(), connections=known, states=states(), api=api_of, now=now, log=log_failure)


def level_seconds() -> int:
    """Return how long a run may tell levels; it ends before the function does."""
    return int(setting("LEVEL_SECONDS"))


@cache
def questions() -> QuestionQueue:
    """Return the queue of questions to channels."""
    from shared.storage.questions import QuestionQueue

    return QuestionQueue(clients.sqs(), setting("QUESTION_QUEUE_URL"))


@cache
def key_questions() -> KeyQuestions:
    """Return where it is asked for keys that webhooks name."""
    from shared.storage.questions import KeyQuestions

    return KeyQuestions(questions(), now)


def ask_key(connection: str, key: str) -> None:
    """Ask for a key; built at the first one, which most processes never meet."""
    key_questions().ask(connection, key)


@cache
def poll_queue() -> PollQueue:
    """Return the queue of questions, as polls ask them."""
    from shared.usecases.poll_pages import Question

    class Queue:
        def ask(self, question: Question) -> None:
            questions().put(asdict(question))

    return Queue()


@cache
def poll_desk() -> PollDesk:
    """Return what polling needs."""
    from uuid import uuid4

    from shared.connections.secrets import SecretWriter
    from shared.runtime.logs import log_failure
    from shared.usecases.poll_pages import PollDesk

    return PollDesk(
        connections=connections().get,
        states=states(),
        api=api_of,
        inbox=inbox(),
        questions=poll_queue(),
        secrets=secrets().secrets_for,
        keep_secret=SecretWriter(clients.ssm(), setting("SECRETS_PATH")).put,
        address=_webhook_address,
        new_id=lambda: uuid4().hex,
        now=now,
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


def postpone_call(receipt_handle: str, seconds: int) -> None:
    """Let the message of a call come again in some seconds, in front of its order's others."""
    clients.sqs().change_message_visibility(
        QueueUrl=setting("CALL_QUEUE_URL"), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
    )


@cache
def address_digest() -> AddressDigest:
    """Return what mail addresses are known by; its key is read with the first one."""
    import secrets as randomness

    from shared.storage.address_book import AddressDigest
    from shared.storage.signing_key import SigningKey

    # Functions without the setting write no customer and send no mail.
    name = optional_setting("ADDRESS_KEY_NAME")
    return AddressDigest(SigningKey(clients.ssm, name, randomness.token_urlsafe))


@cache
def addresses() -> AddressBook:
    """Return what is known of mail addresses."""
    from shared.storage.address_book import AddressBook

    return AddressBook(clients.dynamodb(), setting("ORDERS_TABLE"), address_digest())


@cache
def page_key() -> SigningKey:
    """Return the key that links to tracking pages are signed with."""
    import secrets as randomness

    from shared.storage.signing_key import SigningKey

    return SigningKey(clients.ssm, setting("PAGE_KEY_NAME"), randomness.token_urlsafe)


def page_url(order_id: str) -> str:
    """Return the address of an order's tracking page. Raises KeyUnavailableError."""
    from shared.pages.tokens import write_token

    return f"{setting('PAGES_URL')}/track/{write_token(order_id, page_key()())}"


@cache
def tracking_desk() -> TrackingDesk:
    """Return what the tracking page needs."""
    from shared.storage.tries import Tries
    from shared.usecases.show_tracking import TrackingDesk

    return TrackingDesk(
        inbox=inbox_desk(),
        key=page_key(),
        tries=Tries(clients.dynamodb(), setting("ORDERS_TABLE"), now),
    )


@cache
def privacy_desk() -> PrivacyDesk:
    """Return what answering customers about their own data needs."""
    from shared.usecases.answer_privacy import PrivacyDesk

    return PrivacyDesk(
        inbox=replace(document_desk(), labels=labels(), failed=archive()),
        addresses=addresses(),
        ledger=erasures(),
    )


@cache
def erasures() -> Erasures:
    """Return the ledger of what was erased on request."""
    from shared.storage.erasures import Erasures

    return Erasures(clients.dynamodb(), setting("CONNECTIONS_TABLE"))


def is_account_deleted(connection: str, account: str) -> bool:
    """Return whether a connection's channel has deleted a customer's account."""
    return erasures().has_account(addresses().account_digest(connection, account))


@cache
def deadline_desk() -> InboxDesk:
    """Return what the deadlines need: one of them erases the customer."""
    return replace(inbox_desk(), copies=copies(), labels=labels(), failed=archive())


@cache
def erasure_desk() -> ErasureDesk:
    """Return what forgetting all customers of a connection needs: no address is looked for."""
    from shared.storage.lists import OrderLists
    from shared.usecases.answer_privacy import PrivacyDesk
    from shared.usecases.erase_connections import ErasureDesk

    return ErasureDesk(
        privacy=PrivacyDesk(
            inbox=deadline_desk(),
            addresses=addresses(),
            ledger=erasures(),
        ),
        lists=OrderLists(clients.dynamodb(), setting("ORDERS_TABLE")),
    )


# --- parcels booked and followed


@cache
def labels() -> Labels:
    """Return the labels of booked parcels."""
    from shared.storage.labels import Labels

    return Labels(clients.s3(), setting("ARCHIVE_BUCKET"))


@cache
def booking_desk() -> BookingDesk:
    """Return what booking parcels needs."""
    from shared.runtime.logs import log_failure
    from shared.usecases.book_parcel import BookingDesk

    return BookingDesk(
        store=store(),
        connections=connections().get,
        states=states(),
        lease=timedelta(seconds=int(setting("BOOKING_LEASE_SECONDS"))),
        now=now,
        pause=pause,
        log=log_failure,
        api=api_of,
        labels=labels(),
    )


@cache
def follow_desk() -> FollowDesk:
    """Return what asking carriers of parcels needs."""
    from uuid import uuid4

    from shared.runtime.logs import log_failure
    from shared.usecases.follow_parcel import FollowDesk

    return FollowDesk(
        store=store(),
        connections=connections().get,
        states=states(),
        lease=timedelta(seconds=int(setting("BOOKING_LEASE_SECONDS"))),
        now=now,
        pause=pause,
        log=log_failure,
        api=api_of,
        inbox=inbox(),
        new_id=lambda: uuid4().hex,
    )


def postpone_booking(receipt_handle: str, seconds: int) -> None:
    """Let the message of a booking come again in some seconds, in front of its order's others."""
    clients.sqs().change_message_visibility(
        QueueUrl=setting("BOOKING_QUEUE_URL"), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
    )
