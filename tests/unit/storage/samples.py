"""Orders for the storage's tests, made by the domain itself: what is stored here is what is stored there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.orders import facts
from shared.orders.changes import Change, Input
from shared.orders.commands import Command
from shared.orders.decide import decide
from shared.orders.keys import input_key
from shared.orders.model import Deadline, Order, order_id
from shared.orders.rules import Rules

CONNECTION = "example-shop"
ORDER_ID = order_id(CONNECTION, "5678901234567")
START = datetime(2026, 11, 1, 12, tzinfo=UTC)
RULES = Rules(import_since=datetime(2026, 1, 1, tzinfo=UTC))
TRACKING = "00340434161094000001"
CUSTOMER = facts.Customer(
    name="Customer",
    email="buyer@example.com",
    shipping=facts.Address(name="Customer", street=("Example Street 1",), city="Berlin", country="DE"),
)


def minute(number: float) -> datetime:
    """Return the moment ``number`` minutes after the start."""
    return START + timedelta(minutes=number)


def document(*, at: float = 0, lines: int = 3, **changes: Any) -> facts.Report:
    """Return what a shop says of a paid order of ``lines`` lines, two pieces each."""
    seen = facts.OrderSeen(
        number="#1001",
        currency="EUR",
        total=Decimal("59.70"),
        lines=tuple(
            facts.LineSeen(
                external_id=f"1234567890123{number}",
                sku=f"SKU-{number}",
                name="A thing with a name of ordinary length",
                quantity=2,
                unit_price=Decimal("9.95"),
                total=Decimal("19.90"),
            )
            for number in range(lines)
        ),
        placed_at=START,
        shipping_method="Standard",
        customer=CUSTOMER,
    )
    return facts.Report(
        facts=(
            seen,
            facts.StatusReported(word=facts.StatusWord.PROCESSABLE, raw="open"),
            facts.PaymentReported(
                word=facts.PaymentWord.PAID, raw="paid", transaction_id="9876543210", amount=Decimal("59.70")
            ),
        ),
        order_external_id="5678901234567",
        source_time=minute(at),
        **changes,
    )


def shipment(*, at: float = 1, numbers: tuple[str, ...] = (TRACKING,)) -> facts.Report:
    """Return what a shop says of shipped parcels, the first with all that is open."""
    return facts.Report(
        facts=tuple(
            facts.PackageReported(
                package_id=f"456789012345{position}",
                word=facts.PackageWord.FULFILLED,
                raw="success",
                contents=None if position == 0 else (),
                tracking_number=number,
                carrier="DHL",
                occurred_at=minute(at),
            )
            for position, number in enumerate(numbers)
        ),
        order_external_id="5678901234567",
        source_time=minute(at),
    )


def scan(*, at: float = 2, status: facts.ScanStatus = facts.ScanStatus.DELIVERED) -> facts.Report:
    """Return what a carrier says of the parcel."""
    return facts.Report(
        facts=(
            facts.ParcelScanned(
                status=status, raw="raw", occurred_at=minute(at), tracking_number=TRACKING, carrier="DHL"
            ),
        ),
        tracking_number=TRACKING,
        source_time=minute(at),
    )


def told(report: facts.Report, *, at: float = 0) -> Input:
    """Return a report as an input, received at minute ``at``."""
    return Input(
        key=input_key(CONNECTION, report),
        connection=CONNECTION,
        source="webhook",
        actor=CONNECTION,
        received_at=minute(at),
        report=report,
    )


def asked(command: Command, *, key: str = "c0ffee", at: float = 0) -> Input:
    """Return a command as an input."""
    return Input(
        key=key,
        connection=CONNECTION,
        source="api",
        actor="merchant",
        received_at=minute(at),
        command=command,
    )


def timed(deadline: Deadline, *, key: str = "dead11e", at: float = 0) -> Input:
    """Return a deadline as an input."""
    return Input(
        key=key,
        connection=CONNECTION,
        source="deadline",
        actor="orderhub",
        received_at=minute(at),
        deadline=deadline,
    )


def decided(order: Order | None, entry: Input, rules: Rules = RULES) -> Change:
    """Return what the domain says to this input."""
    return decide(order, entry, rules, entry.received_at)


def received() -> tuple[Input, Change, Order]:
    """Return the input that makes the order, its change, and the order."""
    entry = told(document())
    change = decided(None, entry)
    assert change.order is not None
    return entry, change, change.order


def shipped(before: Order) -> tuple[Input, Change, Order]:
    """Return the input that ships the order, its change, and the order."""
    entry = told(shipment(), at=1)
    change = decided(before, entry)
    assert change.order is not None
    return entry, change, change.order
