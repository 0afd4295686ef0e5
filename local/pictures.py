"""``python -m local pictures``: every mail and every state of the tracking page as a picture.

Light and dark, as a desk and as a telephone show them, one after the other in one Chromium. Beside each
picture lies the HTML that it was taken of; ``sheets/`` shows several at a glance, ``index.html`` all of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from local.browser import SCHEMES, Browser, Look, browser, find_browser
from local.console import step
from local.errors import LocalError
from local.picture_data import LOGO, mail_scenes, page_scenes
from shared.notifications.locales import LOCALES
from shared.notifications.render import render_mail
from shared.pages.render import render_notice, render_page

LOCALES_SHOWN = ("de", "en", "tr")
TIME_LIMIT = 600.0  # seconds for a language
# What mail programs on a desk and telephones show, in CSS pixels.
WIDTHS = {"mails": (700, 390), "pages": (1280, 360)}
_ACROSS = {700: 3, 1280: 2, 390: 4, 360: 4}  # pictures in a row of a sheet
_ON_A_SHEET = {700: 6, 1280: 4, 390: 8, 360: 8}
_SHEET_WIDTH = 1_560
_LOGO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><circle cx="20" cy="20" r="16"'
    ' fill="#1a1d21"/><text x="46" y="27" font-family="sans-serif" font-size="20" fill="#1a1d21">'
    "Example</text></svg>"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in its folder, and whether what it shows is wider than its window."""

    group: str  # a key of WIDTHS
    locale: str
    scene: str
    look: Look
    path: Path
    overflows: bool

    @property
    def title(self) -> str:
        return f"{self.scene.replace('_', ' ')}, {self.look.width} px, {self.look.scheme}"


@dataclass(frozen=True, slots=True)
class Document:
    """A page to be pictured, as a file."""

    group: str
    locale: str
    scene: str
    path: Path


def take_pictures(folder: Path, locales: Sequence[str] = LOCALES_SHOWN) -> list[Picture]:
    """Write all pictures into ``folder`` and return them. Raises LocalError, first where no Chromium is."""
    unknown = [locale for locale in locales if locale not in LOCALES]
    if unknown:
        raise LocalError(f"Mails are written in {', '.join(LOCALES)}, not in {unknown[0]!r}.")
    path = find_browser()
    pictures: list[Picture] = []
    with browser(path) as chromium:
        for locale in locales:
            with step(f"pictures in {LOCALES[locale].code}") as done:
                until = time.monotonic() + TIME_LIMIT
                documents = list(write_documents(folder, locale))
                taken = list(_take(chromium, documents, until))
                sheets = list(_write_sheets(chromium, folder, locale, taken))
                done(f"{len(taken)} pictures, {len(sheets)} sheets")
            pictures += taken
    (folder / "index.html").write_text(index_of(folder, pictures), encoding="utf-8")
    return pictures


def write_documents(folder: Path, locale: str) -> Iterator[Document]:
    """Write every mail (HTML and text) and page of a language into ``folder``; yield those to be pictured."""
    for group in WIDTHS:
        (folder / locale / group).mkdir(parents=True, exist_ok=True)
    logo = folder / "logo.svg"
    logo.write_text(_LOGO_PICTURE, encoding="utf-8")
    for mail in mail_scenes(locale):
        written = render_mail(mail.kind, mail.data, locale=locale, branding=mail.branding)
        path = folder / locale / "mails" / f"{mail.name}.html"
        # Nothing is fetched here, so the logo is one that lies beside.
        path.write_text(written.html.replace(LOGO, logo.resolve().as_uri()), encoding="utf-8")
        path.with_suffix(".txt").write_text(f"{written.subject}\n\n{written.text}", encoding="utf-8")
        yield Document("mails", locale, mail.name, path)
    for page in page_scenes(locale):
        html = (
            render_page(page.page, locale=locale, branding=page.branding)
            if page.page
            else render_notice(page.notice, locale=locale, branding=page.branding)
        )
        path = folder / locale / "pages" / f"{page.name}.html"
        path.write_text(html, encoding="utf-8")
        yield Document("pages", locale, page.name, path)


def _take(chromium: Browser, documents: Sequence[Document], until: float) -> Iterator[Picture]:
    for document in documents:
        for width in WIDTHS[document.group]:
            for scheme in SCHEMES:
                if time.monotonic() > until:
                    raise LocalError(
                        f"Not all are taken after {TIME_LIMIT:.0f} s. Try again on a quieter machine."
                    )
                look = Look(width, scheme)
                chromium.open(document.path, look)
                path = document.path.with_name(f"{document.scene}-{width}-{scheme}.png")
                path.write_bytes(chromium.picture())
                overflows = chromium.value("document.documentElement.scrollWidth") > width
                yield Picture(document.group, document.locale, document.scene, look, path, overflows)


def _write_sheets(
    chromium: Browser, folder: Path, locale: str, pictures: Sequence[Picture]
) -> Iterator[Path]:
    sheets = folder / "sheets"
    sheets.mkdir(exist_ok=True)
    page = folder / "sheet.html"
    for group, widths in WIDTHS.items():
        for width in widths:
            for scheme in SCHEMES:
                shown = [
                    picture
                    for picture in pictures
                    if picture.group == group and picture.look == Look(width, scheme)
                ]
                size = _ON_A_SHEET[width]
                for number, first in enumerate(range(0, len(shown), size), start=1):
                    some = shown[first : first + size]
                    page.write_text(_page(_figures(folder, some, _ACROSS[width])), encoding="utf-8")
                    chromium.open(page, Look(_SHEET_WIDTH, "light"))
                    path = sheets / f"{locale}-{group}-{width}-{scheme}-{number}.png"
                    path.write_bytes(chromium.picture())
                    yield path
    page.unlink()


def index_of(folder: Path, pictures: Sequence[Picture]) -> str:
    """Return the page that leads to all pictures, folded by language and look."""
    chapters = dict.fromkeys(
        (picture.locale, picture.group, picture.look.width, picture.look.scheme) for picture in pictures
    )
    body = "<h1>Mails and tracking pages</h1>"
    for locale, group, width, scheme in chapters:
        shown = [
            picture
            for picture in pictures
            if (picture.locale, picture.group, picture.look) == (locale, group, Look(width, scheme))
        ]
        body += f"<details><summary>{locale}: {group}, {width} px, {scheme}</summary>"
        body += _figures(folder, shown, 4) + "</details>"
    return _page(body)


def _figures(folder: Path, pictures: Sequence[Picture], across: int) -> str:
    figures = "".join(_figure(picture, picture.path.relative_to(folder)) for picture in pictures)
    return f'<div style="grid-template-columns: repeat({across}, 1fr)">{figures}</div>'


def _figure(picture: Picture, path: Path) -> str:
    source, title = escape(path.as_posix()), escape(picture.title)
    shown = f'<a href="{source}"><img src="{source}" alt="{title}"></a>'
    return f"<figure><figcaption>{title}</figcaption>{shown}</figure>"


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mails and tracking pages</title><style>'
        "body { margin: 12px; font: 14px/1.4 sans-serif; background: #c9ced6; }"
        "div { display: grid; gap: 12px; align-items: start; }"
        "figure { margin: 0; } img { width: 100%; display: block; } summary { padding: 4px; }"
        f"</style>{body}</html>"
    )
