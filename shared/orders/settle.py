"""What follows by itself, in the same change as its cause: steps A and R, dues and deadlines."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from shared.orders.derive import payment_of
from shared.orders.effects import Cause
from shared.orders.facts import PaymentMethod, RefundWord
from shared.orders.model import Package, Refund, Transaction
from shared.orders.money import in_currency
from shared.orders.statuses import PackageStatus, PaymentStatus, Status
from shared.orders.workbench import HANDED_OVER, UNDERWAY, Workbench

AT_RISK_BEFORE = timedelta(hours=24)
_ZERO = Decimal(0)
_PAYING = frozenset({PaymentStatus.PAID, PaymentStatus.OVERPAID})
_ARRIVED = (PackageStatus.DELIVERED, PackageStatus.RETURNED)
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
_TO_BE_ACCEPTED = frozenset({Status.NEW, Status.WAITING_ACCEPTANCE})
_TO_BE_SHIPPED = _TO_BE_ACCEPTED | {Status.ACCEPTED, Status.WAITING_SHIPMENT, Status.PREPARING_PICKUP}


def settle(bench: Workbench) -> None:
    """Take every step that is due by itself, owe what is due, and set the deadlines."""
    process(bench)
    _act_by_rule(bench)
    _run_empty(bench)
    _ship_and_close(bench)
    if bench.payment_method is PaymentMethod.CASH_ON_DELIVERY:
        _collect_cash(bench)
    if bench.due_pieces:
        _owe_refund(bench)
    _set_deadlines(bench)


# Processable: T3, T6


def may_process(bench: Workbench) -> bool:
    """True where the channel lets the merchant work on it and its payment method allows it."""
    if not bench.workable or bench.draft or bench.acceptance_failed:
        return False
    return bench.released or _payment_allows(bench)


def _payment_allows(bench: Workbench) -> bool:
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


def process(bench: Workbench) -> None:
    """Begin to work on an order that may be worked on, or that already was, out there."""
    if bench.status is Status.NEW or bench.status is Status.ACCEPTED:
        if may_process(bench):
            reach_waiting_shipment(bench)
        elif bench.is_handed_over():
            catch_up_to_waiting_shipment(bench)
    elif bench.status is Status.WAITING_ACCEPTANCE and bench.is_handed_over():
        catch_up_to_waiting_shipment(bench)


def reach_waiting_shipment(bench: Workbench) -> None:
    """Go on to ``waiting_shipment`` by T3 or T6, with what its first time causes."""
    bench.move("T6" if bench.status is Status.ACCEPTED else "T3", Status.WAITING_SHIPMENT)
    bench.cause(Cause.FIRST_PROCESSABLE)
    reserve(bench)
    bench.call_back_office("create")


def catch_up_to_waiting_shipment(bench: Workbench) -> None:
    """Take the steps that a fact further along implies: T3, or T5 and T6."""
    if bench.status is None or bench.status in (Status.NEW, Status.ACCEPTED, Status.WAITING_ACCEPTANCE):
        bench.caught_up = True
        if bench.status is Status.WAITING_ACCEPTANCE:
            accept(bench)
        reach_waiting_shipment(bench)


def accept(bench: Workbench) -> None:
    """T5: the order is taken. Stock is reserved where T2 has not done it."""
    bench.move("T5", Status.ACCEPTED)
    bench.settled("accept_at_risk", "accept_late")
    reserve(bench)


def reserve(bench: Workbench) -> None:
    """Reserve stock for every live piece, once (T2 or T3, whichever comes first)."""
    if not bench.reserved:
        bench.reserved = True
        bench.cause(Cause.AWAITED, pieces=[(line.id, line.live) for line in bench.lines.values()])


# Rules


def _act_by_rule(bench: Workbench) -> None:
    accepts = bench.status is Status.WAITING_ACCEPTANCE and bench.rules.auto_accept
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


def accept_here(bench: Workbench) -> None:
    """T5 by command or rule; T6 at once where the channel does not collect the money first."""
    accept(bench)
    bench.cause(Cause.ACCEPTED_HERE)
    bench.note("status", "applied", "accepted")
    if not bench.rules.collects_after_accept:
        bench.workable = True
    process(bench)


def _answer_request(bench: Workbench) -> None:
    if bench.is_handed_over() or bench.status in (Status.SHIPPED, Status.CLOSED):
        reject_cancellation(bench)
    elif not bench.has_packages(PackageStatus.READY_TO_SHIP) and bench.status in CANCELABLE:
        accept_cancellation(bench)


CANCELABLE = frozenset({Status.NEW, Status.WAITING_ACCEPTANCE, Status.ACCEPTED, Status.WAITING_SHIPMENT})


def accept_cancellation(bench: Workbench) -> None:
    """Grant the buyer's request: T13. Where the channel takes the answer, that is the call."""
    cancel_here(bench, call="answer_cancellation" not in bench.rules.capabilities)
    bench.cause(Cause.REQUEST_ANSWERED, "accepted", data=(("answer", "accepted"),))
    bench.cancellation_answered = True
    bench.note("cancellation", "applied", "accepted")


