"""Lambda: the question queue. Asks a channel what changed, and puts each document into the inbox."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from shared.runtime import wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.usecases.guard_adapter import AdapterFailedError
from shared.usecases.poll_connection import poll_connection
from shared.usecases.poll_pages import Question


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Answer the questions of a batch (one, by the template); answer with those that have to come again."""
    records = records_of(event, "aws:sqs")
    return process_batch(records, _poll, on_failure=log_failure)


def _poll(record: Record) -> None:
    question = Question(**json.loads(record["body"]))
    ends_at = time.monotonic() + wiring.poll_seconds()
    try:
        run = poll_connection(
            question, wiring.poll_desk(), lambda: timedelta(seconds=ends_at - time.monotonic())
        )
    except AdapterFailedError:
        count("PollFailed")
        raise
    count("DocumentsPolled", run.documents)
    if run.outcome not in ("ok", "lease_held", "unfinished", "not_found", "too_soon"):
        count("PollFailed")
    if run.restored:
        count("WebhooksRestored", len(run.restored))
    logger().info(
        run.outcome, connection=question.connection, documents=run.documents, restored=len(run.restored)
    )


prepare(wiring.poll_desk)
