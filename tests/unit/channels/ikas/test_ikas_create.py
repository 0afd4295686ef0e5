"""Orders of other channels, created in the simulated shop."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.ikas import Ikas
from local.channels.simulator import Recording
from shared.channels.ikas.calls import look, perform
from shared.channels.ikas.mapping import normalize
from shared.orders.facts import Address, Customer, LineSeen, OrderSeen, PaymentReported, PaymentWord
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import NoAnswerError, RefusedError

SEEN = OrderSeen(
    number="302-0000001-0000001",
    currency="TRY",
    total=Decimal("29.20"),
    placed_at=datetime(2026, 3, 10, 11, 0, tzinfo=UTC),
    shipping_method="STANDARD",
    shipping_total=Decimal("4.20"),
    lines=(
        LineSeen(external_id="9001", sku="A-MUG", quantity=2, unit_price=Decimal(10), total=Decimal(18)),
        LineSeen(external_id="9002", sku="A-PEN", quantity=1, unit_price=Decimal(5), total=Decimal(5)),
    ),
)
CUSTOMER = Customer(
    name="Example Customer",
    email="buyer@example.com",
    phone="+902125550100",
    shipping=Address(
        name="Example Customer", street=("Örnek Sokak 1",), postal_code="34430", city="İstanbul", country="TR"
    ),
)
CREATE = Call(
    name="create",
    order_id="",
    reference="c" * 32,
    number="302-0000001-0000001",
    source_order="market/302-0000001-0000001",
    pieces=(
        Piece(line_id="9001", quantity=2, sku="MUG", amount=Decimal(10)),
        Piece(line_id="9002", quantity=1, sku="PEN", amount=Decimal(5)),
    ),
    order=SEEN,
    customer=CUSTOMER,
)


def created(shop: Ikas) -> list[dict[str, Any]]:
    return [order for order in shop.orders.values() if order["sourceId"]]


def sent(recording: Recording) -> dict[str, Any]:
    [body] = [json.loads(r.body) for r in recording.requests if b"createOrderWithTransactions" in r.body]
    found: dict[str, Any] = body["variables"]["input"]
    return found


def test_an_order_is_created_with_what_it_stands_for(shop: Ikas, api: Api) -> None:
    answered = perform(CREATE, api)

    [order] = created(shop)
    items = order["orderLineItems"]
    assert answered == Answered(
        told=Told.CONFIRMED, external_id=order["id"], lines={"9001": items[0]["id"], "9002": items[1]["id"]}
    )
    assert order["sourceId"] == "orderhub:market/302-0000001-0000001"
    assert [(item["variant"]["sku"], item["quantity"], item["finalPrice"]) for item in items] == [
        ("MUG", 2, 9.0),  # after discounts, as the source has it
        ("PEN", 1, 5.0),
    ]
    assert order["totalFinalPrice"] == 27.2


def test_the_buyers_mail_address_stays_here(api: Api, recording: Recording) -> None:
    perform(CREATE, api)

    document = sent(recording)
    assert "buyer@example.com" not in json.dumps(document)
    assert document["disableAutoCreateCustomer"] is True
    assert document["transactions"] == [{"amount": 27.2}]
    assert document["order"]["shippingAddress"]["country"] == {"name": "TR", "iso2": "TR"}


def test_the_created_order_is_read_as_the_one_it_stands_for(shop: Ikas, api: Api) -> None:
    perform(CREATE, api)
    [order] = created(shop)

    document, _ = strict_json.parse(json.dumps(order).encode())
    reading = Reading(received_at=datetime(2026, 3, 11, tzinfo=UTC), back_office=True)
    [report] = normalize(document, topic="order", reading=reading)

    assert report.source_order == CREATE.source_order
    assert [fact.word for fact in report.facts if isinstance(fact, PaymentReported)] == [PaymentWord.PAID]


def test_f43_an_order_without_an_answer_is_found_and_not_created_twice(
    shop: Ikas, api: Api, recording: Recording
) -> None:
    faulty = Faulty(shop)

    def send(request: Any) -> Any:
        if b"createOrderWithTransactions" in request.body and not faulty.happened:
            faulty.plan(Fault.TIMEOUT_AFTER)
        return faulty(request)

    recording.inner = send
    assert look(CREATE, "", api).told is Told.UNSEEN

    with pytest.raises(NoAnswerError):
        perform(CREATE, api)
    found = look(CREATE, "", api)

    assert (found.told, found.external_id) == (Told.CONFIRMED, created(shop)[0]["id"])
    assert perform(CREATE, api) == found
    assert len(created(shop)) == 1


def test_a_sku_that_the_shop_does_not_have_is_refused(shop: Ikas, api: Api) -> None:
    for sku in ("HAT", ""):
        unknown = replace(CREATE, pieces=(replace(CREATE.pieces[0], sku=sku),))
        with pytest.raises(RefusedError, match="unmapped_sku"):
            perform(unknown, api)
    assert created(shop) == []


def test_a_sku_is_the_same_in_both_unicode_forms(shop: Ikas, api: Api) -> None:
    shop.products[0]["variants"][0]["sku"] = "G\u00dcL"
    shop.products[0]["variants"].append({"id": "variant-2", "sku": "GU\u0308L"})

    perform(replace(CREATE, pieces=(replace(CREATE.pieces[0], sku="GU\u0308L"),)), api)

    assert len(created(shop)) == 1


def test_an_order_whose_prices_are_not_told_is_refused(api: Api) -> None:
    nameless = replace(SEEN, lines=())

    with pytest.raises(RefusedError, match="price_unknown"):
        perform(replace(CREATE, order=nameless, pieces=(replace(CREATE.pieces[0], amount=None),)), api)


def test_the_copy_of_a_canceled_order_is_canceled_whole(shop: Ikas, api: Api) -> None:
    made = perform(CREATE, api)

    cancel = Call(name="cancel", order_id=made.external_id, reference="d" * 32)
    assert perform(cancel, api).told is Told.CONFIRMED
    assert created(shop)[0]["status"] == "CANCELLED"
