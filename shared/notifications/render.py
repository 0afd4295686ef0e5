"""Write one mail: subject, HTML and plain text. Pure; the same data gives the same mail.

A template is a file of ours, never data: what strangers wrote is only ever a value, which Jinja2
escapes in HTML (autoescape) and does not look into (no ``{{``, no ``%s``). Undefined names are
errors. Values are put on one line first, so that none can fake a line of the plain text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from shared.notifications.branding import Branding, bar_colours, button_colours
from shared.notifications.catalogue import MissingMailDataError, kind_of, wording_of
from shared.notifications.countries import name_country
from shared.notifications.data import MailData, MailLine, MailParcel
from shared.notifications.headers import one_line
from shared.notifications.links import page_link, payment_link, picture_link, tracking_link
from shared.notifications.locale import Locale, format_counted, format_date, format_money
from shared.notifications.locales import choose_locale

TEMPLATES = Path(__file__).parent / "templates"
# Gmail cuts a mail off at 102 kB; fifty lines are about half of that.
MAX_LINES_SHOWN = 50
PARTS = ("subject", "html", "text")
_TEXT_WIDTH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMail:
    """What the customer gets. ``subject`` is one line."""

    subject: str
    html: str
    text: str


def render_mail(kind: str, data: MailData, *, locale: str, branding: Branding) -> RenderedMail:
    """Write a mail of ``kind`` in the language of ``locale`` (BCP 47), English where we lack it.

    ``choose_locale(customer, connection).code`` is the ``locale`` where there are several wishes.
    Raises UnknownMailKindError, and MissingMailDataError where ``data`` lacks what the kind needs.
    """
    names = names_of(kind, data, locale=locale, branding=branding)
    return RenderedMail(**{part: write_part(part, kind, names) for part in PARTS})


def names_of(kind: str, data: MailData, *, locale: str, branding: Branding) -> dict[str, Any]:
    """Return what templates see. Raises what :func:`render_mail` raises."""
    row = kind_of(kind)
    language = choose_locale(locale)
    safe = _harmless(_with_country(data, language), branding)
    for field in row.needs:
        if getattr(safe, field) in (None, "", ()):
            raise MissingMailDataError(kind, field)
    words = _Words(
        language=language,
        wording=wording_of(row, safe),
        data=safe,
        merchant=one_line(branding.merchant_name),
        amount=getattr(safe, row.amount) if row.amount else None,
    )
    return {
        "data": safe,
        "words": words,
        "merchant": words.merchant,
        "bar": bar_colours(branding.colour),
        "button": button_colours(branding.colour),
        "replies": bool(branding.reply_to),
        "logo": picture_link(branding.logo) or "",
        "footer": _lines(branding.footer),
        "legal": _lines(branding.legal),
        "shown": MAX_LINES_SHOWN,
    }


def write_part(part: str, kind: str, names: Mapping[str, Any]) -> str:
    """Return one of PARTS as our own templates write it."""
    if part == "subject":
        words: _Words = names["words"]
        return one_line(words.plain(f"{words.wording}.subject"))
    if part == "html":
        return _environment().get_template(f"{kind}.html").render(names)
    return tidy(_environment().get_template(f"{kind}.txt").render(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What templates say: the language's texts, with the order's values in them."""

    language: Locale
    wording: str
    data: MailData
    merchant: str
    amount: Decimal | None  # what {amount} stands for in this kind

    def plain(self, key: str, **values: str) -> str:
        """Return a text for the plain part and the subject."""
        return self.language.texts[key].format(**self._values() | values)

    def label(self, key: str) -> str:
        """Return a label of the plain part, with the colon as the language writes it."""
        return self.plain("label", label=self.plain(key))

    def html(self, key: str, **values: str) -> Markup:
        """Return a text for the HTML part: its own words and every value in it escaped."""
        return escape(self.language.texts[key]).format(**self._values() | values)

    def counted(self, key: str, count: int) -> str:
        """Return a text that counts; it holds nothing but our own words and the number."""
        return format_counted(key, count, self.language)

    def money(self, amount: Decimal) -> str:
        return format_money(amount, self.data.currency, self.language)

    def date(self, day: date) -> str:
        return format_date(day, self.language)

    def _values(self) -> dict[str, str]:
        values = {
            "order": self.data.order_number,
            "name": self.data.customer_name,
            "merchant": self.merchant,
        }
        return values | {"amount": self.money(self.amount)} if self.amount is not None else values


def _with_country(data: MailData, language: Locale) -> MailData:
    """Return ``data`` with the country below the address, also at home: where that is, nobody told us."""
    if not data.delivery_country:
        return data
    country = name_country(data.delivery_country, language)
    return replace(data, delivery_address=(*data.delivery_address, country))


def _harmless(data: MailData, branding: Branding) -> MailData:
    """Return ``data`` with every text on one line, and without links that a mail may not hold."""
    changes: dict[str, Any] = {field.name: _on_one_line(getattr(data, field.name)) for field in fields(data)}
    trusted = branding.tracking_domains
    changes["tracking_url"] = tracking_link(data.tracking_url, trusted=trusted) or ""
    changes["parcels"] = tuple(
        replace(parcel, tracking_url=tracking_link(parcel.tracking_url, trusted=trusted) or "")
        for parcel in changes["parcels"]
    )
    changes["page_url"] = page_link(data.page_url) or ""
    changes["payment_url"] = payment_link(data.payment_url) or ""
    return replace(data, **changes)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(one_line(line) for line in text.split("\n") if line.strip())


def _on_one_line(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, MailLine | MailParcel):
        return replace(
            value, **{field.name: _on_one_line(getattr(value, field.name)) for field in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(_on_one_line(item) for item in value)
    return value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["wrap"] = wrap
    return environment


def wrap(paragraph: str, indent: str = "") -> str:
    """Break a paragraph of plain text into short lines, all but the first indented; long words stay whole."""
    return textwrap.fill(
        paragraph, _TEXT_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def tidy(text: str) -> str:
    """Leave one empty line where templates left several, and a line feed at the end."""
    paragraphs = (block.strip("\n") for block in text.split("\n\n"))
    return "\n\n".join(block for block in paragraphs if block) + "\n"
