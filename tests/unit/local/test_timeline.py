"""Lines for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from local.ledger import Ledger
from local.timeline import feed_line, happened, order_lines, order_title
from shared.orders.changes import Move, Note, Outcome
from shared.orders.facts import RefundWord, ReturnWord
from shared.orders.model import Order, Refund, Return
from shared.orders.statuses import Status
from shared.storage.records import EffectRecord, EffectState, InputRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDER = "shop-one:1"
MOVES = (Move(rule="T1", source="", target="new"), Move(rule="T3", source="new", target="waiting_shipment"))
MAIL = EffectRecord(key="mail/order_received", state=EffectState.DONE)


def record(
    *,
    key: str = "INPUT#a",
    outcome: Outcome = Outcome.APPLIED,
    reason: str = "",
    version: int = 0,
    repeats: int = 0,
    moves: tuple[Move, ...] = (),
    notes: tuple[Note, ...] = (),
    effects: tuple[EffectRecord, ...] = (),
) -> InputRecord:
    return InputRecord(
        pk=f"ORDER#{ORDER}",
        sk=key,
        outcome=outcome,
        reason=reason,
        source="webhook",
        actor="shop-one",
        received_at=NOW,
        order_id=ORDER,
        version=version,
        repeats=repeats,
        moves=moves,
        notes=notes,
        effects=effects,
    )


def test_a_change_of_status_is_shown_with_every_step() -> None:
    assert happened(record(moves=MOVES)) == "· → new → waiting_shipment"


def test_steps_that_were_caught_up_with_are_an_ellipsis() -> None:
    further = Move(rule="T8", source="waiting_shipment", target="shipped")
    assert happened(record(moves=(*MOVES, further))) == "· → … → shipped"


def test_what_moved_nothing_is_shown_by_what_is_new_in_it() -> None:
    notes = (
        Note(about="package/1", outcome="late", detail="in_transit"),
        Note(about="refund/2", outcome="applied", detail="recorded"),
        Note(about="status", outcome="duplicate", detail="processable"),
        Note(about="document", outcome="applied", detail="unchanged"),
    )
    assert happened(record(notes=notes)) == "package/1 in_transit (late), refund/2 recorded"
    assert happened(record(notes=notes[2:])) == "nothing new"


def test_an_input_that_was_not_applied_says_why() -> None:
    assert (
        happened(record(outcome=Outcome.QUARANTINED, reason="invalid_amount")) == "quarantined invalid_amount"
    )


def test_a_mail_is_named_and_one_that_did_not_go_out_says_so() -> None:
    failed = EffectRecord(key="mail/shipped/1", state=EffectState.FAILED)
    line = feed_line(Ledger(), record(effects=(MAIL, failed)))
    assert line.endswith("mail: order_received, shipped (failed)")


def test_a_command_in_the_running_log_is_the_clerks_and_no_clients_id() -> None:
    given = replace(record(moves=MOVES), command="mark_paid", source="api", actor="4q8n1example")
    line = feed_line(Ledger(), given)
    assert "clerk mark_paid" in line
    assert "4q8n1example" not in line


def test_a_repeat_is_counted() -> None:
    assert "(3 times)" in feed_line(Ledger(), record(repeats=2))


def test_an_orders_timeline_follows_its_versions_under_the_names_given() -> None:
    later = record(key="INPUT#b", version=2)
    first = record(key="INPUT#a", version=1, moves=MOVES)
    lines = order_lines(Ledger(records=(later, first)), ORDER, {"a": "orders/create", "b": "orders/paid"})
    assert ["orders/create" in lines[0], "orders/paid" in lines[1]] == [True, True]


def test_what_was_parked_first_says_so() -> None:
    lines = order_lines(Ledger(records=(record(moves=MOVES),)), ORDER, {}, {"a"})
    assert "parked, then · → new → waiting_shipment" in lines[0]


def test_a_command_is_named_as_the_clerk_gave_it() -> None:
    given = replace(record(moves=MOVES), command="mark_paid", source="api")
    assert "clerk     mark_paid" in order_lines(Ledger(records=(given,)), ORDER, {})[0]


def test_a_call_that_the_channel_does_not_take_is_no_news() -> None:
    degraded = Note(about="1", outcome="degraded", detail="ship")
    shipped = Note(about="package/1", outcome="applied", detail="fulfilled")
    assert happened(record(notes=(degraded, shipped))) == "package/1 fulfilled"


def test_an_orders_title_has_its_statuses_and_the_marketplaces_word() -> None:
    order = Order(id=ORDER, version=1, status=Status.NEW, currency="EUR", total=Decimal(5))
    assert order_title(order) == "new · pending · canceled  channel_status new"
    owed = replace(
        order,
        refunds=(Refund("r", RefundWord.DUE, Decimal(5)),),
        returns=(Return("b", "cup", 1, ReturnWord.REQUESTED),),
    )
    assert (
        order_title(owed)
        == "new · pending · canceled · refund due · returns requested  channel_status to_refund"
    )
