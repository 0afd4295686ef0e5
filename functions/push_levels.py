"""Lambda: every minute. Tells channels the stock levels that changed."""

from __future__ import annotations

from typing import Any

from shared.runtime import wiring
from shared.runtime.entry import entry_point
from shared.runtime.events import time_of
from shared.runtime.logs import count, logger
from shared.usecases.push_levels import push_levels


@entry_point
def handler(event: Any) -> dict[str, int]:
    """Tell what changed. Raises UnexpectedEventError for an event without a time that can be read."""
    time_of(event, wiring.now)
    pushed = push_levels(wiring.level_desk())
    count("LevelsTold", pushed.told)
    count("LevelsRefused", pushed.refused)
    count("LevelsFailed", pushed.failed)
    logger().info("levels", told=pushed.told, refused=pushed.refused, failed=pushed.failed)
    return {"told": pushed.told, "refused": pushed.refused, "failed": pushed.failed}


wiring.prepare(wiring.level_desk)
