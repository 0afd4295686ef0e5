"""The queue of questions to channels: what changed, or how one order stands. It holds ids only."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


ASKED_AGAIN = timedelta(minutes=5)


class QuestionQueue:
    """Queues questions."""

    def __init__(self, sqs: SQSClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def ask_order(self, connection: str, order_id: str) -> None:
        """Ask for one order, by the channel's own id."""
        self.put({"connection": connection, "order_id": order_id})

    def put(self, question: dict[str, Any]) -> None:
        """Queue a question as it is: a connection with very many lets those of the others pass.

        A standard queue orders nothing by a group, and gives out first what belongs to the quiet ones
        (SQS Developer Guide, fair queues).
        """
        self._sqs.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(question),
            MessageGroupId=question["connection"],
        )


class KeyQuestions:
    """Asks for keys that webhooks name, at most once in :data:`ASKED_AGAIN` for each connection.

    Forged webhooks name any number of them: they must not fill the queue.
    """

    def __init__(self, queue: QuestionQueue, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._clock = clock
        self._asked: dict[str, datetime] = {}

    def ask(self, connection: str, key: str) -> None:
        """Ask for a key. Where the queue does not answer nothing is asked: the webhook comes again."""
        now = self._clock()
        asked_at = self._asked.get(connection)
        if asked_at is not None and now - asked_at < ASKED_AGAIN:
            return
        try:
            self._queue.put({"connection": connection, "key": key})
        except (BotoCoreError, ClientError):
            return
        self._asked[connection] = now
