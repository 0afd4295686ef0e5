"""The composition root: what the template tells is enough to build all of it, none of it before its time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.connections.model import Connection
from shared.runtime import clients, clock, resources, wiring
from shared.runtime.entry import prepare
from shared.runtime.settings import MissingSettingError, optional_setting, setting
from tests.support.template import REGION, ROOT, create_stack_on_moto

PARTS = [
    part for module in (resources, wiring) for part in vars(module).values() if hasattr(part, "cache_clear")
]


def forget() -> None:
    for module in (clients, resources, wiring):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        told = create_stack_on_moto(boto3.Session(region_name=REGION))
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        forget()
        yield told
        forget()


def test_the_template_tells_all_that_is_needed_and_each_part_is_built_once(
    environment: dict[str, str],
) -> None:
    assert len(PARTS) >= 30
    for build in PARTS:
        assert build() is build()


def test_f17_a_mails_lease_comes_from_the_template(environment: dict[str, str]) -> None:
    lease = timedelta(seconds=int(environment["MAIL_LEASE_SECONDS"]))
    assert wiring.mail_desk().lease == lease > timedelta(0)


def test_webhooks_go_to_the_connections_address_and_amazons_notifications_to_the_queue(
    environment: dict[str, str],
) -> None:
    address = wiring.poll_desk().address
    made = {"name": "Example", "connected_at": datetime(2026, 3, 2, tzinfo=UTC)}
    shop = Connection.model_validate({"id": "my-ebay", "kind": "ebay", **made})
    assert address(shop) == f"{environment['WEBHOOKS_URL']}/ebay/my-ebay"
    amazon = Connection.model_validate({"id": "my-amazon", "kind": "amazon", **made})
    assert address(amazon) == environment["AMAZON_QUEUE_ARN"] != ""
    assert address(amazon).startswith("arn:aws:sqs:")


def test_parts_are_built_early_on_lambda_only(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    monkeypatch.delenv("AWS_LAMBDA_INITIALIZATION_TYPE", raising=False)
    prepare(lambda: built.append("elsewhere"))
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    prepare(lambda: built.append("on Lambda"))
    assert built == ["on Lambda"]


def test_now_is_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_pauses_get_longer_and_are_never_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("shared.runtime.clock.time.sleep", slept.append)
    for attempt in (1, 2, 3, 4) * 50:
        clock.pause(attempt)
    for attempt in (1, 2, 3, 4):
        pauses = slept[attempt - 1 :: 4]
        assert len(set(pauses)) == 50
        assert min(pauses) >= 0
        assert max(pauses) <= clock.FIRST_PAUSE_SECONDS * 2**attempt
        assert max(pauses) > clock.FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)


def test_a_message_is_postponed_by_less_than_sqs_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Twelve hours from its receive on, and that was a moment ago.
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(
        clients, "sqs", lambda: SimpleNamespace(change_message_visibility=lambda **said: asked.append(said))
    )
    for name, postpone in (("CALL", resources.postpone_call), ("BOOKING", resources.postpone_booking)):
        monkeypatch.setenv(f"{name}_QUEUE_URL", name)
        postpone("handle", 90)
        postpone("handle", 24 * 3600)
    assert [(said["QueueUrl"], said["VisibilityTimeout"]) for said in asked] == [
        *(("CALL", 90), ("CALL", 11 * 3600)),
        *(("BOOKING", 90), ("BOOKING", 11 * 3600)),
    ]


def test_a_setting_that_is_missing_is_named_with_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ({}, {"ORDERS_TABLE": ""}):
        with pytest.raises(MissingSettingError, match=r"ORDERS_TABLE.*template\.yaml"):
            setting("ORDERS_TABLE", environment)
    assert setting("ORDERS_TABLE", {"ORDERS_TABLE": "orders"}) == "orders"
    monkeypatch.setenv("ORDERS_TABLE", "orders")
    assert setting("ORDERS_TABLE") == optional_setting("ORDERS_TABLE") == "orders"
    monkeypatch.delenv("ORDERS_TABLE")
    assert optional_setting("ORDERS_TABLE") == ""


def run(code: str, **environment: str) -> str:
    """Run ``code`` in a process of its own, which knows no AWS; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_nothing_is_made_or_read_at_import() -> None:
    # Without region, credentials and settings any client and any required setting would raise.
    code = """
import pathlib, importlib
from shared.runtime import clients, resources, wiring
for path in sorted(pathlib.Path("functions").glob("*.py")):
    importlib.import_module(f"functions.{path.stem}")
found = [part for module in (clients, resources, wiring) for part in vars(module).values()]
print([part.__name__ for part in found if hasattr(part, "cache_info") and part.cache_info().currsize])
"""
    assert run(code) == "[]"


WEBHOOKS = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "SECRETS_PATH": "/p",
    "INBOX_QUEUE_URL": "https://sqs.example.com/q",
}


@pytest.mark.parametrize(
    ("environment", "at_first"),
    [
        pytest.param({"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}, "False", id="in Lambda"),
        pytest.param({}, "True", id="elsewhere"),
    ],
)
def test_p6_no_garbage_is_looked_for_before_the_first_event(
    environment: dict[str, str], at_first: str
) -> None:
    code = """
import contextlib, gc
from functions.receive_webhook import handler
print(gc.isenabled(), gc.get_freeze_count() > 0)
with contextlib.suppress(ValueError), contextlib.redirect_stdout(None):
    handler({}, None)
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""
    before, after = run(code, **WEBHOOKS, **environment).splitlines()
    assert before == f"{at_first} False"
    assert after == f"True {at_first == 'False'}"


def test_p6_answering_a_webhook_loads_no_library_that_it_does_not_use() -> None:
    code = """
import sys
import functions.receive_webhook
from shared.adapters import ADAPTERS, signature_of
from shared.runtime import resources
resources.secrets(), resources.inbox()
for kind in ADAPTERS:
    signature_of(kind)
unused = ("pydantic", "jinja2", "zoneinfo", "shared.orders.")
print([name for name in sys.modules if name.startswith(unused) and name != "shared.orders.values"])
"""
    assert run(code, **WEBHOOKS) == "[]"
