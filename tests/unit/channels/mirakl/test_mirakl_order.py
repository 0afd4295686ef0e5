"""What an order of OR11 says, state by state and line by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from shared.channels.mirakl import words
from shared.channels.mirakl.mapping import normalize
from shared.orders.facts import (
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    Restock,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

Build = Callable[..., dict[str, Any]]
FactT = TypeVar("FactT", bound=Fact)


def read(document: Any, reading: Reading) -> Report:
    [report] = normalize(document, topic="order", reading=reading)
    return report


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def the(report: Report, kind: type[FactT]) -> FactT:
    [fact] = of(report, kind)
    return fact


def with_line(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the document with its first line changed."""
    first, *others = document["order_lines"]
    return document | {"order_lines": [first | changes, *others]}


def test_an_order_is_read_with_its_lines_and_money(an_order: Build, reading: Reading) -> None:
    report = read(an_order(shipping_deadline="2026-03-20T22:59:59.999Z"), reading)
    seen = the(report, OrderSeen)

    assert (report.order_external_id, report.flags) == ("M-1-A", ())
    assert report.source_time == datetime(2026, 3, 4, 8, 2, 11, 500_000, tzinfo=UTC)
    assert (seen.number, seen.currency, seen.total) == ("M-1-A", "EUR", Decimal("29.20"))
    assert seen.placed_at == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert seen.ship_by == datetime(2026, 3, 20, 22, 59, 59, 999_000, tzinfo=UTC)
    assert (seen.shipping_method, seen.shipping_total) == ("Standard", Decimal("4.2"))
    first, second = seen.lines
    assert first == LineSeen(
        external_id="M-1-A-1",
        sku="MUG",
        name="Mug",
        quantity=2,
        unit_price=Decimal("10.00"),
        total=Decimal(20),
    )
    assert (second.external_id, second.quantity, second.unit_price) == ("M-1-A-2", 1, Decimal("5.00"))


def test_taxes_stand_beside_amounts_that_are_without_them(an_order: Build, reading: Reading) -> None:
    document = with_line(
        an_order(order_tax_mode="TAX_EXCLUDED"),
        taxes=[{"code": "A", "amount": 2}, {"code": "B", "amount": Decimal("0.5")}],
        shipping_taxes=[{"code": "A", "amount": Decimal("0.4")}],
    )
    seen = the(read(document, reading), OrderSeen)

    assert (seen.total, seen.tax_total) == (Decimal("29.20"), Decimal("2.9"))


def test_the_buyer_is_read_with_the_relayed_address(an_order: Build, reading: Reading) -> None:
    customer = the(read(an_order(), reading), OrderSeen).customer

    assert customer is not None
    assert (customer.name, customer.locale) == ("Example Customer", "de-DE")
    assert customer.email == "buyer-1@notification.example.com"
    assert customer.billing is None
    assert customer.shipping is not None
    assert (customer.shipping.street, customer.shipping.country) == (("Musterstraße 1",), "DEU")


def test_an_order_whose_buyer_is_not_shown_yet_has_none(an_order: Build, reading: Reading) -> None:
    document = an_order(customer=None, customer_notification_email=None)

    assert the(read(document, reading), OrderSeen).customer is None


@pytest.mark.parametrize("state", sorted(words.STATES))
def test_each_state_says_what_the_table_says(state: str, an_order: Build, reading: Reading) -> None:
    report = read(an_order(order_state=state), reading)

    assert the(report, StatusReported) == StatusReported(word=words.STATES[state], raw=state)
    assert [fact.word for fact in of(report, PaymentReported)] == (
        [PaymentWord.PAID] if state in words.PAID else []
    )
    assert [fact.word for fact in of(report, PackageReported)] == (
        [words.PACKAGES[state]] if state in words.PACKAGES else []
    )
    assert report.flags == ()


def test_an_order_to_ship_counts_as_paid_since_the_customer_was_debited(
    an_order: Build, reading: Reading
) -> None:
    payment = the(read(an_order(), reading), PaymentReported)

    assert payment.transaction_id == ""
    assert payment.occurred_at == datetime(2026, 3, 4, 8, 2, 10, tzinfo=UTC)


def test_a_shipped_order_is_one_package_with_its_tracking(an_order: Build, reading: Reading) -> None:
    document = an_order(
        order_state="SHIPPED",
        shipping_tracking=340434161094021501,
        shipping_carrier_code="CODE",
        shipping_carrier_standard_code="DHL",
        shipping_tracking_url="https://dhl.example.com/1",
    )
    package = the(read(document, reading), PackageReported)

    assert (package.package_id, package.word, package.contents) == ("order", PackageWord.FULFILLED, None)
    assert (package.tracking_number, package.carrier) == ("340434161094021501", "DHL")
    assert package.tracking_url == "https://dhl.example.com/1"
    assert not package.awaits_tracking


