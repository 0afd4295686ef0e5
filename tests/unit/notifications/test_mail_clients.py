"""What mail programs can show: tables 600 px wide, looks beside each element, colours read in both schemes.

No property that a mail needs is unknown to Outlook on Windows: what rounds a corner may be missing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from shared.notifications.branding import DARK_CARD, LIGHT_CARD, _contrast
from shared.notifications.catalogue import KINDS
from shared.notifications.locales import LOCALES
from shared.notifications.render import render_mail
from tests.unit.notifications.mail_samples import BRANDING, FULL

LOGO = "https://cdn.example.com/logo.png"
KNOWN = frozenset(
    {
        "background-color",
        "border",
        "border-bottom",
        "border-left",
        "border-radius",
        "border-top",
        "color",
        "display",
        "font-family",
        "font-size",
        "font-weight",
        "height",
        "letter-spacing",
        "line-height",
        "margin",
        "max-height",
        "max-width",
        "mso-hide",
        "mso-padding-alt",
        "overflow",
        "padding",
        "padding-top",
        "text-align",
        "text-decoration",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
        "-ms-text-size-adjust",
        "-webkit-text-size-adjust",
    }
)
BACKGROUNDS = ("page", "card", "panel")
# What is written on what. WCAG 2.2, 1.4.3: text needs 4.5 : 1.
WRITTEN_ON = {"ink": ("card", "panel"), "soft": ("card", "panel")}


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.all: list[tuple[str, dict[str, str]]] = []
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def written(kind: str, locale: str = "de") -> str:
    return render_mail(kind, FULL, locale=locale, branding=replace(BRANDING, logo=LOGO, legal="Terms")).html


def style_of(attributes: dict[str, str]) -> dict[str, str]:
    pairs = (rule.split(":", 1) for rule in attributes.get("style", "").split(";") if rule.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def dark_colours(html: str) -> dict[str, str]:
    """Return the colour of each class where the reader's scheme is dark."""
    [block] = re.findall(r"@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}", html, re.DOTALL)
    rules = re.findall(r"\.([\w-]+)[^{]*\{ (?:background-)?color: (#\w{6}) !important", block)
    return dict(rules)


def light_colours(html: str) -> dict[str, set[str]]:
    """Return the colours that stand beside the elements of each class."""
    found: dict[str, set[str]] = {}
    for _, attributes in _Elements(html).all:
        style = style_of(attributes)
        for name in attributes.get("class", "").split():
            if colour := style.get("background-color" if name in BACKGROUNDS else "color"):
                found.setdefault(name, set()).add(colour)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_looks_stand_beside_each_element_in_properties_that_mail_programs_know(kind: str) -> None:
    for tag, attributes in _Elements(written(kind)).all:
        style = style_of(attributes)
        assert set(style) <= KNOWN, tag
        assert "class" not in attributes or style or tag in ("table", "body"), (tag, attributes)
        assert not re.search(r"url\(|var\(|calc\(|rgba?\(|\dr?em\b", attributes.get("style", "")), tag


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_has_a_background_has_it_as_an_attribute_too(kind: str) -> None:
    painted = 0
    for _, attributes in _Elements(written(kind)).all:
        colour = style_of(attributes).get("background-color")
        assert attributes.get("bgcolor") == colour
        painted += colour is not None
    assert painted >= 4  # body, page, card, bar


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_six_hundred_pixels_wide_also_where_max_width_is_not_known(kind: str) -> None:
    page = _Elements(written(kind))
    [card] = [attributes for tag, attributes in page.all if attributes.get("class") == "card"]
    tables = [attributes for tag, attributes in page.all if tag == "table"]

    assert style_of(card)["max-width"] == "600px"
    assert any(comment.startswith("[if mso]>") and 'width="600"' in comment for comment in page.comments)
    assert sum(comment.endswith("<![endif]") for comment in page.comments) == 3
    for table in tables:
        assert table.get("width") == "100%" or table["class"] == "button"
        assert (table["cellpadding"], table["cellspacing"], table["border"]) == ("0", "0", "0")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_usual_mail_is_a_fifth_of_what_gmail_shows(kind: str, locale: str) -> None:
    assert len(written(kind, locale).encode()) < 102_000 / 5


@pytest.mark.parametrize("kind", KINDS)
def test_both_schemes_are_announced_to_those_who_ask_before_they_look(kind: str) -> None:
    metas = {
        attributes.get("name"): attributes.get("content")
        for tag, attributes in _Elements(written(kind)).all
        if tag == "meta"
    }
    assert metas["color-scheme"] == metas["supported-color-schemes"] == "light dark"


@pytest.mark.parametrize("kind", KINDS)
def test_every_colour_of_text_is_read_on_what_it_stands_on_in_both_schemes(kind: str) -> None:
    html = written(kind)
    light, dark = light_colours(html), dark_colours(html)

    assert light["card"] == {LIGHT_CARD}
    assert dark["card"] == DARK_CARD
    for text, backgrounds in WRITTEN_ON.items():
        [written_in] = light[text]
        for background in backgrounds:
            [behind] = light.get(background, {LIGHT_CARD})
            assert _contrast(written_in, behind) >= 4.5
            assert _contrast(dark[text], dark[background]) >= 4.5


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_has_a_colour_that_is_not_changed_where_it_is_dark(kind: str) -> None:
    dark = dark_colours(written(kind))
    for tag, attributes in _Elements(written(kind)).all:
        if "color" in style_of(attributes):
            assert set(attributes["class"].split()) & set(dark), (tag, attributes)


@pytest.mark.parametrize("kind", ["shipped", "payment_link"])
def test_a_button_is_as_high_as_a_thumb_and_a_lone_link_too(kind: str) -> None:
    links = [attributes for tag, attributes in _Elements(written(kind)).all if tag == "a"]
    for link in links:
        style = style_of(link)
        if "padding" in style:
            above = int(style["padding"].split("px")[0])
            height = int(style.get("line-height", "22px").removesuffix("px"))
            assert 2 * above + height >= 44
            assert style["display"] == "inline-block"
        else:
            assert link["href"] == FULL.payment_url  # the button again, spelled out


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_headings_go_down_by_one_and_the_language_is_told_inside_the_body_too(kind: str, locale: str) -> None:
    # Gmail takes <html> away, and its language with it.
    page = _Elements(written(kind, locale))
    levels = [int(tag[1]) for tag, _ in page.all if re.fullmatch(r"h[1-6]", tag)]
    [article] = [attributes for _, attributes in page.all if attributes.get("role") == "article"]

    assert levels[0] == 1
    assert set(levels[1:]) <= {2}
    assert article["lang"] == locale
    assert article["aria-label"]


def test_no_letter_is_made_a_capital_by_looks_for_turkish_has_two_of_them() -> None:
    assert "text-transform" not in "".join(written(kind, "tr") for kind in KINDS)
