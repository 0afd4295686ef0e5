"""Lambda: the queue that Amazon writes to. Puts what it tells into the inbox of the seller's connection."""

from __future__ import annotations

from typing import Any

from shared.runtime import clock, resources
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.usecases.receive_notification import receive_notification


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Store a batch; answer with the notifications that have to come again."""
    records = records_of(event, "aws:sqs")
    return process_batch(records, _receive, on_failure=log_failure)


def _receive(record: Record) -> None:
    connection = receive_notification(
        record["body"].encode(),
        message_id=record["messageId"],
        connections=resources.connections(),
        inbox=resources.inbox(),
        now=clock.now(),
    )
    count("NotificationAccepted")
    logger().info("accepted", connection=connection, receipt_id=record["messageId"])


prepare(resources.connections)
prepare(resources.inbox)