def reject_cancellation(bench: Workbench) -> None:
    """Deny the buyer's request."""
    clear_cancellation_request(bench)
    bench.cancellation_answered = True
    bench.cause(Cause.REQUEST_ANSWERED, "rejected", data=(("answer", "rejected"),))
    bench.note("cancellation", "applied", "rejected")


def clear_cancellation_request(bench: Workbench) -> None:
    bench.cancellation_requested = False
    bench.settled("cancellation_requested")


# The ends


def refuse(bench: Workbench) -> None:
    """T7: the order is not taken; nothing of it will be handed over."""
    bench.move("T7", Status.REFUSED)
    _end(bench)


def cancel_here(bench: Workbench, *, call: bool = True, reason: str = "") -> None:
    """T13: the order is called off by us."""
    bench.move("T13", Status.CANCELED)
    _end(bench)
    _tell_of_cancellation(bench, Cause.CANCELED_HERE if call else Cause.CANCELED_THERE, reason)


def cancel_there(bench: Workbench) -> None:
    """T14 by a fact: called off out there, wherever it stands. From ``refused`` no second effects."""
    if bench.status is None or bench.status is Status.CANCELED:
        return
    if bench.status is Status.REFUSED:
        bench.move("T14", Status.CANCELED)
        return
    if bench.is_handed_over() or bench.status in (Status.SHIPPED, Status.CLOSED):
        bench.attend("contradiction:canceled_after_shipping")
    elif bench.has_packages(PackageStatus.READY_TO_SHIP) or bench.status in (
        Status.PREPARING_PICKUP,
        Status.READY_FOR_PICKUP,
    ):
        bench.attend("contradiction:canceled_after_ready")
    bench.move("T14", Status.CANCELED)
    _end(bench)
    _tell_of_cancellation(bench, Cause.CANCELED_THERE)
    if bench.told_by and bench.told_by == bench.rules.back_office:
        # The shop behind it told us: its marketplace is the one that does not know.
        bench.cause(Cause.CANCELED_HERE)


def cancel_pickup(bench: Workbench) -> None:
    """T18: it was not collected, or is not to be."""
    bench.move("T18", Status.PICKUP_CANCELED)
    _end(bench)
    _tell_of_cancellation(bench, Cause.PICKUP_CANCELED)


def _end(bench: Workbench) -> None:
    bench.cancel_open()
    clear_cancellation_request(bench)
    bench.due_all = True


def _tell_of_cancellation(bench: Workbench, cause: Cause, reason: str = "") -> None:
    bench.cause(cause, data=(("reason", reason),) if reason else ())
    bench.call_back_office("cancel")


def _run_empty(bench: Workbench) -> None:
    """T14 by itself: the last live piece was canceled."""
    if bench.status in _MAY_RUN_EMPTY and bench.lines and not bench.live():
        if not any(line.ordered for line in bench.lines.values()):
            return
        bench.move("T14", Status.CANCELED)
        _end(bench)
        _tell_of_cancellation(bench, Cause.CANCELED_THERE if bench.by == "F" else Cause.CANCELED_HERE)


# Shipped and closed: T8, T9, T10


def _ship_and_close(bench: Workbench) -> None:
    if bench.status is Status.SHIPPED and not _all_in(bench, HANDED_OVER):
        bench.move("T9", Status.WAITING_SHIPMENT)
    elif bench.status is Status.WAITING_SHIPMENT and bench.packages and _all_in(bench, HANDED_OVER):
        bench.move("T8", Status.SHIPPED)
    if bench.status is Status.SHIPPED and is_closable(bench):
        delay = bench.rules.closing_delay
        if not delay or _is_over(bench, "close"):
            bench.move("T10", Status.CLOSED)


def _all_in(bench: Workbench, statuses: frozenset[PackageStatus]) -> bool:
    """True where there is live quantity, and all of it is in packages in ``statuses``."""
    inside = 0
    for package in bench.packages:
        if package.status in statuses:
            for _, pieces in package.contents:
                inside += pieces
    return inside > 0 and inside == bench.live()


def is_closable(bench: Workbench) -> bool:
    """True where all live quantity arrived or came back, and no dispute is open."""
    return not bench.dispute and _all_in(bench, frozenset(_ARRIVED))


def _is_over(bench: Workbench, kind: str) -> bool:
    return any(entry.kind == kind and entry.due <= bench.now for entry in bench.deadlines)


def close_there(bench: Workbench) -> None:
    """T12: closed or received out there. What had not arrived here has, as caught up."""
    reserve(bench)
    for package in list(bench.packages):
        if bench.can_advance(package, PackageStatus.DELIVERED):
            bench.caught_up = True
            bench.advance(package.id, PackageStatus.DELIVERED)
    rest = bench.all_open()
    if rest and bench.pickup:
        bench.cause(Cause.PICKED_UP, pieces=rest)
    elif rest:
        bench.caught_up = True
        package = bench.add_package(rest, PackageStatus.FULFILLED)
        bench.step(package.id, PackageStatus.DELIVERED)
    bench.move("T12", Status.CLOSED)
    clear_cancellation_request(bench)


