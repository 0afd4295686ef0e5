"""One connection speaks of an order that another one has: to it, that order is nobody's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.channel import registered
from tests.support.desk import START, Desk

PACKAGE = {"at": START.isoformat(), "packages": [{"id": "p1", "number": "1Z999AA10123456784"}]}
ORDER = {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 1}}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect("market")
        desk.connect("other")
        yield desk


def test_b32_a_document_about_anothers_order_is_answered_like_one_about_nobodys(desk: Desk) -> None:
    desk.say("market", ORDER)
    before = desk.order("market:A-1")

    [foreign] = desk.say("other", {"id": "A-1", **PACKAGE})
    [unknown] = desk.say("other", {"id": "A-2", **PACKAGE})

    assert (foreign.outcome, foreign.reason) == (unknown.outcome, unknown.reason)
    assert (foreign.order_id, unknown.order_id) == ("other:A-1", "other:A-2")
    assert desk.order("market:A-1") == before
    [own] = desk.say("market", {"id": "A-1", **PACKAGE})
    assert own.outcome is not foreign.outcome
    assert desk.order("market:A-1") != before


def test_b32_two_connections_may_both_have_an_order_of_the_same_number(desk: Desk) -> None:
    desk.say("market", ORDER)
    desk.say("other", ORDER | {"status": "canceled"})
    assert str(desk.order("market:A-1").status) == "waiting_shipment"
    assert desk.order("other:A-1").status != desk.order("market:A-1").status
