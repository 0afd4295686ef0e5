"""Lambda: every minute. Tells channels the stock levels that changed, and all of them where they are owed."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from shared.runtime import clock, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import time_of
from shared.runtime.logs import count, logger
from shared.usecases.push_levels import push_levels


@entry_point
def handler(event: Any) -> dict[str, int]:
    """Tell what is owed. Raises UnexpectedEventError for an event without a time that can be read."""
    time_of(event, clock.now)
    ends_at = time.monotonic() + wiring.level_seconds()
    pushed = push_levels(wiring.level_desk(), lambda: timedelta(seconds=ends_at - time.monotonic()))
    count("LevelsTold", pushed.told)
    count("LevelsRefused", pushed.refused)
    count("LevelsFailed", pushed.failed)
    logger().info("levels", told=pushed.told, refused=pushed.refused, failed=pushed.failed)
    return {"told": pushed.told, "refused": pushed.refused, "failed": pushed.failed}


prepare(wiring.level_desk)
