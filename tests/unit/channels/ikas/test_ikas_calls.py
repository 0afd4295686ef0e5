"""What ikas is told, against the simulated shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.ikas import Ikas
from local.channels.simulator import Clock, Recording
from shared.adapters import calls_of, capabilities_of
from shared.channels.ikas import calls
from shared.channels.ikas.calls import look, perform
from shared.orders.effects import CALLS
from shared.orders.facts import Restock
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Money, Parcel, Piece, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

MUGS = Piece(line_id="5001", quantity=2, sku="MUG")
MUG = replace(MUGS, quantity=1)
PEN = Piece(line_id="5002", quantity=1, sku="PEN")
PARCEL = Parcel(
    id="1",
    tracking_number="1234567890123",
    carrier="yurtici",
    tracking_url="https://tracking.example.com/1234567890123",
)


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id="order-1", reference=f"{name:0<32}", pieces=(MUGS, PEN), parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


def refund(amount: str, *pieces: Piece) -> Call:
    money = Money(id="r1", amount=Decimal(amount), currency="TRY")
    return call("refund", pieces=pieces, parcel=None, money=money, reason="customer")


SHIP = call("ship")
LINES = call("cancel_lines", pieces=(MUG,), parcel=None)


@pytest.fixture(autouse=True)
def _placed(shop: Ikas) -> None:
    shop.place("order-1")


def packages(shop: Ikas) -> list[tuple[str, list[str]]]:
    return [
        (package["orderPackageFulfillStatus"], package["orderLineItemIds"])
        for package in shop.orders["order-1"]["orderPackages"]
    ]


def lines(shop: Ikas) -> list[tuple[str, int, str]]:
    found = shop.orders["order-1"]["orderLineItems"]
    return [(item["variant"]["sku"], item["quantity"], item["status"]) for item in found]


def inputs(recording: Recording, mutation: str) -> list[dict[str, Any]]:
    sent = [
        json.loads(r.body) for r in recording.requests if b"query" in r.body and r.url.endswith("graphql")
    ]
    return [entry["variables"]["input"] for entry in sent if f"{mutation}(input" in entry["query"]]


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("ikas")

    assert module.REPEATABLE < capabilities_of("ikas").calls <= CALLS
    assert set(calls._CALLS) == capabilities_of("ikas").calls


def test_a_package_is_opened_with_its_lines_and_its_tracking(
    shop: Ikas, api: Api, recording: Recording
) -> None:
    answered = perform(SHIP, api)

    [package] = shop.orders["order-1"]["orderPackages"]
    assert answered == Answered(told=Told.CONFIRMED, external_id=package["id"])
    assert packages(shop) == [("FULFILLED", ["5001", "5002"])]
    assert package["sourceId"] == "orderhub:1"
    assert package["trackingInfo"] == {
        "trackingNumber": "1234567890123",
        "trackingLink": "https://tracking.example.com/1234567890123",
        "cargoCompany": "yurtici",
    }
    [sent] = inputs(recording, "fulfillOrder")
    assert sent["sendNotificationToCustomer"] is False
    assert sent["trackingInfoDetail"]["isSendNotification"] is False
    assert look(SHIP, "", api) == answered


def test_part_of_a_line_is_sent_and_the_rest_later(shop: Ikas, api: Api) -> None:
    first = perform(call("ship", pieces=(MUG,)), api)
    second = perform(call("ship", pieces=(MUG, PEN), parcel=replace(PARCEL, id="2")), api)

    assert first.told is second.told is Told.CONFIRMED
    assert lines(shop) == [("MUG", 1, "FULFILLED"), ("PEN", 1, "FULFILLED"), ("MUG", 1, "FULFILLED")]
    assert [status for status, _ in packages(shop)] == ["FULFILLED", "FULFILLED"]


def test_a_ready_package_is_the_one_that_is_sent(shop: Ikas, api: Api) -> None:
    untracked = replace(PARCEL, tracking_number="")
    ready = perform(call("ready", parcel=untracked), api)
    assert packages(shop) == [("READY_FOR_SHIPMENT", ["5001", "5002"])]

    assert look(SHIP, "", api).told is Told.UNSEEN
    assert perform(SHIP, api) == ready

    assert packages(shop) == [("FULFILLED", ["5001", "5002"])]
    assert look(SHIP, "", api) == look(call("ready", parcel=untracked), "", api) == ready


def test_what_lies_ready_is_not_packed_twice(api: Api) -> None:
    perform(call("ready"), api)

    with pytest.raises(RefusedError, match="not_enough_pieces"):
        perform(call("ship", pieces=(PEN,), parcel=replace(PARCEL, id="2")), api)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.SERVER_ERROR_AFTER])
def test_f43_a_shipment_without_an_answer_is_asked_for_and_made_once(
    shop: Ikas, api: Api, recording: Recording, fault: Fault
) -> None:
    recording.inner = _meeting(fault, "fulfillOrder", shop)

    with pytest.raises((NoAnswerError, UnavailableError)):
        perform(SHIP, api)
    found = look(SHIP, "", api)
    if found.told is Told.UNSEEN:
        assert fault is Fault.TIMEOUT_BEFORE
        found = perform(SHIP, api)

    assert found.told is Told.CONFIRMED
    assert len(shop.orders["order-1"]["orderPackages"]) == 1
    assert perform(SHIP, api) == found
    assert len(shop.orders["order-1"]["orderPackages"]) == 1


def _meeting(fault: Fault, mutation: str, shop: Ikas) -> Callable[[Any], Any]:
    """Return a way to the shop on which the first such mutation meets a fault."""
    faulty = Faulty(shop)
    planned: list[Fault] = []

    def send(request: Any) -> Any:
        if f"{mutation}(input".encode() in request.body and not planned:
            planned.append(fault)
            faulty.plan(fault)
        return faulty(request)

    return send


def test_new_tracking_changes_the_package_and_nothing_else(shop: Ikas, api: Api) -> None:
    made = perform(SHIP, api)
    new = replace(PARCEL, external_ids=(made.external_id,), tracking_number="9999999999999")

    assert look(call("tracking", parcel=new), "", api).told is Told.UNSEEN
    assert perform(call("tracking", parcel=new), api) == made
    assert look(call("tracking", parcel=new), "", api) == made

    assert packages(shop) == [("FULFILLED", ["5001", "5002"])]
    assert shop.orders["order-1"]["orderPackages"][0]["trackingInfo"]["trackingNumber"] == "9999999999999"


def test_a_package_moves_on_and_never_back(shop: Ikas, api: Api, recording: Recording) -> None:
    perform(SHIP, api)

    for name, status in (("at_pickup_point", "READY_FOR_PICK_UP"), ("delivered", "DELIVERED")):
        assert look(call(name), "", api).told is Told.UNSEEN
        assert perform(call(name), api).told is Told.CONFIRMED
        assert packages(shop)[0][0] == status

    before = len(inputs(recording, "updateOrderPackageStatus"))
    assert perform(call("at_pickup_point"), api).told is Told.CONFIRMED
    assert perform(SHIP, api).told is Told.CONFIRMED
    assert packages(shop)[0][0] == "DELIVERED"
    assert len(inputs(recording, "updateOrderPackageStatus")) == before


@pytest.mark.parametrize("name", ["tracking", "delivered", "at_pickup_point"])
def test_f44_a_package_that_the_shop_does_not_know_is_refused(api: Api, name: str) -> None:
    assert perform(call(name), api) == Answered(told=Told.REFUSED, reason="package_unknown")


def test_a_canceled_package_opens_its_pieces_again(shop: Ikas, api: Api) -> None:
    made = perform(SHIP, api)
    cancel = call("cancel_shipment", parcel=replace(PARCEL, external_ids=(made.external_id,)))

    assert look(cancel, "", api).told is Told.UNSEEN
    assert perform(cancel, api).told is Told.CONFIRMED
    assert look(cancel, "", api).told is Told.CONFIRMED
    assert lines(shop) == [("MUG", 2, "UNFULFILLED"), ("PEN", 1, "UNFULFILLED")]

    assert perform(call("ship", parcel=replace(PARCEL, id="2")), api).told is Told.CONFIRMED
    assert [status for status, _ in packages(shop)] == ["CANCELLED", "FULFILLED"]


@pytest.mark.parametrize("status", ["CANCELLED", "REFUNDED"])
@pytest.mark.parametrize("name", ["ship", "ready", "cancel_lines", "refund"])
def test_f44_an_order_that_is_over_is_left_alone(
    shop: Ikas, api: Api, recording: Recording, name: str, status: str
) -> None:
    shop.act("order-1", "status", status=status)

    made = refund("10.00", MUG) if name == "refund" else call(name)

    assert perform(made, api) == Answered(told=Told.REFUSED, reason="order_closed")
    assert len([r for r in recording.requests if b"mutation" in r.body]) == 0


def test_a_canceled_order_is_canceled_line_by_line(shop: Ikas, api: Api) -> None:
    assert look(call("cancel"), "", api).told is Told.UNSEEN
    assert perform(call("cancel"), api).told is Told.CONFIRMED

    assert shop.orders["order-1"]["status"] == "CANCELLED"
    assert perform(call("cancel"), api).told is look(call("cancel"), "", api).told is Told.CONFIRMED


def test_f44_an_order_that_has_left_cannot_be_canceled(api: Api) -> None:
    perform(SHIP, api)

    refused = Answered(told=Told.REFUSED, reason="nothing_open")
    assert perform(call("cancel"), api) == look(call("cancel"), "", api) == refused


def test_canceled_pieces_are_called_off_at_their_price(shop: Ikas, api: Api, recording: Recording) -> None:
    assert perform(LINES, api).told is Told.CONFIRMED

    assert lines(shop) == [("MUG", 1, "UNFULFILLED"), ("PEN", 1, "UNFULFILLED"), ("MUG", 1, "CANCELLED")]
    [sent] = inputs(recording, "cancelOrderLine")
    assert sent["orderLineItems"] == [
        {"orderLineItemId": "5001", "quantity": 1, "price": 10.0, "restockItems": True}
    ]


def test_f43_canceled_pieces_without_an_answer_are_told_apart_where_that_is_possible(
    shop: Ikas, api: Api, recording: Recording
) -> None:
    both = replace(LINES, pieces=(MUGS,))
    assert look(both, "", api).told is Told.UNSEEN

    recording.inner = _meeting(Fault.TIMEOUT_AFTER, "cancelOrderLine", shop)
    with pytest.raises(NoAnswerError):
        perform(both, api)

    assert look(both, "", api).told is Told.CONFIRMED


def test_f43_one_more_piece_of_the_same_kind_is_left_in_doubt_and_not_canceled_twice(
    shop: Ikas, api: Api
) -> None:
    shop.act("order-1", "lines", status="CANCELLED", quantity=1, line="5001")

    assert look(LINES, "", api).told is Told.UNKNOWABLE
    assert "cancel_lines" not in calls.REPEATABLE
    assert look(LINES, "5001=2", api) == Answered(told=Told.PENDING, ticket="5001=2")
    assert look(LINES, "5001=1", api).told is Told.CONFIRMED


def test_a_refund_by_product_gives_back_what_the_lines_cost(
    shop: Ikas, api: Api, recording: Recording, clock: Clock
) -> None:
    perform(SHIP, api)
    clock.at += timedelta(days=1)

    answered = perform(refund("15.00", replace(MUG, restock=Restock.RETURN), PEN), api)

    stamp = int(clock.at.timestamp() * 1000)
    assert answered == Answered(told=Told.CONFIRMED, external_id=f"refund-{stamp}")
    [sent] = inputs(recording, "refundOrderLine")
    assert sent["orderRefundLines"] == [
        {"orderLineItemId": "5001", "quantity": 1, "price": 10.0, "restockItems": True},
        {"orderLineItemId": "5002", "quantity": 1, "price": 5.0, "restockItems": False},
    ]
    assert (sent["stockLocationId"], sent["reason"], sent["refundShipping"]) == (
        "location-1",
        "customer",
        False,
    )
    assert ("PEN", 1, "REFUNDED") in lines(shop)


def test_a_refund_is_given_for_the_reason_that_the_connection_names(
    api: Api, recording: Recording, clock: Clock
) -> None:
    perform(SHIP, api)
    clock.at += timedelta(days=1)

    perform(replace(refund("10.00", MUG), reason_code="Goodwill"), api)

    assert inputs(recording, "refundOrderLine")[0]["reason"] == "Goodwill"


def test_pieces_that_never_left_are_refunded_first_where_that_is_what_they_are(shop: Ikas, api: Api) -> None:
    perform(call("ship", pieces=(MUG,)), api)

    perform(refund("10.00", replace(MUG, restock=Restock.CANCEL)), api)

    assert ("MUG", 1, "FULFILLED") in lines(shop)
    assert ("MUG", 1, "REFUNDED") in lines(shop)
    assert ("MUG", 1, "UNFULFILLED") not in lines(shop)


@pytest.mark.parametrize(
    ("made", "reason"),
    [(refund("3.00"), "refund_needs_products"), (refund("3.00", MUG), "amount_not_by_product")],
    ids=["by_amount", "another_amount"],
)
def test_f44_a_refund_that_ikas_cannot_express_is_not_sent(
    api: Api, recording: Recording, made: Call, reason: str
) -> None:
    assert perform(made, api) == Answered(told=Told.REFUSED, reason=reason)
    assert inputs(recording, "refundOrderLine") == []


def test_f43_a_refund_without_an_answer_is_found_or_left_in_doubt_and_not_given_twice(
    shop: Ikas, api: Api, recording: Recording
) -> None:
    perform(SHIP, api)
    whole = refund("20.00", MUGS)
    assert look(whole, "", api).told is Told.UNSEEN
    recording.inner = _meeting(Fault.TIMEOUT_AFTER, "refundOrderLine", shop)

    with pytest.raises(NoAnswerError):
        perform(whole, api)
    assert look(whole, "", api).told is Told.CONFIRMED

    assert "refund" not in calls.REPEATABLE


def test_f43_a_second_refund_of_the_same_kind_is_left_in_doubt(shop: Ikas, api: Api) -> None:
    shop.act("order-1", "lines", status="REFUNDED", quantity=1, line="5001")

    assert look(refund("10.00", MUG), "", api) == Answered(
        told=Told.UNKNOWABLE, reason="cannot_be_told_apart"
    )


def test_more_pieces_than_there_are_are_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="not_enough_pieces"):
        perform(call("ship", pieces=(replace(MUGS, quantity=3),)), api)


def test_an_order_that_the_shop_does_not_know_is_refused(api: Api) -> None:
    for name in ("ship", "cancel", "delivered"):
        with pytest.raises(RefusedError, match="order_unknown"):
            perform(call(name, order_id="order-9"), api)


def test_a_price_that_is_not_told_is_not_made_up(shop: Ikas, api: Api) -> None:
    shop.orders["order-1"]["totalPrice"] = 99.0

    with pytest.raises(RefusedError, match="price_unknown"):
        perform(LINES, api)


def test_a_call_that_is_not_declared_is_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="not_expressible"):
        perform(call("accept"), api)


CALLS_OF_ALL_KINDS = [
    SHIP,
    call("tracking"),
    call("cancel_shipment"),
    call("cancel"),
    LINES,
    refund("10.00", MUG),
]


@pytest.mark.parametrize("made", CALLS_OF_ALL_KINDS, ids=lambda made: made.name)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, RefusedError),
    ],
)
def test_f42_f45_f46_what_goes_wrong_is_told_by_its_kind(
    line: Faulty, api: Api, made: Call, fault: Fault, error: type[ApiError]
) -> None:
    line.plan(fault, path="graphql")

    with pytest.raises(error):
        perform(made, api)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("UNAUTHENTICATED", AuthError),
        ("TOO_MANY_REQUESTS", RateLimitedError),
        ("INTERNAL_SERVER_ERROR", UnavailableError),
        ("BAD_USER_INPUT", RefusedError),
        ("a message about somebody", RefusedError),
    ],
)
def test_f45_an_error_inside_a_success_counts_by_its_code(
    respond: Callable[[str], Api], code: str, error: type[ApiError]
) -> None:
    text = json.dumps({"errors": [{"message": "No.", "extensions": {"code": code}}], "data": None})

    with pytest.raises(error) as raised:
        perform(SHIP, respond(text))
    assert "somebody" not in str(raised.value)


@pytest.mark.parametrize("text", ["[]", "{}", '{"data": null}', '{"data": {"listOrder": []}}', "null"])
def test_f45_an_answer_in_another_shape_is_none(respond: Callable[[str], Api], text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        look(SHIP, "", respond(text))


def test_f42_how_long_to_wait_is_passed_on(line: Faulty, api: Api) -> None:
    line.plan(Fault.RATE_LIMIT, path="graphql")

    with pytest.raises(RateLimitedError) as raised:
        perform(SHIP, api)

    assert raised.value.again_after == timedelta(seconds=30)


def test_f46_a_token_that_ended_is_renewed_once(shop: Ikas, api: Api, recording: Recording) -> None:
    perform(SHIP, api)
    shop.end_tokens()

    assert look(SHIP, "", api).told is Told.CONFIRMED
    address = "https://example.myikas.com/api/admin/oauth/token"
    assert sum(request.url == address for request in recording.requests) == 2


def test_f46_an_app_that_was_removed_asks_for_new_credentials(shop: Ikas, api: Api) -> None:
    shop.client_secret = "another"

    with pytest.raises(AuthError):
        perform(SHIP, api)


@pytest.mark.parametrize("store", ["", "example.com/", "Example", "a@evil.example"])
def test_credentials_are_sent_to_a_store_of_ikas_alone(api: Api, recording: Recording, store: str) -> None:
    api.options = {"store": store}

    with pytest.raises(AuthError, match="store_unknown"):
        perform(SHIP, api)
    assert recording.requests == []


def test_a_connection_without_credentials_says_which_one_is_missing(api: Api) -> None:
    api.credentials = {}

    with pytest.raises(MissingCredentialError) as raised:
        perform(SHIP, api)
    assert raised.value.name == "client_id"
