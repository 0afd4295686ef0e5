"""A shallow look into a JSON body, for what is asked before it is read properly.

Nothing is decided on it: it names the topic and groups the messages of one order. Standard
library only: a webhook is answered before anything else is loaded.
"""

from __future__ import annotations

import json
from typing import Any

_LONGEST = 200


def glance(body: bytes, *path: str | int) -> str:
    """Return the text or whole number at ``path``, "" where there is none. Never raises."""
    try:
        value: Any = json.loads(body)
        for step in path:
            value = value[step]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    return str(value).strip()[:_LONGEST]
