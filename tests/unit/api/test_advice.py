"""What is said to a person beside a code: a sentence for each, and none for a code that does not occur."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain

import pytest

from shared.api.advice import ATTENTION, REASONS, about_attention, about_effect, about_note
from shared.api.bodies.commands import COMMANDS
from shared.orders.apply_customer import MAIL_ATTENTION
from shared.orders.changes import Note
from shared.orders.commands import StockWord
from shared.orders.effects import CALLS
from shared.orders.facts import StatusWord
from shared.storage.records import EffectState
from tests.support.template import ROOT

SHARED = ROOT / "shared"
LOOKED_AT = ("accept_at_risk", "accept_late", "ship_at_risk", "ship_late")  # kinds of deadlines
BOOKINGS = ("book", "cancel_booking", "follow")


def attended() -> Iterator[str]:
    """Yield every code that the domain asks for a look with, as its source spells them."""
    for path in (SHARED / "orders").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="attend"), args=[ast.Constant(value=str(code)), *_]):
                    yield code


def made_up() -> Iterator[str]:
    """Yield those that are put together."""
    yield from (code for code in MAIL_ATTENTION.values() if code)
    yield from (f"stock_{word}" for word in StockWord)
    yield from (f"contradiction:{word}" for word in StatusWord)
    yield from (f"channel_refused:{call}" for call in (*CALLS, *BOOKINGS))
    yield from (f"channel_in_doubt:{call}" for call in (*CALLS, *BOOKINGS))
    yield from LOOKED_AT
    yield "total_mismatch"  # of the flags of documents the one that is shown


ALL = sorted({*attended(), *made_up()})


@pytest.mark.parametrize("code", ALL)
def test_every_code_that_wants_a_look_says_what_to_do(code: str) -> None:
    text = about_attention(code)
    assert text.endswith(".")
    assert "{}" not in text
    assert set(re.findall(r"[a-z]+_[a-z_]+", text)) <= set(COMMANDS)


def test_no_row_is_about_a_code_that_does_not_occur() -> None:
    bases = {code.partition(":")[0] for code in ALL}
    assert {row for row in ATTENTION if row not in ALL} <= bases


@pytest.mark.parametrize("reason", REASONS)
def test_no_reason_is_explained_that_nothing_gives(reason: str) -> None:
    sources = chain.from_iterable(
        (SHARED / room).rglob("*.py") for room in ("usecases", "wire", "notifications")
    )
    carriers = (SHARED / "carriers").rglob("*.py")
    given = "\n".join(path.read_text(encoding="utf-8") for path in (*sources, *carriers))
    assert reason in given or reason.startswith("http_")


@pytest.mark.parametrize("state", EffectState)
def test_what_is_done_needs_no_words_and_all_else_has_some(state: EffectState) -> None:
    assert bool(about_effect(state, "a code of a channel")) is (state is not EffectState.DONE)


def test_a_mail_that_was_not_sent_says_why_and_what_to_do() -> None:
    assert "change_address" in about_effect(EffectState.SKIPPED, "no_valid_address")
    assert "another mail" in about_effect(EffectState.SKIPPED, "gathered:mail/shipped/1")


def test_a_channel_that_was_not_told_says_why_and_what_to_do() -> None:
    assert "(cancel lines)" in about_effect(EffectState.SKIPPED, "degraded:cancel_lines")
    assert "look" in about_effect(EffectState.PENDING, "pending:2")
    assert "credentials" in about_effect(EffectState.OWED, "in_doubt:http_401")


def test_a_channel_that_is_down_is_said_to_be() -> None:
    assert "a fault of its own. It is tried again" in about_effect(EffectState.OWED, "in_doubt:http_500")
    assert "a fault of its own" in about_effect(EffectState.OWED, "http_503")
    assert "cannot be reached" in about_effect(EffectState.OWED, "connection_failed")


def test_what_nobody_knows_is_not_said_to_be_tried_again() -> None:
    text = about_effect(EffectState.AMBIGUOUS, "no_answer")
    assert "did not answer" in text
    assert "by itself" not in text
    assert "Look there first" in text


@pytest.mark.parametrize("call", sorted(CALLS))
def test_what_a_channel_is_not_told_is_to_be_done_there(call: str) -> None:
    text = about_note(Note(about="1", outcome="degraded", detail=call))
    assert "there" in text
    assert text.endswith(".")


def test_a_note_asks_for_something_or_says_nothing() -> None:
    assert about_note(Note(about="1", outcome="applied", detail="fulfilled")) == ""
    wanted = Note(about="order", outcome="attention", detail="total_mismatch")
    assert about_note(wanted) == about_attention("total_mismatch")


def test_what_is_given_up_is_not_said_to_be_tried_again() -> None:
    assert "by itself" in about_effect(EffectState.OWED, "http_403")
    assert "by itself" not in about_effect(EffectState.FAILED, "http_403")
    assert "Resend" in about_effect(EffectState.FAILED, "http_403")
