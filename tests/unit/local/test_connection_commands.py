"""Connections on the command line: made once, changed later, without what nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from local import connections, given
from local.cli import main
from local.connections import find, secrets_of, store_of
from shared.connections.model import Connection, Settings
from tests.support.template import REGION, create_stack_on_moto

CONNECTED = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = Connection(
    id="my-shop",
    kind="shopify",
    name="My Shop",
    connected_at=CONNECTED,
    settings=Settings(currency="EUR", stock_buffer=1, skus={"A": "B"}),
)
ADD = ["connection", "add", "my-shop", "--kind", "shopify"]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A stack with one connection and its secret, as the command line finds it."""
    with mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        session = boto3.Session(region_name=REGION)
        client, table = session.client("dynamodb"), create_stack_on_moto(session)["CONNECTIONS_TABLE"]
        found = SimpleNamespace(
            api_url="https://hub.example.com",
            clients=SimpleNamespace(dynamodb=client, ssm=session.client("ssm")),
            outputs={"ConnectionsTableName": table},
        )
        monkeypatch.setattr(given, "stack", lambda _name: found)
        monkeypatch.setattr(connections, "secrets_path", lambda _stack: "/orderhub/webhooks")
        store_of(cast("Any", found)).put(SHOP)
        connections.put_secret(cast("Any", found), SHOP, "the shop's own")
        yield found


def secrets(stack: Any, kind: str = "shopify", connection: str = "my-shop") -> tuple[str, ...]:
    return secrets_of(stack).secrets_for(kind, connection)


def test_a_connection_that_is_set_up_anew_keeps_its_secret(
    stack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for buffer in ("2", "3"):
        assert main([*ADD, "--set", f"stock_buffer={buffer}"]) == 0
    assert secrets(stack) == ("the shop's own",)
    assert "secret        as it was" in capsys.readouterr().out


def test_a_secret_that_is_given_is_set_and_the_one_before_stays_valid(stack: Any) -> None:
    assert main([*ADD, "--secret", "another"]) == 0
    assert secrets(stack) == ("another", "the shop's own")


def test_a_new_connection_gets_a_secret_that_is_printed(
    stack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["connection", "add", "other", "--kind", "shopify"]) == 0
    [secret] = secrets(stack, connection="other")
    assert f"secret        {secret}" in capsys.readouterr().out


def test_orders_placed_before_a_connection_is_set_up_anew_are_no_old_orders(stack: Any) -> None:
    assert main([*ADD, "--set", "stock_buffer=2"]) == 0
    made = find(stack, "my-shop")
    assert made is not None
    assert made.rules().import_since == CONNECTED
    assert (made.name, made.settings) == ("My Shop", Settings(stock_buffer=2))


def test_a_connection_does_not_become_one_of_another_kind(
    stack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["connection", "add", "my-shop", "--kind", "woocommerce"]) == 1
    assert "Take another id" in capsys.readouterr().err
    assert find(stack, "my-shop") == SHOP


def test_a_setting_is_changed_and_the_others_stay(stack: Any) -> None:
    assert main(["connection", "set", "my-shop", "stock_buffer=5", "skus="]) == 0
    assert find(stack, "my-shop") == SHOP.model_copy(
        update={"settings": Settings(currency="EUR", stock_buffer=5)}
    )
    assert secrets(stack) == ("the shop's own",)


def test_a_row_of_a_table_is_changed_and_the_others_stay(stack: Any) -> None:
    assert main(["connection", "set", "my-shop", "skus.C=D"]) == 0
    assert main(["connection", "set", "my-shop", "reasons=*:19", "reasons.out_of_stock=15"]) == 0
    made = find(stack, "my-shop")
    assert made is not None
    assert made.settings.skus == {"A": "B", "C": "D"}
    assert made.settings.reasons == {"*": "19", "out_of_stock": "15"}


@pytest.mark.parametrize(
    "pair", ["stock_bufer=5", "stock_buffer=many", "api_url=http://10.0.0.1", "reply_to=us", "5"]
)
@pytest.mark.usefixtures("stack")
def test_a_setting_that_cannot_be_is_named_and_nothing_changes(
    stack: Any, pair: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["connection", "set", "my-shop", pair, "--stack", "orderhub"]) == 1
    assert pair.partition("=")[0] in capsys.readouterr().err
    assert find(stack, "my-shop") == SHOP


@pytest.mark.usefixtures("stack")
def test_a_channel_that_posts_nothing_gets_no_address_and_no_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--set", "api_url=https://market.mirakl.net/api", "--stack", "orderhub"]
    assert main(["connection", "add", "market", "--kind", "mirakl", *options]) == 0
    printed = capsys.readouterr().out
    assert "webhook URL   none: mirakl posts nothing" in printed
    assert "secret" not in printed
    assert "connection credentials market api_key=… --stack orderhub" in printed
