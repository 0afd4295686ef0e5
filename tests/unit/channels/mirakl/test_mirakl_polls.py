"""OR11, page by page, and one order at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from local.channels.faults import Fault
from shared.adapters import polls_of
from shared.channels.mirakl.polls import read_order, read_page
from shared.wire.http import (
    HttpAnswer,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    UnreadableAnswerError,
)
from shared.wire.polls import PollsModule, Window
from tests.support.mirakl import Shop


def window(shop: Shop, token: str = "") -> Window:
    return Window(since=datetime(2026, 3, 2, 9, 0, tzinfo=UTC), until=shop.clock.at, token=token)


def read_all(shop: Shop, *, since: datetime | None = None, most: int = 20) -> list[str]:
    found: list[str] = []
    asked = window(shop)
    for _ in range(most):
        page = read_page(Window(since=since or asked.since, until=asked.until, token=asked.token), shop.api)
        found += [document.order_id for document in page.documents]
        if not page.next_token:
            return found
        asked = window(shop, page.next_token)
    raise AssertionError("the pages do not end")


def place_many(shop: Shop, count: int) -> list[str]:
    names = [f"MKP-{number}-A" for number in range(count)]
    for name in names:
        shop.market.place(name)
    return names


def test_the_adapter_keeps_the_protocol() -> None:
    module: PollsModule = polls_of("mirakl")

    assert callable(module.read_page)


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
def test_every_order_is_read_once_however_many_pages_there_are(count: int, shop: Shop) -> None:
    assert read_all(shop) == []
    names = place_many(shop, count)

    assert read_all(shop) == names


def test_a_document_comes_with_its_topic_and_id(shop: Shop) -> None:
    shop.place()
    [document] = read_page(window(shop), shop.api).documents

    assert (document.topic, document.order_id) == ("order", "MKP-1-A")


def test_only_what_changed_is_read_and_the_marketplace_reaches_back_a_little(shop: Shop) -> None:
    place_many(shop, 3)
    changed_at = shop.clock.at + timedelta(hours=1)
    shop.clock.at = changed_at
    shop.market.act("MKP-1-A", "accept")

    assert read_all(shop, since=changed_at) == ["MKP-1-A"]
    assert read_all(shop, since=changed_at + timedelta(minutes=4)) == ["MKP-1-A"]
    assert read_all(shop, since=changed_at + timedelta(minutes=6)) == []


def test_an_order_that_changes_between_two_pages_hides_no_other(shop: Shop) -> None:
    names = place_many(shop, 150)
    first = read_page(window(shop), shop.api)
    shop.clock.at += timedelta(hours=1)
    shop.market.act(names[0], "accept")
    second = read_page(window(shop, first.next_token), shop.api)

    assert {document.order_id for document in (*first.documents, *second.documents)} == set(names)


def test_one_order_that_cannot_be_read_spoils_no_other(shop: Shop) -> None:
    body = (
        b'{"orders": [{"order_id": "A", "order_id": "A", "price": NaN}, {"order_id": "B"}], "total_count": 2}'
    )
    shop.faulty.inner = lambda _request: HttpAnswer(status=200, body=body)
    page = read_page(window(shop), shop.api)

    assert [document.order_id for document in page.documents] == ["A", "B"]
    assert page.next_token == ""


def test_f21_a_page_that_is_empty_is_the_last_whatever_the_count_says(shop: Shop) -> None:
    shop.faulty.inner = lambda _request: HttpAnswer(status=200, body=b'{"orders": [], "total_count": 9}')

    assert read_page(window(shop, "5"), shop.api).next_token == ""


def test_without_a_count_a_full_page_has_another_behind_it(shop: Shop) -> None:
    entries = b",".join([b'{"order_id": "A"}'] * 100)
    shop.faulty.inner = lambda _request: HttpAnswer(status=200, body=b'{"orders": [' + entries + b"]}")

    assert read_page(window(shop, "100"), shop.api).next_token == "200"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.TIMEOUT_BEFORE, NoAnswerError),
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
def test_a_broken_page_is_an_error_and_never_an_empty_one(
    fault: Fault, error: type[Exception], shop: Shop
) -> None:
    shop.faulty.plan(fault)

    with pytest.raises(error):
        read_page(window(shop), shop.api)


def test_one_order_is_read_as_it_stands(shop: Shop) -> None:
    place_many(shop, 3)
    polled = read_order("MKP-2-A", shop.api)

    assert polled is not None
    assert (polled.order_id, polled.topic) == ("MKP-2-A", "order")
    assert read_order("MKP-9-A", shop.api) is None


def test_an_id_with_a_comma_names_no_other_orders(shop: Shop) -> None:
    place_many(shop, 2)

    assert read_order("MKP-0-A,MKP-1-A", shop.api) is None


def test_more_than_a_hundred_ids_are_refused_by_the_marketplace(shop: Shop) -> None:
    with pytest.raises(RefusedError, match="http_400"):
        read_order(",".join(["A"] * 101), shop.api)
