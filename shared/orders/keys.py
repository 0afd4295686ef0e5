"""The key of an input: made of business facts, so that webhook, poll and replay agree.

Canonical form of facts: a list of the class's name and its fields, where what is None, empty or
the field's default is left out (a field added later changes no key), amounts are plain decimals
without trailing zeros (5.0 and 5.00 are the same) and times are UTC. Keys hold no personal data:
they are SHA-256 digests.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from shared.orders.commands import Command
from shared.orders.facts import Report, is_additive

KEY_LENGTH = 32  # hex digits: 128 bits

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, check_circular=False).encode


def input_key(connection: str, report: Report, previous_hash: str = "") -> str:
    """Return the key of ``report`` as told by ``connection``: 32 hex digits.

    Where a snapshot has neither time nor sequence of its source, ``previous_hash``
    (``order.snapshot_hash`` as it stands, "" for no order) makes A, B, A three inputs.
    """
    if report.source_time is not None:
        moment = f"t{_time(report.source_time)}"
    elif report.sequence is not None:
        moment = ""
    else:
        moment = "" if _additive_only(report) else f"p{previous_hash}"
    if report.sequence is not None:
        moment = f"{moment}s{report.sequence}"
    entity = f"o{report.order_external_id}" if report.order_external_id else f"n{report.tracking_number}"
    return _digest([connection, entity, moment, facts_hash(report)])


def facts_hash(report: Report) -> str:
    """Return a digest of what the report says, whenever it was said: 32 hex digits."""
    return _digest([_plain(fact) for fact in report.facts])


def command_key(order: str, who: str, idempotency_key: str) -> str:
    """Return the key of a command: order, sender and ``Idempotency-Key``, so that senders cannot collide."""
    return _digest(["command", order, who, idempotency_key])


def command_hash(command: Command) -> str:
    """Return a digest of what a command asks for, however it was spelled: 32 hex digits."""
    return _digest(_plain(command))


def rule_key(cause: str, rule: str) -> str:
    """Return the key of a rule's own step: the key of the input that caused it, and the rule's name."""
    return _digest(["rule", cause, rule])


def _additive_only(report: Report) -> bool:
    return all(is_additive(fact) for fact in report.facts)


def _digest(value: Any) -> str:
    return sha256(_encode(value).encode("ascii")).hexdigest()[:KEY_LENGTH]


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


@lru_cache(maxsize=64)
def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (field.name, None if field.default is MISSING else field.default)
        for field in sorted(fields(kind), key=lambda field: field.name)
    )


def _plain(value: Any) -> Any:
    """Return ``value`` in its canonical form, ready for JSON."""
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return value
    if kind is Decimal:
        return decimal_text(value)
    if kind is tuple:
        return [_plain(item) for item in value]
    if kind is datetime:
        return _time(value)
    if isinstance(value, Enum):
        return value.value
    said: dict[str, Any] = {}
    for name, default in _fields(kind):  # type: ignore[arg-type]
        part = getattr(value, name)
        if part is default or part is None or (not part and isinstance(part, (str, tuple))):
            continue
        if default is None or part != default:
            said[name] = part if type(part) is str else _plain(part)
    return [kind.__name__, said]


@lru_cache(maxsize=4096)
def decimal_text(value: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros: 5.00 gives "5", 1E+2 gives "100"."""
    # Cached: equal amounts have equal texts, and an order names the same few over and over.
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
