"""Facts as stored text: what goes in comes out, defaults are left out, old text still reads."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

import pytest

from shared.orders import facts
from shared.storage import documents
from tests.unit.storage.samples import CUSTOMER, document, scan, shipment

SEEN = document().facts[0]
assert isinstance(SEEN, facts.OrderSeen)

RICH = facts.Report(
    order_external_id="1",
    source_time=datetime(2026, 11, 1, 12, 0, 0, 123_456, tzinfo=UTC),
    sequence=7,
    flags=("sanitized", "total_mismatch"),
    facts=(
        replace(SEEN, total=None, payment_method=facts.PaymentMethod.CASH_ON_DELIVERY),
        facts.StatusReported(word=facts.StatusWord.UNKNOWN, raw="SUPER_SHIPPED", reason="why"),
        facts.PaymentReported(word=facts.PaymentWord.AUTHORIZED, raw="x", amount=Decimal("0.10")),
        facts.RefundReported(
            refund_id="1",
            word=facts.RefundWord.RECORDED,
            raw="x",
            amount=Decimal("5.00"),
            lines=(facts.RefundLine(line_id="1", quantity=1, restock=facts.Restock.RETURN),),
        ),
        facts.PackageReported(
            package_id="1", word=facts.PackageWord.FULFILLED, raw="x", contents=(("1", 2), ("2", 1))
        ),
        facts.PackageReported(package_id="2", word=facts.PackageWord.READY, raw="x", contents=None),
        facts.ParcelScanned(status=facts.ScanStatus.ON_HOLD, raw="x", occurred_at=None, package_id="1"),
        facts.ReturnReported(
            return_id="1", line_id="1", quantity=1, word=facts.ReturnWord.REQUESTED, raw="x"
        ),
        facts.MailReported(message_id="1", effect="mail/shipped/1", word=facts.MailWord.BOUNCED, raw="x"),
        facts.PrivacyAsked(request="1", word=facts.PrivacyWord.ERASE),
    ),
)


@pytest.mark.parametrize("report", [RICH, document(), shipment(), scan()])
def test_a_report_comes_back_as_it_was(report: facts.Report) -> None:
    assert documents.load_report(documents.dump_report(report)) == report


def test_every_kind_of_fact_can_be_stored() -> None:
    assert {type(fact) for fact in RICH.facts} == set(get_args(facts.Fact))
    assert set(documents._FACTS.values()) == set(get_args(facts.Fact))


def test_every_field_of_a_report_comes_back() -> None:
    stored = json.loads(documents.dump_report(RICH))
    assert set(stored) == {field.name for field in fields(facts.Report)}


def test_the_stored_document_holds_no_customer() -> None:
    assert isinstance(SEEN, facts.OrderSeen)
    assert SEEN.customer == CUSTOMER
    text = documents.dump_seen(SEEN)
    assert "buyer@example.com" not in text
    assert documents.load_seen(text) == replace(SEEN, customer=None)


def test_a_customer_comes_back_as_it_was() -> None:
    text = documents.dump_customer(CUSTOMER)
    assert documents.load_customer(text) == CUSTOMER
    assert documents.load_customer(documents.dump_customer(facts.Customer())) == facts.Customer()


def test_amounts_keep_their_digits() -> None:
    assert isinstance(SEEN, facts.OrderSeen)
    stored = documents.load_seen(documents.dump_seen(replace(SEEN, total=Decimal("59.700"))))
    assert str(stored.total) == "59.700"


def test_what_has_its_default_is_not_stored() -> None:
    assert json.loads(documents.dump_customer(facts.Customer(name="Customer"))) == {"name": "Customer"}


def test_f49_text_without_a_field_that_was_added_later_still_reads() -> None:
    assert documents.load_customer("{}") == facts.Customer()
    old = '{"number": "#1", "currency": "EUR", "total": "1.00", "lines": []}'
    assert documents.load_seen(old) == facts.OrderSeen(
        number="#1", currency="EUR", total=Decimal("1.00"), lines=()
    )


def test_f49_text_with_a_field_of_newer_code_still_reads() -> None:
    assert documents.load_customer('{"name": "Customer", "added_later": 1}') == facts.Customer(
        name="Customer"
    )
