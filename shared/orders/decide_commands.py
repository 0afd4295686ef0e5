"""Commands: what the merchant asks for; refused with the reason and what is allowed instead.

A refusal changes nothing. Whether an order takes a kind of command at all is said by
:mod:`shared.orders.allowed`; what is wrong with this one (its pieces, its amount) is said here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.orders import commands as c
from shared.orders.allowed import RESENDABLE, allowed_commands, why_not
from shared.orders.apply_document import create_from
from shared.orders.apply_money import name_refund
from shared.orders.apply_scans import apply_waiting_scans
from shared.orders.captures import capture_open
from shared.orders.changes import Change, Effect, Input, Outcome
from shared.orders.command_lines import add_line, cancel_lines, change_address, change_quantity, reason_of
from shared.orders.command_money import (
    mark_paid,
    mark_payment_failed,
    refund_amount,
    refund_products,
    reject_refund,
    request_refund,
)
from shared.orders.command_packages import (
    cancel_package,
    change_tracking,
    known_package,
    mark_delivered,
    ready_to_ship,
    ship,
)
from shared.orders.command_returns import (
    abandon_return,
    accept_return,
    receive_return,
    reject_return,
    request_return,
    restock_return,
    write_off_return,
)
from shared.orders.effects import Cause, again, subject_of
from shared.orders.model import Order, ids_of, order_id
from shared.orders.refusal import RefusalError
from shared.orders.rules import Rules
from shared.orders.settle import settle
from shared.orders.statuses import PackageStatus, Status
from shared.orders.steps import (
    accept_cancellation,
    accept_here,
    accepted_after_all,
    cancel_here,
    cancel_pickup,
    collect,
    may_process,
    prepare_pickup,
    reach_waiting_shipment,
    ready_for_pickup,
    refuse,
    reject_cancellation,
)
from shared.orders.workbench import Workbench


def decide_command(
    order: Order | None, given: Input, command: c.Command, rules: Rules, now: datetime
) -> Change:
    """Return what ``command`` does to ``order``, or its refusal."""
    by = "R" if given.source == "rule" else "C"
    if order is None:
        if not isinstance(command, c.CreateOrder):
            return Change(outcome=Outcome.REFUSED, reason="not_found")
        return _create(given, command, rules, now)
    reason = why_not(order, command, rules)
    if reason:
        return _refused(order, rules, reason)
    bench = Workbench(order, order.id, rules, now, by=by)
    bench.notify = command.notify
    try:
        _APPLY[type(command)](bench, command)
    except RefusalError as refusal:
        return _refused(order, rules, refusal.reason)
    if not bench.applied:
        return Change(outcome=Outcome.IGNORED, reason="duplicate", notes=tuple(bench.notes))
    apply_waiting_scans(bench)
    settle(bench)
    return bench.change()


def _refused(order: Order, rules: Rules, reason: str) -> Change:
    allowed = tuple(entry.name for entry in allowed_commands(order, rules) if entry.allowed)
    return Change(outcome=Outcome.REFUSED, reason=reason, allowed=allowed)


def _create(given: Input, command: c.CreateOrder, rules: Rules, now: datetime) -> Change:
    """T1, T3 or, completed, T4: paid and delivered, stock taken, no mails unless asked."""
    identity = order_id(given.connection, command.external_id)
    # Nobody has to tell the merchant's own connection what the merchant entered there.
    bench = Workbench(None, identity, rules, now, by="C", told_by=given.connection)
    bench.notify = command.notify
    create_from(bench, command.seen)
    bench.seen = replace(command.seen, customer=None)
    bench.customer = None if bench.erased else command.seen.customer
    bench.owe(Effect(kind="unpark", name="order"))
    bench.note("order", "applied", "created")
    bench.workable = not command.seen.draft
    if command.completed:
        bench.notify = bool(command.notify)
        bench.caught_up = True
        bench.move("T4", Status.CLOSED)
        capture_open(bench)
        package = bench.add_package(bench.all_open(), PackageStatus.FULFILLED)
        bench.step(package.id, PackageStatus.DELIVERED)
    elif may_process(bench):
        reach_waiting_shipment(bench)
    else:
        bench.move("T1", Status.NEW)
    settle(bench)
    return bench.change()


# The order as a whole


def _release(bench: Workbench, _command: c.Release) -> None:
    bench.draft = False
    bench.workable = bench.released = True
    bench.note("status", "applied", "released")


def _accept(bench: Workbench, _command: c.Accept) -> None:
    accept_here(bench)


def _refuse(bench: Workbench, command: c.Refuse) -> None:
    refuse(bench)
    bench.cause(Cause.REFUSED_HERE, data=reason_of(command.reason))
    bench.note("status", "applied", "refused")


def _cancel(bench: Workbench, command: c.Cancel) -> None:
    cancel_here(bench, reason=command.reason)
    bench.note("status", "applied", "canceled")


def _payment_link(bench: Workbench, command: c.CreatePaymentLink) -> None:
    bench.cause(Cause.PAYMENT_LINK, command.link_id, data=(("url", command.url),) if command.url else ())
    bench.note("payment", "applied", "link")


# Pick-up and cancellation requests


def _prepare_pickup(bench: Workbench, _command: c.PreparePickup) -> None:
    prepare_pickup(bench)
    bench.note("pickup", "applied", "preparing")


def _ready_for_pickup(bench: Workbench, command: c.ReadyForPickup) -> None:
    data = (("place", command.place), ("code", command.code))
    ready_for_pickup(bench, tuple([(name, value) for name, value in data if value]))
    bench.note("pickup", "applied", "ready")


def _collect(bench: Workbench, _command: c.Collect) -> None:
    collect(bench)
    bench.note("pickup", "applied", "collected")


def _cancel_pickup(bench: Workbench, _command: c.CancelPickup) -> None:
    cancel_pickup(bench)
    bench.note("pickup", "applied", "canceled")


def _accept_cancellation(bench: Workbench, _command: c.AcceptCancellation) -> None:
    accept_cancellation(bench)


def _reject_cancellation(bench: Workbench, _command: c.RejectCancellation) -> None:
    reject_cancellation(bench)


# Attention and effects


def _clear_attention(bench: Workbench, command: c.ClearAttention) -> None:
    before = len(bench.attention)
    bench.settled(command.code, subject=command.subject)
    cleared = len(bench.attention) < before
    bench.note(command.subject or "order", "applied" if cleared else "duplicate", "attention_cleared")


def _resend(bench: Workbench, command: c.Resend) -> None:
    kind, _, rest = command.effect_key.partition("/")
    name, _, target = rest.partition("/")
    if command.effect_key not in bench.owed or not command.effect_key.startswith(RESENDABLE):
        raise RefusalError("unknown_effect")
    if kind == "mail" and bench.erased:
        raise RefusalError("erased")
    known = ids_of(bench.packages, bench.refunds, bench.returns)
    target = again(subject_of(target, known), str(bench.version))
    bench.owe(Effect(kind=kind, name=name, target=target, data=(("resend", command.effect_key),)))
    bench.note(command.effect_key, "applied", "resent")


# What channels and carriers answer to our calls


def _confirm_call(bench: Workbench, command: c.ConfirmCall) -> None:
    bench.note(f"call/{command.call}", "applied", "confirmed")
    if command.settles:
        codes = (f"channel_refused:{command.call}", f"channel_in_doubt:{command.call}")
        bench.settled(*codes, subject=command.target)
        if command.call == "accept" and bench.acceptance_failed:
            accepted_after_all(bench)
    if not command.external_id:
        return
    if command.call == "refund":
        name_refund(bench, command.target, command.external_id)
    elif command.call in ("ship", "ready"):
        for package in bench.packages:
            if package.id == command.target and command.external_id not in package.external_ids:
                bench.put(replace(package, external_ids=(*package.external_ids, command.external_id)))
                break


def _fail_call(bench: Workbench, command: c.FailCall) -> None:
    if command.in_doubt:
        bench.attend(f"channel_in_doubt:{command.call}", command.target)
        return
    if command.call == "accept" and bench.status in (Status.ACCEPTED, Status.WAITING_SHIPMENT):
        bench.acceptance_failed = True
        if bench.reserved:
            pieces = [(line.id, line.live) for line in bench.lines.values()]
            bench.cause(Cause.QUANTITY_CANCELED, pieces=pieces)
            bench.reserved = False
        bench.attend("channel_refused:accept")
        return
    bench.attend(f"channel_refused:{command.call}", command.target)


def _report_stock(bench: Workbench, command: c.ReportStock) -> None:
    bench.attend(f"stock_{command.word.value}")


def _confirm_booking(bench: Workbench, command: c.ConfirmBooking) -> None:
    known_package(bench, command.package_id, *PackageStatus)
    package = bench.package(command.package_id)
    bench.put(replace(package, reference=command.reference or package.reference))
    if command.tracking_number and package.status is not PackageStatus.CANCELED:
        bench.set_tracking(package.id, command.tracking_number, command.carrier)
    bench.note(f"package/{package.id}", "applied", "booked")


_APPLY: dict[type, Callable[[Workbench, Any], None]] = {
    c.Release: _release,
    c.Accept: _accept,
    c.Refuse: _refuse,
    c.Cancel: _cancel,
    c.CancelLines: cancel_lines,
    c.ReadyToShip: ready_to_ship,
    c.Ship: ship,
    c.ChangeTracking: change_tracking,
    c.CancelPackage: cancel_package,
    c.MarkDelivered: mark_delivered,
    c.MarkPaid: mark_paid,
    c.MarkPaymentFailed: mark_payment_failed,
    c.CreatePaymentLink: _payment_link,
    c.RefundAmount: refund_amount,
    c.RefundProducts: refund_products,
    c.RequestRefund: request_refund,
    c.RejectRefund: reject_refund,
    c.RequestReturn: request_return,
    c.AcceptReturn: accept_return,
    c.RejectReturn: reject_return,
    c.ReceiveReturn: receive_return,
    c.RestockReturn: restock_return,
    c.WriteOffReturn: write_off_return,
    c.AbandonReturn: abandon_return,
    c.PreparePickup: _prepare_pickup,
    c.ReadyForPickup: _ready_for_pickup,
    c.Collect: _collect,
    c.CancelPickup: _cancel_pickup,
    c.AcceptCancellation: _accept_cancellation,
    c.RejectCancellation: _reject_cancellation,
    c.AddLine: add_line,
    c.ChangeQuantity: change_quantity,
    c.ChangeAddress: change_address,
    c.ClearAttention: _clear_attention,
    c.Resend: _resend,
    c.ConfirmCall: _confirm_call,
    c.FailCall: _fail_call,
    c.ReportStock: _report_stock,
    c.ConfirmBooking: _confirm_booking,
}
