"""Which parcels a carrier is asked of, when for the next time, and when for the last."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.orders import commands as c
from shared.orders.facts import ScanStatus
from shared.orders.following import rule_of
from shared.orders.model import Package
from shared.orders.rules import ANY_CARRIER, Follow
from shared.orders.statuses import PackageStatus
from tests.unit.orders.story import OWN_SHOP, Story, processable

PUSHED = Follow(every=timedelta(days=13))
PULLED = Follow(every=timedelta(hours=12), only_silent=True)
ASKED_AT_ONCE = Follow(every=timedelta(hours=12), only_silent=True, at_once=True)
RULES = replace(OWN_SHOP, follows={"ups": PUSHED, "dhl": PULLED})


def shipped(carrier: str) -> Story:
    story = processable(rules=RULES)
    story.asked(c.Ship(tracking_number="T1", carrier=carrier))
    return story


def askings(story: Story) -> int:
    return len(story.owed("tracking"))


@pytest.mark.parametrize(
    ("carrier", "rule"),
    [
        ("ups", PUSHED),
        ("UPS Standard", PUSHED),
        ("DHL Paket", PULLED),
        ("dhl_express", PULLED),
        ("", PULLED),
        ("postnl", None),
        ("groups", None),
        ("my-ups-2", PUSHED),
    ],
)
def test_a_parcel_is_followed_as_its_carrier_is(carrier: str, rule: Follow | None) -> None:
    package = Package("1", PackageStatus.FULFILLED, (("1", 1),), tracking_number="T1", carrier=carrier)
    assert rule_of(package, RULES) is rule
    assert rule_of(replace(package, tracking_number=""), RULES) is None
    assert rule_of(package, OWN_SHOP) is None


def test_the_default_carrier_is_that_of_a_parcel_without_one() -> None:
    package = Package("1", PackageStatus.FULFILLED, (("1", 1),), tracking_number="T1")
    assert rule_of(package, replace(RULES, carrier="ups")) is PUSHED
    assert rule_of(package, replace(RULES, carrier="gls")) is None


def test_whoever_tells_of_all_the_others_is_asked_of_what_is_nobody_elses() -> None:
    rules = replace(RULES, follows={"ups": PUSHED, ANY_CARRIER: PULLED})
    package = Package("1", PackageStatus.FULFILLED, (("1", 1),), tracking_number="T1", carrier="usps")
    assert rule_of(package, rules) is PULLED
    assert rule_of(replace(package, carrier="ups"), rules) is PUSHED


def test_what_may_be_anybodys_is_asked_for_as_early_as_any() -> None:
    rules = replace(OWN_SHOP, follows={ANY_CARRIER: PULLED, "ups": ASKED_AT_ONCE})
    package = Package("1", PackageStatus.FULFILLED, (("1", 1),), tracking_number="T1")
    assert rule_of(package, rules) is ASKED_AT_ONCE


def test_who_tells_from_then_on_is_asked_at_once_and_then_of_what_is_silent() -> None:
    story = processable(rules=replace(OWN_SHOP, follows={"ups": ASKED_AT_ONCE}))
    story.asked(c.Ship(tracking_number="T1", carrier="ups"))
    assert askings(story) == 1
    for _ in range(4):
        story.later(hours=6)
        story.scanned(ScanStatus.IN_TRANSIT, at=story.now)
        story.later(hours=6)
    assert askings(story) == 1
    story.later(hours=12)
    assert askings(story) == 2


def test_a_new_number_is_asked_of_at_once() -> None:
    story = shipped("ups")
    assert askings(story) == 1
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T2", carrier="ups"))
    assert askings(story) == 2


def test_a_parcel_is_asked_of_again_each_time_it_is_due() -> None:
    story = shipped("ups")
    story.scanned(ScanStatus.IN_TRANSIT, at=story.now)
    story.later(days=13)
    story.scanned(ScanStatus.IN_TRANSIT, at=story.now)
    story.later(days=13)
    assert askings(story) == 3


def test_a_silent_parcel_alone_is_pulled() -> None:
    story = shipped("dhl")
    story.later(hours=6)
    story.scanned(ScanStatus.IN_TRANSIT, at=story.now)
    story.later(hours=6)
    assert askings(story) == 0
    story.later(hours=12)
    assert askings(story) == 1


def test_nobody_asks_of_a_parcel_that_has_arrived() -> None:
    story = shipped("dhl")
    story.scanned(ScanStatus.DELIVERED, at=story.now)
    assert not [entry for entry in story.state.deadlines if entry.kind == "follow"]


def test_a_parcel_that_fell_silent_for_good_is_asked_of_for_a_month_and_no_longer() -> None:
    story = shipped("dhl")
    story.scanned(ScanStatus.IN_TRANSIT, at=story.now)
    for _ in range(70):
        story.later(hours=12)
    assert 50 <= askings(story) <= 60
    assert not [entry for entry in story.state.deadlines if entry.kind == "follow"]


def test_what_is_asked_again_and_again_does_not_grow_the_order() -> None:
    story = shipped("dhl")
    for _ in range(10):
        story.later(hours=12)
    assert not [key for key in story.state.owed if key.startswith("tracking/")]
