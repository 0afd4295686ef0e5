"""Parcels: a whole order in one, one of several, their tracking, and their end."""

from __future__ import annotations

import json

import pytest

from shared.wire.calls import Told
from shared.wire.http import RefusedError
from tests.support.mirakl import FIRST, SECOND, Shop, a_call, a_parcel, a_refund, a_shipment, never_left


def test_a_whole_order_in_one_parcel_is_shipped_as_an_order(shop: Shop) -> None:
    shop.place("SHIPPING")
    answered = shop.perform(a_shipment(3, 1, rest=True))

    assert shop.told() == ["/orders/MKP-1-A/tracking", "/orders/MKP-1-A/ship"]
    assert (answered.told, answered.ticket) == (Told.PENDING, "order")
    assert (shop.order["order_state"], shop.order["shipping_tracking"]) == ("SHIPPED", "T-1")
    seen = shop.look(a_shipment(3, 1, rest=True), answered.ticket)
    assert (seen.told, seen.external_id) == (Told.CONFIRMED, "order")


def test_a_whole_order_without_a_number_is_shipped_without_tracking(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_shipment(3, 1, rest=True, tracking_number="", carrier="", carrier_code=""))

    assert shop.told() == ["/orders/MKP-1-A/ship"]


def test_an_order_shipped_by_hand_gets_its_number_and_nothing_more(shop: Shop) -> None:
    shop.place("SHIPPED")
    shop.perform(a_shipment(3, 1, rest=True))

    assert shop.told() == ["/orders/MKP-1-A/tracking"]
    assert shop.look(a_shipment(3, 1, rest=True)).told is Told.CONFIRMED


def test_a_parcel_of_several_is_a_shipment_with_its_pieces(shop: Shop) -> None:
    shop.place("SHIPPING")
    answered = shop.perform(a_shipment(2))
    [shipment] = shop.market.market.shipments

    assert (answered.told, answered.external_id) == (Told.CONFIRMED, shipment["id"])
    assert [(line["order_line_id"], line["quantity"]) for line in shipment["shipment_lines"]] == [(FIRST, 2)]
    assert shipment["tracking"]["tracking_number"] == "T-1"
    assert shop.order["order_state"] == "SHIPPING"


def test_the_last_of_several_parcels_is_a_shipment_too(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_shipment(2))
    shop.perform(a_shipment(1, 1, rest=True, tracking_number="T-2"))

    assert shop.told() == ["/shipments", "/shipments"]
    assert shop.order["order_state"] == "SHIPPED"


def test_pieces_refunded_before_shipping_do_not_make_an_order_one_of_several_parcels(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_refund("10", pieces=never_left(1)))
    shop.perform(a_shipment(2, 1, rest=True))

    assert shop.told()[1:] == ["/orders/MKP-1-A/tracking", "/orders/MKP-1-A/ship"]


def test_f45_an_error_in_the_list_of_a_success_is_a_refusal(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_shipment(2))
    answered = shop.perform(a_shipment(2, tracking_number="T-2"))

    assert (answered.told, answered.reason) == (Told.REFUSED, "shipment_refused")
    assert len(shop.market.market.shipments) == 1


def test_an_order_that_is_not_paid_yet_is_not_shipped(shop: Shop) -> None:
    shop.place("WAITING_DEBIT")

    with pytest.raises(RefusedError, match="ORDER_INVALID_STATE"):
        shop.perform(a_shipment(3, 1, rest=True))


def test_an_order_that_was_canceled_is_not_shipped(shop: Shop) -> None:
    shop.place("CANCELED")

    assert shop.perform(a_shipment(3, 1, rest=True)).reason == "CANCELED"


def test_a_shipment_that_waits_for_the_customers_money_is_pending(shop: Shop) -> None:
    shop.place("SHIPPING")
    made = shop.perform(a_shipment(2)).external_id
    shop.market.market.shipments[0]["status"] = "SHIPPING"

    seen = shop.look(a_shipment(2), made)
    assert (seen.told, seen.ticket) == (Told.PENDING, made)


