"""What each movement shifts in the stock table, and the requests that do it. Pure.

*reserve* is conditional on ``available``, so that two orders never get the same piece.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.storage import keys, stock_keys

# A transaction takes 100 writes, a SKU takes three: its level, its movement, what the order holds.
SKUS_AT_ONCE = 33

SHORT = "short"
COUNTED = "counted"
CORRECTED = "corrected"

Request = dict[str, Any]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shift:
    """What one piece of a movement does to its level, and to what its order holds (as to ``reserved``).

    ``from_held``: it can only move what the order holds; ``beyond`` is what the others do to ``on_hand``.
    """

    on_hand: int
    reserved: int
    from_held: bool = False
    beyond: int = 0


SHIFTS: dict[str, Shift] = {
    "reserve": Shift(0, 1),
    "give_back": Shift(0, -1, from_held=True),
    "take": Shift(-1, -1, from_held=True, beyond=-1),
    "put_back": Shift(1, 1),
    "restock": Shift(1, 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One SKU's pieces, and when their available number last changed.

    ``pushed``: what each connection was told last; ``refused``: why it took it not.
    """

    sku: str
    on_hand: int
    reserved: int
    available: int
    changed_at: str = ""
    pushed: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of a SKU's ledger: what it did to the pieces on hand and to the reserved ones.

    ``kind`` is a movement of :data:`SHIFTS`, *short* (asked for and not there), *counted* or *corrected*.
    ``above``: a reservation that left the buffer.
    """

    key: str
    kind: str
    pieces: int
    on_hand: int
    reserved: int
    at: datetime
    order_id: str = ""
    actor: str = ""
    reason: str = ""
    above: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piecework:
    """``pieces`` of a SKU, of which the order ``held`` as many when it was read (None: no item yet)."""

    sku: str
    pieces: int
    held: int | None = None


def deltas(kind: str, work: Piecework) -> tuple[int, int]:
    """Return what a movement adds to ``on_hand`` and to ``reserved``."""
    shift = SHIFTS[kind]
    covered = min(work.pieces, work.held or 0) if shift.from_held else work.pieces
    rest = work.pieces - covered
    return covered * shift.on_hand + rest * shift.beyond, covered * shift.reserved


def is_covered(kind: str, work: Piecework) -> bool:
    """Return whether the order holds all that the movement is to move."""
    return not SHIFTS[kind].from_held or (work.held or 0) >= work.pieces


def move_request(
    table: str,
    kind: str,
    work: Sequence[Piecework],
    *,
    order_id: str,
    cause: str,
    at: datetime,
    now: datetime,
    leave: int = 0,
    above: bool = False,
) -> Request:
    """Move pieces of an order, all SKUs or none: three writes a SKU (movement, level, what the order holds).

    *reserve* is conditional on its pieces being there and leaving ``leave`` of each SKU; every movement on
    not having taken place, on its SKU being tracked, and on the order holding what was read.
    """
    writes: list[Request] = []
    for entry in work:
        on_hand, reserved = deltas(kind, entry)
        movement = _movement(entry.sku, kind, entry.pieces, on_hand, reserved, order_id, cause, at)
        if above:
            movement["above"] = {"BOOL": True}
        writes.append(_put_new(table, movement))
        least = entry.pieces + leave if kind == "reserve" else None
        writes.append(_level_write(table, entry.sku, on_hand, reserved, now, least))
        writes.append(_held_write(table, order_id, entry, reserved))
    return {"TransactItems": writes}


def short_request(
    table: str, work: Sequence[Piecework], *, order_id: str, cause: str, at: datetime
) -> Request:
    """Record that pieces were asked for and not there: nothing is reserved of any of these SKUs."""
    return {
        "TransactItems": [
            _put_new(table, _movement(entry.sku, SHORT, entry.pieces, 0, 0, order_id, cause, at))
            for entry in work
        ]
    }


def _movement(
    sku: str, kind: str, pieces: int, on_hand: int, reserved: int, order_id: str, cause: str, at: datetime
) -> Request:
    item: Request = {
        **keys.key_of(stock_keys.sku_pk(sku), stock_keys.move_sk(at, cause)),
        "kind": {"S": kind},
        "pieces": {"N": str(pieces)},
        "on_hand": {"N": str(on_hand)},
        "reserved": {"N": str(reserved)},
        "at": {"S": keys.instant(at)},
    }
    if order_id:
        item["order_id"] = {"S": order_id}
    return item


def _put_new(table: str, item: Request) -> Request:
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def _level_write(
    table: str, sku: str, on_hand: int, reserved: int, now: datetime, least: int | None
) -> Request:
    condition = "attribute_exists(pk)"
    values: Request = {
        ":on_hand": {"N": str(on_hand)},
        ":reserved": {"N": str(reserved)},
        ":available": {"N": str(on_hand - reserved)},
    }
    expression = "SET on_hand = on_hand + :on_hand, reserved = reserved + :reserved, "
    expression += "available = available + :available"
    if on_hand != reserved:
        expression += ", changed = :changed, changed_at = :now"
        values |= {":changed": {"S": stock_keys.CHANGED}, ":now": {"S": keys.instant(now)}}
    if least is not None:
        condition += " AND available >= :least"
        values[":least"] = {"N": str(least)}
    return {
        "Update": {
            "TableName": table,
            "Key": keys.key_of(stock_keys.sku_pk(sku), stock_keys.LEVEL),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }


def _held_write(table: str, order_id: str, work: Piecework, reserved: int) -> Request:
    values: Request = {":pieces": {"N": str((work.held or 0) + reserved)}}
    condition = "attribute_not_exists(pk)"
    if work.held is not None:
        condition = "pieces = :seen"
        values[":seen"] = {"N": str(work.held)}
    return {
        "Update": {
            "TableName": table,
            "Key": keys.key_of(keys.order_pk(order_id), stock_keys.HELD + work.sku),
            "UpdateExpression": "SET pieces = :pieces",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }


def set_request(
    table: str,
    seen: Level | None,
    sku: str,
    on_hand: int,
    *,
    kind: str,
    actor: str,
    reason: str,
    once: str,
    fingerprint: str,
    now: datetime,
) -> Request:
    """Set the pieces on hand, from the level that was ``seen`` (None: the SKU is tracked from now on)."""
    by = on_hand - (seen.on_hand if seen else 0)
    movement = _movement(sku, kind, abs(by), by, 0, "", once, now)
    movement["actor"] = {"S": actor}
    if reason:
        movement["reason"] = {"S": reason}
    reserved = seen.reserved if seen else 0
    values: Request = {
        ":on_hand": {"N": str(on_hand)},
        ":reserved": {"N": str(reserved)},
        ":available": {"N": str(on_hand - reserved)},
        ":changed": {"S": stock_keys.CHANGED},
        ":now": {"S": keys.instant(now)},
        ":listed": {"S": stock_keys.LISTED},
        ":sku": {"S": sku},
        # Two values, though both are empty: the local AWS would keep one map under both names.
        ":pushed": {"M": {}},
        ":refused": {"M": {}},
    }
    condition = "attribute_not_exists(pk)"
    if seen is not None:
        condition = "on_hand = :seen AND reserved = :reserved"
        values[":seen"] = {"N": str(seen.on_hand)}
    level = {
        "TableName": table,
        "Key": keys.key_of(stock_keys.sku_pk(sku), stock_keys.LEVEL),
        "UpdateExpression": "SET on_hand = :on_hand, reserved = :reserved, available = :available, "
        "changed = :changed, changed_at = :now, listed = :listed, sku = :sku, "
        "pushed = if_not_exists(pushed, :pushed), refused = if_not_exists(refused, :refused)",
        "ConditionExpression": condition,
        "ExpressionAttributeValues": values,
    }
    marker = {
        **keys.key_of(stock_keys.sku_pk(sku), stock_keys.ONCE + keys.group_of(once)),
        "fingerprint": {"S": fingerprint},
    }
    return {"TransactItems": [_put_new(table, marker), {"Update": level}, _put_new(table, movement)]}


def read_level(item: Item) -> Level:
    """Return a LEVEL item as a level."""
    return Level(
        sku=item["pk"]["S"].removeprefix("SKU#"),
        on_hand=int(item["on_hand"]["N"]),
        reserved=int(item["reserved"]["N"]),
        available=int(item["available"]["N"]),
        changed_at=item["changed_at"]["S"],
        pushed={name: int(value["N"]) for name, value in item["pushed"]["M"].items()},
        refused={name: value["S"] for name, value in item["refused"]["M"].items() if value["S"]},
    )


def read_movement(item: Item) -> Movement:
    """Return a MOVE item as a movement."""
    return Movement(
        key=item["sk"]["S"].removeprefix(stock_keys.MOVE),
        kind=item["kind"]["S"],
        pieces=int(item["pieces"]["N"]),
        on_hand=int(item["on_hand"]["N"]),
        reserved=int(item["reserved"]["N"]),
        at=keys.read_instant(item["at"]["S"]),
        order_id=item.get("order_id", {}).get("S", ""),
        actor=item.get("actor", {}).get("S", ""),
        reason=item.get("reason", {}).get("S", ""),
        above=item.get("above", {}).get("BOOL", False),
    )
