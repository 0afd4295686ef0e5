"""A channel's words about the order as a whole. Each word has one function; forward only."""

from __future__ import annotations

from collections.abc import Callable

from shared.orders.apply_packages import apply_pickup_word
from shared.orders.effects import Cause
from shared.orders.facts import PackageWord, RefundWord, StatusReported, StatusWord
from shared.orders.model import Refund
from shared.orders.statuses import PackageStatus, Status
from shared.orders.steps import (
    accept,
    accepted_after_all,
    cancel_pickup,
    cancel_there,
    catch_up_to_waiting_shipment,
    clear_cancellation_request,
    close_there,
    process,
    refuse,
    reserve,
)
from shared.orders.transitions import sources_of
from shared.orders.workbench import Workbench

_W = StatusWord

# Words that decide how an order begins are applied before its packages, all others after them.
BEGINNINGS = frozenset({_W.NOT_PROCESSABLE, _W.ACCEPTANCE_ASKED, _W.ACCEPTED, _W.PROCESSABLE})
# Words that ask for something: once, when they are new in the document.
REQUESTS = frozenset({_W.CANCELLATION_REQUESTED, _W.DISPUTE_OPENED, _W.DELETED, _W.REFUND_DUE, _W.UNKNOWN})


def apply_word(bench: Workbench, fact: StatusReported, *, is_new: bool) -> None:
    """Apply one word; ``is_new``: the words of the document before it were other ones."""
    if fact.word in REQUESTS and not is_new:
        bench.note("status", "duplicate", fact.word.value)
        return
    bench.news = is_new
    before = len(bench.notes)
    moves = len(bench.moves)
    _APPLY[fact.word](bench, fact)
    if len(bench.moves) > moves:
        bench.note("status", "applied", fact.word.value)
    elif len(bench.notes) == before:
        bench.note("status", "duplicate", fact.word.value)


def _not_processable(bench: Workbench, fact: StatusReported) -> None:
    if bench.status is None or bench.status is Status.NEW:
        bench.workable = False
        return
    _behind(bench, fact)


def _acceptance_asked(bench: Workbench, fact: StatusReported) -> None:
    if bench.status is Status.WAITING_ACCEPTANCE:
        return
    if bench.status is None or bench.status is Status.NEW:
        bench.move("T2", Status.WAITING_ACCEPTANCE)
        reserve(bench)
        return
    _behind(bench, fact)


def _accepted(bench: Workbench, fact: StatusReported) -> None:
    if bench.status is Status.ACCEPTED:
        return
    if bench.status is None or bench.status is Status.NEW:
        bench.caught_up = True
        bench.move("T2", Status.WAITING_ACCEPTANCE)
        reserve(bench)
    if bench.status is Status.WAITING_ACCEPTANCE:
        accept(bench)
        return
    _behind(bench, fact)


def _processable(bench: Workbench, fact: StatusReported) -> None:
    news = not bench.workable
    bench.workable = True
    if bench.acceptance_failed:
        accepted_after_all(bench)
        news = True
    if bench.status is None:
        return
    if bench.status is Status.WAITING_ACCEPTANCE:
        accept(bench)
    process(bench)
    if bench.status in (Status.REFUSED, Status.CANCELED, Status.PICKUP_CANCELED):
        _behind(bench, fact)
    elif news:
        bench.note("status", "applied", fact.word.value)


def _behind(bench: Workbench, fact: StatusReported) -> None:
    """Record a word that would move the status back. Where it is newly said, somebody should look."""
    if bench.status in (Status.ACCEPTED, Status.WAITING_SHIPMENT, Status.SHIPPED) and fact.word in (
        _W.ACCEPTANCE_ASKED,
        _W.ACCEPTED,
    ):
        # What the channel still shows while it has not seen what we told it.
        bench.note("status", "late", fact.word.value)
        return
    if bench.news:
        bench.attend(f"contradiction:{fact.word.value}")


def _refused(bench: Workbench, _fact: StatusReported) -> None:
    if bench.status is Status.REFUSED or bench.status is Status.CANCELED:
        return
    if bench.status is not None and bench.status.value in sources_of("T7"):
        refuse(bench)
        bench.cause(Cause.REFUSED_THERE)
        bench.call_back_office("cancel")
    else:
        cancel_there(bench)


def _canceled(bench: Workbench, _fact: StatusReported) -> None:
    cancel_there(bench)


