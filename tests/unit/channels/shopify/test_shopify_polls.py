"""What is asked of Shopify: changed orders, webhooks, stock levels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from local.channels.shopify import Shopify
from local.channels.simulator import Clock, Recording
from shared.adapters import levels_of, mapping_of, polls_of, subscriptions_of
from shared.channels.shopify import levels, polls, subscriptions
from shared.channels.shopify.mapping import TOPICS
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.http import HttpAnswer, HttpRequest, RateLimitedError, UnreadableAnswerError
from shared.wire.polls import LevelsModule, Page, PollsModule, SubscriptionsModule, Window

ADDRESS = "https://hub.example.com/webhooks/my-shop"


@pytest.fixture
def window(clock: Clock) -> Window:
    return Window(since=clock.at - timedelta(minutes=10), until=clock.at + timedelta(minutes=1))


def ids(page: Page) -> list[str]:
    return [document.order_id for document in page.documents]


def test_the_adapter_keeps_the_protocols() -> None:
    asked: PollsModule = polls_of("shopify")
    subscribed: SubscriptionsModule = subscriptions_of("shopify")
    pushed: LevelsModule = levels_of("shopify")

    assert (asked, subscribed, pushed) == (polls, subscriptions, levels)


def test_changed_orders_are_read_page_by_page(shop: Shopify, api: Api, window: Window) -> None:
    shop.per_page = 2
    for number in ("1", "2", "3"):
        shop.place(number)

    first = polls.read_page(window, api)
    second = polls.read_page(Window(since=window.since, until=window.until, token=first.next_token), api)

    assert (ids(first), ids(second), second.next_token) == (["1", "2"], ["3"], "")


def test_an_order_is_read_as_if_it_was_pushed(shop: Shopify, api: Api, window: Window) -> None:
    shop.place("1")
    [pushed] = shop.events
    [polled] = polls.read_page(window, api).documents
    asked = polls.read_order("1", api)
    assert asked is not None

    reports = [
        mapping_of("shopify").normalize(
            strict_json.parse(body)[0], topic=topic, reading=Reading(received_at=shop.now())
        )
        for body, topic in (
            (pushed.body, pushed.topic),
            (polled.body, polled.topic),
            (asked.body, asked.topic),
        )
    ]
    assert reports[0] == reports[1] == reports[2]


def test_all_orders_of_the_window_are_asked_for(api: Api, recording: Recording, window: Window) -> None:
    polls.read_page(window, api)

    assert parse_qs(urlsplit(recording.requests[-1].url).query) == {
        "limit": ["250"],
        "status": ["any"],
        "updated_at_min": ["2026-03-10T11:50:00+00:00"],
        "updated_at_max": ["2026-03-10T12:01:00+00:00"],
    }


def test_an_order_that_did_not_change_is_not_read(shop: Shopify, clock: Clock, api: Api) -> None:
    shop.place("1")
    clock.at += timedelta(hours=1)
    shop.place("2")

    assert ids(polls.read_page(Window(since=clock.at, until=clock.at), api)) == ["2"]


def test_an_order_that_cannot_be_read_is_handed_on_all_the_same(
    api: Api, window: Window, respond: Callable[[str], Api]
) -> None:
    page = polls.read_page(window, respond('{"orders": [{"id": 1, "id": 2}, {"name": "#7"}]}'))

    assert [document.body for document in page.documents] == [b'{"id": 1, "id": 2}', b'{"name": "#7"}']
    assert ids(page) == ["1", ""]


def test_f21_a_page_that_names_itself_is_passed_on_as_it_is(shop: Shopify, api: Api, window: Window) -> None:
    shop.place("1")
    shop.page_loops = True

    first = polls.read_page(window, api)
    second = polls.read_page(Window(since=window.since, until=window.until, token=first.next_token), api)

    assert second.next_token == first.next_token != ""


def test_an_order_that_is_gone_is_none(api: Api) -> None:
    assert polls.read_order("1", api) is None


def test_f45_a_page_that_is_no_page_is_an_error(
    api: Api, window: Window, respond: Callable[[str], Api]
) -> None:
    with pytest.raises(UnreadableAnswerError):
        polls.read_page(window, respond("<html></html>"))
    with pytest.raises(UnreadableAnswerError):
        polls.read_page(window, respond('{"errors": "Not Found"}'))
    with pytest.raises(UnreadableAnswerError):
        polls.read_order("1", respond('{"errors": "Not Found"}'))


def test_f42_shopifys_wait_in_fractions_of_a_second_is_understood(api: Api, window: Window) -> None:
    api.transport = lambda _request: HttpAnswer(status=429, headers={"retry-after": "2.0"})

    with pytest.raises(RateLimitedError) as raised:
        polls.read_page(window, api)
    assert raised.value.again_after == timedelta(seconds=2)


def test_missing_webhooks_are_made_and_others_left_alone(shop: Shopify, api: Api) -> None:
    shop.webhooks.append({"id": 1, "topic": TOPICS[0], "address": ADDRESS})
    shop.webhooks.append({"id": 2, "topic": TOPICS[1], "address": "https://other.example.com/"})

    assert subscriptions.ensure(ADDRESS, "secret", api) == TOPICS[1:]
    assert subscriptions.ensure(ADDRESS, "secret", api) == ()
    assert len(shop.webhooks) == len(TOPICS) + 1


def test_levels_are_set_at_the_only_location(shop: Shopify, api: Api) -> None:
    refused = levels.push({"MUG": 7, "PEN": 0, "GONE": 1}, api)

    assert refused == {"GONE": "unmapped_sku"}
    assert (shop.stock("MUG"), shop.stock("PEN")) == (7, 0)


def test_of_several_locations_the_connection_names_one(shop: Shopify, api: Api, recording: Recording) -> None:
    shop.locations.append({"id": 7002, "active": True})
    assert levels.push({"MUG": 7}, api) == {"MUG": "location_needed"}

    api.options = {"location_id": "7002"}

    assert levels.push({"MUG": 7}, api) == {}
    assert b'"location_id":7002' in recording.requests[-1].body


def test_a_level_that_shopify_does_not_take_is_told_by_its_field(shop: Shopify, api: Api) -> None:
    moved = shop.variants[0]
    inner = api.transport

    def transport(request: HttpRequest) -> HttpAnswer:
        if request.url.endswith("set.json"):
            moved["inventory_item_id"] = 1
        return inner(request)

    api.transport = transport

    assert levels.push({"MUG": 7}, api) == {"MUG": "errors.inventory_item_id"}
