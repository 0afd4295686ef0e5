"""The simulated marketplace refuses what Mirakl refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.channels.mirakl_actions import ACTIONS
from local.channels.mirakl_orders import RefusalError
from shared.wire.http import HttpAnswer, HttpRequest, json_body
from tests.support.mirakl import FIRST, ORDER, SECOND, Shop


def send(shop: Shop, method: str, path: str, body: Any = None, *, key: str = "") -> HttpAnswer:
    headers = {"Authorization": key or shop.market.api_key}
    content = b"" if body is None else json_body(body)
    url = f"https://operator.mirakl.net/api{path}"
    return shop.market(HttpRequest(method=method, url=url, headers=headers, body=content))


def code_of(answered: HttpAnswer) -> str:
    return str(json.loads(answered.body).get("code", ""))


def test_nobody_is_let_in_without_the_key(shop: Shop) -> None:
    assert send(shop, "GET", "/orders", key="Bearer of nothing").status == 401


def test_a_page_has_ten_orders_where_nobody_says_how_many(shop: Shop) -> None:
    for number in range(12):
        shop.market.place(f"MKP-{number}-A")
    page = json.loads(send(shop, "GET", "/orders").body)
    wide = json.loads(send(shop, "GET", "/orders?max=500&order_state_codes=SHIPPING,WAITING_ACCEPTANCE").body)

    assert (len(page["orders"]), page["total_count"]) == (10, 12)
    assert len(wide["orders"]) == 12


def test_every_line_has_to_be_decided(shop: Shop) -> None:
    shop.place()
    one = {"order_lines": [{"id": FIRST, "accepted": True}]}

    answered = send(shop, "PUT", f"/orders/{ORDER}/accept", one)
    assert (answered.status, code_of(answered)) == (400, "ORDER_LINE_ACCEPTANCE_DECISION_MISSING")


def test_an_order_is_decided_once(shop: Shop) -> None:
    shop.place()
    both = {"order_lines": [{"id": line, "accepted": True} for line in (FIRST, SECOND)]}

    assert send(shop, "PUT", f"/orders/{ORDER}/accept", both).status == 204
    assert code_of(send(shop, "PUT", f"/orders/{ORDER}/accept", both)) == "ORDER_INVALID_STATE"


def test_the_address_is_shown_when_the_customer_has_paid(shop: Shop) -> None:
    shop.place()
    shop.market.act(ORDER, "accept")
    before = json.loads(send(shop, "GET", f"/orders?order_ids={ORDER}").body)["orders"][0]
    shop.market.act(ORDER, "debit")
    after = json.loads(send(shop, "GET", f"/orders?order_ids={ORDER}").body)["orders"][0]

    assert before["customer"]["shipping_address"] is None
    assert after["customer"]["shipping_address"]["city"] == "Berlin"
    assert (before["order_state"], after["order_state"]) == ("WAITING_DEBIT", "SHIPPING")
    assert not any(name.startswith("_") for name in before)


def test_an_operator_may_debit_at_once(shop: Shop) -> None:
    shop.market.market.debits_at_once = True
    shop.place()
    shop.market.act(ORDER, "accept")

    assert shop.order["order_state"] == "SHIPPING"


def test_several_lines_are_refunded_together_or_not_at_all(shop: Shop) -> None:
    shop.place("SHIPPED")
    entries = [
        {"order_line_id": line, "amount": amount, "shipping_amount": 0, "quantity": 0, "reason_code": "19"}
        for line, amount in ((FIRST, 5), (SECOND, 6))
    ]
    answered = send(shop, "PUT", "/orders/refund", {"order_tax_mode": "TAX_INCLUDED", "refunds": entries})

    assert answered.status == 400
    assert shop.order["order_lines"][0]["refunds"] == []


def test_taxes_have_to_be_refunded_with_their_amount(shop: Shop) -> None:
    shop.place("SHIPPED", order_lines=[{"taxes": [{"code": "T", "amount": 1}]}])
    entry = {"order_line_id": FIRST, "amount": 5, "reason_code": "19"}
    refund = {"order_tax_mode": "TAX_INCLUDED", "refunds": [entry]}

    assert send(shop, "PUT", "/orders/refund", refund).status == 400
    entry["taxes"] = [{"code": "T", "amount": 1}]
    assert send(shop, "PUT", "/orders/refund", refund).status == 200


def test_a_parcel_announced_first_leaves_later(shop: Shop) -> None:
    shop.place("SHIPPING")
    lines = [{"offer_sku": "SKU-1", "quantity": 3}, {"offer_sku": "SKU-2", "quantity": 1}]
    parcel = {"order_id": ORDER, "shipped": False, "shipment_lines": lines}
    made = json.loads(send(shop, "POST", "/shipments", {"shipments": [parcel]}).body)["shipment_success"]
    assert (made[0]["status"], shop.order["order_state"]) == ("SHIPPING", "SHIPPING")

    answered = send(shop, "PUT", "/shipments/ship", {"shipments": [{"id": made[0]["id"]}, {"id": "none"}]})

    done = json.loads(answered.body)
    assert [entry["id"] for entry in done["shipment_success"]] == [made[0]["id"]]
    assert [entry["id"] for entry in done["shipment_errors"]] == ["none"]
    assert shop.order["order_state"] == "SHIPPED"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/orders/x/unknown", 404), ("PUT", "/orders/x/ship", 400)],
)
def test_what_is_not_there_is_said_so(method: str, path: str, status: int, shop: Shop) -> None:
    assert send(shop, method, path).status == status


def test_a_malformed_request_is_refused(shop: Shop) -> None:
    shop.place()

    assert send(shop, "PUT", f"/orders/{ORDER}/accept", {"lines": []}).status == 400


def test_every_change_is_newer_than_the_one_before_though_the_clock_stands_still(shop: Shop) -> None:
    shop.place()
    times = [shop.order["last_updated_date"]]
    for action in ("accept", "ask_payment", "debit", "ship", "collect", "receive", "close", "touch"):
        shop.market.act(ORDER, action)
        times.append(shop.order["last_updated_date"])

    assert times == sorted(set(times))
    assert shop.order["order_state"] == "CLOSED"


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"touch", "refund", "pay_refunds"}))
def test_nothing_moves_an_order_that_is_closed_but_an_incident(action: str, shop: Shop) -> None:
    shop.place("CLOSED")

    if action.endswith("incident"):
        shop.market.act(ORDER, action)
        assert shop.order["order_lines"][0]["order_line_state"].startswith("INCIDENT_")
    else:
        with pytest.raises(RefusalError):
            shop.market.act(ORDER, action)


def test_money_and_pieces_may_go_back_by_hand(shop: Shop) -> None:
    shop.place("SHIPPING")
    shop.market.act(ORDER, "cancel_piece", line=1, quantity=2)
    shop.market.act(ORDER, "refund", line=2, amount=5)
    shop.market.act(ORDER, "pay_refunds")
    first, second = shop.order["order_lines"]

    assert [entry["quantity"] for entry in first["cancelations"]] == [2]
    assert [(entry["amount"], entry["state"]) for entry in second["refunds"]] == [(5, "REFUNDED")]
