"""Deadlines fire once, survive, and are dropped when something happens before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.orders import commands as c
from shared.orders.changes import Input, Outcome
from shared.orders.decide import decide
from shared.orders.durations import add_months
from shared.orders.facts import PackageWord, StatusWord
from shared.orders.model import Deadline
from tests.unit.orders.story import (
    MARKETPLACE,
    OWN_SHOP,
    PAID,
    PROCESSABLE,
    START,
    Story,
    package,
    processable,
    seen,
    word,
)

DAY = timedelta(days=1)


def fire(story: Story, deadline: Deadline, at: datetime) -> tuple[Outcome, str]:
    given = Input(
        key="k",
        connection="shop-one",
        source="deadline",
        actor="orderhub",
        received_at=at,
        deadline=deadline,
    )
    change = decide(story.order, given, story.rules, at)
    return change.outcome, change.reason


def the(story: Story, kind: str) -> Deadline:
    return next(entry for entry in story.state.deadlines if entry.kind == kind)


def test_a_deadline_fires_once() -> None:
    story = processable()
    story.told(package("completed", waits=True))
    wait = the(story, "tracking_wait")
    story.later(hours=3)
    assert story.status == "shipped"
    assert fire(story, wait, story.now) == (Outcome.IGNORED, "obsolete")


def test_a_deadline_that_was_overtaken_is_obsolete() -> None:
    story = processable()
    story.told(package("completed", waits=True))
    wait = the(story, "tracking_wait")
    story.told(package("completed", waits=True, number="T1"))
    assert fire(story, wait, START + DAY) == (Outcome.IGNORED, "obsolete")


def test_a_deadline_does_not_fire_early() -> None:
    story = processable()
    story.asked(c.Ship())
    assert fire(story, the(story, "close_untracked"), START + DAY) == (Outcome.IGNORED, "not_due")


def test_a_deadline_of_an_order_nobody_knows_is_obsolete() -> None:
    assert fire(Story(), Deadline("close", START), START) == (Outcome.IGNORED, "obsolete")


def test_the_next_due_is_the_earliest_that_may_fire() -> None:
    story = processable(rules=replace(OWN_SHOP, closing_delay=DAY))
    erase = story.state.next_due
    story.told(package("P1", PackageWord.DELIVERED))
    assert story.state.next_due == START + DAY
    assert {entry.kind for entry in story.state.deadlines} == {"close", "erase"}
    story.told(word(StatusWord.DISPUTE_OPENED), time=START + timedelta(hours=1))
    assert story.state.next_due == erase
    assert fire(story, the(story, "close"), START + DAY) == (Outcome.IGNORED, "held_by_dispute")


def test_a_dispute_resolved_before_the_delay_is_over_leaves_it_running() -> None:
    story = processable(rules=replace(OWN_SHOP, closing_delay=DAY))
    story.told(package("P1", PackageWord.DELIVERED))
    story.told(word(StatusWord.DISPUTE_OPENED), time=START + timedelta(hours=1))
    story.told(word(StatusWord.DISPUTE_RESOLVED), time=START + timedelta(hours=2))
    assert story.status == "shipped"
    story.later(days=1)
    assert story.steps[-1] == "T10:closed"


def test_ship_by_is_at_risk_a_day_before_and_late_after() -> None:
    story = Story()
    story.told(seen(ship_by=START + 3 * DAY), PROCESSABLE, PAID)
    story.later(days=2)
    assert story.looks("ship_at_risk")
    assert not story.looks("ship_late")
    story.later(days=1)
    assert story.looks("ship_late")
    story.asked(c.Ship(tracking_number="T1"))
    assert story.state.attention == ()


def test_the_same_ship_by_told_again_does_not_ask_again() -> None:
    story = Story()
    story.told(seen(ship_by=START + 3 * DAY), PROCESSABLE, PAID)
    story.later(days=2)
    story.asked(c.ClearAttention(code="ship_at_risk"))
    story.told(seen(ship_by=START + 3 * DAY, total="11.00"), PROCESSABLE, PAID)
    story.later(hours=1)
    assert story.state.attention == ()


def test_accept_by_is_settled_by_the_acceptance() -> None:
    story = Story(MARKETPLACE)
    story.told(seen(accept_by=START + 2 * DAY), word(StatusWord.ACCEPTANCE_ASKED))
    story.later(days=1)
    assert story.looks("accept_at_risk")
    story.asked(c.Accept())
    assert story.state.attention == ()
    story.later(days=2)
    assert story.state.attention == ()


def test_a_ship_by_that_moves_moves_its_deadlines() -> None:
    story = Story()
    story.told(seen(ship_by=START + 3 * DAY), PROCESSABLE, PAID)
    story.told(seen(ship_by=START + 5 * DAY), PROCESSABLE, PAID, time=START + timedelta(hours=1))
    story.later(days=3)
    assert story.state.attention == ()
    story.later(days=1)
    assert story.looks("ship_at_risk")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 6, datetime(2027, 2, 28, 12, tzinfo=UTC)),
        (datetime(2027, 8, 31, 12, tzinfo=UTC), 6, datetime(2028, 2, 29, 12, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 6, datetime(2026, 7, 15, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), 12, datetime(2027, 12, 31, tzinfo=UTC)),
    ],
)
def test_f54_months_are_calendar_months_and_end_where_the_month_ends(
    start: datetime, months: int, end: datetime
) -> None:
    assert add_months(start, months) == end


def test_the_customer_is_erased_six_calendar_months_after_the_order() -> None:
    story = processable()
    assert the(story, "erase").due == datetime(2026, 9, 2, 9, tzinfo=UTC)
    story.later(days=184)
    assert story.state.erased
    assert story.state.next_due is None


def test_an_order_too_old_to_keep_its_customer_never_stores_one() -> None:
    story = Story(now=START + 200 * DAY)
    change = story.told(seen(placed_at=START), PROCESSABLE, PAID)
    assert change.customer is None
    assert story.state.erased
    assert story.state.address_seen.hash == ""


def test_each_parcel_waits_for_its_own_tracking() -> None:
    story = processable(2)
    story.told(package("A", contents=(("L1", 1),), waits=True))
    story.later(hours=1)
    story.told(package("B", contents=(("L1", 1),), waits=True))
    waiting = [entry.subject for entry in story.state.deadlines if entry.kind == "tracking_wait"]
    assert sorted(waiting) == ["1", "2"]
    story.later(hours=2)
    assert [p.status.value for p in story.state.packages] == ["fulfilled", "ready_to_ship"]
    story.later(hours=1)
    assert story.status == "shipped"
