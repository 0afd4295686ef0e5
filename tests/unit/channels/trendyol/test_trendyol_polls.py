"""What changed at Trendyol, against the simulated one; and its webhook."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from local.channels.trendyol import Trendyol
from shared.adapters import polls_of, subscriptions_of
from shared.channels.trendyol import client
from shared.channels.trendyol.mapping import normalize
from shared.channels.trendyol.polls import read_order, read_page
from shared.channels.trendyol.subscriptions import WEBHOOK, ensure
from shared.orders.facts import OrderSeen, Report
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import ApiError, AuthError, RateLimitedError, UnreadableAnswerError
from shared.wire.polls import Polled, PollsModule, SubscriptionsModule, Window

ADDRESS = "https://hub.example.com/webhooks/trendyol/my-trendyol"


@pytest.fixture
def window(clock: Clock) -> Window:
    return Window(since=clock.at - timedelta(minutes=10), until=clock.at)


def read(polled: Polled | None, reading: Reading) -> Report:
    assert polled is not None
    [report] = normalize(strict_json.parse(polled.body)[0], topic=polled.topic, reading=reading)
    assert report.order_external_id == polled.order_id
    return report


def listed(recording: Recording) -> list[dict[str, Any]]:
    queries = [parse_qs(urlsplit(request.url).query) for request in recording.requests]
    return [{name: value[0] for name, value in query.items()} for query in queries if "startDate" in query]


def test_the_adapter_keeps_the_protocols() -> None:
    polls: PollsModule = polls_of("trendyol")
    subscriptions: SubscriptionsModule = subscriptions_of("trendyol")

    assert (polls.read_page, subscriptions.ensure) == (read_page, ensure)


def test_the_packages_of_a_window_are_asked_for_by_their_last_change(
    trendyol: Trendyol, recording: Recording, api: Api, window: Window
) -> None:
    trendyol.place("1001")
    page = read_page(window, api)

    assert listed(recording) == [
        {
            "startDate": "1773132600000",
            "endDate": "1773133200000",
            "page": "0",
            "size": "50",
            "orderByField": "PackageLastModifiedDate",
            "orderByDirection": "ASC",
        }
    ]
    assert [document.order_id for document in page.documents] == ["1001"]
    assert (page.next_token, page.covers_until) == ("", window.until)


def test_an_order_comes_with_all_its_packages_though_one_of_them_changed(
    trendyol: Trendyol, clock: Clock, api: Api, window: Window, reading: Reading
) -> None:
    clock.at -= timedelta(hours=1)
    trendyol.place("1001")
    trendyol.act("1001", "split", pieces={10011: 1})
    clock.at += timedelta(hours=1)
    trendyol.act("1001", "move", status="Picking", package_id=trendyol.of("1001")[1]["shipmentPackageId"])
    [document] = read_page(window, api).documents

    assert len(json.loads(document.body)["content"]) == 3
    [seen] = [fact for fact in read(document, reading).facts if isinstance(fact, OrderSeen)]
    assert not seen.is_partial
    assert {line.external_id: line.quantity for line in seen.lines} == {"10011": 2, "10012": 1}


def test_an_order_with_two_packages_on_a_page_is_asked_for_once(
    trendyol: Trendyol, recording: Recording, api: Api, window: Window
) -> None:
    trendyol.place("1001")
    trendyol.act("1001", "split", pieces={10011: 1})
    page = read_page(window, api)

    assert len(page.documents) == 1
    assert len([request for request in recording.requests if "orderNumber" in request.url]) == 1


def all_pages(
    api: Api, window: Window, trendyol: Trendyol, clock: Clock, *, changes: int = 0
) -> tuple[set[str], list[str]]:
    seen: set[str] = set()
    tokens: list[str] = []
    while True:
        page = read_page(replace(window, token="".join(tokens[-1:])), api)
        seen |= {document.order_id for document in page.documents}
        if not page.next_token:
            return seen, tokens
        assert page.next_token not in tokens
        tokens.append(page.next_token)
        clock.at += timedelta(minutes=1)
        for number in range(changes):
            order_id = str(1 + number + changes * len(tokens))
            trendyol.act(order_id, "move", status="Picking")  # it leaves the window, the others move up


def test_all_pages_have_all_orders(trendyol: Trendyol, clock: Clock, api: Api, window: Window) -> None:
    ids = [str(number) for number in range(1, 2 * client.AT_ONCE + 11)]
    for order_id in ids:
        trendyol.place(order_id)
    seen, tokens = all_pages(api, window, trendyol, clock)

    assert seen == set(ids)
    assert [token.partition("/")[2] for token in tokens] == ["2", "1", "0"]


def test_what_moves_up_while_pages_are_read_is_not_skipped(
    trendyol: Trendyol, clock: Clock, api: Api, window: Window
) -> None:
    ids = [str(number) for number in range(1, 2 * client.AT_ONCE + 11)]
    for order_id in ids:
        trendyol.place(order_id)
    seen, _ = all_pages(api, window, trendyol, clock, changes=3)
    left = {str(package["orderNumber"]) for package in trendyol.packages if package["status"] == "Picking"}

    assert len(left) == 9
    assert seen >= set(ids) - left  # those that left are the next window's


def test_a_window_with_more_than_trendyol_shows_is_made_shorter(
    trendyol: Trendyol, clock: Clock, api: Api, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "REACHABLE", 100)
    trendyol.reachable = 100
    clock.at = window.since
    for number in range(1, 161):
        clock.at += timedelta(seconds=3)
        trendyol.place(str(number))
    first = read_page(window, api)

    assert first.covers_until is not None
    assert first.covers_until == window.since + timedelta(minutes=5)
    seen, _ = all_pages(api, window, trendyol, clock)
    assert seen == {str(number) for number in range(1, 101)}


def test_f21_a_list_that_never_ends_gives_the_same_documents_which_the_poll_notices(
    trendyol: Trendyol, api: Api, window: Window
) -> None:
    for number in range(1, 2 * client.AT_ONCE + 11):
        trendyol.place(str(number))
    api.transport = lambda request: trendyol(
        replace(request, url=re.sub(r"page=[0-9]+", "page=0", request.url))
    )
    start = read_page(window, api)
    last = read_page(replace(window, token=start.next_token), api)
    before = read_page(replace(window, token=last.next_token), api)

    assert before.documents == last.documents
    assert start.next_token > last.next_token > before.next_token  # and the pages come to an end


def test_a_package_without_a_number_stays_a_document(trendyol: Trendyol, api: Api, window: Window) -> None:
    trendyol.place("1001", orderNumber=None)
    [document] = read_page(window, api).documents

    assert (document.order_id, document.topic) == ("", "order")


def test_one_order_is_read(trendyol: Trendyol, api: Api, reading: Reading) -> None:
    trendyol.place("1001")
    trendyol.place("1002")

    assert read(read_order("1002", api), reading).flags == ()
    assert read_order("999", api) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.UNAUTHORIZED, AuthError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
@pytest.mark.parametrize("path", ["startDate", "orderNumber"])
def test_f42_to_f46_a_page_is_whole_or_not_at_all(
    fault: Fault,
    error: type[ApiError],
    path: str,
    trendyol: Trendyol,
    faulty: Faulty,
    api: Api,
    window: Window,
) -> None:
    trendyol.place("1001")
    faulty.plan(fault, path=path)

    with pytest.raises(error):
        read_page(window, api)


def test_a_push_and_the_poll_tell_of_the_same_package(
    trendyol: Trendyol, api: Api, window: Window, reading: Reading
) -> None:
    trendyol.place("1001")
    [event] = trendyol.events
    [pushed] = normalize(strict_json.parse(event.body)[0], topic=event.topic, reading=reading)
    polled = read(read_page(window, api).documents[0], reading)

    assert pushed.source_time == polled.source_time
    assert pushed.facts[1:] == polled.facts[1:]


def test_a_webhook_is_made_once_for_all_statuses(trendyol: Trendyol, api: Api) -> None:
    assert ensure(ADDRESS, "a key", api) == (WEBHOOK,)
    assert ensure(ADDRESS, "a key", api) == ()

    [hook] = trendyol.webhooks
    assert hook == {
        "id": hook["id"],
        "status": "ACTIVE",
        "url": ADDRESS,
        "authenticationType": "API_KEY",
        "apiKey": "a key",
        "subscribedStatuses": [],
    }


def test_a_secret_with_a_colon_is_user_and_password(trendyol: Trendyol, api: Api) -> None:
    ensure(ADDRESS, "user:pass:word", api)

    [hook] = trendyol.webhooks
    assert (hook["authenticationType"], hook["username"], hook["password"]) == (
        "BASIC_AUTHENTICATION",
        "user",
        "pass:word",
    )


def test_a_webhook_that_was_switched_off_is_switched_on(trendyol: Trendyol, api: Api) -> None:
    ensure(ADDRESS, "a key", api)
    trendyol.webhooks[0]["status"] = "PASSIVE"

    assert ensure(ADDRESS, "a key", api) == (WEBHOOK,)
    assert [hook["status"] for hook in trendyol.webhooks] == ["ACTIVE"]


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.ERROR_IN_OK])
def test_f45_a_list_of_webhooks_that_is_none_makes_no_second_one(
    fault: Fault, trendyol: Trendyol, faulty: Faulty, api: Api
) -> None:
    faulty.plan(fault, path="webhooks")

    with pytest.raises(UnreadableAnswerError):
        ensure(ADDRESS, "a key", api)
    assert trendyol.webhooks == []
