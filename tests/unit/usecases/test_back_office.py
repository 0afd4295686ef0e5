"""A marketplace's order in the merchant's shop: created there once, shipped there, confirmed back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.orders import commands as c
from shared.orders.changes import Outcome
from shared.orders.statuses import PackageStatus, Status
from shared.storage.copies import Copy
from shared.storage.records import EffectState
from shared.wire.calls import Answered, Told
from shared.wire.http import NoAnswerError, RefusedError
from tests.support.channel import registered
from tests.support.desk import START, Desk

ORDER = "market:A-1"
COPY = {"id": "555", "source": ORDER}
NUMBER = "00340434161094000009"
CREATED = Answered(told=Told.CONFIRMED, external_id="555", lines={"1": "9001", "2": "9002"})


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect("market", back_office="shop", own_shop=False)
        desk.connect("shop", is_back_office=True, skus={"SKU-2": "SHOP-2"}, own_shop=False)
        yield desk


def ordered(desk: Desk) -> None:
    lines = {"1": 2, "2": 1}
    desk.say("market", {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": lines})


def created(desk: Desk) -> None:
    ordered(desk)
    desk.scripts["shop"].answers.append(CREATED)
    assert desk.call(ORDER, "create/shop").state is EffectState.DONE


def shop_says(desk: Desk, hours: int, **said: Any) -> Outcome:
    at = (START + timedelta(hours=hours)).isoformat()
    [applied] = desk.say(
        "shop", {**COPY, "at": at, "lines": {"9001": 2, "9002": 1}, "status": "open", **said}
    )
    return applied.outcome


def test_the_order_is_created_once_with_its_buyer_its_lines_and_the_shops_own_skus(desk: Desk) -> None:
    created(desk)
    desk.call(ORDER, "create/shop")
    [call] = desk.scripts["shop"].told
    assert (call.name, call.source_order, call.number) == ("create", ORDER, "#A-1")
    assert [(piece.sku, piece.quantity) for piece in call.pieces] == [("SKU-1", 2), ("SHOP-2", 1)]
    assert call.customer is not None
    assert call.customer.email == "buyer@example.com"
    assert desk.scripts["market"].told == []


def test_it_is_not_created_a_second_time_when_the_answer_was_lost(desk: Desk) -> None:
    ordered(desk)
    desk.scripts["shop"].answers.append(NoAnswerError("no_answer"))
    desk.scripts["shop"].looks.append(CREATED)
    desk.call(ORDER, "create/shop")
    desk.call(ORDER, "create/shop")
    assert len(desk.scripts["shop"].told) == 1
    copy = desk.copies.source_of("shop:555")
    assert copy is not None
    assert copy.lines == {"9001": "1", "9002": "2"}


def test_a_copy_that_is_known_is_not_made_again_though_the_shop_does_not_find_it_yet(desk: Desk) -> None:
    ordered(desk)
    desk.copies.put(Copy(source=ORDER, order="shop:555", lines={"9001": "1"}))
    desk.vanish(ORDER, "create/shop")
    desk.scripts["shop"].looks.append(Answered(told=Told.UNSEEN))
    assert desk.call(ORDER, "create/shop").state is EffectState.DONE
    desk.give(ORDER, c.Resend(effect_key="channel/create/shop"))
    again = desk.call(ORDER, f"create/shop@{desk.order(ORDER).version}")
    assert (again.state, again.reason) == (EffectState.DONE, "shown")
    assert desk.scripts["shop"].told == []


def test_an_unmapped_sku_keeps_the_order_in_attention(desk: Desk) -> None:
    ordered(desk)
    desk.scripts["shop"].answers.append(RefusedError("unmapped_sku"))
    desk.call(ORDER, "create/shop")
    order = desk.order(ORDER)
    assert order.status is Status.WAITING_SHIPMENT
    assert {entry.code for entry in order.attention} == {"channel_refused:create"}


def test_what_is_shipped_in_the_shop_is_confirmed_at_the_marketplace(desk: Desk) -> None:
    created(desk)
    package = {"id": "f1", "lines": {"9001": 2, "9002": 1}, "number": NUMBER}
    assert shop_says(desk, 2, packages=[package]) is Outcome.APPLIED
    order = desk.order(ORDER)
    assert order.status is Status.SHIPPED
    assert order.packages[0].contents == (("1", 2), ("2", 1))
    desk.call(ORDER, "ship/1")
    [call] = desk.scripts["market"].told
    assert call.parcel is not None
    assert (call.name, call.order_id, call.parcel.tracking_number) == ("ship", "A-1", NUMBER)


def test_completed_without_tracking_waits_and_is_confirmed_when_the_number_comes(desk: Desk) -> None:
    created(desk)
    shop_says(desk, 2, packages=[{"id": "f1"}])
    assert desk.order(ORDER).packages[0].status is PackageStatus.READY_TO_SHIP
    assert desk.order(ORDER).packages[0].awaiting_tracking_until is not None
    assert "channel/ship/1" not in desk.owed(ORDER)
    shop_says(desk, 3, packages=[{"id": "f1", "number": NUMBER}])
    assert desk.order(ORDER).status is Status.SHIPPED
    assert "channel/ship/1" in desk.owed(ORDER)


def test_an_order_read_back_from_the_shop_never_overwrites_its_source(desk: Desk) -> None:
    created(desk)
    before = desk.order(ORDER)
    outcome = shop_says(desk, 5, lines={"9001": 1})
    assert outcome is Outcome.IGNORED
    assert desk.order(ORDER) == before
    assert desk.store.read("shop:555").order is None


def test_canceled_in_the_shop_is_canceled_at_the_marketplace(desk: Desk) -> None:
    created(desk)
    shop_says(desk, 2, status="canceled")
    assert desk.order(ORDER).status is Status.CANCELED
    desk.call(ORDER, "cancel")
    assert [call.name for call in desk.scripts["market"].told] == ["cancel"]
    # The shop told us: it is not told back.
    assert [key for key in desk.owed(ORDER) if key.startswith("channel/cancel")] == ["channel/cancel"]


def test_canceled_at_the_marketplace_is_canceled_in_the_shop(desk: Desk) -> None:
    created(desk)
    later = (START + timedelta(hours=1)).isoformat()
    desk.say("market", {"id": "A-1", "at": later, "status": "canceled"})
    desk.call(ORDER, "cancel/shop")
    call = desk.scripts["shop"].told[-1]
    assert (call.name, call.order_id) == ("cancel", "555")


def test_f11_the_shop_may_tell_of_the_copy_before_its_answer_is_stored(desk: Desk) -> None:
    ordered(desk)
    package = {"id": "f1", "lines": {"9001": 2, "9002": 1}, "number": NUMBER}
    assert shop_says(desk, 1, packages=[package]) is Outcome.PARKED
    assert shop_says(desk, 1, packages=[package]) is Outcome.IGNORED
    desk.scripts["shop"].answers.append(CREATED)
    desk.call(ORDER, "create/shop")
    [applied] = desk.apply_inbox()
    assert (applied.outcome, applied.order_id) == (Outcome.APPLIED, ORDER)
    assert desk.order(ORDER).status is Status.SHIPPED


def test_f11_an_answer_stored_while_the_shop_is_listened_to_makes_no_second_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered(desk)
    look = desk.copies.source_of

    def store_the_answer_after_the_first_look(order: str) -> Copy | None:
        monkeypatch.setattr(desk.copies, "source_of", look)
        found = look(order)
        desk.scripts["shop"].answers.append(CREATED)
        desk.call(ORDER, "create/shop")
        return found

    monkeypatch.setattr(desk.copies, "source_of", store_the_answer_after_the_first_look)
    shop_says(desk, 1)
    assert desk.store.read("shop:555").order is None


def test_the_shops_own_orders_stay_its_own(desk: Desk) -> None:
    created(desk)
    desk.say("shop", {"id": "777", "at": START.isoformat(), "status": "open", "lines": {"5": 1}})
    assert desk.order("shop:777").status is Status.WAITING_SHIPMENT


@pytest.mark.parametrize("forged", ["market:A-1", "market:unknown", "not an order id"])
def test_an_order_that_only_claims_to_stand_for_another_is_the_shops_own(desk: Desk, forged: str) -> None:
    created(desk)
    said = {"id": "888", "source": forged, "at": START.isoformat(), "status": "open", "lines": {"5": 1}}
    desk.say("shop", said)
    assert desk.order("shop:888").status is Status.WAITING_SHIPMENT
    assert desk.order(ORDER).version == 1


def test_a_merchants_command_on_the_order_reaches_both(desk: Desk) -> None:
    created(desk)
    desk.give(ORDER, c.Cancel(reason="out_of_stock"))
    desk.call(ORDER, "cancel")
    desk.call(ORDER, "cancel/shop")
    assert [call.name for call in desk.scripts["market"].told] == ["cancel"]
    assert [call.name for call in desk.scripts["shop"].told] == ["create", "cancel"]


def test_an_order_that_is_called_off_before_it_was_made_is_not_made(desk: Desk) -> None:
    ordered(desk)
    desk.give(ORDER, c.Cancel())
    made = desk.call(ORDER, "create/shop")
    assert (made.state, made.reason) == (EffectState.SKIPPED, "nothing_live")
    assert desk.call(ORDER, "cancel/shop").state is EffectState.SKIPPED
    assert desk.scripts["shop"].told == []


def test_an_order_that_is_called_off_while_nobody_knows_of_its_copy_is_looked_for(desk: Desk) -> None:
    ordered(desk)
    desk.scripts["shop"].answers.append(NoAnswerError("no_answer"))
    desk.call(ORDER, "create/shop")
    desk.give(ORDER, c.Cancel())
    desk.scripts["shop"].looks.append(CREATED)
    assert desk.call(ORDER, "create/shop").state is EffectState.DONE
    desk.call(ORDER, "cancel/shop")
    assert [call.name for call in desk.scripts["shop"].told] == ["create", "cancel"]


@pytest.mark.parametrize("teller", ["merchant", "market"])
def test_pieces_called_off_after_the_copy_was_made_ask_for_a_look_at_it(desk: Desk, teller: str) -> None:
    created(desk)
    if teller == "merchant":
        desk.give(ORDER, c.CancelLines(lines=(("1", 1),)))
    else:
        later = (START + timedelta(hours=1)).isoformat()
        desk.say("market", {"id": "A-1", "at": later, "status": "open", "lines": {"1": 1, "2": 1}})
    assert "copy_differs" in {entry.code for entry in desk.order(ORDER).attention}


def test_a_document_that_changes_no_piece_asks_for_no_look_at_the_copy(desk: Desk) -> None:
    created(desk)
    later = (START + timedelta(hours=1)).isoformat()
    desk.say("market", {"id": "A-1", "at": later, "status": "open", "lines": {"1": 2, "2": 1}})
    desk.give(ORDER, c.Ship(tracking_number=NUMBER))
    assert desk.order(ORDER).attention == ()
