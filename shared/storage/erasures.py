"""What was erased because somebody asked for it: order ids and keyed digests, beside the connections.

A restored orders table holds the customers of its time again. What time erases is due again at once; what was
erased on request stands here, outside of that table, and is erased once more before the hub is opened. A
connection whose customers are all to be forgotten stands here until that is done. A channel's account that
was deleted stands here, too: what was read before, or is read late, may be stored after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.orders.values import value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ERASURES = "ERASURES"
ACCOUNTS = "ERASED_ACCOUNTS"
UNDER_WAY = "ERASING"


@value(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A connection whose customers are being forgotten; ``position``: how far in its list of orders."""

    connection: str
    request: str  # the channel's own id of it
    position: str = ""


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

    def add_account(self, digest: str, at: datetime) -> None:
        """Note that a channel's account was deleted; the same again changes nothing but its time."""
        self._client.put_item(
            TableName=self._table,
            Item={"pk": {"S": ACCOUNTS}, "sk": {"S": digest}, "at": {"S": at.isoformat()}},
        )

    def has_account(self, digest: str) -> bool:
        """Return whether a channel's account was deleted."""
        answer = self._client.get_item(
            TableName=self._table, Key={"pk": {"S": ACCOUNTS}, "sk": {"S": digest}}, ConsistentRead=True
        )
        return "Item" in answer

    def begin(self, connection: str, request: str) -> None:
        """Note that all customers of a connection are to be forgotten; the same again begins anew."""
        self._client.put_item(
            TableName=self._table,
            Item={**_under_way(connection), "request": {"S": request}, "position": {"S": ""}},
        )

    def under_way(self) -> list[UnderWay]:
        """Return the connections whose customers are being forgotten."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :erasing",
            ExpressionAttributeValues={":erasing": {"S": UNDER_WAY}},
            ConsistentRead=True,
        )
        return [
            UnderWay(connection=item["sk"]["S"], request=item["request"]["S"], position=item["position"]["S"])
            for item in answer["Items"]
        ]

    def move(self, connection: str, position: str) -> None:
        """Note how far that has come."""
        self._client.update_item(
            TableName=self._table,
            Key=_under_way(connection),
            UpdateExpression="SET #position = :position",
            ExpressionAttributeNames={"#position": "position"},
            ExpressionAttributeValues={":position": {"S": position}},
        )

    def end(self, connection: str) -> None:
        """Note that it is done."""
        self._client.delete_item(TableName=self._table, Key=_under_way(connection))


def _under_way(connection: str) -> dict[str, Any]:
    return {"pk": {"S": UNDER_WAY}, "sk": {"S": connection}}
