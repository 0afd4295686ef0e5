"""Lambda: the call queue. Tells channels what happened, each call once, those of an order in their order."""

from __future__ import annotations

import json
import math
from typing import Any

from shared.runtime import resources, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import ComeAgainError, Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.storage.records import EffectMessage
from shared.usecases.call_channel import call_channel


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Make a batch of calls; answer with the messages that have to come again."""
    records = records_of(event, "aws:sqs")
    return process_batch(records, _call, on_failure=log_failure, postpone=_postpone, holds_up=None)


def _call(record: Record) -> None:
    message = EffectMessage(**json.loads(record["body"]))
    made = call_channel(message, wiring.call_desk())
    count(f"Call{made.state.title()}")
    logger().info(made.state, order=message.pk, effect=message.effect, reason=made.reason)
    if made.again_after is not None:
        raise ComeAgainError(math.ceil(made.again_after.total_seconds()))


def _postpone(record: Record, seconds: int) -> None:
    # The message stays in front of its order's others: what came to be owed later is told later.
    resources.postpone_call(record["receiptHandle"], seconds)


prepare(wiring.call_desk)
