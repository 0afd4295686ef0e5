"""Effects: claimed by one, marked by the one who has them, found by the sweeper until nothing is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.storage import keys
from shared.storage.owed_effects import Claim
from shared.storage.records import FINISHED, EffectRecord, EffectState
from tests.unit.storage.on_moto import OrdersTable, response_lost, response_lost_for_good
from tests.unit.storage.samples import ORDER_ID, START, document, minute, told

PK = keys.order_pk(ORDER_ID)
ENTRY = told(document())
SK = keys.input_sk(ENTRY.key)
MAIL = "mail/order_received"
UNPARK = "unpark/order"
LEASE = timedelta(minutes=5)


@pytest.fixture
def owing(table: OrdersTable) -> OrdersTable:
    """A table with one order that owes a mail and the unparking of what waits for it."""
    table.apply(ENTRY)
    return table


def claim(table: OrdersTable, at: float = 0, effect: str = MAIL, **options: Any) -> Claim:
    return table.store.claim(PK, SK, effect, now=minute(at), lease=LEASE, **options)


def mark(
    table: OrdersTable, claimed: Claim, state: EffectState = EffectState.DONE, at: float = 1, **options: Any
) -> bool:
    return table.store.mark(PK, SK, MAIL, claim=claimed, state=state, now=minute(at), **options)


def finish_unpark(table: OrdersTable, *, last: bool = False) -> None:
    table.store.finish(PK, SK, UNPARK, now=START, last=last)


def effect_of(table: OrdersTable, key: str = MAIL) -> EffectRecord:
    record = table.store.read_input(PK, SK)
    assert record is not None
    effect = record.effect(key)
    assert effect is not None
    return effect


def owed(table: OrdersTable, at: float = 60) -> list[tuple[str, str]]:
    return list(table.store.owed(before=minute(at), limit=100))


# --- claiming


def test_an_owed_effect_is_claimed_by_the_first(owing: OrdersTable) -> None:
    granted = claim(owing)
    assert (granted.granted, granted.attempt, granted.open_effects) == (True, 1, 2)
    assert granted.effect is not None
    assert granted.effect.lease_until == START + LEASE
    assert effect_of(owing).state is EffectState.CLAIMED


def test_f16_of_two_workers_one_gets_it_and_the_other_is_told_who_has_it(owing: OrdersTable) -> None:
    claim(owing)
    before = owing.items()
    second = claim(owing, at=0)
    assert not second.granted
    assert second.effect is not None
    assert (second.effect.state, second.effect.attempt) == (EffectState.CLAIMED, 1)
    assert second.effect.lease_until == START + LEASE
    assert owing.items() == before


def test_an_effect_that_nobody_owes_cannot_be_claimed(owing: OrdersTable) -> None:
    before = owing.items()
    assert claim(owing, effect="mail/delivered") == Claim(granted=False, effect=None)
    nowhere = owing.store.claim(PK, "INPUT#none", MAIL, now=START, lease=LEASE)
    assert nowhere == Claim(granted=False, effect=None)
    assert owing.items() == before


@pytest.mark.parametrize("state", sorted(FINISHED))
def test_what_is_finished_is_not_claimed_again(owing: OrdersTable, state: EffectState) -> None:
    mark(owing, claim(owing), state)
    again = claim(owing, at=60)
    assert not again.granted
    assert again.effect is not None
    assert again.effect.state is state
    assert not claim(owing, at=60, abandoned_attempt=1).granted


def test_an_abandoned_effect_is_taken_over_after_its_lease_and_not_before(owing: OrdersTable) -> None:
    claim(owing)
    assert not claim(owing, at=5, abandoned_attempt=1).granted
    taken = claim(owing, at=5.01, abandoned_attempt=1)
    assert (taken.granted, taken.attempt) == (True, 2)
    assert effect_of(owing).lease_until == minute(5.01) + LEASE


def test_f16_of_two_who_take_over_one_gets_it(owing: OrdersTable) -> None:
    claim(owing)
    assert claim(owing, at=6, abandoned_attempt=1).granted
    assert not claim(owing, at=6, abandoned_attempt=1).granted
    # Even when the second lease is over: it was not this attempt that was seen.
    assert not claim(owing, at=60, abandoned_attempt=1).granted


# --- marking


@pytest.mark.parametrize("state", sorted(FINISHED))
def test_a_worker_writes_what_became_of_its_effect(owing: OrdersTable, state: EffectState) -> None:
    assert mark(owing, claim(owing), state, proof="message-1", reason="why")
    effect = effect_of(owing)
    assert (effect.state, effect.proof, effect.reason) == (state, "message-1", "why")


def test_f17_a_worker_that_outlived_its_lease_cannot_speak_for_the_next(owing: OrdersTable) -> None:
    zombie = claim(owing)
    taken = claim(owing, at=6, abandoned_attempt=1)
    before = owing.items()
    assert not mark(owing, zombie, proof="from the grave")
    assert owing.items() == before
    assert mark(owing, taken, EffectState.AMBIGUOUS)
    assert not mark(owing, zombie)
    assert effect_of(owing).state is EffectState.AMBIGUOUS


def test_f17_what_another_has_done_is_not_taken_for_our_own_success(owing: OrdersTable) -> None:
    zombie = claim(owing)
    taken = claim(owing, at=6, abandoned_attempt=1)
    assert mark(owing, taken, EffectState.DONE, proof="message-2")
    assert not mark(owing, zombie, EffectState.DONE, proof="message-1")
    assert effect_of(owing).proof == "message-2"


def test_a_worker_that_nobody_replaced_may_speak_after_its_lease(owing: OrdersTable) -> None:
    assert mark(owing, claim(owing), at=60)


def test_nothing_is_marked_that_was_not_claimed(owing: OrdersTable) -> None:
    before = owing.items()
    assert not mark(owing, Claim(granted=True, effect=None, attempt=1, open_effects=1))
    assert owing.items() == before


def test_a_finished_effect_keeps_its_first_mark(owing: OrdersTable) -> None:
    claimed = claim(owing)
    mark(owing, claimed, EffectState.DONE, proof="message-1")
    assert not mark(owing, claimed, EffectState.FAILED)
    assert effect_of(owing).proof == "message-1"


def test_an_effect_put_back_is_owed_again_and_counts_its_attempts(owing: OrdersTable) -> None:
    assert mark(owing, claim(owing), EffectState.OWED, reason="throttled")
    again = claim(owing, at=10)
    assert (again.granted, again.attempt) == (True, 2)
    assert owed(owing) == [(PK, SK)]


# --- lost responses


def test_f32_a_claim_whose_answer_was_lost_is_known_as_ours(owing: OrdersTable) -> None:
    owing.failures.append(response_lost)
    granted = claim(owing)
    assert (granted.granted, granted.attempt, granted.open_effects) == (True, 1, 2)
    assert mark(owing, granted)


def test_f32_a_take_over_whose_answer_was_lost_is_known_as_ours(owing: OrdersTable) -> None:
    claim(owing)
    owing.failures.append(response_lost)
    taken = claim(owing, at=6, abandoned_attempt=1)
    assert (taken.granted, taken.attempt) == (True, 2)


def test_f32_another_workers_claim_is_not_taken_for_ours(owing: OrdersTable) -> None:
    def overtaken(carry_out: Any) -> Any:
        # Another worker's request arrives first, with the very same times.
        owing.store.claim(PK, SK, MAIL, now=START, lease=LEASE)
        return carry_out()

    owing.failures.append(overtaken)
    assert not claim(owing).granted


def test_f14_a_claim_of_which_nobody_heard_is_not_ours_and_is_not_given_twice(owing: OrdersTable) -> None:
    owing.failures.append(response_lost_for_good)
    with pytest.raises(Exception, match="Read timeout"):
        claim(owing)
    again = claim(owing)
    assert not again.granted
    assert claim(owing, at=6, abandoned_attempt=1).granted


def test_f32_a_mark_whose_answer_was_lost_is_known_as_ours(owing: OrdersTable) -> None:
    claimed = claim(owing)
    owing.failures.append(response_lost)
    assert mark(owing, claimed, proof="message-1")
    assert effect_of(owing).proof == "message-1"


def test_f32_finishing_twice_is_finishing_once(owing: OrdersTable) -> None:
    owing.failures.append(response_lost)
    finish_unpark(owing)
    once = owing.items()
    finish_unpark(owing, last=True)
    assert owing.items() == once
    assert effect_of(owing, UNPARK).state is EffectState.DONE


# --- the owed index


def test_an_input_is_owed_until_its_last_effect_is_finished(owing: OrdersTable) -> None:
    assert owed(owing) == [(PK, SK)]
    finish_unpark(owing)
    assert owed(owing) == [(PK, SK)]
    claimed = claim(owing)
    assert claimed.open_effects == 1
    assert owed(owing) == [(PK, SK)]
    mark(owing, claimed)
    assert owed(owing) == []
    assert not {"owed_shard", "owed_at"} & set(owing.item(PK, SK))


def test_an_input_is_owed_until_its_last_effect_is_finished_in_the_other_order_too(
    owing: OrdersTable,
) -> None:
    mark(owing, claim(owing))
    assert owed(owing) == [(PK, SK)]
    finish_unpark(owing, last=True)
    assert owed(owing) == []


def test_an_effect_put_back_stays_in_the_index_though_it_is_the_only_one_open(owing: OrdersTable) -> None:
    finish_unpark(owing)
    mark(owing, claim(owing), EffectState.OWED)
    assert owed(owing) == [(PK, SK)]


def test_what_two_workers_left_behind_is_settled(owing: OrdersTable) -> None:
    claimed = claim(owing)
    finish_unpark(owing)  # saw the mail still open
    mark(owing, claimed)  # had seen the unparking still open
    assert owed(owing) == [(PK, SK)]
    owing.store.settle(PK, SK)
    assert owed(owing) == []
    assert effect_of(owing).state is EffectState.DONE


def test_settling_what_is_gone_makes_nothing(table: OrdersTable) -> None:
    table.store.settle(PK, SK)
    assert table.items() == {}


def test_an_input_that_is_put_last_stands_where_it_would_if_it_had_come_then(owing: OrdersTable) -> None:
    owing.store.put_last(PK, SK, minute(30))
    assert (owed(owing, at=30), owed(owing, at=31)) == ([], [(PK, SK)])


def test_what_waits_for_a_later_time_is_not_brought_forward(owing: OrdersTable) -> None:
    finish_unpark(owing)
    mark(owing, claim(owing), EffectState.OWED, again_at=minute(45))
    owing.store.put_last(PK, SK, minute(30))
    assert owed(owing, at=44) == []


def test_what_owes_nothing_by_now_does_not_come_back_into_the_line(owing: OrdersTable) -> None:
    finish_unpark(owing)
    mark(owing, claim(owing))
    before = owing.items()
    owing.store.put_last(PK, SK, minute(30))
    owing.store.put_last(PK, "INPUT#none", minute(30))
    assert owing.items() == before


def test_the_newest_are_left_to_the_stream(owing: OrdersTable) -> None:
    assert owed(owing, at=0) == []
    assert owed(owing, at=0.001) == [(PK, SK)]


def test_data_of_an_effect_comes_back(owing: OrdersTable) -> None:
    item = owing.item(PK, SK)
    effects = item["effects"]["M"] | {
        "stock/take/1": {"M": {"state": {"S": "owed"}, "data": {"M": {"sku": {"S": "SKU-1"}}}}}
    }
    owing.change(PK, SK, effects={"M": effects})
    assert effect_of(owing, "stock/take/1").data == {"sku": "SKU-1"}
