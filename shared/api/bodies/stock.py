"""What is told of a SKU's stock."""

from __future__ import annotations

from shared.api.bodies.model import Model
from shared.api.values import PiecesBy, PiecesOrNone, Text


class CountStockBody(Model):
    """What was counted of a SKU."""

    on_hand: PiecesOrNone


class CorrectStockBody(Model):
    """Pieces found or lost: more than none to add them, less to take them away."""

    by: PiecesBy
    reason: Text
