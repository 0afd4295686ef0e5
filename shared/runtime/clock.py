"""The present, and waiting: what use cases get as arguments."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

FIRST_PAUSE_SECONDS = 0.02


def now() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


def pause(attempt: int) -> None:
    """Wait before the ``attempt``-th retry: longer each time, never twice the same."""
    time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311  jitter, no secret
