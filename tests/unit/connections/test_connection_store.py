"""Connections in their table, on moto: written, read, remembered for a minute."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection, Settings
from shared.connections.store import ConnectionStore
from tests.support.snapshot import KeepingSession
from tests.support.template import REGION, create_stack_on_moto

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

START = datetime(2026, 11, 1, tzinfo=UTC)
SHOP = Connection(
    id="shop",
    kind="shopify",
    name="Example Shop",
    connected_at=START,
    settings=Settings(time_zone="Europe/Berlin", mails=frozenset({"shipped"}), colour="#0a6b5e"),
)


class Table:
    """The connections table of the template, and a clock that can be set."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self.client = client
        self.name = name
        self.now = START
        self.store = ConnectionStore(client, name, lambda: self.now)

    def put_document(self, document: dict[str, Any]) -> None:
        """Store a document as other code would have."""
        self.client.put_item(
            TableName=self.name,
            Item={
                "pk": {"S": "CONNECTIONS"},
                "sk": {"S": document["id"]},
                "document": {"S": json.dumps(document)},
            },
        )


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        session = KeepingSession(region_name=REGION)
        environment = create_stack_on_moto(session)
        yield Table(session.client("dynamodb"), environment["CONNECTIONS_TABLE"])


def test_a_connection_comes_back_as_it_was_put(table: Table) -> None:
    table.store.put(SHOP)
    assert table.store.get("shop") == SHOP


def test_an_unknown_connection_is_said_to_be_with_what_to_do(table: Table) -> None:
    with pytest.raises(UnknownConnectionError, match="connection list"):
        table.store.get("shop")


def test_an_unknown_connection_is_found_once_it_is_there(table: Table) -> None:
    with pytest.raises(UnknownConnectionError):
        table.store.get("shop")
    ConnectionStore(table.client, table.name, lambda: START).put(SHOP)
    assert table.store.get("shop") == SHOP


def test_a_change_by_another_process_is_seen_within_a_minute(table: Table) -> None:
    table.store.put(SHOP)
    table.store.get("shop")
    renamed = SHOP.model_copy(update={"name": "Renamed Shop"})
    ConnectionStore(table.client, table.name, lambda: START).put(renamed)
    table.now = START + timedelta(minutes=1) - timedelta(microseconds=1)
    assert table.store.get("shop") == SHOP
    table.now = START + timedelta(minutes=1)
    assert table.store.get("shop") == renamed


def test_an_own_change_is_seen_at_once(table: Table) -> None:
    table.store.put(SHOP)
    table.store.get("shop")
    renamed = SHOP.model_copy(update={"name": "Renamed Shop"})
    table.store.put(renamed)
    assert table.store.get("shop") == renamed


def test_the_list_holds_every_connection_and_nothing_else_of_the_table(table: Table) -> None:
    assert list(table.store.list()) == []
    other = SHOP.model_copy(update={"id": "other"})
    table.store.put(SHOP)
    table.store.put(other)
    table.client.put_item(TableName=table.name, Item={"pk": {"S": "CONNECTIONS"}, "sk": {"S": "shop#STATE"}})
    assert {found.id for found in table.store.list()} == {"shop", "other"}


def test_f49_older_code_reads_what_newer_code_has_added(table: Table) -> None:
    document = json.loads(SHOP.model_dump_json())
    document["added_later"] = 1
    document["settings"]["added_later_too"] = {"a": 1}
    table.put_document(document)
    assert table.store.get("shop") == SHOP
    assert list(table.store.list()) == [SHOP]


def test_f49_newer_code_reads_what_older_code_left_out(table: Table) -> None:
    table.put_document(
        {"id": "shop", "kind": "shopify", "name": "Example Shop", "connected_at": "2026-11-01T00:00:00Z"}
    )
    assert table.store.get("shop").settings == Settings()
