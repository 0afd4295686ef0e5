"""What was erased because somebody asked for it: order ids alone, beside the connections.

A restored orders table holds the customers of its time again. What time erases is due again at once; what was
erased on request stands here, outside of that table, and is erased once more before the hub is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ERASURES = "ERASURES"


class Erasures:
    """The ledger of erasures on request, in the connections table. Entries are never deleted."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, order_id: str, at: datetime) -> None:
        """Note that an order is erased; the same again changes nothing but its time."""
        self._client.put_item(
            TableName=self._table,
            Item={"pk": {"S": ERASURES}, "sk": {"S": order_id}, "at": {"S": at.isoformat()}},
        )

    def all(self) -> Iterator[str]:
        """Yield the ids of all orders that were erased on request."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :erasures",
            ExpressionAttributeValues={":erasures": {"S": ERASURES}},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["sk"]["S"]
