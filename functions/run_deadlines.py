"""Lambda: every minute. Applies the deadlines that are due, erases what waits for too long or is to go."""

from __future__ import annotations

from typing import Any

from shared.runtime import clock, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import time_of
from shared.runtime.logs import count, logger
from shared.usecases.erase_connections import erase_connections
from shared.usecases.run_deadlines import run_deadlines


@entry_point
def handler(event: Any) -> dict[str, int]:
    """Apply what is due at the event's ``time``, the present without one."""
    at = time_of(event, clock.now)
    run = run_deadlines(at, wiring.deadline_desk())
    erased = erase_connections(wiring.erasure_desk())
    count("DeadlinesApplied", run.applied)
    count("ParkedTooLong", run.parked_too_long)
    count("ParkedErased", run.parked_erased)
    if erased:
        count("ConnectionOrdersErased", erased)
    logger().info(
        "deadlines",
        applied=run.applied,
        parked_too_long=run.parked_too_long,
        parked_erased=run.parked_erased,
    )
    return {
        "applied": run.applied,
        "parked_too_long": run.parked_too_long,
        "parked_erased": run.parked_erased,
    }


prepare(wiring.deadline_desk)
