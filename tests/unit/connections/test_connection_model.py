"""Connections and settings: what is refused and how, and that no setting is forgotten on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from shared.connections.model import Connection, Settings
from shared.notifications.catalogue import KINDS
from shared.orders.effects import MAILS
from shared.orders.rules import ANY_CARRIER, Follow, Rules
from shared.usecases.describe_order import branding_of
from shared.wire.adapter import Reading

CONNECTED = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 1, tzinfo=UTC)


def connection(**changes: Any) -> Connection:
    return Connection.model_validate(
        {"id": "shop", "kind": "shopify", "name": "Example Shop", "connected_at": CONNECTED} | changes
    )


def complaint(call: Callable[[], Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("connection_id", ["shop", "a", "9", "shop-2", "a" * 40])
def test_an_id_of_lower_case_letters_digits_and_hyphens_passes(connection_id: str) -> None:
    assert connection(id=connection_id).id == connection_id


@pytest.mark.parametrize(
    "connection_id", ["", "-shop", "Shop", "a" * 41, "shop:1", "shop#1", "a/b", "sh op", "shöp", "shop\n"]
)
def test_any_other_id_is_refused(connection_id: str) -> None:
    assert "should match pattern" in complaint(lambda: connection(id=connection_id))


REFUSED: list[tuple[str, Any, str]] = [
    ("currency", "eur", "pattern"),
    ("currency", "EURO", "pattern"),
    ("time_zone", "Berlin-secret", "such as Europe/Berlin"),
    ("time_zone", "Europe", "such as Europe/Berlin"),
    ("time_zone", "../secret", "such as Europe/Berlin"),
    ("time_zone", "/etc/localtime", "such as Europe/Berlin"),
    ("mails", ["shipped", "a-secret"], "known mails are order_received"),
    ("closing_delay_seconds", -1, "greater than or equal to 0"),
    ("closing_delay_seconds", "soon", "valid integer"),
    ("pickup_within_seconds", 367 * 86_400, "less than or equal"),
    ("erase_after_months", 0, "greater than or equal to 1"),
    ("tracking_mandatory", "sometimes", "'never', 'always' or 'by_method'"),
    ("back_office", "Not An Id", "pattern"),
    ("locale", "german", "pattern"),
    ("locale", "de_DE", "pattern"),
    ("sender_name", "s" * 101, "at most 100"),
    ("reply_to", "s" * 255, "at most 254"),
    ("colour", "red", "pattern"),
    ("colour", "#12345", "pattern"),
    ("footer", "s" * 2_001, "at most 2000"),
    ("gather_seconds", 601, "less than or equal to 600"),
    ("gather_seconds", -1, "greater than or equal to 0"),
    ("logo", "http://cdn.example.com/logo.png", "begins with https://"),
    ("logo", "https://cdn.example.com/a b.png", "begins with https://"),
    ("logo", "https://cdn.example.com@evil.example/x", "begins with https://"),
    ("logo", "javascript:alert(1)", "begins with https://"),
    ("legal", "s" * 2_001, "at most 2000"),
    ("colour ", "#123456", "not permitted"),
    ("color", "#123456", "not permitted"),
]


@pytest.mark.parametrize(("name", "value", "help_given"), REFUSED)
def test_a_bad_setting_is_refused_with_its_name_and_help_but_without_its_value(
    name: str, value: Any, help_given: str
) -> None:
    said = complaint(lambda: connection(settings={name: value}))
    assert f"settings.{name}" in said
    assert help_given in said


SENTINEL = "S3NTINEL"


@pytest.mark.parametrize("name", sorted({name.strip() for name, *_ in REFUSED}))
def test_s10_no_refusal_repeats_the_value(name: str) -> None:
    for value in (SENTINEL * 300, [SENTINEL], {SENTINEL: SENTINEL}):
        assert SENTINEL not in complaint(lambda: connection(settings={name: value}))  # noqa: B023


@pytest.mark.parametrize(
    ("name", "value", "help_given"),
    [
        ("kind", "amazoon", "known kinds are "),
        ("name", "", "at least 1"),
        ("name", "n" * 101, "at most 100"),
        ("connected_at", datetime(2026, 1, 1), "should have timezone info"),  # noqa: DTZ001
        ("connected_at", "2026-01-01T00:00:00", "should have timezone info"),
        ("import_since", "2026-01-01T00:00:00", "should have timezone info"),
        ("secret", "a secret does not belong here", "not permitted"),
    ],
)
def test_a_bad_connection_is_refused_with_help(name: str, value: Any, help_given: str) -> None:
    said = complaint(lambda: connection(**{name: value}))
    assert help_given in said
    assert not value or str(value) not in said


def test_every_mail_that_the_domain_owes_can_be_set_and_written() -> None:
    assert set(MAILS) == set(KINDS)
    assert connection(settings={"mails": MAILS}).settings.mails == frozenset(MAILS)
    assert connection(settings={"mails": []}).rules().mail_wanted("shipped") is False


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example.com/#",
        "https://shop.example.com?",
        "https://@shop.example.com",
        "https://elsewhere.example.com\\@shop.example.com",
        "https://shop.example.com/\n",
        " https://shop.example.com",
        "http://shop.example.com",
    ],
)
def test_s7_an_address_that_leads_elsewhere_than_it_looks_is_no_address_of_an_api(address: str) -> None:
    with pytest.raises(ValidationError, match="https address"):
        connection(settings={"api_url": address})


# --- no setting is forgotten

# A value that is not the default, and where it has to arrive: the rules, the reading, or the mails' branding.
ARRIVALS: dict[str, tuple[Any, str, Any]] = {
    "own_shop": (False, "rules.own_shop", False),
    "mails": ({"shipped"}, "rules.mails", frozenset({"shipped"})),
    "currency": ("EUR", "reading.currency", "EUR"),
    "time_zone": ("Europe/Berlin", "reading.zone.key", "Europe/Berlin"),
    "decimal_comma": (True, "reading.decimal_comma", True),
    "process_when_authorized": (False, "rules.process_when_authorized", False),
    "closing_delay_seconds": (5, "rules.closing_delay", timedelta(seconds=5)),
    "close_untracked_after_seconds": (6, "rules.close_untracked_after", timedelta(seconds=6)),
    "pickup_within_seconds": (7, "rules.pickup_within", timedelta(seconds=7)),
    "tracking_mandatory": ("by_method", "rules.tracking_mandatory", "by_method"),
    "tracking_methods": ({"PARCEL"}, "rules.tracking_methods", frozenset({"PARCEL"})),
    "tracking_wait_seconds": (8, "rules.tracking_wait", timedelta(seconds=8)),
    "cancellation_requests": (False, "rules.cancellation_requests", False),
    "auto_accept": (True, "rules.auto_accept", True),
    "refunds_by_merchant": (False, "rules.refunds_by_merchant", False),
    "refund_after_refusal": (True, "rules.refund_after_refusal", True),
    "back_office": ("warehouse", "rules.back_office", "warehouse"),
    "is_back_office": (True, "reading.back_office", True),
    "carrier": ("dhl", "rules.carrier", "dhl"),
    "carrier_account": ("sendcloud", "rules.books_parcels", True),
    "follows": (
        {"ups": "ups-account", "easypost": "postage"},
        "rules.follows",
        {
            "ups": Follow(every=timedelta(hours=12), only_silent=True, at_once=True),
            ANY_CARRIER: Follow(every=timedelta(hours=12), only_silent=True),
        },
    ),
    "silent_seconds": (7_200, "settings.silent_seconds", 7_200),
    "api_url": ("https://shop.example.com/", "settings.api_url", "https://shop.example.com"),
    "api_options": ({"shop_id": "1"}, "settings.api_options", {"shop_id": "1"}),
    "poll_every_seconds": (900, "settings.poll_every_seconds", 900),
    "retry_seconds": (60, "settings.retry_seconds", 60),
    "carriers": ({"dhl": "DHL"}, "settings.carriers", {"dhl": "DHL"}),
    "reasons": ({"out_of_stock": "15"}, "settings.reasons", {"out_of_stock": "15"}),
    "stock": (True, "rules.capabilities", frozenset({"stock"})),
    "stock_buffer": (2, "settings.stock_buffer", 2),
    "skus": ({"A": "B"}, "settings.skus", {"A": "B"}),
    "erase_after_months": (12, "rules.erase_after_months", 12),
    "locale": ("de-DE", "settings.locale", "de-DE"),  # read where a mail is written, if the customer has none
    "sender_name": ("Example GmbH", "branding.merchant_name", "Example GmbH"),
    "reply_to": ("service@example.com", "branding.reply_to", "service@example.com"),
    "colour": ("#0a6b5e", "branding.colour", "#0a6b5e"),
    "footer": ("Example GmbH, Berlin", "branding.footer", "Example GmbH, Berlin"),
    "gather_seconds": (60, "settings.gather_seconds", 60),  # read where a mail about a parcel is sent
    "logo": ("https://cdn.example.com/logo.png", "branding.logo", "https://cdn.example.com/logo.png"),
    "legal": ("Right of withdrawal", "branding.legal", "Right of withdrawal"),
}


def arrived(made: Connection, where: str) -> Any:
    part, *names = where.split(".")
    value: Any = {
        "rules": made.rules(),
        "reading": made.reading(RECEIVED),
        "branding": branding_of(made),
        "settings": made.settings,
    }[part]
    for name in names:
        value = getattr(value, name)
    return value


# What a channel can do is its own to say, no decision of the merchant's.
OF_THE_CHANNEL = {"collects_after_accept", "splits"}


def test_every_setting_is_in_the_table_of_arrivals() -> None:
    assert set(ARRIVALS) == set(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_arrives_where_it_is_used(name: str) -> None:
    value, where, expected = ARRIVALS[name]
    assert Settings.model_fields[name].default != expected
    assert arrived(connection(settings={name: value}), where) == expected


def test_every_rule_can_be_set() -> None:
    set_by_settings = {where.split(".")[1] for _, where, _ in ARRIVALS.values() if where.startswith("rules.")}
    assert set_by_settings | {"import_since"} | OF_THE_CHANNEL == {field.name for field in fields(Rules)}


def test_every_way_of_reading_can_be_set() -> None:
    set_by_settings = {
        where.split(".")[1] for _, where, _ in ARRIVALS.values() if where.startswith("reading.")
    }
    assert set_by_settings | {"received_at"} == {field.name for field in fields(Reading)}


def test_the_defaults_of_settings_and_rules_agree() -> None:
    assert connection(import_since=CONNECTED).rules() == Rules(import_since=CONNECTED)
    assert connection().reading(RECEIVED) == Reading(received_at=RECEIVED)


def test_orders_are_imported_from_the_day_of_connection_unless_it_is_said_otherwise() -> None:
    earlier = CONNECTED - timedelta(days=30)
    assert connection().rules().import_since == CONNECTED
    assert connection(import_since=earlier).rules().import_since == earlier


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        connection().settings.own_shop = False  # type: ignore[misc]
