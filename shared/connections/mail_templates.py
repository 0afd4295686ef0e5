"""A merchant's own templates for mails: one item a connection, kind and language in the connections table.

Parts of a template by their names (``subject``, ``html``, ``text``), as they were checked before they were
kept. Nothing here knows what a template is: :mod:`shared.notifications.overrides` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.connections.store import KEPT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Parts = Mapping[str, str]
_PREFIX = "MAIL#"


class TemplatesUnavailableError(Exception):
    """The connections table does not answer: nobody knows whether there is a template."""


class MailTemplateStore:
    """Reads and writes templates. What was read is kept for a minute, also that there is none."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._cache: dict[tuple[str, str, str], tuple[datetime, Parts]] = {}

    def get(self, connection: str, kind: str, locale: str) -> Parts:
        """Return the parts of a template, {} where there is none. Raises TemplatesUnavailableError."""
        wanted = (connection, kind, locale)
        now = self._clock()
        cached = self._cache.get(wanted)
        if cached is not None and now - cached[0] < KEPT:
            return cached[1]
        try:
            answer = self._client.get_item(TableName=self._table, Key=_key(*wanted))
        except (BotoCoreError, ClientError) as error:
            raise TemplatesUnavailableError from error
        parts = {
            name: value["S"] for name, value in answer.get("Item", {}).items() if name not in ("pk", "sk")
        }
        self._cache[wanted] = (now, parts)
        return parts

    def put(self, connection: str, kind: str, locale: str, parts: Parts) -> None:
        """Keep a template, instead of the one before."""
        texts = {name: {"S": source} for name, source in parts.items() if source}
        self._client.put_item(TableName=self._table, Item={**_key(connection, kind, locale), **texts})
        self._cache.pop((connection, kind, locale), None)

    def remove(self, connection: str, kind: str, locale: str) -> None:
        """Forget a template: the mail is ours again. Nothing happens where there is none."""
        self._client.delete_item(TableName=self._table, Key=_key(connection, kind, locale))
        self._cache.pop((connection, kind, locale), None)

    def list(self, connection: str) -> Iterator[tuple[str, str]]:
        """Yield the kinds and languages for which a connection has templates."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :mail)",
            ExpressionAttributeValues={
                ":pk": {"S": f"CONNECTION#{connection}"},
                ":mail": {"S": _PREFIX},
            },
            ProjectionExpression="sk",
        )
        for page in pages:
            for item in page["Items"]:
                kind, _, locale = item["sk"]["S"].removeprefix(_PREFIX).partition("#")
                yield kind, locale


def _key(connection: str, kind: str, locale: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"CONNECTION#{connection}"}, "sk": {"S": f"{_PREFIX}{kind}#{locale}"}}
