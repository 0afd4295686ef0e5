"""Where connections are kept: one item each in the connections table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.connections import states
from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(minutes=1)
SORT_KEY = "SETTINGS"


class ConnectionStore:
    """Reads and writes connections. What was read is kept for :data:`KEPT`."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._cache: dict[str, tuple[datetime, Connection]] = {}

    def get(self, connection: str) -> Connection:
        """Return a connection. Raises UnknownConnectionError."""
        now = self._clock()
        cached = self._cache.get(connection)
        if cached is not None and now - cached[0] < KEPT:
            return cached[1]
        answer = self._client.get_item(
            TableName=self._table,
            Key={"pk": {"S": f"CONNECTION#{connection}"}, "sk": {"S": SORT_KEY}},
        )
        if "Item" not in answer:
            raise UnknownConnectionError(connection)
        found = _read(answer["Item"])
        self._cache[connection] = (now, found)
        return found

    def put(self, connection: Connection) -> None:
        """Create a connection or replace its settings."""
        self._client.put_item(
            TableName=self._table,
            Item={
                "pk": {"S": f"CONNECTION#{connection.id}"},
                "sk": {"S": SORT_KEY},
                "kind": {"S": connection.kind},
                "document": {"S": connection.model_dump_json()},
            },
        )
        self._cache.pop(connection.id, None)

    def list(self) -> Iterator[Connection]:
        """Yield every connection. A merchant has some dozens: a scan is what it is."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="sk = :settings",
            ExpressionAttributeValues={":settings": {"S": SORT_KEY}},
        )
        for page in pages:
            for item in page["Items"]:
                yield _read(item)

    def list_with_states(self) -> Sequence[tuple[Connection, states.Progress]]:
        """Return every connection with how it is doing, in one scan."""
        found: dict[str, Connection] = {}
        progress: dict[str, states.Progress] = {}
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="sk IN (:settings, :state)",
            ExpressionAttributeValues={":settings": {"S": SORT_KEY}, ":state": {"S": states.SORT_KEY}},
        )
        for page in pages:
            for item in page["Items"]:
                pk = item["pk"]["S"]
                if item["sk"]["S"] == SORT_KEY:
                    found[pk] = _read(item)
                else:
                    progress[pk] = states.read_progress(item)
        return [(found[pk], progress.get(pk, states.Progress())) for pk in sorted(found)]


def _read(item: Mapping[str, Any]) -> Connection:
    # A merchant's typing is refused, newer code's settings are not: after a rollback older code reads them.
    return Connection.model_validate_json(item["document"]["S"], extra="ignore")
