"""What an order of Kaufland's says: the sum of its units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from shared.channels.kaufland.mapping import normalize
from shared.orders.facts import (
    Address,
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    Restock,
    ReturnReported,
    ReturnWord,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

Documents = Callable[..., dict[str, Any]]
FactT = TypeVar("FactT", bound=Fact)
Read = Callable[[Any], Report]


@pytest.fixture
def read(reading: Reading) -> Read:
    def one(document: Any) -> Report:
        [report] = normalize(document, topic="", reading=reading)
        return report

    return one


@pytest.fixture
def units(an_order: Documents, a_unit: Documents) -> Callable[..., dict[str, Any]]:
    """Return a builder of an order with a unit in each of the given statuses."""

    def build(*statuses: str) -> dict[str, Any]:
        listed = [a_unit(id_order_unit=count, status=status) for count, status in enumerate(statuses, 1)]
        return an_order(order_units=listed)

    return build


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def package(report: Report) -> PackageWord | None:
    found = of(report, PackageReported)
    assert all(entry.contents is None for entry in found)
    return found[0].word if found else None


def test_units_are_lines_of_one_piece_in_cents(read: Read, an_order: Documents, a_unit: Documents) -> None:
    second = a_unit(id_order_unit=2, price=550, shipping_rate=0, status="need_to_be_sent")

    report = read({"data": an_order(order_units=[a_unit(), second])})

    [seen] = of(report, OrderSeen)
    assert report.order_external_id == seen.number == "MEXMP01"
    assert [(line.external_id, line.quantity, line.unit_price) for line in seen.lines] == [
        ("314567896580001", 1, Decimal("12.99")),
        ("2", 1, Decimal("5.50")),
    ]
    assert (seen.currency, seen.shipping_total, seen.total) == ("EUR", Decimal("3.90"), Decimal("22.39"))
    assert report.source_time == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    assert words(report) == [StatusWord.PROCESSABLE]
    assert [fact.word for fact in of(report, PaymentReported)] == [PaymentWord.PAID]
    assert report.flags == ()


def test_alone_or_as_data_an_order_is_the_same(read: Read, an_order: Documents) -> None:
    assert read(an_order()) == read({"data": an_order()})


@pytest.mark.parametrize(
    ("statuses", "word"),
    [
        (("open",), None),
        (("sent", "need_to_be_sent"), None),
        (("sent",), PackageWord.FULFILLED),
        (("sent", "sent_and_autopaid", "cancelled"), PackageWord.FULFILLED),
        (("sent", "received"), PackageWord.FULFILLED),
        (("received", "cancelled"), PackageWord.DELIVERED),
        (("received", "returned"), PackageWord.DELIVERED),
        (("returned",), PackageWord.FULFILLED),
        (("cancelled",), None),
        (("sent", "teleported"), None),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_the_package_of_all_follows_when_every_unit_has_left(
    read: Read, units: Callable[..., dict[str, Any]], statuses: tuple[str, ...], word: PackageWord | None
) -> None:
    assert package(read(units(*statuses))) is word


def test_a_canceled_unit_is_a_canceled_piece_and_the_last_one_cancels(
    read: Read, units: Callable[..., dict[str, Any]]
) -> None:
    part, whole = read(units("open", "cancelled")), read(units("cancelled", "cancelled"))

    assert [line.canceled for line in of(part, OrderSeen)[0].lines] == [0, 1]
    assert (words(part), words(whole)) == ([StatusWord.PROCESSABLE], [StatusWord.CANCELED])
    assert of(whole, PaymentReported) == []


def test_a_returned_unit_came_back_and_is_paid_back_when_kaufland_says_so(
    read: Read, units: Callable[..., dict[str, Any]]
) -> None:
    back, paid = read(units("returned", "received")), read(units("returned_paid", "received"))

    for report in (back, paid):
        [goods] = of(report, ReturnReported)
        assert (goods.return_id, goods.line_id, goods.quantity, goods.word) == (
            "1",
            "1",
            1,
            ReturnWord.RECEIVED,
        )
    assert of(back, RefundReported) == []
    [money] = of(paid, RefundReported)
    assert (money.amount, money.word) == (Decimal("12.99"), RefundWord.RECORDED)
    assert money.lines[0].restock is Restock.NONE


def test_b46_an_unknown_status_moves_nothing_and_is_flagged(
    read: Read, units: Callable[..., dict[str, Any]]
) -> None:
    alone, beside = read(units("teleported")), read(units("teleported", "open"))

    assert words(alone) == [StatusWord.UNKNOWN]
    assert words(beside) == [StatusWord.PROCESSABLE, StatusWord.UNKNOWN]
    assert alone.flags == beside.flags == ("unmapped_status",)
    assert of(alone, PaymentReported) == []


def test_an_order_that_kaufland_sends_follows_the_facts(read: Read, an_order: Documents) -> None:
    [seen] = of(read(an_order(fulfillment_type="fulfilled_by_kaufland")), OrderSeen)

    assert seen.fulfilled_by_channel is True


def test_the_customer_is_read_from_the_addresses_and_the_buyer(read: Read, an_order: Documents) -> None:
    address = {
        "first_name": "Example",
        "last_name": "Customer",
        "company_name": "Example GmbH",
        "street": "Musterstraße",
        "house_number": "1",
        "additional_field": "2nd floor",
        "postcode": "10115",
        "city": "Berlin",
        "phone": "+49 30 5550100",
        "country": "DE",
    }

    customer = of(read(an_order(shipping_address=address)), OrderSeen)[0].customer

    assert customer is not None
    assert (customer.name, customer.email, customer.billing) == (
        "Example Customer",
        "buyer@example.com",
        None,
    )
    assert customer.shipping == Address(
        name="Example Customer",
        company="Example GmbH",
        street=("Musterstraße 1", "2nd floor"),
        postal_code="10115",
        city="Berlin",
        country="DE",
        phone="+49 30 5550100",
    )


def test_an_order_as_it_stands_in_a_list_has_to_be_read(read: Read) -> None:
    with pytest.raises(SignalError) as raised:
        read({"id_order": "MEXMP01", "order_units_count": 3})

    assert raised.value.order_id == "MEXMP01"


@pytest.mark.parametrize("document", [{"data": []}, {}, {"callback_url": "https://hub.example.com"}])
def test_what_is_no_order_is_ignored(read: Read, document: dict[str, Any]) -> None:
    with pytest.raises(IrrelevantError):
        read(document)


# --- B33 to B45, B69


@pytest.mark.parametrize("value", [None, "", "  "])
def test_b33_an_order_without_an_id_is_refused(read: Read, an_order: Documents, value: Any) -> None:
    with pytest.raises(UnusableError, match="missing_field:id_order"):
        read(an_order(id_order=value))


def test_b34_a_number_and_its_text_are_the_same_unit(
    read: Read, an_order: Documents, a_unit: Documents
) -> None:
    one, other = (read(an_order(order_units=[a_unit(id_order_unit=value)])) for value in (7, "7"))

    assert one == other


def test_b35_an_id_of_more_than_200_characters_is_refused(read: Read, an_order: Documents) -> None:
    with pytest.raises(UnusableError, match="invalid_id"):
        read(an_order(id_order="x" * 201))


@pytest.mark.parametrize("price", [Decimal("19.99"), "1299", "12,50", "1e400", True, -1, 10**15])
def test_b36_b37_b38_b39_an_amount_that_is_no_number_of_cents_is_refused(
    read: Read, an_order: Documents, a_unit: Documents, price: Any
) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(an_order(order_units=[a_unit(price=price)]))


def test_b40_a_currency_is_normalised_and_has_to_be_one(
    read: Read, an_order: Documents, a_unit: Documents
) -> None:
    assert of(read(an_order(order_units=[a_unit(currency="czk")])), OrderSeen)[0].currency == "CZK"
    for currency, code in (("EURO", "invalid_currency"), (None, "missing_field:currency")):
        with pytest.raises(UnusableError, match=code):
            read(an_order(order_units=[a_unit(currency=currency)]))
    with pytest.raises(UnusableError, match="currency_mismatch"):
        read(an_order(order_units=[a_unit(), a_unit(id_order_unit=2, currency="PLN")]))


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_b41_what_cents_of_a_currency_without_two_digits_are_is_not_guessed(
    read: Read, an_order: Documents, a_unit: Documents, currency: str
) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(an_order(order_units=[a_unit(currency=currency)]))


def test_b42_no_total_can_differ_from_the_units_since_an_order_has_none(
    read: Read, an_order: Documents, a_unit: Documents
) -> None:
    report = read(an_order(total=9900, order_units=[a_unit(price=550, shipping_rate=0)]))
    assert of(report, OrderSeen)[0].total == Decimal("5.50")
    assert report.flags == ()


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-10T10:00:00",
        "2026-02-30T10:00:00Z",
        "2026-03-10T10:00:60Z",
        "1700000000",
        1700000000,
        "9999-01-01T00:00:00Z",
        "2026-03-23T10:00:00Z",
    ],
)
def test_b43_b44_a_time_that_is_none_is_refused(
    read: Read, an_order: Documents, a_unit: Documents, time: Any
) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(an_order(order_units=[a_unit(ts_updated_iso=time)]))


def test_b69_a_thousand_units_are_read_and_one_more_is_refused(
    read: Read, an_order: Documents, a_unit: Documents
) -> None:
    many = [a_unit(id_order_unit=count) for count in range(1_001)]

    assert len(of(read(an_order(order_units=many[:1_000])), OrderSeen)[0].lines) == 1_000
    with pytest.raises(UnusableError, match="too_many_lines"):
        read(an_order(order_units=many))


def test_what_has_another_shape_is_refused(read: Read, an_order: Documents, a_unit: Documents) -> None:
    documents: list[Any] = [[], 7, {"data": 7}, an_order(order_units=[None]), an_order(order_units={})]
    for document in documents:
        with pytest.raises(UnusableError, match="invalid_shape"):
            read(document)
    with pytest.raises(UnusableError, match="missing_field:order_units"):
        read(an_order(order_units=[]))
    with pytest.raises(UnusableError, match="missing_field:status"):
        read(an_order(order_units=[a_unit(status=None)]))
