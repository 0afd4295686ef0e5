"""The stock ledger: pieces reserved, given back, taken, put back and restocked, each movement once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.storage import keys, stock_keys
from shared.storage import stock_requests as requests
from shared.storage.orders_table import StoreBusyError, transact
from shared.storage.stock_levels import StockLevels
from shared.storage.stock_requests import Level, Piecework

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRIES = 8


class Moved(StrEnum):
    """What became of a movement."""

    DONE = "done"
    SHORT = "short"  # not enough was there: nothing is reserved
    UNCOVERED = "uncovered"  # the order holds less than is to be moved: asked for by ``only_covered``
    UNTRACKED = "untracked"  # none of its SKUs has a level


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMade:
    """What became of a movement. ``above``: it left the buffer; ``tracked``: every SKU has a level.

    ``overdrawn`` are the SKUs of which more is gone or reserved by now than was there.
    """

    moved: Moved
    above: bool = False
    tracked: bool = True
    overdrawn: tuple[str, ...] = ()


class StockLedger(StockLevels):
    """Reads and writes the stock table. ``pause(n)`` waits before the n-th retry."""

    def __init__(self, client: DynamoDBClient, table: str, pause: Callable[[int], None]) -> None:
        super().__init__(client, table)
        self._pause = pause

    def move(
        self,
        kind: str,
        pieces: Mapping[str, int],
        *,
        order_id: str,
        cause: str,
        at: datetime,
        now: datetime,
        buffer: int = 0,
        only_covered: bool = False,
    ) -> MoveMade:
        """Carry out a movement of an order once: ``cause``, which came in ``at``, names it.

        All SKUs or none, up to :data:`SKUS_AT_ONCE` of them. More are moved in parts, each of them whole;
        where one part of a reservation is short, the others are given back. ``only_covered`` ends before the
        first part of which the order holds less, or whose reservation is short. Raises StoreBusyError:
        carried out again, it goes on.
        """
        skus = sorted(sku for sku, count in pieces.items() if count > 0)
        made: list[MoveMade] = []
        reserved: list[dict[str, int]] = []
        for start in range(0, len(skus), requests.SKUS_AT_ONCE):
            part = {sku: pieces[sku] for sku in skus[start : start + requests.SKUS_AT_ONCE]}
            one = self._move_part(
                kind, part, order_id, cause, at, now, buffer=buffer, only_covered=only_covered
            )
            if one.moved is Moved.UNCOVERED:
                return one
            made.append(one)
            if kind == "reserve" and one.moved is Moved.DONE:
                reserved.append(part)
        together = _together(made)
        if together.moved is Moved.SHORT:
            # An order that is short holds nothing, however many SKUs it has: others may have the pieces.
            for part in reserved:
                self._move_part(
                    "give_back", part, order_id, f"{cause}/short", at, now, buffer=0, only_covered=False
                )
        return together

    def _move_part(
        self,
        kind: str,
        part: Mapping[str, int],
        order_id: str,
        cause: str,
        at: datetime,
        now: datetime,
        *,
        buffer: int,
        only_covered: bool,
    ) -> MoveMade:
        for attempt in range(TRIES):
            if attempt:
                self._pause(attempt)
            levels, held = self._read(part, order_id)
            work = [
                Piecework(sku=sku, pieces=count, held=held.get(sku))
                for sku, count in part.items()
                if sku in levels
            ]
            tracked = len(work) == len(part)
            if not work:
                return MoveMade(moved=Moved.UNTRACKED, tracked=tracked)
            before = self._made_before(work, cause, at, tracked=tracked)
            if before is not None:
                return before
            uncovered = [entry for entry in work if not requests.is_covered(kind, entry)]
            if uncovered and only_covered:
                return MoveMade(moved=Moved.UNCOVERED, tracked=tracked)
            spare = min(levels[entry.sku].available - entry.pieces for entry in work)
            if kind == "reserve" and spare < 0:
                if only_covered:
                    return MoveMade(moved=Moved.UNCOVERED, tracked=tracked)
                request = requests.short_request(self._table, work, order_id=order_id, cause=cause, at=at)
                if self._transact(request):
                    return MoveMade(moved=Moved.SHORT, tracked=tracked)
                continue
            above = kind == "reserve" and spare >= buffer
            request = requests.move_request(
                self._table,
                kind,
                work,
                order_id=order_id,
                cause=cause,
                at=at,
                now=now,
                # The database holds what was read to be true: the pieces, and the buffer, are still there.
                leave=buffer if above else 0,
                above=above,
            )
            if self._transact(request):
                overdrawn = self._overdrawn(uncovered) if uncovered else ()
                return MoveMade(moved=Moved.DONE, above=above, tracked=tracked, overdrawn=overdrawn)
        raise StoreBusyError("the stock of an order changed each time it was tried")

    def _made_before(
        self, work: Sequence[Piecework], cause: str, at: datetime, *, tracked: bool
    ) -> MoveMade | None:
        """Return what became of a movement that took place before, by the first SKU it had."""
        sk = stock_keys.move_sk(at, cause)
        answer = self._client.batch_get_item(
            RequestItems={
                self._table: {
                    "Keys": [keys.key_of(stock_keys.sku_pk(entry.sku), sk) for entry in work],
                    "ConsistentRead": True,
                }
            }
        )
        if answer.get("UnprocessedKeys"):
            raise StoreBusyError("the read was not processed")
        found = [requests.read_movement(item) for item in answer["Responses"].get(self._table, [])]
        if not found:
            return None
        short = any(entry.kind == requests.SHORT for entry in found)
        overdrawn = self._overdrawn(work) if found[0].kind == "take" else ()
        return MoveMade(
            moved=Moved.SHORT if short else Moved.DONE,
            above=all(entry.above for entry in found),
            # A SKU that is tracked since then had no part in it.
            tracked=tracked and len(found) == len(work),
            overdrawn=overdrawn,
        )

    def _overdrawn(self, work: Sequence[Piecework]) -> tuple[str, ...]:
        levels, _ = self._read({entry.sku: entry.pieces for entry in work}, "")
        return tuple(sorted(sku for sku, level in levels.items() if level.available < 0))

    def _transact(self, request: requests.Request) -> bool:
        """Run a transaction; False where it met something else than was read. Raises StoreBusyError."""
        return transact(self._client, request) is None

    # --- what the merchant counts

    def set_on_hand(
        self,
        sku: str,
        wanted: Callable[[Level | None], int],
        *,
        kind: str,
        actor: str,
        once: str,
        fingerprint: str,
        now: datetime,
        reason: str = "",
    ) -> Level | None:
        """Set the pieces on hand to what ``wanted`` makes of the level, once; return the level.

        ``once`` names the request. None where it was used for something else. Raises StoreBusyError, and what
        ``wanted`` raises.
        """
        for attempt in range(TRIES):
            if attempt:
                self._pause(attempt)
            marker = self._get(stock_keys.sku_pk(sku), stock_keys.ONCE + keys.group_of(once))
            seen = self.level(sku)
            if marker is not None:
                return seen if marker["fingerprint"]["S"] == fingerprint else None
            request = requests.set_request(
                self._table,
                seen,
                sku,
                wanted(seen),
                kind=kind,
                actor=actor,
                reason=reason,
                once=once,
                fingerprint=fingerprint,
                now=now,
            )
            if self._transact(request):
                return self.level(sku)
        raise StoreBusyError("the stock of a SKU changed each time it was tried")


def _together(made: Sequence[MoveMade]) -> MoveMade:
    found = {one.moved for one in made}
    order = (Moved.SHORT, Moved.DONE, Moved.UNTRACKED)
    return MoveMade(
        moved=next((word for word in order if word in found), Moved.UNTRACKED),
        above=bool(made) and all(one.above for one in made),
        tracked=bool(made) and all(one.tracked for one in made),
        overdrawn=tuple(sku for one in made for sku in one.overdrawn),
    )
