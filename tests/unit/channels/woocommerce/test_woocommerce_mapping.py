from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from shared.adapters import mapping_of
from shared.channels.woocommerce import words
from shared.channels.woocommerce.mapping import TOPICS, normalize
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentMethod,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire import strict_json
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, UnusableError

Build = Callable[..., dict[str, Any]]
FactT = TypeVar("FactT", bound=Fact)

DOCUMENTED_STATUSES = {
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "trash",
}


def read(document: Any, reading: Reading, topic: str = "order.updated") -> Report:
    [report] = normalize(document, topic=topic, reading=reading)
    return report


def of(report: Report, kind: type[FactT]) -> list[FactT]:
    return [fact for fact in report.facts if isinstance(fact, kind)]


def the(report: Report, kind: type[FactT]) -> FactT:
    [fact] = of(report, kind)
    return fact


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("woocommerce")

    assert module.TOPICS == ("order.created", "order.updated", "order.restored", "order.deleted")


# --- words -----------------------------------------------------------------------------------


def test_every_documented_status_has_a_meaning() -> None:
    assert set(words.STATUSES) == DOCUMENTED_STATUSES
    assert StatusWord.UNKNOWN not in words.STATUSES.values()


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("pending", StatusWord.NOT_PROCESSABLE),
        ("on-hold", StatusWord.NOT_PROCESSABLE),
        ("processing", StatusWord.PROCESSABLE),
        ("completed", StatusWord.PROCESSABLE),
        ("cancelled", StatusWord.CANCELED),
        ("refunded", StatusWord.ARCHIVED),
        ("failed", StatusWord.NOT_PROCESSABLE),
        ("trash", StatusWord.DELETED),
    ],
)
def test_a_status_yields_its_word(status: str, word: StatusWord, an_order: Build, reading: Reading) -> None:
    report = read(an_order(status=status), reading)

    assert the(report, StatusReported) == StatusReported(word=word, raw=status)
    assert "unmapped_status" not in report.flags


@pytest.mark.parametrize("status", ["SUPER_SHIPPED", "wc-shipped", "Processing", "awaiting-pickup"])
def test_b46_a_status_of_a_plugin_is_unknown_and_flagged(
    status: str, an_order: Build, reading: Reading
) -> None:
    report = read(an_order(status=status, date_paid_gmt=None), reading)

    assert the(report, StatusReported) == StatusReported(word=StatusWord.UNKNOWN, raw=status)
    assert report.flags == ("unmapped_status",)
    assert of(report, PaymentReported) == []
    assert of(report, PackageReported) == []


def test_an_open_checkout_is_no_order(an_order: Build, reading: Reading) -> None:
    with pytest.raises(IrrelevantError):
        read(an_order(status="checkout-draft"), reading)


@pytest.mark.parametrize(
    ("method", "meaning"),
    [
        ("cod", PaymentMethod.CASH_ON_DELIVERY),
        ("bacs", PaymentMethod.TRANSFER),
        ("cheque", PaymentMethod.TRANSFER),
        ("stripe", PaymentMethod.PREPAID),
        ("paypal", PaymentMethod.PREPAID),
        ("", PaymentMethod.PREPAID),
        (None, PaymentMethod.PREPAID),
    ],
)
def test_the_gateway_tells_how_the_customer_pays(
    method: str | None, meaning: PaymentMethod, an_order: Build, reading: Reading
) -> None:
    report = read(an_order(payment_method=method), reading)

    assert the(report, OrderSeen).payment_method is meaning


