"""The pages' tables are complete in each language, and what strangers wrote stays text."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from local.picture_data import page_scenes
from shared.notifications.branding import Branding
from shared.notifications.locales import LOCALES
from shared.orders.facts import ReturnWord
from shared.orders.statuses import PackageStatus
from shared.pages.render import REASONS, Choice, ShownParcel, TrackingPage, render_notice, render_page
from shared.pages.texts import TEXTS, texts_of
from shared.usecases.describe_page import _HAPPENINGS, _PICKUP

BRANDING = Branding(merchant_name="Example Shop", footer="Example Street 1\nExample Town")


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    english, other = TEXTS["en"], TEXTS[language]
    assert set(other) == set(english)
    for key, text in other.items():
        assert text.strip() == text
        assert text
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[key]))


def test_every_word_that_the_page_may_need_has_a_text() -> None:
    needed = {f"package.{status.value}" for status in PackageStatus}
    needed |= {f"return.{word.value}" for word in ReturnWord}
    needed |= {f"reason.{reason}" for reason in REASONS}
    needed |= {f"pickup.{status.value}" for status in _PICKUP}
    needed |= set(_HAPPENINGS.values())
    assert needed <= set(TEXTS["en"])


def test_pages_speak_every_language_that_mails_speak() -> None:
    assert set(TEXTS) == set(LOCALES)


def test_every_state_that_a_customer_may_find_is_among_the_pictures() -> None:
    shown = "".join(
        render_page(scene.page, locale="en", branding=BRANDING) for scene in page_scenes("en") if scene.page
    )
    states = {
        key: text
        for key, text in TEXTS["en"].items()
        if key.startswith(("package.", "pickup.", "return.", "scan.")) and key != "package.canceled"
    }
    assert {key for key, text in states.items() if str(escape(text)) not in shown} == set()


@pytest.mark.parametrize(("name", "promised"), [("nothing_sent_yet", True), ("a_part_on_its_way", False)])
def test_what_is_in_no_parcel_yet_is_named(name: str, *, promised: bool) -> None:
    [scene] = [scene for scene in page_scenes("en") if scene.name == name]
    assert scene.page is not None
    html = render_page(scene.page, locale="en", branding=BRANDING)
    assert "Not shipped yet" in html
    assert ("Your parcels will be shown here" in html) == promised
    for goods, pieces in scene.page.waiting:
        assert f"{pieces} \u00d7 {escape(goods)}" in html


@pytest.mark.parametrize("name", ["canceled", "to_be_collected", "picked_up", "pickup_canceled"])
def test_where_no_parcel_follows_none_is_promised(name: str) -> None:
    [scene] = [scene for scene in page_scenes("en") if scene.name == name]
    assert scene.page is not None
    html = render_page(scene.page, locale="en", branding=BRANDING)
    assert "Your parcels will be shown here" not in html
    assert "Not shipped yet" not in html


def test_a_return_and_what_became_of_it_stand_on_lines_of_their_own() -> None:
    """A colon between them would want a space before it in French, and none in German."""
    [scene] = [scene for scene in page_scenes("fr") if scene.name == "returns"]
    assert scene.page is not None
    html = render_page(scene.page, locale="fr", branding=BRANDING)
    for entry in scene.page.returns:
        state = escape(TEXTS["fr"][entry.state])
        assert f"<li>1 \u00d7 {escape(entry.name)}<br><strong>{state}</strong></li>" in html


def test_a_language_without_a_table_is_english() -> None:
    assert texts_of("xx")[0] == "en"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", ["not_found", "gone", "busy"])
def test_a_notice_is_a_whole_page_in_its_language(language: str, name: str) -> None:
    html = render_notice(name, locale=language)
    assert f'<html lang="{language}">' in html
    assert html.count("<h1>") == 1


def test_b61_what_strangers_wrote_is_text_on_the_page() -> None:
    evil = '"><img src=x onerror=alert(1)>{{7*7}}%s'
    parcel = ShownParcel(state="package.fulfilled", is_over=False, carrier=evil, contents=((evil, 1),))
    page = TrackingPage(
        order_number=evil,
        version=1,
        parcels=(parcel,),
        choices=(Choice(line_id=evil, name=evil, quantity=1),),
    )
    html = render_page(page, locale="en", branding=Branding(merchant_name=evil, footer=evil))
    assert "<img" not in html
    assert "{{7*7}}" in html


def test_the_page_has_landmarks_one_headline_and_a_label_for_each_field() -> None:
    page = TrackingPage(order_number="#1", version=1, choices=(Choice(line_id="1", name="Mug", quantity=2),))
    html = render_page(page, locale="de", branding=BRANDING)
    for landmark in ("<header>", "<main>", "<footer>"):
        assert html.count(landmark) == 1
    assert html.count("<h1>") == 1
    fields = re.findall(r"<(?:input|select)(?! type=\"hidden\")", html)
    labels = re.findall(r"<label>[^<]+\s*<(?:input|select)", html)
    assert len(fields) == len(labels)
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in html
