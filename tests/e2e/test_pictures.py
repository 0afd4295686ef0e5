"""Mails and pages as a browser lays them out, in three languages; skipped where there is no Chromium."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.browser import SCHEMES, Browser, Look, browser, find_browser
from local.errors import LocalError
from local.pictures import LOCALES_SHOWN, WIDTHS, Document, write_documents

pytestmark = pytest.mark.slow

# Lone links, buttons and fields, but not links in a sentence (WCAG 2.2, 2.5.8), and what is not to be seen.
_TAPPED = """[...document.querySelectorAll(
    ".button, .button a, button, summary, input:not([type=hidden]), select")]
.map(element => element.getBoundingClientRect().height).filter(height => height && height < 44).length"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    try:
        path = find_browser()
    except LocalError as error:
        pytest.skip(str(error))
    with browser(path) as opened:
        yield opened


@pytest.fixture(scope="module", params=LOCALES_SHOWN)
def documents(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    return list(write_documents(tmp_path_factory.mktemp("pictures"), request.param))


def test_the_browser_follows_the_scheme_and_pictures_the_whole_height(
    chromium: Browser, documents: list[Document]
) -> None:
    page = next(document for document in documents if document.scene == "order_received")
    for scheme in SCHEMES:
        chromium.open(page.path, Look(390, scheme))
        assert chromium.value('matchMedia("(prefers-color-scheme: dark)").matches') is (scheme == "dark")
        background = chromium.value('getComputedStyle(document.querySelector(".card")).backgroundColor')
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 31, 36)"}[scheme]
        assert size_of(chromium.picture()) == (390, chromium.value("document.documentElement.scrollHeight"))


def test_nothing_is_wider_than_its_window_nor_lower_than_a_thumb(
    chromium: Browser, documents: list[Document]
) -> None:
    seen = 0
    for document in documents:
        for width in (320, *WIDTHS[document.group]):
            chromium.open(document.path, Look(width, "light"))
            assert chromium.value("document.documentElement.scrollWidth") <= width, document.path
            assert chromium.value(_TAPPED) == 0, document.path
            seen += 1
    assert seen == 3 * len(documents)


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_pictures_are_files_that_can_be_opened(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><p>a", encoding="utf-8")
    chromium.open(page, Look(200, "light"))

    assert chromium.picture().startswith(b"\x89PNG\r\n")
