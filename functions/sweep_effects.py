"""Lambda: every five minutes. Relays what the stream did not: the sure way."""

from __future__ import annotations

from typing import Any

from shared.runtime import wiring
from shared.runtime.events import UnexpectedEventError, time_of
from shared.runtime.logs import count, logger, metrics
from shared.usecases.relay_effects import sweep_effects


@metrics().log_metrics
def handler(event: Any, context: Any) -> dict[str, int]:
    """Relay all that is owed for longer than the stream needs, as seen at the event's ``time``."""
    try:
        at = time_of(event, wiring.now)
    except UnexpectedEventError:
        logger().error("unexpected_event")
        raise
    relayed = sweep_effects(
        store=wiring.store(), outbox=wiring.outbox(), inbox=wiring.inbox(), now=wiring.now, at=at
    )
    count("EffectsSwept", relayed)
    logger().info("swept", effects=relayed)
    return {"relayed": relayed}


wiring.prepare(wiring.outbox)
