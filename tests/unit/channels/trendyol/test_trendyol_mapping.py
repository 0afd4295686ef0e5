from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from shared.adapters import mapping_of
from shared.channels.trendyol import words
from shared.channels.trendyol.mapping import ORDER_TOPIC, TOPICS, normalize
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

Build = Callable[..., dict[str, Any]]
FactT = TypeVar("FactT", bound=Fact)
W, P = StatusWord, PackageWord


def page(*packages: Any) -> dict[str, Any]:
    return {"totalElements": len(packages), "totalPages": 1, "page": 0, "size": 50, "content": list(packages)}


def whole(reading: Reading, *packages: Any) -> Report:
    [report] = normalize(page(*packages), topic=ORDER_TOPIC, reading=reading)
    return report


def pushed(reading: Reading, *packages: Any) -> Report:
    [report] = normalize(page(*packages), topic="", reading=reading)
    return report


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def the(report: Report, kind: type[FactT]) -> FactT:
    [fact] = of(report, kind)
    return fact


def said(report: Report) -> list[StatusWord]:
    return [fact.word for fact in of(report, StatusReported)]


def quantities(report: Report) -> dict[str, tuple[int, int]]:
    return {line.external_id: (line.quantity, line.canceled) for line in the(report, OrderSeen).lines}


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("trendyol")

    assert module.TOPICS == TOPICS


def test_an_order_of_one_package_is_read(a_package: Build, reading: Reading) -> None:
    report = whole(reading, a_package())
    seen = the(report, OrderSeen)

    assert (report.order_external_id, seen.number, seen.is_partial) == ("1001", "1001", False)
    assert (seen.currency, seen.total) == ("TRY", Decimal("250.00"))
    assert [(line.external_id, line.sku, line.quantity, line.unit_price) for line in seen.lines] == [
        ("10011", "KUPA", 2, Decimal("100.5")),
        ("10012", "KALEM", 1, Decimal("49.0")),
    ]
    assert seen.customer is not None
    assert seen.customer.shipping is not None
    assert (seen.customer.name, seen.customer.email) == ("Example Customer", "buyer@example.com")
    assert (seen.customer.shipping.city, seen.customer.shipping.country) == ("İstanbul", "TR")
    assert report.flags == ()


def test_the_order_date_is_three_hours_ahead_and_the_others_are_not(
    a_package: Build, reading: Reading
) -> None:
    report = whole(reading, a_package())
    moment = datetime(2026, 3, 9, 9, tzinfo=UTC)

    assert the(report, OrderSeen).placed_at == moment
    assert report.source_time == moment


# status: word, payment, package word, (quantity, canceled) of a line of two
MEANINGS: dict[str, tuple[StatusWord | None, PaymentWord | None, PackageWord | None, tuple[int, int]]] = {
    "Awaiting": (W.NOT_PROCESSABLE, PaymentWord.PENDING, None, (2, 0)),
    "Created": (W.PROCESSABLE, PaymentWord.PAID, None, (2, 0)),
    "Picking": (W.PROCESSABLE, PaymentWord.PAID, P.READY, (2, 0)),
    "Invoiced": (W.PROCESSABLE, PaymentWord.PAID, P.READY, (2, 0)),
    "Shipped": (W.PROCESSABLE, PaymentWord.PAID, P.FULFILLED, (2, 0)),
    "AtCollectionPoint": (W.PROCESSABLE, PaymentWord.PAID, P.AT_PICKUP_POINT, (2, 0)),
    "Delivered": (W.PROCESSABLE, PaymentWord.PAID, P.DELIVERED, (2, 0)),
    "UnDelivered": (W.PROCESSABLE, PaymentWord.PAID, P.UNABLE_TO_DELIVER, (2, 0)),
    "Returned": (W.PROCESSABLE, PaymentWord.PAID, P.RETURNED, (2, 0)),
    "Cancelled": (W.CANCELED, None, P.CANCELED, (2, 2)),
    "UnSupplied": (W.CANCELED, None, P.CANCELED, (2, 2)),
}


def test_the_table_is_complete() -> None:
    assert set(words.STATUSES) == {*MEANINGS, "UnPacked"}


@pytest.mark.parametrize("status", MEANINGS)
def test_every_status_has_its_meaning(status: str, a_package: Build, reading: Reading) -> None:
    report = whole(reading, a_package(status=status))
    word, payment, package, pieces = MEANINGS[status]

    assert said(report) == [word]
    assert [fact.word for fact in of(report, PaymentReported)] == ([payment] if payment else [])
    assert [fact.word for fact in of(report, PackageReported)] == ([package] if package else [])
    assert quantities(report)["10011"] == pieces
    assert report.flags == ()


@pytest.mark.parametrize("status", ["SUPER_SHIPPED", "Verified", "Repack"])
def test_b46_an_unknown_status_is_shown_and_moves_nothing(
    status: str, a_package: Build, reading: Reading
) -> None:
    report = whole(reading, a_package(status=status))

    assert [(fact.word, fact.raw) for fact in of(report, StatusReported)] == [(W.UNKNOWN, status)]
    assert not of(report, PackageReported)
    assert not of(report, PaymentReported)
    assert quantities(report) == {"10011": (2, 0), "10012": (1, 0)}
    assert report.flags == ("unmapped_status",)


