"""The tracking page is for everybody: read aloud, by keyboard, enlarged, in the dark, on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from local.picture_data import PageScene, page_scenes
from shared.notifications.branding import _contrast
from shared.notifications.locales import LOCALES
from shared.pages.render import render_notice, render_page
from shared.usecases.describe_page import _PICKUP

VOID = frozenset({"input", "meta", "br"})
# What is written or drawn on what, and the contrast it needs: text (1.4.3), what is seen to act (1.4.11).
CONTRASTS = [
    ("ink", "page", 4.5),
    ("ink", "card", 4.5),
    ("soft", "page", 4.5),
    ("soft", "card", 4.5),
    ("field", "card", 3.0),
    ("good", "card", 3.0),
    ("bad", "card", 3.0),
    ("fill", "card", 3.0),
    ("on-fill", "fill", 4.5),
]


class _Page(HTMLParser):
    """The elements of a page, each with those around it, and the text in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.inside: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self._open: list[int] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tuple(self.elements[index][0] for index in self._open))
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for index in self._open:
            self.texts[index] += data

    def all(self, *tags: str) -> Iterator[tuple[dict[str, str], str, tuple[str, ...]]]:
        for (tag, attributes), text, inside in zip(self.elements, self.texts, self.inside, strict=True):
            if tag in tags:
                yield attributes, " ".join(text.split()), inside


def html_of(scene: PageScene, locale: str = "en") -> str:
    if scene.page is None:
        return render_notice(scene.notice, locale=locale, branding=scene.branding)
    return render_page(scene.page, locale=locale, branding=scene.branding)


SCENES = list(page_scenes("en"))
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)


@pytest.mark.parametrize("locale", LOCALES)
@every_scene
def test_a_page_names_its_language_its_title_and_one_headline(scene: PageScene, locale: str) -> None:
    page = _Page(html_of(scene, locale))
    [(html, _, _)] = page.all("html")
    [(_, headline, _)] = page.all("h1")
    [(_, title, _)] = page.all("title")

    assert html["lang"] == locale
    assert headline
    assert headline in title


@every_scene
def test_headings_leave_no_level_out(scene: PageScene) -> None:
    page = _Page(html_of(scene))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@every_scene
def test_everything_that_is_read_stands_in_a_landmark(scene: PageScene) -> None:
    page = _Page(html_of(scene))
    assert len(list(page.all("main"))) == 1
    assert len(list(page.all("footer"))) == 1
    for _, text, inside in page.all("h1", "h2", "h3", "p", "dt", "dd", "li", "form"):
        assert {"header", "main", "footer"} & set(inside), text


@every_scene
def test_a_part_with_a_name_points_to_a_heading_that_there_is(scene: PageScene) -> None:
    page = _Page(html_of(scene))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    pointed = [
        attributes[name]
        for _, attributes in page.elements
        for name in ("aria-labelledby", "aria-describedby")
        if name in attributes
    ]
    assert len(ids) == len(set(ids))
    assert set(pointed) <= set(ids)


def test_every_field_has_words_and_a_button_says_what_it_does() -> None:
    page = _Page(html_of(next(scene for scene in SCENES if scene.name == "return_with_an_error")))
    fields = [
        (attributes, inside)
        for attributes, _, inside in page.all("input", "select")
        if attributes.get("type") != "hidden"
    ]
    assert len(fields) == 6
    for _, inside in fields:
        assert inside[-1] == "label"
    assert all(text for _, text, _ in page.all("label", "legend", "button"))


def test_what_went_wrong_is_said_in_the_form_in_words_and_to_those_who_listen() -> None:
    page = _Page(html_of(next(scene for scene in SCENES if scene.name == "return_with_an_error")))
    [(message, text, inside)] = [found for found in page.all("p") if found[0].get("id") == "message"]
    [(form, _, _)] = page.all("form")

    assert message["role"] == "alert"
    assert "does not match" in text
    assert "details" in inside
    assert (form["action"], form["aria-describedby"]) == ("#message", "message")
    assert [attributes["name"] for attributes, _, _ in page.all("input") if "aria-invalid" in attributes] == [
        "number",
        "secret",
    ]


