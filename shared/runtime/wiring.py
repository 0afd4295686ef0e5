"""The composition root: what each function is made of, built once per process.

Imports stand inside the functions here and nowhere else: answering a webhook must not load
what applying it needs.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from shared.runtime import clients
from shared.runtime.settings import optional_setting, setting

if TYPE_CHECKING:
    from shared.api.endpoints import ApiDesk
    from shared.connections.secrets import SecretStore
    from shared.connections.store import ConnectionStore
    from shared.storage.archive import Archive
    from shared.storage.inbox import Inbox
    from shared.storage.outbox import Outbox
    from shared.storage.store import OrderStore
    from shared.usecases.apply_receipt import InboxDesk
    from shared.usecases.send_mail import MailDesk

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

    return OrderStore(clients.dynamodb(), setting("ORDERS_TABLE"))


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
def api_desk() -> ApiDesk:
    """Return what the API's endpoints need; the cursors' key is only read where there is a next page."""
    import secrets as randomness

    from shared.api.endpoints import ApiDesk
    from shared.storage.cursor_key import CursorKey
    from shared.storage.lists import OrderLists

    return ApiDesk(
        inbox=inbox_desk(),
        lists=OrderLists(clients.dynamodb(), setting("ORDERS_TABLE")),
        cursor_key=CursorKey(clients.ssm, setting("CURSOR_KEY_NAME"), randomness.token_urlsafe),
    )


@cache
def outbox() -> Outbox:
    """Return the queues behind the relay."""
    from shared.storage.outbox import Outbox

    return Outbox(
        clients.sqs(),
        {"mail": setting("MAIL_QUEUE_URL")},
        clients.events,
        optional_setting("EVENT_BUS"),
    )


@cache
def mail_desk() -> MailDesk:
    """Return what sending needs."""
    from shared.notifications.mailer import SesMailer
    from shared.usecases.send_mail import MailDesk

    return MailDesk(
        store=store(),
        connections=connections(),
        mailer=SesMailer(clients.sesv2()),
        sender=setting("SENDER_ADDRESS"),
        configuration_set=setting("CONFIGURATION_SET"),
        lease=timedelta(seconds=int(setting("MAIL_LEASE_SECONDS"))),
        now=now,
    )
