"""What changed at eBay, against the simulated one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from local.channels.ebay import Ebay
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import polls_of
from shared.channels.ebay import client
from shared.channels.ebay.mapping import normalize
from shared.channels.ebay.polls import OVERLAP, read_order, read_page
from shared.channels.ebay.subscriptions import ensure
from shared.orders.facts import OrderSeen, PackageReported, Report, StatusReported, StatusWord
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import ApiError, RateLimitedError, UnreadableAnswerError
from shared.wire.polls import Polled, PollsModule, Window
from tests.support.address import hub_at

TOKEN = "a-verification-token-of-forty-characters"


@pytest.fixture
def window(clock: Clock) -> Window:
    return Window(since=clock.at - timedelta(minutes=10), until=clock.at)


def read(polled: Polled | None, reading: Reading) -> Report:
    assert polled is not None
    [report] = normalize(strict_json.parse(polled.body)[0], topic=polled.topic, reading=reading)
    assert report.order_external_id == polled.order_id
    return report


def test_the_adapter_keeps_the_protocol() -> None:
    module: PollsModule = polls_of("ebay")

    assert module.read_page is read_page


def test_the_filter_is_percent_encoded_and_names_the_window(
    ebay: Ebay, recording: Recording, api: Api, window: Window
) -> None:
    ebay.place("1")
    page = read_page(window, api)

    [asked] = [request.url for request in recording.requests if "filter=" in request.url]
    assert "[" not in asked
    assert parse_qs(urlsplit(asked).query)["filter"] == [
        "lastmodifieddate:[2026-03-10T08:50:00.000Z..2026-03-10T09:00:00.000Z]"
    ]
    assert [document.order_id for document in page.documents] == ["1"]
    assert page.next_token == ""


def test_an_order_comes_byte_by_byte_and_can_be_read(
    ebay: Ebay, api: Api, window: Window, reading: Reading
) -> None:
    ebay.place("1")
    [document] = read_page(window, api).documents

    assert json.loads(document.body) == ebay.orders["1"]
    assert read(document, reading).flags == ()


def test_what_changed_outside_the_window_is_not_asked_for(
    ebay: Ebay, clock: Clock, api: Api, window: Window
) -> None:
    ebay.place("1")
    clock.at += timedelta(minutes=1)
    ebay.place("2")

    assert [document.order_id for document in read_page(window, api).documents] == ["1"]


def test_packages_come_with_their_order(
    ebay: Ebay, api: Api, window: Window, reading: Reading, recording: Recording
) -> None:
    ebay.place("1")
    ebay.place("2")
    ebay.act("2", "ship", number="ABC1", carrier="DHL", lines=[{"lineItemId": "2-1", "quantity": 1}])
    page = read_page(window, api)

    untouched, shipped = (read(document, reading) for document in page.documents)
    assert not [fact for fact in untouched.facts if isinstance(fact, PackageReported)]
    [package] = [fact for fact in shipped.facts if isinstance(fact, PackageReported)]
    assert (package.tracking_number, package.contents) == ("ABC1", (("2-1", 1),))
    asked = [request.url for request in recording.requests if "shipping_fulfillment" in request.url]
    assert asked == ["https://api.ebay.com/sell/fulfillment/v1/order/2/shipping_fulfillment"]


def test_a_cancellation_request_is_read_where_it_is_told(
    ebay: Ebay, api: Api, window: Window, reading: Reading
) -> None:
    ebay.place("1")
    ebay.act("1", "request_cancellation")
    [document] = read_page(window, api).documents

    words = [fact.word for fact in read(document, reading).facts if isinstance(fact, StatusReported)]
    assert StatusWord.CANCELLATION_REQUESTED in words
    assert json.loads(document.body)["cancelStatus"]["cancelRequests"]


def test_our_own_cancellation_is_no_request_of_the_buyer(
    ebay: Ebay, api: Api, window: Window, reading: Reading
) -> None:
    ebay.place("1")
    ebay.act("1", "request_cancellation", initiator="Seller")
    [document] = read_page(window, api).documents

    words = [fact.word for fact in read(document, reading).facts if isinstance(fact, StatusReported)]
    assert words == [StatusWord.PROCESSABLE]


def test_all_pages_have_all_orders_even_while_one_of_them_changes(
    ebay: Ebay, clock: Clock, api: Api, window: Window
) -> None:
    ids = [f"{number:03}" for number in range(2 * client.AT_ONCE + 10)]
    for order_id in ids:
        ebay.place(order_id)
    seen: set[str] = set()
    tokens: list[str] = []
    while True:
        page = read_page(Window(since=window.since, until=window.until, token="".join(tokens[-1:])), api)
        seen |= {document.order_id for document in page.documents}
        if not page.next_token:
            break
        assert page.next_token not in tokens
        tokens.append(page.next_token)
        clock.at += timedelta(minutes=1)
        ebay.act(ids[len(tokens)], "pay")  # it leaves the window, and the others move up

    assert seen == set(ids)
    assert [int(token.partition("/")[0]) for token in tokens] == [
        n * (client.AT_ONCE - OVERLAP) for n in (1, 2)
    ]


@pytest.mark.parametrize("leaving", [OVERLAP + 1, 40, 70])
def test_f22_orders_that_leave_the_window_together_let_none_slip_between_two_pages(
    ebay: Ebay, clock: Clock, api: Api, window: Window, leaving: int
) -> None:
    ids = [f"{number:03}" for number in range(2 * client.AT_ONCE + 10)]
    for order_id in ids:
        ebay.place(order_id)
    page = read_page(window, api)
    seen = {document.order_id for document in page.documents}
    clock.at += timedelta(minutes=1)
    for order_id in ids[:leaving]:
        ebay.act(order_id, "pay")
    for _ in range(10):
        page = read_page(replace(window, token=page.next_token), api)
        seen |= {document.order_id for document in page.documents}
        if not page.next_token:
            break
    assert page.next_token == ""
    # What has left is in the next window.
    assert set(ids[leaving:]) <= seen


def test_f21_a_list_that_never_ends_gives_the_same_documents_which_the_poll_notices(
    ebay: Ebay, api: Api, window: Window
) -> None:
    for order_id in map(str, range(client.AT_ONCE + 1)):
        ebay.place(order_id)
    api.transport = lambda request: ebay(
        replace(request, url=re.sub(r"offset=[0-9]+", "offset=0", request.url))
    )
    first = read_page(window, api)
    again = read_page(replace(window, token=first.next_token), api)

    assert again.next_token not in ("", first.next_token)
    assert again.documents == first.documents


def test_an_order_without_an_id_stays_a_document(ebay: Ebay, api: Api, window: Window) -> None:
    ebay.place("1", orderId=None)
    [document] = read_page(window, api).documents

    assert (document.order_id, document.topic) == ("", "order")


def test_one_order_is_read(ebay: Ebay, api: Api, reading: Reading) -> None:
    ebay.place("1")
    ebay.act("1", "ship")
    report = read(read_order("1", api), reading)

    assert isinstance(report.facts[0], OrderSeen)
    assert [fact.contents for fact in report.facts if isinstance(fact, PackageReported)] == [
        (("1-1", 2), ("1-2", 1))
    ]


def test_an_order_that_ebay_does_not_know_is_none(api: Api) -> None:
    assert read_order("99", api) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
@pytest.mark.parametrize("path", ["filter=", "shipping_fulfillment"])
def test_f42_and_f45_a_page_is_whole_or_not_at_all(
    fault: Fault, error: type[ApiError], path: str, ebay: Ebay, faulty: Faulty, api: Api, window: Window
) -> None:
    ebay.place("1")
    ebay.act("1", "ship")
    faulty.plan(fault, method="GET", path=path)

    with pytest.raises(error):
        read_page(window, api)


def test_f46_a_token_that_has_ended_is_renewed(ebay: Ebay, faulty: Faulty, api: Api, window: Window) -> None:
    ebay.place("1")
    faulty.plan(Fault.UNAUTHORIZED, method="GET")

    assert len(read_page(window, api).documents) == 1
    assert len(ebay.tokens) == 2


def test_the_simulated_notifications_are_those_that_are_documented(ebay: Ebay, api: Api) -> None:
    ebay.notifications.hub = hub_at("https://hub.example.com/webhooks/ebay/my-ebay", TOKEN)
    ebay.notifications.alert_email = "alerts@example.com"
    ensure("https://hub.example.com/webhooks/ebay/my-ebay", TOKEN, api)
    ebay.place("1")
    ebay.act("1", "ship")
    ebay.act("1", "delete_account")

    assert [event.topic for event in ebay.events] == [
        "ORDER_CONFIRMATION",
        "ORDER_CONFIRMATION",
        "ITEM_MARKED_SHIPPED",
        "MARKETPLACE_ACCOUNT_DELETION",
    ]
