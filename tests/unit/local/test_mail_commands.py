"""Previews and templates on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from moto import mock_aws

from local import given
from local.cli import main
from local.connections import store_of
from shared.connections.model import Connection, Settings
from shared.notifications.locales import LOCALES
from shared.orders.effects import MAILS
from tests.support.snapshot import KeepingSession
from tests.support.template import REGION, create_stack_on_moto


@pytest.mark.parametrize("mail", MAILS)
def test_a_preview_is_written_as_html_and_as_text(
    mail: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview", mail, "--locale", "pl", "--out", str(tmp_path / "sub" / "mail.html")]) == 0

    html, text = (tmp_path / "sub" / f"mail.{suffix}" for suffix in ("html", "txt"))
    assert capsys.readouterr().out.splitlines() == [str(html), str(text)]
    assert '<html lang="pl"' in html.read_text(encoding="utf-8")
    assert "#1001" in text.read_text(encoding="utf-8").splitlines()[0]


def test_a_preview_shows_several_parcels(tmp_path: Path) -> None:
    assert main(["preview", "shipped", "--parcels", "--out", str(tmp_path / "mail")]) == 0

    assert "Parcel 2 of 2" in (tmp_path / "mail.txt").read_text(encoding="utf-8")


def test_a_template_is_tried_before_it_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "own.txt"
    source.write_text("Hello {{ data.customer_name }}", encoding="utf-8")
    arguments = ["--subject", "Off it goes", "--text", str(source), "--out", str(tmp_path / "mail")]

    assert main(["preview", "shipped", *arguments]) == 0

    assert (tmp_path / "mail.txt").read_text(encoding="utf-8") == "Off it goes\n\nHello Customer\n"


def test_a_template_that_is_refused_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "own.html"
    source.write_text("<p>\n{{ data.custommer }}</p>", encoding="utf-8")

    assert main(["preview", "shipped", "--html", str(source), "--out", str(tmp_path / "mail")]) == 1
    assert "html, line 2: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stack with one connection, as the command line finds it."""
    with mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        session = KeepingSession(region_name=REGION)
        client, table = session.client("dynamodb"), create_stack_on_moto(session)["CONNECTIONS_TABLE"]
        found = SimpleNamespace(
            clients=SimpleNamespace(dynamodb=client), outputs={"ConnectionsTableName": table}
        )
        monkeypatch.setattr(given, "stack", lambda _name: found)
        store_of(cast("Any", found)).put(
            Connection(
                id="my-shop",
                kind="shopify",
                name="My Shop",
                connected_at=datetime(2026, 1, 1, tzinfo=UTC),
                settings=Settings(colour="#8a3ffc", legal="Small print"),
            )
        )
        yield


@pytest.mark.usefixtures("stack")
def test_a_template_is_set_listed_shown_previewed_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "own.txt"
    source.write_text("Hello {{ data.customer_name }}", encoding="utf-8")
    about = ["my-shop", "shipped", "--locale", "de"]

    assert main(["mail-template", "set", *about, "--text", str(source)]) == 0
    assert main(["mail-template", "set", *about, "--subject", "Los: {{ data.order_number }}"]) == 0
    capsys.readouterr()
    assert main(["mail-template", "list", "my-shop"]) == 0
    assert capsys.readouterr().out.split() == ["shipped", "de"]
    assert main(["mail-template", "show", *about]) == 0
    shown = "--- subject\nLos: {{ data.order_number }}\n--- text\nHello {{ data.customer_name }}\n"
    assert capsys.readouterr().out == shown

    preview = ["preview", "shipped", "--locale", "de", "--connection", "my-shop"]
    assert main([*preview, "--out", str(tmp_path / "mail")]) == 0
    assert (tmp_path / "mail.txt").read_text(encoding="utf-8") == "Los: #1001\n\nHello Customer\n"
    html = (tmp_path / "mail.html").read_text(encoding="utf-8")
    assert "#8a3ffc" in html
    assert "Small print" in html

    assert main(["mail-template", "remove", *about]) == 0
    assert main(["mail-template", "show", *about]) == 1
    assert "has no template for shipped in de" in capsys.readouterr().err


@pytest.mark.usefixtures("stack")
def test_what_is_refused_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    about = ["my-shop", "shipped", "--locale", "de"]

    assert main(["mail-template", "set", *about, "--subject", "{{ data.nothing }}"]) == 1
    assert "subject, line 1: " in capsys.readouterr().err
    assert main(["mail-template", "list", "my-shop"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["mail-template", "set", "no-shop", "shipped", "--subject", "x"]) == 1
    assert "No connection 'no-shop'" in capsys.readouterr().err


def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["preview", "shipped", "--locale", "sv"]) == 1
    assert ", ".join(LOCALES) in capsys.readouterr().err
