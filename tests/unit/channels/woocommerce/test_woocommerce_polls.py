"""What is asked of WooCommerce: changed orders, webhooks, stock levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from local.channels.simulator import Clock, Recording
from local.channels.woocommerce import WooCommerce
from shared.adapters import levels_of, mapping_of, polls_of, subscriptions_of
from shared.channels.woocommerce import client, levels, polls, subscriptions
from shared.channels.woocommerce.mapping import TOPICS
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import HttpAnswer, HttpRequest, UnreadableAnswerError
from shared.wire.polls import LevelsModule, Page, PollsModule, SubscriptionsModule, Window

ADDRESS = "https://hub.example.com/webhooks/my-shop"


@pytest.fixture
def window(clock: Clock) -> Window:
    return Window(since=clock.at - timedelta(minutes=10), until=clock.at)


def ids(page: Page) -> list[str]:
    return [document.order_id for document in page.documents]


def pages(window: Window, api: Api) -> list[list[str]]:
    found = [polls.read_page(window, api)]
    while found[-1].next_token:
        found.append(
            polls.read_page(Window(since=window.since, until=window.until, token=found[-1].next_token), api)
        )
    return [ids(page) for page in found]


def test_the_adapter_keeps_the_protocols() -> None:
    asked: PollsModule = polls_of("woocommerce")
    subscribed: SubscriptionsModule = subscriptions_of("woocommerce")
    pushed: LevelsModule = levels_of("woocommerce")

    assert (asked, subscribed, pushed) == (polls, subscriptions, levels)


def test_changed_orders_are_read_page_by_page_in_the_order_of_their_ids(
    shop: WooCommerce, api: Api, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PER_PAGE", 2)
    for number in ("3", "1", "2"):
        shop.place(number)

    assert pages(window, api) == [["1", "2"], ["3"]]


def test_an_order_that_changes_between_two_pages_makes_none_slip_through(
    shop: WooCommerce, clock: Clock, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PER_PAGE", 2)
    for number in ("1", "2", "3", "4"):
        shop.place(number)
    window = Window(since=clock.at - timedelta(minutes=10), until=clock.at)
    first = polls.read_page(window, api)

    clock.at += timedelta(minutes=1)
    shop.act("1", "complete")
    second = polls.read_page(Window(since=window.since, until=window.until, token=first.next_token), api)

    assert ids(first) + ids(second) == ["1", "2", "3", "4"]


def test_a_page_that_is_not_full_is_the_last_only_where_the_shop_says_so(
    shop: WooCommerce, api: Api, window: Window
) -> None:
    """A shop leaves out of its page what it cannot show, and may have a limit of its own."""
    for number in ("1", "2", "3"):
        shop.place(number)
    inner = api.transport

    def limited(request: HttpRequest) -> HttpAnswer:
        return inner(replace(request, url=request.url.replace("per_page=100", "per_page=2")))

    api.transport = limited
    assert pages(window, api) == [["1", "2"], ["3"]]


def test_the_last_page_is_known_without_the_headers_too(
    shop: WooCommerce, api: Api, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PER_PAGE", 2)
    for number in ("1", "2"):
        shop.place(number)
    inner = api.transport

    def bare(request: HttpRequest) -> HttpAnswer:
        answered = inner(request)
        return HttpAnswer(status=answered.status, body=answered.body)

    api.transport = bare

    assert pages(window, api) == [["1", "2"], []]


def test_times_are_utc_and_said_to_be(api: Api, recording: Recording, window: Window) -> None:
    polls.read_page(window, api)

    assert parse_qs(urlsplit(recording.requests[-1].url).query) == {
        "per_page": ["100"],
        "modified_after": ["2026-03-10T11:50:00"],
        "dates_are_gmt": ["true"],
        "status": ["any"],
        "orderby": ["id"],
        "order": ["asc"],
        "page": ["1"],
    }


def test_an_order_is_read_as_if_it_was_pushed(shop: WooCommerce, api: Api, window: Window) -> None:
    shop.place("1")
    [pushed] = shop.events
    [polled] = polls.read_page(window, api).documents
    asked = polls.read_order("1", api)
    assert asked == polled

    reports = [
        mapping_of("woocommerce").normalize(
            strict_json.parse(body)[0], topic=topic, reading=Reading(received_at=shop.now())
        )
        for body, topic in ((pushed.body, pushed.topic), (polled.body, polled.topic))
    ]
    assert reports[0] == reports[1]


def test_an_order_that_cannot_be_read_is_handed_on_all_the_same(
    api: Api, window: Window, respond: Callable[[str], Api]
) -> None:
    page = polls.read_page(window, respond('[{"id": 1, "total": 1, "total": 2}, {"number": "7"}]'))

    assert ids(page) == ["1", ""]


def test_an_order_that_is_gone_is_none(api: Api) -> None:
    assert polls.read_order("1", api) is None


@pytest.mark.parametrize("text", ["<html></html>", '{"code": 1}', "{}"])
def test_f45_a_page_that_is_no_page_is_an_error(
    api: Api, window: Window, respond: Callable[[str], Api], text: str
) -> None:
    with pytest.raises(UnreadableAnswerError):
        polls.read_page(window, respond(text))


def test_f45_a_page_for_people_is_no_order(respond: Callable[[str], Api]) -> None:
    with pytest.raises(UnreadableAnswerError):
        polls.read_order("1", respond("<html></html>"))


def test_a_token_that_is_no_page_is_an_error(api: Api, window: Window) -> None:
    with pytest.raises(UnreadableAnswerError, match="invalid_token"):
        polls.read_page(Window(since=window.since, until=window.until, token="x"), api)


def test_webhooks_are_made_where_missing_and_switched_on_where_off(shop: WooCommerce, api: Api) -> None:
    off = {"id": 1, "topic": TOPICS[1], "delivery_url": ADDRESS, "status": "disabled", "secret": "old"}
    on = {"id": 2, "topic": TOPICS[0], "delivery_url": ADDRESS, "status": "active"}
    other = {"id": 3, "topic": TOPICS[2], "delivery_url": "https://other.example.com/", "status": "active"}
    shop.webhooks += [off, on, other]

    assert subscriptions.ensure(ADDRESS, "secret", api) == TOPICS[1:]
    assert subscriptions.ensure(ADDRESS, "secret", api) == ()

    assert (off["status"], off["secret"]) == ("active", "secret")
    assert len(shop.webhooks) == len(TOPICS) + 1
    assert {hook.get("secret") for hook in shop.webhooks[3:]} == {"secret"}


def test_levels_are_set_for_products_and_variations_whose_stock_the_shop_manages(
    shop: WooCommerce, api: Api
) -> None:
    refused = levels.push({"MUG": 7, "SHIRT-M": 0, "POSTER": 3, "GONE": 1}, api)

    assert refused == {"POSTER": "stock_not_managed", "GONE": "unmapped_sku"}
    assert (shop.stock("MUG"), shop.stock("SHIRT-M")) == (7, 0)