def test_a_form_that_is_sent_the_first_time_has_nothing_wrong() -> None:
    html = html_of(next(scene for scene in SCENES if scene.name == "delivered"))
    assert "aria-invalid" not in html
    assert "aria-describedby" not in html
    assert "<details>" in html


@every_scene
def test_where_a_parcel_is_is_a_word_not_a_colour(scene: PageScene) -> None:
    page = _Page(html_of(scene))
    states = [text for attributes, text, _ in page.all("p") if attributes.get("class") == "state"]
    shown = scene.page
    assert all(states)
    if shown:
        assert len(states) == len(shown.parcels) + bool(shown.pickup or shown.is_canceled)
    for _, text, _ in page.all("li"):
        assert text


@every_scene
def test_a_page_runs_nothing_and_moves_nothing(scene: PageScene) -> None:
    # Nothing moves, so there is nothing that prefers-reduced-motion could still.
    html = html_of(scene)
    assert not re.search(r"<script|<iframe|\son\w+=|javascript:", html)
    assert not re.search(r"animation|transition|scroll-behavior|<marquee|<blink", html)


@every_scene
def test_focus_is_seen_and_nothing_takes_it_away(scene: PageScene) -> None:
    html = html_of(scene)
    assert ":focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }" in html
    assert not re.search(r"outline:\s*(none|0)", html)


@every_scene
def test_on_paper_a_page_is_black_on_white_without_buttons_and_forms(scene: PageScene) -> None:
    [rules] = re.findall(r"@media print \{\n(.*?)\n\}", html_of(scene), re.DOTALL)
    assert "--card: #ffffff" in rules
    assert "--ink: #000000" in rules
    assert ".bar, .button, details { display: none; }" in rules


def test_what_is_tapped_is_as_high_as_a_thumb() -> None:
    html = html_of(SCENES[0])
    for selector in (r"\.button, button", "input, select", "summary"):
        [rule] = re.findall(rf"^{selector} {{(.*)}}$", html, re.MULTILINE)
        assert "min-height: 2.75rem" in rule  # 44 px


@pytest.mark.parametrize(("first", "second", "needed"), CONTRASTS)
@every_scene
def test_contrast_is_enough_in_both_schemes(scene: PageScene, first: str, second: str, needed: float) -> None:
    schemes = list(_schemes(html_of(scene)))
    assert len(schemes) == 2
    for scheme in schemes:
        assert _contrast(scheme[first], scheme[second]) >= needed


def test_a_page_may_be_enlarged() -> None:
    assert 'content="width=device-width, initial-scale=1"' in html_of(SCENES[0])


def test_pictures_show_every_state_that_a_customer_may_find() -> None:
    pages = [scene.page for scene in SCENES if scene.page]
    assert {scene.notice for scene in SCENES if not scene.page} == {"not_found", "gone", "busy"}
    assert any(page.pickup for page in pages)
    assert {page.pickup for page in pages if page.pickup} <= {f"pickup.{status.value}" for status in _PICKUP}
    assert {len(page.parcels) for page in pages} == {0, 1, 2}
    assert {(page.message, page.is_good) for page in pages if page.message} == {
        ("check_failed", False),
        ("done", True),
    }
    assert any(page.returns for page in pages)


def test_a_merchants_address_is_a_link_only_where_one_can_write_to_it() -> None:
    scene = SCENES[0]
    assert '<a href="mailto:service@shop.example">service@shop.example</a>' in html_of(scene)
    odd = replace(scene, branding=replace(scene.branding, reply_to="nobody at all"))
    assert "mailto:" not in html_of(odd)
    assert "nobody" not in html_of(odd)


def _schemes(html: str) -> Iterator[dict[str, str]]:
    for block in re.findall(r":root \{ color-scheme: light dark;(.*?)\}|dark\) \{\n\s*:root \{(.*?)\}", html):
        yield dict(re.findall(r"--([\w-]+): (#\w{6})", "".join(block)))
