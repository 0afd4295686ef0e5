"""What the command line does for a customer who asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import given
from local.cli import main
from local.customers import addresses_of
from tests.support.template import REGION, create_stack_on_moto

EMAIL = "buyer@example.com"


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A stack that has a key for addresses, as the command line finds it."""
    with mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        session = boto3.Session(region_name=REGION)
        made = create_stack_on_moto(session)
        clients = SimpleNamespace(
            dynamodb=session.client("dynamodb"), ssm=session.client("ssm"), s3=session.client("s3")
        )
        clients.ssm.put_parameter(Name="/orderhub/hub/address-key", Value="k" * 43, Type="SecureString")
        outputs = {
            "OrdersTableName": made["ORDERS_TABLE"],
            "ConnectionsTableName": made["CONNECTIONS_TABLE"],
            "ArchiveBucketName": made["ARCHIVE_BUCKET"],
        }
        found = SimpleNamespace(name="hub", clients=clients, outputs=outputs)
        monkeypatch.setattr(given, "stack", lambda _name: found)
        yield found


def test_an_address_that_came_back_gets_mails_again_when_somebody_says_so(
    stack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses = addresses_of(stack)
    addresses.suppress(addresses.digest(EMAIL), "bounced", datetime(2026, 3, 2, tzinfo=UTC))
    assert main(["customer", "write-again", EMAIL.upper()]) == 0
    assert not addresses.is_suppressed(addresses.digest(EMAIL))
    assert main(["customer", "write-again", EMAIL]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Mails go to this address again."
    assert second == "This address gets mails as it is."
