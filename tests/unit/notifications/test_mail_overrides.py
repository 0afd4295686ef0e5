"""A merchant's own templates: they write mails, reach nothing else, and let no stranger's markup through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.notifications import samples
from shared.notifications.catalogue import KINDS, MissingMailDataError, UnknownMailKindError
from shared.notifications.locales import LOCALES
from shared.notifications.override_checks import MAX_SOURCE, check_override
from shared.notifications.overrides import TemplateRefusedError, render_override
from shared.notifications.render import TEMPLATES, render_mail
from tests.unit.notifications.mail_samples import BARE, BRANDING, FULL

OWN = (
    '{% extends "layout.html" %}{% import "parts.html" as parts with context %}'
    "{% block details %}{{ parts.paragraph(data.customer_name) }}{{ parts.parcels() }}{% endblock %}"
)


def refused(kind: str = "shipped", **parts: str) -> TemplateRefusedError:
    with pytest.raises(TemplateRefusedError) as caught:
        check_override(parts, kind, "de")
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LOCALES)
def test_our_own_templates_would_be_taken(kind: str, language: str) -> None:
    parts = {
        "subject": "{{ words.plain(words.wording ~ '.subject') }}",
        "html": (TEMPLATES / f"{kind}.html").read_text(encoding="utf-8"),
        "text": (TEMPLATES / f"{kind}.txt").read_text(encoding="utf-8"),
    }

    check_override(parts, kind, language)

    assert render_override(parts, kind, FULL, locale=language, branding=BRANDING) == render_mail(
        kind, FULL, locale=language, branding=BRANDING
    )


def test_what_is_not_overridden_stays_ours() -> None:
    ours = render_mail("shipped", FULL, locale="de", branding=BRANDING)
    mail = render_override(
        {"subject": "Los: {{ data.order_number }}"}, "shipped", FULL, locale="de", branding=BRANDING
    )

    assert mail == replace(ours, subject="Los: #1001")


def test_a_template_may_build_on_ours_and_its_values_are_escaped() -> None:
    check_override({"html": OWN}, "shipped", "de")
    data = replace(FULL, customer_name="<b>Customer</b>")
    mail = render_override({"html": OWN}, "shipped", data, locale="de", branding=BRANDING)

    assert "&lt;b&gt;Customer&lt;/b&gt;" in mail.html
    assert "<b>" not in mail.html
    assert FULL.tracking_number in mail.html


def test_b59_a_subject_of_two_lines_becomes_one() -> None:
    mail = render_override(
        {"subject": "{{ data.order_number }}\nBcc: x@y.example"},
        "shipped",
        FULL,
        locale="en",
        branding=BRANDING,
    )

    assert mail.subject == "#1001 Bcc: x@y.example"


@pytest.mark.parametrize(
    "text",
    [
        "{{ data.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ words.plain.__globals__ }}",
        "{{ words.__init__ }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ '{0.__class__}'.format(data) }}",
        "{{ data | attr('__class__') }}",
        "{{ [data] | map(attribute='__class__') | join }}",
        "{{ words.language.texts.update({'reply': ''}) }}",
        "{{ words.language.texts.clear() }}",
        "{% set data.customer_name = 'x' %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 100000 }}",
        "{{ 'x'.center(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{% for _ in range(100000) %}{% endfor %}",
        "{{ lipsum(n=100000) }}",
        "{% include '/etc/hostname' %}",
        "{% include '../render.py' %}",
        "{{ config }}",
        "{{ data.currency() }}",
        "{{ 1 // 0 }}",
    ],
)
def test_a_template_reaches_nothing_but_the_mail(text: str) -> None:
    before = dict(LOCALES["de"].texts)

    assert refused(text=text).part == "text"
    assert LOCALES["de"].texts == before


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("{{ data.customer_name | safe }}", "No filter named 'safe'"),
        ("{{ data.customer_name | urlize }}", "No filter named 'urlize'"),
        (
            "{% autoescape false %}{{ data.customer_name }}{% endautoescape %}",
            "autoescape cannot be switched",
        ),
        ("<img alt={{ data.customer_name }}>", "put the value in quotes"),
        ("<a href='{{ data.customer_name }}'>x</a>", "add | urlencode"),
        ("<img src='https://x.example/{{ data.order_number }}'>", "add | urlencode"),
        ("<script>1</script>", "may not hold <script>"),
        ("<form action='https://x.example'></form>", "may not hold <form>"),
        ("<b onclick='x'>1</b>", "may not hold onclick="),
        ("x" * (MAX_SOURCE + 1), "are the most"),
        ("{% for _ in range(1000) %}" + "x" * 110 + "{% endfor %}", "longer than 102000 bytes"),
    ],
)
def test_b61_what_would_let_a_strangers_text_through_is_refused(html: str, said: str) -> None:
    assert said in str(refused(html=html))


def test_a_link_with_an_encoded_value_is_taken() -> None:
    check_override(
        {"html": "<a href='https://x.example/?order={{ data.order_number | urlencode }}'>x</a>"},
        "shipped",
        "de",
    )


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"html": "one\ntwo\n{{ data.custommer }}"}, "html, line 3: "),
        ({"html": "one\n{% if %}"}, "html, line 2: "),
        ({"text": "one\n\n{% for line in data.lines %}\n{{ line.price }}\n{% endfor %}"}, "text, line 4: "),
        ({"subject": "{{ nothing }}"}, "subject, line 1: 'nothing' is undefined"),
        ({"subject": " "}, "subject: it is empty"),
        ({"text": "\n"}, "text: it is empty"),
    ],
)
def test_a_refusal_names_the_part_and_the_line(parts: dict[str, str], where: str) -> None:
    assert str(refused(**parts)).startswith(where)


def test_a_template_that_fails_for_one_shape_of_mail_is_refused() -> None:
    error = refused(text="\n{{ data.parcels[0].carrier }}")

    assert (error.part, error.line) == ("text", 2)
    assert refused("order_received", text="{{ words.money(data.total) }}").line == 1


def test_only_a_mail_and_a_language_that_there_are_can_be_overridden() -> None:
    with pytest.raises(UnknownMailKindError):
        check_override({"subject": "x"}, "birthday", "de")
    with pytest.raises(TemplateRefusedError, match="mails are written in"):
        check_override({"subject": "x"}, "shipped", "xx")
    for parts in ({}, {"html": ""}, {"body": "x"}):
        with pytest.raises(TemplateRefusedError, match="at least one of subject, html, text"):
            check_override(parts, "shipped", "de")


def test_what_a_mail_cannot_do_without_it_needs_with_a_template_too() -> None:
    with pytest.raises(MissingMailDataError):
        render_override(
            {"text": "x"}, "refund", replace(FULL, refund_amount=None), locale="de", branding=BRANDING
        )


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_are_all_mails_that_can_be_written(kind: str) -> None:
    shapes = list(samples.samples_of(kind))
    mails = [render_mail(kind, data, locale="en", branding=BRANDING) for data in shapes]

    assert shapes[1] == BARE[kind]
    assert samples.EVIL in mails[-1].text
    assert len({mail.html for mail in mails}) > 2
