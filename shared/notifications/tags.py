"""Message tags: what a mail is about, so that what Amazon SES says of it later finds that again.

A tag has at most 256 characters of A-Z a-z 0-9 _ - ("Amazon SES API reference v2, MessageTag"). Bytes of
other characters become ``-`` and two hex digits. A text that is too long for one tag goes on in the next:
*order*, *order-2*, *order-3*. An order id of the longest takes seven.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count, takewhile

ORDER_TAG = "order"
EFFECT_TAG = "effect"
INPUT_TAG = "input"
RECIPIENT_TAG = "recipient"
MAX_TAG_LENGTH = 256

_ESCAPED = re.compile(rb"[^A-Za-z0-9_]")


def write_tags(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that say ``texts``; empty ones have none."""
    tags: dict[str, str] = {}
    for name, text in texts.items():
        value = _escaped(text)
        starts = range(0, len(value), MAX_TAG_LENGTH)
        tags |= {
            _part(name, number): value[start : start + MAX_TAG_LENGTH]
            for number, start in enumerate(starts, 1)
        }
    return tags


def read_tag(tags: Mapping[str, str], name: str) -> str:
    """Return the text that stands in ``tags`` under ``name``, "" where there is none or it is not ours."""
    value = "".join(tags[part] for part in takewhile(tags.__contains__, (_part(name, n) for n in count(1))))
    try:
        text = re.sub(r"-([0-9a-f]{2})", lambda code: chr(int(code.group(1), 16)), value, flags=re.ASCII)
        text = text.encode("latin-1").decode()
    except UnicodeError:
        return ""
    return text if _escaped(text) == value else ""


def _part(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda byte: b"-%02x" % ord(byte.group()), text.encode()).decode()
