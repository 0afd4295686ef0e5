"""A hub in memory with scripted channels: the use cases behind the queues, without Lambda and moto."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.connections.store import ConnectionStore
from shared.orders.commands import Command
from shared.orders.model import Order
from shared.storage.copies import Copies
from shared.storage.records import EffectMessage, EffectRecord, InputRecord
from shared.storage.stock import StockLedger
from shared.storage.store import OrderStore
from shared.usecases.apply_input import Applied
from shared.usecases.apply_receipt import apply_parked, apply_receipt
from shared.usecases.book_parcel import BookingDesk, book_parcel
from shared.usecases.call_channel import CallDesk, call_channel
from shared.usecases.follow_parcel import FollowDesk, follow_parcel
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.move_stock import StockDesk
from shared.usecases.owed_work import WorkDone
from shared.usecases.poll_connection import poll_connection
from shared.usecases.poll_pages import PollDesk, PollRun, Question
from shared.usecases.run_command import CommandRequest, CommandResult, run_command
from shared.wire.api import Api
from shared.wire.booking import Label
from shared.wire.receipts import ParkedPointer, Receipt
from tests.support.channel import KIND, URL, Script
from tests.support.engine import ORDERS_INDEXES, STOCK_INDEXES, Client, Dynamo

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Shelf:
    """Where labels are kept, by order and package."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Label] = {}

    def keep(self, order_id: str, package_id: str, label: Label) -> None:
        """Keep a label."""
        self.kept[order_id, package_id] = label


