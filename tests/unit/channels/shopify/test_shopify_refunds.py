"""What a refund says of money and goods, alone and within its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.orders.facts import RefundLine, RefundReported, RefundWord, Report, Restock, is_additive
from shared.wire.errors import UnusableError

Make = Callable[..., dict[str, Any]]
Read = Callable[..., Report]


def told(report: Report) -> RefundReported:
    (refund,) = (fact for fact in report.facts if isinstance(fact, RefundReported))
    assert is_additive(refund)
    return refund


def test_a_refund_alone_is_about_its_order(refund: Make, read: Read) -> None:
    item = {"line_item_id": 11, "quantity": 1, "restock_type": "return", "subtotal": Decimal("9.95")}
    report = read(refund(refund_line_items=[item]), "refunds/create")

    assert report.order_external_id == "1001"
    assert report.source_time == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    assert told(report) == RefundReported(
        refund_id="31",
        word=RefundWord.RECORDED,
        raw="success",
        amount=Decimal("10.00"),
        currency="EUR",
        lines=(RefundLine(line_id="11", quantity=1, restock=Restock.RETURN, amount=Decimal("9.95")),),
        occurred_at=datetime(2026, 3, 5, 9, 0, tzinfo=UTC),
    )


def test_a_refund_happened_when_it_was_processed_else_when_it_was_created(refund: Make, read: Read) -> None:
    imported = read(refund(processed_at="2026-03-01T00:00:00Z"))
    bare = read(refund(processed_at=None))

    assert imported.source_time == told(imported).occurred_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert bare.source_time == told(bare).occurred_at == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def test_the_same_refund_within_its_order_is_the_same_fact(order: Make, refund: Make, read: Read) -> None:
    assert told(read(order(refunds=[refund()]))) == told(read(refund()))


@pytest.mark.parametrize(
    ("statuses", "word", "amount"),
    [
        ("success", RefundWord.RECORDED, "1.00"),
        ("success success", RefundWord.RECORDED, "3.00"),
        ("pending", RefundWord.REQUESTED, "1.00"),
        ("success pending", RefundWord.REQUESTED, "3.00"),
        ("failure success", RefundWord.RECORDED, "2.00"),
        ("failure pending", RefundWord.REQUESTED, "2.00"),
        ("failure", RefundWord.REJECTED, "1.00"),
        ("error failure", RefundWord.REJECTED, "3.00"),
    ],
)
def test_a_refund_is_recorded_once_none_of_its_money_is_pending(
    statuses: str, word: RefundWord, amount: str, refund: Make, transaction: Make, read: Read
) -> None:
    transactions = [
        transaction(status=status, amount=f"{number}.00")
        for number, status in enumerate(statuses.split(), start=1)
    ]
    fact = told(read(refund(transactions=transactions)))

    assert (fact.word, fact.amount) == (word, Decimal(amount))


def test_b46_an_unknown_transaction_status_is_money_on_its_way(
    refund: Make, transaction: Make, read: Read
) -> None:
    report = read(refund(transactions=[transaction(status="SUPER_SENT")]))

    assert (told(report).word, told(report).raw) == (RefundWord.REQUESTED, "SUPER_SENT")
    assert report.flags == ("unmapped_status",)


def test_only_transactions_of_kind_refund_are_money_given_back(
    refund: Make, transaction: Make, read: Read
) -> None:
    kinds = ["refund", "void", "capture", "sale", "authorization"]
    fact = told(read(refund(transactions=[transaction(kind=kind) for kind in kinds])))

    assert fact.amount == Decimal("10.00")


def test_a_refund_without_money_is_about_goods(refund: Make, read: Read) -> None:
    item = {"line_item_id": 11, "quantity": 2, "restock_type": "cancel"}
    fact = told(read(refund(transactions=[], refund_line_items=[item])))

    assert (fact.word, fact.amount, fact.currency) == (RefundWord.RECORDED, Decimal(0), "")
    assert fact.lines == (RefundLine(line_id="11", quantity=2, restock=Restock.CANCEL),)


def test_a_refund_by_amount_names_no_goods(refund: Make, read: Read) -> None:
    assert told(read(refund())).lines == ()


@pytest.mark.parametrize(
    ("raw", "restock"),
    [
        ("cancel", Restock.CANCEL),
        ("return", Restock.RETURN),
        ("no_restock", Restock.NONE),
        ("legacy_restock", Restock.RETURN),
    ],
)
def test_each_restock_type_says_what_became_of_the_goods(
    raw: str, restock: Restock, refund: Make, read: Read
) -> None:
    item = {"line_item_id": 11, "quantity": 1, "restock_type": raw}

    assert told(read(refund(refund_line_items=[item]))).lines[0].restock is restock


def test_the_old_restock_word_means_canceled_where_the_order_shows_that_nothing_left(
    order: Make, refund: Make, fulfillment: Make, read: Read
) -> None:
    refunds = [
        refund(refund_line_items=[{"line_item_id": 11, "quantity": 1, "restock_type": "legacy_restock"}])
    ]

    assert told(read(order(refunds=refunds))).lines[0].restock is Restock.CANCEL
    shipped = order(refunds=refunds, fulfillments=[fulfillment()])
    assert told(read(shipped)).lines[0].restock is Restock.RETURN


def test_b46_an_unknown_restock_type_moves_no_goods(refund: Make, read: Read) -> None:
    report = read(refund(refund_line_items=[{"line_item_id": 11, "quantity": 1, "restock_type": "melt"}]))

    assert told(report).lines[0].restock is Restock.NONE
    assert report.flags == ("unmapped_status",)


def test_b40_a_currency_that_the_order_does_not_know_is_a_mismatch(
    order: Make, refund: Make, transaction: Make, read: Read
) -> None:
    def code(document: dict[str, Any]) -> str:
        with pytest.raises(UnusableError) as caught:
            read(document)
        return caught.value.code

    in_dollars = refund(transactions=[transaction(currency="USD")])
    assert code(order(refunds=[in_dollars])) == "currency_mismatch"
    assert code(refund(transactions=[transaction(), transaction(currency="USD")])) == "currency_mismatch"
    assert code(refund(transactions=[transaction(currency=None)])) == "missing_field:transactions.currency"


def test_a_refund_in_the_customers_currency_keeps_it(
    order: Make, refund: Make, transaction: Make, read: Read
) -> None:
    in_dollars = refund(transactions=[transaction(currency="USD", amount="11.50")])
    report = read(order(presentment_currency="USD", refunds=[in_dollars]))

    assert (told(report).amount, told(report).currency) == (Decimal("11.50"), "USD")
    assert report.flags == ("presentment_currency",)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": None}, "missing_field:refund_id"),
        ({"order_id": None}, "missing_field:order_id"),
        ({"transactions": None}, "missing_field:transactions"),
        ({"processed_at": "yesterday"}, "invalid_timestamp"),
        ({"refund_line_items": [{"line_item_id": 11, "quantity": 0}]}, "invalid_quantity"),
        ({"refund_line_items": [{"quantity": 1}]}, "missing_field:line_item_id"),
        (
            {"transactions": [{"kind": "refund", "status": "success", "amount": "-1.00", "currency": "EUR"}]},
            "invalid_amount",
        ),
        ({"transactions": "none"}, "invalid_shape"),
        ({"refund_line_items": [{}] * 1_001}, "too_many_lines"),
    ],
)
def test_a_refund_that_cannot_be_used_says_why(
    changes: dict[str, Any], code: str, refund: Make, read: Read
) -> None:
    with pytest.raises(UnusableError) as caught:
        read(refund(**changes), "refunds/create")

    assert caught.value.code == code
