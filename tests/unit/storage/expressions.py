"""DynamoDB's expressions, as text: which words they use, and which of these are reserved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

# Botocore does not know them: an expression with one fails when it is sent, on AWS.
RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())
# AWS documents 573; the full list is moto's. These are the ones we are close to.
CLOSE_TO_US = {
    "ACTION", "AT", "CONNECTION", "COUNT", "DATA", "DAY", "HASH", "INPUT", "ITEM", "KEY", "KEYS", "LOG",
    "NAME", "ORDER", "OUTPUT", "OWNER", "PROCESSED", "RANGE", "RECORD", "REFERENCE", "REPEAT", "REPLACE",
    "SET", "SHARD", "SOURCE", "STATE", "STATUS", "TIME", "TOKEN", "TOTAL", "TTL", "UNTIL", "VALUE", "VALUES",
}  # fmt: skip
SYNTAX = {"SET", "REMOVE", "ADD", "AND", "IN", "NOT", "OR", "BETWEEN"}
FUNCTIONS = {"attribute_exists", "attribute_not_exists", "if_not_exists", "begins_with"}


def expressions(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a request that holds an expression."""
    if isinstance(node, dict):
        if any(name.endswith("Expression") for name in node):
            yield node
        for value in node.values():
            yield from expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from expressions(value)


def texts(part: dict[str, Any]) -> list[str]:
    return [value for name, value in part.items() if name.endswith("Expression")]


def bare_words(text: str) -> set[str]:
    """Return the attribute names that stand in an expression without a placeholder."""
    return set(re.findall(r"(?<![#:\w])[A-Za-z_]\w*", text)) - SYNTAX - FUNCTIONS


def reserved_in(text: str) -> set[str]:
    """Return those of them that DynamoDB does not take."""
    return {word for word in bare_words(text) if word.upper() in RESERVED}
