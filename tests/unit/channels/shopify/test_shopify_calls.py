"""What Shopify is told, against the simulated shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.shopify import Shopify
from local.channels.simulator import Clock, Recording
from shared.adapters import calls_of, capabilities_of
from shared.channels.shopify import calls
from shared.channels.shopify.calls import DEFAULT_REASON, REASONS, look, perform
from shared.orders.effects import CALLS
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Parcel, Piece, Told
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
PEN = Piece(line_id="5002", quantity=1, sku="PEN")
PARCEL = Parcel(
    id="1",
    tracking_number="00340434161094000007",
    carrier="dhl",
    tracking_url="https://tracking.example.com/?number=00340434161094000007",
)
CANCEL_REASONS = {"customer", "fraud", "inventory", "declined", "other"}  # Order.cancel_reason


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id="500", reference=f"{name:0<32}", pieces=(MUGS, PEN), parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


SHIP = call("ship", is_rest=True)


@pytest.fixture(autouse=True)
def _placed(shop: Shopify) -> None:
    shop.place("500")
    shop.events.clear()


def fulfillments(shop: Shopify) -> list[dict[str, Any]]:
    return list(shop.orders[500]["fulfillments"])


def pieces(fulfillment: dict[str, Any]) -> list[tuple[int, int]]:
    return [(line["id"], line["quantity"]) for line in fulfillment["line_items"]]


def told(name: str, api: Api, parcel: Parcel = PARCEL) -> Call:
    """Ship everything, and return a call about that parcel."""
    made = perform(SHIP, api)
    return call(name, parcel=replace(parcel, external_ids=(made.external_id,)))


def done(api: Api, made: Call) -> Answered:
    """Make a call that gets no answer, ask, and make it again where it was not done."""
    with pytest.raises(NoAnswerError):
        perform(made, api)
    found = look(made, "", api)
    return perform(made, api) if found.told is Told.UNSEEN else found


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("shopify")

    assert module.REPEATABLE < capabilities_of("shopify").calls <= CALLS
    assert set(calls._PERFORMS) == set(calls._LOOKS) == capabilities_of("shopify").calls


def test_every_reason_is_one_that_shopify_knows_and_theirs_pass_through() -> None:
    assert set(REASONS.values()) | {DEFAULT_REASON} <= CANCEL_REASONS
    assert all(REASONS[reason] == reason for reason in CANCEL_REASONS)


def test_a_package_is_a_fulfillment_of_its_pieces(shop: Shopify, api: Api, recording: Recording) -> None:
    answered = perform(call("ship", pieces=(replace(MUGS, quantity=1), PEN)), api)

    [made] = fulfillments(shop)
    assert answered == Answered(told=Told.CONFIRMED, external_id=str(made["id"]))
    assert pieces(made) == [(5001, 1), (5002, 1)]
    assert (made["tracking_number"], made["tracking_company"], made["tracking_url"]) == (
        "00340434161094000007",
        "DHL",
        PARCEL.tracking_url,
    )
    assert json.loads(recording.requests[-1].body)["fulfillment"]["notify_customer"] is False
    assert [event.topic for event in shop.events] == ["fulfillments/create", "orders/updated"]


def test_a_split_order_has_a_fulfillment_for_each_package(shop: Shopify, api: Api) -> None:
    perform(call("ship", pieces=(replace(MUGS, quantity=1),)), api)
    second = replace(PARCEL, id="2", tracking_number="1Z999AA10123456784", carrier="ups", tracking_url="")
    perform(call("ship", pieces=(replace(MUGS, quantity=1), PEN), parcel=second, is_rest=True), api)

    assert [pieces(made) for made in fulfillments(shop)] == [[(5001, 1)], [(5001, 1), (5002, 1)]]
    assert fulfillments(shop)[1]["tracking_company"] == "UPS"
    assert shop.orders[500]["fulfillment_status"] == "fulfilled"


def test_a_carrier_without_a_link_and_unknown_to_shopify_is_left_to_its_number(
    api: Api, recording: Recording
) -> None:
    perform(call("ship", parcel=replace(PARCEL, tracking_url="")), api)

    sent = json.loads(recording.requests[-1].body)["fulfillment"]["tracking_info"]
    assert sent == {"number": "00340434161094000007"}


def at_two_locations(shop: Shopify) -> None:
    first = shop.fulfillment_orders[500][0]
    pen = first["line_items"].pop()
    shop.fulfillment_orders[500].append(first | {"id": 1, "assigned_location_id": 7002, "line_items": [pen]})


def test_goods_at_two_locations_are_shipped_from_each(shop: Shopify, api: Api) -> None:
    at_two_locations(shop)

    answered = perform(SHIP, api)

    assert [pieces(made) for made in fulfillments(shop)] == [[(5001, 2)], [(5002, 1)]]
    assert answered.external_id == str(fulfillments(shop)[0]["id"])
    assert look(SHIP, "", api) == answered


def test_f43_what_was_shipped_from_one_of_two_locations_is_not_shipped_again(
    shop: Shopify, wire: Faulty, api: Api
) -> None:
    at_two_locations(shop)
    perform(call("ship", pieces=(MUGS,)), api)

    assert look(SHIP, "", api).told is Told.UNSEEN
    perform(SHIP, api)

    assert [pieces(made) for made in fulfillments(shop)] == [[(5001, 2)], [(5002, 1)]]


@pytest.mark.parametrize("parcel", [PARCEL, Parcel(id="1")], ids=["tracked", "untracked"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.TIMEOUT_AFTER, NoAnswerError),
    ],
)
def test_f42_a_shipment_that_stops_between_two_locations_goes_on_from_the_half_that_was_made(
    shop: Shopify, wire: Faulty, api: Api, parcel: Parcel, fault: Fault, error: type[ApiError]
) -> None:
    at_two_locations(shop)
    wire.plan(fault, method="POST", path="/fulfillments.json", after=1)
    both = call("ship", parcel=parcel)

    with pytest.raises(error) as raised:
        perform(both, api)
    assert not raised.value.is_certain

    seen = look(both, "", api)
    answered = perform(both, api) if seen.told is Told.UNSEEN else seen
    assert [pieces(made) for made in fulfillments(shop)] == [[(5001, 2)], [(5002, 1)]]
    assert answered == Answered(told=Told.CONFIRMED, external_id=str(fulfillments(shop)[0]["id"]))


def test_f43_a_half_that_nothing_tells_from_another_package_is_shown_and_not_repeated(
    shop: Shopify, api: Api
) -> None:
    at_two_locations(shop)
    one_mug = replace(MUGS, quantity=1)
    perform(call("ship", parcel=Parcel(id="9"), pieces=(one_mug,)), api)
    # The mug may be the first package's or the first half of this one.
    assert look(call("ship", parcel=Parcel(id="1"), pieces=(one_mug, PEN)), "", api).told is Told.UNKNOWABLE
    assert len(fulfillments(shop)) == 1


def test_an_earlier_package_without_a_number_is_no_half_where_all_lies_at_one_location(api: Api) -> None:
    one_mug = replace(MUGS, quantity=1)
    perform(call("ship", parcel=Parcel(id="9"), pieces=(one_mug,)), api)
    assert look(call("ship", parcel=Parcel(id="1"), pieces=(one_mug, PEN)), "", api).told is Told.UNSEEN


def test_f42_a_limit_before_the_first_location_leaves_no_doubt(shop: Shopify, wire: Faulty, api: Api) -> None:
    at_two_locations(shop)
    wire.plan(Fault.RATE_LIMIT, method="POST", path="/fulfillments.json")
    with pytest.raises(RateLimitedError) as raised:
        perform(SHIP, api)
    assert raised.value.is_certain


def test_f44_what_others_have_shipped_without_a_number_is_no_half_of_ours(shop: Shopify, api: Api) -> None:
    perform(call("ship", parcel=Parcel(id="9"), pieces=(replace(MUGS, quantity=1),)), api)
    two_and_a_pen = call("ship", parcel=Parcel(id="1"), pieces=(replace(MUGS, quantity=3), PEN))
    with pytest.raises(RefusedError, match="not_fulfillable"):
        perform(two_and_a_pen, api)
    assert len(fulfillments(shop)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"pieces": (replace(MUGS, quantity=3),)},
        {"pieces": (replace(MUGS, line_id="5009"),)},
    ],
)
def test_f44_what_is_not_open_is_refused_for_good(shop: Shopify, api: Api, change: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="not_fulfillable"):
        perform(call("ship", **change), api)

    assert fulfillments(shop) == []


def test_a_package_of_nothing_is_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="nothing_to_ship"):
        perform(call("ship", pieces=()), api)


def test_what_a_fulfillment_service_has_or_what_is_held_is_not_shipped_by_us(shop: Shopify, api: Api) -> None:
    shop.fulfillment_orders[500][0]["supported_actions"] = ["cancel_fulfillment_order"]

    with pytest.raises(RefusedError, match="not_fulfillable"):
        perform(SHIP, api)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE])
def test_f43_a_shipment_without_an_answer_is_found_by_its_number_and_made_once(
    shop: Shopify, wire: Faulty, api: Api, fault: Fault
) -> None:
    wire.plan(fault, method="POST", path="/fulfillments.json")

    answered = done(api, SHIP)

    [made] = fulfillments(shop)
    assert answered == Answered(told=Told.CONFIRMED, external_id=str(made["id"]))


def test_f43_an_untracked_shipment_that_left_nothing_open_was_made(
    shop: Shopify, wire: Faulty, api: Api
) -> None:
    untracked = call("ship", parcel=Parcel(id="1"))
    wire.plan(Fault.TIMEOUT_AFTER, method="POST", path="/fulfillments.json")

    assert done(api, untracked).told is Told.CONFIRMED
    assert len(fulfillments(shop)) == 1


def test_f43_one_of_two_untracked_shipments_alike_is_shown_and_not_repeated(api: Api) -> None:
    untracked = call("ship", parcel=Parcel(id="1"), pieces=(replace(MUGS, quantity=1),))
    perform(untracked, api)

    assert look(untracked, "", api) == Answered(told=Told.UNKNOWABLE, reason="alike_without_tracking")


def test_new_tracking_changes_the_fulfillment(shop: Shopify, wire: Faulty, api: Api) -> None:
    made = told("tracking", api, replace(PARCEL, tracking_number="1Z999AA10123456784", carrier_code="UPS"))
    assert look(made, "", api).told is Told.UNSEEN
    wire.plan(Fault.TIMEOUT_AFTER, path="update_tracking")

    assert done(api, made).told is Told.CONFIRMED

    [changed] = fulfillments(shop)
    assert (changed["tracking_number"], changed["tracking_company"]) == ("1Z999AA10123456784", "UPS")


@pytest.mark.parametrize("name", ["tracking", "cancel_shipment", "delivered"])
def test_a_package_that_shopify_does_not_know_cannot_be_changed(api: Api, name: str) -> None:
    with pytest.raises(RefusedError, match="unknown_package"):
        perform(call(name), api)


@pytest.mark.parametrize(
    ("name", "status"), [("delivered", "delivered"), ("at_pickup_point", "ready_for_pickup")]
)
def test_where_a_parcel_is_becomes_an_event(
    shop: Shopify, wire: Faulty, api: Api, name: str, status: str
) -> None:
    made = told(name, api)
    assert look(made, "", api).told is Told.UNSEEN
    wire.plan(Fault.TIMEOUT_AFTER, path="events.json")

    assert done(api, made).told is Told.CONFIRMED

    assert fulfillments(shop)[0]["shipment_status"] == status
    assert [event.topic for event in shop.events].count("fulfillment_events/create") == 1


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE])
def test_f43_a_canceled_package_is_canceled_once_and_its_pieces_are_open_again(
    shop: Shopify, wire: Faulty, api: Api, fault: Fault
) -> None:
    made = told("cancel_shipment", api)
    wire.plan(fault, path="cancel.json")

    assert done(api, made).told is Told.CONFIRMED

    assert fulfillments(shop)[0]["status"] == "cancelled"
    again = replace(SHIP, parcel=replace(PARCEL, id="2", tracking_number="1Z999AA10123456784"))
    assert perform(again, api).told is Told.CONFIRMED


def test_an_order_is_canceled_for_the_reason_that_the_connection_names(
    shop: Shopify, api: Api, recording: Recording
) -> None:
    perform(call("cancel", reason="out_of_stock", reason_code="declined"), api)
    assert json.loads(recording.requests[-1].body)["reason"] == "declined"


@pytest.mark.parametrize(
    ("reason", "theirs"), [("out_of_stock", "inventory"), ("customer", "customer"), ("weather", "other")]
)
def test_an_order_is_canceled_for_a_reason_and_the_shop_writes_to_nobody(
    shop: Shopify, api: Api, recording: Recording, reason: str, theirs: str
) -> None:
    assert perform(call("cancel", reason=reason), api) == Answered(told=Told.CONFIRMED)

    assert shop.orders[500]["cancel_reason"] == theirs
    assert json.loads(recording.requests[-1].body) == {"reason": theirs, "email": False}


def test_f43_a_cancellation_without_an_answer_is_asked_for(shop: Shopify, wire: Faulty, api: Api) -> None:
    assert look(call("cancel"), "", api).told is Told.UNSEEN
    wire.plan(Fault.TIMEOUT_AFTER, path="cancel.json")

    assert done(api, call("cancel")).told is Told.CONFIRMED


def test_f44_a_shipped_order_cannot_be_canceled(api: Api) -> None:
    perform(SHIP, api)

    with pytest.raises(RefusedError, match="http_422"):
        perform(call("cancel"), api)


def test_the_cancellation_of_an_order_that_is_gone_is_refused(shop: Shopify, api: Api) -> None:
    shop.act("500", "delete")

    assert look(call("cancel"), "", api) == Answered(told=Told.REFUSED, reason="unknown_order")


@pytest.mark.parametrize("made", [SHIP, call("cancel")], ids=lambda made: made.name)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.UNAUTHORIZED, AuthError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
def test_f42_f45_f46_what_goes_wrong_is_told_by_its_kind(
    wire: Faulty, api: Api, made: Call, fault: Fault, error: type[ApiError]
) -> None:
    wire.plan(fault)

    with pytest.raises(error):
        perform(made, api)


def test_f45_an_answer_without_the_order_is_no_confirmation(respond: Callable[[str], Api]) -> None:
    with pytest.raises(UnreadableAnswerError):
        perform(call("cancel"), respond('{"orders": []}'))


def test_f46_a_token_that_has_ended_is_asked_for_anew_once(shop: Shopify, clock: Clock, api: Api) -> None:
    api.credentials = {"client_id": shop.client_id, "client_secret": shop.client_secret}
    perform(call("ship", pieces=(PEN,)), api)
    shop._tokens.clear()
    clock.at += timedelta(hours=1)

    perform(call("ship", pieces=(MUGS,), parcel=replace(PARCEL, tracking_number="2")), api)

    assert len(fulfillments(shop)) == 2


def test_f46_a_token_of_a_day_is_renewed_before_it_ends(
    shop: Shopify, clock: Clock, api: Api, recording: Recording
) -> None:
    api.credentials = {"client_id": shop.client_id, "client_secret": shop.client_secret}
    look(call("cancel"), "", api)
    look(call("cancel"), "", api)
    clock.at += timedelta(hours=24)
    look(call("cancel"), "", api)

    granted = [request for request in recording.requests if request.url.endswith("/oauth/access_token")]
    assert len(granted) == 2


def test_f46_an_app_that_was_taken_out_is_told_as_such(shop: Shopify, api: Api) -> None:
    api.credentials = {"client_id": shop.client_id, "client_secret": "another"}

    with pytest.raises(RefusedError, match="http_400"):
        perform(SHIP, api)


def test_a_connection_without_a_token_says_so(api: Api) -> None:
    api.credentials = {}

    with pytest.raises(MissingCredentialError, match="access_token"):
        perform(SHIP, api)
