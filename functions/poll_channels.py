"""Lambda: every five minutes, once a day with ``{"sweep": true}``. Asks for each connection that is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.runtime import clock, resources, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import time_of
from shared.runtime.logs import count, logger
from shared.usecases.poll_channels import poll_channels


@entry_point
def handler(event: Any) -> dict[str, int]:
    """Queue the questions that are due at the event's ``time``, the present without one."""
    at = time_of(event, clock.now)
    sweep = isinstance(event, Mapping) and event.get("sweep") is True
    known = resources.connections().list_with_states()
    asked = poll_channels(known, wiring.poll_queue(), at=at, sweep=sweep)
    count("PollsAsked", asked)
    logger().info("asked", polls=asked, sweep=sweep)
    return {"asked": asked}


prepare(resources.connections)
prepare(wiring.poll_queue)
