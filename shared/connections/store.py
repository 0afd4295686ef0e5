"""Where connections are kept: one item each in the connections table, all in one partition.

A merchant has some dozens. ``<connection>`` holds the settings, ``<connection>#STATE`` how its API is doing
(:mod:`shared.connections.states`): one query reads all there is to know about all of them.
"""

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
            Key={"pk": {"S": states.PARTITION}, "sk": {"S": connection}},
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
                "pk": {"S": states.PARTITION},
                "sk": {"S": connection.id},
                "kind": {"S": connection.kind},
                "document": {"S": connection.model_dump_json()},
            },
        )
        self._cache.pop(connection.id, None)

    def list(self) -> Iterator[Connection]:
        """Yield every connection."""
        for connection, _ in self.list_with_states():
            yield connection

    def list_with_states(self) -> Sequence[tuple[Connection, states.Progress]]:
        """Return every connection with how it is doing, by id."""
        found: dict[str, Connection] = {}
        progress: dict[str, states.Progress] = {}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :connections",
            ExpressionAttributeValues={":connections": {"S": states.PARTITION}},
        )
        for page in pages:
            for item in page["Items"]:
                name, mark, _ = item["sk"]["S"].partition("#")
                if mark:
                    progress[name] = states.read_progress(item)
                else:
                    found[name] = _read(item)
        return [(found[name], progress.get(name, states.Progress())) for name in sorted(found)]


def _read(item: Mapping[str, Any]) -> Connection:
    # A merchant's typing is refused, newer code's settings are not: after a rollback older code reads them.
    return Connection.model_validate_json(item["document"]["S"], extra="ignore")
