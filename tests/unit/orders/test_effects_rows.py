"""Each row of the table of effects: what a cause owes, and to whom it is not owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.orders import commands as c
from shared.orders.effects import CALLS, EFFECTS, MAILS, STOCK_MOVES, Cause
from shared.orders.facts import (
    PackageWord,
    PaymentMethod,
    Restock,
    ReturnReported,
    ReturnWord,
    ScanStatus,
    StatusWord,
)
from shared.orders.rules import Rules
from tests.unit.orders.story import (
    MARKETPLACE,
    OWN_SHOP,
    PAID,
    PENDING,
    PROCESSABLE,
    START,
    Story,
    lines,
    package,
    processable,
    refund,
    seen,
    word,
)

HOUR = timedelta(hours=1)


def asked_to_accept() -> Story:
    story = Story(replace(OWN_SHOP, collects_after_accept=True))
    story.told(seen(2), word(StatusWord.ACCEPTANCE_ASKED))
    return story


def shipped() -> Story:
    story = processable(2)
    story.told(package("P1", number="T1"))
    return story


def first_processable() -> Story:
    return processable(2)


def awaited() -> Story:
    return asked_to_accept()


def accepted_here() -> Story:
    story = asked_to_accept()
    story.asked(c.Accept())
    return story


def refused_here() -> Story:
    story = asked_to_accept()
    story.asked(c.Refuse())
    return story


def refused_there() -> Story:
    story = asked_to_accept()
    story.told(word(StatusWord.REFUSED), time=START + HOUR)
    return story


def quantity_canceled() -> Story:
    story = processable(2)
    story.told(seen(items=lines(2, canceled=[1])), PROCESSABLE, PAID, time=START + HOUR)
    return story


def quantity_added() -> Story:
    story = processable(2)
    story.told(seen(3), PROCESSABLE, PAID, time=START + HOUR)
    return story


def back_office() -> Story:
    return processable(rules=replace(OWN_SHOP, back_office="shop-two"))


def request_answered() -> Story:
    story = shipped()
    story.told(word(StatusWord.CANCELLATION_REQUESTED), time=START + HOUR)
    return story


def canceled_here() -> Story:
    story = processable(2)
    story.asked(c.Cancel())
    return story


def lines_canceled_here() -> Story:
    story = processable(2)
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    return story


def canceled_there() -> Story:
    story = processable(2)
    story.told(word(StatusWord.CANCELED), time=START + HOUR)
    return story


def pickup(*commands: c.Command) -> Story:
    story = Story()
    story.told(seen(2, pickup=True), PROCESSABLE, PAID)
    for command in commands:
        story.asked(command)
    return story


def preparing_pickup() -> Story:
    return pickup(c.PreparePickup())


def ready_for_pickup() -> Story:
    return pickup(c.PreparePickup(), c.ReadyForPickup())


def picked_up() -> Story:
    return pickup(c.PreparePickup(), c.ReadyForPickup(), c.Collect())


def pickup_canceled() -> Story:
    return pickup(c.PreparePickup(), c.CancelPickup())


def package_canceled() -> Story:
    story = processable(2)
    story.asked(c.Ship())
    story.asked(c.CancelPackage(package_id="1"))
    return story


def package_ready() -> Story:
    story = processable(2)
    story.asked(c.ReadyToShip())
    return story


def package_fulfilled() -> Story:
    story = processable(2)
    story.asked(c.Ship())
    return story


def rest_canceled() -> Story:
    story = processable(2, rules=replace(OWN_SHOP, splits=False))
    story.asked(c.Ship(contents=(("L1", 1),)))
    story.asked(c.CancelLines(lines=(("L1", 1),)))
    return story


def tracking_changed() -> Story:
    story = shipped()
    story.asked(c.ChangeTracking(package_id="1", tracking_number="T2"))
    return story


def scanned(said: ScanStatus) -> Story:
    story = shipped()
    story.scanned(said)
    return story


def return_answered() -> Story:
    story = scanned(ScanStatus.DELIVERED)
    story.asked(c.RequestReturn(return_id="A", lines=(("L1", 2),)))
    story.asked(c.AcceptReturn(return_id="A"))
    return story


def return_restocked() -> Story:
    story = return_answered()
    story.asked(c.ReceiveReturn(return_id="A"))
    story.asked(c.RestockReturn(return_id="A"))
    return story


def refunded_here() -> Story:
    story = processable(2)
    story.asked(c.RefundAmount(amount=Decimal(1), refund_id="R"))
    return story


def refunded_there() -> Story:
    story = processable(2)
    story.told(refund("R", "1.00"))
    return story


def refund_requested_here() -> Story:
    story = processable(2)
    story.asked(c.RequestRefund(amount=Decimal(1), refund_id="R"))
    return story


def refund_rejected_here() -> Story:
    story = refund_requested_here()
    story.asked(c.RejectRefund(refund_id="R"))
    return story


def order_edited_here() -> Story:
    story = processable(2)
    story.asked(c.ChangeQuantity(line_id="L1", quantity=3))
    return story


def payment_link() -> Story:
    story = Story()
    story.told(seen(method=PaymentMethod.TRANSFER), PROCESSABLE, PENDING)
    story.asked(c.CreatePaymentLink(link_id="K", notify=True))
    return story


ROWS: dict[Cause, tuple[Callable[[], Story], list[str]]] = {
    Cause.FIRST_PROCESSABLE: (first_processable, ["mail/order_received", "stock/reserve/1"]),
    Cause.AWAITED: (awaited, ["stock/reserve/1"]),
    Cause.ACCEPTED_HERE: (accepted_here, ["channel/accept"]),
    Cause.REFUSED_HERE: (refused_here, ["channel/refuse", "mail/canceled", "stock/give_back/2"]),
    Cause.REFUSED_THERE: (refused_there, ["mail/canceled", "stock/give_back/2"]),
    Cause.QUANTITY_CANCELED: (quantity_canceled, ["stock/give_back/2"]),
    Cause.QUANTITY_ADDED: (quantity_added, ["stock/reserve/2"]),
    Cause.BACK_OFFICE: (back_office, ["channel/create/shop-two", "mail/order_received", "stock/reserve/1"]),
    Cause.REQUEST_ANSWERED: (request_answered, ["channel/answer_cancellation/rejected"]),
    Cause.CANCELED_HERE: (canceled_here, ["channel/cancel", "mail/canceled", "stock/give_back/2"]),
    Cause.LINES_CANCELED_HERE: (
        lines_canceled_here,
        ["channel/cancel_lines/@2", "mail/canceled/@2", "stock/give_back/2"],
    ),
    Cause.CANCELED_THERE: (canceled_there, ["mail/canceled", "stock/give_back/2"]),
    Cause.PREPARING_PICKUP: (preparing_pickup, ["channel/prepare_pickup", "mail/preparing"]),
    Cause.READY_FOR_PICKUP: (ready_for_pickup, ["channel/ready_for_pickup", "mail/ready_for_pickup"]),
    Cause.PICKED_UP: (picked_up, ["channel/picked_up", "stock/take/4"]),
    Cause.PICKUP_CANCELED: (pickup_canceled, ["channel/cancel_pickup", "mail/canceled", "stock/give_back/3"]),
    Cause.PACKAGE_CANCELED: (package_canceled, ["channel/cancel_shipment/1", "stock/put_back/3"]),
    Cause.PACKAGE_READY: (package_ready, ["channel/ready/1", "mail/preparing"]),
    Cause.PACKAGE_FULFILLED: (package_fulfilled, ["channel/ship/1", "mail/shipped/1", "stock/take/2"]),
    Cause.REST_CANCELED: (
        rest_canceled,
        ["channel/cancel_lines/@3", "channel/ship/1@3", "mail/canceled/@3", "stock/give_back/3"],
    ),
    Cause.TRACKING_CHANGED: (
        tracking_changed,
        ["channel/tracking/1@3", "mail/tracking_changed/1@3", "unpark/tracking/T2"],
    ),
    Cause.PACKAGE_AT_PICKUP_POINT: (
        lambda: scanned(ScanStatus.READY_FOR_PICKUP),
        ["channel/at_pickup_point/1", "mail/ready_for_pickup/1"],
    ),
    Cause.PACKAGE_DELIVERED: (
        lambda: scanned(ScanStatus.DELIVERED),
        ["channel/delivered/1", "mail/delivered/1"],
    ),
    Cause.PACKAGE_UNDELIVERABLE: (lambda: scanned(ScanStatus.DELIVERY_FAILED), ["mail/delivery_problem/1"]),
    Cause.RETURN_ANSWERED: (
        return_answered,
        ["channel/answer_return/A@accepted", "mail/return_answer/A@accepted"],
    ),
    Cause.RETURN_RESTOCKED: (return_restocked, ["stock/restock/7"]),
    Cause.REFUNDED_HERE: (refunded_here, ["channel/refund/R", "mail/refund/R"]),
    Cause.REFUNDED_THERE: (refunded_there, ["mail/refund/R"]),
    Cause.REFUND_REQUESTED_HERE: (refund_requested_here, ["channel/request_refund/R"]),
    Cause.REFUND_REJECTED_HERE: (refund_rejected_here, ["channel/reject_refund/R"]),
    Cause.ORDER_EDITED_HERE: (order_edited_here, ["channel/edit/@2", "stock/reserve/2"]),
    Cause.PAYMENT_LINK: (payment_link, ["mail/payment_link/K"]),
}


@pytest.mark.parametrize("cause", Cause)
def test_each_row_owes_what_it_says_in_the_change_of_its_cause(cause: Cause) -> None:
    make, keys = ROWS[cause]
    owed = sorted(effect.key for effect in make().last.effects if effect.key != "unpark/order")
    assert owed == keys


@pytest.mark.parametrize("cause", Cause)
def test_without_capabilities_and_mails_only_what_wakes_parked_inputs_is_owed(
    cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Rules(own_shop=False, capabilities=frozenset(), collects_after_accept=True)
    # Every story takes its rules when it begins: here it keeps these.
    rules = property(lambda _self: bare, lambda _self, _rules: None)
    monkeypatch.setattr(Story, "rules", rules, raising=False)
    story = ROWS[cause][0]()
    asked_for = {"mail/payment_link/K"}
    assert {effect.key for effect in story.effects if effect.kind != "unpark"} <= asked_for


def test_every_effect_of_the_table_is_owed_in_some_row() -> None:
    owed = {tuple(key.split("/")[:2]) for _, keys in ROWS.values() for key in keys}
    assert {name for kind, name in owed if kind == "mail"} == set(MAILS)
    assert {name for kind, name in owed if kind == "channel"} == CALLS
    assert {name for kind, name in owed if kind == "stock"} == STOCK_MOVES


def test_marketplaces_inform_their_buyers_themselves() -> None:
    story = processable(rules=MARKETPLACE)
    story.asked(c.ReadyToShip())
    story.asked(c.Ship(package_id="1", tracking_number="T1"))
    story.scanned(ScanStatus.DELIVERED)
    story.asked(c.RefundAmount(amount=Decimal(1)))
    assert story.mails == []
    assert story.calls == ["ready/1", "ship/1", "delivered/1", "refund/own-5"]


def test_a_canceled_order_is_mailed_once_whoever_cancels_it_again() -> None:
    story = processable()
    story.asked(c.Cancel())
    story.told(word(StatusWord.CANCELED), time=START + HOUR)
    story.told(word(StatusWord.REFUSED), time=START + 2 * HOUR)
    assert story.mails == ["order_received", "canceled"]


def test_stock_reserved_and_given_back_in_one_change_is_neither() -> None:
    story = Story()
    story.told(seen(2), PROCESSABLE, PAID, word(StatusWord.CANCELED))
    assert story.status == "canceled"
    assert story.stock("reserve") == {}
    assert story.stock("give_back") == {}


def test_goods_back_by_refund_are_restocked_once() -> None:
    story = scanned(ScanStatus.DELIVERED)
    story.asked(c.RefundProducts(lines=(("L1", 2, Restock.RETURN),)))
    back = ReturnReported(
        return_id="refund-own-4", line_id="L1", quantity=2, word=ReturnWord.RESTOCKED, raw="restocked"
    )
    story.told(back)
    assert story.stock("restock") == {"L1": 2}


def test_the_table_has_no_row_without_any_effect_but_the_back_offices() -> None:
    empty = [cause for cause, row in EFFECTS.items() if not (row.mail or row.call or row.stock)]
    assert empty == [Cause.BACK_OFFICE]


def test_a_delivered_package_is_told_by_its_word_alone() -> None:
    story = processable(2)
    story.told(package("P1", PackageWord.DELIVERED))
    assert story.mails == ["order_received", "delivered/1"]
