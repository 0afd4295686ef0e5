"""Accept, refuse, cancel, cancel lines, refund: told to the simulated marketplace, and looked up there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.adapters import calls_of, capabilities_of
from shared.channels.mirakl.calls import reason_code
from shared.wire.calls import CallsModule, Money, Told
from shared.wire.http import RefusedError
from tests.support.mirakl import FIRST, SECOND, Shop, a_call, a_refund, never_left, pieces


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("mirakl")

    assert frozenset({"tracking"}) == module.REPEATABLE
    assert capabilities_of("mirakl").calls > module.REPEATABLE


def test_an_accepted_order_is_pending_until_the_marketplace_shows_it(shop: Shop) -> None:
    shop.place()
    answered = shop.perform(a_call("accept"))

    assert (answered.told, answered.ticket) == (Told.PENDING, "order")
    assert shop.order["order_state"] == "WAITING_DEBIT"
    assert shop.look(a_call("accept"), answered.ticket).told is Told.CONFIRMED


def test_a_line_that_is_not_accepted_is_refused_with_the_same_request(shop: Shop) -> None:
    shop.place()
    shop.perform(a_call("accept", pieces=pieces(3)))

    assert [line["order_line_state"] for line in shop.order["order_lines"]] == ["WAITING_DEBIT", "REFUSED"]


def test_an_operator_may_insist_on_all_lines_or_none(shop: Shop) -> None:
    shop.place()
    shop.market.market.partial_acceptance = False

    with pytest.raises(RefusedError, match="ORDER_PARTIAL_ACCEPTANCE_DISABLED"):
        shop.perform(a_call("accept", pieces=pieces(3)))


def test_an_order_accepted_by_hand_is_not_accepted_again(shop: Shop) -> None:
    shop.place()
    shop.market.act("MKP-1-A", "accept")

    assert shop.perform(a_call("accept")).told is Told.CONFIRMED
    assert shop.told() == []


@pytest.mark.parametrize("action", ["refuse", "cancel"])
def test_an_order_that_is_gone_cannot_be_accepted(action: str, shop: Shop) -> None:
    shop.place()
    shop.market.act("MKP-1-A", action)
    answered = shop.perform(a_call("accept"))

    assert (answered.told, answered.reason) == (Told.REFUSED, shop.order["order_state"])


def test_a_refusal_refuses_every_line(shop: Shop) -> None:
    shop.place()
    answered = shop.perform(a_call("refuse", reason="out_of_stock"))

    assert answered.told is Told.PENDING
    assert shop.order["order_state"] == "REFUSED"
    assert shop.look(a_call("refuse"), answered.ticket).told is Told.CONFIRMED


def test_an_order_accepted_by_hand_cannot_be_refused(shop: Shop) -> None:
    shop.place("SHIPPING")

    assert shop.perform(a_call("refuse")).told is Told.REFUSED


@pytest.mark.parametrize("state", ["WAITING_ACCEPTANCE", "WAITING_DEBIT", "SHIPPING"])
def test_an_order_that_has_not_left_is_canceled(state: str, shop: Shop) -> None:
    shop.place(state)
    answered = shop.perform(a_call("cancel", reason="customer"))

    assert answered.told is Told.PENDING
    assert shop.look(a_call("cancel"), answered.ticket).told is Told.CONFIRMED
    assert shop.perform(a_call("cancel")).told is Told.CONFIRMED


def test_f44_an_order_that_has_left_is_not_canceled_and_not_asked_again(shop: Shop) -> None:
    shop.place("SHIPPED")
    answered = shop.perform(a_call("cancel"))

    assert (answered.told, answered.reason) == (Told.REFUSED, "SHIPPED")
    assert shop.told() == []


@pytest.mark.parametrize("name", ["accept", "refuse", "cancel"])
def test_a_state_that_nobody_knows_tells_nothing(name: str, shop: Shop) -> None:
    shop.place("SUPER_SHIPPED")

    assert shop.look(a_call(name)).told is Told.UNKNOWABLE


@pytest.mark.parametrize("name", ["accept", "ship", "refund"])
def test_an_order_that_the_marketplace_does_not_know_is_refused(name: str, shop: Shop) -> None:
    assert shop.perform(a_call(name)).reason == "unknown_order"
    assert shop.look(a_call(name)).reason == "unknown_order"


def test_a_call_that_mirakl_does_not_take_is_refused(shop: Shop) -> None:
    assert shop.perform(a_call("delivered")).reason == "not_supported"
    shop.place()
    assert shop.look(a_call("delivered")).told is Told.UNKNOWABLE


def test_pieces_are_canceled_with_their_amount_and_reason(shop: Shop) -> None:
    shop.place("SHIPPING")
    answered = shop.perform(a_call("cancel_lines", pieces=pieces(2), reason="out_of_stock"))
    [made] = shop.order["order_lines"][0]["cancelations"]

    assert (answered.told, answered.external_id) == (Told.CONFIRMED, made["id"])
    assert (made["quantity"], made["amount"], made["shipping_amount"]) == (2, 20, 0)
    assert made["reason_code"] == "15"


def test_a_code_of_the_operators_own_goes_before_those_of_the_delivered_set_up(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_call("cancel_lines", pieces=pieces(2), reason="out_of_stock", reason_code="NO_STOCK"))
    assert shop.order["order_lines"][0]["cancelations"][0]["reason_code"] == "NO_STOCK"


def test_a_refund_is_given_for_the_code_that_the_connection_names(shop: Shop) -> None:
    shop.place("SHIPPED")
    shop.perform(a_refund("20", pieces=pieces(2, amount=Decimal(20)), reason="returned", reason_code="41"))
    assert shop.order["order_lines"][0]["refunds"][0]["reason_code"] == "41"


def test_the_last_piece_of_a_line_takes_its_shipping_with_it(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_call("cancel_lines", pieces=pieces(0, 1)))
    line = shop.order["order_lines"][1]

    assert [entry["shipping_amount"] for entry in line["cancelations"]] == [4]
    assert line["order_line_state"] == "CANCELED"


def test_more_pieces_than_there_are_is_the_marketplaces_to_refuse(shop: Shop) -> None:
    shop.place("SHIPPING")

    with pytest.raises(RefusedError, match="http_400"):
        shop.perform(a_call("cancel_lines", pieces=pieces(4)))
    assert shop.order["order_lines"][0]["cancelations"] == []


def test_a_line_that_is_not_there_is_refused(shop: Shop) -> None:
    shop.place("SHIPPING", order_lines=[{}])

    assert shop.perform(a_call("cancel_lines", pieces=pieces(0, 1))).reason == "unknown_line"
    assert shop.look(a_call("cancel_lines", pieces=pieces(0, 1))).reason == "unknown_line"


def test_a_second_cancellation_is_told_from_an_equal_one_before_it(shop: Shop) -> None:
    shop.place("SHIPPING")
    first = a_call("cancel_lines", pieces=pieces(1, canceled=1))
    second = a_call("cancel_lines", pieces=pieces(1, canceled=2))
    shop.perform(first)

    assert shop.look(first).told is Told.CONFIRMED
    assert shop.look(second).told is Told.UNSEEN


def test_a_refund_of_pieces_goes_to_their_line(shop: Shop) -> None:
    shop.place("SHIPPED")
    call = a_refund("20", pieces=pieces(2, amount=Decimal(20)), reason="returned")
    answered = shop.perform(call)
    [made] = shop.order["order_lines"][0]["refunds"]

    assert (answered.told, answered.external_id) == (Told.CONFIRMED, made["order_refund_id"])
    assert (made["amount"], made["shipping_amount"], made["quantity"]) == (20, 0, 2)
    assert made["reason_code"] == "17"
    assert "excluded_from_shipment" not in made


def test_refunded_pieces_that_never_left_are_taken_out_of_the_shipment(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.perform(a_refund("10", pieces=never_left(1)))

    assert shop.order["order_lines"][0]["_excluded"] == 1


def test_a_refund_of_an_amount_is_laid_on_goods_first_and_then_on_shipping(shop: Shop) -> None:
    shop.place("RECEIVED")
    answered = shop.perform(a_refund("36.50"))
    refunds = [line["refunds"][0] for line in shop.order["order_lines"]]

    assert [(entry["amount"], entry["shipping_amount"]) for entry in refunds] == [(30, 0), (5.5, 1)]
    assert {entry["order_refund_id"] for entry in refunds} == {answered.external_id}


@pytest.mark.parametrize("amount", ["39.51", "1000"])
def test_a_refund_above_what_the_lines_hold_is_refused(amount: str, shop: Shop) -> None:
    shop.place("SHIPPED")

    assert shop.perform(a_refund(amount)).reason == "amount_above_lines"
    assert shop.told() == []


def test_a_refund_in_another_currency_is_refused(shop: Shop) -> None:
    shop.place("SHIPPED")
    money = Money(id="own-1", amount=Decimal(1), currency="USD")

    assert shop.perform(a_call("refund", pieces=(), money=money)).reason == "currency_mismatch"


def test_a_second_refund_is_told_from_an_equal_one_before_it(shop: Shop) -> None:
    shop.place("SHIPPED")
    known = shop.perform(a_refund("5")).external_id

    assert shop.look(a_refund("5")).external_id == known
    assert shop.look(a_refund("5", others=(known,))).told is Told.UNSEEN
    assert shop.look(a_refund("4.99")).told is Told.UNSEEN
    assert shop.look(a_refund("5", pieces=pieces(0, 1))).told is Told.UNSEEN


@pytest.mark.parametrize(
    ("reason", "code"), [("out_of_stock", "15"), ("customer", "16"), ("21", "21"), ("", "19"), ("x", "19")]
)
def test_a_reason_is_a_code_of_mirakls(reason: str, code: str) -> None:
    assert reason_code(reason, default="19") == code


def test_the_key_goes_as_it_is_and_the_shop_is_named_where_it_is_set(shop: Shop) -> None:
    shop.place()
    shop.market.shop_id = "2310"
    shop.api.options = {"shop_id": "2310"}
    shop.perform(a_call("accept"))

    assert {request.headers["Authorization"] for request in shop.sent.requests} == {shop.market.api_key}
    assert all("shop_id=2310" in request.url for request in shop.sent.requests)


def test_an_order_id_cannot_lead_to_another_path(shop: Shop) -> None:
    shop.market.place("A/../B", order_lines=[{}])
    call = a_call("cancel", order_id="A/../B")

    shop.perform(call)

    assert shop.told() == ["/orders/A%2F..%2FB/cancel"]


def test_lines_are_named_as_the_marketplace_names_them(shop: Shop) -> None:
    shop.place()
    shop.perform(a_call("accept"))

    body = shop.sent.requests[-1].body.decode()
    assert FIRST in body
    assert SECOND in body
