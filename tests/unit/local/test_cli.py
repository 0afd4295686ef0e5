"""The command line: what it takes, prints and returns."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, NoRegionError

from local import given
from local.channels.bol import SECRET as BOL_SECRET
from local.cli import main, parser
from local.clients import Clients
from local.connections import DEMO_CONNECTIONS, connection_line, connection_of, missing_options
from local.deploy import Stack
from local.errors import LocalError
from local.invoke import event_of, invoke
from local.send import send
from local.typed_connections import new_connection
from local.verify import read_headers
from local.webhooks import curl_line, signed_headers
from shared.adapters import ADAPTERS, signature_of
from shared.connections.model import Settings
from shared.connections.states import Progress

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = b'{"id": 1001}'


def commands(of: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, with those below it."""
    yield path
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from commands(below, (*path, name))


@pytest.mark.parametrize("command", list(commands(parser())), ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: python -m local" in capsys.readouterr().out


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    path = tmp_path / "payload.json"
    path.write_bytes(BODY)
    return path


# Kinds that push nothing, or prove it by something else than a signature, have nothing to verify.
# Secrets of channels whose key pair is not made from a word.
KEY_PAIRS = {"bol": BOL_SECRET}
SIGNING = sorted(kind for kind in ADAPTERS if signature_of(kind).SIGNATURE_HEADERS)


@pytest.mark.parametrize("kind", SIGNING)
def test_verify_says_whether_a_signature_holds(
    kind: str, payload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = KEY_PAIRS.get(kind, "right")
    signed = signature_of(kind).sign(BODY, right, topic="orders/create", now=NOW)
    headers = [item for name, value in signed.items() for item in ("--header", f"{name.title()}: {value}")]
    came = ["--time", NOW.isoformat()]
    assert main(["verify", kind, str(payload), "--secret", right, *headers, *came]) == 0
    assert capsys.readouterr().out == "the signature holds\n"
    assert main(["verify", kind, str(payload), "--secret", "wrong", *headers, *came]) == 1
    assert capsys.readouterr().out == "the signature does not hold\n"


def test_verify_takes_both_secrets_of_a_rotation(payload: Path) -> None:
    signed = signature_of("shopify").sign(BODY, "previous", topic="", now=NOW)
    headers = [item for name, value in signed.items() if value for item in ("--header", f"{name}: {value}")]
    secrets = ["--secret", "current", "--secret", "previous"]
    assert main(["verify", "shopify", str(payload), *secrets, *headers]) == 0


@pytest.mark.parametrize("port", ["0", "-5", "65536", "http"])
def test_a_port_that_there_cannot_be_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", f"--port={port}"])
    assert f"a port is a number from 1 to 65535, not {port!r}" in capsys.readouterr().err


def test_what_cannot_be_used_ends_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.json").write_bytes(b'{"id": 1')
    assert main(["normalize", "shopify", str(tmp_path / "broken.json")]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"] == "invalid_json"
    assert "invalid_json" in printed.err


def test_what_is_about_something_else_ends_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {"object": "Event", "description": "batch.created", "result": {"object": "Batch"}}
    (tmp_path / "batch.json").write_text(json.dumps(event))
    assert main(["normalize", "easypost", str(tmp_path / "batch.json")]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "irrelevant"


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", "shopify", "no-such-file.json"]) == 1
    assert "no-such-file.json cannot be read" in capsys.readouterr().err


def test_headers_are_read_as_they_are_pasted() -> None:
    assert read_headers(["X-Topic:  orders/create ", "a: 1", "A: 2"]) == {
        "x-topic": "orders/create",
        "a": "1,2",
    }


def test_a_line_that_is_no_header_is_refused() -> None:
    with pytest.raises(LocalError, match="Name: value"):
        read_headers(["no colon"])


def test_a_scheduled_function_gets_the_time_it_is_given() -> None:
    assert event_of("2026-03-01T13:00:00+01:00", None, NOW) == {"time": "2026-03-01T13:00:00+01:00"}
    assert event_of(None, None, NOW) == {"time": "2026-03-01T12:00:00+00:00"}
    assert event_of(None, b'{"a": 1}', NOW) == {"a": 1}


@pytest.mark.parametrize("time", ["2026-03-01T13:00:00", "tomorrow"])
def test_a_time_without_an_offset_is_refused(time: str) -> None:
    with pytest.raises(LocalError, match="offset"):
        event_of(time, None, NOW)


def test_the_demo_connects_three_shops_and_a_carrier_and_waits_seconds_only() -> None:
    made = [connection_of(demo, NOW) for demo in DEMO_CONNECTIONS]
    assert {connection.kind for connection in made} == {"shopify", "woocommerce", "easypost"}
    assert all(
        connection.settings.tracking_wait_seconds < 10 for connection in made if connection.kind != "easypost"
    )


def test_settings_are_typed_on_the_command_line() -> None:
    made = new_connection(
        connection="shop-three",
        kind="shopify",
        name="Shop",
        settings={"tracking_wait_seconds": "60", "mails": "shipped,delivered", "own_shop": "false"},
        now=NOW,
    )
    assert made.settings.tracking_wait_seconds == 60
    assert made.settings.mails == frozenset({"shipped", "delivered"})
    assert made.settings.own_shop is False


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(LocalError, match="tracking_wate"):
        new_connection(connection="a", kind="shopify", name="A", settings={"tracking_wate": "1"}, now=NOW)


@pytest.mark.parametrize("pairs", ["A", "A:B,C", "A:", ":B", "A=B"])
def test_a_pair_without_its_other_half_is_refused_with_what_to_write(pairs: str) -> None:
    with pytest.raises(LocalError, match=r"skus=A:B,C:D"):
        new_connection(connection="a", kind="woocommerce", name="A", settings={"skus": pairs}, now=NOW)


def test_pairs_are_typed_with_colons_and_commas() -> None:
    made = new_connection(
        connection="a", kind="woocommerce", name="A", settings={"skus": "A:B,C:D:E"}, now=NOW
    )
    assert made.settings.skus == {"A": "B", "C": "D:E"}


def test_rows_of_a_table_are_typed_one_by_one_with_whatever_their_values_hold() -> None:
    made = new_connection(
        connection="a",
        kind="amazon",
        name="A",
        settings={"api_options": "seller_id:A2", "api_options.marketplace_ids": "A1,A3", "skus.a.b": "C"},
        now=NOW,
    )
    assert made.settings.api_options == {"seller_id": "A2", "marketplace_ids": "A1,A3"}
    assert made.settings.skus == {"a.b": "C"}


@pytest.mark.parametrize(("key", "value"), [("skus.", "B"), ("skus.A", ""), ("currency.A", "B")])
def test_a_row_without_its_other_half_or_of_no_table_is_refused(key: str, value: str) -> None:
    with pytest.raises(LocalError, match=key.split(".")[0]):
        new_connection(connection="a", kind="woocommerce", name="A", settings={key: value}, now=NOW)


def test_reasons_are_typed_like_the_other_tables() -> None:
    made = new_connection(
        connection="a", kind="mirakl", name="A", settings={"reasons": "out_of_stock:15,*:19"}, now=NOW
    )
    assert made.settings.reasons == {"out_of_stock": "15", "*": "19"}


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "https://localhost",
        "https://127.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.1",
        "https://017700000001",
        "https://[::1]",
        "https://[::ffff:169.254.169.254]",
        "https://169.254.169.254/latest",
        "https://10.0.0.7.",
        "https://203.0.113.5",
        "https://shop",
        "https://shop.local",
        "https://shop.internal",
        "https://api.localhost.",
        "https://[::1",
    ],
)
def test_s7_the_api_of_a_channel_is_at_a_public_name(address: str) -> None:
    with pytest.raises(LocalError, match="public name"):
        new_connection(connection="a", kind="woocommerce", name="A", settings={"api_url": address}, now=NOW)


def test_s7_a_hub_on_this_machine_may_speak_to_channels_on_it() -> None:
    made = new_connection(
        connection="a",
        kind="woocommerce",
        name="A",
        settings={"api_url": "http://127.0.0.1:8000"},
        now=NOW,
        on_this_machine=True,
    )
    assert made.settings.api_url == "http://127.0.0.1:8000"
    public = {"api_url": "https://shop.example.com/api"}
    assert new_connection(connection="a", kind="woocommerce", name="A", settings=public, now=NOW).is_polled


def test_the_list_says_how_polls_calls_and_webhooks_do() -> None:
    made = new_connection(
        connection="a",
        kind="woocommerce",
        name="A",
        settings={"api_url": "https://shop.example.com"},
        now=NOW,
    )
    broken = Progress(state="ok", calls_state="http_403", webhooks_state="http_401")
    assert "ok, calls: http_403, webhooks: http_401" in connection_line(made, broken, NOW)
    listener = made.model_copy(update={"settings": Settings()})
    assert "calls: http_403" in connection_line(listener, broken, NOW)


def test_the_curl_line_carries_a_signature_that_holds(tmp_path: Path) -> None:
    headers = signed_headers("shopify", BODY, "secret", topic="orders/create", now=NOW)
    line = curl_line("http://127.0.0.1:4566/a$b", tmp_path / "a b.json", headers, "x-shopify-hmac-sha256")
    assert "'http://127.0.0.1:4566/a$b'" in line
    assert f"'@{tmp_path / 'a b.json'}'" in line
    assert headers["x-shopify-hmac-sha256"] in line
    assert "triggered-at" not in line


def test_options_that_an_adapter_needs_are_asked_for() -> None:
    made = new_connection(connection="a", kind="trendyol", name="A", settings={}, now=NOW)
    assert missing_options(made) == ("seller_id",)
    settings = {"api_options": "seller_id:1"}
    complete = new_connection(connection="a", kind="trendyol", name="A", settings=settings, now=NOW)
    assert missing_options(complete) == ()


def test_an_id_that_is_none_is_answered_with_how_one_looks() -> None:
    with pytest.raises(LocalError, match="such as shop-one"):
        new_connection(connection="My Shop", kind="shopify", name="A", settings={}, now=NOW)


def test_what_is_no_pair_is_answered_with_one() -> None:
    assert given.pair("a=b=c", "x=1") == ("a", "b=c")
    for text in ("a", "=b"):
        with pytest.raises(LocalError, match="such as x=1"):
            given.pair(text, "x=1")


@pytest.mark.parametrize(
    "error",
    [
        NoRegionError(),
        ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "DescribeStacks"),
    ],
)
def test_an_account_that_cannot_be_asked_is_no_traceback(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_name: str) -> None:
        raise error

    monkeypatch.setattr(given, "stack", fail)
    assert main(["token", "--stack", "orderhub"]) == 1
    assert "those of the AWS CLI" in capsys.readouterr().err


def test_an_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(given, "stack", fail)
    with pytest.raises(KeyError):
        main(["token"])


def stack_of(*resources: str) -> Stack:
    return Stack(
        name="orderhub",
        api_url="",
        resources=dict.fromkeys(resources, "physical"),
        outputs={},
        sender="",
        clients=Clients("http://127.0.0.1:1"),
    )


def test_a_function_that_there_is_not_is_answered_with_those_there_are() -> None:
    stack = stack_of("RunDeadlinesFunction", "OrdersTable", "ServeApiFunction")
    with pytest.raises(LocalError, match="There are run_deadlines, serve_api"):
        invoke(stack, "run_deadline", {})


def test_nothing_is_sent_for_a_channel_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = new_connection(connection="a", kind="mirakl", name="A", settings={}, now=NOW)
    monkeypatch.setattr("local.send.get", lambda _stack, _id: asked)
    with pytest.raises(LocalError, match="mirakl sends nothing"):
        send(stack_of(), "a", b"{}", "", NOW)
