"""eBay's notifications, looked after: destination and subscriptions, against the simulated one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.channels.ebay import CONSENT, Ebay
from local.channels.ebay_notifications import MANAGED, SCOPES, TOPICS, nobody
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import subscriptions_of
from shared.channels.ebay.subscriptions import ensure, renewed_secret
from shared.wire.api import Api, MissingCredentialError
from shared.wire.ecdsa_p256 import key_pair, write_public_key
from shared.wire.http import (
    ApiError,
    AuthError,
    HttpAnswer,
    HttpRequest,
    RateLimitedError,
    RefusedError,
    UnreadableAnswerError,
)
from shared.wire.polls import SubscriptionsModule
from tests.support.address import hub_at

ADDRESS = "https://hub.example.com/webhooks/ebay/my-ebay"
TOKEN = "a-verification-token-of-forty-characters"
SECRET = json.dumps({"verification_token": TOKEN, "public_keys": {}})
EVERYTHING = ("destination", "MARKETPLACE_ACCOUNT_DELETION", "ORDER_CONFIRMATION", "ITEM_MARKED_SHIPPED")


@pytest.fixture
def ebay(clock: Clock) -> Ebay:
    ebay = Ebay(clock)
    ebay.notifications.hub = hub_at(ADDRESS, SECRET)
    ebay.notifications.alert_email = "alerts@example.com"
    return ebay


def ensured(api: Api) -> tuple[str, ...]:
    return ensure(ADDRESS, SECRET, api)


def writes(recording: Recording) -> list[str]:
    """What was asked for that changes something: tokens apart."""
    return [
        f"{request.method} {request.url.partition('/notification/v1')[2]}"
        for request in recording.requests
        if request.method != "GET" and "oauth2" not in request.url
    ]


def only(entries: dict[str, dict[str, Any]], **fields: str) -> dict[str, Any]:
    [found] = [entry for entry in entries.values() if fields.items() <= entry.items()]
    return found


def test_the_adapter_keeps_the_protocol() -> None:
    module: SubscriptionsModule = subscriptions_of("ebay")

    assert module.ensure is ensure


def test_what_is_missing_is_made_while_the_hub_answers_the_challenge(ebay: Ebay, api: Api) -> None:
    assert ensured(api) == EVERYTHING
    assert len(ebay.notifications.challenges) == 1
    [destination] = ebay.notifications.destinations.values()
    assert destination["status"] == "ENABLED"
    assert destination["deliveryConfig"] == {"endpoint": ADDRESS, "verificationToken": TOKEN}
    made = ebay.notifications.subscriptions.values()
    assert {entry["topicId"] for entry in made} == set(TOPICS)
    assert {(entry["destinationId"], entry["status"]) for entry in made} == {("destination-1", "ENABLED")}


def test_what_is_there_is_left_as_it_is(ebay: Ebay, api: Api, recording: Recording) -> None:
    ensured(api)
    recording.requests.clear()

    assert ensured(api) == ()
    assert writes(recording) == []
    assert len(ebay.notifications.challenges) == 1


def test_each_topic_is_subscribed_to_by_the_one_to_whom_it_belongs(ebay: Ebay, api: Api) -> None:
    ensured(api)
    told = ebay.notifications
    assert {told.subscriptions[name]["topicId"]: owner for name, owner in told.owners.items()} == {
        topic: owner for topic, (owner, _) in TOPICS.items()
    }


def test_the_connections_text_alone_is_the_token_too(ebay: Ebay, api: Api) -> None:
    ebay.notifications.hub = hub_at(ADDRESS, TOKEN)
    assert ensure(ADDRESS, TOKEN, api) == EVERYTHING


@pytest.mark.parametrize("status", ["DISABLED", "MARKED_DOWN"])
def test_f20_a_destination_that_is_off_is_switched_on_and_challenged_again(
    status: str, ebay: Ebay, api: Api, recording: Recording
) -> None:
    ensured(api)
    ebay.notifications.destinations["destination-1"]["status"] = status
    recording.requests.clear()

    assert ensured(api) == ("destination",)
    assert writes(recording) == ["PUT /destination/destination-1"]
    assert ebay.notifications.destinations["destination-1"]["status"] == "ENABLED"
    assert len(ebay.notifications.challenges) == 2


@pytest.mark.parametrize("topic", TOPICS)
def test_f20_a_subscription_that_is_off_or_gone_is_back(topic: str, ebay: Ebay, api: Api) -> None:
    ensured(api)
    told = ebay.notifications
    entry = only(told.subscriptions, topicId=topic)
    entry["status"] = "DISABLED"
    assert ensured(api) == (topic,)
    assert only(told.subscriptions, topicId=topic)["status"] == "ENABLED"
    del told.subscriptions[entry["subscriptionId"]]
    assert ensured(api) == (topic,)


def test_what_is_not_subscribed_to_is_not_told(ebay: Ebay, api: Api) -> None:
    ebay.place("1")
    assert ebay.events == []
    ensured(api)
    ebay.place("2")
    assert {event.topic for event in ebay.events} == {"ORDER_CONFIRMATION"}


def test_what_belongs_to_others_is_left_alone(ebay: Ebay, api: Api) -> None:
    theirs = {
        "destinationId": "theirs",
        "status": "DISABLED",
        "deliveryConfig": {"endpoint": "https://other"},
    }
    notice = {"subscriptionId": "9", "topicId": "MARKETPLACE_ACCOUNT_DELETION", "destinationId": "theirs"}
    told = ebay.notifications
    told.destinations["theirs"] = dict(theirs)
    told.subscriptions["9"], told.owners["9"] = {**notice, "status": "DISABLED"}, "APPLICATION"

    # An application has one subscription to a topic of its own.
    assert ensured(api) == ("destination", "ORDER_CONFIRMATION", "ITEM_MARKED_SHIPPED")
    assert told.destinations["theirs"] == theirs
    assert told.subscriptions["9"] == {**notice, "status": "DISABLED"}


def test_a_sellers_topic_that_goes_elsewhere_is_left_there_and_said(ebay: Ebay, api: Api) -> None:
    ensured(api)
    told = ebay.notifications
    told.destinations["theirs"] = {**told.destinations["destination-1"], "destinationId": "theirs"}
    only(told.subscriptions, topicId="ORDER_CONFIRMATION")["destinationId"] = "theirs"

    with pytest.raises(RefusedError, match=r"^subscribed_elsewhere$"):
        ensured(api)
    assert only(told.subscriptions, topicId="ORDER_CONFIRMATION")["destinationId"] == "theirs"


def test_lists_are_read_to_their_end(ebay: Ebay, api: Api) -> None:
    ensured(api)
    told = ebay.notifications
    ours = told.destinations.pop("destination-1")
    for number in range(150):
        told.destinations[f"d{number}"] = {
            "destinationId": f"d{number}",
            "status": "ENABLED",
            "deliveryConfig": {"endpoint": f"https://other.example.com/{number}"},
        }
    told.destinations["destination-1"] = ours
    assert ensured(api) == ()


def test_f21_lists_that_never_end_are_given_up(ebay: Ebay, api: Api) -> None:
    def endless(request: HttpRequest) -> HttpAnswer:
        if "/destination" not in request.url:
            return ebay(request)
        document = {"total": 9, "destinations": [], "next": f"{request.url}&continuation_token=1"}
        return HttpAnswer(status=200, body=json.dumps(document).encode())

    api.transport = endless
    with pytest.raises(UnreadableAnswerError, match="page_loop"):
        ensured(api)


# --- what keeps notifications away


def test_an_address_for_alerts_is_given_once_and_never_changed(
    ebay: Ebay, api: Api, recording: Recording
) -> None:
    ebay.notifications.alert_email = ""
    api = replace(api, options={"alert_email": "shop@example.com"})
    assert ensured(api) == EVERYTHING
    assert ebay.notifications.alert_email == "shop@example.com"
    ebay.notifications.destinations.clear()
    ebay.notifications.subscriptions.clear()
    ebay.notifications.alert_email = "somebody@example.com"
    ensured(api)
    assert ebay.notifications.alert_email == "somebody@example.com"
    assert writes(recording).count("PUT /config") == 1


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.ERROR_IN_OK, Fault.RATE_LIMIT, Fault.SERVER_ERROR])
def test_an_address_that_cannot_be_read_is_not_overwritten(
    fault: Fault, ebay: Ebay, api: Api, faulty: Faulty
) -> None:
    faulty.plan(fault, path="/config")
    with pytest.raises(ApiError):
        ensured(replace(api, options={"alert_email": "shop@example.com"}))
    assert ebay.notifications.alert_email == "alerts@example.com"


def test_without_an_address_for_alerts_nothing_is_made_and_it_is_said(ebay: Ebay, api: Api) -> None:
    ebay.notifications.alert_email = ""
    with pytest.raises(RefusedError, match=r"^missing_option:alert_email$"):
        ensured(api)
    assert ebay.notifications.destinations == {}


def test_an_address_for_alerts_that_ebay_does_not_take_is_said(ebay: Ebay, api: Api) -> None:
    ebay.notifications.alert_email = ""
    with pytest.raises(RefusedError, match=r"^invalid_option:alert_email$"):
        ensured(replace(api, options={"alert_email": "nobody"}))


@pytest.mark.parametrize(
    "hub",
    [nobody, hub_at(ADDRESS, "another-verification-token-of-40-letters"), hub_at(f"{ADDRESS}2", SECRET)],
)
def test_an_address_that_does_not_prove_itself_gets_no_destination(
    hub: Callable[[HttpRequest], HttpAnswer], ebay: Ebay, api: Api
) -> None:
    ebay.notifications.hub = hub
    with pytest.raises(RefusedError, match=r"^challenge_failed$"):
        ensured(api)
    assert ebay.notifications.destinations == {}


@pytest.mark.parametrize("secret", ["too short", '{"public_keys": {}}'])
def test_a_token_that_ebay_does_not_take_is_said(secret: str, ebay: Ebay, api: Api) -> None:
    with pytest.raises(RefusedError, match=r"^verification_token_refused$"):
        ensure(ADDRESS, secret, api)
    assert ebay.notifications.challenges == []


def test_a_consent_that_does_not_cover_subscriptions_is_said_and_stops_the_sellers_alone(
    ebay: Ebay, api: Api
) -> None:
    ebay.consent = tuple(scope for scope in CONSENT if scope != MANAGED)
    with pytest.raises(AuthError, match=r"^http_403$"):
        ensured(api)
    assert [entry["topicId"] for entry in ebay.notifications.subscriptions.values()] == [
        "MARKETPLACE_ACCOUNT_DELETION"
    ]


def test_a_consent_without_the_orders_is_said(ebay: Ebay, api: Api) -> None:
    ebay.consent = (MANAGED,)
    with pytest.raises(AuthError, match=r"^topic_not_authorized$"):
        ensured(api)


def test_what_was_shipped_is_subscribed_to_where_ebay_authorizes_it(ebay: Ebay, api: Api) -> None:
    ebay.consent = (MANAGED, f"{SCOPES}/sell.fulfillment")
    assert ensured(api) == EVERYTHING[:-1]
    assert ensured(api) == ()


def test_a_topic_that_is_not_offered_is_left_out(
    ebay: Ebay, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(TOPICS, "ORDER_CONFIRMATION")
    assert ensured(api) == ("destination", "MARKETPLACE_ACCOUNT_DELETION", "ITEM_MARKED_SHIPPED")
    assert len(ebay.notifications.subscriptions) == 2


def test_a_topic_whose_payloads_are_given_up_is_said(ebay: Ebay, api: Api) -> None:
    def aged(request: HttpRequest) -> HttpAnswer:
        told = ebay(request)
        return replace(told, body=told.body.replace(b"false", b"true")) if "/topic/" in request.url else told

    api.transport = aged
    with pytest.raises(UnreadableAnswerError, match="no_payload"):
        ensured(api)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, ApiError),
        (Fault.SERVER_ERROR, ApiError),
        (Fault.TIMEOUT_BEFORE, ApiError),
        (Fault.TIMEOUT_AFTER, ApiError),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/destination"),
        ("POST", "/destination"),
        ("GET", "/topic/"),
        ("GET", "/subscription"),
        ("POST", "/subscription"),
    ],
)
def test_f42_f45_what_meets_a_fault_is_said_and_made_the_next_day(
    fault: Fault, error: type[ApiError], method: str, path: str, ebay: Ebay, api: Api, faulty: Faulty
) -> None:
    faulty.plan(fault, method=method, path=path)
    with pytest.raises(error):
        ensured(api)
    ensured(api)
    assert ensured(api) == ()
    assert len(ebay.notifications.destinations) == 1
    assert {entry["topicId"] for entry in ebay.notifications.subscriptions.values()} == set(TOPICS)


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.ERROR_IN_OK, Fault.RATE_LIMIT])
@pytest.mark.parametrize("path", ["/config", "/destination/", "/enable"])
def test_f45_what_was_not_switched_on_is_not_said_to_be(
    fault: Fault, path: str, ebay: Ebay, api: Api, faulty: Faulty
) -> None:
    api = replace(api, options={"alert_email": "shop@example.com"})
    if path == "/config":
        ebay.notifications.alert_email = ""
        faulty.plan(fault, method="PUT", path=path)
    else:
        ensured(api)
        ebay.notifications.destinations["destination-1"]["status"] = "MARKED_DOWN"
        only(ebay.notifications.subscriptions, topicId="ORDER_CONFIRMATION")["status"] = "DISABLED"
        faulty.plan(fault, path=path)
    with pytest.raises(ApiError):
        ensured(api)
    ensured(api)
    assert ensured(api) == ()


def test_f46_wrong_and_missing_credentials_are_said_as_such(api: Api) -> None:
    with pytest.raises(AuthError):
        ensured(replace(api, credentials=dict.fromkeys(api.credentials, "wrong"), _tokens={}))
    with pytest.raises(MissingCredentialError):
        ensured(replace(api, credentials={}, _tokens={}))


# --- the keys that eBay signs with

KEY = "11111111-2222-3333-4444-555555555555"
PEM = write_public_key(key_pair(b"the key of this test")[1])


def test_a_key_that_is_named_is_asked_for_and_joins_the_secret(ebay: Ebay, api: Api) -> None:
    ebay.notifications.public_keys[KEY] = PEM
    assert json.loads(renewed_secret(SECRET, api, KEY)) == {
        "verification_token": TOKEN,
        "public_keys": {KEY: PEM},
    }
    assert json.loads(renewed_secret(TOKEN, api, KEY))["verification_token"] == TOKEN


def test_a_key_that_ebay_does_not_have_is_none(api: Api) -> None:
    assert renewed_secret(SECRET, api, KEY) == ""


def test_without_a_name_or_a_secret_nothing_is_asked_for(api: Api, recording: Recording) -> None:
    assert renewed_secret(SECRET, api, "") == ""
    assert renewed_secret("", api, KEY) == ""
    assert recording.requests == []


def test_a_key_that_cannot_be_read_is_said(ebay: Ebay, api: Api) -> None:
    ebay.notifications.public_keys[KEY] = "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----"
    with pytest.raises(UnreadableAnswerError, match="no_public_key"):
        renewed_secret(SECRET, api, KEY)
