"""Lambda: the orders table's stream. Passes on what each change owes: the fast way."""

from __future__ import annotations

from typing import Any

from shared.runtime import clock, resources
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import records_of
from shared.runtime.logs import count, logger
from shared.storage.input_items import read_input
from shared.usecases.relay_effects import relay_changes


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Relay a batch of changes; if one fails the batch is cut in two and comes again."""
    records = records_of(event, "aws:dynamodb")
    changes = [read_input(record["dynamodb"]["NewImage"]) for record in records]
    relayed = relay_changes(
        changes, store=resources.store(), outbox=resources.outbox(), inbox=resources.inbox(), now=clock.now
    )
    count("EffectsRelayed", relayed)
    logger().info("relayed", effects=relayed, changes=len(changes))
    return {"batchItemFailures": []}


prepare(resources.store)
prepare(resources.outbox)