# --- payment ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["processing", "completed", "cancelled", "refunded", "on-hold"])
def test_a_date_of_payment_means_paid_whatever_the_status(
    status: str, an_order: Build, reading: Reading
) -> None:
    report = read(an_order(status=status), reading)

    assert the(report, PaymentReported) == PaymentReported(
        word=PaymentWord.PAID,
        raw="date_paid",
        occurred_at=datetime(2026, 3, 4, 8, 2, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize("status", ["pending", "on-hold"])
def test_waiting_for_the_money_is_pending(status: str, an_order: Build, reading: Reading) -> None:
    report = read(an_order(status=status, date_paid_gmt=None), reading)

    assert the(report, PaymentReported) == PaymentReported(word=PaymentWord.PENDING, raw=status)


@pytest.mark.parametrize("paid", [None, "2026-03-04T08:02:10"])
def test_failed_means_that_the_payment_failed(paid: str | None, an_order: Build, reading: Reading) -> None:
    report = read(an_order(status="failed", date_paid_gmt=paid), reading)

    assert the(report, PaymentReported) == PaymentReported(word=PaymentWord.FAILED, raw="failed")


def test_cash_on_delivery_in_work_says_nothing_about_the_money(an_order: Build, reading: Reading) -> None:
    report = read(an_order(payment_method="cod", date_paid_gmt=None), reading)

    assert of(report, PaymentReported) == []


def test_a_payment_never_carries_the_gateways_id(an_order: Build, reading: Reading) -> None:
    # With the id the fact would be additive, and an id filled in later a second payment.
    report = read(an_order(transaction_id="txn_1"), reading)

    assert the(report, PaymentReported).transaction_id == ""


# --- refunds ---------------------------------------------------------------------------------


def test_a_negative_total_is_a_refund_by_amount(an_order: Build, reading: Reading) -> None:
    refunds = [{"id": 1530, "reason": "", "total": "-5.00"}, {"id": 1531, "total": "-0.50"}]

    report = read(an_order(refunds=refunds), reading)

    assert of(report, RefundReported) == [
        RefundReported(
            refund_id=refund_id,
            word=RefundWord.RECORDED,
            raw="refunds",
            amount=Decimal(amount),
            currency="EUR",
        )
        for refund_id, amount in (("1530", "5.00"), ("1531", "0.50"))
    ]


@pytest.mark.parametrize("total", ["5.00", "-5.001", "-5,00", "", None, True, "-1e3"])
def test_a_refund_that_is_no_negative_amount_is_refused(
    total: Any, an_order: Build, reading: Reading
) -> None:
    with pytest.raises(UnusableError) as refused:
        read(an_order(refunds=[{"id": 1, "total": total}]), reading)

    assert refused.value.where == "refunds.total"


def test_a_refund_without_an_id_is_refused(an_order: Build, reading: Reading) -> None:
    with pytest.raises(UnusableError, match=r"missing_field:refunds\.id"):
        read(an_order(refunds=[{"id": None, "total": "-5.00"}]), reading)


# --- completed -------------------------------------------------------------------------------


def test_completed_without_tracking_is_one_package_that_waits_for_it(
    an_order: Build, reading: Reading
) -> None:
    report = read(an_order(status="completed", date_completed_gmt="2026-03-05T13:30:45"), reading)

    assert the(report, PackageReported) == PackageReported(
        package_id="completed",
        word=PackageWord.FULFILLED,
        raw="completed",
        contents=None,
        awaits_tracking=True,
        occurred_at=datetime(2026, 3, 5, 13, 30, 45, tzinfo=UTC),
    )


def test_completed_with_tracking_waits_for_nothing(an_order: Build, reading: Reading) -> None:
    meta = [
        {"key": "_tracking_number", "value": "1Z999AA10123456784"},
        {"key": "_shipment_provider", "value": "ups"},
        {"key": "_tracking_url", "value": "https://www.ups.com/track"},
    ]

    package = the(read(an_order(status="completed", meta_data=meta), reading), PackageReported)

    assert (package.tracking_number, package.carrier, package.tracking_url) == (
        "1Z999AA10123456784",
        "ups",
        "https://www.ups.com/track",
    )
    assert package.awaits_tracking is False


@pytest.mark.parametrize("value", ["", "  ", None, ["1Z"], {"a": 1}, True, "9" * 201])
def test_a_value_that_can_be_no_tracking_number_counts_as_none(
    value: Any, an_order: Build, reading: Reading
) -> None:
    meta = [{"key": "_tracking_number", "value": value}, {"key": "_shipment_provider", "value": "ups"}]

    package = the(read(an_order(status="completed", meta_data=meta), reading), PackageReported)

    assert (package.tracking_number, package.carrier, package.awaits_tracking) == ("", "", True)


def test_the_newest_tracking_number_is_taken_and_numbers_become_text(
    an_order: Build, reading: Reading
) -> None:
    meta = [{"key": "_tracking_number", "value": "OLD"}, {"key": "_tracking_number", "value": 12345678901234}]

    package = the(read(an_order(status="completed", meta_data=meta), reading), PackageReported)

    assert package.tracking_number == "12345678901234"


@pytest.mark.parametrize("url", ["http://carrier.example", "javascript:alert(1)", "//carrier.example"])
def test_a_link_that_is_not_https_is_left_out(url: str, an_order: Build, reading: Reading) -> None:
    meta = [{"key": "_tracking_number", "value": "1Z"}, {"key": "_tracking_url", "value": url}]

    package = the(read(an_order(status="completed", meta_data=meta), reading), PackageReported)

    assert (package.tracking_number, package.tracking_url) == ("1Z", "")


@pytest.mark.parametrize("status", sorted(DOCUMENTED_STATUSES - {"completed"}))
def test_no_other_status_makes_a_package(status: str, an_order: Build, reading: Reading) -> None:
    meta = [{"key": "_tracking_number", "value": "1Z"}]

    assert of(read(an_order(status=status, meta_data=meta), reading), PackageReported) == []


@pytest.mark.parametrize("method", ["local_pickup", "pickup_location"])
def test_a_collected_order_is_picked_up_when_completed_and_has_no_package(
    method: str, an_order: Build, reading: Reading
) -> None:
    report = read(an_order(status="completed", shipping_lines=[{"method_id": method}]), reading)

    assert the(report, OrderSeen).pickup is True
    assert the(report, StatusReported) == StatusReported(word=StatusWord.PICKED_UP, raw="completed")
    assert of(report, PackageReported) == []


@pytest.mark.parametrize(
    "lines", [[], [{"method_id": "flat_rate"}], [{"method_id": "local_pickup"}, {"method_id": "flat_rate"}]]
)
def test_an_order_of_which_anything_is_sent_is_not_collected(
    lines: list[dict[str, Any]], an_order: Build, reading: Reading
) -> None:
    assert the(read(an_order(shipping_lines=lines), reading), OrderSeen).pickup is False


# --- topics and shapes -----------------------------------------------------------------------


@pytest.mark.parametrize("topic", ["order.created", "order.updated", "order.restored", ""])
def test_the_document_decides_not_the_topic(topic: str, an_order: Build, reading: Reading) -> None:
    assert read(an_order(), reading, topic) == read(an_order(), reading)


@pytest.mark.parametrize("topic", ["order.deleted", ""])
def test_a_deletion_is_only_an_id(topic: str, reading: Reading) -> None:
    assert read({"id": 1504}, reading, topic) == Report(
        order_external_id="1504",
        facts=(StatusReported(word=StatusWord.DELETED, raw="order.deleted"),),
    )


@pytest.mark.parametrize("topic", ["product.updated", "customer.created", "coupon.deleted", "action.hook"])
def test_other_topics_are_not_about_orders(topic: str, an_order: Build, reading: Reading) -> None:
    assert topic not in TOPICS
    with pytest.raises(IrrelevantError):
        normalize(an_order(), topic=topic, reading=reading)


def test_a_list_gives_one_report_per_order_and_leaves_drafts_out(an_order: Build, reading: Reading) -> None:
    page = [an_order(id=1), an_order(id=2, status="checkout-draft"), an_order(id=3)]

    reports = normalize(page, topic="", reading=reading)

    assert [report.order_external_id for report in reports] == ["1", "3"]
    assert normalize([], topic="", reading=reading) == []


def test_a_batch_answer_reports_what_it_created_updated_and_deleted(
    an_order: Build, reading: Reading
) -> None:
    batch = {"create": [an_order(id=1)], "update": [an_order(id=2)], "delete": [an_order(id=3)]}

    reports = normalize(batch, topic="", reading=reading)

    assert [(report.order_external_id, the(report, StatusReported).word) for report in reports] == [
        ("1", StatusWord.PROCESSABLE),
        ("2", StatusWord.PROCESSABLE),
        ("3", StatusWord.DELETED),
    ]


def test_a_refund_by_itself_does_not_name_its_order(reading: Reading) -> None:
    refund = {"id": 726, "amount": "10.00", "reason": "", "refunded_by": 1, "line_items": []}

    with pytest.raises(UnusableError, match="missing_field:order_id"):
        normalize(refund, topic="", reading=reading)


def test_a_webhook_subscription_is_not_about_orders(reading: Reading) -> None:
    subscription = {"id": 142, "topic": "order.updated", "delivery_url": "https://hub.example.com"}

    with pytest.raises(IrrelevantError):
        normalize(subscription, topic="", reading=reading)
    with pytest.raises(IrrelevantError):
        normalize([subscription], topic="", reading=reading)


@pytest.mark.parametrize("document", [None, "order", 5, True, [[]], {"create": "x"}])
def test_what_is_no_object_is_refused(document: Any, reading: Reading) -> None:
    with pytest.raises(UnusableError, match="invalid_shape"):
        normalize(document, topic="", reading=reading)


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"line_items": "x"}, "invalid_shape", "line_items"),
        ({"line_items": None}, "invalid_shape", "line_items"),
        ({"line_items": ["x"]}, "invalid_shape", "line_items.0"),
        ({"billing": "x"}, "invalid_shape", "billing"),
        ({"refunds": {"id": 1}}, "invalid_shape", "refunds"),
    ],
)
def test_a_part_of_another_shape_is_refused(
    changes: dict[str, Any], code: str, where: str, an_order: Build, reading: Reading
) -> None:
    with pytest.raises(UnusableError) as refused:
        read(an_order(**changes), reading)

    assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize("field", ["id", "status", "currency", "total", "line_items"])
def test_what_makes_an_order_must_be_there(field: str, an_order: Build, reading: Reading) -> None:
    document = an_order()
    del document[field]

    with pytest.raises(UnusableError) as refused:
        read(document, reading)

    assert refused.value.code == f"missing_field:{'order_id' if field == 'id' else field}"


def test_an_answer_of_the_shop_instead_of_an_order_names_no_order(reading: Reading) -> None:
    with pytest.raises(UnusableError, match="missing_field:order_id"):
        read({"code": "an_error", "message": "Invalid ID.", "data": {"status": 404}}, reading)


def test_unknown_fields_are_ignored(an_order: Build, reading: Reading) -> None:
    assert read(an_order(new_field={"a": [1]}), reading) == read(an_order(), reading)


def test_b20_b25_documents_come_through_the_strict_reader(reading: Reading) -> None:
    body = (
        rb'{"id":1,"status":"processing","currency":"EUR","total":"1.00","line_items":[],"number":"A\u0000"}'
    )
    document, cleaned = strict_json.parse(body)

    assert cleaned
    assert the(read(document, reading), OrderSeen).number == "A"
