"""Stock: each SKU's pieces and their movements."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic describes typing's own only from Python 3.12 on


class StockLevel(TypedDict):
    """One SKU's pieces; ``available`` are those on hand that no order holds, below 0 where too many left.

    ``pushed``: the pieces that each connection was told last, and took; ``refused``: a code for each that did
    not take them. Both by connection; what was refused is told again when the level changes.
    """

    sku: str
    on_hand: int
    reserved: int
    available: int
    pushed: dict[str, int]
    refused: dict[str, str]


class StockList(TypedDict):
    """A page of SKUs. ``next`` is the cursor of the next one."""

    stock: list[StockLevel]
    next: str | None


class StockMovement(TypedDict):
    """One movement: what it added to the pieces on hand and to the reserved ones."""

    kind: str
    pieces: int
    on_hand: int
    reserved: int
    at: str
    order_id: str | None
    actor: str | None
    reason: str


class StockMovements(StockLevel):
    """One SKU's pieces and a page of its movements."""

    movements: list[StockMovement]
    next: str | None
