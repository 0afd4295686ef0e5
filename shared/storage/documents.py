"""Facts as JSON text and back: the order's document, the customer, parked reports.

Stored text leaves out what has its default, so that a field can be added later and old
items still read.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from shared.orders import facts
from shared.orders.facts import Customer, OrderSeen, Report

T = TypeVar("T")

_FACTS: dict[str, type[Any]] = {
    fact.__name__: fact
    for fact in (
        facts.OrderSeen,
        facts.StatusReported,
        facts.PaymentReported,
        facts.RefundReported,
        facts.PackageReported,
        facts.ParcelScanned,
        facts.ReturnReported,
        facts.MailReported,
        facts.PrivacyAsked,
    )
}


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    # Built on first use: most invocations need none or one of them.
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _dump(kind: type[T], value: T) -> str:
    return _adapter(kind).dump_json(value, exclude_defaults=True).decode()


def dump_seen(seen: OrderSeen) -> str:
    """Return an order document as JSON text, without the customer."""
    return _adapter(OrderSeen).dump_json(seen, exclude_defaults=True, exclude={"customer"}).decode()


def load_seen(text: str) -> OrderSeen:
    """Read what :func:`dump_seen` wrote."""
    return _adapter(OrderSeen).validate_json(text)


def number_of(text: str) -> str:
    """Return the order's number from what :func:`dump_seen` wrote, without reading the rest."""
    number: str = json.loads(text)["number"]
    return number


def dump_customer(customer: Customer) -> str:
    """Return personal data as JSON text, without the account: that is kept as a digest."""
    return _adapter(Customer).dump_json(customer, exclude_defaults=True, exclude={"account"}).decode()


def load_customer(text: str) -> Customer:
    """Read what :func:`dump_customer` wrote."""
    return _adapter(Customer).validate_json(text)


def dump_report(report: Report) -> str:
    """Return a report as JSON text, each fact under its name."""
    document: dict[str, Any] = {
        "facts": [
            [type(fact).__name__, _adapter(type(fact)).dump_python(fact, mode="json", exclude_defaults=True)]
            for fact in report.facts
        ],
        "order_external_id": report.order_external_id,
        "tracking_number": report.tracking_number,
        "source_time": report.source_time.isoformat() if report.source_time else None,
        "sequence": report.sequence,
        "flags": list(report.flags),
        "source_order": report.source_order,
    }
    return json.dumps(document, separators=(",", ":"))


def load_report(text: str) -> Report:
    """Read what :func:`dump_report` wrote."""
    document = json.loads(text)
    return Report(
        facts=tuple(_adapter(_FACTS[name]).validate_python(value) for name, value in document["facts"]),
        order_external_id=document["order_external_id"],
        tracking_number=document["tracking_number"],
        source_time=datetime.fromisoformat(document["source_time"]) if document["source_time"] else None,
        sequence=document["sequence"],
        flags=tuple(document["flags"]),
        source_order=document.get("source_order", ""),
    )
