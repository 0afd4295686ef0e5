"""What every carrier that is asked of parcels shows against its simulation: pushed, asked, and disturbed."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Event, Recording
from local.channels.trackers import TRACKED
from local.channels.ups import LIVES, prove
from shared.adapters import ADAPTERS, capabilities_of, follow_of, mapping_of, signature_of
from shared.orders import commands as c
from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.api import Api, MissingCredentialError
from shared.wire.follow import Followed
from shared.wire.http import (
    AuthError,
    HttpRequest,
    RateLimitedError,
    UnavailableError,
    UnreadableAnswerError,
)
from shared.wire.polls import Polled
from shared.wire.strict_json import parse
from tests.unit.orders.story import Story, processable

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
REFERENCE = "0123456789abcdef0123456789abcdef"
ASKED = [kind for kind in ADAPTERS if capabilities_of(kind).follow_every is not None]


class Carrier:
    """One kind's simulation, an API to it, and an order whose parcel it carries."""

    def __init__(self, kind: str) -> None:
        self.kind, self.row = kind, TRACKED[kind]
        self.clock = Clock(START)
        self.simulator = self.row.make(self.clock)
        self.faulty = Faulty(self.simulator)
        self.sent = Recording(self.faulty)
        self.api = Api(
            base_url=self.row.api_url,
            transport=self.sent,
            credentials=self.row.credentials,
            now=self.clock,
        )

    def follow(self) -> Followed:
        return follow_of(self.kind).follow([self.row.number], REFERENCE, self.api)

    def scan(self, word: str, *, silently: bool = False, later: timedelta = timedelta(hours=1)) -> None:
        self.clock.at += later
        self.simulator.act(self.row.number, word, silently=silently)

    def way(self, *, silently: bool = False) -> list[str]:
        """Let a parcel take its whole way; return its words."""
        words = [self.row.in_transit, self.row.out_for_delivery, self.row.delivered]
        for word in words:
            self.scan(word, silently=silently)
        return words

    def read(self, document: Event | Polled) -> list[Report]:
        reading = Reading(received_at=self.clock())
        return mapping_of(self.kind).normalize(parse(document.body)[0], topic=document.topic, reading=reading)

    def order(self) -> Story:
        story = processable()
        story.asked(c.Ship(tracking_number=self.row.number, carrier=self.row.carrier))
        return story

    def tell(self, story: Story, document: Event | Polled) -> None:
        story.now = max(story.now, self.clock())
        for report in self.read(document):
            story.told(*report.facts, time=report.source_time, connection="tracking")


@pytest.fixture(params=ASKED)
def carrier(request: pytest.FixtureRequest) -> Carrier:
    return Carrier(request.param)


def test_every_carrier_that_is_asked_is_simulated_with_what_it_declares() -> None:
    assert set(ASKED) == set(TRACKED)
    for kind, row in TRACKED.items():
        assert set(row.credentials) == set(capabilities_of(kind).credentials)
        assert row.api_url == capabilities_of(kind).base_url


def test_a_parcel_that_the_carrier_does_not_know_yet_says_nothing(carrier: Carrier) -> None:
    followed = carrier.follow()
    assert (followed.documents, followed.refused) == ((), {})


def test_what_was_not_pushed_is_there_when_it_is_asked_for(carrier: Carrier) -> None:
    carrier.way(silently=True)
    assert carrier.simulator.events == []
    story = carrier.order()
    [document] = carrier.follow().documents
    carrier.tell(story, document)
    assert story.status == "closed"
    assert story.mails.count("delivered/1") == 1


def test_asking_for_what_was_pushed_changes_nothing(carrier: Carrier) -> None:
    carrier.follow()
    carrier.way()
    story = carrier.order()
    for event in carrier.simulator.events:
        carrier.tell(story, event)
    before = (story.status, list(story.mails))
    [document] = carrier.follow().documents
    carrier.tell(story, document)
    assert (story.status, story.mails) == before
    assert story.status == "closed"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_events_in_any_order_and_twice_end_alike_with_one_mail_each(
    carrier: Carrier, order: tuple[int, ...]
) -> None:
    carrier.follow()
    carrier.way()
    story = carrier.order()
    events = [carrier.simulator.events[index] for index in order]
    for event in (*events, *events):
        carrier.tell(story, event)
    assert story.status == "closed"
    assert sorted(set(story.mails)) == sorted(story.mails)
    assert "delivered/1" in story.mails


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.FORBIDDEN, AuthError),
    ],
)
def test_f42_f45_a_question_that_fails_says_how_and_is_asked_again(
    carrier: Carrier, fault: Fault, error: type[Exception]
) -> None:
    carrier.way(silently=True)
    carrier.faulty.plan(fault, method="GET")
    with pytest.raises(error):
        carrier.follow()
    [document] = carrier.follow().documents
    assert carrier.read(document)