def test_a_package_is_known_by_its_id_with_its_number_as_text(a_package: Build, reading: Reading) -> None:
    history = [{"status": "Shipped", "createdDate": 1_773_050_400_000}]
    report = whole(reading, a_package(status="Shipped", packageHistories=history))

    assert the(report, PackageReported) == PackageReported(
        package_id="501",
        word=P.FULFILLED,
        raw="Shipped",
        contents=(("10011", 2), ("10012", 1)),
        tracking_number="7280000000000501",
        carrier="Trendyol Express",
        occurred_at=datetime(2026, 3, 9, 10, tzinfo=UTC),
    )


def test_the_sellers_own_number_goes_before_trendyols(a_package: Build, reading: Reading) -> None:
    report = whole(reading, a_package(status="Shipped", cargoSenderNumber="YK1"))

    assert the(report, PackageReported).tracking_number == "YK1"


def test_the_stream_calls_the_package_by_another_name(a_package: Build, reading: Reading) -> None:
    package = a_package(status="Shipped", id=777)
    del package["shipmentPackageId"]

    assert the(whole(reading, package), PackageReported).package_id == "777"


def part(build: Build, package_id: int, pieces: dict[int, int], price: str, **changes: Any) -> dict[str, Any]:
    lines = [
        line | {"quantity": pieces[line["lineId"]]} for line in build()["lines"] if pieces.get(line["lineId"])
    ]
    fields = {"shipmentPackageId": package_id, "lines": lines, "packageTotalPrice": Decimal(price)}
    return build(**(fields | changes))


def test_several_packages_of_one_number_are_one_order(a_package: Build, reading: Reading) -> None:
    report = whole(
        reading,
        a_package(status="UnPacked"),
        part(a_package, 502, {10011: 1}, "100.50", status="Shipped", originPackageIds=[501]),
        part(a_package, 503, {10011: 1, 10012: 1}, "149.50", originPackageIds=[501], createdBy="split"),
    )

    assert quantities(report) == {"10011": (2, 0), "10012": (1, 0)}
    assert the(report, OrderSeen).total == Decimal("250.00")
    assert [(fact.package_id, fact.word) for fact in of(report, PackageReported)] == [
        ("501", P.CANCELED),
        ("502", P.FULFILLED),
    ]
    assert said(report) == [W.PROCESSABLE]


@pytest.mark.parametrize("status", ["UnPacked", "Cancelled"])
def test_a_package_whose_place_others_took_is_not_counted(
    status: str, a_package: Build, reading: Reading
) -> None:
    report = whole(
        reading,
        a_package(status=status),
        part(a_package, 502, {10011: 1}, "100.50", status="UnSupplied", originPackageIds=[501]),
        part(a_package, 503, {10011: 1, 10012: 1}, "149.50", status="Created", originPackageIds=[501]),
    )

    assert quantities(report) == {"10011": (2, 1), "10012": (1, 0)}
    assert the(report, OrderSeen).total == Decimal("250.00")
    assert said(report) == [W.PROCESSABLE]


def test_an_order_waits_as_long_as_one_of_its_packages_does(a_package: Build, reading: Reading) -> None:
    report = whole(
        reading,
        part(a_package, 501, {10011: 2}, "201.00"),
        part(a_package, 502, {10012: 1}, "49.00", status="Awaiting"),
    )

    assert said(report) == [W.NOT_PROCESSABLE]


def test_a_package_that_nobody_spoke_of_is_not_taken_back(a_package: Build, reading: Reading) -> None:
    told = [{"status": status, "createdDate": 1_773_046_800_000} for status in ("Created", "UnPacked")]
    picked = [{"status": "Picking", "createdDate": 1_773_046_800_000}, *told]

    assert not of(whole(reading, a_package(status="UnPacked", packageHistories=told)), PackageReported)
    assert of(whole(reading, a_package(status="UnPacked", packageHistories=picked)), PackageReported)


def test_what_is_pushed_is_a_part_and_older_than_the_whole(a_package: Build, reading: Reading) -> None:
    part_of_it, all_of_it = pushed(reading, a_package()), whole(reading, a_package())

    assert the(part_of_it, OrderSeen).is_partial
    assert the(part_of_it, OrderSeen).total is None
    assert part_of_it.source_time == all_of_it.source_time
    assert (part_of_it.sequence, all_of_it.sequence) == (0, 1)
    assert said(part_of_it) == [W.PROCESSABLE]


def test_one_package_alone_is_read_like_a_page_of_one(a_package: Build, reading: Reading) -> None:
    [alone] = normalize(a_package(), topic="", reading=reading)

    assert alone == pushed(reading, a_package())


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "Cancelled"},
        {"status": "UnSupplied"},
        {"status": "UnPacked"},
        {"createdBy": "split"},
        {"createdBy": "cancel"},
        {"createdBy": "transfer"},
        {"originPackageIds": [500]},
    ],
)
def test_where_a_package_does_not_tell_all_the_order_has_to_be_read(
    changes: dict[str, Any], a_package: Build, reading: Reading
) -> None:
    with pytest.raises(SignalError) as signal:
        pushed(reading, a_package(**changes))
    assert signal.value.order_id == "1001"


