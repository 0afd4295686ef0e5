"""What is said again, late, or of all at once: nothing moves twice, and nothing but what is meant."""

from __future__ import annotations

from datetime import timedelta

from shared.orders import commands as c
from shared.orders.facts import PackageWord, ScanStatus, StatusWord
from shared.orders.statuses import PackageStatus
from tests.unit.orders.story import (
    PAID,
    PROCESSABLE,
    Story,
    package,
    processable,
    scan,
    seen,
    word,
)

HOUR = timedelta(hours=1)


def later(story: Story, *said: StatusWord) -> None:
    """The channel says words, each an hour after the one before."""
    for one in said:
        story.now += HOUR
        story.told(word(one))


def test_t5_what_its_channel_calls_processable_was_accepted_there() -> None:
    story = Story()
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED), PAID)
    later(story, StatusWord.PROCESSABLE)
    assert story.steps == ["T2:waiting_acceptance", "T5:accepted", "T6:waiting_shipment"]
    assert story.calls == []


def test_a_refused_order_that_is_called_processable_is_looked_at() -> None:
    story = Story()
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED), PAID)
    story.asked(c.Refuse())
    later(story, StatusWord.PROCESSABLE)
    assert story.status == "refused"
    assert story.looks("contradiction:processable")


def test_t7_refused_once_more_is_still_refused() -> None:
    story = Story()
    story.told(seen(), word(StatusWord.ACCEPTANCE_ASKED))
    later(story, StatusWord.REFUSED, StatusWord.ARCHIVED, StatusWord.REFUSED)
    assert (story.status, story.steps) == ("refused", ["T2:waiting_acceptance", "T7:refused"])


def test_t18_a_pickup_that_is_called_off_once_more_is_still_that() -> None:
    story = Story()
    story.told(seen(pickup=True), PROCESSABLE, PAID)
    story.asked(c.PreparePickup())
    later(story, StatusWord.PICKUP_CANCELED, StatusWord.ARCHIVED, StatusWord.PICKUP_CANCELED)
    assert (story.status, story.steps[-1]) == ("pickup_canceled", "T18:pickup_canceled")


def test_collected_from_the_parcel_shop_makes_no_package_of_nothing() -> None:
    story = processable()
    story.asked(c.Ship())
    later(story, StatusWord.PICKED_UP)
    assert [entry.status for entry in story.state.packages] == [PackageStatus.DELIVERED]


def test_a_word_about_the_whole_order_names_the_one_parcel_that_was_made_here() -> None:
    story = processable()
    story.asked(c.Ship())
    story.told(package("P1"))
    assert [entry.external_ids for entry in story.state.packages] == [("P1",)]


def test_a_word_about_one_parcel_moves_no_other_that_its_channel_has_not_named() -> None:
    story = processable(2)
    story.told(package("P1", contents=(("L1", 1),)))
    story.asked(c.Ship())
    story.told(package("P1", PackageWord.DELIVERED, (("L1", 1),), at=story.now))
    assert [entry.status for entry in story.state.packages] == [
        PackageStatus.DELIVERED,
        PackageStatus.FULFILLED,
    ]


def test_f06_a_scan_without_a_time_behind_the_delivery_asks_for_no_look() -> None:
    story = processable()
    story.asked(c.Ship(tracking_number="T1"))
    for said in (ScanStatus.DELIVERED, ScanStatus.IN_TRANSIT):
        story.told(scan(said), connection="tracking")
    assert story.state.attention == ()
    assert story.status == "closed"


def test_a_parcel_that_was_taken_back_and_is_on_its_way_is_looked_at() -> None:
    story = processable()
    story.asked(c.Ship(tracking_number="T1"))
    story.asked(c.CancelPackage(package_id="1"))
    story.scanned(ScanStatus.IN_TRANSIT)
    assert story.looks("contradiction:canceled_package_scanned", "package/1")
    assert story.status == "waiting_shipment"