class Desk:
    """Connections of the scripted channel, each with a script. ``at`` is the present."""

    def __init__(self) -> None:
        self.database = Dynamo({"orders": ORDERS_INDEXES, "connections": {}, "stock": STOCK_INDEXES})
        self.at = START
        self.scripts: dict[str, Script] = {}
        self.inbox: list[tuple[Receipt, str]] = []
        self.parked: list[ParkedPointer] = []
        self.questions: list[Question] = []
        self.failing: dict[str, Exception] = {}  # connection -> what opening its API raises
        self.logged: list[Exception] = []
        self.secrets: dict[str, tuple[str, ...]] = {}  # connection -> those of its webhooks
        self._ids = count(1)
        client = cast("Any", Client(self._execute))
        self.store = OrderStore(client, "orders")
        self.copies = Copies(client, "orders")
        self.states = ConnectionStates(client, "connections")
        self.connections = ConnectionStore(client, "connections", lambda: self.at)
        self.documents = InboxDesk(
            store=self.store,
            connections=self.connections,
            now=lambda: self.at,
            pause=lambda _attempt: None,
            copies=self.copies,
            questions=self,
            states=self.states,
        )
        self.calls = CallDesk(
            store=self.store,
            copies=self.copies,
            connections=self.connections.get,
            states=self.states,
            api=self._api,
            inbox=self,
            lease=timedelta(minutes=3),
            now=lambda: self.at,
            pause=lambda _attempt: None,
            log=self.logged.append,
        )
        self.labels = Shelf()
        self.bookings = BookingDesk(
            store=self.store,
            connections=self.connections.get,
            states=self.states,
            lease=timedelta(minutes=3),
            now=lambda: self.at,
            pause=lambda _attempt: None,
            log=self.logged.append,
            api=self._api,
            labels=cast("Any", self.labels),
        )
        self.follows = FollowDesk(
            store=self.store,
            connections=self.connections.get,
            states=self.states,
            lease=timedelta(minutes=3),
            now=lambda: self.at,
            pause=lambda _attempt: None,
            log=self.logged.append,
            api=self._api,
            inbox=self,
            new_id=lambda: f"id-{next(self._ids)}",
        )
        self.ledger = StockLedger(client, "stock", lambda _attempt: None)
        self.stock = StockDesk(
            store=self.store,
            ledger=self.ledger,
            connections=self.connections.get,
            lease=timedelta(minutes=1),
            now=lambda: self.at,
            pause=lambda _attempt: None,
        )
        self.polls = PollDesk(
            connections=self.connections.get,
            states=self.states,
            api=self._api,
            inbox=self,
            questions=self,
            secrets=lambda _kind, connection: self.secrets.get(connection, ("a secret",)),
            keep_secret=lambda _kind, connection, secret: self.secrets.update({connection: (secret,)}),
            address=lambda connection: f"https://hub.example.com/{connection.id}",
            new_id=lambda: f"id-{next(self._ids)}",
            now=lambda: self.at,
            log=self.logged.append,
        )

    def _execute(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return self.database.execute(operation, parameters)

    def _api(self, connection: Connection) -> Api:
        if connection.id in self.failing:
            raise self.failing[connection.id]
        return Api(base_url=URL, transport=self.scripts[connection.id], now=lambda: self.at)

    # --- what the use cases put and ask

    def put_many(self, receipts: Sequence[tuple[Receipt, str]]) -> None:
        """Take documents into the inbox."""
        self.inbox += receipts

    def spill(self, receipt_id: str, body: bytes) -> str:
        """Keep a large body."""
        del body
        return f"spill/{receipt_id}"

    def put_parked(self, pointer: ParkedPointer, *, group: str, once: str) -> None:
        """Take a parked input into the inbox."""
        del group, once
        self.parked.append(pointer)

    def ask(self, question: Question) -> None:
        """Take a question."""
        self.questions.append(question)

    def ask_order(self, connection: str, order_id: str) -> None:
        """Take a question about one order."""
        self.ask(Question(connection=connection, order_id=order_id))

    # --- what tests do

    def connect(self, name: str, **settings: Any) -> Script:
        """Set a connection up, or change its settings; return its script."""
        self.connections.put(
            Connection.model_validate(
                {
                    "id": name,
                    "kind": KIND,
                    "name": "Example Channel",
                    "connected_at": START - timedelta(days=1),
                    "settings": {"api_url": URL, "retry_seconds": 30, **settings},
                }
            )
        )
        return self.scripts.setdefault(name, Script())

    def say(self, connection: str, document: dict[str, Any], *, source: str = "webhook") -> list[Applied]:
        """Let a channel say a document."""
        receipt = Receipt(
            receipt_id=f"receipt-{next(self._ids)}",
            connection=connection,
            kind=KIND,
            source=source,
            received_at=self.at,
            media_type="application/json",
        )
        return apply_receipt(receipt, json.dumps(document).encode(), self.documents)

    def apply_inbox(self) -> list[Applied]:
        """Apply what waits in the inbox, parked inputs first."""
        outcomes: list[Applied] = []
        pointers, self.parked = self.parked, []
        for pointer in pointers:
            parked = self.store.read_parked(pointer.pk, pointer.sk)
            if parked is not None:
                outcomes.append(apply_parked(parked, self.documents))
        receipts, self.inbox = self.inbox, []
        for receipt, _ in receipts:
            outcomes += apply_receipt(receipt, receipt.body or b"", self.documents)
        return outcomes

    def give(self, order_id: str, command: Command, once: str = "") -> CommandResult:
        """Let the merchant give a command."""
        request = CommandRequest(
            order_id=order_id, command=command, who="clerk", idempotency_key=once or f"{next(self._ids)}"
        )
        return run_command(request, self.documents)

    def call(self, order_id: str, effect: str) -> WorkDone:
        """Let a worker make an owed call, by its key without ``channel/``."""
        key = f"channel/{effect}"
        record = self.record_owing(order_id, key)
        return call_channel(EffectMessage(pk=record.pk, sk=record.sk, effect=key), self.calls)

    def work(self, order_id: str, key: str) -> WorkDone:
        """Let a worker carry out an owed booking or following, by its whole key."""
        record = self.record_owing(order_id, key)
        message = EffectMessage(pk=record.pk, sk=record.sk, effect=key)
        if message.kind == "tracking":
            return follow_parcel(message, self.follows)
        return book_parcel(message, self.bookings)

    def poll(self, connection: str, *, minutes_left: float = 60, **question: Any) -> PollRun:
        """Let a poll run."""
        return poll_connection(
            Question(connection=connection, **question),
            self.polls,
            lambda: timedelta(minutes=minutes_left),
        )

    # --- what came of it

    def order(self, order_id: str) -> Order:
        """Return an order as it stands."""
        order = self.store.read(order_id).order
        assert order is not None
        return order

    def record_owing(self, order_id: str, key: str) -> InputRecord:
        """Return the input that owes an effect."""
        found = [record for record in self.store.history(order_id) if record.effect(key)]
        assert len(found) == 1, f"{key} is owed by {len(found)} inputs"
        return found[0]

    def effect(self, order_id: str, effect: str) -> EffectRecord:
        """Return an owed call, by its key without ``channel/``."""
        key = f"channel/{effect}"
        found = self.record_owing(order_id, key).effect(key)
        assert found is not None
        return found

    def owed(self, order_id: str) -> list[str]:
        """Return the keys of all effects an order ever owed but those of parked inputs, in order."""
        return [
            effect.key
            for record in self.store.history(order_id)
            for effect in record.effects
            if not effect.key.startswith(("unpark/", "mail/"))
        ]

    def vanish(self, order_id: str, effect: str) -> None:
        """Let a worker claim a call and vanish; its lease is over afterwards."""
        key = f"channel/{effect}"
        record = self.record_owing(order_id, key)
        claim = self.store.claim(record.pk, record.sk, key, now=self.at, lease=timedelta(minutes=3))
        assert claim.granted
        self.at += timedelta(minutes=4)

    def without_inbox(self) -> InboxDesk:
        """Return a desk on which no questions can be asked."""
        return replace(self.documents, questions=None)
