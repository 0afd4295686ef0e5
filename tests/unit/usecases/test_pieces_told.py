"""Which pieces a channel is told of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.orders import commands as c
from tests.support.channel import registered
from tests.support.desk import START, Desk

MARKET = "market"
ORDER = "market:A-1"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        yield desk


def asked(desk: Desk) -> None:
    """An order of three and one pieces that waits to be accepted; one of the three is called off."""
    lines = {"1": 3, "2": 1}
    desk.say(MARKET, {"id": "A-1", "at": START.isoformat(), "status": "asked", "lines": lines})
    desk.give(ORDER, c.CancelLines(lines=(("1", 1),)))


def told(desk: Desk, effect: str) -> dict[str, int]:
    desk.call(ORDER, effect)
    return {piece.line_id: piece.quantity for piece in desk.scripts[MARKET].told[-1].pieces}


def test_what_is_accepted_is_what_is_live(desk: Desk) -> None:
    asked(desk)
    desk.give(ORDER, c.Accept())
    assert told(desk, "accept") == {"1": 2, "2": 1}


def test_what_is_refused_is_all_that_was_ordered(desk: Desk) -> None:
    asked(desk)
    desk.give(ORDER, c.Refuse())
    assert told(desk, "refuse") == {"1": 3, "2": 1}


def test_a_return_is_answered_with_its_own_pieces(desk: Desk) -> None:
    lines = {"1": 3, "2": 1}
    desk.say(MARKET, {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": lines})
    desk.give(ORDER, c.Ship(tracking_number="00340434161094000009"))
    desk.give(ORDER, c.RequestReturn(return_id="R-1", lines=(("1", 2),)))
    desk.give(ORDER, c.RequestReturn(return_id="R-2", lines=(("2", 1),)))
    desk.give(ORDER, c.AcceptReturn(return_id="R-1"))
    assert told(desk, "answer_return/R-1@accepted") == {"1": 2}
