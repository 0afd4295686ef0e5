"""Every test has a table of its own."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.support.template import REGION, create_stack_on_moto
from tests.unit.storage.on_moto import OrdersTable


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield boto3.Session(region_name=REGION)


@pytest.fixture
def environment(session: boto3.Session) -> dict[str, str]:
    return create_stack_on_moto(session)


@pytest.fixture
def table(session: boto3.Session, environment: dict[str, str]) -> OrdersTable:
    return OrdersTable(session.client("dynamodb"), environment["ORDERS_TABLE"])
