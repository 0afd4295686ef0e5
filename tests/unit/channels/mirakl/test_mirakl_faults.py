"""Broken answers: nothing is done twice, and nothing that failed counts as done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from local.channels.faults import Fault
from shared.wire.calls import Call, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    HttpAnswer,
    NoAnswerError,
    NotSentError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)
from tests.support.mirakl import Shop, a_call, a_parcel, a_refund, a_shipment, pieces

# Each call, the state it is made in, the request that makes it, and what it has done.
Did = Callable[[dict[str, Any], list[dict[str, Any]]], bool]
MADE: dict[str, tuple[Call, str, str, Did]] = {
    "accept": (
        a_call("accept"),
        "WAITING_ACCEPTANCE",
        "/accept",
        lambda order, _: order["order_state"] == "WAITING_DEBIT",
    ),
    "refuse": (
        a_call("refuse"),
        "WAITING_ACCEPTANCE",
        "/accept",
        lambda order, _: order["order_state"] == "REFUSED",
    ),
    "cancel": (a_call("cancel"), "SHIPPING", "/cancel", lambda order, _: order["order_state"] == "CANCELED"),
    "cancel_lines": (
        a_call("cancel_lines", pieces=pieces(1, canceled=1)),
        "SHIPPING",
        "/orders/cancel",
        lambda order, _: len(order["order_lines"][0]["cancelations"]) == 1,
    ),
    "ship whole": (
        a_shipment(3, 1, rest=True),
        "SHIPPING",
        "/ship",
        lambda order, _: order["order_state"] == "SHIPPED",
    ),
    "ship one of several": (
        a_shipment(2),
        "SHIPPING",
        "/shipments",
        lambda _, shipments: len(shipments) == 1,
    ),
    "tracking": (
        a_call("tracking", parcel=a_parcel()),
        "SHIPPED",
        "/tracking",
        lambda order, _: order["shipping_tracking"] == "T-1",
    ),
    "refund": (
        a_refund("5"),
        "SHIPPED",
        "/refund",
        lambda order, _: len(order["order_lines"][0]["refunds"]) == 1,
    ),
}


def prepared(shop: Shop, name: str) -> tuple[Call, str, Callable[[], bool]]:
    call, state, path, did = MADE[name]
    shop.place(state)
    return call, path, lambda: did(shop.order, shop.market.market.shipments)


def method_of(path: str) -> str:
    return "POST" if path == "/shipments" else "PUT"


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER])
@pytest.mark.parametrize("name", MADE)
def test_f43_a_call_that_took_effect_without_an_answer_is_found_and_not_made_twice(
    name: str, fault: Fault, shop: Shop
) -> None:
    call, path, did = prepared(shop, name)
    shop.faulty.plan(fault, method=method_of(path), path=path)

    with pytest.raises(ApiError) as raised:
        shop.perform(call)

    assert raised.value.is_certain is False
    assert did()
    assert shop.look(call).told is Told.CONFIRMED


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.SERVER_ERROR])
@pytest.mark.parametrize("name", MADE)
def test_f43_a_call_that_certainly_took_no_effect_is_unseen_and_made_then(
    name: str, fault: Fault, shop: Shop
) -> None:
    call, path, did = prepared(shop, name)
    shop.faulty.plan(fault, method=method_of(path), path=path)

    with pytest.raises((NoAnswerError, UnavailableError)):
        shop.perform(call)

    assert not did()
    assert shop.look(call).told is Told.UNSEEN
    assert shop.perform(call).told in (Told.PENDING, Told.CONFIRMED)
    assert did()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.REFUSED_CONNECTION, NotSentError),
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.UNAUTHORIZED, AuthError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.ERROR_IN_OK, RefusedError),
    ],
)
@pytest.mark.parametrize("name", MADE)
def test_f42_f45_f46_a_call_that_was_turned_away_is_told_so(
    name: str, fault: Fault, error: type[ApiError], shop: Shop
) -> None:
    call, path, did = prepared(shop, name)
    shop.faulty.plan(fault, method=method_of(path), path=path)

    with pytest.raises(error) as raised:
        shop.perform(call)

    assert raised.value.is_certain
    assert not did()


@pytest.mark.parametrize("name", MADE)
def test_a_page_of_html_is_no_success(name: str, shop: Shop) -> None:
    call, path, did = prepared(shop, name)
    shop.faulty.plan(Fault.HTML, method=method_of(path), path=path)

    with pytest.raises(UnreadableAnswerError):
        shop.perform(call)

    assert not did()


def test_f42_the_wait_that_the_marketplace_asks_for_is_passed_on(shop: Shop) -> None:
    shop.place()
    shop.market.requests_a_minute = 1

    with pytest.raises(RateLimitedError) as raised:
        shop.perform(a_call("accept"))

    assert raised.value.again_after == timedelta(seconds=60)
    shop.clock.at += timedelta(minutes=1)
    shop.market.requests_a_minute = 0
    assert shop.perform(a_call("accept")).told is Told.PENDING


def test_f46_a_key_that_was_revoked_is_an_error_of_the_connection(shop: Shop) -> None:
    shop.place()
    shop.market.api_key = "another"

    with pytest.raises(AuthError, match="http_401"):
        shop.perform(a_call("accept"))


@pytest.mark.parametrize("body", [b'{"refunds": []}', b'{"refunds": [{"order_line_id": "x"}]}', b"[]", b"{}"])
def test_a_refund_that_the_answer_does_not_show_is_in_doubt(body: bytes, shop: Shop) -> None:
    shop.place("SHIPPED")
    inner = shop.faulty.inner
    shop.faulty.inner = lambda request: (
        HttpAnswer(status=200, body=body) if request.method == "PUT" else inner(request)
    )

    with pytest.raises(UnreadableAnswerError):
        shop.perform(a_refund("5"))


def test_an_order_that_cannot_be_read_leaves_a_call_in_doubt(shop: Shop) -> None:
    shop.place("SHIPPED", currency_iso_code="EURO")

    with pytest.raises(UnreadableAnswerError, match="invalid_currency"):
        shop.perform(a_refund("5"))
    assert shop.told() == []


def test_f21_a_list_of_parcels_that_never_ends_is_left(shop: Shop) -> None:
    shop.place("SHIPPING")
    inner = shop.faulty.inner
    shop.faulty.inner = lambda request: (
        HttpAnswer(status=200, body=b'{"data": [], "next_page_token": "again"}')
        if "/shipments" in request.url
        else inner(request)
    )

    with pytest.raises(UnreadableAnswerError, match="page_repeated"):
        shop.look(a_shipment(2))
    assert len(shop.told("GET")) == 3


def test_parcels_are_looked_for_on_every_page(shop: Shop) -> None:
    shop.place("SHIPPING", order_lines=[{"quantity": 150}])
    for number in range(120):
        call = a_shipment(1, tracking_number=f"T-{number}")
        shop.perform(call)

    assert shop.look(a_shipment(1, tracking_number="T-119"), "").told is Told.CONFIRMED
    last = shop.market.market.shipments[-1]["id"]
    assert shop.look(a_shipment(1), last).external_id == last
