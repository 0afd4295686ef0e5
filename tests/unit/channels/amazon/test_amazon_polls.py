"""What changed at Amazon, against the simulated one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.channels.amazon import Amazon
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import polls_of
from shared.channels.amazon.mapping import normalize
from shared.channels.amazon.polls import read_order, read_page
from shared.orders.facts import OrderSeen
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import RateLimitedError, RefusedError, UnreadableAnswerError
from shared.wire.polls import Page, PollsModule, Window

WINDOW = Window(
    since=datetime(2026, 3, 10, 11, 0, tzinfo=UTC), until=datetime(2026, 3, 10, 12, 10, tzinfo=UTC)
)


@pytest.fixture(autouse=True)
def _placed(amazon: Amazon, clock: Clock) -> None:
    for number in range(1, 4):
        amazon.place(f"302-000000{number}-0000001")
        clock.at += timedelta(minutes=1)
    clock.at = datetime(2026, 3, 10, 12, 13, tzinfo=UTC)


def pages(api: Api) -> list[Page]:
    found = [read_page(WINDOW, api)]
    while found[-1].next_token and len(found) < 10:
        found.append(read_page(replace(WINDOW, token=found[-1].next_token), api))
    return found


def test_the_adapter_keeps_the_protocol() -> None:
    module: PollsModule = polls_of("amazon")

    assert module.read_page is read_page


def test_every_order_of_the_window_comes_page_by_page(amazon: Amazon, api: Api) -> None:
    amazon.per_page = 2

    found = pages(api)

    assert [[document.order_id for document in page.documents] for page in found] == [
        ["302-0000001-0000001", "302-0000002-0000001"],
        ["302-0000003-0000001"],
    ]
    assert {document.topic for page in found for document in page.documents} == {"order"}
    assert found[-1].covers_until == WINDOW.until


def test_a_polled_order_is_read_as_one_that_was_asked_for(api: Api, reading: Reading) -> None:
    [first, *_] = read_page(WINDOW, api).documents
    again = read_order(first.order_id, api)

    assert again is not None
    reports = [
        normalize(strict_json.parse(polled.body)[0], topic=polled.topic, reading=reading)
        for polled in (first, again)
    ]
    assert reports[0] == reports[1]
    assert isinstance(reports[0][0].facts[0], OrderSeen)


def test_what_is_asked_for_is_no_more_than_is_read(api: Api, recording: Recording) -> None:
    read_page(WINDOW, api)

    assert "includedData=BUYER%2CRECIPIENT%2CPROCEEDS%2CCANCELLATION%2CFULFILLMENT%2CPACKAGES" in (
        recording.requests[-1].url
    )
    assert "marketplaceIds=A1PA6795UKMFR9" in recording.requests[-1].url


def test_an_order_that_amazon_does_not_know_is_none(api: Api) -> None:
    assert read_order("302-9", api) is None


def test_f21_a_page_that_names_itself_as_the_next_is_passed_on_as_it_is(amazon: Amazon, api: Api) -> None:
    amazon.loops = True

    first = read_page(WINDOW, api)
    second = read_page(replace(WINDOW, token=first.next_token), api)

    assert second.next_token == first.next_token
    assert second.documents == first.documents


def test_a_page_token_of_yesterday_is_refused_so_that_the_window_begins_anew(
    amazon: Amazon, api: Api, clock: Clock
) -> None:
    amazon.per_page = 2
    token = read_page(WINDOW, api).next_token
    clock.at += timedelta(hours=25)

    with pytest.raises(RefusedError, match="InvalidInput"):
        read_page(replace(WINDOW, token=token), api)


def test_what_is_not_two_minutes_old_is_not_asked_for(api: Api, clock: Clock) -> None:
    clock.at = WINDOW.until + timedelta(minutes=1)

    with pytest.raises(RefusedError, match="InvalidInput"):
        read_page(WINDOW, api)


def test_f42_twenty_pages_at_once_are_all_there_is(api: Api) -> None:
    for _ in range(20):
        read_page(WINDOW, api)

    with pytest.raises(RateLimitedError):
        read_page(WINDOW, api)


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.HTML, UnreadableAnswerError), (Fault.ERROR_IN_OK, RefusedError)]
)
def test_f45_a_page_that_is_none_is_no_empty_one(
    line: Faulty, api: Api, fault: Fault, error: type[Exception]
) -> None:
    line.plan(fault, path="/orders/")

    with pytest.raises(error):
        read_page(WINDOW, api)


@pytest.mark.parametrize("told", ["", "soon", "2027-01-01T00:00:00Z"])
def test_amazons_word_about_the_windows_end_counts_only_where_it_is_one(respond: Any, told: str) -> None:
    page = read_page(WINDOW, respond(f'{{"orders": [], "lastUpdatedBefore": "{told}"}}'))

    assert page.covers_until == WINDOW.until


def test_a_window_that_amazon_cuts_short_ends_where_it_says(respond: Any) -> None:
    page = read_page(WINDOW, respond('{"orders": [], "lastUpdatedBefore": "2026-03-10T12:00:00Z"}'))

    assert page.covers_until == datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def test_a_long_page_token_is_passed_on_whole(respond: Any) -> None:
    token = "t" * 900
    page = read_page(WINDOW, respond(f'{{"orders": [], "pagination": {{"nextToken": "{token}"}}}}'))

    assert page.next_token == token
