"""Setting and rotating secrets, on moto, read back by the store that the webhooks use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from shared.connections.secrets import SecretStore, SecretWriter
from tests.support.snapshot import KeepingSession
from tests.support.template import REGION

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

PATH = "/orderhub/webhooks"


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[SSMClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield KeepingSession(region_name=REGION).client("ssm")


@pytest.fixture
def writer(ssm: SSMClient) -> SecretWriter:
    return SecretWriter(ssm, PATH)


def accepted(ssm: SSMClient, connection: str = "shop") -> tuple[str, ...]:
    """Return what a process that starts now would accept."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return SecretStore(ssm, PATH, lambda: now).secrets_for("shopify", connection)


def test_the_first_secret_stands_alone(ssm: SSMClient, writer: SecretWriter) -> None:
    writer.put("shopify", "shop", "one")
    assert accepted(ssm) == ("one",)
    assert accepted(ssm, "other") == ()


def test_f59_the_one_before_stays_valid_the_one_before_that_does_not(
    ssm: SSMClient, writer: SecretWriter
) -> None:
    writer.put("shopify", "shop", "one")
    writer.put("shopify", "shop", "two")
    assert accepted(ssm) == ("two", "one")
    writer.put("shopify", "shop", "three")
    assert accepted(ssm) == ("three", "two")


def test_f59_setting_the_same_secret_again_does_not_end_the_rotation(
    ssm: SSMClient, writer: SecretWriter
) -> None:
    writer.put("shopify", "shop", "one")
    writer.put("shopify", "shop", "two")
    writer.put("shopify", "shop", "two")
    assert accepted(ssm) == ("two", "one")


def test_f59_when_the_rotation_is_over_the_old_secret_is_refused(
    ssm: SSMClient, writer: SecretWriter
) -> None:
    writer.put("shopify", "shop", "one")
    writer.put("shopify", "shop", "two")
    writer.forget_previous("shopify", "shop")
    assert accepted(ssm) == ("two",)


def test_forgetting_for_a_connection_without_secret_makes_none(ssm: SSMClient, writer: SecretWriter) -> None:
    writer.forget_previous("shopify", "shop")
    assert accepted(ssm) == ()
    assert ssm.describe_parameters()["Parameters"] == []


def test_an_empty_secret_is_refused_and_changes_nothing(ssm: SSMClient, writer: SecretWriter) -> None:
    writer.put("shopify", "shop", "one")
    with pytest.raises(ValueError, match="empty secret"):
        writer.put("shopify", "shop", "")
    assert accepted(ssm) == ("one",)


def test_s2_secrets_are_encrypted_at_rest(ssm: SSMClient, writer: SecretWriter) -> None:
    writer.put("shopify", "shop", "one")
    [parameter] = ssm.describe_parameters()["Parameters"]
    assert (parameter["Name"], parameter["Type"]) == (f"{PATH}/shopify/shop", "SecureString")
