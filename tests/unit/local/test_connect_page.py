"""docs/connect.md: its commands make connections that hold, with what each adapter says that it needs."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime

import pytest

from local.cli import parser
from local.connections import missing_credentials
from local.typed_connections import new_connection
from shared.adapters import ADAPTERS, capabilities_of
from shared.connections.model import Connection, Settings
from tests.support.template import ROOT

NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
PAGE = (ROOT / "docs" / "connect.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^#|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))
KINDS = tuple(ADAPTERS)


def commands_of(kind: str) -> list[list[str]]:
    """Return the commands of a kind's section, as the shell splits them."""
    block = SECTIONS[kind].split("```")[1].replace("\\\n", " ")
    return [shlex.split(line) for line in block.strip().splitlines()]


def row_of(kind: str, name: str) -> str:
    rows = re.findall(rf"^\| {name} \| (.*) \|$", SECTIONS[kind], flags=re.MULTILINE)
    return str(rows[0]) if rows else ""


def made_by(command: list[str]) -> Connection:
    asked = parser().parse_args(command)
    settings = dict(pair.split("=", 1) for pair in asked.set)
    return new_connection(connection=asked.id, kind=asked.kind, name=asked.name, settings=settings, now=NOW)


def test_each_kind_has_its_section() -> None:
    assert sorted(SECTIONS) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_commands_make_a_connection_that_lacks_nothing(kind: str) -> None:
    add, *others = commands_of(kind)
    made = made_by(add)
    declared = capabilities_of(kind)
    given = [pair.partition("=")[0] for command in others for pair in parser().parse_args(command).pairs]
    assert made.kind == kind
    assert all(command[:3] == ["connection", "credentials", made.id] for command in others)
    # Of an app of the Dev Dashboard, Shopify's credentials are others: the section tells.
    assert missing_credentials(kind, given) == ()
    assert bool(made.settings.api_url) is bool(declared.credentials)
    needed = (
        set(declared.options) - {"shop_id", "contract_id"} - {o for o in declared.options if o[:5] == "from_"}
    )
    assert needed <= set(made.settings.api_options)


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_names_every_credential_and_option(kind: str) -> None:
    declared = capabilities_of(kind)
    named = set(re.findall(r"`(\w+)(?:=\w+)?`", row_of(kind, "credentials") + row_of(kind, "options")))
    assert {*declared.credentials, *declared.options} <= named


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_tells_whether_the_hub_makes_the_webhooks(kind: str) -> None:
    assert row_of(kind, "webhooks").startswith("made by the hub") is capabilities_of(kind).subscriptions


def test_the_settings_for_every_kind_are_there() -> None:
    table = PAGE.split("| for every kind | |")[1].split("\n\n")[0]
    named = {name.split("=")[0].split(".")[0] for name in re.findall(r"`([a-z_]+[^`]*)`", table)}
    assert named <= set(Settings.model_fields)
    assert len(named) > 15
