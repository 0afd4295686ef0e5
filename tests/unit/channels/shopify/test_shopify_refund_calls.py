"""Refunds and lines called off at Shopify, against the simulated shop."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.shopify import Shopify
from local.channels.shopify_samples import LOCATION
from shared.channels.shopify.calls import look, perform
from shared.orders.facts import Restock
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Money, Piece, Told
from shared.wire.http import NoAnswerError, RefusedError

MUG = Piece(line_id="5001", quantity=1, sku="MUG", restock=Restock.CANCEL)
REFUND = Call(
    name="refund",
    order_id="500",
    reference="d" * 32,
    money=Money(id="r1", amount=Decimal("5.00"), currency="EUR"),
    reason="goodwill",
)
CANCEL_LINES = Call(name="cancel_lines", order_id="500", reference="e" * 32, pieces=(MUG,))


@pytest.fixture(autouse=True)
def _placed(shop: Shopify) -> None:
    shop.place("500")


def refunds(shop: Shopify) -> list[dict[str, Any]]:
    return list(shop.orders[500]["refunds"])


def test_a_refund_by_amount_goes_to_the_payment_that_was_made(
    shop: Shopify, api: Api, recording: Any
) -> None:
    answered = perform(REFUND, api)

    [refund] = refunds(shop)
    assert answered == Answered(told=Told.CONFIRMED, external_id=str(refund["id"]))
    assert [payment["amount"] for payment in refund["transactions"]] == ["5.00"]
    assert b'"parent_id":900500,"amount":"5.00","kind":"refund","gateway":"shopify_payments"' in (
        recording.requests[-1].body
    )
    assert b'"notify":false' in recording.requests[-1].body


def test_a_refund_is_noted_in_the_connections_words_with_our_reference(shop: Shopify, api: Api) -> None:
    perform(replace(REFUND, reason_code="Damaged"), api)
    assert refunds(shop)[0]["note"] == f"Damaged {REFUND.reference}"


@pytest.mark.parametrize(
    ("restock", "word", "place"),
    [
        (Restock.CANCEL, "cancel", LOCATION),
        (Restock.RETURN, "return", LOCATION),
        (Restock.NONE, "no_restock", None),
    ],
)
def test_a_refund_by_product_says_where_the_goods_go(
    shop: Shopify, api: Api, restock: Restock, word: str, place: int | None
) -> None:
    perform(replace(REFUND, pieces=(replace(MUG, restock=restock),)), api)

    [line] = refunds(shop)[0]["refund_line_items"]
    assert (line["line_item_id"], line["quantity"], line["restock_type"]) == (5001, 1, word)
    assert line.get("location_id") == place


def test_f43_a_refund_without_an_answer_is_found_and_not_given_twice(
    shop: Shopify, wire: Faulty, api: Api
) -> None:
    wire.plan(Fault.TIMEOUT_AFTER, method="POST", path="/refunds.json")
    with pytest.raises(NoAnswerError):
        perform(REFUND, api)

    assert look(REFUND, "", api) == perform(REFUND, api)
    assert len(refunds(shop)) == 1


def test_a_refund_that_was_never_made_is_unseen(wire: Faulty, api: Api) -> None:
    wire.plan(Fault.TIMEOUT_BEFORE, method="POST", path="/refunds.json")
    with pytest.raises(NoAnswerError):
        perform(REFUND, api)

    assert look(REFUND, "", api) == Answered(told=Told.UNSEEN)


def test_f45_a_refund_whose_payment_failed_is_no_success(shop: Shopify, api: Api) -> None:
    shop.gateway_says = "failure"

    answered = perform(REFUND, api)

    assert (answered.told, answered.reason) == (Told.REFUSED, "payment_failed")


def test_a_refund_is_pending_until_the_gateway_has_it(shop: Shopify, api: Api) -> None:
    shop.gateway_says = "pending"
    answered = perform(REFUND, api)
    assert (answered.told, answered.ticket) == (Told.PENDING, answered.external_id)

    shop.orders[500]["refunds"][0]["transactions"][0]["status"] = "success"

    assert look(REFUND, answered.ticket, api).told is Told.CONFIRMED


def test_f44_more_than_was_paid_is_refused_for_good(shop: Shopify, api: Api) -> None:
    with pytest.raises(RefusedError, match="amount_above_refundable"):
        perform(replace(REFUND, money=Money(id="r1", amount=Decimal("29.91"), currency="EUR")), api)

    assert refunds(shop) == []


def test_f44_money_that_never_came_cannot_go_back(shop: Shopify, api: Api) -> None:
    shop.orders[500]["financial_status"] = "pending"

    with pytest.raises(RefusedError, match="amount_above_refundable"):
        perform(REFUND, api)


def test_lines_called_off_leave_the_order_and_cost_nothing(shop: Shopify, wire: Faulty, api: Api) -> None:
    wire.plan(Fault.TIMEOUT_AFTER, method="POST", path="/refunds.json")
    with pytest.raises(NoAnswerError):
        perform(CANCEL_LINES, api)

    answered = look(CANCEL_LINES, "", api)

    [refund] = refunds(shop)
    assert answered == Answered(told=Told.CONFIRMED, external_id=str(refund["id"]))
    assert refund["transactions"] == []
    assert shop.orders[500]["line_items"][0]["current_quantity"] == 1
    assert shop.stock("MUG") == 19


def test_f44_lines_that_are_gone_are_refused_with_the_name_of_the_field(api: Api) -> None:
    with pytest.raises(RefusedError, match=r"^errors\.refund_line_items$"):
        perform(replace(CANCEL_LINES, pieces=(replace(MUG, quantity=3),)), api)
