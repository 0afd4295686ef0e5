"""The table of words: complete, and it tells what was seen from what was not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from local.day import Day, moment_of
from local.ledger import Ledger
from local.scenario import STEPS
from local.steps import Command
from local.words import WORDS, Word, complaints_of, product_line, seen_in, word_lines
from shared.orders.changes import Move, Outcome
from shared.orders.model import Attention, Order, Package
from shared.orders.statuses import ChannelStatus, PackageStatus, Status
from shared.storage.records import EffectRecord, EffectState, InputRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWED = {word.here for word in WORDS if not word.needs}
MOMENTS: dict[tuple[str, str], set[str]] = {}
for _word in WORDS:
    MOMENTS.setdefault((_word.order, _word.step), set()).add(_word.here)


def record(
    *,
    command: str = "",
    outcome: Outcome = Outcome.APPLIED,
    moves: tuple[Move, ...] = (),
    effects: tuple[EffectRecord, ...] = (),
) -> InputRecord:
    return InputRecord(
        pk="ORDER#shop-one:1",
        sk="INPUT#a",
        outcome=outcome,
        reason="",
        source="api",
        actor="clerk",
        received_at=NOW,
        command=command,
        moves=moves,
        effects=effects,
    )


def test_all_fifteen_words_of_the_marketplaces_are_there_once() -> None:
    words = [word.here for word in WORDS if word.product == "Lengow"]
    assert Counter(words) == Counter(f"channel_status {status.value}" for status in ChannelStatus)


def test_every_product_has_its_words() -> None:
    assert Counter(word.product for word in WORDS) == {"Lengow": 15, "ikas": 13, "Channable": 8, "Lynks": 6}


def test_a_day_that_shows_what_it_owes_has_no_complaint() -> None:
    assert complaints_of(OWED, MOMENTS) == []


def test_a_word_that_was_not_seen_is_a_complaint() -> None:
    assert complaints_of(OWED - {"channel_status refunding"}, MOMENTS) == [
        "Lengow Rückerstattung: channel_status refunding was not seen"
    ]


def test_a_word_that_is_seen_although_it_needs_something_is_a_complaint() -> None:
    assert complaints_of(OWED | {"document delivery_note"}, MOMENTS) == [
        "Lynks Lieferschein drucken: document delivery_note was seen"
    ]


@pytest.mark.parametrize("word", [word for word in WORDS if word.step], ids=lambda word: word.word)
def test_a_word_beside_the_wrong_name_of_ours_is_a_complaint(word: Word) -> None:
    moments = MOMENTS | {(word.order, word.step): {"what the order is then"}}
    complaint = f"{word.product} {word.word}: {word.order} is not {word.here} after {word.step}"
    assert complaint in complaints_of(OWED, moments)


def test_every_word_has_a_moment_of_the_day_but_those_of_calls_under_way() -> None:
    days = {moment_of(step) for step in STEPS}
    assert {(word.order, word.step) for word in WORDS if word.step} <= days
    assert [word.word for word in WORDS if not word.step and not word.needs] == [
        "pending shipment",
        "pending cancellation",
    ]


def test_the_words_of_each_product_are_counted() -> None:
    assert product_line({"channel_status new"}).endswith(
        "Lengow 1 of 15, ikas 0 of 13, Channable 0 of 8, Lynks 0 of 6"
    )


def test_the_table_says_seen_or_what_is_needed() -> None:
    lines = word_lines({"channel_status new"})
    assert len(lines) == len(WORDS)
    assert lines[0].split() == [
        *("Lengow", "Neu", "channel_status", "new", "seen:", "shop-two:by-hand-1", "create_order")
    ]
    assert any(line.endswith("needs documents, which are not made yet") for line in lines)
    assert lines[3].endswith("not seen")


def test_an_order_wears_a_word_on_each_axis() -> None:
    order = Order(
        id="shop-one:1",
        version=1,
        status=Status.WAITING_SHIPMENT,
        currency="EUR",
        total=Decimal(5),
        cancellation_requested=True,
        attention=(Attention("code"),),
        packages=(
            Package(
                id="1",
                status=PackageStatus.READY_TO_SHIP,
                contents=(("cup", 1),),
                awaiting_tracking_until=NOW,
            ),
        ),
    )
    assert seen_in(Ledger(orders=(order,))) == {
        "status waiting_shipment",
        "channel_status waiting_shipment",
        "fulfillment ready_to_ship",
        "payment pending",
        "refund none",
        "returns none",
        "flag cancellation_requested",
        "flag attention",
        "package awaiting_tracking",
    }


def test_what_lasts_no_time_is_seen_in_the_history() -> None:
    moves = (Move(rule="T17", source="ready_for_pickup", target="picked_up"),)
    assert seen_in(Ledger(records=(record(moves=moves),))) == {
        "status picked_up",
        "channel_status picked_up",
    }


def test_a_command_counts_once_it_is_done() -> None:
    done, refused = record(command="ship"), record(command="cancel", outcome=Outcome.REFUSED)
    assert seen_in(Ledger(records=(done, refused))) == {"command ship"}


def test_a_call_that_its_channel_has_still_to_show_is_seen_and_a_mail_is_none() -> None:
    owed = (
        EffectRecord(key="channel/ship/1", state=EffectState.PENDING),
        EffectRecord(key="channel/cancel", state=EffectState.DONE),
        EffectRecord(key="mail/shipped/1", state=EffectState.OWED),
    )
    assert seen_in(Ledger(records=(record(effects=owed),))) == {"pending ship"}


def test_a_moment_is_what_an_order_wears_after_its_step_and_what_was_done_in_it() -> None:
    def look(status: Status, *records: InputRecord) -> Ledger:
        order = Order(id="shop-one:1", version=1, status=status, currency="EUR", total=Decimal(5))
        return Ledger(orders=(order,), records=records)

    pending = EffectRecord(key="channel/ship/1", state=EffectState.PENDING)
    step = Command(order="shop-one:1", name="ship")
    day = Day(cast("Any", None), {}, cast("Any", None), {})
    day.see(look(Status.NEW, record(command="mark_paid")))
    day.begin(step)
    day.see(look(Status.NEW, record(command="mark_paid")))
    shipping = replace(record(command="ship", effects=(pending,)), sk="INPUT#b")
    day.see(look(Status.WAITING_SHIPMENT, record(command="mark_paid"), shipping))
    shipped = replace(shipping, effects=())
    day.see(look(Status.SHIPPED, record(command="mark_paid"), shipped))
    seen = day.seen_in_step()
    assert {"status shipped", "command ship", "pending ship"} <= seen
    assert not {"status new", "status waiting_shipment", "command mark_paid"} & seen
