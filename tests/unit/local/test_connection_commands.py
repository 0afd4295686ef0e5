"""Connections on the command line: made once, changed later, without what nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from local import connections, given
from local.cli import main
from local.connections import find, secrets_of, store_of
from local.typed_connections import SPELLED
from shared.connections.model import Connection, Settings
from shared.orders.changes import Change, Effect, Move, Outcome
from shared.orders.model import order_id
from shared.orders.statuses import Status
from shared.storage.erasures import Erasures
from shared.storage.orders_table import Stored
from shared.storage.store import OrderStore
from tests.support.template import REGION, create_stack_on_moto
from tests.unit.storage.samples import document, received, told

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
        client, tables = session.client("dynamodb"), create_stack_on_moto(session)
        table = tables["CONNECTIONS_TABLE"]
        found = SimpleNamespace(
            api_url="https://hub.example.com",
            clients=SimpleNamespace(dynamodb=client, ssm=session.client("ssm")),
            outputs={
                "ConnectionsTableName": table,
                "OrdersTableName": tables["ORDERS_TABLE"],
                "AmazonQueueArn": "arn:aws:sqs:eu-central-1:123456789012:amazon",
            },
        )
        monkeypatch.setattr(given, "stack", lambda _name: found)
        monkeypatch.setattr(connections, "secrets_path", lambda _stack: "/orderhub/webhooks")
        monkeypatch.setattr(connections, "credentials_path", lambda _stack: "/orderhub/credentials")
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
def test_what_has_to_be_spelled_in_a_way_is_told_by_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connection", "set", "my-shop", "currency=eur", "--stack", "orderhub"]) == 1
    assert "settings.currency: three capital letters, such as EUR\n" in capsys.readouterr().err
    spelled = {
        name
        for model in (Connection, Settings)
        for name, declared in model.model_json_schema()["properties"].items()
        if "pattern" in declared
    }
    assert spelled == set(SPELLED)


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


def order_of(stack: Any, connection: str, status: Status) -> str:
    """Store an order in this status that still owes a mail."""
    order = replace(received()[2], id=order_id(connection, "1"), status=status)
    entry = told(document())
    change = Change(
        outcome=Outcome.APPLIED,
        order=order,
        moves=(Move(rule="T4", source="", target=status.value),),
        effects=(Effect(kind="mail", name="order_received"),),
    )
    store = OrderStore(stack.clients.dynamodb, stack.outputs["OrdersTableName"])
    assert store.commit(None, entry, change, receipt_id="receipt") is Stored.YES
    return order.id


def test_a_removal_is_told_before_it_is_done(stack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    order_of(stack, "my-shop", Status.WAITING_SHIPMENT)
    order_of(stack, "other", Status.WAITING_SHIPMENT)
    assert main(["connection", "remove", "my-shop"]) == 1
    printed = capsys.readouterr().out
    assert "open orders   1\n" in printed
    assert "still owed    1 mails" in printed
    assert "with --yes" in printed
    assert find(stack, "my-shop") == SHOP
    assert secrets(stack) == ("the shop's own",)


def test_orders_that_are_over_are_not_counted_as_open(stack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    order_of(stack, "my-shop", Status.CLOSED)
    main(["connection", "remove", "my-shop"])
    assert "open orders   0\n" in capsys.readouterr().out


def test_a_removed_connection_has_no_secret_and_no_credentials_and_says_what_is_left_to_do(
    stack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["api_url=https://my-shop.myshopify.com", "stock=true"]
    assert main(["connection", "set", "my-shop", *options, "--stack", "orderhub"]) == 0
    assert main(["connection", "credentials", "my-shop", "access_token=token"]) == 0
    assert main(["connection", "remove", "my-shop", "--yes"]) == 0
    assert secrets(stack) == ()
    assert connections.credentials_of(stack).put("my-shop", {}) == ()
    left = find(stack, "my-shop")
    assert left is not None
    assert (left.name, left.settings.api_url, left.settings.skus) == ("My Shop", "", {"A": "B"})
    by_hand = [line for line in capsys.readouterr().out.splitlines() if line.startswith("by hand")]
    assert len(by_hand) == 3
    assert "https://hub.example.com/webhooks/shopify/my-shop" in by_hand[0]


@pytest.mark.usefixtures("stack")
def test_what_comes_by_the_queue_is_to_be_ended_there_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connection", "add", "amazon-de", "--kind", "amazon"]) == 0
    assert main(["connection", "remove", "amazon-de", "--yes"]) == 0
    by_hand = [line for line in capsys.readouterr().out.splitlines() if line.startswith("by hand")]
    assert "subscription of amazon that goes to arn:aws:sqs:" in by_hand[0]


def test_a_connection_that_others_use_is_not_removed(stack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connection", "add", "market", "--kind", "mirakl", "--set", "back_office=my-shop"]) == 0
    assert main(["connection", "remove", "my-shop", "--yes"]) == 1
    told_so = capsys.readouterr().err
    assert "market (back_office)" in told_so
    assert "connection set market back_office=" in told_so
    assert find(stack, "my-shop") == SHOP
    assert main(["connection", "set", "market", "back_office="]) == 0
    assert main(["connection", "remove", "my-shop", "--yes"]) == 0


def test_its_customers_are_forgotten_only_where_that_is_asked_for(stack: Any) -> None:
    ledger = Erasures(stack.clients.dynamodb, stack.outputs["ConnectionsTableName"])
    assert main(["connection", "remove", "my-shop", "--yes"]) == 0
    assert ledger.under_way() == []
    assert main(["connection", "remove", "my-shop", "--yes", "--erase"]) == 0
    assert [under_way.connection for under_way in ledger.under_way()] == ["my-shop"]


@pytest.mark.parametrize(
    "command",
    [
        ["set", "my-shop", "stock_buffer=5"],
        ["credentials", "my-shop", "access_token=token"],
        ["rotate-secret", "my-shop"],
        ["end-rotation", "my-shop"],
    ],
)
def test_a_removed_connection_takes_nothing_but_to_be_added_again(
    stack: Any, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["connection", "remove", "my-shop", "--yes"]) == 0
    assert main(["connection", *command]) == 1
    assert "`connection add my-shop`" in capsys.readouterr().err
    assert secrets(stack) == ()


def test_a_removed_connection_that_is_added_again_is_connected_anew(
    stack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["connection", "remove", "my-shop", "--yes"]) == 0
    assert main(["connection", "list"]) == 0
    assert "My Shop" not in capsys.readouterr().out
    assert main(["connection", "list", "--all"]) == 0
    assert "removed" in capsys.readouterr().out
    assert main([*ADD, "--set", "api_url=https://my-shop.myshopify.com", "--stack", "orderhub"]) == 0
    printed = capsys.readouterr().out
    assert "connection credentials my-shop" in printed
    made = find(stack, "my-shop")
    assert made is not None
    assert (made.name, made.removed_at) == ("My Shop", None)
    assert made.connected_at > CONNECTED
    [secret] = secrets(stack)
    assert secret in printed
