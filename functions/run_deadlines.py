"""Lambda: every minute. Applies the deadlines that are due."""

from __future__ import annotations

from typing import Any

from shared.runtime import wiring
from shared.runtime.events import UnexpectedEventError, time_of
from shared.runtime.logs import count, logger, metrics
from shared.usecases.run_deadlines import run_deadlines


@metrics().log_metrics
def handler(event: Any, context: Any) -> dict[str, int]:
    """Apply what is due at the event's ``time``, the present without one."""
    try:
        at = time_of(event, wiring.now)
    except UnexpectedEventError:
        logger().error("unexpected_event")
        raise
    run = run_deadlines(at, wiring.workbench())
    count("DeadlinesApplied", run.applied)
    count("ParkedTooLong", run.parked_too_long)
    logger().info("deadlines", applied=run.applied, parked_too_long=run.parked_too_long)
    return {"applied": run.applied, "parked_too_long": run.parked_too_long}


wiring.prepare(wiring.workbench)
