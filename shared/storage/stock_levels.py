"""Levels of stock and their movements, as they are read, and what channels were told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.storage import keys, stock_keys
from shared.storage import told_requests as told
from shared.storage.orders_table import StoreBusyError
from shared.storage.stock_requests import Level, Movement, read_level, read_movement

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE = 100  # what one read of levels takes


class StockLevels:
    """Reads levels and movements; who tells channels needs no more."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def level(self, sku: str) -> Level | None:
        """Return a SKU's level, None where it is not tracked."""
        return self._read({sku: 0}, "")[0].get(sku)

    def held(self, order_id: str, skus: Sequence[str]) -> dict[str, int]:
        """Return the pieces reserved for an order, of SKUs it ever moved. At most 33 of them."""
        return self._read(dict.fromkeys(skus, 0), order_id)[1]

    def levels(self, *, after: str = "", limit: int) -> list[Level]:
        """Return tracked SKUs in the order of their names, from the one behind ``after``. At most 100."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="listed",
            KeyConditionExpression="listed = :listed AND sku > :after",
            ExpressionAttributeValues={":listed": {"S": stock_keys.LISTED}, ":after": {"S": after or " "}},
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
        bound = stock_keys.MOVE + before if before else stock_keys.MOVE + "~"
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :bound",
            ExpressionAttributeValues={
                ":pk": {"S": stock_keys.sku_pk(sku)},
                ":first": {"S": stock_keys.MOVE},
                ":bound": {"S": bound},
            },
            ScanIndexForward=False,
            Limit=limit + 1,
            ConsistentRead=True,
        )
        found = [read_movement(item) for item in answer["Items"]]
        return [entry for entry in found if entry.key != before][:limit]

    # --- what channels are told

    def changed(self) -> Iterator[Level]:
        """Yield the levels that channels have not been told, as they stand, in the order of their names."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="changed",
            KeyConditionExpression="changed = :changed",
            ExpressionAttributeValues={":changed": {"S": stock_keys.CHANGED}},
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

    def _read(self, skus: Mapping[str, int], order_id: str) -> tuple[dict[str, Level], dict[str, int]]:
        wanted = [keys.key_of(stock_keys.sku_pk(sku), stock_keys.LEVEL) for sku in skus]
        if order_id:
            pk = keys.order_pk(order_id)
            wanted += [keys.key_of(pk, stock_keys.HELD + sku) for sku in skus]
        answer = self._client.batch_get_item(
            RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}}
        )
        if answer.get("UnprocessedKeys"):
            raise StoreBusyError("the read was not processed")
        levels: dict[str, Level] = {}
        held: dict[str, int] = {}
        for item in answer["Responses"].get(self._table, []):
            if item["sk"]["S"] == stock_keys.LEVEL:
                level = read_level(item)
                levels[level.sku] = level
            else:
                held[item["sk"]["S"].removeprefix(stock_keys.HELD)] = int(item["pieces"]["N"])
        return levels, held

    def _get(self, pk: str, sk: str) -> Mapping[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key=keys.key_of(pk, sk), ConsistentRead=True)
        return answer.get("Item")
