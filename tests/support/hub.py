"""The whole hub on moto, in one thread: the real handlers, fed as API Gateway, SQS and the stream feed them.

``Hub.post`` sends a webhook, ``Hub.settle`` lets everything that follows from it happen. Every AWS
call is counted by function, so that tests can say what an event costs.
"""

from __future__ import annotations

import importlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from moto.core.base_backend import BackendDict
from moto.dynamodb.models import dynamodb_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from shared.connections.credentials import CredentialWriter
from shared.connections.model import Connection, Settings
from shared.connections.secrets import SecretWriter
from shared.connections.store import ConnectionStore
from shared.runtime import clock, logs, resources, wiring
from shared.storage.store import OrderStore
from shared.wire.api import Api
from tests.support.channel import KIND as SCRIPTED
from tests.support.channel import URL, Script, registered
from tests.support.senders import gateway_event, signed_headers
from tests.support.snapshot import KeepingSession, Snapshot
from tests.support.template import ACCOUNT, REGION, create_stack_on_moto

SECRET = "a secret for tests"
CONNECTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
STORY_ENDS = datetime(2026, 3, 9, 12, tzinfo=UTC)  # the payloads of events/ tell of the week before
MAX_ROUNDS = 50
KINDS = {"shop-one": "shopify", "shop-two": "woocommerce", "tracking": "easypost"}


class HubNotQuietError(AssertionError):
    """The hub goes on and on: something is never finished."""


_SERVICES = count()
# By the parameters: the environment, and what moto held then.
_DEPLOYED: dict[frozenset[tuple[str, str]], tuple[dict[str, str], Snapshot]] = {}


class LambdaContext:
    """What a handler may ask of its context."""

    function_name = "test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:test"
    aws_request_id = "request"


