"""What a level's item keeps of what channels were told, and the requests that write it. Pure.

A run reads a level, tells a channel, and notes it. Two runs may overlap, and the slower one may be the last
that the channel hears: so it notes only what still stands, and where something else stands by now the
channel is told again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.storage import keys, stock_keys
from shared.storage.stock_requests import Level

Request = dict[str, Any]

# The pieces are those that were read: no movement came in between.
IS_AS_READ = "changed_at = :seen AND available = :available"
# What the connection was told before is what was read as well: no other run told it in between.
IS_TOLD_AS_READ = f"{IS_AS_READ} AND pushed.#connection = :before"
IS_TOLD_NOTHING_AS_READ = f"{IS_AS_READ} AND attribute_not_exists(pushed.#connection)"


def note_request(table: str, level: Level, connection: str, count: int, refused: str) -> Request:
    """Note that a connection was told ``count`` of a level that was read; ``refused``: why it took it not."""
    before = level.pushed.get(connection)
    values = _as_read(level) | {":count": {"N": str(count)}, ":refused": {"S": refused}}
    if before is not None:
        values[":before"] = {"N": str(before)}
    return {
        "TableName": table,
        "Key": keys.key_of(stock_keys.sku_pk(level.sku), stock_keys.LEVEL),
        "UpdateExpression": "SET pushed.#connection = :count, refused.#connection = :refused",
        "ConditionExpression": IS_TOLD_NOTHING_AS_READ if before is None else IS_TOLD_AS_READ,
        "ExpressionAttributeNames": {"#connection": connection},
        "ExpressionAttributeValues": values,
    }


def forget_request(table: str, sku: str, connection: str, now: datetime) -> Request:
    """Take out what a connection was told, and let it be told again.

    The new time keeps a run that read the level before from taking it out of the index.
    """
    return {
        "TableName": table,
        "Key": keys.key_of(stock_keys.sku_pk(sku), stock_keys.LEVEL),
        "UpdateExpression": "SET changed = :changed, changed_at = :now REMOVE pushed.#connection",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeNames": {"#connection": connection},
        "ExpressionAttributeValues": {
            ":changed": {"S": stock_keys.CHANGED},
            ":now": {"S": keys.instant(now)},
        },
    }


def refuse_request(table: str, sku: str, connection: str, code: str) -> Request:
    """Note that a connection did not take what it was told, which it says later."""
    return {
        "TableName": table,
        "Key": keys.key_of(stock_keys.sku_pk(sku), stock_keys.LEVEL),
        "UpdateExpression": "SET refused.#connection = :code",
        "ConditionExpression": "attribute_exists(pushed.#connection)",
        "ExpressionAttributeNames": {"#connection": connection},
        "ExpressionAttributeValues": {":code": {"S": code}},
    }


def settle_request(table: str, level: Level) -> Request:
    """Take a level that was read out of the ``changed`` index."""
    return {
        "TableName": table,
        "Key": keys.key_of(stock_keys.sku_pk(level.sku), stock_keys.LEVEL),
        "UpdateExpression": "REMOVE changed",
        "ConditionExpression": IS_AS_READ,
        "ExpressionAttributeValues": _as_read(level),
    }


def _as_read(level: Level) -> Request:
    return {":seen": {"S": level.changed_at}, ":available": {"N": str(level.available)}}
