"""Carrier sources that tell of parcels and are asked nothing: what they push is read as it is meant."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from local.channels.aftership import AfterShip
from local.channels.demo import DEMO_CHANNELS
from local.channels.shippo import Shippo
from local.channels.simulator import Clock
from local.channels.tellers import TELLERS
from local.parcels import PARCEL_STEPS, TELLING
from local.steps import Happening
from shared.adapters import capabilities_of, is_carrier, mapping_of, signature_of
from shared.carriers.aftership.mapping import TAGS
from shared.carriers.shippo.mapping import STATUSES
from shared.orders.facts import ParcelScanned, ScanStatus
from shared.wire.adapter import Reading
from shared.wire.http import HttpRequest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBER = "12345678905"


def told(simulator: AfterShip | Shippo) -> list[ParcelScanned]:
    """What the last webhook says, read by the adapter."""
    event = simulator.events[-1]
    reports = mapping_of(simulator.kind).normalize(
        json.loads(event.body), topic=event.topic, reading=Reading(received_at=simulator.now())
    )
    assert [report.flags for report in reports] == [()]
    return [fact for report in reports for fact in report.facts if isinstance(fact, ParcelScanned)]


def test_every_carrier_that_tells_and_has_no_api_is_in_the_local_run() -> None:
    kinds = {channel.kind for channel in DEMO_CHANNELS if is_carrier(channel.kind)}
    assert set(TELLERS) == {kind for kind in kinds if not capabilities_of(kind).base_url} == set(TELLING)
    tellers = [channel for channel in DEMO_CHANNELS if channel.kind in TELLERS]
    assert {channel.api_url("http://127.0.0.1:1") for channel in tellers} == {""}


@pytest.mark.parametrize("kind", TELLERS)
def test_a_parcel_is_on_its_way_and_then_there(kind: str) -> None:
    clock, teller = Clock(NOW), TELLERS[kind]
    simulator = teller.make(clock)
    simulator.place(NUMBER)
    assert simulator.events == []
    simulator.act(NUMBER, teller.in_transit)
    clock.at += timedelta(hours=1)
    simulator.act(NUMBER, teller.delivered)
    present = told(simulator)[-1]
    assert (present.tracking_number, present.status) == (NUMBER, ScanStatus.DELIVERED)
    assert present.occurred_at == clock.at


@pytest.mark.parametrize("tag", TAGS)
def test_aftership_says_each_of_its_tags(tag: str) -> None:
    simulator = AfterShip(Clock(NOW))
    simulator.place(NUMBER, slug="dhl")
    simulator.act(NUMBER, tag)
    present = told(simulator)[-1]
    assert (present.carrier, present.raw, present.status) == ("dhl", tag, TAGS[tag])


def test_aftership_says_of_an_exception_what_it_is_and_which_tag_is_the_first() -> None:
    simulator = AfterShip(Clock(NOW))
    simulator.place(NUMBER)
    for _ in range(2):
        simulator.act(str(simulator.orders[NUMBER]["id"]), "Exception", subtag="Exception_011")
    assert told(simulator)[-1].status is ScanStatus.RETURN_TO_SENDER
    events = [json.loads(event.body) for event in simulator.events]
    assert [event["is_tracking_first_tag"] for event in events] == [True, False]
    assert len({event["event_id"] for event in events}) == 2


@pytest.mark.parametrize("status", STATUSES)
def test_shippo_says_each_of_its_statuses(status: str) -> None:
    simulator = Shippo(Clock(NOW))
    simulator.place(NUMBER, carrier="usps")
    simulator.act(NUMBER, status)
    present = told(simulator)[-1]
    assert (present.carrier, present.raw, present.status) == ("usps", status, STATUSES[status])


def test_shippo_marks_what_it_sends_of_test_parcels() -> None:
    simulator = Shippo(Clock(NOW))
    simulator.place(NUMBER)
    simulator.act(NUMBER, "TRANSIT", test=True)
    (report,) = mapping_of("shippo").normalize(
        json.loads(simulator.events[-1].body), topic="track_updated", reading=Reading(received_at=NOW)
    )
    assert report.flags == ("test",)


@pytest.mark.parametrize("kind", TELLERS)
def test_what_is_pushed_is_signed_and_named_by_its_parcel(kind: str) -> None:
    simulator = TELLERS[kind].make(Clock(NOW))
    simulator.place(NUMBER)
    simulator.act(NUMBER, TELLERS[kind].in_transit)
    event, signature = simulator.events[0], signature_of(kind)
    headers = {
        name.lower(): value
        for name, value in signature.sign(event.body, "secret", topic=event.topic, now=NOW).items()
    }
    assert signature.verify(headers, event.body, ["secret"], now=NOW)
    assert signature.topic(headers, event.body) == event.topic
    assert signature.entity_hint(headers, event.body) == NUMBER


@pytest.mark.parametrize("kind", TELLERS)
def test_there_is_nothing_to_be_asked(kind: str) -> None:
    request = HttpRequest(method="GET", url="http://127.0.0.1/trackings", headers={}, body=b"")
    assert TELLERS[kind].make(Clock(NOW))(request).status == 404


def test_the_day_uses_their_own_words() -> None:
    said = [step for step in PARCEL_STEPS if isinstance(step, Happening) and step.channel in TELLERS]
    for kind, teller in TELLERS.items():
        words = [step.action for step in said if step.channel == kind]
        assert words == ["place", teller.in_transit, teller.delivered]
