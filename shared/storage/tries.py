"""How often somebody tried at an order's tracking page: one item an order and hour, deleted later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.storage import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_TRIES = 5
KEPT = timedelta(hours=2)


class Tries:
    """Counts tries; the database itself refuses the one too many, however many come at once."""

    def __init__(self, client: DynamoDBClient, table: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def take(self, order_id: str) -> bool:
        """Count one more try within this hour (UTC); False where there were :data:`MAX_TRIES`."""
        now = self._now()
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": keys.order_pk(order_id)}, "sk": {"S": keys.tries_sk(now)}},
                UpdateExpression="SET tries = if_not_exists(tries, :none) + :one, expires_at = :expires",
                ConditionExpression="attribute_not_exists(tries) OR tries < :most",
                ExpressionAttributeValues={
                    ":none": {"N": "0"},
                    ":one": {"N": "1"},
                    ":most": {"N": str(MAX_TRIES)},
                    ":expires": {"N": str(int((now + KEPT).timestamp()))},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
