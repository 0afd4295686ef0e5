"""Stock: each SKU's pieces and their movements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.api.shapes import stock as shapes

if TYPE_CHECKING:
    from shared.storage.stock_requests import Level, Movement


def show_level(level: Level) -> shapes.StockLevel:
    """Return one SKU's stock."""
    return {
        "sku": level.sku,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "available": level.available,
        # What a channel did not take it does not show: its number is no longer known here.
        "pushed": {name: count for name, count in level.pushed.items() if name not in level.refused},
        "refused": level.refused,
    }


def show_stock(levels: Sequence[Level], cursor: str | None) -> shapes.StockList:
    """Return a page of SKUs."""
    return {"stock": [show_level(level) for level in levels], "next": cursor}


def show_movements(level: Level, movements: Sequence[Movement], cursor: str | None) -> shapes.StockMovements:
    """Return one SKU's stock and a page of its movements."""
    return {
        **show_level(level),
        "movements": [
            {
                "kind": entry.kind,
                "pieces": entry.pieces,
                "on_hand": entry.on_hand,
                "reserved": entry.reserved,
                "at": entry.at.isoformat(),
                "order_id": entry.order_id or None,
                "actor": entry.actor or None,
                "reason": entry.reason,
            }
            for entry in movements
        ],
        "next": cursor,
    }
