"""The queues behind the relay, and the event bus."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from shared.storage import keys
from shared.storage.records import EffectMessage, InputRecord

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

BATCH = 10  # what SQS and EventBridge take at once
EVENT_SOURCE = "orderhub"

T = TypeVar("T")


class NotTakenError(Exception):
    """A queue or the bus did not take all entries: whoever sent them has to send them again."""


class Outbox:
    """Hands effects to the queue of their kind, and changes to the bus."""

    def __init__(
        self,
        sqs: SQSClient,
        queue_urls: Mapping[str, str],
        events: Callable[[], EventBridgeClient] | None = None,
        bus: str = "",
    ) -> None:
        self._sqs = sqs
        self._queue_urls = queue_urls
        self._events = events
        self._bus = bus

    def takes(self, effect_key: str) -> bool:
        """Return whether there is a queue for this kind of effect."""
        return effect_key.partition("/")[0] in self._queue_urls

    def send(self, messages: Sequence[EffectMessage]) -> None:
        """Queue effects. Raises NotTakenError, and KeyError for a kind without a queue."""
        by_queue: dict[str, list[EffectMessage]] = {}
        for message in messages:
            by_queue.setdefault(self._queue_urls[message.kind], []).append(message)
        for url, queued in by_queue.items():
            for batch in _batches(queued):
                answer = self._sqs.send_message_batch(
                    QueueUrl=url,
                    Entries=[
                        {
                            "Id": str(number),
                            "MessageBody": _body(message),
                            # What an order owes happens in the order in which it came to owe it.
                            "MessageGroupId": keys.group_of(message.pk),
                            "MessageDeduplicationId": keys.group_of(
                                f"{message.pk}/{message.sk}/{message.effect}/{message.attempt}"
                            ),
                        }
                        for number, message in enumerate(batch)
                    ],
                )
                if answer.get("Failed"):
                    raise NotTakenError(answer["Failed"][0]["Code"])

    def announce(self, records: Sequence[InputRecord]) -> None:
        """Tell the bus what changed: ids and statuses, no personal data. Raises NotTakenError."""
        if self._events is None or not self._bus:
            return
        for batch in _batches(records):
            answer = self._events().put_events(
                Entries=[
                    {
                        "Source": EVENT_SOURCE,
                        "DetailType": "OrderChanged",
                        "Detail": json.dumps(_detail(record)),
                        "EventBusName": self._bus,
                    }
                    for record in batch
                ]
            )
            if answer["FailedEntryCount"]:
                raise NotTakenError("the event bus did not take all events")


def _body(message: EffectMessage) -> str:
    return json.dumps(
        {"pk": message.pk, "sk": message.sk, "effect": message.effect, "attempt": message.attempt}
    )


def _detail(record: InputRecord) -> dict[str, Any]:
    return {
        "order_id": record.order_id,
        "version": record.version,
        "input": record.sk.partition("#")[2],
        "source": record.source,
        "moves": [{"rule": m.rule, "from": m.source, "to": m.target} for m in record.moves],
        "effects": [effect.key for effect in record.effects],
        "received_at": record.received_at.isoformat(),
    }


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
