"""What strangers wrote stays what it is: text. Names, tracking numbers and links that want to be more."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.notifications.branding import Branding
from shared.notifications.catalogue import KINDS, MissingMailDataError
from shared.notifications.data import MailData, MailLine, MailParcel
from shared.notifications.render import RenderedMail, render_mail
from tests.unit.notifications.mail_samples import BRANDING, FULL

LINKS = {"tracking_url", "payment_url"}
MARKUP = [
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "{% for x in y %}",
    "{# gone #}",
    "%s %(name)s",
    "{order} {0.__class__}",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "${jndi:ldap://x}",
]


class _Structure(HTMLParser):
    """All of a document but its text, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, Any]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(("/", tag))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))

    def handle_data(self, data: str) -> None:
        self.text += data


def filled(text: str) -> MailData:
    """Return the full sample with ``text`` in each place where strangers may write."""
    changes: dict[str, Any] = {}
    for field in fields(MailData):
        value = getattr(FULL, field.name)
        if field.name in LINKS | {"currency"}:
            continue
        if isinstance(value, str):
            changes[field.name] = text
        elif isinstance(value, tuple) and value:
            first = value[0]
            changes[field.name] = (replace(first, name=text) if isinstance(first, MailLine) else text,)
    return replace(FULL, **changes)


def branded(text: str) -> Branding:
    return replace(BRANDING, merchant_name=text, footer=text.replace("\n", " "))


def written(kind: str, text: str) -> RenderedMail:
    return render_mail(kind, filled(text), locale="en", branding=branded(text))


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("kind", KINDS)
def test_b61_markup_and_template_words_in_data_are_shown_literally(kind: str, text: str) -> None:
    mail = written(kind, text)
    structure = _Structure(mail.html)

    assert structure.parts == _Structure(written(kind, "harmless").html).parts
    assert text in structure.text
    assert text in mail.subject
    assert text in mail.text or " ".join(text.split()) in " ".join(mail.text.split())
    assert "49" not in mail.subject


@pytest.mark.parametrize("text", MARKUP)
def test_b61_markup_is_shown_literally_in_each_of_several_parcels(text: str) -> None:
    def several(said: str) -> RenderedMail:
        parcel = MailParcel(
            carrier=said, tracking_number=said, tracking_url=said, contents=(MailLine(name=said, quantity=1),)
        )
        data = replace(FULL, parcels=(parcel, parcel), tracking_url="", page_url="")
        return render_mail("shipped", data, locale="en", branding=BRANDING)

    structure = _Structure(several(text).html)

    assert structure.parts == _Structure(several("harmless").html).parts
    assert structure.text.count(text) == 6
    assert "<a " not in several(text).html


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(KINDS)), text=st.text(min_size=1, max_size=60).filter(str.strip))
def test_b61_no_text_whatsoever_changes_the_structure_of_a_mail(kind: str, text: str) -> None:
    visible = f"a{text}z"  # control characters alone would leave the value, and so its place, empty

    assert _Structure(written(kind, visible).html).parts == _Structure(written(kind, "harmless").html).parts


@pytest.mark.parametrize(
    "number", ["<script>alert(1)</script>", "9" * 500, "123\r\nTotal: €0.00", "123\u2028Total: €0.00"]
)
def test_b57_a_tracking_number_is_escaped_and_stays_on_its_line(number: str) -> None:
    mail = render_mail("shipped", replace(FULL, tracking_number=number), locale="en", branding=BRANDING)

    assert "<script" not in mail.html
    assert "Total: €0.00" not in mail.text.splitlines()
    assert [line for line in mail.text.splitlines() if line.startswith("Tracking number: ")] == [
        "Tracking number: " + re.sub(r"[\r\n\u2028]+", " ", number)
    ]


BAD_LINKS = [
    "javascript:alert(1)",
    "JavaScript://dhl.de/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://www.dhl.de/track?id=1",
    "http://169.254.169.254/",
    "https://169.254.169.254/",
    "https://[::ffff:169.254.169.254]/",
    "//evil.example/track",
    "https://evil.example/track",
    "https://dhl.de.evil.example/",
    "https://evildhl.de/",
    "https://www.dhl.de@evil.example/",
    "https://evil.example\\@www.dhl.de/",
    "https://evil.example#@www.dhl.de/",
    "https://user:pass@www.dhl.de/",
    "https://www.dhl.de:8443/",
    "https://www.dhl.de./",
    "https://www.dhl.de/\r\nBcc: x@y.example",
    'https://www.dhl.de/"onmouseover="alert(1)',
    "https://www.dhl.de/ x",
    "https:///www.dhl.de/",
    "https://de/",
    "https://www.dhl.de/" + "a" * 2_000,
    "https://ｗｗｗ.dhl.de/",  # noqa: RUF001
    " https://www.dhl.de/",
]


@pytest.mark.parametrize("url", BAD_LINKS)
def test_b58_a_link_that_leads_elsewhere_is_left_out(url: str) -> None:
    data = replace(FULL, tracking_url=url, page_url="")
    mail = render_mail("shipped", data, locale="en", branding=BRANDING)

    assert "<a " not in mail.html
    assert url not in mail.text
    assert "Track parcel" not in mail.text + mail.html
    assert FULL.tracking_number in mail.text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://pay.example.com/", "https://127.0.0.1/pay", "https://pay@evil.example/"],
)
def test_b58_a_payment_mail_with_a_link_it_may_not_hold_is_not_written(url: str) -> None:
    with pytest.raises(MissingMailDataError) as error:
        render_mail("payment_link", replace(FULL, payment_url=url), locale="en", branding=BRANDING)

    assert error.value.field == "payment_url"
    assert url not in str(error.value)


def test_a_link_with_characters_of_html_is_escaped_and_arrives_unchanged() -> None:
    url = "https://www.dhl.de/track?a=1&b='2'&copy=3"
    mail = render_mail("shipped", replace(FULL, tracking_url=url), locale="en", branding=BRANDING)
    links = [attributes for tag, attributes in _Structure(mail.html).parts if tag == "a"]

    assert dict(links[0])["href"] == url
    assert "&copy=3" not in mail.html


def test_b59_a_line_break_in_a_name_fakes_no_line_of_the_plain_text() -> None:
    faked = "Customer\r\nTotal: €0.00\x00\u2028Total: €0.00"
    data = replace(
        FULL, customer_name=faked, lines=(MailLine(name=faked, quantity=1),), delivery_address=(faked,)
    )
    mail = render_mail("order_received", data, locale="en", branding=BRANDING)

    assert "Total: €0.00" not in mail.text.splitlines()
    assert "\x00" not in mail.text + mail.html