def test_a_page_of_several_orders_tells_of_each(a_package: Build, reading: Reading) -> None:
    reports = normalize(
        page(a_package(), a_package(orderNumber="1002", status="Cancelled")), topic="", reading=reading
    )

    assert [report.order_external_id for report in reports] == ["1001", "1002"]
    assert said(reports[1]) == []  # that all of it is canceled, its other packages would have to say


@pytest.mark.parametrize("topic", ["order", ""])
def test_an_empty_page_and_another_topic_are_left_alone(topic: str, reading: Reading) -> None:
    with pytest.raises(IrrelevantError, match="no packages"):
        normalize(page(), topic=topic, reading=reading)
    with pytest.raises(IrrelevantError, match="not an order topic"):
        normalize(page(), topic="claims", reading=reading)


def changed(**changes: Any) -> Callable[[Build], Any]:
    return lambda build: page(build(**changes))


def line(**changes: Any) -> Callable[[Build], Any]:
    return lambda build: page(build(lines=[build()["lines"][0] | changes]))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(lambda build: [build()], "invalid_shape", id="a list"),
        pytest.param(lambda build: {"content": {}}, "invalid_shape", id="no list"),
        pytest.param(lambda build: page(1), "invalid_shape", id="no package"),
        pytest.param(changed(orderNumber=None), "missing_field:order_id", id="b33"),
        pytest.param(changed(orderNumber=" "), "missing_field:order_id", id="b33 blank"),
        pytest.param(changed(orderNumber="1" * 201), "invalid_id", id="b35"),
        pytest.param(changed(packageTotalPrice="1_000"), "invalid_amount", id="b37"),
        pytest.param(changed(packageTotalPrice="12,50"), "invalid_amount", id="b38"),
        pytest.param(line(quantity=0), "invalid_quantity", id="b39 zero"),
        pytest.param(line(quantity=Decimal("1.5")), "invalid_quantity", id="b39 fraction"),
        pytest.param(line(lineUnitPrice=-1), "invalid_amount", id="b39 price"),
        pytest.param(changed(currencyCode=None), "missing_field:currency", id="b40 none"),
        pytest.param(changed(currencyCode="LIRA"), "invalid_currency", id="b40 text"),
        pytest.param(
            lambda build: page(build(), build(shipmentPackageId=2, currencyCode="EUR")),
            "currency_mismatch",
            id="b40 two",
        ),
        pytest.param(
            changed(currencyCode="JPY", packageTotalPrice=Decimal("1.5")), "invalid_amount", id="b41"
        ),
        pytest.param(changed(orderDate="2026-03-09T09:00:00Z"), "invalid_timestamp", id="b43 text"),
        pytest.param(changed(orderDate=True), "invalid_timestamp", id="b43 true"),
        pytest.param(changed(lastModifiedDate=1_773_046_800), "invalid_timestamp", id="b43 seconds"),
        pytest.param(changed(lastModifiedDate=253_370_764_800_000), "invalid_timestamp", id="b44"),
        pytest.param(changed(lastModifiedDate=10**30), "invalid_timestamp", id="b44 endless"),
        pytest.param(changed(status=None), "missing_field:status", id="no status"),
        pytest.param(changed(lines=None), "invalid_shape", id="no lines"),
        pytest.param(
            lambda build: page(build(lines=[build()["lines"][0] | {"lineId": n} for n in range(1, 1_002)])),
            "too_many_lines",
            id="b69",
        ),
    ],
)
def test_b33_to_b44_and_b69_what_cannot_be_used_is_refused_with_its_reason(
    document: Callable[[Build], Any], code: str, a_package: Build, reading: Reading
) -> None:
    with pytest.raises(UnusableError) as refused:
        normalize(document(a_package), topic="order", reading=reading)
    assert refused.value.code == code


def test_b34_a_number_and_a_text_are_the_same_order(a_package: Build, reading: Reading) -> None:
    assert whole(reading, a_package(orderNumber=1001)).order_external_id == "1001"


def test_b40_and_b41_a_currency_in_any_case_with_its_digits(a_package: Build, reading: Reading) -> None:
    seen = the(whole(reading, a_package(currencyCode="kwd", packageTotalPrice=Decimal("1.234"))), OrderSeen)

    assert (seen.currency, seen.total) == ("KWD", Decimal("1.234"))


def test_b42_lines_that_do_not_add_up_are_flagged_where_nothing_was_discounted(
    a_package: Build, reading: Reading
) -> None:
    other = Decimal("99.00")

    assert whole(reading, a_package(packageTotalPrice=other)).flags == ("total_mismatch",)
    assert whole(reading, a_package(packageTotalPrice=other, packageTotalDiscount=Decimal(151))).flags == ()
