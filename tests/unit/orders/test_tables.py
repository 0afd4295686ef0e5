"""The tables are complete: every word has its meaning, every status is reachable, every end is on purpose."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from shared.orders import transitions as t
from shared.orders.allowed import CHECKS, command_name
from shared.orders.apply_packages import PACKAGE_TARGETS
from shared.orders.apply_scans import SCAN_TARGETS
from shared.orders.changes import Move
from shared.orders.commands import Command
from shared.orders.decide_commands import _APPLY as COMMANDS
from shared.orders.decide_deadlines import _FIRE as DEADLINES
from shared.orders.effects import (
    CALL_OF_COMMAND,
    CALLS,
    EFFECTS,
    MAILS,
    STOCK_MOVES,
    Cause,
    again,
    subject_of,
)
from shared.orders.facts import PackageWord, RefundWord, ReturnWord, ScanStatus, StatusWord
from shared.orders.statuses import MEANINGS, ChannelStatus, PackageStatus, RefundStatus, Status


@pytest.mark.parametrize("axis", MEANINGS, ids=lambda axis: axis.__name__)
def test_every_value_of_every_axis_has_one_sentence_of_meaning(axis: type[Status]) -> None:
    assert list(MEANINGS[axis]) == [value.value for value in axis]
    assert all(meaning.endswith(".") and ". " not in meaning for meaning in MEANINGS[axis].values())


def test_the_channel_knows_fifteen_words() -> None:
    assert len(ChannelStatus) == 15
    assert {status.value for status in Status} < {word.value for word in ChannelStatus}


def test_the_rules_are_t1_to_t18() -> None:
    assert tuple(f"T{n}" for n in range(1, 19)) == t.RULES


def test_every_status_is_reachable_from_nothing() -> None:
    reached: set[str] = {t.NO_ORDER}
    for _ in Status:
        for row in t.TRANSITIONS:
            if row.rule != "T4" and reached & set(row.sources):
                reached |= set(row.targets)
    assert reached == {t.NO_ORDER, *Status}


def test_only_the_ends_have_no_way_on_but_to_be_canceled() -> None:
    def ways_on(status: Status) -> set[str]:
        return {row.rule for row in t.TRANSITIONS if status in row.sources} - {"T14"}

    ends = {status for status in Status if not ways_on(status)}
    assert ends == {Status.CLOSED, Status.REFUSED, Status.CANCELED, Status.PICKUP_CANCELED}


def test_nothing_leads_out_of_canceled() -> None:
    assert all(Status.CANCELED not in row.sources for row in t.TRANSITIONS)


def test_every_row_says_by_whom_and_what() -> None:
    for row in t.TRANSITIONS:
        assert set(row.by) <= set("CRFAD")
        assert row.by
        assert row.event


def test_sources_of_names_what_the_database_may_find() -> None:
    assert t.sources_of("T13") == {"new", "waiting_acceptance", "accepted", "waiting_shipment"}
    assert t.sources_of("T1") == {t.NO_ORDER}
    assert t.sources_of("T12") == {*Status} - {"closed", "canceled", "refused", "pickup_canceled"}


def test_a_chain_of_moves_follows_the_table() -> None:
    shipped = Move(rule="T8", source="waiting_shipment", target="shipped")
    closed = Move(rule="T10", source="shipped", target="closed")
    t.check_chain([shipped, closed])
    with pytest.raises(t.IllegalTransitionError):
        t.check_chain([closed, shipped])
    with pytest.raises(t.IllegalTransitionError):
        t.check_chain([Move(rule="T8", source="new", target="shipped")])


@pytest.mark.parametrize(
    ("table", "words", "ends"),
    [
        (t.PACKAGE_TRANSITIONS, PackageStatus, {"delivered", "returned", "canceled"}),
        (t.RETURN_TRANSITIONS, ReturnWord, {"rejected", "restocked", "written_off", "not_returned"}),
        (t.REFUND_TRANSITIONS, RefundWord, {"recorded"}),
    ],
)
def test_the_other_tables_hold_every_word_and_end_on_purpose(
    table: dict[str, tuple[str, ...]], words: type[PackageStatus], ends: set[str]
) -> None:
    assert set(table) == set(words)
    assert {word for word, targets in table.items() if not targets} == ends


def test_ways_are_made_of_steps_of_the_table() -> None:
    for (start, end), path in t.PACKAGE_PATHS.items():
        assert path[-1] is end
        for source, target in itertools.pairwise((start, *path)):
            assert target in t.PACKAGE_TRANSITIONS[source]


def test_a_package_is_taken_back_by_one_step_or_not_at_all() -> None:
    ways = {start for start, end in t.PACKAGE_PATHS if end is PackageStatus.CANCELED}
    assert ways == {PackageStatus.READY_TO_SHIP, PackageStatus.FULFILLED}


def test_every_cause_has_its_row_and_every_mail_its_rank() -> None:
    assert set(EFFECTS) == set(Cause)
    assert {row.mail for row in EFFECTS.values() if row.mail} == set(MAILS)
    assert {"reserve", "give_back", "take", "put_back", "restock"} == STOCK_MOVES
    assert "create" in CALLS


def test_an_effect_that_may_repeat_still_names_its_subject() -> None:
    assert subject_of(again("1", "7"), {"1"}) == "1"
    assert subject_of("1", {"1"}) == "1"
    assert subject_of(again("", "7"), ()) == ""


def test_an_id_that_looks_like_a_repeat_is_itself() -> None:
    assert subject_of("1@7", {"1", "1@7"}) == "1@7"
    assert subject_of(again("1@7", "8"), {"1", "1@7"}) == "1@7"


def test_every_channel_and_carrier_word_has_its_target() -> None:
    assert set(PACKAGE_TARGETS) == set(PackageWord)
    assert set(SCAN_TARGETS) == set(ScanStatus)


def test_every_status_word_is_applied_by_somebody() -> None:
    from shared.orders.apply_words import _APPLY

    assert set(_APPLY) == set(StatusWord)


def test_every_command_is_carried_out_and_every_merchants_command_is_checked() -> None:
    commands = set(Command.__args__)
    assert {kind.__name__ for kind in commands - set(COMMANDS)} == {"CreateOrder"}
    answers = {"ConfirmCall", "FailCall", "ConfirmBooking", "ReportStock"}
    assert {kind.__name__ for kind in commands - set(CHECKS)} == answers


def test_every_deadline_that_is_set_can_fire() -> None:
    assert set(DEADLINES) == {
        "close",
        "close_untracked",
        "pickup_expired",
        "tracking_wait",
        "accept_at_risk",
        "accept_late",
        "ship_at_risk",
        "ship_late",
        "follow",
        "erase",
    }


def test_the_refund_words_are_those_of_the_derived_axis() -> None:
    assert {status.value for status in RefundStatus} == {"none", "requested", "due", "partial", "full"}


def test_every_call_that_a_command_can_cause_is_in_the_table_of_calls() -> None:
    commands = {command_name(command) for command in get_args(Command)}
    assert set(CALL_OF_COMMAND) <= commands
    # What follows from facts alone, or goes to the shop behind the channel, is no command's.
    assert set(CALL_OF_COMMAND.values()) == CALLS - {"create", "at_pickup_point"}
