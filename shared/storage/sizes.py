"""What fits into the table: an item takes 400 KB, a transaction 100 operations.

Sizes by "DynamoDB item sizes and formats", limits by "Quotas in Amazon DynamoDB". What is larger fails each
time it is tried: it is measured before, so that it has an outcome instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.storage import keys

MOST_BYTES = 400_000  # 400 KB are 409,600: a little is left for what is added to an item later
MOST_BYTES_OF_HEAD = 300_000
"""So much of the order may reports fill; the rest is for commands and deadlines, which have to go on."""
MARK_BYTES = 300
"""What an effect grows by until it is done: claimant, lease, attempt, four times, proof and reason."""
MOST_OPERATIONS = 100
SURELY_FITS = 25_000
"""Bytes of a request as JSON, of which the table's form is shorter: even if it were all effects, each of 30
bytes and growing by MARK_BYTES, it would fit. Nearly every request is known to fit by this alone."""


class TooLargeError(Exception):
    """What is to be stored never fits into the table: trying again does not help."""


def check_fit(writes: Sequence[Mapping[str, Any]], as_json: int) -> None:
    """Raise TooLargeError where a transaction does not fit, with what is marked in its items later.

    ``as_json`` is how many bytes of JSON it is.
    """
    if len(writes) > MOST_OPERATIONS:
        raise TooLargeError("operations")
    if as_json <= SURELY_FITS:
        return
    for write in writes:
        [request] = write.values()
        item = request.get("Item", {})
        values = request.get("ExpressionAttributeValues", {}) if "UpdateExpression" in request else {}
        most = MOST_BYTES_OF_HEAD if item.get("sk") == {"S": keys.HEAD} else MOST_BYTES
        marks = MARK_BYTES * len(item["effects"]["M"]) if "effects" in item else 0
        if item_size(item) + item_size(values) + marks > most:
            raise TooLargeError("bytes")


def item_size(item: Mapping[str, Any]) -> int:
    """Return the bytes of an item."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "M":
        return 3 + len(content) + item_size(content)
    if kind == "SS":
        return sum(len(text.encode()) for text in content)
    return len(content) // 2 + 2  # numbers: a byte for two digits, one more, and one for the sign
