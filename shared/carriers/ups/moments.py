"""Days and times as UPS writes them: YYYYMMDD and HHMMSS."""

from __future__ import annotations

import re
from typing import Any

from shared.wire.errors import UnusableError

_DAY = re.compile(r"[0-9]{8}", re.ASCII)
_TIME = re.compile(r"[0-9]{6}", re.ASCII)


def day_of(value: Any, where: str) -> str:
    """Return a day as ISO 8601 has it. Raises UnusableError ``invalid_timestamp``."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise UnusableError("invalid_timestamp", where)
    return f"{value[:4]}-{value[4:6]}-{value[6:]}"


def time_of(value: Any, where: str) -> str:
    """Return a time as ISO 8601 has it. Raises UnusableError ``invalid_timestamp``."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise UnusableError("invalid_timestamp", where)
    return f"{value[:2]}:{value[2:4]}:{value[4:]}"