# Pick-up: T15, T16, T17


def prepare_pickup(bench: Workbench) -> None:
    """T15."""
    bench.move("T15", Status.PREPARING_PICKUP)
    bench.cause(Cause.PREPARING_PICKUP)


def ready_for_pickup(bench: Workbench, data: tuple[tuple[str, str], ...] = ()) -> None:
    """T16, with T15 where it was left out."""
    if bench.status is Status.WAITING_SHIPMENT:
        bench.caught_up = True
        prepare_pickup(bench)
    bench.move("T16", Status.READY_FOR_PICKUP)
    bench.cause(Cause.READY_FOR_PICKUP, data=data)


def collect(bench: Workbench) -> None:
    """T17, with T15 and T16 where they were left out: collected, and closed at once."""
    if bench.status in (Status.WAITING_SHIPMENT, Status.PREPARING_PICKUP):
        bench.caught_up = True
        ready_for_pickup(bench)
        # The last step has no mail, and nobody is told to collect what is collected.
        bench.mails.clear()
    bench.move("T17", Status.PICKED_UP)
    bench.cause(Cause.PICKED_UP, pieces=bench.all_open())
    bench.move("T17", Status.CLOSED)


# Money


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


def _collect_cash(bench: Workbench) -> None:
    """Cash on delivery: paid when every live piece was delivered or collected."""
    if not bench.live():
        return
    collected = bench.pickup and bench.status is Status.CLOSED
    if (collected or _all_in(bench, frozenset({PackageStatus.DELIVERED}))) and capture_open(bench):
        bench.note("payment", "applied", "collected")


def _owe_refund(bench: Workbench) -> None:
    """Enter what the merchant must give back for pieces canceled or received in this change."""
    if not bench.rules.refunds_by_merchant:
        return
    open_dues = sum((entry.amount for entry in bench.refunds if entry.word is RefundWord.DUE), _ZERO)
    room = bench.paid() - bench.refunded() - open_dues
    if room <= 0:
        return
    pieces = sum(count for _, count in bench.due_pieces)
    whole = bench.due_all and pieces == sum(line.ordered for line in bench.lines.values())
    amount = room if whole else min(room, _worth(bench, room))
    if amount > 0:
        entry = Refund(f"due-{bench.version}", RefundWord.DUE, amount)
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


# Deadlines


def _set_deadlines(bench: Workbench) -> None:
    status, rules, now = bench.status, bench.rules, bench.now
    shipped = status is Status.SHIPPED
    _keep(bench, "close", now + rules.closing_delay, wanted=shipped and _all_in(bench, frozenset(_ARRIVED)))
    _keep(
        bench,
        "close_untracked",
        now + rules.close_untracked_after,
        wanted=shipped and is_untracked(bench),
    )
    _keep(
        bench,
        "pickup_expired",
        now + rules.pickup_within,
        wanted=status is Status.READY_FOR_PICKUP,
    )
    if status not in _TO_BE_ACCEPTED:
        bench.drop_deadlines("accept_at_risk", "accept_late")
    if status not in _TO_BE_SHIPPED:
        bench.drop_deadlines("ship_at_risk", "ship_late")
        if bench.attention:
            bench.settled("ship_at_risk", "ship_late", "accept_at_risk", "accept_late")
    if bench.deadlines:
        bench.deadlines = [
            entry
            for entry in bench.deadlines
            if entry.kind != "tracking_wait" or _waits(bench.package(entry.subject))
        ]


def _keep(bench: Workbench, kind: str, due: datetime, *, wanted: bool) -> None:
    """Set a deadline that is wanted and not running, drop one that is not wanted."""
    if not wanted:
        bench.drop_deadlines(kind)
    elif not bench.has_deadline(kind):
        bench.set_deadline(kind, due)


def _waits(package: Package) -> bool:
    return package.status is PackageStatus.READY_TO_SHIP and package.awaiting_tracking_until is not None


def is_untracked(bench: Workbench) -> bool:
    """True where parcels have not arrived and nobody tracks one of them: handed over, and never a scan."""
    underway = [package for package in bench.packages if package.status in UNDERWAY and package.contents]
    return bool(underway) and all(
        package.status is PackageStatus.FULFILLED and package.scanned_at is None and package.scan is None
        for package in underway
    )


def set_accept_by(bench: Workbench, moment: datetime | None) -> None:
    """Take over the channel's accept-by time: at risk a day before, late after."""
    if moment is not None and moment != bench.accept_by:
        bench.accept_by = moment
        bench.set_deadline("accept_at_risk", moment - AT_RISK_BEFORE)
        bench.set_deadline("accept_late", moment)


def set_ship_by(bench: Workbench, moment: datetime | None) -> None:
    """Take over the channel's ship-by time: at risk a day before, late after."""
    if moment is not None and moment != bench.ship_by:
        bench.ship_by = moment
        bench.set_deadline("ship_at_risk", moment - AT_RISK_BEFORE)
        bench.set_deadline("ship_late", moment)
