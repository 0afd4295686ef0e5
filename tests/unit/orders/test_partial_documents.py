"""Partial documents: they add lines, and say nothing of those that they do not name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.orders.changes import Outcome
from shared.orders.facts import OrderSeen
from tests.unit.orders.story import PAID, PROCESSABLE, START, Story, lines, processable, seen

MINUTE = timedelta(minutes=1)


def some(*named: int, of: tuple[int, ...]) -> OrderSeen:
    """A partial document of an order with lines of so many pieces: it names the lines with these numbers."""
    items = lines(*of)
    return replace(seen(items=tuple(items[n - 1] for n in named)), total=None, is_partial=True)


def live(story: Story) -> dict[str, int]:
    assert story.order is not None
    return {line.id: line.live for line in story.order.lines}


def test_a_line_that_a_partial_document_does_not_name_stays() -> None:
    story = processable(2, 3)
    story.told(some(1, of=(2, 3)), PROCESSABLE, PAID, time=START + MINUTE)
    assert live(story) == {"L1": 2, "L2": 3}


def test_the_pieces_of_known_lines_are_left_to_the_whole_document() -> None:
    story = processable(2, 3)
    story.told(some(1, of=(1, 3)), PROCESSABLE, PAID, time=START + MINUTE)
    assert live(story) == {"L1": 2, "L2": 3}
    story.told(seen(1, 3), PROCESSABLE, PAID, time=START + 2 * MINUTE)
    assert live(story) == {"L1": 1, "L2": 3}


def test_a_line_that_is_not_known_is_added() -> None:
    story = Story()
    story.told(some(1, of=(2, 3)), PROCESSABLE, PAID, time=START)
    assert live(story) == {"L1": 2}
    story.told(some(2, of=(2, 3)), PROCESSABLE, PAID, time=START + MINUTE)
    assert live(story) == {"L1": 2, "L2": 3}


def test_a_partial_document_does_not_take_the_place_of_a_whole_one() -> None:
    story = processable(2, 3)
    change = story.told(some(1, of=(2, 3)), PROCESSABLE, PAID, time=START + MINUTE)
    assert change.seen is None
    change = story.told(seen(2, 3, shipping_method="Parcel"), PROCESSABLE, PAID, time=START + 2 * MINUTE)
    assert change.seen is not None
    assert len(change.seen.lines) == 2


def test_a_total_that_is_known_is_not_forgotten() -> None:
    story = processable(2, 3)
    assert story.order is not None
    total = story.order.total
    change = story.told(some(1, of=(2, 3)), PROCESSABLE, PAID, time=START + MINUTE)
    assert change.outcome is Outcome.APPLIED
    assert story.order.total == total is not None
