"""Carriers are asked of parcels underway: when they get their number, again in time, and never for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.orders import commands as c
from shared.storage.records import EffectState
from shared.usecases.run_deadlines import run_deadlines
from shared.wire.follow import Followed
from shared.wire.http import AuthError, UnavailableError
from shared.wire.polls import Polled
from tests.support.channel import Script, registered
from tests.support.desk import START, Desk

ORDER = "shop:A-1"
NUMBER = "1Z999AA10123456784"
DHL = "00340434161094000009"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect("shop", follows={"ups": "tracker", "dhl": "tracker"})
        desk.connect("tracker")
        yield desk


@pytest.fixture
def tracker(desk: Desk) -> Script:
    return desk.scripts["tracker"]


def shipped(desk: Desk, number: str = NUMBER, carrier: str = "ups") -> str:
    desk.say("shop", {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}})
    desk.give(ORDER, c.Ship(tracking_number=number, carrier=carrier))
    return ORDER


def followings(desk: Desk) -> list[str]:
    return [key for key in desk.owed(ORDER) if key.startswith("tracking/")]


def let_pass(desk: Desk, time: timedelta) -> None:
    desk.at += time
    run_deadlines(desk.at + timedelta(seconds=1), desk.documents)


def attention(desk: Desk) -> set[tuple[str, str]]:
    return {(entry.code, entry.subject) for entry in desk.order(ORDER).attention}


def test_a_parcel_is_subscribed_to_when_it_has_its_number(desk: Desk, tracker: Script) -> None:
    shipped(desk)
    [key] = followings(desk)
    assert desk.work(ORDER, key).state is EffectState.DONE
    assert tracker.followed == [NUMBER]


def test_a_subscription_is_renewed_when_its_parcel_was_silent_and_not_earlier(desk: Desk) -> None:
    shipped(desk)
    let_pass(desk, timedelta(hours=11))
    assert len(followings(desk)) == 1
    let_pass(desk, timedelta(hours=1))
    assert len(followings(desk)) == 2


def test_a_parcel_of_a_carrier_that_nobody_is_named_for_is_asked_of_the_aggregator(desk: Desk) -> None:
    desk.connect("shop", follows={"ups": "tracker", "easypost": "aggregator"})
    desk.connect("aggregator")
    shipped(desk, "3SYZXG132912330", "postnl")
    assert followings(desk) == []
    let_pass(desk, timedelta(hours=12))
    assert desk.work(ORDER, followings(desk)[0]).state is EffectState.DONE
    assert desk.scripts["aggregator"].followed == ["3SYZXG132912330"]
    assert desk.scripts["tracker"].followed == []


def test_a_parcel_that_has_arrived_is_not_asked_for_any_more(desk: Desk) -> None:
    shipped(desk)
    desk.give(ORDER, c.MarkDelivered(package_id="1"))
    let_pass(desk, timedelta(days=20))
    assert len(followings(desk)) == 1
    assert not [entry for entry in desk.order(ORDER).deadlines if entry.kind == "follow"]


def test_a_message_for_a_parcel_that_has_arrived_asks_nobody(desk: Desk, tracker: Script) -> None:
    shipped(desk)
    desk.give(ORDER, c.MarkDelivered(package_id="1"))
    assert desk.work(ORDER, followings(desk)[0]).reason == "over"
    assert tracker.followed == []


def test_a_pulled_carrier_is_asked_when_it_was_silent_for_so_long(desk: Desk, tracker: Script) -> None:
    shipped(desk, DHL, "DHL Paket")
    assert followings(desk) == []
    tracker.follows.append(Followed(documents=(Polled(body=b'{"shipments": []}', order_id=DHL),)))
    let_pass(desk, timedelta(hours=12))
    [key] = followings(desk)
    assert desk.work(ORDER, key).state is EffectState.DONE
    [(receipt, _)] = desk.inbox
    assert (receipt.connection, receipt.source, receipt.body) == ("tracker", "poll", b'{"shipments": []}')


def test_parcels_of_carriers_that_nobody_is_asked_of_owe_nothing(desk: Desk) -> None:
    shipped(desk, "3SYZXG132912330", "postnl")
    let_pass(desk, timedelta(days=14))
    assert followings(desk) == []


def test_a_parcel_without_a_carrier_is_followed_by_its_number(desk: Desk, tracker: Script) -> None:
    shipped(desk, carrier="")
    let_pass(desk, timedelta(hours=12))
    assert desk.work(ORDER, followings(desk)[0]).state is EffectState.DONE
    assert tracker.followed == [NUMBER]


def test_a_number_that_the_carrier_does_not_take_is_shown_and_not_tried_again(
    desk: Desk, tracker: Script
) -> None:
    tracker.follows.append(Followed(refused={NUMBER: "invalid_tracking_number"}))
    shipped(desk)
    made = desk.work(ORDER, followings(desk)[0])
    assert (made.state, made.again_after) == (EffectState.FAILED, None)
    assert ("channel_refused:follow", "1") in attention(desk)


def test_what_failed_stays_owed_and_holds_up_no_message(desk: Desk, tracker: Script) -> None:
    tracker.follows.append(UnavailableError("http_503"))
    shipped(desk)
    [key] = followings(desk)
    made = desk.work(ORDER, key)
    assert (made.state, made.again_after) == (EffectState.OWED, None)
    effect = desk.record_owing(ORDER, key).effect(key)
    assert effect is not None
    assert effect.again_at == desk.at + timedelta(minutes=5)
    assert desk.work(ORDER, key).state is EffectState.DONE


def test_f46_credentials_that_are_not_good_any_more_are_said_on_the_connection(
    desk: Desk, tracker: Script
) -> None:
    tracker.follows.append(AuthError("http_401"))
    shipped(desk)
    desk.work(ORDER, followings(desk)[0])
    assert desk.states.read("tracker").calls_state == "http_401"


def test_an_adapter_that_breaks_over_a_parcel_is_asked_again_and_shows_on_its_connection(
    desk: Desk, tracker: Script
) -> None:
    tracker.follows.append(KeyError("customer@example.com"))
    shipped(desk)
    [key] = followings(desk)
    made = desk.work(ORDER, key)
    assert (made.state, made.reason, made.again_after) == (EffectState.OWED, "adapter_failed", None)
    assert desk.states.read("tracker").calls_state == "adapter_failed"
    assert desk.work(ORDER, key).state is EffectState.DONE
    assert desk.states.read("tracker").calls_state == ""
