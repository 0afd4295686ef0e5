from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.notifications import branding
from shared.notifications.branding import (
    DARK_CARD,
    DEFAULT_COLOUR,
    DEFAULT_DARK_COLOUR,
    LIGHT_CARD,
    Branding,
    button_colours,
)
from shared.notifications.render import TEMPLATES


@pytest.mark.parametrize(
    "colour",
    ["red", "#fff", "#12345g", "#1234567", "#123456;background:url(x)", "#123456\n", '#123456"', " #123456"],
)
def test_a_colour_that_is_not_six_hex_digits_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        Branding(merchant_name="Example Shop", colour=colour)


def test_a_merchant_who_chose_no_colour_gets_ours() -> None:
    button = button_colours("")

    assert (button.fill, button.dark_fill) == (DEFAULT_COLOUR, DEFAULT_DARK_COLOUR)


def test_a_colour_that_is_seen_on_both_cards_is_kept() -> None:
    button = button_colours("#0f766e")

    assert (button.fill, button.dark_fill) == ("#0f766e", "#0f766e")


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
@example("#ffffff")
@example("#000000")
@example("#ffe600")
@example("#777777")
def test_whatever_the_colour_a_button_is_seen_and_its_words_are_read(colour: str) -> None:
    button = button_colours(colour)
    contrast = branding._contrast

    assert contrast(button.fill, LIGHT_CARD) >= 3
    assert contrast(button.dark_fill, DARK_CARD) >= 3
    assert contrast(button.ink, button.fill) >= 4.5
    assert contrast(button.dark_ink, button.dark_fill) >= 4.5


def test_contrast_is_what_wcag_says_it_is() -> None:
    assert branding._contrast("#000000", "#ffffff") == pytest.approx(21)
    assert branding._contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_layout_stands_on_the_cards_that_buttons_are_measured_against() -> None:
    layout = (TEMPLATES / "layout.html").read_text(encoding="utf-8")

    assert f"background-color:{LIGHT_CARD}; border-radius" in layout
    assert f".card {{ background-color: {DARK_CARD} !important; }}" in layout
