"""What pictures are taken of, without a browser; how they come out is tests/e2e/test_pictures.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from local import browser
from local.browser import Look
from local.cli import main
from local.errors import LocalError
from local.picture_data import WORDINGS, mail_data, mail_scenes, page_scenes
from local.pictures import WIDTHS, Picture, index_of, write_documents
from shared.carriers.detect import carrier_named, detect
from shared.notifications.catalogue import KINDS, wording_of
from shared.notifications.locales import LOCALES


def test_every_kind_of_mail_is_pictured_in_each_of_its_wordings() -> None:
    worded = {wording_of(KINDS[scene.kind], scene.data) for scene in mail_scenes("de")}
    known = {name for kind in KINDS.values() for name in (kind.wording, kind.other_wording) if name}

    assert worded == known


@pytest.mark.parametrize("locale", LOCALES)
def test_every_scene_has_a_name_of_its_own_and_a_file_in_its_language(locale: str, tmp_path: Path) -> None:
    documents = list(write_documents(tmp_path, locale))
    names = [scene.name for scene in mail_scenes(locale)]
    names += [scene.name for scene in page_scenes(locale)]

    assert [document.scene for document in documents] == names
    for group in WIDTHS:
        paths = [document.path for document in documents if document.group == group]
        assert len(set(paths)) == len(paths)
    for document in documents:
        assert f'<html lang="{locale}"' in document.path.read_text(encoding="utf-8")
        assert document.path.with_suffix(".txt").exists() == (document.group == "mails")


@pytest.mark.parametrize("locale", WORDINGS)
def test_a_pictured_parcel_has_a_number_of_the_kind_that_its_carrier_has(locale: str) -> None:
    wording, mail = WORDINGS[locale], mail_data(locale)
    named = carrier_named(mail.carrier)
    pages = {entry.carrier: entry.url for entry in detect(mail.tracking_number, country=wording.country)}
    # What Deutsche Post carries as a parcel is DHL's.
    assert mail.tracking_url == pages[{"deutsche_post": "dhl"}.get(named, named)] != ""


def test_a_logo_is_shown_from_a_file_beside_for_nothing_is_fetched(tmp_path: Path) -> None:
    list(write_documents(tmp_path, "en"))
    html = (tmp_path / "en" / "mails" / "loud_brand_with_logo.html").read_text(encoding="utf-8")

    assert (tmp_path / "logo.svg").resolve().as_uri() in html
    assert "<img" in html


def test_without_a_chromium_it_says_what_to_install_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["pictures", str(tmp_path / "pictures")]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err
    assert not (tmp_path / "pictures").exists()


def test_a_language_that_there_is_not_is_refused_before_a_browser_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["pictures", str(tmp_path), "--locale", "sv"]) == 1
    assert "not in 'sv'" in capsys.readouterr().err


def test_a_browser_that_ends_at_once_is_told_and_not_waited_for(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o700)

    with pytest.raises(LocalError, match="ended before"), browser.browser(str(broken)):
        raise AssertionError("it has not started")


def test_a_browser_that_says_nothing_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "chromium"
    silent.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    silent.chmod(0o700)
    monkeypatch.setattr(browser, "PATIENCE", 0.2)

    with pytest.raises(LocalError, match="did not answer"), browser.browser(str(silent)):
        raise AssertionError("it has not answered")


def test_the_index_leads_to_every_picture(tmp_path: Path) -> None:
    picture = Picture("mails", "de", "shipped", Look(700, "dark"), tmp_path / "de" / "mails" / "a.png", False)
    other = replace(picture, locale="tr", path=tmp_path / "tr" / "mails" / "b.png")
    index = index_of(tmp_path, [picture, other])

    for source in ("de/mails/a.png", "tr/mails/b.png"):
        assert f'<a href="{source}"><img src="{source}" alt="shipped, 700 px, dark"></a>' in index
    assert index.count("<details>") == 2
