"""How a merchant's mails look: name, logo, colour, where answers go, what stands at the foot."""

from __future__ import annotations

import re

from shared.orders.values import value

DEFAULT_COLOUR = "#1f4fd8"
DEFAULT_DARK_COLOUR = "#7aa2ff"  # the same blue, as it is seen on a dark card
LIGHT_CARD = "#ffffff"  # what buttons stand on; the layout uses the same two colours
DARK_CARD = "#1b1f24"
_LIGHT_INK = "#ffffff"  # white or black: on any colour one of the two reaches 4.5 : 1
_DARK_INK = "#000000"
# WCAG 2.2, success criterion 1.4.11: what a user must see to act needs 3 : 1 against its neighbour.
_VISIBLE = 3.0

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


@value(frozen=True, slots=True, kw_only=True)
class Branding:
    """One connection's looks. Raises ValueError for a colour that is not ``#rrggbb``."""

    merchant_name: str
    colour: str = ""  # "#rrggbb"; "" for the default
    reply_to: str = ""  # where a customer's answer goes; "" where answers are not read
    footer: str = ""  # lines of text: company, address, register number
    logo: str = ""  # address of a picture, shown instead of the name; https, else it is not shown
    legal: str = ""  # lines of small print below the footer: withdrawal, register, terms
    tracking_domains: frozenset[str] = frozenset()  # trusted for tracking links, besides the carriers' own

    def __post_init__(self) -> None:
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise ValueError("colour must be #rrggbb")


@value(frozen=True, slots=True, kw_only=True)
class Button:
    """The colours of a button, in a light and in a dark mail."""

    fill: str
    ink: str
    dark_fill: str
    dark_ink: str


@value(frozen=True, slots=True, kw_only=True)
class Bar:
    """The colour of the bar at the top, in a light and in a dark mail."""

    fill: str
    dark_fill: str


def bar_colours(colour: str) -> Bar:
    """Return the merchant's own colour, seen or not: the bar is ornament, of which WCAG asks no contrast."""
    return Bar(fill=colour or DEFAULT_COLOUR, dark_fill=colour or DEFAULT_DARK_COLOUR)


def button_colours(colour: str) -> Button:
    """Return colours in which a button is seen and read: the merchant's, where it can be.

    A fill that drowns in the card behind it (white on white, black on black) is replaced.
    """
    fill = colour or DEFAULT_COLOUR
    light = fill if _contrast(fill, LIGHT_CARD) >= _VISIBLE else _DARK_INK
    fill = colour or DEFAULT_DARK_COLOUR
    dark = fill if _contrast(fill, DARK_CARD) >= _VISIBLE else _LIGHT_INK
    return Button(fill=light, ink=_ink_on(light), dark_fill=dark, dark_ink=_ink_on(dark))


def _ink_on(fill: str) -> str:
    return max((_LIGHT_INK, _DARK_INK), key=lambda ink: _contrast(ink, fill))


def _contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
