"""Lambda: every five minutes. Relays what the stream did not: the sure way."""

from __future__ import annotations

from typing import Any

from shared.runtime import clock, resources
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import time_of
from shared.runtime.logs import count, logger
from shared.usecases.sweep_effects import sweep_effects


@entry_point
def handler(event: Any) -> dict[str, int]:
    """Relay all that is owed for longer than the stream needs, as seen at the event's ``time``."""
    at = time_of(event, clock.now)
    relayed = sweep_effects(
        store=resources.store(), outbox=resources.outbox(), inbox=resources.inbox(), now=clock.now, at=at
    )
    count("EffectsSwept", relayed)
    logger().info("swept", effects=relayed)
    return {"relayed": relayed}


prepare(resources.outbox)