def _closed(bench: Workbench, fact: StatusReported) -> None:
    if bench.status is Status.CLOSED:
        return
    if bench.status is not None and bench.status.value in sources_of("T12"):
        close_there(bench)
    else:
        bench.note("status", "late", fact.word.value)


def _archived(bench: Workbench, fact: StatusReported) -> None:
    bench.note("status", "applied", fact.word.value)


def _cancellation_requested(bench: Workbench, fact: StatusReported) -> None:
    if bench.cancellation_requested or bench.cancellation_answered:
        return
    if bench.status in (Status.CANCELED, Status.REFUSED, Status.PICKUP_CANCELED):
        bench.note("cancellation", "late", fact.word.value)
        return
    bench.cancellation_requested = True
    bench.attend("cancellation_requested")


def _cancellation_rejected(bench: Workbench, fact: StatusReported) -> None:
    if bench.cancellation_requested:
        clear_cancellation_request(bench)
        bench.note("cancellation", "applied", fact.word.value)


def _dispute_opened(bench: Workbench, _fact: StatusReported) -> None:
    if not bench.dispute:
        bench.dispute = True
        bench.attend("dispute")


def _dispute_resolved(bench: Workbench, fact: StatusReported) -> None:
    if bench.dispute:
        bench.dispute = False
        bench.settled("dispute")
        bench.note("dispute", "applied", fact.word.value)


def _ready_for_pickup(bench: Workbench, _fact: StatusReported) -> None:
    _pickup_or_packages(bench, PackageWord.AT_PICKUP_POINT, PackageStatus.AT_PICKUP_POINT)


def _picked_up(bench: Workbench, _fact: StatusReported) -> None:
    _pickup_or_packages(bench, PackageWord.DELIVERED, PackageStatus.DELIVERED)


def _pickup_or_packages(bench: Workbench, word: PackageWord, target: PackageStatus) -> None:
    if bench.pickup and not bench.packages:
        apply_pickup_word(bench, word)
        return
    catch_up_to_waiting_shipment(bench)
    for package in list(bench.packages):
        if bench.can_advance(package, target):
            bench.advance(package.id, target)
            bench.note(f"package/{package.id}", "applied", target.value)
    rest = bench.all_open()
    if rest and bench.status in (Status.WAITING_SHIPMENT, Status.SHIPPED):
        package = bench.add_package(rest, PackageStatus.FULFILLED)
        bench.caught_up = True
        bench.advance(package.id, target)
        bench.note(f"package/{package.id}", "applied", target.value)


def _pickup_canceled(bench: Workbench, _fact: StatusReported) -> None:
    if bench.status is Status.PICKUP_CANCELED:
        return
    if bench.status is not None and bench.status.value in sources_of("T18"):
        cancel_pickup(bench)
    else:
        cancel_there(bench)


def _refund_due(bench: Workbench, _fact: StatusReported) -> None:
    room = bench.paid() - bench.refunded()
    known = any(entry.id == "told-due" or entry.word is RefundWord.DUE for entry in bench.refunds)
    if room > 0 and not known:
        bench.refunds.append(Refund("told-due", RefundWord.DUE, room))
        bench.note("refund/told-due", "applied", "due")


def _deleted(bench: Workbench, _fact: StatusReported) -> None:
    bench.attend("deleted_at_channel")


def _unknown(bench: Workbench, fact: StatusReported) -> None:
    bench.raw_status = fact.raw[:40]
    bench.attend("unmapped_status")
    bench.note("status", "unknown")


_APPLY: dict[StatusWord, Callable[[Workbench, StatusReported], None]] = {
    _W.NOT_PROCESSABLE: _not_processable,
    _W.ACCEPTANCE_ASKED: _acceptance_asked,
    _W.ACCEPTED: _accepted,
    _W.PROCESSABLE: _processable,
    _W.REFUSED: _refused,
    _W.CANCELED: _canceled,
    _W.RECEIVED: _closed,
    _W.CLOSED: _closed,
    _W.ARCHIVED: _archived,
    _W.CANCELLATION_REQUESTED: _cancellation_requested,
    _W.CANCELLATION_REJECTED: _cancellation_rejected,
    _W.DISPUTE_OPENED: _dispute_opened,
    _W.DISPUTE_RESOLVED: _dispute_resolved,
    _W.READY_FOR_PICKUP: _ready_for_pickup,
    _W.PICKED_UP: _picked_up,
    _W.PICKUP_CANCELED: _pickup_canceled,
    _W.REFUND_DUE: _refund_due,
    _W.DELETED: _deleted,
    _W.UNKNOWN: _unknown,
}
