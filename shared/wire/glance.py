"""A shallow look into a JSON body, for what is asked before it is read properly.

Nothing is decided on it: it names the topic and groups the messages of one order. Standard
library only: a webhook is answered before anything else is loaded.
"""

from __future__ import annotations

import json
import re
from typing import Any

_LONGEST = 200
_HALF = re.compile("[\ud800-\udfff]")


def glance(body: bytes, *path: str | int) -> str:
    """Return the text or whole number at ``path``, "" where there is none. Never raises.

    A text with half a character is none: it could be written nowhere.
    """
    try:
        value: Any = json.loads(body)
        for step in path:
            value = value[step]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    text = str(value).strip()[:_LONGEST]
    return "" if _HALF.search(text) else text
