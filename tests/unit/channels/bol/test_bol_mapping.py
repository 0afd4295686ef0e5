"""What bol's documents say: orders, shipments, returns, notifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from shared.channels.bol.mapping import normalize
from shared.orders.facts import (
    Address,
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    Restock,
    ReturnReported,
    ReturnWord,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

Documents = Callable[..., dict[str, Any]]
FactT = TypeVar("FactT", bound=Fact)


@pytest.fixture
def read(reading: Reading) -> Callable[[Any], Report]:
    def one(document: Any) -> Report:
        [report] = normalize(document, topic="", reading=reading)
        return report

    return one


Read = Callable[[Any], Report]


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def words(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def test_an_open_order_is_paid_and_may_be_shipped(read: Read, an_order: Documents) -> None:
    report = read(an_order())

    [seen] = of(report, OrderSeen)
    assert (report.order_external_id, seen.number) == ("C00012ABCD", "C00012ABCD")
    assert (seen.currency, seen.total, seen.fulfilled_by_channel) == ("EUR", Decimal("20.00"), False)
    assert report.source_time == datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    assert words(report) == [StatusWord.PROCESSABLE]
    assert [fact.word for fact in of(report, PaymentReported)] == [PaymentWord.PAID]
    assert of(report, PackageReported) == []
    assert report.flags == ()


def test_the_total_is_that_of_the_items_after_discounts(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    items = [
        an_item(unitPrice=Decimal("12.99"), totalPrice=Decimal("23.98")),
        an_item(orderItemId="2012345002", quantity=3, unitPrice=Decimal("5.5"), totalPrice=None),
    ]

    [seen] = of(read(an_order(orderItems=items)), OrderSeen)

    assert [line.total for line in seen.lines] == [Decimal("23.98"), Decimal("16.50")]
    assert seen.total == Decimal("40.48")


def test_the_connection_names_the_currency(an_order: Documents, reading: Reading) -> None:
    [report] = normalize(an_order(), topic="", reading=replace(reading, currency="SEK"))

    assert of(report, OrderSeen)[0].currency == "SEK"


def test_the_customer_is_read_with_a_pick_up_point_in_front_of_the_street(
    read: Read, an_order: Documents
) -> None:
    details = {
        "pickupPointName": "Example pick-up point",
        "firstName": "Example",
        "surname": "Customer",
        "streetName": "Voorbeeldstraat",
        "houseNumber": "10",
        "houseNumberExtension": "2",
        "zipCode": "1000AA",
        "city": "Amsterdam",
        "countryCode": "NL",
        "email": "buyer@example.com",
        "language": "nl-BE",
    }

    customer = of(read(an_order(shipmentDetails=details)), OrderSeen)[0].customer

    assert customer is not None
    assert (customer.name, customer.email, customer.locale) == (
        "Example Customer",
        "buyer@example.com",
        "nl-BE",
    )
    assert customer.shipping == Address(
        name="Example Customer",
        street=("Example pick-up point", "Voorbeeldstraat 10 2"),
        postal_code="1000AA",
        city="Amsterdam",
        country="NL",
    )


def test_canceled_pieces_are_told_by_their_lines_and_the_last_one_cancels(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    part, whole = (read(an_order(orderItems=[an_item(quantityCancelled=pieces)])) for pieces in (1, 2))

    assert [of(report, OrderSeen)[0].lines[0].canceled for report in (part, whole)] == [1, 2]
    assert (words(part), words(whole)) == ([StatusWord.PROCESSABLE], [StatusWord.CANCELED])
    assert of(whole, PaymentReported) == []


def test_a_request_for_cancellation_counts_while_the_item_is_open(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    asked = read(an_order(orderItems=[an_item(cancellationRequest=True)]))
    too_late = read(an_order(orderItems=[an_item(cancellationRequest=True, quantityShipped=2)]))

    assert words(asked) == [StatusWord.PROCESSABLE, StatusWord.CANCELLATION_REQUESTED]
    assert words(too_late) == [StatusWord.PROCESSABLE]


def test_an_order_by_itself_tells_what_was_shipped_as_one_package(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    [package] = of(read(an_order(orderItems=[an_item(quantityShipped=1)])), PackageReported)

    assert (package.package_id, package.contents) == ("shipped", (("2012345001", 1),))


def test_with_its_shipments_each_parcel_is_told_by_itself(
    read: Read, an_order: Documents, an_item: Documents, a_shipment: Documents
) -> None:
    order = an_order(orderItems=[an_item(quantityShipped=2)])
    second = a_shipment(
        shipmentId="541757002", transport={"transporterCode": "DHL", "trackAndTrace": "JVGL1"}
    )

    report = read({"order": order, "shipments": [a_shipment(), second]})

    first, other = of(report, PackageReported)
    assert (first.package_id, first.word, first.contents) == (
        "541757001",
        PackageWord.FULFILLED,
        (("2012345001", 1),),
    )
    assert (first.carrier, first.tracking_number) == ("postnl", "3SEXMP0000001")
    assert (other.carrier, other.tracking_number) == ("dhl", "JVGL1")


def test_a_shipment_that_is_not_listed_yet_is_told_later(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    report = read({"order": an_order(orderItems=[an_item(quantityShipped=2)]), "shipments": []})

    assert of(report, PackageReported) == []


def test_a_shipment_by_itself_belongs_to_its_order(read: Read, a_shipment: Documents) -> None:
    events = [{"eventCode": "AT_TRANSPORTER", "eventDateTime": "2026-03-11T18:00:00+01:00"}]
    transport = {"transporterCode": "TNT", "trackAndTrace": "3SEXMP0000001", "transportEvents": events}

    report = read(a_shipment(transport=transport))

    [scan] = of(report, ParcelScanned)
    assert report.order_external_id == "C00012ABCD"
    assert (scan.package_id, scan.status, scan.raw) == ("541757001", ScanStatus.PICKED_UP, "AT_TRANSPORTER")
    assert scan.occurred_at == datetime(2026, 3, 11, 17, 0, tzinfo=UTC)


def test_b46_an_unknown_transport_event_moves_nothing_and_is_flagged(
    read: Read, a_shipment: Documents
) -> None:
    events = [{"eventCode": "TELEPORTED", "eventDateTime": "2026-03-11T18:00:00+01:00"}]

    report = read(a_shipment(transport={"transportEvents": events}))

    assert [scan.status for scan in of(report, ParcelScanned)] == [ScanStatus.UNKNOWN]
    assert report.flags == ("unmapped_status",)


def test_b43_a_scan_without_a_time_is_left_out_and_the_shipment_stays(
    read: Read, a_shipment: Documents
) -> None:
    report = read(
        a_shipment(transport={"transportEvents": [{"eventCode": "IN_TRANSIT", "eventDateTime": "soon"}]})
    )

    assert of(report, ParcelScanned) == []
    assert len(of(report, PackageReported)) == 1
    assert report.flags == ("invalid_scan_time",)


def test_an_order_that_bol_sends_follows_the_facts(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    by_bol = an_item(fulfilment={"method": "FBB"})
    mixed = [by_bol, an_item(orderItemId="2012345002")]

    whole, part = read(an_order(orderItems=[by_bol])), read(an_order(orderItems=mixed))

    assert of(whole, OrderSeen)[0].fulfilled_by_channel is True
    assert of(part, OrderSeen)[0].fulfilled_by_channel is False
    assert (whole.flags, part.flags) == ((), ("mixed_fulfilment",))


# --- returns


def a_return(**changes: Any) -> dict[str, Any]:
    result = {
        "quantity": 1,
        "processingResult": "ACCEPTED",
        "handlingResult": "RETURN_RECEIVED",
        "processingDateTime": "2026-03-18T10:00:00+01:00",
    }
    entry = {"rmaId": "31234567", "orderId": "C00012ABCD", "ean": "8700000000001", "handled": True}
    return {**entry, "processingResults": [result | changes.pop("result", {})], **changes}


def test_a_handled_return_is_received_and_paid_back_by_bol(read: Read, an_order: Documents) -> None:
    report = read({"return": a_return(), "order": an_order()})

    [goods], [money] = of(report, ReturnReported), of(report, RefundReported)
    assert (goods.return_id, goods.line_id, goods.quantity, goods.word) == (
        "31234567",
        "2012345001",
        1,
        ReturnWord.RECEIVED,
    )
    assert (money.refund_id, money.amount, money.word) == ("31234567", Decimal("10.00"), RefundWord.RECORDED)
    assert money.lines[0].restock is Restock.NONE
    assert report.source_time is None


@pytest.mark.parametrize(
    "result",
    [
        {"handlingResult": "EXCHANGE_PRODUCT"},
        {"handlingResult": "RETURN_DOES_NOT_MEET_CONDITIONS"},
        {"processingResult": "REJECTED"},
    ],
    ids=["exchanged", "refused", "rejected"],
)
def test_b46_a_return_that_ended_otherwise_moves_nothing(
    read: Read, an_order: Documents, result: dict[str, str]
) -> None:
    report = read({"return": a_return(result=result), "order": an_order()})

    assert (report.facts, report.flags) == ((), ("unmapped_status",))


def test_a_return_whose_product_is_in_two_items_says_so(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    twice = an_order(orderItems=[an_item(), an_item(orderItemId="2012345002")])

    assert read({"return": a_return(), "order": twice}).flags == ("ambiguous_line",)
    assert read({"return": a_return(ean="8700000000099"), "order": twice}).flags == ("unknown_line",)


# --- notifications and what is no order


def notification(resource: str, identity: Any = "541757635") -> dict[str, Any]:
    event = {"resource": resource, "type": "UPDATE_TRANSPORT_EVENT", "resourceId": identity}
    return {"retailerId": 1234567, "timestamp": "2026-03-10T12:00:00+01:00", "event": event}


def test_a_notification_of_a_shipment_lets_its_order_be_read(read: Read) -> None:
    with pytest.raises(SignalError) as raised:
        read(notification("SHIPMENT"))

    assert raised.value.order_id == "shipment/541757635"


def test_a_notification_of_an_order_lets_it_be_read(read: Read) -> None:
    with pytest.raises(SignalError) as raised:
        read(notification("ORDER", "C00012ABCD"))

    assert raised.value.order_id == "C00012ABCD"


def test_b33_a_notification_that_names_nothing_is_refused(read: Read) -> None:
    with pytest.raises(UnusableError, match="missing_field:resourceId"):
        read(notification("SHIPMENT", None))


@pytest.mark.parametrize("resource", ["PROCESS_STATUS", "OFFER", ""])
def test_other_notifications_are_about_no_order(read: Read, resource: str) -> None:
    with pytest.raises(IrrelevantError):
        read(notification(resource))


def test_an_order_as_it_stands_in_a_list_has_to_be_read(read: Read, an_order: Documents) -> None:
    reduced = an_order()
    del reduced["shipmentDetails"]

    with pytest.raises(SignalError) as raised:
        read(reduced)

    assert raised.value.order_id == "C00012ABCD"


# --- B33 to B45, B69


@pytest.mark.parametrize("value", [None, "", "  "])
def test_b33_an_order_without_an_id_is_refused(read: Read, an_order: Documents, value: Any) -> None:
    with pytest.raises(UnusableError, match="missing_field:orderId"):
        read(an_order(orderId=value))


def test_b34_a_number_and_its_text_are_the_same_id(read: Read, an_order: Documents) -> None:
    assert read(an_order(orderId=1043946570)).order_external_id == "1043946570"


def test_b35_an_id_of_more_than_200_characters_is_refused(read: Read, an_order: Documents) -> None:
    with pytest.raises(UnusableError, match="invalid_id"):
        read(an_order(orderId="x" * 201))


@pytest.mark.parametrize("price", [Decimal("19.999"), "1_000", "१२", " 12 ", "1e400", "12,50", True, -1])
def test_b36_b37_b38_b39_an_amount_that_is_none_is_refused(
    read: Read, an_order: Documents, an_item: Documents, price: Any
) -> None:
    with pytest.raises(UnusableError, match="invalid_amount"):
        read(an_order(orderItems=[an_item(unitPrice=price)]))


def test_b41_the_digits_of_a_price_follow_the_connections_currency(
    an_order: Documents, an_item: Documents, reading: Reading
) -> None:
    """bol sells in euros and names no currency; a connection may name another one all the same."""
    order = an_order(orderItems=[an_item(unitPrice=Decimal("10.50"), totalPrice=Decimal("21.00"))])
    with pytest.raises(UnusableError, match="invalid_amount"):
        normalize(order, topic="", reading=replace(reading, currency="JPY"))
    fine = an_order(orderItems=[an_item(unitPrice=Decimal("10.505"), totalPrice=Decimal("21.01"))])
    [report] = normalize(fine, topic="", reading=replace(reading, currency="KWD"))
    assert of(report, OrderSeen)[0].total == Decimal("21.01")


def test_b42_no_total_can_differ_from_the_items_since_an_order_has_none(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    report = read(an_order(totalPrice=Decimal("99.00"), orderItems=[an_item(totalPrice=Decimal("15.00"))]))
    assert of(report, OrderSeen)[0].total == Decimal("15.00")
    assert report.flags == ()


@pytest.mark.parametrize("quantity", [0, -1, Decimal("1.5"), True, "1"])
def test_b39_a_quantity_that_is_none_is_refused(
    read: Read, an_order: Documents, an_item: Documents, quantity: Any
) -> None:
    with pytest.raises(UnusableError, match="invalid_quantity"):
        read(an_order(orderItems=[an_item(quantity=quantity)]))


def test_b39_more_canceled_than_ordered_is_refused(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    with pytest.raises(UnusableError, match="invalid_quantity"):
        read(an_order(orderItems=[an_item(quantityCancelled=3)]))


def test_b40_a_currency_that_is_none_is_refused(an_order: Documents, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_currency"):
        normalize(an_order(), topic="", reading=replace(reading, currency="EURO"))


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-10T10:00:00",
        "2026-02-30T10:00:00+01:00",
        "2026-03-10T10:00:60+01:00",
        "1700000000",
        1700000000,
        "9999-01-01T00:00:00+01:00",
        "2026-03-23T10:00:00+01:00",
    ],
)
def test_b43_b44_a_time_that_is_none_is_refused(
    read: Read, an_order: Documents, an_item: Documents, time: Any
) -> None:
    with pytest.raises(UnusableError, match="invalid_timestamp"):
        read(an_order(orderItems=[an_item(latestChangedDateTime=time)]))


def test_b69_a_thousand_items_are_read_and_one_more_is_refused(
    read: Read, an_order: Documents, an_item: Documents
) -> None:
    items = [an_item(orderItemId=str(count)) for count in range(1_001)]

    assert len(of(read(an_order(orderItems=items[:1_000])), OrderSeen)[0].lines) == 1_000
    with pytest.raises(UnusableError, match="too_many_lines"):
        read(an_order(orderItems=items))


@pytest.mark.parametrize("document", [[], "order", None, 7])
def test_what_is_no_object_is_refused(reading: Reading, document: Any) -> None:
    with pytest.raises(UnusableError, match="invalid_shape"):
        normalize(document, topic="", reading=reading)


def test_parts_of_another_shape_are_refused(read: Read, an_order: Documents) -> None:
    for document in ({"order": an_order(), "shipments": {}}, {"order": 1, "shipments": []}, {"return": 1}):
        with pytest.raises(UnusableError, match="invalid_shape"):
            read(document)
    with pytest.raises(UnusableError, match="missing_field:order"):
        read({"return": a_return()})
    with pytest.raises(UnusableError, match="missing_field:orderItems"):
        read(an_order(orderItems=[]))
