"""docs/mails.md is made from the tables, and says all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import mails_page
from local.cli import main
from shared.connections.model import Settings
from shared.notifications.catalogue import KINDS
from shared.notifications.locales import LOCALES
from shared.orders.effects import EFFECTS


def test_the_page_is_as_the_tables_are() -> None:
    assert mails_page.is_current(), "run `python -m local docs` and commit docs/mails.md"


def test_the_page_names_every_mail_every_cause_of_one_and_every_language() -> None:
    page = mails_page.mails_page()
    for kind in KINDS:
        assert f"| `{kind}` |" in page
    for cause, owes in EFFECTS.items():
        assert not owes.mail or cause.replace("_", " ") in page
    for code in LOCALES:
        assert f"| {code} |" in page


def test_the_page_tells_of_settings_that_there_are() -> None:
    assert set(mails_page.SETTINGS) <= set(Settings.model_fields)


def test_a_stale_page_fails_the_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stale = tmp_path / "mails.md"
    stale.write_text("# Yesterday\n")
    assert not mails_page.is_current(stale)
    monkeypatch.setattr(mails_page, "is_current", lambda: False)
    assert main(["docs", "--check"]) == 1
