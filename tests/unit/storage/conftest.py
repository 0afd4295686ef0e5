"""One moto for each file of tests, a new table for each test."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.support.snapshot import one_session
from tests.support.template import REGION, create_stack_on_moto
from tests.unit.storage.on_moto import OrdersTable


@pytest.fixture(scope="module")
def session() -> Iterator[boto3.Session]:
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield one_session(REGION)


@pytest.fixture(scope="module")
def environment(session: boto3.Session) -> dict[str, str]:
    return create_stack_on_moto(session)


@pytest.fixture(scope="module")
def shared_table(session: boto3.Session) -> OrdersTable:
    return OrdersTable(session.client("dynamodb"), "orders")


@pytest.fixture
def table(shared_table: OrdersTable) -> OrdersTable:
    shared_table.recreate()
    return shared_table
