"""What Amazon is told, against the simulated one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.channels.amazon import Amazon
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import calls_of, capabilities_of
from shared.channels.amazon.calls import look, perform
from shared.orders.effects import CALLS
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Parcel, Piece, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    NoAnswerError,
    NotSentError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

ORDER = "302-0000001-0000001"
MUGS = Piece(line_id="5001", quantity=2, sku="MUG")
PEN = Piece(line_id="5002", quantity=1, sku="PEN")
PARCEL = Parcel(
    id="1",
    tracking_number="00340434161094000007",
    carrier="dhl",
    carrier_code="DHL",
    shipped_at=datetime(2026, 3, 10, 11, 30, tzinfo=UTC),
)
SHIP = Call(name="ship", order_id=ORDER, reference="a" * 32, pieces=(MUGS, PEN), parcel=PARCEL)
TRACKING = replace(
    SHIP, name="tracking", parcel=replace(PARCEL, external_ids=("1",), tracking_number="1Z999AA10123456784")
)
PICKUPS = [
    Call(name=name, order_id=ORDER, reference="b" * 32)
    for name in ("ready_for_pickup", "picked_up", "cancel_pickup")
]


@pytest.fixture(autouse=True)
def _placed(amazon: Amazon) -> None:
    amazon.place(ORDER)


def confirmations(recording: Recording) -> list[dict[str, Any]]:
    sent = [r for r in recording.requests if r.url.endswith("/shipmentConfirmation")]
    return [json.loads(request.body) for request in sent]


def tokens(recording: Recording) -> int:
    return sum(request.url == "https://api.amazon.com/auth/o2/token" for request in recording.requests)


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("amazon")

    assert module.REPEATABLE <= capabilities_of("amazon").calls <= CALLS


def test_a_package_is_confirmed_when_the_order_shows_it(
    amazon: Amazon, api: Api, recording: Recording, clock: Clock
) -> None:
    amazon.delay = timedelta(minutes=1)

    assert perform(SHIP, api) == Answered(told=Told.PENDING, ticket="1")
    assert look(SHIP, "1", api).told is Told.UNSEEN
    clock.at += timedelta(minutes=1)
    assert look(SHIP, "1", api) == Answered(told=Told.CONFIRMED, external_id="1")

    assert confirmations(recording) == [
        {
            "marketplaceId": "A1PA6795UKMFR9",
            "packageDetail": {
                "packageReferenceId": "1",
                "carrierCode": "DHL",
                "trackingNumber": "00340434161094000007",
                "shipDate": "2026-03-10T11:30:00Z",
                "orderItems": [
                    {"orderItemId": "5001", "quantity": 2},
                    {"orderItemId": "5002", "quantity": 1},
                ],
            },
        }
    ]


def test_two_packages_are_told_apart_by_their_numbers(amazon: Amazon, api: Api) -> None:
    perform(replace(SHIP, pieces=(MUGS,)), api)
    second = replace(
        SHIP, pieces=(PEN,), parcel=replace(PARCEL, id="2", tracking_number="00340434161094000014")
    )
    perform(second, api)

    assert [p["packageReferenceId"] for p in amazon.orders[ORDER]["packages"]] == ["1", "2"]
    assert amazon.orders[ORDER]["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert look(second, "", api) == Answered(told=Told.CONFIRMED, external_id="2")


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE])
def test_f43_a_shipment_without_an_answer_is_asked_for_and_there_is_one(
    amazon: Amazon, line: Faulty, api: Api, fault: Fault
) -> None:
    line.plan(fault, path="/shipmentConfirmation")

    with pytest.raises(NoAnswerError):
        perform(SHIP, api)
    found = look(SHIP, "", api)
    if fault is Fault.TIMEOUT_BEFORE:
        assert found.told is Told.UNSEEN
        perform(SHIP, api)
        found = look(SHIP, "", api)

    assert found == Answered(told=Told.CONFIRMED, external_id="1")
    assert len(amazon.orders[ORDER]["packages"]) == 1


def test_f43_a_shipment_told_twice_is_one(amazon: Amazon, line: Faulty, api: Api) -> None:
    line.plan(Fault.SERVER_ERROR_AFTER, path="/shipmentConfirmation")

    with pytest.raises(UnavailableError):
        perform(SHIP, api)
    perform(SHIP, api)

    assert len(amazon.orders[ORDER]["packages"]) == 1


def test_new_tracking_edits_the_same_package(amazon: Amazon, api: Api) -> None:
    perform(SHIP, api)

    assert look(TRACKING, "", api).told is Told.UNSEEN
    assert perform(TRACKING, api) == Answered(told=Told.PENDING, ticket="1")
    assert look(TRACKING, "1", api) == Answered(told=Told.CONFIRMED, external_id="1")

    [package] = amazon.orders[ORDER]["packages"]
    assert package["trackingNumber"] == "1Z999AA10123456784"


@pytest.mark.parametrize(
    ("known", "told"), [(("4711",), "4711"), (("shipped",), "1"), (("item-5001",), "1"), ((), "1")]
)
def test_a_package_keeps_the_name_that_amazon_gave_it(
    api: Api, recording: Recording, known: tuple[str, ...], told: str
) -> None:
    perform(replace(TRACKING, parcel=replace(PARCEL, external_ids=known)), api)

    assert confirmations(recording)[0]["packageDetail"]["packageReferenceId"] == told


def test_a_carrier_without_a_code_goes_by_its_name(amazon: Amazon, api: Api) -> None:
    perform(replace(SHIP, parcel=replace(PARCEL, carrier="evri", carrier_code="")), api)

    assert amazon.orders[ORDER]["packages"][0]["carrier"] == "evri"


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"tracking_number": ""}, "tracking_number_needed"),
        ({"carrier": "", "carrier_code": ""}, "carrier_needed"),
    ],
)
def test_what_amazon_would_refuse_is_not_sent(
    api: Api, recording: Recording, missing: dict[str, str], reason: str
) -> None:
    answered = perform(replace(SHIP, parcel=replace(PARCEL, **missing)), api)  # type: ignore[arg-type]

    assert answered == Answered(told=Told.REFUSED, reason=reason)
    assert recording.requests == []


def test_f44_more_pieces_than_were_ordered_are_refused_for_good(api: Api) -> None:
    with pytest.raises(RefusedError, match="InvalidInput"):
        perform(replace(SHIP, pieces=(replace(MUGS, quantity=3),)), api)


def test_f44_an_order_canceled_meanwhile_is_not_shipped(amazon: Amazon, api: Api) -> None:
    amazon.act(ORDER, "cancel")

    with pytest.raises(RefusedError, match="InvalidInput"):
        perform(SHIP, api)
    assert look(SHIP, "1", api) == Answered(told=Told.REFUSED, reason="order_canceled")


def test_an_order_that_amazon_does_not_know_is_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="order_unknown"):
        look(replace(SHIP, order_id="302-9"), "1", api)
    with pytest.raises(RefusedError, match="NotFound"):
        perform(replace(SHIP, order_id="302-9"), api)


def test_a_connection_for_several_marketplaces_asks_the_order_for_its_own(
    api: Api, recording: Recording
) -> None:
    api.options = {"marketplace_ids": "A13V1IB3VIYZZH, A1PA6795UKMFR9"}

    perform(SHIP, api)

    assert confirmations(recording)[0]["marketplaceId"] == "A1PA6795UKMFR9"


@pytest.mark.parametrize("pickup", PICKUPS, ids=lambda call: call.name)
def test_a_pickup_is_reported_and_its_success_confirms_it(amazon: Amazon, api: Api, pickup: Call) -> None:
    amazon.place(ORDER, programs=["IN_STORE_PICK_UP"])

    assert perform(pickup, api) == Answered(told=Told.CONFIRMED)

    told = {"ready_for_pickup": "ReadyForPickup", "picked_up": "PickedUp", "cancel_pickup": "RefusedPickup"}
    assert amazon.pickups == {ORDER: told[pickup.name]}


def test_f43_a_pickup_without_an_answer_cannot_be_asked_for_and_is_repeated(
    amazon: Amazon, line: Faulty, api: Api
) -> None:
    amazon.place(ORDER, programs=["IN_STORE_PICK_UP"])
    line.plan(Fault.TIMEOUT_AFTER, path="/shipment")

    with pytest.raises(NoAnswerError):
        perform(PICKUPS[0], api)

    assert look(PICKUPS[0], "", api).told is Told.UNKNOWABLE
    assert PICKUPS[0].name in calls_of("amazon").REPEATABLE
    assert perform(PICKUPS[0], api).told is Told.CONFIRMED


def test_f44_a_pickup_of_an_order_that_is_shipped_is_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="InvalidInput"):
        perform(PICKUPS[0], api)


def test_a_call_that_is_not_declared_is_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="not_expressible"):
        perform(replace(SHIP, name="cancel"), api)


@pytest.mark.parametrize("made", [SHIP, TRACKING, PICKUPS[0]], ids=lambda made: made.name)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, RefusedError),
    ],
)
def test_f42_f45_what_goes_wrong_is_told_by_its_kind(
    line: Faulty, api: Api, made: Call, fault: Fault, error: type[ApiError]
) -> None:
    line.plan(fault, path="/shipment")

    with pytest.raises(error):
        perform(made, api)


def test_f42_requests_beyond_the_burst_are_turned_away(amazon: Amazon, api: Api, clock: Clock) -> None:
    for _ in range(10):
        perform(SHIP, api)

    with pytest.raises(RateLimitedError):
        perform(SHIP, api)
    clock.at += timedelta(seconds=1)
    assert perform(SHIP, api).told is Told.PENDING


def test_f42_how_long_to_wait_is_passed_on(line: Faulty, api: Api) -> None:
    line.plan(Fault.RATE_LIMIT, path="/shipment")

    with pytest.raises(RateLimitedError) as raised:
        perform(SHIP, api)

    assert raised.value.again_after == timedelta(seconds=30)


def test_f46_a_token_that_ended_is_renewed_once(amazon: Amazon, api: Api, recording: Recording) -> None:
    perform(SHIP, api)
    amazon.end_tokens()

    assert look(SHIP, "1", api).told is Told.CONFIRMED
    assert tokens(recording) == 2


def test_f46_a_token_is_kept_until_it_ends(api: Api, recording: Recording, clock: Clock) -> None:
    perform(SHIP, api)
    look(SHIP, "1", api)
    assert tokens(recording) == 1

    clock.at += timedelta(hours=1)
    look(SHIP, "1", api)
    assert tokens(recording) == 2


def test_f46_a_role_that_is_missing_is_told_after_one_renewal(
    line: Faulty, api: Api, recording: Recording
) -> None:
    line.plan(Fault.FORBIDDEN, path="/shipment", times=2)

    with pytest.raises(AuthError):
        perform(SHIP, api)
    assert tokens(recording) == 2


def test_f46_a_grant_that_was_withdrawn_asks_for_new_credentials(amazon: Amazon, api: Api) -> None:
    amazon.refresh_token = "Atzr|another"

    with pytest.raises(AuthError, match="invalid_grant"):
        perform(SHIP, api)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR, Fault.HTML])
def test_without_a_token_nothing_was_sent(line: Faulty, api: Api, fault: Fault) -> None:
    line.plan(fault, path="/auth/o2/token")

    with pytest.raises(NotSentError) as raised:
        perform(SHIP, api)
    assert raised.value.is_certain


def test_a_connection_without_credentials_says_which_one_is_missing(api: Api) -> None:
    api.credentials = {"client_id": "amzn1.example"}

    with pytest.raises(MissingCredentialError) as raised:
        perform(SHIP, api)
    assert raised.value.name == "refresh_token"


@pytest.mark.parametrize("text", ["[]", "{}", '{"order": []}', "null"])
def test_f45_an_order_in_another_shape_is_no_answer(respond: Callable[[str], Api], text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        look(SHIP, "1", respond(text))
