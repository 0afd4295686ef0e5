"""The steps of ``status``, each by its row of the table, with what it causes."""

from __future__ import annotations

from shared.orders.captures import pays_enough
from shared.orders.effects import Cause
from shared.orders.statuses import PackageStatus, Status
from shared.orders.workbench import HANDED_OVER, Workbench

CANCELABLE = frozenset({Status.NEW, Status.WAITING_ACCEPTANCE, Status.ACCEPTED, Status.WAITING_SHIPMENT})


# Processable: T3, T6


def may_process(bench: Workbench) -> bool:
    """True where the channel lets the merchant work on it and its payment method allows it."""
    if not bench.workable or bench.draft or bench.acceptance_failed:
        return False
    return bench.released or pays_enough(bench)


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
    if bench.status in (Status.NEW, Status.ACCEPTED, Status.WAITING_ACCEPTANCE):
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
    """Reserve stock for every live piece, once (T2 or T3, whichever comes first).

    Of an order recorded as it stood (T4) not for those that had left before: nothing will take them.
    """
    if not bench.reserved:
        bench.reserved = True
        gone = _left_before(bench)
        pieces = [(line.id, line.live - gone.get(line.id, 0)) for line in bench.lines.values()]
        bench.cause(Cause.AWAITED, pieces=[(line_id, count) for line_id, count in pieces if count > 0])


def _left_before(bench: Workbench) -> dict[str, int]:
    """Return the pieces by line that were handed over before this change."""
    left: dict[str, int] = {}
    for package in bench.base.packages if bench.base is not None else ():
        if package.status in HANDED_OVER:
            for line_id, count in package.contents:
                left[line_id] = left.get(line_id, 0) + count
    return left


def accepted_after_all(bench: Workbench) -> None:
    """The channel has accepted what it was said to refuse: the pieces are needed again."""
    bench.acceptance_failed = False
    bench.settled("channel_refused:accept")
    if bench.status is Status.WAITING_SHIPMENT:
        reserve(bench)


def accept_here(bench: Workbench) -> None:
    """T5 by command or rule; T6 at once where the channel does not collect the money first."""
    accept(bench)
    bench.cause(Cause.ACCEPTED_HERE)
    bench.note("status", "applied", "accepted")
    if not bench.rules.collects_after_accept:
        bench.workable = True
    process(bench)


# The ends


def refuse(bench: Workbench) -> None:
    """T7: the order is not taken; nothing of it will be handed over."""
    bench.move("T7", Status.REFUSED)
    end(bench)


def cancel_here(bench: Workbench, *, call: bool = True, reason: str = "") -> None:
    """T13: the order is called off by us."""
    bench.move("T13", Status.CANCELED)
    end(bench)
    tell_of_cancellation(bench, Cause.CANCELED_HERE if call else Cause.CANCELED_THERE, reason)


def cancel_there(bench: Workbench) -> None:
    """T14 by a fact: called off out there, wherever it stands. From ``refused`` no second effects."""
    if bench.status is None or bench.status is Status.CANCELED:
        return
    if bench.status is Status.REFUSED:
        bench.move("T14", Status.CANCELED)
        return
    if bench.is_handed_over():
        bench.attend("contradiction:canceled_after_shipping")
    elif bench.has_packages(PackageStatus.READY_TO_SHIP) or bench.status in (
        Status.PREPARING_PICKUP,
        Status.READY_FOR_PICKUP,
    ):
        bench.attend("contradiction:canceled_after_ready")
    bench.move("T14", Status.CANCELED)
    end(bench)
    tell_of_cancellation(bench, Cause.CANCELED_THERE)
    if bench.told_by and bench.told_by == bench.rules.back_office:
        # The shop behind it told us: its marketplace is the one that does not know.
        bench.cause(Cause.CANCELED_HERE)


def cancel_pickup(bench: Workbench) -> None:
    """T18: it was not collected, or is not to be."""
    bench.move("T18", Status.PICKUP_CANCELED)
    end(bench)
    tell_of_cancellation(bench, Cause.PICKUP_CANCELED)


def end(bench: Workbench) -> None:
    bench.cancel_open()
    clear_cancellation_request(bench)
    bench.due_all = True


def tell_of_cancellation(bench: Workbench, cause: Cause, reason: str = "") -> None:
    bench.cause(cause, data=(("reason", reason),) if reason else ())
    bench.call_back_office("cancel")


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
        bench.collected = True
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
    bench.collected = True
    bench.move("T17", Status.CLOSED)
