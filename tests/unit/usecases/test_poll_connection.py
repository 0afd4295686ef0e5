"""Polls find everything and skip nothing, whatever comes in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from shared.connections.errors import UnknownConnectionError
from shared.connections.states import Progress, lag_of
from shared.orders.changes import Outcome
from shared.usecases.guard_adapter import AdapterFailedError
from shared.usecases.poll_channels import poll_channels
from shared.usecases.poll_connection import LEASE
from shared.usecases.poll_pages import Question
from shared.wire.errors import InboxUnavailableError
from shared.wire.http import (
    AuthError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)
from shared.wire.polls import Page, Polled
from tests.support.channel import Script, registered
from tests.support.desk import START, Desk

MARKET = "market"
OVERLAP = timedelta(minutes=10)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[MARKET]


def document(number: int, **changes: object) -> Polled:
    said = {"id": f"A-{number}", "at": START.isoformat(), "status": "open", "lines": {"1": 1}, **changes}
    return Polled(body=json.dumps(said).encode(), order_id=f"A-{number}")


def page(*numbers: int, token: str = "", covers: datetime | None = None) -> Page:
    return Page(documents=tuple(map(document, numbers)), next_token=token, covers_until=covers)


def polled(desk: Desk) -> list[str]:
    return [json.loads(receipt.body or b"")["id"] for receipt, _ in desk.inbox]


def test_every_page_is_in_the_inbox_before_the_cursor_moves(desk: Desk, script: Script) -> None:
    script.pages += [page(1, 2, token="second"), page(3)]
    moved: list[datetime | None] = []
    script.on_page = lambda: moved.append(desk.states.read(MARKET).polled_until)

    run = desk.poll(MARKET)

    assert (run.outcome, run.documents) == ("ok", 3)
    assert polled(desk) == ["A-1", "A-2", "A-3"]
    assert moved == [None, None]
    assert desk.states.read(MARKET).polled_until == START


def test_the_first_window_begins_where_the_connection_was_made(desk: Desk, script: Script) -> None:
    desk.poll(MARKET)
    assert script.windows[0].since == START - timedelta(days=1) - OVERLAP
    assert script.windows[0].until == START


def test_the_first_window_begins_where_orders_are_imported_from(desk: Desk, script: Script) -> None:
    since = START - timedelta(days=40)
    connection = desk.connections.get(MARKET)
    desk.connections.put(connection.model_copy(update={"import_since": since}))
    desk.poll(MARKET)
    assert script.windows[0].since == since - OVERLAP


def test_f22_each_window_overlaps_the_last_one(desk: Desk, script: Script) -> None:
    desk.poll(MARKET)
    desk.at += timedelta(minutes=5)
    desk.poll(MARKET)
    assert script.windows[1].since == START - OVERLAP
    assert script.windows[1].until == START + timedelta(minutes=5)


def test_the_channels_own_word_of_how_far_it_looked_is_the_next_cursor(desk: Desk, script: Script) -> None:
    script.pages.append(page(1, covers=START - timedelta(minutes=2)))
    desk.poll(MARKET)
    assert desk.states.read(MARKET).polled_until == START - timedelta(minutes=2)


def test_f23_a_run_that_crashes_after_a_page_goes_on_there_and_loses_nothing(
    desk: Desk, script: Script
) -> None:
    script.pages += [page(1, token="2"), page(2, token="3")]

    def crash_on_the_third() -> None:
        if len(script.windows) == 3:
            raise SystemExit

    script.on_page = crash_on_the_third
    with pytest.raises(SystemExit):
        desk.poll(MARKET)
    assert desk.states.read(MARKET).polled_until is None
    assert desk.poll(MARKET).outcome == "lease_held"

    script.on_page = lambda: None
    desk.at += LEASE + timedelta(seconds=1)
    script.pages.append(page(3))
    assert desk.poll(MARKET).outcome == "ok"
    assert script.windows[-1].token == "3"
    assert sorted(polled(desk)) == ["A-1", "A-2", "A-3"]
    assert desk.states.read(MARKET).polled_until == START


@pytest.mark.parametrize("fault", [KeyError("customer@example.com"), TypeError("None"), ValueError("token")])
def test_f47_an_adapter_that_breaks_shows_it_and_the_next_poll_tries_again(
    desk: Desk, script: Script, fault: Exception
) -> None:
    script.pages += [page(1, token="2"), fault]
    # Its question is not answered: it comes again, and at last lies in the dead letters.
    with pytest.raises(AdapterFailedError, match=r"^adapter_failed$"):
        desk.poll(MARKET)
    state = desk.states.read(MARKET)
    assert (state.state, state.failed_at, state.polled_until, state.token) == (
        "adapter_failed",
        START,
        None,
        "",
    )
    assert desk.logged == [fault]
    # It may have been the page token that broke it.
    assert desk.poll(MARKET).outcome == "ok"
    assert script.windows[-1].token == ""
    assert desk.states.read(MARKET).state == "ok"


def test_an_adapter_that_breaks_over_one_order_shows_it(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "orders", None)
    with pytest.raises(AdapterFailedError):
        desk.poll(MARKET, order_id="A-7")
    assert desk.states.read(MARKET).state == "adapter_failed"


def test_f24_two_runs_at_once_are_one(desk: Desk, script: Script) -> None:
    inner: list[str] = []
    script.on_page = lambda: inner.append(desk.poll(MARKET).outcome) if not inner else None
    assert desk.poll(MARKET).outcome == "ok"
    assert inner == ["lease_held"]


def test_a_run_that_outlived_its_lease_does_not_move_anothers_cursor(desk: Desk, script: Script) -> None:
    def sleep_too_long() -> None:
        if len(script.windows) == 1:
            desk.at += LEASE + timedelta(seconds=1)
            assert desk.states.lease(MARKET, "another", now=desk.at, lease=LEASE) is not None

    script.on_page = sleep_too_long
    script.pages.append(page(1))
    desk.poll(MARKET)
    assert desk.states.read(MARKET).polled_until is None


@pytest.mark.parametrize(
    "pages",
    [
        [page(1, token="again"), page(2, token="again"), page(3, token="again")],
        [page(1, token="2"), page(1, token="3"), page(1, token="4")],
    ],
    ids=["the token is the same", "the page is the same"],
)
def test_f21_a_page_that_comes_again_ends_the_run_and_leaves_the_cursor(
    desk: Desk, script: Script, pages: list[Page]
) -> None:
    script.pages += pages
    run = desk.poll(MARKET)
    state = desk.states.read(MARKET)
    assert (run.outcome, state.state, state.polled_until, state.token) == ("page_loop", "page_loop", None, "")
    assert len(script.windows) == 2


@pytest.mark.parametrize("lead", [0, 1, 5])
@pytest.mark.parametrize("circle", [2, 3, 7])
def test_f21_pages_that_go_in_a_circle_longer_than_a_run_end_and_leave_the_cursor(
    desk: Desk, script: Script, lead: int, circle: int
) -> None:
    runs = 0
    while (run := next_of_circle(desk, script, runs, lead, circle)) == "unfinished":
        runs += 1
        assert runs <= 3 * (lead + circle)
    state = desk.states.read(MARKET)
    assert (run, state.state, state.polled_until, state.token) == ("page_loop", "page_loop", None, "")
    assert state.trail == ""


def next_of_circle(desk: Desk, script: Script, run: int, lead: int, circle: int) -> str:
    """Let one page a run be read: those that lead into the circle once, then the circle without an end."""
    number = run if run < lead else lead + (run - lead) % circle
    script.pages.append(page(number, token=f"after {number}"))
    return desk.poll(MARKET, minutes_left=0.2).outcome


def test_f21_a_hundred_pages_in_a_hundred_runs_are_no_circle(desk: Desk, script: Script) -> None:
    for number in range(100):
        script.pages.append(page(number, token=f"{number}"))
        assert desk.poll(MARKET, minutes_left=0.2).outcome == "unfinished"
    script.pages.append(page(100))
    assert desk.poll(MARKET, minutes_left=0.2).outcome == "ok"
    assert len(polled(desk)) == 101
    # The next window may well have a page of this one.
    script.pages.append(page(63))
    assert desk.poll(MARKET).outcome == "ok"


def test_a_run_that_ends_with_its_time_asks_to_go_on(desk: Desk, script: Script) -> None:
    script.pages += [page(1, token="2"), page(2)]
    assert desk.poll(MARKET, minutes_left=0.2).outcome == "unfinished"
    assert desk.questions == [Question(connection=MARKET)]
    assert desk.poll(MARKET).outcome == "ok"
    assert [window.token for window in script.windows] == ["", "2"]
    assert {window.until for window in script.windows} == {START}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (AuthError("http_401"), "http_401"),
        (RateLimitedError("rate_limited"), "rate_limited"),
        (UnavailableError("http_503"), "http_503"),
    ],
)
def test_f46_what_a_channel_answers_is_its_connections_state_and_nothing_is_lost(
    desk: Desk, script: Script, fault: Exception, code: str
) -> None:
    script.pages += [page(1, token="2"), fault]
    assert desk.poll(MARKET).outcome == code
    state = desk.states.read(MARKET)
    assert (state.state, state.failed_at, state.polled_until, state.token) == (code, START, None, "2")
    script.pages.append(page(2))
    assert desk.poll(MARKET).outcome == "ok"
    assert polled(desk) == ["A-1", "A-2"]
    assert desk.states.read(MARKET).state == "ok"


def test_f42_a_channel_that_asks_to_wait_is_not_polled_until_then(desk: Desk, script: Script) -> None:
    script.pages.append(RateLimitedError("rate_limited", again_after=timedelta(minutes=40)))
    desk.poll(MARKET)
    for minutes in (5, 30, 4):
        desk.at += timedelta(minutes=minutes)
        assert poll_channels(desk.connections.list_with_states(), desk, at=desk.at) == 0
    desk.at += timedelta(minutes=1)
    assert poll_channels(desk.connections.list_with_states(), desk, at=desk.at) == 1
    desk.poll(MARKET)
    desk.at += timedelta(minutes=5)
    assert poll_channels(desk.connections.list_with_states(), desk, at=desk.at) == 1


def test_a_page_that_fails_for_hours_is_given_up_and_the_window_begun_anew(
    desk: Desk, script: Script
) -> None:
    script.pages.append(page(1, token="2"))
    for _ in range(8):
        script.pages.append(UnavailableError("http_500"))
        desk.poll(MARKET)
        assert desk.states.read(MARKET).token == "2"
        desk.at += timedelta(minutes=50)
    script.pages.append(UnavailableError("http_500"))
    desk.poll(MARKET)
    assert desk.states.read(MARKET).token == ""
    script.pages.append(page(1, 2))
    assert desk.poll(MARKET).outcome == "ok"
    assert (script.windows[-1].token, polled(desk)) == ("", ["A-1", "A-1", "A-2"])


def test_a_channel_that_lets_one_page_through_at_a_time_comes_to_its_end(desk: Desk, script: Script) -> None:
    for number in range(12):
        script.pages += [page(number, token=f"{number}"), UnavailableError("http_503")]
        desk.poll(MARKET)
        desk.at += timedelta(hours=1)
    script.pages.append(page(99))
    assert desk.poll(MARKET).outcome == "ok"
    assert len(polled(desk)) == 13
    assert [window.token for window in script.windows].count("") == 1


@pytest.mark.parametrize("answer", [RateLimitedError("rate_limited"), AuthError("http_401")])
def test_a_channel_that_lets_nobody_in_for_a_day_is_asked_for_the_same_page_then(
    desk: Desk, script: Script, answer: Exception
) -> None:
    script.pages += [page(1, token="2"), answer]
    desk.poll(MARKET)
    desk.at += timedelta(days=1)
    script.pages.append(answer)
    desk.poll(MARKET)
    script.pages.append(page(2))
    assert desk.poll(MARKET).outcome == "ok"
    assert (script.windows[-1].token, polled(desk)) == ("2", ["A-1", "A-2"])


def test_a_page_token_that_is_not_taken_any_more_begins_the_window_anew(desk: Desk, script: Script) -> None:
    script.pages += [page(1, token="2"), RefusedError("InvalidToken")]
    desk.poll(MARKET)
    script.pages += [page(1, 2)]
    assert desk.poll(MARKET).outcome == "ok"
    assert script.windows[-1].token == ""


def test_an_inbox_that_takes_nothing_leaves_the_cursor(desk: Desk, script: Script) -> None:
    script.pages.append(page(1))
    desk.put_many = lambda receipts: (_ for _ in ()).throw(InboxUnavailableError())  # type: ignore[method-assign]
    with pytest.raises(InboxUnavailableError):
        desk.poll(MARKET)
    assert desk.states.read(MARKET).polled_until is None


def test_f25_f26_poison_orders_are_quarantined_and_the_others_imported(desk: Desk, script: Script) -> None:
    orders = [document(number) for number in range(1_000)]
    for number in range(0, 1_000, 20):
        orders[number] = Polled(body=b'{"id": 1, "id": 2}' if number % 40 else b'{"lines": NaN}')
    script.pages += [Page(documents=tuple(orders))]
    desk.poll(MARKET)
    outcomes = [applied.outcome for applied in desk.apply_inbox()]
    assert outcomes.count(Outcome.APPLIED) == 950
    assert outcomes.count(Outcome.QUARANTINED) == 50


def test_f03_f19_what_webhooks_and_polls_bring_is_applied_once(desk: Desk, script: Script) -> None:
    desk.say(MARKET, json.loads(document(1).body))
    script.pages.append(page(1, 2))
    desk.poll(MARKET)
    assert [applied.outcome for applied in desk.apply_inbox()] == [Outcome.IGNORED, Outcome.APPLIED]


def test_a_notice_that_only_says_that_an_order_changed_is_followed_by_a_question(
    desk: Desk, script: Script
) -> None:
    [applied] = desk.say(MARKET, {"signal": "A-7"})
    assert (applied.outcome, applied.reason) == (Outcome.IGNORED, "signal")
    assert desk.questions == [Question(connection=MARKET, order_id="A-7")]

    script.orders["A-7"] = document(7)
    assert desk.poll(MARKET, order_id="A-7").documents == 1
    assert [applied.order_id for applied in desk.apply_inbox()] == ["market:A-7"]


def test_a_notice_nobody_can_follow_is_quarantined(desk: Desk) -> None:
    desk.connect(MARKET, api_url="")
    desk.at += timedelta(minutes=2)
    [applied] = desk.say(MARKET, {"signal": "A-7"})
    assert (applied.outcome, applied.reason) == (Outcome.QUARANTINED, "no_api_to_ask")


def test_an_order_the_channel_does_not_know_is_no_failure(desk: Desk) -> None:
    assert desk.poll(MARKET, order_id="A-9").outcome == "not_found"
    assert desk.inbox == []


def test_the_daily_sweep_says_what_nobody_had_brought(desk: Desk, script: Script) -> None:
    desk.say(MARKET, json.loads(document(1).body))
    script.pages.append(page(1, 2, 3))
    run = desk.poll(MARKET, sweep=True)
    desk.apply_inbox()
    state = desk.states.read(MARKET)
    assert (run.documents, state.swept, state.missed) == (3, 3, 2)
    assert script.windows[0].since == START - timedelta(days=5)
    # What the youngest polls are still bringing is not missed.
    assert script.windows[0].until == START - OVERLAP - timedelta(minutes=10)
    assert state.polled_until is None


def test_each_sweep_counts_anew(desk: Desk, script: Script) -> None:
    for _ in range(2):
        script.pages.append(page(1))
        desk.poll(MARKET, sweep=True)
        desk.apply_inbox()
    state = desk.states.read(MARKET)
    assert (state.swept, state.missed) == (1, 0)


def test_f20_a_webhook_that_was_dropped_is_made_anew_and_said(desk: Desk, script: Script) -> None:
    script.restored = ("orders/create",)
    run = desk.poll(MARKET, sweep=True)
    assert run.restored == ("orders/create",)
    assert desk.states.read(MARKET).restored == ("orders/create",)
    assert script.ensured == [("https://hub.example.com/market", "a secret")]


def test_keys_that_a_channel_signs_with_are_stored_before_it_is_to_send_anything(
    desk: Desk, script: Script
) -> None:
    desk.secrets[MARKET] = ()
    script.renewed = "new keys"
    for _ in range(2):
        desk.poll(MARKET, sweep=True)
    assert desk.secrets[MARKET] == ("new keys",)
    assert [secret for _, secret in script.ensured] == ["new keys"] * 2


def test_keys_that_are_not_given_out_leave_those_that_are_stored_and_show_it(
    desk: Desk, script: Script
) -> None:
    script.renewed = UnreadableAnswerError("no_public_key")
    script.pages.append(page(1))
    desk.poll(MARKET, sweep=True)
    assert (desk.secrets, script.ensured) == ({}, [])
    assert desk.states.read(MARKET).webhooks_state == "no_public_key"
    assert polled(desk) == ["A-1"]


def test_webhooks_that_may_not_be_listed_do_not_keep_the_sweep_from_reading(
    desk: Desk, script: Script
) -> None:
    script.restored = AuthError("http_403")
    script.pages.append(page(1, 2))
    assert desk.poll(MARKET, sweep=True).outcome == "http_403"
    assert polled(desk) == ["A-1", "A-2"]
    assert desk.states.read(MARKET).webhooks_state == "http_403"
    script.restored = ()
    assert desk.poll(MARKET, sweep=True).outcome == "ok"
    assert desk.states.read(MARKET).webhooks_state == ""


def test_a_connection_that_fails_does_not_delay_another(desk: Desk) -> None:
    desk.connect("other")
    desk.failing[MARKET] = AuthError("http_403")
    assert desk.poll(MARKET).outcome == "http_403"
    assert desk.poll("other").outcome == "ok"


def test_an_unknown_connection_is_said_to_be_one(desk: Desk) -> None:
    with pytest.raises(UnknownConnectionError):
        desk.poll("nobody")


def test_a_large_document_waits_beside_the_queue(desk: Desk, script: Script) -> None:
    script.pages.append(Page(documents=(document(1, note="x" * 200_000),)))
    desk.poll(MARKET)
    [(receipt, _)] = desk.inbox
    assert receipt.body is None
    assert receipt.spilled_to == f"spill/{receipt.receipt_id}"


def test_documents_of_one_order_wait_in_one_group_by_webhook_and_by_poll(desk: Desk, script: Script) -> None:
    nameless = Polled(body=b"{}")
    script.pages += [
        page(1, 2, token="2"),
        Page(documents=(document(1, status="closed"), nameless, nameless)),
    ]
    desk.poll(MARKET)
    groups = [group for _, group in desk.inbox]
    # As receive_webhook names them, by what its adapter takes for the order's id.
    by_webhook = [hashlib.sha256(f"{MARKET}/A-{number}".encode()).hexdigest()[:32] for number in (1, 2)]
    assert groups[:3] == [*by_webhook, by_webhook[0]]
    assert len(set(groups)) == 4  # what names no order waits for nobody


# --- who is asked


def asked(desk: Desk, at: datetime, *, sweep: bool = False) -> list[str]:
    desk.questions.clear()
    poll_channels(desk.connections.list_with_states(), desk, at=at, sweep=sweep)
    return [question.connection for question in desk.questions]


def test_each_connection_is_asked_at_its_own_interval(desk: Desk) -> None:
    desk.connect("slow", poll_every_seconds=900)
    for name in (MARKET, "slow"):
        desk.poll(name)
    assert asked(desk, START + timedelta(minutes=1)) == []
    assert asked(desk, START + timedelta(minutes=5)) == [MARKET]
    assert asked(desk, START + timedelta(minutes=15)) == [MARKET, "slow"]


def test_f55_a_tick_that_fires_twice_asks_twice_and_reads_once(desk: Desk, script: Script) -> None:
    assert asked(desk, START) == asked(desk, START) == [MARKET]
    script.pages.append(page(1))
    desk.poll(MARKET)
    assert asked(desk, desk.at) == []


def test_a_connection_that_failed_is_asked_again_at_its_interval(desk: Desk, script: Script) -> None:
    script.pages.append(UnavailableError("http_500"))
    desk.poll(MARKET)
    assert asked(desk, START + timedelta(minutes=5)) == [MARKET]


def test_calls_that_fail_all_the_time_do_not_put_off_polls(desk: Desk) -> None:
    desk.poll(MARKET)
    desk.states.note(MARKET, calls_state="http_403", calls_failed_at=START + timedelta(minutes=4))
    assert asked(desk, START + timedelta(minutes=5)) == [MARKET]


def test_who_only_listens_is_not_asked(desk: Desk) -> None:
    desk.connect(MARKET, api_url="")
    assert asked(desk, START) == asked(desk, START, sweep=True) == []


def test_the_sweep_asks_everybody(desk: Desk) -> None:
    desk.poll(MARKET)
    assert asked(desk, desk.at, sweep=True) == [MARKET]


def test_the_lag_of_a_connection_is_how_old_its_newest_certain_moment_is() -> None:
    assert lag_of(Progress(), START) is None
    assert lag_of(Progress(polled_until=START - timedelta(hours=6)), START) == timedelta(hours=6)
    assert lag_of(Progress(polled_until=START + timedelta(seconds=1)), START) == timedelta(0)
