"""Commands about money. No command brings what was refunded above what was paid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from shared.orders import commands as c
from shared.orders.apply_money import enter_return, is_fully_refunded, settle_open_refunds
from shared.orders.captures import add_to_word_capture, capture_open
from shared.orders.effects import Cause
from shared.orders.facts import PaymentWord, RefundWord, Restock
from shared.orders.model import Refund, Transaction
from shared.orders.money import in_currency
from shared.orders.refusal import RefusalError
from shared.orders.workbench import Workbench

_ZERO = Decimal(0)


def mark_paid(bench: Workbench, command: c.MarkPaid) -> None:
    """Record a payment, of all that is open where no amount is given."""
    known = [entry for entry in bench.transactions if entry.id and entry.id == command.transaction_id]
    if any(entry.kind == "capture" for entry in known):
        bench.note("payment", "duplicate", "paid")
        return
    amount = command.amount
    if amount is not None:
        _check_amount(bench, amount)
    if command.transaction_id:
        missing = max((bench.total or _ZERO) - bench.paid(), _ZERO)
        paid = missing if amount is None else amount
        bench.transactions.append(
            Transaction(command.transaction_id, "capture", paid, bench.now, command.method)
        )
    elif amount is not None:
        add_to_word_capture(bench, amount, method=command.method)
    else:
        capture_open(bench, method=command.method)
    bench.payment_word, bench.payment_word_at = PaymentWord.PAID, bench.now
    bench.note("payment", "applied", "paid")


def mark_payment_failed(bench: Workbench, command: c.MarkPaymentFailed) -> None:
    """Record that the payment failed."""
    if command.transaction_id:
        bench.transactions.append(Transaction(command.transaction_id, "fail", _ZERO, bench.now))
    bench.payment_word, bench.payment_word_at = PaymentWord.FAILED, bench.now
    bench.note("payment", "applied", "failed")


def _check_amount(bench: Workbench, amount: Decimal) -> None:
    if amount <= 0 or in_currency(amount, bench.currency) != amount:
        raise RefusalError("invalid_amount")


def refund_amount(bench: Workbench, command: c.RefundAmount) -> None:
    """Give money back; goods and status stay."""
    if not _is_known(bench, command.refund_id):
        _record(bench, command.amount, (), command.refund_id, command.answers, command.reason)


def refund_products(bench: Workbench, command: c.RefundProducts) -> None:
    """Give money back for pieces: canceled where they never left, a return where they are restocked."""
    if _is_known(bench, command.refund_id):
        return
    wanted: dict[str, int] = {}
    for line_id, pieces, _ in command.lines:
        if line_id not in bench.lines:
            raise RefusalError("unknown_line")
        if pieces < 1:
            raise RefusalError("invalid_quantity")
        wanted[line_id] = wanted.get(line_id, 0) + pieces
    for line_id, pieces in wanted.items():
        if pieces > bench.lines[line_id].ordered - bench.refunded_pieces(line_id):
            raise RefusalError("invalid_quantity")
    if not wanted or command.shipping < 0 or command.fees < 0:
        raise RefusalError("invalid_quantity" if not wanted else "invalid_amount")
    for line_id, pieces, restock in command.lines:
        line = bench.lines[line_id]
        if restock is Restock.CANCEL and pieces > line.unrefunded + line.live - bench.handed_over(line_id):
            raise RefusalError("invalid_quantity")
    amount = command.amount if command.amount is not None else _price(bench, wanted) + command.shipping
    if command.amount is None:
        amount += command.fees
    refund_id = _record(bench, amount, command.lines, command.refund_id, command.answers, command.reason)
    for line_id, pieces, restock in command.lines:
        _move_goods(bench, refund_id, line_id, pieces, restock)


def _price(bench: Workbench, wanted: dict[str, int]) -> Decimal:
    price = _ZERO
    for line_id, pieces in wanted.items():
        unit = bench.lines[line_id].unit_price
        if unit is None:
            raise RefusalError("missing_field:amount")
        price += unit * pieces
    return in_currency(price, bench.currency)


def _is_known(bench: Workbench, refund_id: str) -> bool:
    if refund_id and any(
        refund_id in (entry.id, entry.external_id) and entry.word is RefundWord.RECORDED
        for entry in bench.refunds
    ):
        bench.note(f"refund/{refund_id}", "duplicate")
        return True
    return False


def _record(
    bench: Workbench,
    amount: Decimal,
    lines: tuple[tuple[str, int, Restock], ...],
    refund_id: str,
    answers: str,
    reason: str,
) -> str:
    _check_amount(bench, amount)
    if amount > bench.paid() - bench.refunded():
        raise RefusalError("refund_exceeds_paid")
    if answers and not any(entry.id == answers for entry in bench.refunds):
        raise RefusalError("unknown_refund")
    identity = refund_id or bench.refunds.free_id(f"own-{bench.version}")
    refund = Refund(identity, RefundWord.RECORDED, amount, lines, occurred_at=bench.now)
    place = bench.refunds.place_of(identity)
    if place is None:
        bench.refunds.append(refund)
        settle_open_refunds(bench, amount, answers)
    else:
        _record_in_place(bench, place, refund, answers)
    data = (("amount", str(amount)), *((("reason", reason),) if reason else ()))
    bench.cause(Cause.REFUNDED_HERE, identity, data=data)
    bench.note(f"refund/{identity}", "applied", "recorded")
    return identity


def _record_in_place(bench: Workbench, place: int, refund: Refund, answers: str) -> None:
    """Record what was requested, due or rejected under the same id: it stays one refund, there as well.

    What is left of a due is due under an id of its own.
    """
    known = bench.refunds[place]
    bench.refunds[place] = replace(refund, external_id=known.external_id)
    due = known.amount if known.word is RefundWord.DUE else _ZERO
    if due > refund.amount:
        rest = Refund(bench.refunds.free_id(f"due-{bench.version}"), RefundWord.DUE, due - refund.amount)
        bench.refunds.append(rest)
    settle_open_refunds(bench, max(refund.amount - due, _ZERO), answers)


def _move_goods(bench: Workbench, refund_id: str, line_id: str, pieces: int, restock: Restock) -> None:
    """Refund first what is out of the house, then what was canceled unrefunded; cancel the rest."""
    if restock is Restock.RETURN:
        pieces -= enter_return(bench, f"refund-{refund_id}", line_id, pieces)
    elif restock is Restock.NONE:
        pieces -= min(pieces, bench.out_of_house(line_id))
    line = bench.lines[line_id]
    explained = min(pieces, line.unrefunded)
    if explained:
        bench.lines[line_id] = replace(line, unrefunded=line.unrefunded - explained)
    pieces -= explained
    free = bench.open(line_id)
    if free < pieces:
        free += bench.take_from_ready(line_id, pieces - free)
    bench.cancel_pieces(line_id, min(pieces, free), refunded=True)


def request_refund(bench: Workbench, command: c.RequestRefund) -> None:
    """Ask the channel to refund."""
    _check_amount(bench, command.amount)
    if command.amount > bench.paid() - bench.refunded():
        raise RefusalError("refund_exceeds_paid")
    if is_fully_refunded(bench):
        raise RefusalError("refund_exceeds_paid")
    identity = command.refund_id or bench.refunds.free_id(f"own-{bench.version}")
    if any(identity in (entry.id, entry.external_id) for entry in bench.refunds):
        bench.note(f"refund/{identity}", "duplicate")
        return
    bench.refunds.append(Refund(identity, RefundWord.REQUESTED, command.amount, occurred_at=bench.now))
    bench.cause(Cause.REFUND_REQUESTED_HERE, identity, data=(("amount", str(command.amount)),))
    bench.note(f"refund/{identity}", "applied", "requested")


def reject_refund(bench: Workbench, command: c.RejectRefund) -> None:
    """Reject what was requested, or withdraw what was due."""
    for index, entry in enumerate(bench.refunds):
        if entry.id == command.refund_id:
            if entry.word not in (RefundWord.REQUESTED, RefundWord.DUE):
                raise RefusalError("illegal_transition")
            bench.refunds[index] = replace(entry, word=RefundWord.REJECTED)
            if entry.word is RefundWord.REQUESTED:
                bench.cause(Cause.REFUND_REJECTED_HERE, entry.id)
            bench.note(f"refund/{entry.id}", "applied", "rejected")
            return
    raise RefusalError("unknown_refund")
