"""Write the tracking page: HTML, no script, nothing loaded from elsewhere. Pure.

What strangers wrote is only ever a value: escaped by Jinja2 and put on one line first. The page holds less
than the mail that linked to it: no name, no address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shared.notifications.addresses import deliverable_address
from shared.notifications.branding import Branding, bar_colours, button_colours
from shared.notifications.headers import one_line
from shared.notifications.locale import Locale, format_date, format_moment
from shared.notifications.locales import choose_locale
from shared.pages.texts import texts_of

TEMPLATES = Path(__file__).parent / "templates"
REASONS = ("not_wanted", "not_as_described", "damaged", "wrong_item", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a parcel's history. ``word`` is a key of the texts, ``at`` in the connection's zone."""

    word: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownParcel:
    """One parcel. ``contents`` pairs names with pieces; ``url`` is a link that may be shown, or ""."""

    state: str  # a key of the texts
    is_over: bool
    carrier: str = ""
    tracking_number: str = ""
    url: str = ""
    contents: tuple[tuple[str, int], ...] = ()
    history: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReturn:
    """One line on its way back."""

    name: str
    quantity: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A line of which so many pieces may be asked to go back; ``chosen`` were, when the form last came."""

    line_id: str
    name: str
    quantity: int
    chosen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingPage:
    """All that the page shows. ``waiting`` is what is in no parcel: of a pick-up, what is collected."""

    order_number: str
    version: int
    placed_on: date | None = None
    is_collected: bool = False  # by the customer: there will be no parcels
    pickup: str = ""  # a key of the texts, once there is something to say of it
    pickup_place: tuple[str, ...] = ()
    pickup_code: str = ""
    pickup_until: date | None = None
    parcels: tuple[ShownParcel, ...] = ()
    waiting: tuple[tuple[str, int], ...] = ()  # names with pieces
    is_canceled: bool = False  # the whole of it
    returns: tuple[ShownReturn, ...] = ()
    choices: tuple[Choice, ...] = ()
    reason: str = ""  # one of REASONS, as the form last came
    message: str = ""  # a key of the texts: what became of what was sent
    is_good: bool = True


class _Words:
    """The language's texts, with values in them."""

    def __init__(self, code: str, texts: Mapping[str, str], locale: Locale) -> None:
        self.code = code
        self._texts = texts
        self._locale = locale

    def __call__(self, key: str, **values: object) -> Markup:
        return escape(self._texts[key]).format(**{name: escape(value) for name, value in values.items()})

    def date(self, day: date) -> str:
        return format_date(day, self._locale)

    def moment(self, at: datetime) -> str:
        return format_moment(at, self._locale)


def render_page(page: TrackingPage, *, locale: str, branding: Branding) -> str:
    """Return the page in the language of ``locale`` (BCP 47)."""
    return _render("tracking.html", locale, branding, {"page": _harmless(page)})


def render_notice(name: str, *, locale: str = "", branding: Branding | None = None) -> str:
    """Return a page that only says something: ``not_found``, ``gone`` or ``busy``."""
    return _render("notice.html", locale, branding or Branding(merchant_name=""), {"name": name})


def _render(template: str, locale: str, branding: Branding, names: dict[str, Any]) -> str:
    chosen = choose_locale(locale)
    code, texts = texts_of(chosen.code)
    names |= {
        "words": _Words(code, texts, choose_locale(code)),
        "merchant": one_line(branding.merchant_name),
        "reply_to": deliverable_address(branding.reply_to),
        "footer": tuple(one_line(line) for line in branding.footer.split("\n") if line.strip()),
        "bar": bar_colours(branding.colour),
        "button": button_colours(branding.colour),
        "reasons": REASONS,
    }
    return _environment().get_template(template).render(names)


def _harmless(value: Any) -> Any:
    """Return a page with every text on one line."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, tuple):
        return tuple(_harmless(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(**{name: _harmless(getattr(value, name)) for name in value.__dataclass_fields__})
    return value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
