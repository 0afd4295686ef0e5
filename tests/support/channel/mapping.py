"""The scripted channel's documents: ``{"id", "at", "status", "lines": {id: pieces}, "packages": [...]}``.

``status``: ``asked`` (for acceptance), ``open``, ``canceled``. A document with ``signal`` is a bare notice.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.orders.facts import (
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire.adapter import Reading
from shared.wire.errors import SignalError, UnusableError

TOPICS = ("",)
_WORDS = {
    "asked": StatusWord.ACCEPTANCE_ASKED,
    "accepted": StatusWord.ACCEPTED,
    "open": StatusWord.PROCESSABLE,
    "canceled": StatusWord.CANCELED,
}


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what a document says."""
    if "signal" in document:
        raise SignalError(document["signal"])
    if "id" not in document:
        raise UnusableError("missing_field:order_id")
    facts: list[Fact] = []
    if "lines" in document:
        facts.append(_seen(document))
    if "status" in document:
        word = _WORDS[document["status"]]
        facts.append(StatusReported(word=word, raw=document["status"]))
        if word is not StatusWord.CANCELED:
            facts.append(PaymentReported(word=PaymentWord.PAID, raw="paid"))
    facts += [_package(package, reading) for package in document.get("packages", [])]
    return [
        Report(
            facts=tuple(facts),
            order_external_id=document["id"],
            source_time=datetime.fromisoformat(document["at"]) if "at" in document else None,
            source_order=document.get("source", ""),
        )
    ]


def _seen(document: dict[str, Any]) -> OrderSeen:
    lines = tuple(
        LineSeen(
            external_id=name,
            sku="" if name == "service" else f"SKU-{name}",
            quantity=count,
            unit_price=Decimal("10.00"),
        )
        for name, count in document["lines"].items()
    )
    return OrderSeen(
        number=f"#{document['id']}",
        currency="EUR",
        total=Decimal(10) * sum(line.quantity for line in lines),
        lines=lines,
        placed_at=datetime.fromisoformat(document["at"]) if "at" in document else None,
        customer=Customer(name="Example Customer", email="buyer@example.com", locale="en"),
    )


def _package(package: dict[str, Any], reading: Reading) -> PackageReported:
    number = package.get("number", "")
    return PackageReported(
        package_id=package["id"],
        word=PackageWord.FULFILLED,
        raw="sent",
        contents=tuple(package["lines"].items()) if "lines" in package else None,
        tracking_number=number,
        awaits_tracking=reading.back_office and not number,
    )
