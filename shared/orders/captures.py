"""Money that came in: what counts as paid enough, and captures that are known by word only."""

from __future__ import annotations

from decimal import Decimal

from shared.orders.derive import payment_of
from shared.orders.facts import PaymentMethod
from shared.orders.model import Transaction
from shared.orders.statuses import PaymentStatus
from shared.orders.workbench import Workbench

_PAYING = frozenset({PaymentStatus.PAID, PaymentStatus.OVERPAID})


def pays_enough(bench: Workbench) -> bool:
    """True where the payment method lets the merchant work on the order."""
    method = bench.payment_method
    if method is PaymentMethod.CASH_ON_DELIVERY or method is PaymentMethod.INVOICE:
        return True
    status = payment_of(bench.total, bench.paid(), bench.payment_word)
    if status in _PAYING:
        return True
    return (
        method is PaymentMethod.PREPAID
        and status is PaymentStatus.AUTHORIZED
        and bench.rules.process_when_authorized
    )


def capture_open(bench: Workbench, *, method: str = "") -> bool:
    """Record one capture over what is still open, known by word only; True where anything was open."""
    if bench.total is None:
        return False
    missing = bench.total - bench.paid()
    if missing <= 0:
        return False
    add_to_word_capture(bench, missing, method=method)
    return True


def add_to_word_capture(bench: Workbench, amount: Decimal, *, method: str = "") -> None:
    """Add ``amount`` to the one capture that is known only by word; less than nothing takes from it."""
    for index, entry in enumerate(bench.transactions):
        if entry.kind == "capture" and not entry.id:
            rest = entry.amount + amount
            if rest > 0:
                bench.transactions[index] = Transaction(
                    "", "capture", rest, entry.occurred_at, method or entry.method
                )
            else:
                del bench.transactions[index]
            return
    if amount > 0:
        bench.transactions.append(Transaction("", "capture", amount, bench.since, method))