def test_f46_wrong_and_missing_credentials_are_said_as_such(carrier: Carrier) -> None:
    carrier.api.credentials = dict.fromkeys(carrier.row.credentials, "wrong")
    with pytest.raises(AuthError):
        carrier.follow()
    carrier.api.credentials = {}
    with pytest.raises(MissingCredentialError):
        carrier.follow()


def test_f46_a_token_of_ups_that_has_ended_is_fetched_again() -> None:
    ups = Carrier("ups")
    ups.follow()
    ups.simulator.tokens.clear()  # type: ignore[union-attr]
    assert ups.follow().refused == {}


def test_a_subscription_of_ups_ends_and_what_it_did_not_tell_is_read() -> None:
    ups = Carrier("ups")
    ups.follow()
    ups.scan("DP", later=LIVES + timedelta(hours=1))
    assert ups.simulator.events == []
    [document] = ups.follow().documents
    assert ups.read(document)[0].tracking_number == ups.row.number
    ups.scan("FS")
    assert len(ups.simulator.events) == 1


def test_of_several_numbers_ups_takes_those_that_are_its_own() -> None:
    ups = Carrier("ups")
    followed = follow_of("ups").follow([ups.row.number, "3SYZXG132912330"], REFERENCE, ups.api)
    assert followed.refused == {"3SYZXG132912330": "invalid_tracking_number"}
    assert set(ups.simulator.subscribed) == {ups.row.number}  # type: ignore[union-attr]
    followed = follow_of("ups").follow(["3SYZXG132912330"], REFERENCE, ups.api)
    assert followed.refused == {"3SYZXG132912330": "VSS215"}


def test_ups_gets_its_token_from_us_and_its_event_is_taken_with_it() -> None:
    ups, signature = Carrier("ups"), signature_of("ups")
    ups.follow()
    ups.scan("DP")
    [event] = ups.simulator.events

    def ask(headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        given = signature.answer_token(headers, body, ["a secret"], now=ups.clock())  # type: ignore[attr-defined]
        return given.status, given.body.encode()

    headers = prove(ask, "a secret")
    assert signature.verify(headers, event.body, ["a secret"], now=ups.clock())
    assert not signature.verify(headers, event.body, ["another"], now=ups.clock())
    with pytest.raises(ValueError, match="401"):
        prove(ask, "another")


def test_dhl_answers_so_many_questions_a_day_and_then_says_so() -> None:
    dhl = Carrier("dhl")
    for _ in range(250):
        dhl.follow()
    with pytest.raises(RateLimitedError):
        dhl.follow()
    dhl.clock.at += timedelta(days=1, seconds=1)
    dhl.follow()


def test_dhl_pushes_with_the_header_and_token_that_it_was_given() -> None:
    dhl = Carrier("dhl")
    proof = {"type": "ApiKeyAuthentication", "header": "x-orderhub-token", "token": "a secret"}

    def subscribe(authentication: dict[str, str]) -> int:
        hook = {"uri": "https://hub.example.com/webhooks/dhl/my-dhl", "authentication": authentication}
        request = HttpRequest(
            method="POST",
            url=f"{dhl.row.api_url}/tracking/push/v1/subscription",
            headers={"DHL-API-Key": dhl.row.credentials["api_key"]},
            body=json.dumps({"hook": hook, "format": "Default", "type": "Account"}).encode(),
        )
        return dhl.simulator(request).status

    assert subscribe(proof | {"token": ""}) == 400
    assert subscribe(proof) == 201
    dhl.scan("transit")
    [event] = dhl.simulator.events
    given = dhl.simulator.hook["authentication"]  # type: ignore[union-attr]
    assert signature_of("dhl").verify({given["header"]: given["token"]}, event.body, ["a secret"], now=START)
