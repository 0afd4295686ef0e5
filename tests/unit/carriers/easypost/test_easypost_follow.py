"""EasyPost asked how a parcel stands, against its simulation."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from local.channels.easypost import KEY, EasyPost
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.carriers.easypost.follow import follow
from shared.carriers.easypost.mapping import normalize
from shared.orders.facts import ParcelScanned, ScanStatus
from shared.wire.adapter import Reading
from shared.wire.api import Api, MissingCredentialError
from shared.wire.http import (
    AuthError,
    HttpAnswer,
    HttpRequest,
    RateLimitedError,
    UnavailableError,
    UnreadableAnswerError,
)
from shared.wire.strict_json import parse

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
NUMBER = "9400100000000000000001"
REFERENCE = "0" * 32


class Account:
    """A simulated account, and an API to it on which faults can be planned."""

    def __init__(self, key: str = KEY) -> None:
        self.clock = Clock(NOW)
        self.simulator = EasyPost(self.clock)
        self.faulty = Faulty(self.simulator)
        self.sent = Recording(self.faulty)
        self.api = Api(
            base_url="https://api.easypost.com",
            transport=self.sent,
            credentials={"api_key": key},
            now=self.clock,
        )

    def track(self, number: str = NUMBER) -> None:
        body = f'{{"tracker": {{"tracking_code": "{number}", "carrier": "USPS"}}}}'.encode()
        self.simulator(
            HttpRequest(method="POST", url="https://x/v2/trackers", headers=self.headers, body=body)
        )

    @property
    def headers(self) -> dict[str, str]:
        follow(["0"], REFERENCE, self.api)
        return dict(self.sent.requests[-1].headers)

    def scans(self, number: str = NUMBER) -> list[ParcelScanned]:
        [document] = follow([number], REFERENCE, self.api).documents
        assert document.order_id == number
        reading = Reading(received_at=self.clock())
        [report] = normalize(parse(document.body)[0], topic=document.topic, reading=reading)
        return [fact for fact in report.facts if isinstance(fact, ParcelScanned)]


@pytest.fixture
def account() -> Account:
    made = Account()
    made.track()
    return made


def test_a_parcel_is_asked_for_by_its_number(account: Account) -> None:
    account.simulator.act(NUMBER, "in_transit", silently=True)
    [scan] = account.scans()
    assert (scan.status, scan.tracking_number, scan.carrier) == (ScanStatus.IN_TRANSIT, NUMBER, "USPS")
    assert account.sent.requests[-1].url == f"https://api.easypost.com/v2/trackers?tracking_code={NUMBER}"


def test_what_no_event_told_is_read_with_its_history(account: Account) -> None:
    for status in ("in_transit", "delivered", "in_transit"):
        account.clock.at += timedelta(hours=1)
        account.simulator.act(NUMBER, status, silently=True)
    assert [scan.status for scan in account.scans()] == [ScanStatus.DELIVERED, ScanStatus.IN_TRANSIT]
    assert account.simulator.events == []


def test_a_parcel_that_easypost_does_not_follow_says_nothing_and_no_tracker_is_bought(
    account: Account,
) -> None:
    followed = follow(["T2"], REFERENCE, account.api)
    assert (followed.documents, followed.refused) == ((), {})
    assert {request.method for request in account.sent.requests} == {"GET"}


def tracker(number: str, status: str, created_at: str) -> dict[str, str]:
    return {"object": "Tracker", "tracking_code": number, "status": status, "created_at": created_at}


def test_a_number_that_was_used_before_is_that_of_the_newest_tracker() -> None:
    trackers = [
        tracker("T1", "delivered", "2025-01-01T00:00:00Z"),
        tracker("T1", "pre_transit", "2026-03-01T00:00:00Z"),
        tracker("T2", "delivered", "2026-03-02T00:00:00Z"),
    ]

    def transport(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(status=200, body=json.dumps({"trackers": trackers}).encode())

    api = Api(
        base_url="https://api.easypost.com",
        transport=transport,
        credentials={"api_key": KEY},
        now=lambda: NOW,
    )
    [document] = follow(["T1"], REFERENCE, api).documents
    assert b"pre_transit" in document.body
    assert b"delivered" not in document.body


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
def test_f42_f45_what_fails_says_how(account: Account, fault: Fault, error: type[Exception]) -> None:
    account.faulty.plan(fault)
    with pytest.raises(error):
        follow([NUMBER], REFERENCE, account.api)


def test_f46_wrong_and_missing_credentials_are_said_as_such() -> None:
    with pytest.raises(AuthError):
        follow([NUMBER], REFERENCE, Account("wrong").api)
    unconnected = Account()
    unconnected.api.credentials = {}
    with pytest.raises(MissingCredentialError):
        follow([NUMBER], REFERENCE, unconnected.api)
