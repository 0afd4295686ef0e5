"""Packages and scans: each row of the package table, matching, waiting, and never more than there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.facts import PackageWord, ScanStatus
from shared.orders.statuses import PackageStatus
from tests.unit.orders.story import (
    OWN_SHOP,
    PAID,
    PROCESSABLE,
    START,
    Story,
    lines,
    package,
    processable,
    scan,
    seen,
)

P = PackageStatus


def shipped(*quantities: int, number: str = "T1") -> Story:
    story = processable(*quantities)
    story.told(package("P1", number=number, at=START))
    return story


@pytest.mark.parametrize(
    ("said", "status", "mail"),
    [
        (ScanStatus.PENDING, P.READY_TO_SHIP, None),
        (ScanStatus.PICKED_UP, P.FULFILLED, "shipped/1"),
        (ScanStatus.IN_TRANSIT, P.FULFILLED, "shipped/1"),
        (ScanStatus.OUT_FOR_DELIVERY, P.FULFILLED, "shipped/1"),
        (ScanStatus.DELIVERY_DELAYED, P.FULFILLED, "shipped/1"),
        (ScanStatus.ON_HOLD, P.FULFILLED, "shipped/1"),
        (ScanStatus.READY_FOR_PICKUP, P.AT_PICKUP_POINT, "ready_for_pickup/1"),
        (ScanStatus.DELIVERY_FAILED, P.UNABLE_TO_DELIVER, "delivery_problem/1"),
        (ScanStatus.RETURN_TO_SENDER, P.RETURNING, "shipped/1"),
        (ScanStatus.DELIVERED, P.DELIVERED, "delivered/1"),
        (ScanStatus.CANCELLED, P.READY_TO_SHIP, None),
        (ScanStatus.UNKNOWN, P.READY_TO_SHIP, None),
    ],
)
def test_each_carrier_word_moves_a_ready_package_with_one_mail_at_most(
    said: ScanStatus, status: PackageStatus, mail: str | None
) -> None:
    story = processable()
    story.asked(c.ReadyToShip(tracking_number="T1"))
    before = len(story.mails)
    assert story.scanned(said).outcome is Outcome.APPLIED
    assert story.state.packages[0].status is status
    assert story.mails[before:] == ([mail] if mail else [])
    assert story.looks("carrier_canceled", "package/1") is (said is ScanStatus.CANCELLED)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (PackageWord.READY, P.READY_TO_SHIP),
        (PackageWord.FULFILLED, P.FULFILLED),
        (PackageWord.DELIVERED, P.DELIVERED),
        (PackageWord.AT_PICKUP_POINT, P.AT_PICKUP_POINT),
        (PackageWord.UNABLE_TO_DELIVER, P.UNABLE_TO_DELIVER),
        (PackageWord.RETURNING, P.RETURNING),
        (PackageWord.RETURNED, P.RETURNED),
        (PackageWord.CANCELED, P.CANCELED),
    ],
)
def test_each_channel_word_is_taken_over_for_a_package_not_known(
    said: PackageWord, status: PackageStatus
) -> None:
    story = processable()
    story.told(package("P1", said, contents=(("L1", 1),)))
    assert story.state.packages[0].status is status
    assert story.calls == []


def test_a_problem_with_a_package_asks_for_attention() -> None:
    story = processable()
    story.told(package("P1", PackageWord.PROBLEM))
    assert story.looks("package_problem", "package/P1")
    assert story.state.packages == ()


def test_f06_delivered_before_shipped_sends_one_mail_and_never_shipped_after_delivered() -> None:
    story = processable()
    story.asked(c.ReadyToShip(tracking_number="T1"))
    story.scanned(ScanStatus.DELIVERED, at=START + timedelta(hours=2))
    story.scanned(ScanStatus.IN_TRANSIT, at=START + timedelta(hours=1))
    assert story.state.packages[0].status is P.DELIVERED
    assert story.mails == ["order_received", "preparing", "delivered/1"]
    assert story.calls == ["ready/1", "ship/1", "delivered/1"]


def test_a_new_attempt_follows_a_failed_one_and_the_problem_is_mailed_once() -> None:
    story = shipped()
    for hour, said in enumerate(
        (ScanStatus.DELIVERY_FAILED, ScanStatus.OUT_FOR_DELIVERY, ScanStatus.DELIVERY_FAILED)
    ):
        story.scanned(said, at=START + timedelta(hours=hour + 1))
    assert story.state.packages[0].status is P.UNABLE_TO_DELIVER
    assert story.mails.count("delivery_problem/1") == 1
    assert story.stock("take") == {"L1": 1}


def test_an_older_failed_attempt_does_not_undo_a_newer_scan() -> None:
    story = shipped()
    story.scanned(ScanStatus.IN_TRANSIT, at=START + timedelta(hours=3))
    story.scanned(ScanStatus.DELIVERY_FAILED, at=START + timedelta(hours=2))
    assert story.state.packages[0].status is P.FULFILLED
    assert story.state.packages[0].scan is ScanStatus.IN_TRANSIT


def test_a_scan_without_a_time_is_taken_as_it_comes() -> None:
    story = shipped()
    story.scanned(ScanStatus.IN_TRANSIT, at=START + timedelta(hours=1))
    story.told(scan(ScanStatus.DELIVERED), timeless=True, connection="tracking")
    assert story.state.packages[0].status is P.DELIVERED


def test_delivered_while_returning_is_returned() -> None:
    story = shipped()
    story.scanned(ScanStatus.RETURN_TO_SENDER, at=START + timedelta(hours=1))
    story.scanned(ScanStatus.DELIVERED, at=START + timedelta(hours=2))
    assert story.state.packages[0].status is P.RETURNED


def test_a_scan_that_goes_back_is_looked_at_only_when_it_is_newer() -> None:
    story = shipped()
    story.scanned(ScanStatus.DELIVERED, at=START + timedelta(hours=2))
    story.scanned(ScanStatus.IN_TRANSIT, at=START + timedelta(hours=1))
    assert story.state.attention == ()
    story.scanned(ScanStatus.IN_TRANSIT, at=START + timedelta(hours=3))
    assert story.looks("contradiction:package_went_back", "package/1")
    assert story.state.packages[0].status is P.DELIVERED


def test_a_channel_that_takes_its_own_newer_word_back_is_looked_at() -> None:
    story = processable()
    story.told(package("P1", PackageWord.DELIVERED, at=START + timedelta(hours=1)))
    story.told(package("P1", PackageWord.FULFILLED, at=START + timedelta(hours=2)))
    assert story.looks("contradiction:package_went_back", "package/1")
    assert story.state.packages[0].status is P.DELIVERED


def test_the_same_package_again_is_a_duplicate() -> None:
    story = shipped()
    change = story.told(package("P1", number="T1", at=START))
    assert (change.outcome, change.reason) == (Outcome.IGNORED, "duplicate")
    assert len(story.state.packages) == 1


def test_the_same_scan_again_is_a_duplicate() -> None:
    story = shipped()
    story.scanned(ScanStatus.IN_TRANSIT)
    change = story.scanned(ScanStatus.IN_TRANSIT)
    assert (change.outcome, change.reason) == (Outcome.IGNORED, "duplicate")


def test_our_own_shipment_comes_back_from_the_channel_under_its_id() -> None:
    story = processable(2)
    story.asked(c.Ship(contents=(("L1", 1),)))
    story.told(package("4711", contents=(("L1", 1),)))
    assert [p.external_ids for p in story.state.packages] == [("4711",)]
    assert story.stock("take") == {"L1": 1}


def test_a_parcel_is_known_by_its_tracking_number() -> None:
    story = processable(2)
    story.asked(c.Ship(contents=(("L1", 2),), tracking_number="T1"))
    story.told(package("4711", contents=(("L1", 1),), number="T1"))
    assert len(story.state.packages) == 1


def test_two_shipments_out_of_one_completed_order_share_its_pieces() -> None:
    story = processable(3)
    story.told(package("completed", waits=True))
    story.told(package("S1", contents=(("L1", 2),), number="T1"))
    story.told(package("S2", contents=(("L1", 1),), number="T2"))
    assert story.status == "shipped"
    parcels = {p.tracking_number: (p.contents, p.status) for p in story.state.packages}
    assert parcels == {"T1": ((("L1", 2),), P.FULFILLED), "T2": ((("L1", 1),), P.FULFILLED)}
    assert story.stock("take") == {"L1": 3}
    assert story.state.next_due is not None


def test_a_package_never_holds_more_than_is_live() -> None:
    story = processable(2)
    story.told(package("P1", contents=(("L1", 5),), number="T1"))
    assert story.state.packages[0].contents == (("L1", 2),)
    assert story.looks("contradiction:more_than_open", "package/1")


def test_a_shipment_of_a_line_nobody_knows_is_noted() -> None:
    story = processable()
    story.told(package("P1", contents=(("L1", 1), ("L9", 1))))
    assert any(note.about == "line/L9" and note.outcome == "unknown" for note in story.last.notes)
    assert story.state.packages[0].contents == (("L1", 1),)


def test_a_canceled_package_does_not_rise_when_its_creation_arrives_late() -> None:
    story = processable()
    story.told(package("P1", PackageWord.CANCELED, contents=(("L1", 1),)))
    story.told(package("P1", PackageWord.FULFILLED, contents=(("L1", 1),)))
    assert story.status == "waiting_shipment"
    assert [p.status for p in story.state.packages] == [P.CANCELED]


def test_shipped_without_contents_takes_ready_packages_along() -> None:
    story = processable(3)
    story.asked(c.ReadyToShip(contents=(("L1", 1),)))
    story.told(package("P9"))
    assert story.status == "shipped"
    assert [p.contents for p in story.state.packages] == [(("L1", 1),), (("L1", 2),)]


def test_what_the_same_document_calls_off_is_not_sent_with_the_rest() -> None:
    story = processable(3, 1)
    called_off = seen(items=lines(3, 1, canceled=[2, 1]))
    story.told(called_off, package("order", number="T1"), time=START + timedelta(hours=1))
    assert story.status == "shipped"
    assert [p.contents for p in story.state.packages] == [(("L1", 1),)]
    assert story.state.attention == ()
    assert (story.stock("give_back"), story.stock("take")) == ({"L1": 2, "L2": 1}, {"L1": 1})


def test_what_the_same_document_adds_is_sent_with_the_rest() -> None:
    story = processable(1)
    story.told(seen(3), package("order", number="T1"), time=START + timedelta(hours=1))
    assert [p.contents for p in story.state.packages] == [(("L1", 3),)]
    assert story.status == "shipped"


def test_the_pieces_of_a_package_that_is_canceled_are_called_off_by_the_same_document() -> None:
    story = processable(2)
    story.told(package("P1", PackageWord.READY, contents=(("L1", 2),)))
    called_off = seen(items=lines(2, canceled=[1]))
    story.told(called_off, package("P1", PackageWord.CANCELED), time=START + timedelta(hours=1))
    assert story.state.lines[0].live == 1
    assert story.state.attention == ()


def test_a_scan_of_a_parcel_not_known_yet_waits_for_it() -> None:
    story = processable()
    change = story.told(scan(ScanStatus.DELIVERED, package_id="P1", at=START))
    assert change.outcome is Outcome.APPLIED
    assert story.status == "waiting_shipment"
    story.told(package("P1", number="T1"))
    assert story.status == "closed"
    assert story.state.waiting_scans == ()


def test_waiting_scans_are_bounded_and_the_last_words_are_kept() -> None:
    story = processable()
    story.told(scan(ScanStatus.DELIVERED, package_id="P0", at=START))
    for n in range(30):
        story.told(scan(ScanStatus.IN_TRANSIT, package_id=f"P{n + 1}", at=START))
    assert len(story.state.waiting_scans) == 20
    assert "P0" in {entry.parcel for entry in story.state.waiting_scans}


def test_a_carriers_word_is_told_to_the_channel_but_the_channels_own_is_not() -> None:
    by_carrier = shipped()
    by_carrier.scanned(ScanStatus.DELIVERED)
    assert by_carrier.calls == ["delivered/1"]
    by_channel = processable()
    by_channel.told(package("P1", PackageWord.DELIVERED))
    assert by_channel.calls == []


def test_a_call_the_channel_does_not_take_is_not_owed_and_said_so() -> None:
    story = processable(rules=replace(OWN_SHOP, capabilities=frozenset({"stock"})))
    change = story.asked(c.Ship())
    assert story.calls == []
    assert ("1", "degraded", "ship") in [(n.about, n.outcome, n.detail) for n in change.notes]


def test_tracking_before_the_shipment_is_only_stored() -> None:
    story = processable()
    story.asked(c.ReadyToShip())
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T1"))
    assert story.mails == ["order_received", "preparing"]
    assert story.owed("unpark") == ["order", "tracking/T1"]
    story.asked(c.Ship(package_id="1"))
    assert story.mails[-1] == "shipped/1"
    assert story.calls == ["ready/1", "ship/1"]


def test_an_order_is_said_to_be_prepared_once_however_many_parcels_are_packed_and_packed_again() -> None:
    story = processable(2)
    line = story.state.lines[0]
    story.asked(c.ReadyToShip(contents=((line.id, 1),)))
    story.asked(c.ReadyToShip(contents=((line.id, 1),)))
    story.asked(c.CancelPackage(package_id="1"))
    story.asked(c.ReadyToShip(contents=((line.id, 1),)))
    assert [p.status for p in story.state.packages] == [P.CANCELED, P.READY_TO_SHIP, P.READY_TO_SHIP]
    assert story.mails == ["order_received", "preparing"]


def test_tracking_changed_after_the_shipment_is_mailed_and_told_each_time() -> None:
    story = shipped()
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T2"))
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T3"))
    assert story.mails[-2:] == ["tracking_changed/1@3", "tracking_changed/1@4"]
    assert story.calls == ["tracking/1@3", "tracking/1@4"]
    assert story.asked(c.ChangeTracking(package_id="1", tracking_number="T3")).outcome is Outcome.IGNORED


def test_a_new_number_has_its_own_carrier_and_the_same_number_keeps_it() -> None:
    story = processable()
    story.told(package("P1", number="T1", carrier="dhl"))
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T1", tracking_url="https://example.com/T1"))
    assert (story.state.packages[0].carrier, story.state.packages[0].tracking_url) == (
        "dhl",
        "https://example.com/T1",
    )
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T1", carrier="ups"))
    assert story.state.packages[0].carrier == "ups"
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T2"))
    assert (story.state.packages[0].carrier, story.state.packages[0].tracking_url) == ("", "")


def test_a_number_used_again_means_the_parcel_that_is_underway() -> None:
    story = processable()
    story.asked(c.Ship(tracking_number="T1"))
    story.asked(c.CancelPackage(package_id="1"))
    story.asked(c.Ship(tracking_number="T1"))
    story.scanned(ScanStatus.DELIVERED)
    assert [p.status for p in story.state.packages] == [P.CANCELED, P.DELIVERED]


def test_a_tracking_number_wakes_what_is_parked_for_it_once() -> None:
    story = shipped()
    assert story.last.tracking_numbers == ("T1",)
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T2"))
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T1"))
    assert story.owed("unpark") == ["order", "tracking/T1", "tracking/T2"]


def test_f53_the_wait_for_tracking_is_three_elapsed_hours() -> None:
    story = processable()
    story.told(package("completed", waits=True))
    assert story.later(hours=2, minutes=59) == []
    assert story.axes()[3] == "ready_to_ship"
    story.later(minutes=1)
    assert story.axes()[3] == "fulfilled"


def test_completed_again_does_not_start_the_wait_anew() -> None:
    story = processable()
    story.told(package("completed", waits=True))
    until = story.state.packages[0].awaiting_tracking_until
    story.later(hours=1)
    story.told(package("completed", waits=True))
    assert story.state.packages[0].awaiting_tracking_until == until


def test_completed_with_tracking_does_not_wait() -> None:
    story = processable()
    story.told(package("completed", waits=True, number="T1"))
    assert story.status == "shipped"


def test_a_booked_parcel_is_unbooked_with_its_package() -> None:
    story = processable(rules=replace(OWN_SHOP, books_parcels=True))
    story.asked(c.ReadyToShip())
    assert story.owed("booking") == ["book/1"]
    story.asked(c.ConfirmBooking(package_id="1", tracking_number="T1", carrier="dhl", reference="B-1"))
    assert (story.state.packages[0].tracking_number, story.state.packages[0].reference) == ("T1", "B-1")
    assert story.status == "waiting_shipment"
    story.asked(c.CancelPackage(package_id="1"))
    assert story.owed("booking") == ["book/1", "cancel/1"]


@pytest.mark.parametrize("kind", ["test", "fulfilled_by_channel"])
def test_test_orders_and_those_the_channel_fulfills_owe_nothing(kind: str) -> None:
    story = Story(replace(OWN_SHOP, books_parcels=True, back_office="shop-two"))
    flag: dict[str, Any] = {kind: True}
    story.told(replace(seen(2), **flag), PROCESSABLE, PAID)
    story.asked(c.ReadyToShip(tracking_number="T1"))
    story.scanned(ScanStatus.DELIVERED)
    story.asked(c.RefundAmount(amount=story.state.paid))
    assert {effect.kind for effect in story.effects} == {"unpark"}
    assert story.status == "closed"


def test_one_parcel_back_and_one_delivered_closes_the_order() -> None:
    story = processable(2)
    story.told(package("P1", PackageWord.DELIVERED, contents=(("L1", 1),)))
    story.told(package("P2", PackageWord.RETURNED, contents=(("L1", 1),)))
    assert story.status == "closed"
    assert story.axes()[3] == "partially_delivered"
    assert story.axes()[4] == "partially_returned"


def test_the_channels_document_repeated_after_a_failed_attempt_is_no_new_attempt() -> None:
    story = shipped()
    story.scanned(ScanStatus.DELIVERY_FAILED, at=START + timedelta(hours=2))
    story.told(package("P1", number="T1", at=START))
    assert story.state.packages[0].status is P.UNABLE_TO_DELIVER
    ours = processable()
    ours.asked(c.Ship(tracking_number="T1"))
    ours.scanned(ScanStatus.DELIVERY_FAILED, at=START + timedelta(hours=2))
    ours.told(package("4711", number="T1", at=START + timedelta(hours=1)))
    assert ours.axes()[3] == "unable_to_deliver"
    ours.told(package("4711", number="T1", at=START + timedelta(hours=3)))
    assert ours.axes()[3] == "fulfilled"


def test_a_failed_attempt_told_again_does_not_undo_the_next_one() -> None:
    story = shipped()
    story.told(package("P1", PackageWord.UNABLE_TO_DELIVER, at=START + timedelta(hours=1)))
    story.scanned(ScanStatus.OUT_FOR_DELIVERY, at=START + timedelta(hours=2))
    story.told(package("P1", PackageWord.UNABLE_TO_DELIVER, at=START + timedelta(hours=1)))
    assert story.state.packages[0].status is P.FULFILLED


def test_a_document_that_tells_of_a_parcel_and_its_scan_repeats_without_effect() -> None:
    story = processable()
    facts = (package("P1", number="T1"), scan(ScanStatus.DELIVERED, package_id="P1", at=START))
    story.told(*facts)
    assert story.status == "closed"
    assert story.told(*facts).outcome is Outcome.IGNORED


def test_a_word_about_the_whole_order_reaches_what_the_channel_never_named() -> None:
    story = processable(2)
    story.asked(c.ReadyToShip(contents=(("L1", 1),)))
    story.told(package("order"))
    story.told(package("order", PackageWord.DELIVERED))
    assert [p.status for p in story.state.packages] == [P.DELIVERED, P.DELIVERED]
