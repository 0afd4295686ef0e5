"""The template's tables, queues, keys and secrets, each as the object that knows it, made once a process.

Imports stand inside the functions here and in :mod:`shared.runtime.wiring`, and nowhere else: answering a
webhook must not load what applying it needs.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime import clients, clock
from shared.runtime.settings import optional_setting, setting

if TYPE_CHECKING:
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
    from shared.wire.api import Api
    from shared.wire.http import Transport

LONGEST_WAIT = 11 * 3600
"""Seconds that a message is postponed at most: SQS refuses more than twelve hours from its receive on."""


@cache
def secrets() -> SecretStore:
    """Return the webhook secrets."""
    from shared.connections.secrets import SecretStore

    return SecretStore(clients.ssm(), setting("SECRETS_PATH"), clock.now)


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

    return ConnectionStore(clients.dynamodb(), setting("CONNECTIONS_TABLE"), clock.now)


@cache
def archive() -> Archive:
    """Return the archive of raw inputs."""
    from shared.storage.archive import Archive

    return Archive(clients.s3(), setting("ARCHIVE_BUCKET"))


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
def stock() -> StockLedger:
    """Return the stock ledger."""
    from shared.storage.stock import StockLedger

    return StockLedger(clients.dynamodb(), setting("STOCK_TABLE"), clock.pause)


@cache
def erasures() -> Erasures:
    """Return the ledger of what was erased on request."""
    from shared.storage.erasures import Erasures

    return Erasures(clients.dynamodb(), setting("CONNECTIONS_TABLE"))


@cache
def labels() -> Labels:
    """Return the labels of booked parcels."""
    from shared.storage.labels import Labels

    return Labels(clients.s3(), setting("ARCHIVE_BUCKET"))


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
def questions() -> QuestionQueue:
    """Return the queue of questions to channels."""
    from shared.storage.questions import QuestionQueue

    return QuestionQueue(clients.sqs(), setting("QUESTION_QUEUE_URL"))


@cache
def key_questions() -> KeyQuestions:
    """Return where it is asked for keys that webhooks name."""
    from shared.storage.questions import KeyQuestions

    return KeyQuestions(questions(), clock.now)


def ask_key(connection: str, key: str) -> None:
    """Ask for a key; built at the first one, which most processes never meet."""
    key_questions().ask(connection, key)


def signing_key(name: str) -> SigningKey:
    """Return a key of the hub's own, made when it is first asked for."""
    import secrets as randomness

    from shared.storage.signing_key import SigningKey

    return SigningKey(clients.ssm, name, randomness.token_urlsafe)


@cache
def address_digest() -> AddressDigest:
    """Return what mail addresses are known by; its key is read with the first one."""
    from shared.storage.address_book import AddressDigest

    # Functions without the setting write no customer and send no mail.
    return AddressDigest(signing_key(optional_setting("ADDRESS_KEY_NAME")))


@cache
def addresses() -> AddressBook:
    """Return what is known of mail addresses."""
    from shared.storage.address_book import AddressBook

    return AddressBook(clients.dynamodb(), setting("ORDERS_TABLE"), address_digest())


@cache
def page_key() -> SigningKey:
    """Return the key that links to tracking pages are signed with."""
    return signing_key(setting("PAGE_KEY_NAME"))


def page_url(order_id: str) -> str:
    """Return the address of an order's tracking page. Raises KeyUnavailableError."""
    from shared.pages.tokens import write_token

    return f"{setting('PAGES_URL')}/track/{write_token(order_id, page_key()())}"


@cache
def credentials() -> CredentialStore:
    """Return the credentials of the channels' APIs."""
    from shared.connections.credentials import CredentialStore

    return CredentialStore(clients.ssm(), setting("CREDENTIALS_PATH"), clock.now)


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
        found = _apis()[connection.id] = Api(base_url="", transport=transport(), now=clock.now)
    found.base_url = connection.settings.api_url
    found.options = connection.settings.api_options
    found.credentials = credentials().get(connection.id)
    return found


def postpone_call(receipt_handle: str, seconds: int) -> None:
    """Let the message of a call come again in some seconds, in front of its order's others."""
    _postpone(setting("CALL_QUEUE_URL"), receipt_handle, seconds)


def postpone_booking(receipt_handle: str, seconds: int) -> None:
    """Let the message of a booking come again in some seconds, in front of its order's others."""
    _postpone(setting("BOOKING_QUEUE_URL"), receipt_handle, seconds)


def _postpone(queue_url: str, receipt_handle: str, seconds: int) -> None:
    clients.sqs().change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, LONGEST_WAIT)
    )