class Hub:
    """A deployed hub, at the time ``now``. ``stream`` off: the sweeper alone has to bring every effect."""

    def __init__(self, session: boto3.Session, environment: dict[str, str], calls: Counter[str]) -> None:
        self.session = session
        self.environment = environment
        self.calls = calls
        self.stream = True
        self.now = STORY_ENDS
        self._requests = 0
        self.scripts: dict[str, Script] = {}  # of the connections to scripted channels
        self.store = OrderStore(session.client("dynamodb"), environment["ORDERS_TABLE"])
        self.connections = ConnectionStore(
            session.client("dynamodb"), environment["CONNECTIONS_TABLE"], lambda: self.now
        )
        self.secrets = SecretWriter(session.client("ssm"), environment["SECRETS_PATH"])

    def script(self, connection: str, **settings: Any) -> Script:
        """Set a connection to the scripted channel up, with an API; return its script."""
        self.connect(connection, SCRIPTED, api_url=URL, **settings)
        CredentialWriter(self.session.client("ssm"), self.environment["CREDENTIALS_PATH"]).put(
            connection, {"api_key": SECRET}
        )
        return self.scripts.setdefault(connection, Script())

    def connect(self, connection: str, kind: str, **settings: Any) -> None:
        """Set a connection up, or change its settings. Mails do not wait here unless they are asked to."""
        self.connections.put(
            Connection(
                id=connection,
                kind=kind,
                name="Example Shop",
                connected_at=CONNECTED_AT,
                settings=Settings(**{"gather_seconds": 0} | settings),
            )
        )
        self.secrets.put(kind, connection, SECRET)
        resources.connections.cache_clear()

    # --- the way in

    def post(self, connection: str, body: bytes, topic: str = "", secret: str = SECRET) -> dict[str, Any]:
        """Send an authentic webhook; return the HTTP answer."""
        kind = KINDS[connection]
        headers = signed_headers(kind, body, secret, topic)
        self._requests += 1
        event = gateway_event(kind, connection, body, headers, f"request-{self._requests}")
        answer: dict[str, Any] = self.invoke("receive_webhook", event)
        return answer

    def invoke(self, function: str, event: Any) -> Any:
        """Invoke one function."""
        handler = importlib.import_module(f"functions.{function}").handler
        before = self.calls.copy()
        try:
            return handler(event, LambdaContext())
        finally:
            self.last_calls = Counter({k: v - before[k] for k, v in self.calls.items() if v > before[k]})

    # --- what follows

    def settle(self) -> None:
        """Let happen all that follows from what came in. Raises HubNotQuietError."""
        for _ in range(MAX_ROUNDS):
            ways = (
                self.run_inbox,
                self.run_changes,
                self.run_mails,
                self.run_calls,
                self.run_bookings,
                self.run_stock,
                self.run_questions,
            )
            if not sum(way() for way in ways):  # each of them, whatever the others did
                return
        raise HubNotQuietError

    def run_inbox(self) -> int:
        """Apply what waits in the inbox."""
        return self._consume("INBOX_QUEUE_URL", "apply_inbox")

    def run_mails(self) -> int:
        """Send what waits in the mail queue."""
        return self._consume("MAIL_QUEUE_URL", "send_mail")

    def run_calls(self) -> int:
        """Make the calls that wait in the call queue."""
        return self._consume("CALL_QUEUE_URL", "call_channel")

    def run_bookings(self) -> int:
        """Book the parcels that wait in the booking queue, and ask of those underway."""
        return self._consume("BOOKING_QUEUE_URL", "book_parcel")

    def make_calls(self) -> None:
        """Make every call that is owed and not claimed, whatever its message waits for."""
        for item in self.items():
            for key, effect in item.get("effects", {}).get("M", {}).items():
                if key.startswith("channel/") and effect["M"]["state"]["S"] in ("owed", "pending"):
                    message = {"pk": item["pk"]["S"], "sk": item["sk"]["S"], "effect": key}
                    record = {"messageId": key, "body": json.dumps(message), "eventSource": "aws:sqs"}
                    self.invoke("call_channel", {"Records": [record]})

    def run_stock(self) -> int:
        """Move the stock that waits in its queue."""
        return self._consume("STOCK_QUEUE_URL", "move_stock")

    def notify(self, body: bytes) -> dict[str, Any]:
        """Let Amazon tell something; return what has to come again."""
        self._requests += 1
        record = {"messageId": f"n-{self._requests}", "body": body.decode(), "eventSource": "aws:sqs"}
        answer: dict[str, Any] = self.invoke("receive_notifications", {"Records": [record]})
        return answer

    def run_questions(self) -> int:
        """Ask what waits in the question queue."""
        return self._consume("QUESTION_QUEUE_URL", "poll_connection")

    def run_changes(self) -> int:
        """Relay what changed, while the stream is on."""
        return self.run_stream() if self.stream else 0

    def poll(self, *, sweep: bool = False) -> None:
        """Let the clock ask for what is due, and answer it."""
        self.invoke("poll_channels", {"time": self.now.isoformat(), "sweep": sweep})
        self.settle()

    def run_stream(self) -> int:
        """Relay what changed, with the filter of the template: only changes as they are made."""
        records = [record for record in self._stream_records() if self._passes_filter(record)]
        if records:
            self.invoke("relay_effects", {"Records": records})
        return len(records)

    def sweep(self, at: datetime | None = None) -> int:
        """Run the sweeper, as if it were late enough for all that is owed."""
        later = at or self.now + timedelta(hours=1)
        answer: dict[str, int] = self.invoke("sweep_effects", {"time": later.isoformat()})
        return answer["relayed"]

    def run_deadlines(self, at: datetime) -> dict[str, int]:
        """Let it be ``at``."""
        answer: dict[str, int] = self.invoke("run_deadlines", {"time": at.isoformat()})
        return answer

    def inbox_event(self) -> dict[str, Any] | None:
        """Take a batch out of the inbox, as Lambda would get it."""
        return self._receive("INBOX_QUEUE_URL")

    def give_up(self, batch: dict[str, Any]) -> None:
        """Let the inbox give a batch up that cannot be applied: its last receive fails, and it is gone."""
        for record in batch["Records"]:
            record["attributes"]["ApproximateReceiveCount"] = "5"
        assert len(self.invoke("apply_inbox", batch)["batchItemFailures"]) == len(batch["Records"])
        sqs, url = self.session.client("sqs"), self.environment["INBOX_QUEUE_URL"]
        for record in batch["Records"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])

    def _consume(self, queue: str, function: str) -> int:
        event = self._receive(queue)
        if event is None:
            return 0
        answer = self.invoke(function, event)
        failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
        sqs = self.session.client("sqs")
        for record in event["Records"]:
            if record["messageId"] not in failed:
                sqs.delete_message(QueueUrl=self.environment[queue], ReceiptHandle=record["receiptHandle"])
        return len(event["Records"]) - len(failed)

    def _receive(self, queue: str) -> dict[str, Any] | None:
        # Most queues are empty whenever all are looked through, and to look is cheaper than to ask.
        if not sqs_backends[ACCOUNT][REGION].queues[self.environment[queue].rpartition("/")[2]].messages:
            return None
        answer = self.session.client("sqs").receive_message(
            QueueUrl=self.environment[queue], MaxNumberOfMessages=10, AttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            return None
        return {
            "Records": [
                {
                    "messageId": message["MessageId"],
                    "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"],
                    "attributes": message.get("Attributes", {}),
                    "eventSource": "aws:sqs",
                }
                for message in messages
            ]
        }

    def _stream_records(self) -> list[dict[str, Any]]:
        # Taken out: moto copies all that is in a stream with each transaction.
        shard = dynamodb_backends[ACCOUNT][REGION].tables[self.environment["ORDERS_TABLE"]].stream_shard
        assert shard is not None
        records = [record.to_json() for record in shard.items]
        shard.starting_sequence_number += len(records)
        shard.items.clear()
        return records

    def _passes_filter(self, record: dict[str, Any]) -> bool:
        image = record["dynamodb"].get("NewImage", {})
        is_applied = record["eventName"] == "INSERT" and image.get("outcome", {}).get("S") == "applied"
        return is_applied and ("owed_at" in image or bool(self.environment["EVENT_BUS"]))

    # --- what came of it

    def mails(self) -> list[Any]:
        """Return the mails that went out, oldest first."""
        return list(ses_backends[ACCOUNT][REGION].sent_messages)

    def queued(self, queue: str) -> int:
        """Return how many messages wait in a queue."""
        answer = self.session.client("sqs").get_queue_attributes(
            QueueUrl=self.environment[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def items(self) -> list[dict[str, Any]]:
        """Return every item of the orders table."""
        pages = self.session.client("dynamodb").get_paginator("scan")
        return [
            i for page in pages.paginate(TableName=self.environment["ORDERS_TABLE"]) for i in page["Items"]
        ]


def forget_process() -> None:
    """Forget all that a process keeps but its clients: stores, caches, the logger and its stream."""
    for module in (resources, wiring, logs):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _deploy(session: boto3.Session, parameters: Mapping[str, str]) -> tuple[dict[str, str], Snapshot]:
    """Deploy the template on an active moto, and leave it empty."""
    environment = create_stack_on_moto(session, parameters)
    hub = Hub(session, environment, Counter())
    for connection, kind in KINDS.items():
        hub.connect(connection, kind)
    snapshot = Snapshot()
    BackendDict.reset()
    return environment, snapshot


@contextmanager
def deployed_hub(monkeypatch: pytest.MonkeyPatch, **parameters: str) -> Iterator[Hub]:
    """Deploy the template on an active, empty moto, with three connections and these of its parameters."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    # Powertools keeps a logger by its service, with the output stream of the test that made it.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"test-{next(_SERVICES)}")
    session = KeepingSession(region_name=REGION)
    wanted = frozenset(parameters.items())
    if wanted not in _DEPLOYED:
        _DEPLOYED[wanted] = _deploy(session, parameters)
    environment, snapshot = _DEPLOYED[wanted]
    snapshot.restore()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    calls: Counter[str] = Counter()
    original = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counting(client: BaseClient, operation: str, parameters: Any) -> Any:
        calls[operation] += 1
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", counting)
    forget_process()
    hub = Hub(session, environment, calls)
    monkeypatch.setattr(clock, "now", lambda: hub.now)
    api_of = resources.api_of

    def scripted(connection: Connection) -> Api:
        return replace(api_of(connection), transport=hub.scripts[connection.id])

    monkeypatch.setattr(resources, "api_of", scripted)
    with registered():
        yield hub
    forget_process()


def event_body(path: str) -> bytes:
    """Return a payload of ``events/``."""
    from tests.support.template import ROOT

    return (ROOT / "events" / path).read_bytes()


def document(body: bytes) -> Any:
    """Return a payload as a document."""
    return json.loads(body)
