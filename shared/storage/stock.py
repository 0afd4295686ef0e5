"""The stock ledger: pieces reserved, given back, taken, put back and restocked, each movement once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.storage import keys
from shared.storage import stock_requests as requests
from shared.storage import told_requests as told
from shared.storage.orders_table import StoreBusyError
from shared.storage.stock_requests import Level, Movement, Piecework

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRIES = 8
PAGE = 100  # what one read of levels takes


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


class StockLedger:
    """Reads and writes the stock table. ``pause(n)`` waits before the n-th retry."""

    def __init__(self, client: DynamoDBClient, table: str, pause: Callable[[int], None]) -> None:
        self._client = client
        self._table = table
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
        sk = requests.move_sk(at, cause)
        answer = self._client.batch_get_item(
            RequestItems={
                self._table: {
                    "Keys": [keys.key_of(requests.sku_pk(entry.sku), sk) for entry in work],
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

    def _read(self, skus: Mapping[str, int], order_id: str) -> tuple[dict[str, Level], dict[str, int]]:
        wanted = [keys.key_of(requests.sku_pk(sku), requests.LEVEL) for sku in skus]
        if order_id:
            pk = keys.order_pk(order_id)
            wanted += [keys.key_of(pk, requests.HELD + sku) for sku in skus]
        answer = self._client.batch_get_item(
            RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}}
        )
        if answer.get("UnprocessedKeys"):
            raise StoreBusyError("the read was not processed")
        levels: dict[str, Level] = {}
        held: dict[str, int] = {}
        for item in answer["Responses"].get(self._table, []):
            if item["sk"]["S"] == requests.LEVEL:
                level = requests.read_level(item)
                levels[level.sku] = level
            else:
                held[item["sk"]["S"].removeprefix(requests.HELD)] = int(item["pieces"]["N"])
        return levels, held

    def held(self, order_id: str, skus: Sequence[str]) -> dict[str, int]:
        """Return the pieces reserved for an order, of SKUs it ever moved. At most :data:`SKUS_AT_ONCE`."""
        return self._read(dict.fromkeys(skus, 0), order_id)[1]

    def level(self, sku: str) -> Level | None:
        """Return a SKU's level, None where it is not tracked."""
        return self._read({sku: 0}, "")[0].get(sku)

    def _transact(self, request: requests.Request) -> bool:
        """Run a transaction; False where it met something else than was read. Raises StoreBusyError."""
        try:
            self._client.transact_write_items(**request)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = {reason.get("Code", "None") for reason in error.response["CancellationReasons"]}
            if not codes <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
                raise StoreBusyError(", ".join(sorted(codes - {"None"}))) from error
            return False
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("TransactionInProgressException", "TransactionConflictException"):
                raise StoreBusyError(code) from error
            raise
        return True

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

        ``once`` names the request. None where it was
        used for something else. Raises StoreBusyError, and what ``wanted`` raises.
        """
        for attempt in range(TRIES):
            if attempt:
                self._pause(attempt)
            marker = self._get(requests.sku_pk(sku), requests.ONCE + keys.group_of(once))
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

    def levels(self, *, after: str = "", limit: int) -> list[Level]:
        """Return tracked SKUs in the order of their names, from the one behind ``after``. At most 100."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="listed",
            KeyConditionExpression="listed = :listed AND sku > :after",
            ExpressionAttributeValues={":listed": {"S": requests.LISTED}, ":after": {"S": after or " "}},
            Limit=limit,
        )
        return self.levels_of([item["sku"]["S"] for item in answer["Items"]])

    def levels_of(self, skus: Sequence[str]) -> list[Level]:
        """Return the levels of those SKUs that are tracked. At most 100."""
        if not skus:
            return []
        found, _ = self._read(dict.fromkeys(skus, 0), "")
        return [found[sku] for sku in skus if sku in found]

    def movements(self, sku: str, *, before: str = "", limit: int) -> list[Movement]:
        """Return a SKU's movements, newest first, from the one behind the key ``before``."""
        bound = requests.MOVE + before if before else requests.MOVE + "~"
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :bound",
            ExpressionAttributeValues={
                ":pk": {"S": requests.sku_pk(sku)},
                ":first": {"S": requests.MOVE},
                ":bound": {"S": bound},
            },
            ScanIndexForward=False,
            Limit=limit + 1,
            ConsistentRead=True,
        )
        found = [requests.read_movement(item) for item in answer["Items"]]
        return [entry for entry in found if entry.key != before][:limit]

    # --- what channels are told

    def changed(self) -> Iterator[Level]:
        """Yield the levels that channels have not been told, as they stand, in the order of their names."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="changed",
            KeyConditionExpression="changed = :changed",
            ExpressionAttributeValues={":changed": {"S": requests.CHANGED}},
            PaginationConfig={"PageSize": PAGE},
        )
        for page in pages:
            yield from self.levels_of([item["sku"]["S"] for item in page["Items"]])

    def note_pushed(
        self, level: Level, connection: str, count: int, refused: str = "", *, now: datetime
    ) -> bool:
        """Write what a connection was told of a level that was read; ``refused`` is why it did not take it.

        Returns False where the level, or what the connection was told, is another by now. Nobody knows then
        which of the two came last: the connection is told again.
        """
        try:
            self._client.update_item(**told.note_request(self._table, level, connection, count, refused))
        except self._client.exceptions.ConditionalCheckFailedException:
            self._client.update_item(**told.forget_request(self._table, level.sku, connection, now))
            return False
        return True

    def note_refused(self, sku: str, connection: str, code: str) -> None:
        """Write why a connection did not take what it was told of a SKU, where it was told anything."""
        try:
            self._client.update_item(**told.refuse_request(self._table, sku, connection, code))
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def settle(self, level: Level) -> None:
        """Take a level out of the ``changed`` index, unless it changed again."""
        try:
            self._client.update_item(**told.settle_request(self._table, level))
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it stays in the index: the next look sees it

    def _get(self, pk: str, sk: str) -> Mapping[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key=keys.key_of(pk, sk), ConsistentRead=True)
        return answer.get("Item")


def _together(made: Sequence[MoveMade]) -> MoveMade:
    found = {one.moved for one in made}
    order = (Moved.SHORT, Moved.DONE, Moved.UNTRACKED)
    return MoveMade(
        moved=next((word for word in order if word in found), Moved.UNTRACKED),
        above=bool(made) and all(one.above for one in made),
        tracked=bool(made) and all(one.tracked for one in made),
        overdrawn=tuple(sku for one in made for sku in one.overdrawn),
    )
