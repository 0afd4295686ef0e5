"""Orders of other channels, created in Shopify."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.shopify import Shopify
from local.channels.simulator import Clock, Recording
from shared.channels.shopify import create, source
from shared.channels.shopify.calls import look, perform
from shared.channels.shopify.mapping import normalize
from shared.orders.facts import Address, Customer, LineSeen, OrderSeen, PaymentMethod
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import (
    AuthError,
    HttpAnswer,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

SOURCE = "market:A-1"
SEEN = OrderSeen(
    number="A-1",
    currency="EUR",
    total=Decimal("42.90"),
    lines=(
        LineSeen(
            external_id="line-a", sku="M", quantity=2, unit_price=Decimal("10.00"), total=Decimal("18.00")
        ),
        LineSeen(
            external_id="line-b", sku="S", quantity=1, unit_price=Decimal("20.00"), total=Decimal("20.00")
        ),
    ),
    placed_at=datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
    shipping_method="Standard",
    shipping_total=Decimal("4.90"),
)
HOME = Address(
    name="Example Customer", street=("Musterstraße 1",), postal_code="10115", city="Berlin", country="DE"
)
CREATE = Call(
    name="create",
    order_id="",
    reference="c" * 32,
    number="A-1",
    pieces=(
        Piece(line_id="line-a", quantity=2, sku="MUG"),
        Piece(line_id="line-b", quantity=1, sku="SHIRT-M"),
    ),
    order=SEEN,
    customer=Customer(
        name="Example Customer", email="buyer@example.com", phone="+49 30 5550100", billing=HOME
    ),
    source_order=SOURCE,
)


def only_order(shop: Shopify) -> dict[str, Any]:
    [order] = shop.orders.values()
    return order


def test_the_order_has_buyer_lines_by_sku_and_prices_of_its_source(shop: Shopify, api: Api) -> None:
    perform(CREATE, api)

    order = only_order(shop)
    assert [(line["sku"], line["quantity"], line["price"]) for line in order["line_items"]] == [
        ("MUG", 2, "10.00"),
        ("SHIRT-M", 1, "20.00"),
    ]
    assert (order["total_price"], order["currency"], order["financial_status"]) == ("42.90", "EUR", "paid")
    assert order["email"] == "buyer@example.com"
    address = order["shipping_address"]
    assert address == order["billing_address"]
    assert (address["first_name"], address["last_name"], address["address1"], address["country_code"]) == (
        "Example",
        "Customer",
        "Musterstraße 1",
        "DE",
    )
    assert (address["phone"], shop.stock("MUG")) == ("+49 30 5550100", 18)


def test_the_shop_writes_to_nobody(api: Api, recording: Recording) -> None:
    perform(CREATE, api)

    body = recording.requests[-1].body
    assert b'"send_receipt":false' in body
    assert b'"send_fulfillment_receipt":false' in body


def test_each_line_is_named_by_the_shop_and_by_its_source(shop: Shopify, api: Api) -> None:
    answered = perform(CREATE, api)

    order = only_order(shop)
    first, second = order["line_items"]
    assert answered == Answered(
        told=Told.CONFIRMED,
        external_id=str(order["id"]),
        lines={"line-a": str(first["id"]), "line-b": str(second["id"])},
    )


def test_every_later_order_document_says_which_order_it_stands_for(shop: Shopify, api: Api) -> None:
    made = perform(CREATE, api)
    shop.act(made.external_id, "ship", number="1Z999AA10123456784")

    orders = [event for event in shop.events if event.topic.startswith("orders/")]
    assert len(orders) == 2
    for event in orders:
        document, _ = strict_json.parse(event.body)
        [report] = normalize(document, topic=event.topic, reading=Reading(received_at=shop.now()))
        assert report.source_order == SOURCE


def test_a_note_that_a_buyer_can_write_is_no_reference_without_the_tag() -> None:
    notes = [("gift", "yes"), (source.ORDER_NAME, SOURCE)]

    assert source.source_of(notes, f"vip, {source.tag_of(SOURCE)}") == SOURCE
    assert source.source_of(notes, "vip, orderhub") == ""
    assert source.source_of(notes, None) == ""
    assert source.source_of([(source.ORDER_NAME, 7)], source.tag_of("7")) == ""
    assert len(source.tag_of(SOURCE)) <= 40


@pytest.mark.parametrize("lag", [timedelta(0), timedelta(minutes=10)])
def test_f43_an_order_without_an_answer_is_found_even_where_the_search_lags(
    shop: Shopify, wire: Faulty, api: Api, lag: timedelta
) -> None:
    shop.search_lag = lag
    wire.plan(Fault.TIMEOUT_AFTER, method="POST", path="/orders.json")

    with pytest.raises(NoAnswerError):
        perform(CREATE, api)

    assert look(CREATE, "", api) == perform(CREATE, api)
    assert len(shop.orders) == 1


def test_f43_an_order_of_yesterday_is_found_by_its_tag(shop: Shopify, clock: Clock, api: Api) -> None:
    made = perform(CREATE, api)
    clock.at += timedelta(days=1)

    assert look(CREATE, "", api) == made


def test_f43_an_order_that_was_never_created_is_created(shop: Shopify, wire: Faulty, api: Api) -> None:
    wire.plan(Fault.TIMEOUT_BEFORE, method="POST", path="/orders.json")

    with pytest.raises(NoAnswerError):
        perform(CREATE, api)

    assert look(CREATE, "", api).told is Told.UNSEEN
    assert perform(CREATE, api).told is Told.CONFIRMED


def test_a_busy_hour_is_read_page_by_page_until_it_is_too_much(
    shop: Shopify, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.search_lag, shop.per_page = timedelta(minutes=10), 2
    for number in range(1, 6):
        shop.place(str(number))
    made = perform(CREATE, api)

    assert look(CREATE, "", api) == made
    monkeypatch.setattr(create, "MOST_PAGES", 2)
    assert look(CREATE, "", api).told is Told.UNKNOWABLE


@pytest.mark.parametrize("sku", ["", "MU", "NOT-THERE", 'M"UG'])
def test_a_sku_that_the_shop_does_not_know_is_refused_and_nothing_is_created(
    shop: Shopify, api: Api, sku: str
) -> None:
    with pytest.raises(RefusedError, match="unmapped_sku"):
        perform(replace(CREATE, pieces=(replace(CREATE.pieces[0], sku=sku),)), api)

    assert shop.orders == {}


def test_a_sku_of_two_variants_is_not_guessed(shop: Shopify, api: Api) -> None:
    shop.variants[1]["sku"] = "MUG"

    with pytest.raises(RefusedError, match="ambiguous_sku"):
        perform(CREATE, api)


@pytest.mark.parametrize("method", [PaymentMethod.CASH_ON_DELIVERY, PaymentMethod.INVOICE])
def test_an_order_that_is_not_paid_yet_is_not_said_to_be(
    shop: Shopify, api: Api, method: PaymentMethod
) -> None:
    perform(replace(CREATE, order=replace(SEEN, payment_method=method)), api)

    assert only_order(shop)["financial_status"] == "pending"


def test_the_shops_own_price_holds_where_the_source_tells_none(shop: Shopify, api: Api) -> None:
    unpriced = replace(SEEN, lines=(), shipping_method="", shipping_total=None)

    perform(replace(CREATE, order=unpriced, customer=None), api)

    assert only_order(shop)["total_price"] == "40.00"


@pytest.mark.parametrize(
    ("errors", "error"),
    [
        ('[{"message": "slow", "extensions": {"code": "THROTTLED"}}]', RateLimitedError),
        ('[{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]', AuthError),
        ('[{"message": "oh", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]', UnavailableError),
        ('[{"message": "what", "extensions": {"code": "undefinedField"}}]', RefusedError),
        ('[{"message": "Example Customer"}]', UnreadableAnswerError),
    ],
)
def test_f45_an_error_of_a_search_comes_with_a_success(api: Api, errors: str, error: type[Exception]) -> None:
    body = f'{{"errors": {errors}}}'.encode()

    with pytest.raises(error):
        look(CREATE, "", replace(api, transport=lambda _request: HttpAnswer(status=200, body=body)))
