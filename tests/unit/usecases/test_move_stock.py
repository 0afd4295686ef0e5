"""What orders owe to the stock: moved once, in their order, and said on the order where it could not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.orders import commands as c
from shared.orders.facts import LineSeen
from shared.orders.statuses import Status
from shared.storage import stock_requests as requests
from shared.storage.orders_table import StoreBusyError
from shared.storage.records import EffectMessage, EffectState
from shared.usecases.move_stock import Carried, move_stock
from tests.support.channel import registered
from tests.support.desk import START, Desk

MARKET = "market"
ORDER = "market:A-1"


class Stock:
    """A desk whose market moves stock; ``work`` carries out what is owed."""

    def __init__(self, desk: Desk, **settings: Any) -> None:
        self.desk = desk
        desk.connect(MARKET, stock=True, **settings)

    def count(self, on_hand: int, sku: str = "SKU-1") -> None:
        self.desk.ledger.set_on_hand(
            sku,
            lambda _level: on_hand,
            kind=requests.COUNTED,
            actor="clerk",
            once=f"{sku}/{on_hand}",
            fingerprint="",
            now=START,
        )

    def order(self, pieces: int = 2, status: str = "open", number: str = "A-1") -> str:
        document = {"id": number, "at": START.isoformat(), "status": status, "lines": {"1": pieces}}
        self.desk.say(MARKET, document)
        return f"{MARKET}:{number}"

    def owed(self, order: str = ORDER) -> list[EffectMessage]:
        return [
            EffectMessage(pk=record.pk, sk=record.sk, effect=effect.key)
            for record in self.desk.store.history(order)
            for effect in record.effects
            if effect.key.startswith("stock/") and effect.state is EffectState.OWED
        ]

    def work(self, order: str = ORDER) -> list[Carried]:
        carried: list[Carried] = []
        while owed := self.owed(order):
            carried += move_stock(owed[0], self.desk.stock)
        return carried

    def stands(self) -> tuple[int, int]:
        """Return pieces on hand and available."""
        level = self.desk.ledger.level("SKU-1")
        assert level is not None
        return level.on_hand, level.available

    def attention(self, order: str = ORDER) -> set[str]:
        return {entry.code for entry in self.desk.order(order).attention}


@pytest.fixture
def desk() -> Any:
    with registered():
        yield Desk()


def test_an_order_reserves_its_pieces_and_takes_them_when_it_leaves(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    order = stock.order()
    stock.work()
    assert stock.stands() == (5, 3)
    desk.give(order, c.Ship(tracking_number="00340434161094000009", carrier="dhl"))
    stock.work()
    assert stock.stands() == (3, 3)


def test_two_movements_that_one_document_causes_are_both_made(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    sent = [{"id": "p-1", "number": "00340434161094000009", "lines": {"1": 1}}]
    document = {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}, "packages": sent}
    desk.say(MARKET, document)
    first, second = stock.owed()
    assert (first.sk, first.effect.split("/")[1], second.effect.split("/")[1]) == (
        second.sk,
        "reserve",
        "take",
    )
    stock.work()
    assert stock.stands() == (4, 3)


def test_an_order_without_enough_stock_goes_on_and_says_so(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(1)
    stock.order()
    [carried] = stock.work()
    assert (carried.state, carried.reason, carried.reported) == (EffectState.DONE, "short", ("short",))
    assert stock.stands() == (1, 1)
    assert stock.attention() == {"stock_short"}
    assert desk.order(ORDER).status is Status.WAITING_SHIPMENT


def test_more_that_leaves_than_was_there_is_shown(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(1)
    order = stock.order()
    desk.give(order, c.Ship(tracking_number="00340434161094000009", carrier="dhl"))
    stock.work()
    assert stock.stands() == (-1, -1)
    assert stock.attention() == {"stock_short", "stock_below_zero"}


def test_a_canceled_order_gives_back_what_it_holds(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    order = stock.order()
    stock.work()
    desk.give(order, c.Cancel())
    stock.work()
    assert stock.stands() == (5, 5)


def test_what_comes_before_its_reservation_carries_that_out_first(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    order = stock.order()
    desk.give(order, c.Cancel())
    first, second = stock.owed()
    carried = move_stock(second, desk.stock)
    assert [entry.effect for entry in carried] == [first.effect, second.effect]
    assert stock.stands() == (5, 5)
    assert desk.ledger.held(ORDER, ["SKU-1"]) == {"SKU-1": 0}


def test_a_movement_whose_message_comes_twice_is_made_once(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    stock.order()
    [owed] = stock.owed()
    assert [move_stock(owed, desk.stock)[0].state for _ in range(2)] == [EffectState.DONE] * 2
    assert stock.stands() == (5, 3)


def test_a_movement_whose_worker_vanished_is_made_once_by_the_next(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    stock.order()
    [owed] = stock.owed()
    mark, desk.store.mark = desk.store.mark, lambda *_args, **_more: None  # type: ignore[assignment, method-assign]
    move_stock(owed, desk.stock)
    desk.store.mark = mark  # type: ignore[method-assign]
    with pytest.raises(StoreBusyError):
        move_stock(owed, desk.stock)
    desk.at += timedelta(minutes=5)
    assert move_stock(owed, desk.stock)[0].state is EffectState.DONE
    assert stock.stands() == (5, 3)


def test_goods_that_are_not_tracked_move_nothing(desk: Desk) -> None:
    stock = Stock(desk)
    stock.order()
    [carried] = stock.work()
    assert carried.reason == "untracked"
    assert stock.attention() == set()
    assert desk.ledger.level("SKU-1") is None


# Auto-accept


@pytest.mark.parametrize(("on_hand", "code"), [(1, "stock_short"), (4, "stock_below_buffer")])
def test_an_order_is_not_accepted_by_rule_where_the_buffer_would_not_be_left(
    desk: Desk, on_hand: int, code: str
) -> None:
    stock = Stock(desk, auto_accept=True, stock_buffer=3)
    stock.count(on_hand)
    stock.order(status="asked")
    stock.work()
    assert desk.order(ORDER).status is Status.WAITING_ACCEPTANCE
    assert stock.attention() == {code}


def test_an_order_is_accepted_by_rule_once_its_pieces_are_reserved(desk: Desk) -> None:
    stock = Stock(desk, auto_accept=True, stock_buffer=3)
    stock.count(5)
    stock.order(status="asked")
    assert desk.order(ORDER).status is Status.WAITING_ACCEPTANCE
    stock.work()
    assert desk.order(ORDER).status is not Status.WAITING_ACCEPTANCE
    assert "channel/accept" in desk.owed(ORDER)
    assert stock.stands() == (5, 3)
    [rule] = [record for record in desk.store.history(ORDER) if record.source == "rule"]
    assert rule.command == "accept"


@pytest.mark.parametrize(("scarce", "accepted"), [("SKU-1", False), ("SKU-9", False), ("", True)])
def test_an_order_of_more_skus_than_one_transaction_takes_is_accepted_by_rule_as_a_whole(
    desk: Desk, scarce: str, accepted: bool
) -> None:
    stock = Stock(desk, auto_accept=True)
    lines = {str(number): 2 for number in range(1, requests.SKUS_AT_ONCE + 8)}
    for line in lines:
        stock.count(1 if f"SKU-{line}" == scarce else 2, f"SKU-{line}")
    desk.say(MARKET, {"id": "A-1", "at": START.isoformat(), "status": "asked", "lines": lines})
    stock.work()
    assert (desk.order(ORDER).status is not Status.WAITING_ACCEPTANCE) is accepted
    assert stock.attention() == (set() if accepted else {"stock_short"})
    held = {sku for line in lines for sku, count in desk.ledger.held(ORDER, [f"SKU-{line}"]).items() if count}
    assert held == ({f"SKU-{line}" for line in lines} if accepted else set())


def test_each_connection_accepts_by_rule_above_its_own_buffer_of_a_shared_sku(desk: Desk) -> None:
    stock = Stock(desk, auto_accept=True, stock_buffer=3)
    desk.connect("bazaar", stock=True, auto_accept=True, stock_buffer=1)
    stock.count(7)
    document = {"id": "A-1", "at": START.isoformat(), "status": "asked", "lines": {"1": 2}}
    for name in (MARKET, "bazaar"):
        desk.say(name, document)
        stock.work(f"{name}:A-1")
        assert desk.order(f"{name}:A-1").status is not Status.WAITING_ACCEPTANCE
    # Three are left: one more leaves two, below the market's buffer, and another one just the bazaar's own.
    late = {**document, "id": "A-2", "lines": {"1": 1}}
    for name in (MARKET, "bazaar"):
        desk.say(name, late)
        stock.work(f"{name}:A-2")
    assert desk.order(f"{MARKET}:A-2").status is Status.WAITING_ACCEPTANCE
    assert stock.attention(f"{MARKET}:A-2") == {"stock_below_buffer"}
    assert desk.order("bazaar:A-2").status is not Status.WAITING_ACCEPTANCE


def test_an_order_of_goods_without_a_level_is_left_to_the_merchant(desk: Desk) -> None:
    stock = Stock(desk, auto_accept=True)
    stock.order(status="asked")
    stock.work()
    assert desk.order(ORDER).status is Status.WAITING_ACCEPTANCE
    assert stock.attention() == {"stock_unknown"}


def test_without_the_rule_an_order_that_is_reserved_waits_for_the_merchant(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    stock.order(status="asked")
    stock.work()
    assert stock.stands() == (5, 3)
    assert desk.order(ORDER).status is Status.WAITING_ACCEPTANCE
    assert stock.attention() == set()


def test_an_order_with_a_line_that_has_no_sku_is_left_to_the_merchant(desk: Desk) -> None:
    stock = Stock(desk, auto_accept=True)
    stock.count(5)
    document = {"id": "A-1", "at": START.isoformat(), "status": "asked", "lines": {"1": 1, "service": 1}}
    desk.say(MARKET, document)
    stock.work()
    assert desk.order(ORDER).status is Status.WAITING_ACCEPTANCE
    assert stock.attention() == {"stock_unknown"}


def test_what_an_order_gives_back_while_it_waits_neither_accepts_it_nor_says_anything(desk: Desk) -> None:
    stock = Stock(desk, auto_accept=True, stock_buffer=5)
    stock.count(9)
    desk.say(MARKET, at(0, l1=5) | {"status": "asked"})
    stock.work()
    assert stock.attention() == {"stock_below_buffer"}
    told = len(desk.store.history(ORDER))
    desk.say(MARKET, at(5, l1=1) | {"status": "asked"})
    stock.work()
    assert stock.stands() == (9, 8)
    assert desk.order(ORDER).status is Status.WAITING_ACCEPTANCE
    assert len(desk.store.history(ORDER)) == told + 1  # the document, and no word of ours


@pytest.mark.parametrize("crash", ["report", "mark"])
def test_f33_more_that_leaves_than_was_there_is_shown_by_whoever_comes_after_a_crash(
    desk: Desk, crash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = Stock(desk)
    stock.count(1)
    order = stock.order()
    stock.work()
    desk.give(order, c.Ship(tracking_number="00340434161094000009", carrier="dhl"))
    [taken] = stock.owed()

    def die(*_arguments: object, **_options: object) -> None:
        raise StoreBusyError("crashed")

    with monkeypatch.context() as patch:
        patch.setattr(f"shared.usecases.move_stock._{crash}", die)
        with pytest.raises(StoreBusyError):
            move_stock(taken, desk.stock)
    desk.at += timedelta(hours=1)
    move_stock(taken, desk.stock)
    assert stock.stands() == (-1, -1)
    assert stock.attention() == {"stock_short", "stock_below_zero"}


def test_without_stock_the_rule_accepts_at_once(desk: Desk) -> None:
    desk.connect(MARKET, auto_accept=True)
    document = {"id": "A-1", "at": START.isoformat(), "status": "asked", "lines": {"1": 2}}
    desk.say(MARKET, document)
    assert desk.order(ORDER).status is not Status.WAITING_ACCEPTANCE


def at(minutes: int, **lines: int) -> dict[str, Any]:
    """A document of the order, newer by so many minutes; lines by name, l1 and l2."""
    named = {name[1:]: pieces for name, pieces in lines.items()}
    moment = (START + timedelta(minutes=minutes)).isoformat()
    return {"id": "A-1", "at": moment, "status": "open", "lines": named}


def test_a_line_that_leaves_the_document_gives_its_pieces_back(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    desk.say(MARKET, at(0, l1=2, l2=1))
    stock.work()
    desk.say(MARKET, at(5, l2=1))
    stock.work()
    assert stock.stands() == (5, 5)


def test_a_line_that_was_added_by_hand_outlives_the_documents_that_do_not_know_it(desk: Desk) -> None:
    stock = Stock(desk)
    stock.count(5)
    desk.say(MARKET, at(0, l2=1))
    desk.give(ORDER, c.AddLine(line=LineSeen(external_id="gift", sku="SKU-1", quantity=1)))
    desk.say(MARKET, at(5, l2=2))
    assert {line.id: line.live for line in desk.order(ORDER).lines} == {"2": 2, "gift": 1}
    desk.give(ORDER, c.Ship(tracking_number="00340434161094000009", carrier="dhl"))
    stock.work()
    assert stock.stands() == (4, 4)
