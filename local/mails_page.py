"""docs/mails.md, made from the tables of mails and settings: ``python -m local docs`` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from local.languages.table import LANGUAGES
from local.places import ROOT
from shared.connections.model import Settings
from shared.notifications.catalogue import KINDS
from shared.notifications.locale import format_moment, format_money
from shared.notifications.locales import LOCALES
from shared.orders.effects import EFFECTS, MAILS, Owes

PAGE = ROOT / "docs" / "mails.md"

# The settings of a connection that decide about mails, in the order in which one thinks of them.
SETTINGS: dict[str, str] = {
    "own_shop": "yes: the shop writes to its customers; no: a marketplace does. Unset: as its kind is",
    "mails": "the kinds that are sent, instead of all or none: `mails=shipped,delivered`",
    "locale": "the language where the customer's is not known",
    "sender_name": "the name in the sender; the connection's name where there is none",
    "reply_to": "where answers go; without it the mail does not ask for any",
    "colour": "of bar and button, `#rrggbb`; the button gets another where it could not be seen",
    "logo": "address of a picture, https, shown 40 px high instead of the name",
    "footer": "company, address, register: lines of text",
    "legal": "small print below the footer",
    "gather_seconds": "parcels of one order that are shipped within this time get one mail; 0: each its own",
    "time_zone": "in which days are counted",
}
_BEFORE = """# Mails

<!-- Written by `python -m local docs` from the tables in shared/. Do not edit. -->

What a customer gets, when, and in which words. Each mail is owed once ([lifecycle.md](lifecycle.md)),
claimed, sent, and marked ([adr/0002](adr/0002-effects-are-owed-once-and-claimed.md)). Wording is in
`local/catalogues/`, looks in `shared/notifications/templates/`.

## Which, and when"""
_SWITCHES = """## Switches and looks

Per connection: `.venv/bin/python -m local connection set my-shop KEY=VALUE …`. A command says for
itself with `notify` whether its mail is sent; that goes before the settings."""
_GATHERING = """## Several parcels, one mail

An order whose first parcel leaves while others are still to be shipped waits for them: until the last one
is on its way, or `gather_seconds` are over. The queue looks every three minutes: five minutes become six.
Whatever the order owes besides comes after. The effects of the other parcels are *skipped* then, with the
reason `gathered:mail/shipped/…`; a parcel that was canceled meanwhile is not announced
(`package_canceled`)."""
_LANGUAGE_TEXT = """## Languages

The customer's own where we have it, else the connection's, else English. Money, dates and times are written
as each language writes them: as the Unicode CLDR says, with four exceptions
([adr/0037](adr/0037-babel-makes-the-languages.md)). An address ends with its country's name in that language,
also at home."""
_CATALOGUES = """### Correct a text

Each language is a gettext catalogue in `local/catalogues/`: `de.po` is German, for mails and the tracking
page together. Edit it with Poedit, Weblate, or as text; the comment above each entry says where its text
stands and what its placeholders are. Then:

```
.venv/bin/python -m local languages        # makes the tables that are deployed, and says what is missing
.venv/bin/python -m local preview shipped --locale de
```

Commit the catalogue with the tables; `make check` fails where they differ. English is corrected the same
way, in `en.po`: what stands there as translation is the English. The other catalogues get it as their
`msgid`, and their own text is marked *fuzzy* until somebody has compared it and taken the mark away.

### Add a text, add a language

A text is one more entry in `en.po`, where it stands in the order that people read it: a comment (`#.`) for
translators, a `msgctxt` that begins with `mail.` or `page.`, and its English as `msgid`. The command puts it
into the other catalogues, to be translated.

A language is a row in `local/languages/table.py`: its name, its locale in the CLDR, its plural rule. The
command makes its catalogue; tools can as well, from `orderhub.pot`. As long as a catalogue is not complete,
the command says what it lacks and makes no tables. A line each in `shared/notifications/locales/__init__.py`
and `shared/pages/texts/__init__.py` then lets customers have it."""
_OVERRIDES = """## Your own words

A mail is three [Jinja2](https://jinja.palletsprojects.com/) templates, `subject`, `html` and `text`; each
can be replaced for a connection, a mail and a language, without a deploy. What is not replaced stays
ours.

```
.venv/bin/python -m local preview shipped --locale de --html my.html          # look at it
.venv/bin/python -m local mail-template set my-shop shipped --locale de --html my.html
.venv/bin/python -m local preview shipped --locale de --connection my-shop    # as it is kept
.venv/bin/python -m local mail-template list my-shop                          # also: show, remove
```

With `--stack orderhub` they reach a stack in your AWS account. The templates see `data`
(`shared/notifications/data.py`), `words` (`words.html("track")`, `words.money(data.total)`,
`words.date(data.placed_on)`), `merchant`, `logo`, `bar`, `button`, `footer`, `legal`; they may build on ours:

```
{% extends "layout.html" %}
{% import "parts.html" as parts with context %}
{% block details %}
{{ parts.paragraph("Dein Paket ist unterwegs, " ~ data.customer_name ~ ".") }}
{{ parts.parcels() }}
{% endblock %}
```

A template is tried with samples of every shape before it is kept: with and without tracking, part of an
order, several parcels, hostile names. What fails, reaches for anything else, or lets a stranger's text
through as markup is refused, with its line. A template that fails when a mail is sent all the same costs
nobody the mail: ours goes out, and `MailTemplateFailed` is counted."""
_AFTER = """## What mail programs are told

| | |
|---|---|
| `Auto-Submitted`, `X-Auto-Response-Suppress` | no holiday notices, please (RFC 3834, and Exchange's own) |
| `List-Id` | the shop, to file its mails by |
| `X-Entity-Ref-ID` | this mail: a digest of its order and effect |
| `Message-ID` | Amazon SES sets its own, and takes no other; it is kept as the proof of the effect |
| message tags `order`, `effect` | in SES's events, never in the mail |

## Before the first mail

Verify the domain of the sender in SES with Easy DKIM (three CNAME records), set a custom MAIL FROM domain
for SPF (an MX and a TXT record), and publish a DMARC record (`_dmarc`, at first `v=DMARC1; p=none`). Ask
SES to move the account out of its sandbox: until then it writes to verified addresses only. Mails that
SES does not take now stay owed and go out later."""


