"""SQS in memory: standard queues that repeat and reorder, FIFO queues with groups, dead letters.

As the developer guide tells it: a FIFO group whose message is in flight gives out no other; the same
deduplication id within five minutes is accepted and not stored; a message received more often than
``max_receives`` moves to the dead letters. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

Answer = dict[str, Any]
DEDUPLICATED_FOR = 300.0


@dataclass(slots=True)
class Message:
    """One stored message. ``visible_at`` lies in the future while somebody has it."""

    id: str
    body: str
    group: str
    receives: int = 0
    visible_at: float = 0.0


@dataclass(slots=True)
class Queue:
    """One queue. ``copies`` gives the delays with which a sent message appears in a standard queue: one each.

    ``leaky``: takes what a FIFO queue takes, and promises no more than a standard one.
    """

    fifo: bool
    visibility: float = 180.0
    max_receives: int = 5
    leaky: bool = False
    copies: Callable[[], tuple[float, ...]] = lambda: (0.0,)
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    _sent: int = 0
    _recent: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def in_order(self) -> bool:
        """True where groups are kept in order and repeats are told."""
        return self.fifo and not self.leaky

    def send(self, body: str, now: float, *, group: str = "", once: str = "") -> None:
        """Store a message, or not where a FIFO queue had it within five minutes."""
        if self.in_order:
            if self._recent.get((group, once), -DEDUPLICATED_FOR) > now - DEDUPLICATED_FOR:
                return
            self._recent[group, once] = now
        for delay in (0.0,) if self.in_order else self.copies():
            self._sent += 1
            self.messages.append(Message(f"message-{self._sent}", body, group, visible_at=now + delay))

    def receive(self, now: float, limit: int) -> list[Message]:
        """Take up to ``limit`` messages; they are invisible until the visibility timeout."""
        taken: list[Message] = []
        visible = [message for message in self.messages if message.visible_at <= now]
        if not visible:
            return taken
        busy = (
            {message.group for message in self.messages if message.visible_at > now}
            if self.in_order
            else set()
        )
        for message in visible:
            if len(taken) == limit:
                break
            if message.group in busy:
                continue
            if message.receives >= self.max_receives:
                self.messages.remove(message)
                self.dead.append(message)
                continue
            message.receives += 1
            message.visible_at = now + self.visibility
            taken.append(message)
        return taken

    def delete(self, message: Message) -> None:
        """Forget a message; nothing happens if it is gone."""
        if message in self.messages:
            self.messages.remove(message)

    def next_visible(self, now: float) -> float | None:
        """Return when the next invisible message may be taken, None where there is none."""
        moments = [message.visible_at for message in self.messages if message.visible_at > now]
        return min(moments) if moments else None

    def redrive(self, now: float) -> int:
        """Move the dead letters back to the end of the queue; return how many."""
        moved = len(self.dead)
        for message in self.dead:
            self._sent += 1
            self.messages.append(
                Message(f"message-{self._sent}", message.body, message.group, visible_at=now)
            )
        self.dead.clear()
        return moved

    def purge(self) -> None:
        """Lose all messages, as an operator's purge and the end of their retention do."""
        self.messages.clear()
        self.dead.clear()


class UnknownQueueRequestError(NotImplementedError):
    """A request that this service does not understand."""


class QueueClient:
    """The part of a boto3 SQS client that the product uses; every request goes through ``call``."""

    def __init__(self, call: Callable[[str, Mapping[str, Any]], Answer]) -> None:
        self._call = call

    def send_message(self, **parameters: Any) -> Answer:
        return self._call("SendMessage", parameters)

    def send_message_batch(self, **parameters: Any) -> Answer:
        return self._call("SendMessageBatch", parameters)


def execute(queues: Mapping[str, Queue], operation: str, parameters: Mapping[str, Any], now: float) -> Answer:
    """Run one request by its API name."""
    queue = queues.get(parameters["QueueUrl"])
    if queue is None:
        answer: Any = {"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue", "Message": ""}}
        raise ClientError(answer, operation)
    entries = parameters["Entries"] if operation == "SendMessageBatch" else [parameters]
    known = {"Id", "QueueUrl", "MessageBody", "MessageGroupId", "MessageDeduplicationId"}
    for entry in entries:
        if not entry.keys() <= known:
            raise UnknownQueueRequestError(", ".join(entry.keys() - known))
        group, once = entry.get("MessageGroupId", ""), entry.get("MessageDeduplicationId", "")
        # A standard queue takes a group for fairness, and orders nothing by it.
        if queue.fifo != bool(once) or (queue.fifo and not group):
            raise UnknownQueueRequestError("a FIFO queue needs a group and a deduplication id")
        queue.send(entry["MessageBody"], now, group=group, once=once)
    if operation == "SendMessageBatch":
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}
    return {"MessageId": "stored"}
