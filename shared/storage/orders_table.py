"""What all that reads and writes the orders table has in common: the client, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.storage import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE = 100

Item = Mapping[str, Any]


class StoreBusyError(Exception):
    """The table did not take a request right now: the input goes back to the queue."""


class Stored(StrEnum):
    """What became of a write."""

    YES = "yes"
    REPEATED = "repeated"  # this input has its outcome already: by another worker, or by us before
    CONFLICT = "conflict"  # somebody changed the order meanwhile: read again, decide again
    KNOWN = "known"  # what the input waited for exists by now: apply it instead of parking it


def transact(client: DynamoDBClient, request: Mapping[str, Any]) -> list[bool] | None:
    """Run a transaction. None: it took place; else which conditions failed. Raises StoreBusyError."""
    try:
        client.transact_write_items(**request)
    except client.exceptions.TransactionCanceledException as error:
        codes = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
        if not set(codes) <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
            raise StoreBusyError(", ".join(sorted(set(codes) - {"None"}))) from error
        return [code == "ConditionalCheckFailed" for code in codes]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("TransactionInProgressException", "TransactionConflictException"):
            raise StoreBusyError(code) from error
        raise
    return None


class OrdersTable:
    """The orders table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def _get(self, pk: str, sk: str) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=keys.key_of(pk, sk), ConsistentRead=True)
        return answer.get("Item")

    def _transact(self, request: Mapping[str, Any]) -> list[bool] | None:
        return transact(self._client, request)

    def _query_inputs(self, pk: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :input)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":input": {"S": keys.INPUT}},
            ConsistentRead=True,  # who has just given a command wants to see it
        )
        for page in pages:
            yield from page["Items"]

    def _query_by_time(
        self, index: str, shard_name: str, time_name: str, before: datetime, limit: int
    ) -> Iterator[tuple[str, str]]:
        def found(shard: int) -> Iterator[tuple[str, str]]:
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName=index,
                KeyConditionExpression="#shard = :shard AND #time < :before",
                ExpressionAttributeNames={"#shard": shard_name, "#time": time_name},
                ExpressionAttributeValues={
                    ":shard": {"S": str(shard)},
                    ":before": {"S": keys.instant(before)},
                },
                PaginationConfig={"MaxItems": limit, "PageSize": min(limit, PAGE)},
            )
            for page in pages:
                for item in page["Items"]:
                    yield item["pk"]["S"], item["sk"]["S"]

        # In turn: whoever has no time for all of them comes to every shard.
        for row in zip_longest(*map(found, range(keys.SHARDS))):
            yield from filter(None, row)
