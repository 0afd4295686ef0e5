"""Orders of other channels, created in WooCommerce."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock
from local.channels.woocommerce import WooCommerce
from shared.channels.woocommerce import create
from shared.channels.woocommerce.calls import look, perform
from shared.channels.woocommerce.mapping import normalize
from shared.orders.facts import Address, Customer, LineSeen, OrderSeen, PaymentMethod
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import HttpAnswer, HttpRequest, NoAnswerError, RefusedError

SOURCE = "market:A-1"
SEEN = OrderSeen(
    number="A-1",
    currency="EUR",
    total=Decimal("64.90"),
    lines=(
        LineSeen(external_id="line-a", sku="M-1", quantity=2, total=Decimal("20.00")),
        LineSeen(external_id="line-b", sku="S-1", quantity=2, total=Decimal("40.00")),
    ),
    placed_at=datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
    shipping_method="Standard",
    shipping_total=Decimal("4.90"),
)
HOME = Address(
    name="Example Maria Customer",
    street=("Musterstraße 1", "Hof", "links"),
    postal_code="10115",
    city="Berlin",
    country="DE",
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
        name="Example Customer", email="buyer@example.com", phone="+49 30 5550100", shipping=HOME
    ),
    source_order=SOURCE,
)


def only_order(shop: WooCommerce) -> dict[str, object]:
    [order] = shop.orders.values()
    return order


def test_the_order_has_buyer_lines_by_sku_and_prices_of_its_source(shop: WooCommerce, api: Api) -> None:
    perform(CREATE, api)

    order = only_order(shop)
    assert [
        (line["product_id"], line["variation_id"], line["sku"], line["quantity"], line["total"])
        for line in order["line_items"]  # type: ignore[attr-defined]
    ] == [(11, 0, "MUG", 2, "20.00"), (13, 14, "SHIRT-M", 1, "20.00")]
    assert order["shipping"] == {
        "first_name": "Example Maria",
        "last_name": "Customer",
        "company": "",
        "address_1": "Musterstraße 1",
        "address_2": "Hof, links",
        "postcode": "10115",
        "city": "Berlin",
        "state": "",
        "country": "DE",
        "phone": "+49 30 5550100",
    }
    assert (order["status"], order["currency"], order["total"]) == ("processing", "EUR", "44.90")
    assert shop.stock("MUG") == 18


def test_the_shop_gets_no_mail_address_and_so_writes_to_nobody(shop: WooCommerce, api: Api) -> None:
    perform(CREATE, api)

    assert "buyer@example.com" not in json.dumps(only_order(shop))


def test_each_line_is_named_by_the_shop_and_by_its_source(shop: WooCommerce, api: Api) -> None:
    answered = perform(CREATE, api)

    order = only_order(shop)
    first, second = order["line_items"]  # type: ignore[misc]
    assert answered == Answered(
        told=Told.CONFIRMED,
        external_id=str(order["id"]),
        lines={"line-a": str(first["id"]), "line-b": str(second["id"])},  # type: ignore[has-type]
    )


def test_every_later_document_says_which_order_it_stands_for(shop: WooCommerce, api: Api) -> None:
    made = perform(CREATE, api)
    shop.act(made.external_id, "complete", _tracking_number="1Z999AA10123456784")

    for event in shop.events:
        document, _ = strict_json.parse(event.body)
        reading = Reading(received_at=shop.now(), back_office=True)
        [report] = normalize(document, topic=event.topic, reading=reading)
        assert report.source_order == SOURCE
    assert len(shop.events) == 2


def test_f43_an_order_without_an_answer_is_found_and_created_once(
    shop: WooCommerce, line: Faulty, api: Api
) -> None:
    line.plan(Fault.TIMEOUT_AFTER, method="POST")

    with pytest.raises(NoAnswerError):
        perform(CREATE, api)

    assert look(CREATE, "", api) == perform(CREATE, api)
    assert len(shop.orders) == 1


def test_f43_an_order_that_was_never_created_is_created(shop: WooCommerce, line: Faulty, api: Api) -> None:
    line.plan(Fault.TIMEOUT_BEFORE, method="POST")

    with pytest.raises(NoAnswerError):
        perform(CREATE, api)

    assert look(CREATE, "", api).told is Told.UNSEEN
    assert perform(CREATE, api).told is Told.CONFIRMED
    assert len(shop.orders) == 1


def test_it_is_found_behind_hundreds_of_later_orders_until_they_are_too_many(
    shop: WooCommerce, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = perform(CREATE, api)
    for number in range(2_000, 2_250):
        shop.place(str(number))

    assert look(CREATE, "", api) == made
    monkeypatch.setattr(create, "MOST_PAGES", 2)
    assert look(CREATE, "", api).told is Told.UNKNOWABLE


def test_it_is_found_behind_pages_that_the_shop_does_not_fill(
    shop: WooCommerce, line: Faulty, api: Api
) -> None:
    line.plan(Fault.TIMEOUT_AFTER, method="POST", path="/orders")
    with pytest.raises(NoAnswerError):
        perform(CREATE, api)
    for number in range(2_001, 2_006):
        shop.place(str(number))
    inner = api.transport

    def limited(request: HttpRequest) -> HttpAnswer:
        return inner(replace(request, url=request.url.replace("per_page=100", "per_page=2")))

    api.transport = limited
    assert look(CREATE, "", api).told is Told.CONFIRMED
    perform(CREATE, api)
    assert len(shop.orders) == 6


def test_an_order_that_is_older_than_its_source_is_not_looked_at(
    shop: WooCommerce, clock: Clock, api: Api
) -> None:
    perform(CREATE, api)
    later = replace(CREATE, order=replace(SEEN, placed_at=datetime(2026, 3, 12, tzinfo=UTC)))

    assert look(later, "", api).told is Told.UNSEEN


@pytest.mark.parametrize("sku", ["", "NOT-THERE"])
def test_a_sku_that_the_shop_does_not_know_is_refused_and_nothing_is_created(
    shop: WooCommerce, api: Api, sku: str
) -> None:
    with pytest.raises(RefusedError, match="unmapped_sku"):
        perform(replace(CREATE, pieces=(replace(CREATE.pieces[0], sku=sku),)), api)

    assert shop.orders == {}


@pytest.mark.parametrize(
    ("method", "there"), [(PaymentMethod.CASH_ON_DELIVERY, "cod"), (PaymentMethod.INVOICE, "invoice")]
)
def test_an_order_that_is_not_paid_yet_is_worked_on_all_the_same(
    shop: WooCommerce, api: Api, method: PaymentMethod, there: str
) -> None:
    perform(replace(CREATE, order=replace(SEEN, payment_method=method)), api)

    order = only_order(shop)
    assert (order["status"], order["payment_method"]) == ("processing", there)


def test_the_shops_own_price_holds_where_the_source_tells_none(shop: WooCommerce, api: Api) -> None:
    unpriced = replace(SEEN, lines=(), shipping_method="", shipping_total=None)

    perform(replace(CREATE, order=unpriced, customer=None), api)

    assert only_order(shop)["total"] == "40.00"


def test_a_document_without_the_reference_stands_for_itself(shop: WooCommerce) -> None:
    shop.place("500", meta_data=[{"id": 1, "key": "_orderhub_order", "value": ["market:A-1"]}])

    document, _ = strict_json.parse(shop.events[0].body)
    [report] = normalize(document, topic="order.created", reading=Reading(received_at=shop.now()))
    assert report.source_order == ""
