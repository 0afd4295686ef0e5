"""Lambda: the orders table's stream. Passes on what each change owes: the fast way."""

from __future__ import annotations

from typing import Any

from shared.runtime import wiring
from shared.runtime.events import UnexpectedEventError, records_of
from shared.runtime.logs import count, logger, metrics
from shared.storage.store import read_input
from shared.usecases.relay_effects import relay_changes


@metrics().log_metrics
def handler(event: Any, context: Any) -> dict[str, list[dict[str, str]]]:
    """Relay a batch of changes; if one fails the batch is cut in two and comes again."""
    try:
        records = records_of(event, "aws:dynamodb")
    except UnexpectedEventError:
        logger().error("unexpected_event")
        raise
    changes = [read_input(record["dynamodb"]["NewImage"]) for record in records]
    relayed = relay_changes(
        changes, store=wiring.store(), outbox=wiring.outbox(), inbox=wiring.inbox(), now=wiring.now
    )
    count("EffectsRelayed", relayed)
    logger().info("relayed", effects=relayed, changes=len(changes))
    return {"batchItemFailures": []}


wiring.prepare(wiring.store)
wiring.prepare(wiring.outbox)
