"""Previews and templates on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.cli import main
from shared.notifications.locales import LOCALES
from shared.orders.effects import MAILS


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


def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["preview", "shipped", "--locale", "sv"]) == 1
    assert ", ".join(LOCALES) in capsys.readouterr().err
