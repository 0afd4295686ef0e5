"""What changed in the simulated shop, its webhooks and its stock levels."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.ikas import Ikas
from local.channels.simulator import Clock, Recording
from shared.adapters import levels_of, polls_of, subscriptions_of
from shared.channels.ikas import client, signature
from shared.channels.ikas.levels import push
from shared.channels.ikas.mapping import normalize
from shared.channels.ikas.polls import read_order, read_page
from shared.channels.ikas.subscriptions import ensure
from shared.orders.facts import OrderSeen
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import SignalError
from shared.wire.http import RefusedError, UnreadableAnswerError
from shared.wire.polls import LevelsModule, Page, PollsModule, SubscriptionsModule, Window

WINDOW = Window(
    since=datetime(2026, 3, 10, 11, 0, tzinfo=UTC), until=datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
)
ADDRESS = "https://hub.example.com/webhooks/ikas/shop"


@pytest.fixture(autouse=True)
def _placed(shop: Ikas, clock: Clock) -> None:
    for number in range(1, 4):
        shop.place(f"order-{number}")
        clock.at += timedelta(minutes=1)


def ids(page: Page) -> list[str]:
    return [document.order_id for document in page.documents]


def test_the_adapter_keeps_the_protocols() -> None:
    polls: PollsModule = polls_of("ikas")
    subscriptions: SubscriptionsModule = subscriptions_of("ikas")
    levels: LevelsModule = levels_of("ikas")

    assert (polls.read_page, subscriptions.ensure, levels.push) == (read_page, ensure, push)


def test_every_order_that_changed_comes_page_by_page_the_latest_first(
    shop: Ikas, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)

    first = read_page(WINDOW, api)
    second = read_page(replace(WINDOW, token=first.next_token), api)

    assert (ids(first), first.next_token) == (["order-3", "order-2"], "2")
    assert (ids(second), second.next_token) == (["order-1"], "")
    assert {document.topic for document in first.documents} == {"order"}


def test_an_order_that_changes_while_pages_are_read_lets_no_other_slip_past(
    shop: Ikas, api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    first = read_page(WINDOW, api)
    clock.at += timedelta(hours=1)
    shop.act("order-1", "pay")

    second = read_page(replace(WINDOW, token=first.next_token), api)

    assert ids(second) == ["order-2"]  # again; order-1 is at the front now, of this window and the next
    assert ids(read_page(WINDOW, api))[0] == "order-1"


def test_what_did_not_change_since_is_not_asked_for(api: Api) -> None:
    assert ids(read_page(replace(WINDOW, since=datetime(2026, 3, 10, 12, 1, 30, tzinfo=UTC)), api)) == [
        "order-3"
    ]


def test_a_polled_order_is_read_as_one_that_was_asked_for(api: Api, reading: Reading) -> None:
    polled, asked = read_page(WINDOW, api).documents[0], read_order("order-3", api)

    assert asked is not None
    reports = [
        normalize(strict_json.parse(document.body)[0], topic=document.topic, reading=later(reading))
        for document in (polled, asked)
    ]
    assert reports[0] == reports[1]
    assert isinstance(reports[0][0].facts[0], OrderSeen)
    assert reports[0][0].flags == ()


def later(reading: Reading) -> Reading:
    return replace(reading, received_at=datetime(2026, 3, 11, tzinfo=UTC))


def test_an_order_that_the_shop_does_not_know_is_none(api: Api) -> None:
    assert read_order("order-9", api) is None


def test_f21_a_page_that_comes_again_for_ever_brings_the_same_documents(shop: Ikas, api: Api) -> None:
    shop.loops = True

    first = read_page(WINDOW, api)
    second = read_page(replace(WINDOW, token=first.next_token), api)

    assert (first.next_token, second.next_token) == ("2", "3")
    assert first.documents == second.documents  # by which whoever reads pages knows it


def test_an_empty_page_that_promises_more_is_the_last(shop: Ikas, api: Api) -> None:
    shop.loops = True
    shop.orders.clear()

    assert read_page(WINDOW, api).next_token == ""


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.HTML, UnreadableAnswerError), (Fault.ERROR_IN_OK, RefusedError)]
)
def test_f45_a_page_that_is_none_is_no_empty_one(
    line: Faulty, api: Api, fault: Fault, error: type[Exception]
) -> None:
    line.plan(fault, path="graphql")

    with pytest.raises(error):
        read_page(WINDOW, api)


def test_an_order_that_cannot_be_read_spoils_no_other(respond: Callable[[str], Api]) -> None:
    text = '{"data": {"listOrder": {"hasNext": false, "data": [{"id": "order-1"}, {"no": "id"}]}}}'

    assert ids(read_page(WINDOW, respond(text))) == ["order-1", ""]


def test_a_webhook_of_the_shop_names_the_order_that_is_then_read(
    shop: Ikas, api: Api, reading: Reading
) -> None:
    event = shop.events[-1]
    document, _ = strict_json.parse(event.body)

    with pytest.raises(SignalError) as raised:
        normalize(document, topic=signature.topic({}, event.body), reading=reading)

    assert event.topic == signature.topic({}, event.body) == "store/order/created"
    assert read_order(raised.value.order_id, api) is not None


def test_missing_webhooks_are_made_once(shop: Ikas, api: Api) -> None:
    assert ensure(ADDRESS, "a secret", api) == ("store/order/created", "store/order/updated")
    assert ensure(ADDRESS, "a secret", api) == ()

    assert set(shop.webhooks.values()) == {f"{ADDRESS}?token=a+secret"}


def test_a_webhook_with_an_old_token_is_made_anew(shop: Ikas, api: Api) -> None:
    ensure(ADDRESS, "the secret before", api)

    assert ensure(ADDRESS, "a secret", api) == ("store/order/created", "store/order/updated")
    assert set(shop.webhooks.values()) == {f"{ADDRESS}?token=a+secret"}


def test_a_level_is_set_and_a_sku_that_is_not_there_is_named(
    shop: Ikas, api: Api, recording: Recording
) -> None:
    assert push({"MUG": 7, "HAT": 1, "PEN": 0}, api) == {"HAT": "unmapped_sku"}

    assert shop.pieces == {("variant-MUG", "location-1"): 7, ("variant-PEN", "location-1"): 0}
    assert len([request for request in recording.requests if b"Product" in request.body]) == 2


def test_without_a_stock_location_nothing_is_set(shop: Ikas, api: Api) -> None:
    api.options = {"store": "example"}

    assert push({"MUG": 7}, api) == {"MUG": "stock_location_unknown"}
    assert shop.pieces == {}


def test_levels_that_ikas_does_not_take_are_named(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "save_stock", _takes_nothing)

    assert push({"MUG": 7, "HAT": 1}, api) == {"MUG": "not_taken", "HAT": "unmapped_sku"}


def _takes_nothing(api: Api, levels: list[dict[str, Any]]) -> bool:
    assert json.dumps(levels)
    return False


def test_no_level_of_an_unknown_sku_is_sent(api: Api, recording: Recording) -> None:
    assert push({"HAT": 1}, api) == {"HAT": "unmapped_sku"}
    assert not any(b"saveProductStockLocations" in request.body for request in recording.requests)
