"""The queue of questions to channels: what changed, or how one order stands. It holds ids only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


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
