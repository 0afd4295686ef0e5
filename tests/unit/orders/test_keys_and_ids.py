"""Keys are made of business facts; ids cannot reach into one another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from shared.orders import keys
from shared.orders.facts import (
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.model import connection_of, external_id_of, order_id
from tests.unit.orders.story import PAID, PROCESSABLE, START, Story, package, processable, seen

REPORT = Report(facts=(seen(2), PROCESSABLE, PAID), order_external_id="1", source_time=START)


def test_a_key_is_32_hex_digits() -> None:
    key = keys.input_key("shop-one", REPORT)
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")


def test_f03_the_same_facts_have_the_same_key_by_whatever_way_they_came() -> None:
    again = Report(facts=(seen(2), PROCESSABLE, PAID), order_external_id="1", source_time=START)
    assert keys.input_key("shop-one", again) == keys.input_key("shop-one", REPORT)


@pytest.mark.parametrize(
    "other",
    [
        replace(REPORT, order_external_id="2"),
        replace(REPORT, order_external_id="", tracking_number="1"),
        replace(REPORT, source_time=START + timedelta(seconds=1)),
        replace(REPORT, source_time=None),
        replace(REPORT, sequence=1),
        replace(REPORT, facts=(seen(3), PROCESSABLE, PAID)),
        replace(REPORT, facts=(seen(2), PROCESSABLE)),
    ],
)
def test_another_input_has_another_key(other: Report) -> None:
    assert keys.input_key("shop-one", other) != keys.input_key("shop-one", REPORT)


def test_another_connection_has_another_key() -> None:
    assert keys.input_key("shop-two", REPORT) != keys.input_key("shop-one", REPORT)


def test_flags_of_the_reading_are_not_facts() -> None:
    assert keys.input_key("a", replace(REPORT, flags=("sanitized",))) == keys.input_key("a", REPORT)


def test_five_and_five_point_zero_zero_are_the_same_amount() -> None:
    def key(price: str, total: str) -> str:
        line = LineSeen(external_id="L1", quantity=1, unit_price=Decimal(price))
        document = OrderSeen(number="1", currency="EUR", total=Decimal(total), lines=(line,))
        return keys.input_key("a", Report(facts=(document,), order_external_id="1"))

    assert key("5.0", "100") == key("5.00", "1E+2")
    assert key("5.0", "100") != key("5.01", "100")


def test_the_same_moment_in_another_zone_is_the_same_time() -> None:
    berlin = START.astimezone(timezone(timedelta(hours=1)))
    assert keys.input_key("a", replace(REPORT, source_time=berlin)) == keys.input_key("a", REPORT)


def test_a_field_at_its_default_is_not_part_of_the_key() -> None:
    bare = StatusReported(word=StatusWord.PROCESSABLE, raw="open")
    assert keys._plain(bare) == ["StatusReported", {"word": "processable", "raw": "open"}]


def test_a_key_is_stable_over_releases() -> None:
    """Pinned: a change of the canonical form would apply every stored input once more."""
    report = Report(
        facts=(PackageReported(package_id="P1", word=PackageWord.FULFILLED, raw="success"),),
        order_external_id="1",
        source_time=START,
    )
    assert keys.input_key("shop-one", report) == "470144b06ed99de8c13419537ead29f9"


def test_without_a_time_the_snapshot_before_is_part_of_the_key() -> None:
    timeless = replace(REPORT, source_time=None)
    story = Story()
    keys_seen = []
    for document in (seen(1), seen(2), seen(1)):
        report = replace(timeless, facts=(document,))
        before = story.order.snapshot_hash if story.order is not None else ""
        keys_seen.append(keys.input_key("shop-one", report, before))
        story.told(document, timeless=True)
    assert len(set(keys_seen)) == 3


def test_additive_facts_without_a_time_are_known_by_their_content_alone() -> None:
    report = Report(facts=(package("P1"),), order_external_id="1")
    assert keys.input_key("a", report, "before") == keys.input_key("a", report, "after")


def test_a_rules_step_is_known_by_its_cause() -> None:
    assert keys.rule_key("k1", "auto_accept") != keys.rule_key("k2", "auto_accept")


@pytest.mark.parametrize("external_id", ["1", "A-1_b.c", "a#b", "../x", "a:b", "%41", "ÄÖ 😀", "~", "\ud800"])
def test_b35_an_id_is_escaped_so_that_no_key_can_be_injected(external_id: str) -> None:
    identity = order_id("shop-one", external_id)
    assert set(identity) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-%:")
    assert identity.count(":") == 1
    assert (connection_of(identity), external_id_of(identity)) == ("shop-one", external_id)


@pytest.mark.parametrize(
    ("connection", "external_id"),
    [("", "1"), ("Shop", "1"), ("-a", "1"), ("a:b", "1"), ("a" * 41, "1"), ("a\n", "1"), ("shop-one", "")],
)
def test_what_is_no_id_makes_none(connection: str, external_id: str) -> None:
    with pytest.raises(ValueError, match="connection id"):
        order_id(connection, external_id)


def test_an_order_knows_its_connection_and_its_own_id() -> None:
    story = processable()
    assert (story.state.connection, story.state.external_id) == ("shop-one", "1")
