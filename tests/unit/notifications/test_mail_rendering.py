from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from shared.notifications import render
from shared.notifications.catalogue import KINDS
from shared.notifications.data import MailLine, address_lines
from shared.notifications.locale import MINUS
from shared.notifications.locales import LOCALES
from shared.notifications.render import MAX_LINES_SHOWN, RenderedMail, render_mail
from shared.orders.facts import Address
from tests.unit.notifications.mail_samples import BARE, BRANDING, FULL, MUGS, PARCELS, PLAIN_BRANDING, TEAPOT

NBSP = "\u00a0"
VOID = {"br", "meta"}


class _Outline(HTMLParser):
    """The elements of a document, its visible text, and whether each element is closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.balanced = True
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def english(kind: str, **changes: object) -> RenderedMail:
    return render_mail(kind, replace(FULL, **changes), locale="en", branding=BRANDING)  # type: ignore[arg-type]


@pytest.mark.parametrize("data", ["full", "bare"])
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_whole_mail_in_every_language(kind: str, language: str, data: str) -> None:
    full = data == "full"
    mail = render_mail(
        kind,
        FULL if full else BARE[kind],
        locale=language,
        branding=BRANDING if full else PLAIN_BRANDING,
    )
    page = _Outline(mail.html)

    assert "1001" in mail.subject
    assert "\n" not in mail.subject
    assert page.balanced
    assert page.open == []
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    for part in (page.text, mail.text):
        assert "Example Shop" in part
        assert "1001" in part
    assert "{" not in mail.text + mail.html.partition("</style>\n</head>")[2]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_fetches_nothing_and_runs_nothing(kind: str) -> None:
    page = _Outline(english(kind).html)

    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "link", "script", "iframe", "object", "form"})
    assert all("url(" not in (attributes.get("style") or "") for _, attributes in page.tags)


@pytest.mark.parametrize("kind", KINDS)
def test_layout_tables_are_silent_and_data_tables_have_headings(kind: str) -> None:
    page = _Outline(english(kind).html)
    data_tables = [table for table in page.all("table") if table.get("role") != "presentation"]
    columns = [cell for cell in page.all("th") if cell["scope"] == "col"]

    assert len(columns) == 2 * len(data_tables)


def test_mails_follow_the_reader_into_dark_mode() -> None:
    html = english("shipped").html

    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_an_order_is_shown_with_its_lines_and_sums_in_both_parts() -> None:
    mail = english("order_received")
    page = _Outline(mail.html)

    for part in (page.text, mail.text):
        for shown in (
            MUGS.name,
            TEAPOT.name,
            "€39.80",
            "€1,264.00",
            "€4.90",
            f"{MINUS}€10.00",
            "€1,298.70",
            "€207.39",
        ):
            assert shown in part
        assert "5 March 2026" in part
        assert "Example Street 12" in part


def test_amounts_and_dates_are_written_as_the_language_writes_them() -> None:
    german = render_mail("order_received", FULL, locale="de-AT", branding=BRANDING)
    turkish = render_mail("order_received", replace(FULL, currency="TRY"), locale="tr", branding=BRANDING)

    assert f"1.298,70{NBSP}€" in german.text
    assert "5. März 2026" in german.text
    assert "₺1.298,70" in turkish.text
    assert "5 Mart 2026" in turkish.text


def test_where_a_price_is_unknown_quantities_are_shown_instead_of_prices() -> None:
    mail = english("order_received", lines=(MUGS, MailLine(name="Surprise", quantity=7)))
    page = _Outline(mail.html)

    assert "Quantity" in page.text
    assert "€39.80" not in page.text
    assert "* 7 × Surprise" in mail.text  # noqa: RUF001


def test_a_free_line_has_the_price_nought_and_is_no_unknown_one() -> None:
    free = MailLine(name="Sample", quantity=1, unit_price=Decimal(0), total=Decimal(0))

    assert "* 1 × Sample: €0.00" in english("order_received", lines=(free,)).text  # noqa: RUF001
    assert "€0.00" in english("order_received", lines=(free,)).html


def test_a_very_long_order_is_cut_and_says_by_how_much() -> None:
    mail = english("order_received", lines=(MUGS,) * (MAX_LINES_SHOWN + 950))

    for part in (_Outline(mail.html).text, mail.text):
        assert "950 more items" in part
    assert len(mail.html.encode()) < 102_000


def test_exactly_as_many_lines_as_fit_are_not_called_cut() -> None:
    mail = english("order_received", lines=(MUGS,) * MAX_LINES_SHOWN)

    assert mail.text.count(MUGS.name) == MAX_LINES_SHOWN
    assert "more item" not in mail.text + mail.html


def test_a_shipped_mail_leads_to_the_carrier() -> None:
    mail = english("shipped")

    assert [link["href"] for link in _Outline(mail.html).all("a")] == [FULL.tracking_url, FULL.page_url]
    assert FULL.tracking_url in mail.text
    assert FULL.tracking_number in mail.text


def test_several_parcels_stand_one_below_the_other_each_with_its_own_tracking() -> None:
    mail = english("shipped", parcels=PARCELS, carrier="", tracking_number="", tracking_url="", contents=())
    page = _Outline(mail.html)

    for part in (page.text, mail.text):
        shown = (
            "of 2 parcels",
            "Parcel 1 of 2",
            "00340434161094042557",
            MUGS.name,
            "Parcel 2 of 2",
            "1Z999AA1012",
        )
        positions = [part.index(text) for text in shown]
        assert positions == sorted(positions)
    assert [link["href"] for link in page.all("a")] == [FULL.tracking_url, FULL.page_url]
    assert page.balanced
    assert len(page.all("h2")) == 3  # two parcels and the address


def test_many_parcels_with_many_lines_stay_below_what_gmail_cuts() -> None:
    full = replace(PARCELS[0], contents=(MUGS,) * MAX_LINES_SHOWN)
    mail = english("shipped", parcels=(full,) * 12)

    assert len(mail.html.encode()) < 102_000
    assert mail.text.count("46 more items") == 12


def test_a_parcel_without_tracking_has_no_empty_labels() -> None:
    mail = english("shipped", carrier="", tracking_number="", tracking_url="")

    for part in (_Outline(mail.html).text, mail.text):
        assert "Carrier" not in part
        assert "Track" not in part


@pytest.mark.parametrize(
    ("kind", "changes", "said", "unsaid"),
    [
        ("shipped", {"partial": True}, "Part of your order", "Your order is on its way"),
        ("canceled", {"partial": True}, "Everything else stays as ordered", "nothing you need to do"),
        ("delivered", {"partial": True}, "A parcel of your order", "Your order has been delivered"),
        ("preparing", {"pickup": True}, "you can pick it up", "on its way"),
        ("return_answer", {"return_accepted": True}, "We have accepted", "cannot"),
        ("return_answer", {"return_accepted": False}, "cannot accept", "We have accepted"),
        ("canceled", {"refund_follows": True}, "will be refunded", "Refunded"),
        ("canceled", {"refund_follows": False}, "canceled", "refunded"),
    ],
)
def test_a_mail_says_what_happened_and_nothing_else(
    kind: str, changes: dict[str, object], said: str, unsaid: str
) -> None:
    mail = english(kind, **changes)

    for part in (_Outline(mail.html).text, mail.text):
        flowing = " ".join(part.split())
        assert said in flowing
        assert unsaid not in flowing


def test_a_refund_names_its_own_amount_even_where_money_is_due() -> None:
    mail = english("refund", refund_amount=Decimal("5.00"), amount_due=Decimal("7.00"))

    assert "€5.00" in mail.text
    assert "€7.00" not in mail.text + mail.html


def test_a_payment_mail_names_what_is_due_and_leads_to_the_provider() -> None:
    mail = english("payment_link", amount_due=Decimal("7.00"), refund_amount=Decimal("5.00"))
    links = {link["href"] for link in _Outline(mail.html).all("a")}

    assert "€7.00" in mail.text
    assert "€5.00" not in mail.text + mail.html
    assert links == {FULL.payment_url}
    assert f"Pay now:\n{FULL.payment_url}\n" in mail.text


def test_a_pickup_mail_tells_place_code_and_last_day() -> None:
    mail = english("ready_for_pickup")

    for part in (_Outline(mail.html).text, mail.text):
        for shown in ("Market Square 1", "4711", "12 March 2026"):
            assert shown in part


def test_answers_are_invited_only_where_they_are_read() -> None:
    with_reply = english("shipped")
    without = render_mail("shipped", FULL, locale="en", branding=PLAIN_BRANDING)

    assert "reply to this email" in with_reply.text
    assert "reply to this email" not in without.text + without.html


def test_the_merchants_footer_keeps_its_lines() -> None:
    mail = english("shipped")

    assert "Example Shop GmbH<br>Market Square 1, 10115 Berlin<br>HRB 12345 B" in mail.html
    assert mail.text.endswith("Example Shop GmbH\nMarket Square 1, 10115 Berlin\nHRB 12345 B\n")


def test_a_logo_stands_for_the_name_and_says_it_where_pictures_are_off() -> None:
    logo = "https://cdn.example.com/logo.png"
    mail = render_mail("shipped", FULL, locale="en", branding=replace(BRANDING, logo=logo))
    [picture] = _Outline(mail.html).all("img")

    assert (picture["src"], picture["alt"]) == (logo, "Example Shop")
    assert logo not in mail.text
    assert mail.text.startswith("Example Shop\n")


@pytest.mark.parametrize(
    "logo",
    ["http://cdn.example.com/logo.png", "data:image/png;base64,AAAA", 'https://a.example/"onerror="x', "x"],
)
def test_a_logo_that_no_mail_may_fetch_is_left_out(logo: str) -> None:
    mail = render_mail("shipped", FULL, locale="en", branding=replace(BRANDING, logo=logo))

    assert _Outline(mail.html).all("img") == []


def test_legal_text_stands_below_the_footer_in_both_parts() -> None:
    branding = replace(BRANDING, legal="Right of withdrawal: example.com/withdrawal\n\nVAT ID DE000000000")
    mail = render_mail("shipped", FULL, locale="en", branding=branding)

    assert "example.com/withdrawal<br>VAT ID DE000000000" in mail.html
    assert mail.text.endswith(
        "HRB 12345 B\n\nRight of withdrawal: example.com/withdrawal\nVAT ID DE000000000\n"
    )


LONG_NAME = "Dishwasher-safe stainless steel storage box for food processor accessories, with lid"


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_plain_text_lines_are_short_but_links_stay_whole_on_a_line_of_their_own(
    kind: str, language: str
) -> None:
    line = replace(TEAPOT, name=LONG_NAME)
    data = replace(FULL, lines=(line,), contents=(line,), customer_name="Customer " * 9)
    branding = replace(BRANDING, merchant_name="Example Shop " * 7, legal="Terms and conditions " * 5)
    lines = render_mail(kind, data, locale=language, branding=branding).text.splitlines()

    links = {FULL.tracking_url, FULL.page_url, FULL.payment_url}
    assert [line for line in lines if len(line) > 72 and line not in links] == []
    assert all(line in links for line in lines if "https://" in line)


def test_the_second_line_of_an_item_is_indented() -> None:
    item = MailLine(name=LONG_NAME, quantity=2)

    assert "* 2 × Dishwasher-safe" in english("shipped", contents=(item,)).text  # noqa: RUF001
    assert "\n  accessories, with lid\n" in english("shipped", contents=(item,)).text


def test_a_parcel_that_waits_at_a_pickup_point_is_told_with_its_number_and_its_carriers_page() -> None:
    mail = english("ready_for_pickup", pickup_place=(), pickup_code="", pickup_until=None)

    for part in (mail.html, mail.text):
        assert FULL.tracking_number in part
    assert FULL.tracking_url in mail.text


@pytest.mark.parametrize(
    "kind",
    ["shipped", "tracking_changed", "delivery_problem", "ready_for_pickup", "delivered", "return_answer"],
)
def test_whoever_waits_or_sends_back_is_led_to_the_orders_page(kind: str) -> None:
    mail = english(kind)

    assert FULL.page_url in [link["href"] for link in _Outline(mail.html).all("a")]
    assert f"See order status:\n{FULL.page_url}\n" in mail.text


def test_what_is_refunded_of_a_canceled_part_is_what_was_paid_for_that_part() -> None:
    assert "paid for it will be refunded" in english("canceled", partial=True).text


@pytest.mark.parametrize("partial", [False, True])
def test_what_a_cancellation_lists_is_said_to_be_what_was_canceled(partial: bool) -> None:
    mail = english("canceled", partial=partial)
    assert "Canceled items:\n* 2 " in mail.text
    assert ">Canceled items</th>" in mail.html


def test_plain_text_has_no_gaps() -> None:
    for kind in KINDS:
        assert "\n\n\n" not in english(kind).text
        assert "\n\n\n" not in render_mail(kind, BARE[kind], locale="en", branding=PLAIN_BRANDING).text


def test_in_plain_text_the_items_of_a_list_stand_right_below_each_other() -> None:
    for kind in KINDS:
        mail = english(kind, contents=(MUGS, TEAPOT), lines=(MUGS, TEAPOT))
        items = re.findall(r"^\* .*(?:\n .*)*\n(\n?)\* ", mail.text, re.MULTILINE)
        assert "" in items or "* " not in mail.text, kind
        assert "\n" not in items, kind


def test_french_keeps_its_space_before_a_colon_and_others_have_none() -> None:
    for locale in LOCALES:
        text = render_mail("order_received", FULL, locale=locale, branding=BRANDING).text
        [number] = re.findall(r"^.*#1001$", text, re.MULTILINE)
        assert number.endswith(f"{NBSP}: #1001") == (locale == "fr"), locale


def test_a_template_that_names_what_does_not_exist_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render._environment().from_string("{{ custommer }}").render()


def test_the_same_data_gives_the_same_mail() -> None:
    assert english("order_received") == english("order_received")


def test_an_address_is_written_as_its_country_writes_it() -> None:
    german = Address(
        name="Customer", street=("Example Street 12",), postal_code="10115", city="Berlin", country="DE"
    )
    american = Address(
        company="Example Inc", street=("1 Main St", "Suite 2"), city="Springfield", region="IL",
        postal_code="62701", country="US",
    )  # fmt: skip
    turkish = Address(postal_code="34710", city="Kadıköy", region="İstanbul", country="TR")  # noqa: RUF001

    assert address_lines(german) == ("Customer", "Example Street 12", "10115 Berlin")
    assert address_lines(american) == ("Example Inc", "1 Main St", "Suite 2", "Springfield IL 62701")
    assert address_lines(turkish) == ("34710 Kadıköy, İstanbul",)  # noqa: RUF001


@pytest.mark.parametrize(
    ("locale", "country", "name"),
    [
        ("de", "DE", "Deutschland"),
        ("de", "TR", "Türkei"),
        ("en", "GB", "United Kingdom"),
        ("tr", "TR", "Türkiye"),
        ("tr", "IL", "İsrail"),
        ("fr", "DEU", "Allemagne"),
        ("pl", "UK", "Wielka Brytania"),
        ("nl", "Nederland", "Nederland"),
        ("es", "QQ", "QQ"),
    ],
)
def test_an_address_ends_with_its_country_in_the_customers_words(
    locale: str, country: str, name: str
) -> None:
    data = replace(FULL, delivery_country=country)

    mail = render_mail("order_received", data, locale=locale, branding=BRANDING)

    assert f"10115 Berlin\n{name}\n" in mail.text
    assert f"10115 Berlin<br>{name}</p>" in mail.html


def test_an_address_without_a_country_ends_with_its_town() -> None:
    mail = render_mail("shipped", replace(FULL, delivery_country=""), locale="en", branding=BRANDING)

    assert "10115 Berlin\n\n" in mail.text


def test_no_date_is_ever_ambiguous() -> None:
    mail = english("order_received", placed_on=date(2026, 3, 5))

    assert "03/05" not in mail.text
    assert "05/03" not in mail.text
