"""Documents that say more than the table holds: each has an outcome, none comes again for ever."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.connections.model import Connection, Settings
from shared.orders.changes import Outcome
from shared.storage import keys
from shared.storage.sizes import MARK_BYTES, item_size
from shared.usecases.apply_input import Applied
from shared.usecases.apply_receipt import apply_receipt
from shared.wire.receipts import Receipt
from tests.support.desk import START, Desk

ORDER_ID = "shop:1001"
LIMIT = 409_600  # "Quotas in Amazon DynamoDB": 400 KB an item


class Shop(Desk):
    """A desk with a Shopify shop, and a table that takes what DynamoDB takes."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START + timedelta(hours=3)
        self.numbers = iter(range(100))
        connected = START - timedelta(days=1)
        settings = Settings(currency="EUR")
        self.connections.put(
            Connection(
                id="shop", kind="shopify", name="Example Shop", connected_at=connected, settings=settings
            )
        )
        self.database.observers.append(lambda _pk, _sk, _old, new: self._measure(new))

    def _measure(self, item: dict[str, Any] | None) -> None:
        assert item is None or item_size(item) <= LIMIT

    def tell(self, **changes: Any) -> list[Applied]:
        number = next(self.numbers)
        document = {
            "id": 1001,
            "name": "#1001",
            "currency": "EUR",
            "total_price": "99999.00",
            "financial_status": "paid",
            "created_at": "2026-03-02T09:00:00Z",
            "updated_at": f"2026-03-02T10:{number:02}:00Z",
            "line_items": [
                {
                    "id": 11,
                    "sku": "MUG",
                    "name": "Mug",
                    "quantity": 9000,
                    "current_quantity": 9000,
                    "price": "11",
                }
            ],
            "fulfillments": [],
            "refunds": [],
            **changes,
        }
        receipt = Receipt(
            receipt_id=f"receipt-{number}",
            connection="shop",
            kind="shopify",
            source="webhook",
            received_at=self.at,
            media_type="application/json",
            topic="orders/updated",
        )
        return apply_receipt(receipt, json.dumps(document).encode(), self.documents)

    def outcome(self, **changes: Any) -> tuple[Outcome, str]:
        [applied] = self.tell(**changes)
        return applied.outcome, applied.reason


def refunds(count: int, *, start: int = 4_509_361_472_000, money: bool = True) -> list[dict[str, Any]]:
    paid_back = [{"id": 1, "kind": "refund", "status": "success", "amount": "1.00", "currency": "EUR"}]
    return [
        {
            "id": start + number,
            "created_at": "2026-03-02T10:00:00Z",
            "transactions": paid_back if money else [],
        }
        for number in range(count)
    ]


def parcels(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": 21 + number,
            "status": "success",
            "created_at": "2026-03-02T10:00:00Z",
            "tracking_number": f"0034043416109{number:07}",
            "line_items": [{"id": 11, "quantity": 1}],
        }
        for number in range(count)
    ]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_eight_hundred_refunds_are_all_there_and_their_record_has_room_for_what_is_marked(shop: Shop) -> None:
    assert shop.outcome() == (Outcome.APPLIED, "")
    assert shop.outcome(refunds=refunds(800)) == (Outcome.APPLIED, "")
    assert len(shop.order(ORDER_ID).refunds) == 800
    record = shop.record_owing(ORDER_ID, "mail/refund/4509361472799")
    assert len(record.effects) == 800
    item = shop.database.item("orders", record.pk, record.sk)
    assert item is not None
    assert item_size(item) + 800 * MARK_BYTES < LIMIT


def test_b69_a_record_that_would_not_take_its_marks_is_quarantined_and_the_order_goes_on(shop: Shop) -> None:
    shop.tell()
    before = shop.order(ORDER_ID)
    assert shop.outcome(refunds=refunds(1_100)) == (Outcome.QUARANTINED, "too_large")
    assert shop.order(ORDER_ID) == before
    shown = [record.reason for record in shop.store.history(ORDER_ID)]
    assert shown.count("too_large") == 1
    assert shop.outcome(refunds=refunds(1)) == (Outcome.APPLIED, "")


def test_b69_an_order_that_fills_up_takes_no_more_reports_than_fit(shop: Shop) -> None:
    outcomes = [
        shop.outcome(refunds=refunds(1_900, start=number * 10**15, money=False)) for number in range(1, 6)
    ]
    assert outcomes[0] == (Outcome.APPLIED, "")
    assert outcomes[-1] == (Outcome.QUARANTINED, "too_large")
    assert set(outcomes) == {outcomes[0], outcomes[-1]}


def test_b69_more_parcels_than_a_transaction_takes_are_quarantined(shop: Shop) -> None:
    assert shop.outcome(fulfillments=parcels(120)) == (Outcome.QUARANTINED, "too_large")
    assert shop.database.item("orders", keys.order_pk(ORDER_ID), keys.HEAD) is None
    assert shop.outcome(fulfillments=parcels(80)) == (Outcome.APPLIED, "")


def test_b69_a_report_too_large_to_be_parked_is_quarantined(shop: Shop) -> None:
    refund = refunds(1)[0] | {"order_id": 1001}
    lines = [{"line_item_id": "ü" * 140 + str(number), "quantity": 1} for number in range(1_000)]
    receipt = Receipt(
        receipt_id="receipt",
        connection="shop",
        kind="shopify",
        source="webhook",
        received_at=shop.at,
        media_type="application/json",
        topic="refunds/create",
    )
    body = json.dumps(refund | {"refund_line_items": lines}).encode()
    [applied] = apply_receipt(receipt, body, shop.documents)
    assert (applied.outcome, applied.reason) == (Outcome.QUARANTINED, "too_large")
    assert [record.reason for record in shop.store.history(ORDER_ID)] == ["too_large"]


@pytest.mark.parametrize("money", [True, False])
def test_b69_a_document_of_many_thousand_refunds_is_turned_away_before_it_is_applied(
    shop: Shop, money: bool
) -> None:
    shop.tell()
    assert shop.outcome(refunds=refunds(4_500, money=money)) == (Outcome.QUARANTINED, "too_large")
    [record] = shop.store.connection_inputs("shop")
    assert (record.outcome, record.reason) == (Outcome.QUARANTINED, "too_large")
