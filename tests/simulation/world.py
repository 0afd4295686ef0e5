"""The whole hub in the simulated cloud: senders, event sources, schedules, the product's own use cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, lru_cache
from itertools import count
from math import inf
from typing import Any, cast

from functions.send_mail import GATHERS
from shared import adapters
from shared.connections.model import Connection, Settings
from shared.connections.store import ConnectionStore
from shared.notifications.build import build_send_email
from shared.notifications.mailer import SesMailer
from shared.notifications.render import render_mail
from shared.orders.codec import unpack
from shared.orders.facts import Report
from shared.orders.keys import input_key
from shared.orders.model import order_id
from shared.runtime.events import Record, process_batch
from shared.storage import store as stored
from shared.storage.documents import load_customer, load_seen
from shared.storage.inbox import Inbox
from shared.storage.input_items import read_input
from shared.storage.outbox import Outbox
from shared.storage.records import EffectMessage
from shared.storage.store import OrderStore
from shared.usecases import apply_receipt as receiving
from shared.usecases import send_mail as sending
from shared.usecases.apply_receipt import apply_parked, apply_receipt, read_document
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.read_order import UnknownOrderError
from shared.usecases.relay_effects import relay_changes
from shared.usecases.run_command import CommandRequest, run_command
from shared.usecases.run_deadlines import run_deadlines
from shared.usecases.send_mail import MailDesk, send_mail
from shared.usecases.sweep_effects import sweep_effects
from shared.wire.receipts import ParkedPointer, Receipt, decode
from tests.simulation.channel import mapping
from tests.simulation.cloud import CONNECTIONS, INBOX, MAILS, ORDERS, STARTED, Cloud, Invocation
from tests.simulation.stories import CARRIER, MARKETPLACE, SHOP, Document, Story, Wish
from tests.support.engine import Client, Dynamo, Item
from tests.support.queues import Message, Queue

KIND = "simulated"
LEASE = timedelta(seconds=120)
CONCURRENCY = 4
RECORD_TRIES = 5
SENDER_REPEATS_AFTER = 60.0
CLIENT_REPEATS_AFTER = 20.0
MERCHANT_LOOKS_AGAIN_AFTER = 1_000.0
MERCHANT = "merchant"


# For the product and for whoever judges it: what one of them is made to see wrong, the other sees right.
unpack_once = lru_cache(maxsize=4_096)(unpack)


Substitute = tuple[Any, str, Any]


@contextmanager
def prepared(replaced: Sequence[Substitute] | None = None) -> Iterator[None]:
    """Make the product ready to be simulated in this process, and leave it afterwards as it was.

    There is a channel more; what a mail looks like is not simulated, and costs more than all else: each
    kind is rendered once, and its request is built once a recipient. What is stored is read again and
    again, and is unpacked once. The documents of a story are the same in every schedule: each is read once,
    and its reports get their keys once. What was read is forgotten afterwards, but where ``replaced`` gives
    :func:`substitutes` that are used again.
    """
    adapters.ADAPTERS[KIND] = "tests.simulation.channel"
    replaced = replaced or substitutes()
    originals = [getattr(module, name) for module, name, _ in replaced]
    try:
        for module, name, substitute in replaced:
            setattr(module, name, substitute)
        yield
    finally:
        for (module, name, _), original in zip(replaced, originals, strict=True):
            setattr(module, name, original)
        del adapters.ADAPTERS[KIND]


def substitutes() -> tuple[Substitute, ...]:
    """Return what stands in for which function; what one of them has read it knows for good."""
    return (
        (sending, "render_mail", _once_a_kind(render_mail)),
        (sending, "build_send_email", _once_a_recipient(build_send_email)),
        (stored, "unpack", unpack_once),
        (stored, "load_seen", lru_cache(maxsize=4_096)(load_seen)),
        (stored, "load_customer", lru_cache(maxsize=4_096)(load_customer)),
        (receiving, "read_document", _once_a_document(read_document)),
        (receiving, "input_key", _once_a_report(input_key)),
    )


def _once_a_document(read: Callable[..., list[Report]]) -> Callable[..., list[Report]]:
    """One that cannot be used is read each time it comes: what is raised is not kept."""
    said: dict[tuple[str, bytes], list[Report]] = {}

    def read_once(receipt: Receipt, body: bytes, connection: Connection) -> list[Report]:
        reports = said.get((receipt.connection, body))
        if reports is None:
            reports = said[receipt.connection, body] = read(receipt, body, connection)
        return reports

    return read_once


def _once_a_report(key_of: Callable[..., str]) -> Callable[..., str]:
    # By the object: to compare or hash a report costs as much as its key.
    made: dict[tuple[str, int, str], tuple[Report, str]] = {}

    def key_once(connection: str, report: Report, previous_hash: str = "") -> str:
        entry = made.get((connection, id(report), previous_hash))
        if entry is None or entry[0] is not report:
            entry = report, key_of(connection, report, previous_hash)
            made[connection, id(report), previous_hash] = entry
        return entry[1]

    return key_once


def _once_a_kind(render: Callable[..., Any]) -> Callable[..., Any]:
    rendered: dict[str, Any] = {}

    def render_once(kind: str, data: Any, **options: Any) -> Any:
        if kind not in rendered:
            rendered[kind] = render(kind, data, **options)
        return rendered[kind]

    return render_once


def _once_a_recipient(build: Callable[..., Any]) -> Callable[..., Any]:
    # What tells one request of a kind from another are tags, which this cloud does not look at.
    built: dict[tuple[int, str], tuple[Any, Any]] = {}

    def build_once(mail: Any, *, recipient: str, **options: Any) -> Any:
        key = id(mail), recipient
        if key not in built:
            built[key] = mail, build(mail, recipient=recipient, **options)
        return built[key][1]

    return build_once


@cache
def connected() -> ConnectionStore:
    """Return the connections, read once and kept as a warm function keeps them.

    A call that fails here is one that fails before the next one.
    """
    client = cast("Any", Client(Dynamo({CONNECTIONS: {}}).execute))
    store = ConnectionStore(client, CONNECTIONS, lambda: STARTED)
    settings = {
        SHOP: Settings(),
        MARKETPLACE: Settings(own_shop=False, closing_delay_seconds=7_200, auto_accept=True),
        CARRIER: Settings(),
    }
    for name, chosen in settings.items():
        store.put(
            Connection(
                id=name,
                kind=KIND,
                name="Example Shop",
                connected_at=STARTED - timedelta(days=1),
                settings=chosen,
            )
        )
        store.get(name)
    return store


class _AllReachable:
    """Addresses of which nobody has bounced."""

    def digest(self, address: str) -> str:
        return ""

    def is_suppressed(self, digest: str) -> bool:
        return False


class World:
    """One schedule's hub. Nothing in it decides anything: the weather and the product do."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.stream: list[Item] = []
        self.accepted: dict[str, list[str]] = {}  # receipt ids by document
        self.answered: dict[str, str] = {}  # outcomes by Idempotency-Key
        self.failures: list[BaseException] = []
        self._running = {INBOX: 0, MAILS: 0}
        self._wakes = {INBOX: inf, MAILS: inf}
        self._streaming = False
        self._receipts = count(1)
        self._claims = count(1)
        cloud.database.observers.append(self._on_write)

    # --- what a function is made of, as the composition root makes it

    def store(self, invocation: Invocation) -> OrderStore:
        """Return the orders table."""
        return OrderStore(invocation.dynamodb, ORDERS, lambda: f"claim-{next(self._claims)}")

    def plain_store(self) -> OrderStore:
        """Return the orders table for whoever looks on: no faults, no time."""
        return OrderStore(cast("Any", Client(self.cloud.database.execute)), ORDERS)

    def _inbox_desk(self, invocation: Invocation) -> InboxDesk:
        return InboxDesk(
            store=self.store(invocation),
            connections=connected(),
            now=invocation.now,
            pause=invocation.pause,
        )

    # --- the way in

    def send(self, document: Document, source: str, group: str) -> None:
        """Let a sender send a document, again and again until it was taken."""
        receipt_id = f"receipt-{next(self._receipts)}"
        receipt = self.receipt(document, source, receipt_id)

        def receive(invocation: Invocation) -> None:
            Inbox(invocation.sqs, INBOX).put(receipt, group=group or receipt_id)

        def answered(_answer: Any, error: BaseException | None) -> None:
            if error is not None:
                self.cloud.after(SENDER_REPEATS_AFTER, lambda: self.send(document, source, group))
            self.pump(INBOX)

        self.accepted.setdefault(document.name, []).append(receipt_id)
        self.cloud.invoke("receive_webhook", receive, then=answered, now=True)

    def receipt(self, document: Document, source: str, receipt_id: str, *, delivery_id: str = "") -> Receipt:
        """Return the envelope of a document that has just come."""
        if document.reports:
            mapping.REPORTS[document.name] = list(document.reports)
        return Receipt(
            receipt_id=receipt_id,
            connection=document.connection,
            kind=KIND,
            source=source,
            received_at=self.cloud.now(),
            delivery_id=delivery_id,
            body=_body_of(document.name, document.body),
        )

    def ask(self, wish: Wish, connection: str) -> None:
        """Let the merchant give a command, again and again until there is an answer."""
        request = CommandRequest(
            order_id=order_id(connection, wish.order),
            command=wish.command,
            who=MERCHANT,
            idempotency_key=wish.once,
        )

        def answered(answer: Any, error: BaseException | None) -> None:
            if error is not None:
                self._note(error)
                unknown = isinstance(error, UnknownOrderError)
                delay = MERCHANT_LOOKS_AGAIN_AFTER if unknown else CLIENT_REPEATS_AFTER
                self.cloud.after(delay, lambda: self.ask(wish, connection))
            elif self.answered.setdefault(wish.once, answer.outcome.value) != answer.outcome.value:
                self.answered[wish.once] = "two answers"

        self.cloud.invoke(
            "serve_api",
            lambda invocation: run_command(request, self._inbox_desk(invocation)),
            then=answered,
            now=True,
        )

    # --- event sources

    def pump(self, name: str) -> None:
        """Let Lambda take what is visible, a batch per invocation."""
        queue = self.cloud.queues[name]
        if not queue.messages:
            return
        random = self.cloud.weather.random
        while self._running[name] < CONCURRENCY:
            batch = queue.receive(self.cloud.clock, 1 + int(random.random() * 4))
            if not batch:
                break
            self._running[name] += 1
            self._consume(name, queue, batch)
        wakes_at = queue.next_visible(self.cloud.clock)
        if wakes_at is not None and wakes_at < self._wakes[name]:
            self._wakes[name] = wakes_at
            self.cloud.at(wakes_at + 0.001, lambda: self._wake(name))

    def _wake(self, name: str) -> None:
        self._wakes[name] = inf
        self.pump(name)

    def _consume(self, name: str, queue: Queue, batch: list[Message]) -> None:
        records = [
            {
                "messageId": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": str(message.receives)}
                | ({"MessageGroupId": message.group} if queue.fifo else {}),
            }
            for message in batch
        ]
        handler = _HANDLERS[name]

        def done(answer: Any, error: BaseException | None) -> None:
            self._running[name] -= 1
            if error is not None:
                self._note(error)
            elif not self.cloud.weather.happens(self.cloud.weather.rate / 4, "answer_of_batch_lost"):
                failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
                for message in batch:
                    if message.id not in failed:
                        queue.delete(message)
            self.pump(name)

        self.cloud.invoke(name, lambda invocation: handler(self, invocation, records), then=done)

    def _on_write(self, pk: str, _sk: str, old: Item | None, new: Item | None) -> None:
        """The table's stream, with the filter of the template: only changes as they are made."""
        if old is not None or new is None or new.get("outcome", _NOTHING)["S"] != "applied":
            return
        if not pk.startswith("ORDER#"):
            return
        weather = self.cloud.weather
        if weather.calm or weather.random.random() < weather.stream:
            self.stream.append(new)
            if not self._streaming:
                self._streaming = True
                self.cloud.after(0.1, self._relay_next)
        elif weather.stream:
            weather.counts["stream_record_lost"] += 1

    def _relay_next(self) -> None:
        """Relay the next records; a batch that fails is halved, a record that fails five times is left."""
        if not self.stream:
            self._streaming = False
            return
        size = 1 + int(self.cloud.weather.random.random() * 3)
        batch, self.stream = self.stream[:size], self.stream[size:]
        self._relay(batch, RECORD_TRIES)

    def _relay(self, batch: list[Item], tries: int) -> None:
        def done(_answer: Any, error: BaseException | None) -> None:
            if error is None:
                self.pump(MAILS)
                self._relay_next()
                return
            self._note(error)
            if len(batch) > 1:
                middle = len(batch) // 2
                self.stream[:0] = batch[middle:]
                self._relay(batch[:middle], tries)
            elif tries > 1:
                self._relay(batch, tries - 1)
            else:
                self.cloud.weather.counts["stream_record_given_up"] += 1
                self._relay_next()

        self.cloud.invoke("relay_effects", lambda invocation: self._relay_batch(invocation, batch), then=done)

    # --- schedules

    def sweep(self, at: float | None = None) -> None:
        """Let the sweeper run, as seen at a moment in seconds."""
        moment = STARTED + timedelta(seconds=self.cloud.clock if at is None else at)

        def body(invocation: Invocation) -> int:
            return sweep_effects(
                store=self.store(invocation),
                outbox=_outbox(invocation),
                inbox=Inbox(invocation.sqs, INBOX),
                now=invocation.now,
                at=moment,
            )

        self.cloud.invoke("sweep_effects", body, then=self._pump_all)

    def sweep_early(self) -> None:
        """Let the sweeper run without the stream's head start, in the middle of everything."""
        self.sweep(self.cloud.clock + 600.0)

    def let_deadlines_pass(self) -> None:
        """Let the deadlines run, for the present."""
        moment = self.cloud.now()
        self.cloud.invoke(
            "run_deadlines",
            lambda invocation: run_deadlines(moment, self._inbox_desk(invocation)),
            then=self._pump_all,
        )

    def _pump_all(self, _answer: Any, error: BaseException | None) -> None:
        if error is not None:
            self._note(error)
        self.pump(INBOX)
        self.pump(MAILS)

    # --- the functions, as in functions/

    def _apply_inbox(self, invocation: Invocation, records: Sequence[Record]) -> Any:
        desk = self._inbox_desk(invocation)
        receipts: list[Receipt] = []

        def apply(record: Record) -> None:
            message = decode(record["body"])
            if isinstance(message, ParkedPointer):
                parked = desk.store.read_parked(message.pk, message.sk)
                if parked is not None:
                    apply_parked(parked, desk)
                return
            apply_receipt(message, message.body or b"", desk)
            receipts.append(message)

        answer = process_batch(records, apply, on_failure=self._note)
        if receipts:
            invocation.put_object()
        return answer

    def _relay_batch(self, invocation: Invocation, images: Sequence[Item]) -> int:
        return relay_changes(
            [read_input(image) for image in images],
            store=self.store(invocation),
            outbox=_outbox(invocation),
            inbox=Inbox(invocation.sqs, INBOX),
            now=invocation.now,
        )

    def _send_mails(self, invocation: Invocation, records: Sequence[Record]) -> Any:
        desk = MailDesk(
            store=self.store(invocation),
            connections=connected(),
            mailer=SesMailer(cast("Any", invocation)),
            sender="shop@example.com",
            configuration_set="mails",
            addresses=_AllReachable(),
            lease=LEASE,
            now=invocation.now,
        )

        def send(record: Record) -> None:
            message = EffectMessage(**json.loads(record["body"]))
            invocation.effect = (message.pk, message.sk, message.effect)
            send_mail(message, desk)

        return process_batch(records, send, on_failure=self._note, holds_up=GATHERS)

    def _note(self, error: BaseException) -> None:
        self.failures.append(error)


_NOTHING: Mapping[str, str] = {"S": ""}


@lru_cache(maxsize=4_096)
def _body_of(name: str, body: str) -> bytes:
    """Return a document as it is sent; one without a body names its reports."""
    return (body or json.dumps({"reports": name})).encode()


_HANDLERS: Mapping[str, Callable[[World, Invocation, Sequence[Record]], Any]] = {
    INBOX: World._apply_inbox,
    MAILS: World._send_mails,
}


def _outbox(invocation: Invocation) -> Outbox:
    return Outbox(invocation.sqs, {"mail": MAILS})


def group_of(document: Document, story: Story) -> str:
    """Return the queue's group of a document: what the adapter's shallow look gives."""
    return f"{document.connection}/{story.order}"
