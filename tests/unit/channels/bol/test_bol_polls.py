"""What changed at bol, page by page, and its subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.channels.bol import SECRET, BolSimulator
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.channels.bol import signature
from shared.channels.bol.mapping import normalize
from shared.channels.bol.polls import read_order, read_page
from shared.channels.bol.subscriptions import ensure
from shared.orders.facts import PackageReported, ParcelScanned, Report, ReturnReported
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import SignalError
from shared.wire.http import HttpAnswer, RateLimitedError, RefusedError, UnreadableAnswerError
from shared.wire.polls import Page, Polled, Window
from shared.wire.strict_json import parse

ADDRESS = "https://hub.example.com/webhooks/bol/shop"


@pytest.fixture
def window(clock: Clock) -> Window:
    return Window(since=clock.at - timedelta(minutes=15), until=clock.at)


def pages(window: Window, api: Api, most: int = 60) -> list[Page]:
    found = []
    for _ in range(most):
        found.append(read_page(window, api))
        if not found[-1].next_token:
            return found
        window = replace(window, token=found[-1].next_token)
    raise AssertionError("it never ends")


def documents(window: Window, api: Api) -> list[Polled]:
    return [document for page in pages(window, api) for document in page.documents]


def report_of(document: Polled, clock: Clock) -> Report:
    [report] = normalize(parse(document.body)[0], topic=document.topic, reading=Reading(received_at=clock.at))
    return report


def queries(recording: Recording, path: str) -> list[dict[str, list[str]]]:
    urls = [urlsplit(request.url) for request in recording.requests]
    return [parse_qs(url.query) for url in urls if url.path == path]


def test_a_changed_order_is_read_in_full(
    bol: BolSimulator, api: Api, window: Window, clock: Clock, recording: Recording
) -> None:
    bol.place("A1")

    [document] = documents(window, api)

    assert (document.topic, document.order_id) == ("order", "A1")
    assert report_of(document, clock).order_external_id == "A1"
    assert queries(recording, "/retailer/orders") == [
        {
            "status": ["ALL"],
            "fulfilment-method": ["ALL"],
            "change-interval-minute": ["16"],  # one more than have passed
            "page": ["1"],
        }
    ]


def test_what_was_shipped_comes_with_its_shipments(
    bol: BolSimulator, api: Api, window: Window, clock: Clock
) -> None:
    bol.place("A1")
    bol.act("A1", "ship", items={"A1-1": 1}, transporterCode="TNT", trackAndTrace="3SEXMP0000001")
    bol.act("A1", "transport", event="IN_TRANSIT")
    bol.act("A1", "ship", transporterCode="DHL", trackAndTrace="JVGL1")

    [document] = documents(window, api)
    report = report_of(document, clock)

    packages = [fact for fact in report.facts if isinstance(fact, PackageReported)]
    assert [package.tracking_number for package in packages] == ["3SEXMP0000001", "JVGL1"]
    assert [fact.raw for fact in report.facts if isinstance(fact, ParcelScanned)] == ["IN_TRANSIT"]


def test_nothing_new_is_two_requests(api: Api, window: Window, recording: Recording) -> None:
    assert documents(window, api) == []
    assert len([request for request in recording.requests if "/token" not in request.url]) == 2


def test_many_orders_come_in_parts_and_none_is_left_out(bol: BolSimulator, api: Api, window: Window) -> None:
    for count in range(63):
        bol.place(f"A{count}")
    bol.ledger._last = None

    found = pages(window, api)

    assert max(len(page.documents) for page in found) == 10
    assert sorted(d.order_id for page in found for d in page.documents) == sorted(bol.ledger.orders)


def test_a_window_of_days_is_asked_for_day_by_day_and_three_months_at_most(
    bol: BolSimulator, api: Api, clock: Clock, recording: Recording
) -> None:
    bol.place("A1")
    clock.at += timedelta(days=2)
    bol.ledger._last = None
    bol.place("A2")

    found = documents(Window(since=clock.at - timedelta(days=3), until=clock.at), api)
    days = [query["latest-change-date"][0] for query in queries(recording, "/retailer/orders")]

    assert [document.order_id for document in found] == ["A1", "A2"]
    assert days == ["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"]
    recording.requests.clear()
    pages(Window(since=clock.at - timedelta(days=400), until=clock.at), api, most=120)
    assert len(queries(recording, "/retailer/orders")) == 90


def test_a_window_that_was_left_for_hours_goes_on_by_days(
    bol: BolSimulator, api: Api, clock: Clock, window: Window
) -> None:
    for count in range(11):
        bol.place(f"A{count}")
    first = read_page(window, api)
    clock.at += timedelta(hours=3)

    rest = documents(replace(window, token=first.next_token), api)

    assert first.next_token == "minutes/1/1"
    assert {document.order_id for document in rest} == set(bol.ledger.orders)


def test_handled_returns_come_with_their_orders(
    bol: BolSimulator, api: Api, window: Window, clock: Clock
) -> None:
    bol.place("A1")
    bol.act("A1", "ship")
    clock.at += timedelta(days=9)
    bol.act("A1", "return", line=1)

    [document] = documents(Window(since=clock.at - timedelta(minutes=15), until=clock.at), api)

    assert (document.topic, document.order_id) == ("return", "A1")
    [goods] = [fact for fact in report_of(document, clock).facts if isinstance(fact, ReturnReported)]
    assert goods.line_id == "A1-2"
    clock.at += timedelta(hours=1)
    assert documents(Window(since=clock.at - timedelta(minutes=15), until=clock.at), api) == []


def test_an_order_that_cannot_be_read_does_not_hold_up_the_others(
    bol: BolSimulator, api: Api, window: Window, clock: Clock
) -> None:
    bol.place("A1")
    bol.place("A2")

    def doubled(request: Any) -> HttpAnswer:
        if request.url.endswith("/orders/A1"):
            return HttpAnswer(status=200, body=b'{"orderId": "A1", "orderId": "A2", "orderItems": 7}')
        return bol(request)

    first, second = documents(window, replace(api, transport=doubled))

    assert first.body.startswith(b'{"orderId": "A1", "orderId"')
    assert report_of(second, clock).order_external_id == "A2"


def test_an_order_that_is_gone_stays_a_signal(
    bol: BolSimulator, api: Api, window: Window, clock: Clock
) -> None:
    bol.place("A1")

    def gone(request: Any) -> HttpAnswer:
        return HttpAnswer(status=404, body=b"{}") if request.url.endswith("/orders/A1") else bol(request)

    [document] = documents(window, replace(api, transport=gone))

    with pytest.raises(SignalError):
        report_of(document, clock)


def test_one_order_is_read_by_its_id_or_by_that_of_a_shipment(
    bol: BolSimulator, api: Api, clock: Clock
) -> None:
    bol.place("A1")
    bol.act("A1", "ship")
    shipment = bol.ledger.shipments[0]["shipmentId"]

    by_order, by_shipment = read_order("A1", api), read_order(f"shipment/{shipment}", api)

    assert by_order == by_shipment
    assert by_order is not None
    assert by_order.order_id == "A1"
    assert read_order("A9", api) is None
    assert read_order("shipment/9", api) is None


def test_f21_a_list_that_shows_the_same_page_for_ever_shows_the_same_documents(
    bol: BolSimulator, api: Api, window: Window
) -> None:
    for count in range(50):
        bol.place(f"A{count}")

    def stuck(request: Any) -> HttpAnswer:
        return bol(replace(request, url=request.url.replace("page=2", "page=1")))

    once = replace(window, token="minutes/1/0")
    again = replace(window, token="minutes/2/0")
    api = replace(api, transport=stuck)

    # The same documents under another token: that is what the poll's guard stops at.
    assert read_page(once, api).documents == read_page(again, api).documents


@pytest.mark.parametrize("token", ["7", "minutes/x/0", "yesterday/1/0", "2026-02-30/1/0"])
def test_f21_a_token_that_is_none_begins_the_window_anew(api: Api, window: Window, token: str) -> None:
    with pytest.raises(RefusedError, match="invalid_token"):
        read_page(replace(window, token=token), api)


def test_f42_a_limit_in_the_middle_is_passed_on(bol: BolSimulator, api: Api, window: Window) -> None:
    bol.place("A1")
    bol.requests_a_minute = 1

    with pytest.raises(RateLimitedError):
        read_page(window, api)


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.ERROR_IN_OK])
@pytest.mark.parametrize("path", ["/retailer/orders?", "/retailer/orders/A1", "/retailer/returns"])
def test_f45_a_page_that_is_none_is_not_taken_for_an_empty_one(
    bol: BolSimulator, line: Faulty, api: Api, window: Window, clock: Clock, fault: Fault, path: str
) -> None:
    bol.place("A1")
    line.plan(fault, path=path)

    with pytest.raises(UnreadableAnswerError):
        documents(window, api)


# --- the subscription


def test_a_missing_subscription_is_made_and_found_the_next_time(bol: BolSimulator, api: Api) -> None:
    assert ensure(ADDRESS, SECRET, api) == ("SHIPMENT",)
    assert ensure(ADDRESS, SECRET, api) == ()

    [subscription] = bol.subscriptions
    assert (subscription["url"], subscription["resources"], subscription["subscriptionType"]) == (
        ADDRESS,
        ["SHIPMENT"],
        "WEBHOOK",
    )


def test_a_subscription_that_was_switched_off_is_switched_on_again(bol: BolSimulator, api: Api) -> None:
    bol.subscriptions = [
        {"id": "7", "url": ADDRESS, "resources": ["PROCESS_STATUS", "SHIPMENT"], "enabled": False},
        {"id": "8", "url": "https://elsewhere.example.com", "resources": ["SHIPMENT"], "enabled": True},
    ]

    assert ensure(ADDRESS, SECRET, api) == ("SHIPMENT",)
    assert ensure(ADDRESS, SECRET, api) == ()

    repaired = next(entry for entry in bol.subscriptions if entry["id"] == "7")
    assert repaired["enabled"] is True
    assert repaired["resources"] == ["PROCESS_STATUS", "SHIPMENT"]


def test_a_notification_is_signed_and_leads_to_its_order(bol: BolSimulator, api: Api, clock: Clock) -> None:
    ensure(ADDRESS, SECRET, api)
    bol.place("A1")
    bol.act("A1", "ship")
    read_order("A1", api)
    bol.act("A1", "transport", event="DELIVERED_AT_CUSTOMER")

    [event] = [event for event in bol.events if event.topic == "SHIPMENT"]
    headers = signature.sign(event.body, SECRET, topic=event.topic, now=clock.at)
    lower = {name.lower(): value for name, value in headers.items()}

    assert signature.verify(lower, event.body, [SECRET], now=clock.at)
    with pytest.raises(SignalError) as raised:
        normalize(parse(event.body)[0], topic=event.topic, reading=Reading(received_at=clock.at))
    polled = read_order(raised.value.order_id, api)
    assert polled is not None
    assert b"DELIVERED_AT_CUSTOMER" in polled.body
