"""Enter what the merchant counted, or corrected by hand, into the stock ledger, once for each key."""

from __future__ import annotations

from datetime import datetime

from shared.storage.stock import StockLedger
from shared.storage.stock_requests import CORRECTED, COUNTED, Level
from shared.usecases.run_command import KeyReusedError


class UnknownSkuError(Exception):
    """The SKU was never counted: there is nothing to correct."""


class TooFewPiecesError(Exception):
    """More would be taken away by hand than is on hand."""


def count_stock(sku: str, on_hand: int, ledger: StockLedger, *, who: str, key: str, now: datetime) -> Level:
    """Set the pieces on hand; return the level. Raises KeyReusedError, StoreBusyError."""
    level = ledger.set_on_hand(
        sku,
        lambda _seen: on_hand,
        kind=COUNTED,
        actor=who,
        once=f"{who}/{key}",
        fingerprint=f"{COUNTED}/{on_hand}",
        now=now,
    )
    if level is None:
        raise KeyReusedError
    return level


def correct_stock(
    sku: str, by: int, reason: str, ledger: StockLedger, *, who: str, key: str, now: datetime
) -> Level:
    """Add ``by`` pieces, or take them away; return the level.

    Raises UnknownSkuError, TooFewPiecesError, KeyReusedError and StoreBusyError.
    """

    def wanted(seen: Level | None) -> int:
        if seen is None:
            raise UnknownSkuError
        if by < 0 and seen.on_hand + by < 0:
            raise TooFewPiecesError
        return seen.on_hand + by

    level = ledger.set_on_hand(
        sku,
        wanted,
        kind=CORRECTED,
        actor=who,
        once=f"{who}/{key}",
        fingerprint=f"{CORRECTED}/{by}/{reason}",
        now=now,
        reason=reason,
    )
    if level is None:
        raise KeyReusedError
    return level
