"""A buyer of the shop writes the id of another order into theirs: it is not believed, and hides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.orders.changes import Outcome
from shared.orders.commands import Resend
from shared.orders.statuses import Status
from shared.storage import keys
from shared.usecases.apply_receipt import apply_parked
from shared.wire.calls import Answered, Told
from shared.wire.http import RefusedError
from tests.support.channel import registered
from tests.support.desk import START, Desk

ORDER = "market:A-1"
FORGED = "shop:888"
LINES = {"5": 1}
PACKAGE = {"id": "f1", "lines": LINES, "number": "00340434161094000009"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect("market", back_office="shop", own_shop=False)
        desk.connect("shop", is_back_office=True, own_shop=False)
        yield desk


def ordered(desk: Desk) -> None:
    desk.say("market", {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}})


def forge(desk: Desk, minutes: int = 0, **said: Any) -> Outcome:
    at = (START + timedelta(minutes=minutes)).isoformat()
    forged = {"id": "888", "source": ORDER, "at": at, "status": "open", "lines": LINES}
    [applied] = desk.say("shop", forged | said)
    return applied.outcome


def parked(desk: Desk) -> list[str]:
    return list(desk.store.parked_keys(keys.order_pk(FORGED)))


def create(desk: Desk) -> None:
    created = Answered(told=Told.CONFIRMED, external_id="555", lines={"1": "9001"})
    desk.scripts["shop"].answers.append(created)
    desk.call(ORDER, "create/shop")


def test_a_forged_copy_touches_nothing_of_the_order_it_names(desk: Desk) -> None:
    ordered(desk)
    before = desk.order(ORDER)
    assert forge(desk, 1, packages=[PACKAGE]) is Outcome.PARKED
    assert forge(desk, 2, status="canceled") is Outcome.PARKED
    assert desk.order(ORDER) == before

    create(desk)
    desk.apply_inbox()
    assert desk.copies.source_of(FORGED) is None
    assert desk.order(ORDER).status is Status.WAITING_SHIPMENT
    assert desk.order(ORDER).packages == ()
    assert desk.scripts["market"].told == []


def test_a_forged_copy_is_the_shops_own_order_as_soon_as_the_copy_is_known(desk: Desk) -> None:
    ordered(desk)
    forge(desk, 1, packages=[PACKAGE])
    create(desk)
    before = desk.order(ORDER)
    assert forge(desk, 2) is Outcome.APPLIED
    # The order is there: what waited for it comes back.
    for sk in parked(desk):
        waiting = desk.store.read_parked(keys.order_pk(FORGED), sk)
        assert waiting is not None
        assert apply_parked(waiting, desk.documents).order_id == FORGED
    assert parked(desk) == []
    assert desk.order(ORDER) == before


def test_forged_copies_fill_the_store_by_no_more_than_what_the_shop_says_until_it_has_answered(
    desk: Desk,
) -> None:
    ordered(desk)
    for _ in range(50):
        forge(desk, 1)
    assert len(parked(desk)) == 1
    create(desk)
    for minute in range(2, 52):
        forge(desk, minute)
    assert len(parked(desk)) == 1


def test_nothing_waits_for_a_copy_that_the_shop_refused_for_good(desk: Desk) -> None:
    ordered(desk)
    desk.scripts["shop"].answers.append(RefusedError("unmapped_sku"))
    desk.call(ORDER, "create/shop")
    assert forge(desk, 1) is Outcome.APPLIED
    assert parked(desk) == []
    assert desk.order(FORGED).status is Status.WAITING_SHIPMENT


def test_what_names_a_refused_copy_waits_again_while_it_is_created_once_more(desk: Desk) -> None:
    ordered(desk)
    desk.scripts["shop"].answers.append(RefusedError("unmapped_sku"))
    desk.call(ORDER, "create/shop")
    desk.give(ORDER, Resend(effect_key="channel/create/shop"))
    assert forge(desk, 1) is Outcome.PARKED
    assert desk.store.read(FORGED).order is None


def test_nothing_waits_for_an_order_that_nobody_creates_in_this_shop(desk: Desk) -> None:
    for source in ("market:A-2", "shop:1", "other:1", "x" * 500):
        assert forge(desk, 1, id=source[:9], source=source) is Outcome.APPLIED
    assert parked(desk) == []
