"""Subscriptions to UPS's events and what is read beside them, answer by answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.adapters import capabilities_of
from shared.carriers.ups.follow import follow
from shared.wire.api import Api
from shared.wire.http import (
    AuthError,
    HttpAnswer,
    HttpRequest,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

NUMBER = "1Z999AA10123456784"
REFERENCE = "0123456789abcdef0123456789abcdef"


@dataclass
class Ups:
    """Gives a token, then what it was told to answer; of parcels it knows nothing unless it was told."""

    answers: list[tuple[int, Any]]
    parcels: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[HttpRequest] = field(default_factory=list)
    read: list[HttpRequest] = field(default_factory=list)

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        if request.url.endswith("/security/v1/oauth/token"):
            return HttpAnswer(status=200, body=b'{"access_token": "t", "expires_in": "14399"}')
        if request.method == "GET":
            self.read.append(request)
            status, document = self.parcels.pop(0) if self.parcels else (404, errors("TW0001"))
        else:
            self.asked.append(request)
            status, document = self.answers.pop(0)
        return HttpAnswer(status=status, body=json.dumps(document).encode())

    def api(self) -> Api:
        return Api(
            base_url="https://onlinetools.ups.com",
            transport=self,
            credentials={"client_id": "id", "client_secret": "secret"},
            now=lambda: datetime(2026, 3, 6, tzinfo=UTC),
        )


def errors(code: str) -> dict[str, Any]:
    return {"response": {"errors": [{"code": code, "message": "text"}]}}


def test_a_number_is_subscribed_to_with_the_documented_request() -> None:
    ups = Ups([(200, {"validTrackingNumbers": [NUMBER]})])
    assert follow([NUMBER], REFERENCE, ups.api()).refused == {}
    [request] = ups.asked
    assert request.url == "https://onlinetools.ups.com/api/track/v2/subscription/standard/package"
    assert (request.headers["transId"], request.headers["transactionSrc"]) == (REFERENCE, "orderhub")
    assert request.headers["Authorization"] == "Bearer t"
    assert json.loads(request.body) == {
        "locale": "en_US",
        "countryCode": "US",
        "trackingNumberList": [NUMBER],
        "eventPreferences": ["D", "I", "M", "X", "U"],
    }


def test_success_is_partial_and_says_whose() -> None:
    ups = Ups([(200, {"validTrackingNumbers": [NUMBER], "invalidTrackingNumbers": ["1Z$"]})])
    assert follow([NUMBER, "1Z$"], REFERENCE, ups.api()).refused == {"1Z$": "invalid_tracking_number"}


@pytest.mark.parametrize("code", ["VSS210", "VSS215"])
def test_a_request_of_which_no_number_is_taken_is_that_numbers_refusal(code: str) -> None:
    ups = Ups([(400, errors(code))])
    assert follow(["1Z$"], REFERENCE, ups.api()).refused == {"1Z$": code}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, errors("VSS300")), RefusedError),
        ((403, {}), AuthError),
        ((500, errors("VSS100")), UnavailableError),
        ((200, {}), UnreadableAnswerError),
        ((200, {"validTrackingNumbers": "all"}), UnreadableAnswerError),
        ((200, [NUMBER]), UnreadableAnswerError),
    ],
)
def test_f42_f45_what_fails_says_how(answer: tuple[int, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        follow([NUMBER], REFERENCE, Ups([answer]).api())


def test_f46_a_token_that_has_ended_is_renewed_once() -> None:
    ups = Ups([(401, {}), (200, {"validTrackingNumbers": [NUMBER]})])
    assert follow([NUMBER], REFERENCE, ups.api()).refused == {}
    with pytest.raises(AuthError):
        follow([NUMBER], REFERENCE, Ups([(401, {}), (401, {})]).api())


VALID = (200, {"validTrackingNumbers": [NUMBER]})


def test_what_is_subscribed_to_is_read_as_well_and_the_answer_passed_on() -> None:
    shown: dict[str, Any] = {"trackResponse": {"shipment": []}}
    ups = Ups([VALID], [(200, shown)])
    [document] = follow([NUMBER], REFERENCE, ups.api()).documents
    assert (json.loads(document.body), document.order_id) == (shown, NUMBER)
    [request] = ups.read
    assert request.url == f"https://onlinetools.ups.com/api/track/v1/details/{NUMBER}?locale=en_US"
    assert (request.headers["transId"], request.headers["transactionSrc"]) == (REFERENCE, "orderhub")
    assert request.headers["Authorization"] == "Bearer t"


def test_a_parcel_that_ups_does_not_know_yet_says_nothing_and_is_not_refused() -> None:
    followed = follow([NUMBER], REFERENCE, Ups([VALID]).api())
    assert (followed.documents, followed.refused) == ((), {})


def test_a_number_that_ups_does_not_take_is_not_read() -> None:
    ups = Ups([(200, {"validTrackingNumbers": [], "invalidTrackingNumbers": ["1Z$"]})])
    follow(["1Z$"], REFERENCE, ups.api())
    assert ups.read == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((403, {}), AuthError),
        ((400, errors("TV1002")), RefusedError),
        ((429, {}), RateLimitedError),
        ((503, {}), UnavailableError),
    ],
)
def test_f42_f46_a_reading_that_fails_says_how(answer: tuple[int, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        follow([NUMBER], REFERENCE, Ups([VALID], [answer]).api())


def test_a_subscription_is_made_at_once_and_renewed_within_its_fourteen_days() -> None:
    declared = capabilities_of("ups")
    assert declared.follows_at_once
    assert declared.follow_every is not None
    assert declared.follow_every < timedelta(days=14)