def test_a_tracking_page_that_is_not_secure_is_left_out(an_order: Build, reading: Reading) -> None:
    document = an_order(order_state="SHIPPED", shipping_tracking_url="http://dhl.example.com/1")

    assert the(read(document, reading), PackageReported).tracking_url == ""


def test_a_refusal_keeps_its_reason(an_order: Build, reading: Reading) -> None:
    document = an_order(order_state="REFUSED", order_state_reason_code="NO_STOCK")
    status = the(read(document, reading), StatusReported)

    assert (status.word, status.reason) == (StatusWord.REFUSED, "NO_STOCK")


def test_a_refused_line_is_canceled_while_the_others_go_on(an_order: Build, reading: Reading) -> None:
    seen = the(read(with_line(an_order(), order_line_state="REFUSED"), reading), OrderSeen)

    assert [line.canceled for line in seen.lines] == [2, 0]


def test_a_line_refused_earlier_stays_canceled_when_its_order_is_canceled(
    an_order: Build, reading: Reading
) -> None:
    document = with_line(an_order(order_state="CANCELED"), order_line_state="REFUSED")

    assert [line.canceled for line in the(read(document, reading), OrderSeen).lines] == [2, 0]


def test_cancelations_are_canceled_pieces(an_order: Build, reading: Reading) -> None:
    document = with_line(an_order(), cancelations=[{"id": "1", "quantity": 1}, {"id": "2", "quantity": None}])

    assert [line.canceled for line in the(read(document, reading), OrderSeen).lines] == [1, 0]


def test_more_cancelations_than_pieces_are_refused(an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_quantity"):
        read(with_line(an_order(), cancelations=[{"quantity": 3}]), reading)


@pytest.mark.parametrize(
    ("states", "word"),
    [
        (["INCIDENT_OPEN", "SHIPPED"], StatusWord.DISPUTE_OPENED),
        (["INCIDENT_CLOSED", "INCIDENT_OPEN"], StatusWord.DISPUTE_OPENED),
        (["INCIDENT_CLOSED", "SHIPPED"], StatusWord.DISPUTE_RESOLVED),
    ],
)
def test_an_incident_of_a_line_is_a_dispute(
    states: list[str], word: StatusWord, an_order: Build, reading: Reading
) -> None:
    document = an_order(order_state="SHIPPED")
    for line, state in zip(document["order_lines"], states, strict=True):
        line["order_line_state"] = state

    assert [fact.word for fact in of(read(document, reading), StatusReported)] == [
        StatusWord.PROCESSABLE,
        word,
    ]


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1106",
        "state": "REFUNDED",
        "amount": 5,
        "shipping_amount": Decimal("1.5"),
        "quantity": 1,
        "created_date": "2026-03-04T08:00:00Z",
        **changes,
    }


@pytest.mark.parametrize("state", sorted(words.REFUNDS))
def test_each_refund_state_says_what_the_table_says(state: str, an_order: Build, reading: Reading) -> None:
    found = the(read(with_line(an_order(), refunds=[refund(state=state)]), reading), RefundReported)

    assert (found.refund_id, found.word, found.raw) == ("1106", words.REFUNDS[state], state)
    assert (found.amount, found.currency) == (Decimal("6.50"), "EUR")
    [line] = found.lines
    assert (line.line_id, line.quantity, line.restock) == ("M-1-A-1", 1, Restock.NONE)


def test_refunds_made_by_one_request_are_one(an_order: Build, reading: Reading) -> None:
    document = an_order()
    for line, state in zip(document["order_lines"], ("REFUNDED", "WAITING_REFUND"), strict=True):
        line["refunds"] = [refund(id=line["order_line_id"], order_refund_id="together", state=state)]
    found = the(read(document, reading), RefundReported)

    assert (found.refund_id, found.word, found.amount) == ("together", RefundWord.REQUESTED, Decimal(13))


@pytest.mark.parametrize("quantity", [0, None])
def test_a_refund_without_pieces_is_one_of_an_amount(
    quantity: int | None, an_order: Build, reading: Reading
) -> None:
    found = the(read(with_line(an_order(), refunds=[refund(quantity=quantity)]), reading), RefundReported)

    assert found.lines == ()


def test_b46_an_unknown_state_moves_nothing_and_is_flagged(an_order: Build, reading: Reading) -> None:
    report = read(an_order(order_state="SUPER_SHIPPED"), reading)

    assert the(report, StatusReported).word is StatusWord.UNKNOWN
    assert report.flags == ("unmapped_status",)
    assert not of(report, PaymentReported)


def test_b46_an_unknown_state_of_a_line_or_a_refund_is_flagged(an_order: Build, reading: Reading) -> None:
    line = read(with_line(an_order(), order_line_state="ELSEWHERE"), reading)
    money = read(with_line(an_order(), refunds=[refund(state="MAYBE")]), reading)

    assert line.flags == money.flags == ("unmapped_status",)
    assert not of(money, RefundReported)
