"""Lambda: every five minutes. Relays what the stream did not: the sure way."""

from __future__ import annotations

from typing import Any

from shared.runtime import wiring
from shared.runtime.entry import entry_point
from shared.runtime.events import time_of
from shared.runtime.logs import count, logger
from shared.usecases.sweep_effects import sweep_effects


@entry_point
def handler(event: Any) -> dict[str, int]:
    """Relay all that is owed for longer than the stream needs, as seen at the event's ``time``."""
    at = time_of(event, wiring.now)
    relayed = sweep_effects(
        store=wiring.store(), outbox=wiring.outbox(), inbox=wiring.inbox(), now=wiring.now, at=at
    )
    count("EffectsSwept", relayed)
    logger().info("swept", effects=relayed)
    return {"relayed": relayed}


wiring.prepare(wiring.outbox)