def mails_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_page()) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(mails_page(), encoding="utf-8")


def is_current(path: Path = PAGE) -> bool:
    """True where the page says what the tables say."""
    return path.exists() and path.read_text(encoding="utf-8") == mails_page()


def _page() -> Iterator[str]:
    yield _BEFORE
    yield ""
    yield from _table(("mail", "subject", "because of", "cannot do without"), map(_kind_row, MAILS))
    yield ""
    yield _SWITCHES
    yield ""
    yield from _table(("setting", "default", ""), (_setting_row(name, SETTINGS[name]) for name in SETTINGS))
    for text in (_GATHERING, _LANGUAGE_TEXT):
        yield ""
        yield text
    yield ""
    yield from _table(("", "", "an amount", "a moment"), map(_language_row, LOCALES))
    for text in (_CATALOGUES, _OVERRIDES, _AFTER):
        yield ""
        yield text


def _kind_row(mail: str) -> list[str]:
    row = KINDS[mail]
    texts = LOCALES["en"].texts
    subjects = [texts[f"{wording}.subject"] for wording in (row.wording, row.other_wording) if wording]
    causes = [
        cause.replace("_", " ") + _condition(owes) for cause, owes in EFFECTS.items() if owes.mail == mail
    ]
    needs = ", ".join(f"`{field}`" for field in row.needs)
    return [f"`{mail}`", "<br>".join(dict.fromkeys(subjects)), "<br>".join(causes), needs or "-"]


def _condition(owes: Owes) -> str:
    if owes.only_if_asked:
        return " (only if asked)"
    if owes.once_an_order:
        return " (once an order)"
    return " (own shops only)" if owes.own_shops_only else ""


def _setting_row(name: str, meaning: str) -> list[str]:
    default = Settings.model_fields[name].default
    shown = "yes" if default is True else str(default) if default not in (None, "") else "-"
    return [f"`{name}`", shown, meaning]


def _language_row(code: str) -> list[str]:
    locale = LOCALES[code]
    amount = format_money(Decimal("1234.56"), {"pl": "PLN", "tr": "TRY"}.get(code, "EUR"), locale)
    return [code, LANGUAGES[code].name, amount, format_moment(datetime(2026, 3, 5, 9, 7, tzinfo=UTC), locale)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
