"""What follows by itself, in the same change as its cause: steps A and R, dues and deadlines."""

from __future__ import annotations

from decimal import Decimal

from shared.orders.captures import capture_open, pays_enough
from shared.orders.deadlines import is_closable, set_deadlines
from shared.orders.effects import Cause
from shared.orders.facts import PaymentMethod, RefundWord
from shared.orders.model import Refund
from shared.orders.money import in_currency
from shared.orders.statuses import PackageStatus, Status
from shared.orders.steps import (
    CANCELABLE,
    accept_cancellation,
    accept_here,
    end,
    process,
    reject_cancellation,
    tell_of_cancellation,
)
from shared.orders.workbench import HANDED_OVER, Workbench

_ZERO = Decimal(0)
_CANCELS = frozenset({"answer_cancellation", "cancel"})
_MAY_RUN_EMPTY = frozenset(
    {
        Status.NEW,
        Status.WAITING_ACCEPTANCE,
        Status.ACCEPTED,
        Status.WAITING_SHIPMENT,
        Status.SHIPPED,
        Status.PREPARING_PICKUP,
        Status.READY_FOR_PICKUP,
    }
)


def settle(bench: Workbench) -> None:
    """Take every step that is due by itself, owe what is due, and set the deadlines."""
    process(bench)
    _act_by_rule(bench)
    _run_empty(bench)
    _ship_and_close(bench)
    if bench.payment_method is PaymentMethod.CASH_ON_DELIVERY:
        _collect_cash(bench)
    if bench.due_pieces or (bench.due_all and not bench.lines):
        _owe_refund(bench)
    if bench.attention:
        if bench.refunded() <= bench.paid():
            # The payment came after its refund.
            bench.settled("refunded_above_paid")
        if pays_enough(bench):
            bench.settled("payment_lost")
    if bench.rules.back_office:
        _look_at_copy(bench)
    set_deadlines(bench)


def _act_by_rule(bench: Workbench) -> None:
    accepts = bench.status is Status.WAITING_ACCEPTANCE and bench.accepts_by_itself()
    answers = bench.cancellation_requested and bench.rules.cancellation_requests
    if not accepts and not answers:
        return
    # The channel told us what happened, but what the rule does about it is ours to tell.
    by, told_by = bench.by, bench.told_by
    bench.by, bench.told_by = "R", ""
    if accepts and not bench.acceptance_failed:
        accept_here(bench)
    if answers:
        _answer_request(bench)
    bench.by, bench.told_by = by, told_by


def _answer_request(bench: Workbench) -> None:
    if bench.is_handed_over() or bench.status in (Status.SHIPPED, Status.CLOSED):
        reject_cancellation(bench)
    elif _can_be_granted(bench):
        accept_cancellation(bench)


def _can_be_granted(bench: Workbench) -> bool:
    """True before anything is ready; not where the channel takes calls, but none that cancels it there."""
    if bench.has_packages(PackageStatus.READY_TO_SHIP) or bench.status not in CANCELABLE:
        return False
    calls = bench.rules.capabilities - {"stock"}
    return not calls or bool(calls & _CANCELS)


def _run_empty(bench: Workbench) -> None:
    """T14 by itself: the last live piece was canceled."""
    if bench.status in _MAY_RUN_EMPTY and bench.lines and not bench.live():
        if not any(line.ordered for line in bench.lines.values()):
            return
        bench.move("T14", Status.CANCELED)
        end(bench)
        tell_of_cancellation(bench, Cause.CANCELED_THERE if bench.by == "F" else Cause.CANCELED_HERE)


def _ship_and_close(bench: Workbench) -> None:
    if bench.status is Status.SHIPPED and not bench.all_in(HANDED_OVER):
        bench.move("T9", Status.WAITING_SHIPMENT)
    elif bench.status is Status.WAITING_SHIPMENT and bench.packages and bench.all_in(HANDED_OVER):
        bench.move("T8", Status.SHIPPED)
        if not bench.taken:
            _tell_of_shipment(bench)
    if bench.status is Status.SHIPPED and is_closable(bench):
        delay = bench.rules.closing_delay
        if not delay or _is_over(bench, "close"):
            bench.move("T10", Status.CLOSED)


def _tell_of_shipment(bench: Workbench) -> None:
    """Tell a channel that knows one package an order: it waited for the rest, which was canceled now."""
    last = next(entry for entry in reversed(bench.packages) if entry.status in HANDED_OVER and entry.contents)
    told_by, bench.told_by = bench.told_by, ""  # who canceled the rest may still not know what was shipped
    bench.cause(Cause.REST_CANCELED, last.id)
    bench.told_by = told_by


def _is_over(bench: Workbench, kind: str) -> bool:
    return any(entry.kind == kind and entry.due <= bench.now for entry in bench.deadlines)


def _collect_cash(bench: Workbench) -> None:
    """Cash on delivery: paid when every live piece was delivered or collected."""
    if not bench.live():
        return
    if (bench.collected or bench.all_in(frozenset({PackageStatus.DELIVERED}))) and capture_open(bench):
        bench.note("payment", "applied", "collected")


def _look_at_copy(bench: Workbench) -> None:
    """Ask for a look where the shop that ships holds other pieces, or another address, than the order."""
    shop, base = bench.rules.back_office, bench.base
    if base is None or bench.told_by == shop or f"channel/create/{shop}" not in base.owed or not bench.live():
        return
    before = {line.id: line.live for line in base.lines}
    pieces = any(line.live != before.get(line.id, 0) for line in bench.lines.values())
    if pieces or any(note.about == "address" for note in bench.notes):
        bench.attend("copy_differs")


def _owe_refund(bench: Workbench) -> None:
    """Enter what the merchant must give back for pieces canceled or received in this change."""
    if not bench.rules.refunds_by_merchant:
        return
    open_dues = sum((entry.amount for entry in bench.refunds if entry.word is RefundWord.DUE), _ZERO)
    room = bench.paid() - bench.refunded() - open_dues
    if room <= 0:
        return
    # Of an order that ends with no piece handed over, shipping and fees are due as well; unless it was agreed
    # before, by product, what some of its pieces are worth.
    agreed = any(entry.lines for entry in bench.refunds)
    whole = bench.due_all and not bench.live() and not agreed
    amount = room if whole else min(room, _worth(bench, room))
    if amount > 0:
        entry = Refund(bench.refunds.free_id(f"due-{bench.version}"), RefundWord.DUE, amount)
        bench.refunds.append(entry)
        bench.note(f"refund/{entry.id}", "applied", "due")


def _worth(bench: Workbench, room: Decimal) -> Decimal:
    """Return unit prices times pieces; ``room`` where a price is not known."""
    worth = _ZERO
    for line_id, count in bench.due_pieces:
        line = bench.lines.get(line_id)
        if line is None or line.unit_price is None:
            return room
        worth += line.unit_price * count
    return in_currency(worth, bench.currency)