def test_a_registered_carrier_is_named_by_its_code(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_shipment(3, 1, rest=True))

    assert (shop.order["shipping_carrier_code"], shop.order["shipping_company"]) == ("DHL", "DHL")


def test_any_other_carrier_is_named_with_its_page(shop: Shop) -> None:
    shop.place("SHIPPING")
    page = "https://gls.example.com/T-1"
    shop.perform(a_shipment(3, 1, rest=True, carrier="gls", carrier_code="GLS", tracking_url=page))
    shop.perform(a_call("tracking", parcel=a_parcel(carrier="gls", carrier_code="", tracking_url=page)))
    first, second = (json.loads(request.body) for request in shop.sent.requests if b"carrier" in request.body)

    expected = {"tracking_number": "T-1", "carrier_name": "gls", "carrier_url": page}
    assert first == second == expected


def test_the_list_of_carriers_is_asked_for_once_a_day(shop: Shop) -> None:
    shop.place("SHIPPING")
    for number in ("T-1", "T-2"):
        shop.perform(a_call("tracking", parcel=a_parcel(tracking_number=number)))

    assert shop.told("GET").count("/shipping/carriers") == 1


def test_a_new_number_of_a_whole_order_is_set_and_looked_up(shop: Shop) -> None:
    shop.place("SHIPPED")
    call = a_call("tracking", parcel=a_parcel(external_ids=("order",)))

    assert shop.look(call).told is Told.UNSEEN
    assert shop.perform(call).told is Told.PENDING
    assert shop.look(call, "order").told is Told.CONFIRMED


def test_a_new_number_of_one_of_several_parcels_is_set_there(shop: Shop) -> None:
    shop.place("SHIPPING")
    shipment = shop.perform(a_shipment(2)).external_id
    call = a_call("tracking", parcel=a_parcel(external_ids=(shipment,), tracking_number="T-9"))

    assert shop.look(call).told is Told.UNSEEN
    assert shop.perform(call).told is Told.CONFIRMED
    assert shop.told("POST")[-1] == "/shipments/tracking"
    assert shop.look(call).told is Told.CONFIRMED


def test_a_parcel_that_is_gone_takes_no_number(shop: Shop) -> None:
    shop.place("SHIPPING")
    call = a_call("tracking", parcel=a_parcel(external_ids=("none",)))

    assert shop.perform(call).reason == "tracking_refused"
    assert shop.look(call).reason == "unknown_shipment"


def test_a_parcel_that_has_not_left_is_deleted(shop: Shop) -> None:
    shop.place("SHIPPING")
    shipment = shop.perform(a_shipment(2)).external_id
    shop.market.market.shipments[0]["status"] = "SHIPPING"
    call = a_call("cancel_shipment", parcel=a_parcel(external_ids=(shipment,)))

    assert shop.look(call).told is Told.UNSEEN
    assert shop.perform(call).told is Told.CONFIRMED
    assert shop.look(call).told is Told.CONFIRMED
    assert shop.market.market.shipments == []


def test_f44_a_parcel_that_has_left_stays(shop: Shop) -> None:
    shop.place("SHIPPING")
    shipment = shop.perform(a_shipment(2)).external_id
    call = a_call("cancel_shipment", parcel=a_parcel(external_ids=(shipment,)))

    assert shop.perform(call).reason == "shipment_not_deletable"
    assert shop.look(call).reason == "shipment_not_deletable"


def test_a_whole_order_that_has_left_cannot_be_taken_back(shop: Shop) -> None:
    shop.place("SHIPPED")
    call = a_call("cancel_shipment", parcel=a_parcel(external_ids=("order",)))

    assert shop.perform(call).reason == shop.look(call).reason == "whole_order_shipped"


def test_a_parcel_is_found_by_our_reference_though_others_share_its_number(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_shipment(1, tracking_number=""))
    ours = shop.market.market.shipments[0]["id"]
    shop.market.market.create_shipment(
        {
            "order_id": "MKP-1-A",
            "shipped": True,
            "shipment_lines": [{"order_line_id": SECOND, "quantity": 1, "package_reference": "theirs"}],
        }
    )

    assert shop.look(a_shipment(1, tracking_number="")).external_id == ours
