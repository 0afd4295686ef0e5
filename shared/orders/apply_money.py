"""Payments and refunds, as facts: known by their own id where they have one, and never stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from shared.orders.captures import add_to_word_capture, capture_open, pays_enough
from shared.orders.effects import Cause
from shared.orders.facts import PaymentReported, PaymentWord, RefundReported, RefundWord, Restock, ReturnWord
from shared.orders.model import Refund, Return, Transaction
from shared.orders.statuses import Status
from shared.orders.workbench import Workbench

_ZERO = Decimal(0)
_BEING_WORKED_ON = frozenset(
    {Status.ACCEPTED, Status.WAITING_SHIPMENT, Status.PREPARING_PICKUP, Status.READY_FOR_PICKUP}
)
TRANSACTION_KINDS = {
    PaymentWord.AUTHORIZED: "authorize",
    PaymentWord.PAID: "capture",
    PaymentWord.PARTIALLY_PAID: "capture",
    PaymentWord.FAILED: "fail",
    PaymentWord.VOIDED: "void",
    PaymentWord.PENDING: "pending",
}


def apply_payment(bench: Workbench, fact: PaymentReported, source_time: datetime | None) -> None:
    """Apply a bare word about the money, or a transaction known by its id."""
    if fact.transaction_id:
        _apply_transaction(bench, fact)
        return
    changed = bench.payment_word is not fact.word
    _say(bench, fact.word, fact.occurred_at or source_time)
    if fact.word is PaymentWord.PAID:
        changed |= capture_open(bench)
    elif fact.word is PaymentWord.PARTIALLY_PAID and fact.amount is not None:
        more = fact.amount - bench.paid()
        if more > 0:
            add_to_word_capture(bench, more)
            changed = True
    bench.note("payment", "applied" if changed else "duplicate", fact.word.value)
    if changed:
        _look_at_loss(bench, fact.word)


def _apply_transaction(bench: Workbench, fact: PaymentReported) -> None:
    kind = TRANSACTION_KINDS[fact.word]
    if any(entry.id == fact.transaction_id and entry.kind == kind for entry in bench.transactions):
        bench.note("payment", "duplicate", fact.word.value)
        return
    amount = fact.amount
    if amount is None:
        missing = (bench.total or _ZERO) - bench.paid()
        amount = max(missing, _ZERO) if kind == "capture" else _ZERO
        if kind == "capture" and not amount:
            # Its sum is that of the word that came before it.
            amount = next((e.amount for e in bench.transactions if e.kind == kind and not e.id), _ZERO)
    if kind == "capture":
        add_to_word_capture(bench, -amount)
    bench.transactions.append(Transaction(fact.transaction_id, kind, amount, fact.occurred_at))
    _say(bench, fact.word, fact.occurred_at)
    bench.note("payment", "applied", fact.word.value)
    _look_at_loss(bench, fact.word)


def _look_at_loss(bench: Workbench, word: PaymentWord) -> None:
    """Ask for a look where an order that is being worked on has lost the money it was to be paid with."""
    lost = word in (PaymentWord.FAILED, PaymentWord.VOIDED) and bench.payment_word is word
    if lost and bench.status in _BEING_WORKED_ON and not bench.released and not pays_enough(bench):
        bench.attend("payment_lost")


def _say(bench: Workbench, word: PaymentWord, at: datetime | None) -> None:
    """Keep the last word, by its own time where both have one."""
    known = bench.payment_word_at
    if at is not None and known is not None and at < known:
        return
    bench.payment_word = word
    bench.payment_word_at = at if at is not None else known


def apply_refund(bench: Workbench, fact: RefundReported) -> None:
    """Apply a refund by its word; the same id twice is one refund."""
    about = f"refund/{fact.refund_id}"
    if fact.currency and fact.currency != bench.currency:
        bench.attend("currency_mismatch", about)
        return
    index = _find(bench, fact)
    known = bench.refunds[index] if index is not None else None
    if known is not None and (known.word is fact.word or known.word is RefundWord.RECORDED):
        if not known.external_id:
            name_refund(bench, known.id, fact.refund_id)
            bench.note(about, "applied", "confirmed")
        elif known.word is RefundWord.RECORDED and fact.word is RefundWord.REJECTED:
            bench.attend("contradiction:refund_rejected", about)
        else:
            bench.note(about, "duplicate", fact.word.value)
        return
    if fact.word is RefundWord.RECORDED:
        _record(bench, fact, index)
        return
    if known is not None and known.word is RefundWord.REJECTED:
        bench.note(about, "late", fact.word.value)
        return
    if fact.word is not RefundWord.REJECTED and is_fully_refunded(bench):
        bench.attend("refund_asked_after_full", about)
        return
    if known is not None and known.word is RefundWord.DUE and fact.word is RefundWord.REQUESTED:
        bench.note(about, "late", fact.word.value)
        return
    entry = Refund(fact.refund_id, fact.word, fact.amount, _shares(fact), fact.refund_id, fact.occurred_at)
    if index is None:
        bench.refunds.append(entry)
    else:
        bench.refunds[index] = entry
    bench.note(about, "applied", fact.word.value)


def _record(bench: Workbench, fact: RefundReported, index: int | None) -> None:
    about = f"refund/{fact.refund_id}"
    entry = Refund(
        fact.refund_id, RefundWord.RECORDED, fact.amount, _shares(fact), fact.refund_id, fact.occurred_at
    )
    if index is None:
        bench.refunds.append(entry)
    else:
        bench.refunds[index] = entry
    bench.note(about, "applied", "recorded")
    settle_open_refunds(bench, fact.amount)
    for line_id, pieces, restock in entry.lines:
        _goods_of(bench, fact.refund_id, line_id, pieces, restock)
    if bench.refunded() > bench.paid():
        bench.attend("refunded_above_paid", about)
    if fact.amount > 0:
        bench.cause(Cause.REFUNDED_THERE, fact.refund_id)


def name_refund(bench: Workbench, refund_id: str, name: str) -> None:
    """Give a refund made here its channel's name. What was entered under that name is the same refund."""
    for index in [i for i, entry in enumerate(bench.refunds) if entry.id != refund_id]:
        if name in (bench.refunds[index].id, bench.refunds[index].external_id):
            del bench.refunds[index]
            break
    for index, entry in enumerate(bench.refunds):
        if entry.id == refund_id:
            bench.refunds[index] = replace(entry, external_id=name)


def settle_open_refunds(bench: Workbench, amount: Decimal, answers: str = "") -> None:
    """Let money that went back settle what was due: the one it answers first, then the oldest."""
    if not bench.refunds.waiting:
        return
    left = amount
    dues = [entry for entry in bench.refunds if entry.word is RefundWord.DUE]
    for entry in sorted(dues, key=lambda entry: entry.id != answers):
        settled = min(left, entry.amount)
        left -= settled
        if settled == entry.amount:
            _close(bench, entry)
        elif settled:
            bench.refunds[bench.refunds.index(entry)] = replace(entry, amount=entry.amount - settled)
    full = is_fully_refunded(bench)
    for entry in list(bench.refunds):
        asked = entry.word is RefundWord.REQUESTED
        if (full and entry.word is RefundWord.DUE) or (asked and (full or entry.id == answers)):
            _close(bench, entry)


def _close(bench: Workbench, entry: Refund) -> None:
    """Take an open entry away; one the channel named stays as rejected, so that its echo opens nothing."""
    index = bench.refunds.index(entry)
    if entry.external_id:
        bench.refunds[index] = replace(entry, word=RefundWord.REJECTED)
    else:
        del bench.refunds[index]


def is_fully_refunded(bench: Workbench) -> bool:
    """True where all that was paid went back."""
    refunded = bench.refunded()
    return refunded > 0 and refunded >= bench.paid()


def _shares(fact: RefundReported) -> tuple[tuple[str, int, Restock], ...]:
    return tuple([(line.line_id, line.quantity, line.restock) for line in fact.lines])


def _find(bench: Workbench, fact: RefundReported) -> int | None:
    """Return where the refund is: by id, else one made here of the same sum that no channel has named yet.

    A channel that carries refunds out later shows ours as requested first.
    """
    known = bench.refunds.place_of(fact.refund_id)
    if known is not None and bench.refunds[known].word is RefundWord.RECORDED:
        return known
    ours = _find_ours(bench, fact) if bench.refunds.waiting else None
    return known if ours is None else ours


def _find_ours(bench: Workbench, fact: RefundReported) -> int | None:
    if fact.word not in (RefundWord.RECORDED, RefundWord.REQUESTED):
        return None
    shares = sorted((line.line_id, line.quantity) for line in fact.lines)
    for index, entry in enumerate(bench.refunds):
        if entry.word is not RefundWord.RECORDED or entry.external_id or entry.amount != fact.amount:
            continue
        if fact.word is RefundWord.REQUESTED and f"channel/refund/{entry.id}" not in bench.owed:
            continue  # its channel does not hear of it: that asks for another one
        ours = sorted((line_id, pieces) for line_id, pieces, _ in entry.lines)
        if not shares or not ours or shares == ours:
            return index
    return None


def _goods_of(bench: Workbench, refund_id: str, line_id: str, pieces: int, restock: Restock) -> None:
    """Move the goods of a refund by product. What the snapshot already canceled is not canceled again."""
    line = bench.lines.get(line_id)
    about = f"line/{line_id}"
    if line is None:
        bench.note(about, "unknown", "no such line")
        return
    if restock is Restock.NONE:
        return
    explained = min(pieces, line.unrefunded) if restock is Restock.CANCEL else 0
    if explained:
        bench.lines[line_id] = replace(line, unrefunded=line.unrefunded - explained)
        pieces -= explained
    if restock is Restock.RETURN:
        pieces -= enter_return(bench, f"refund-{refund_id}", line_id, pieces)
    if not pieces:
        return
    free = bench.open(line_id)
    if free < pieces:
        free += bench.take_from_ready(line_id, pieces - free)
    canceled = min(pieces, free)
    bench.cancel_pieces(line_id, canceled, refunded=True)
    if canceled < pieces:
        bench.attend("contradiction:canceled_after_shipping", about)


def enter_return(bench: Workbench, return_id: str, line_id: str, pieces: int) -> int:
    """Enter handed-over pieces as received and restocked; return how many there were to come back."""
    back = min(pieces, bench.out_of_house(line_id))
    if back:
        bench.returns.append(Return(return_id, line_id, back, ReturnWord.RESTOCKED))
        bench.cause(Cause.RETURN_RESTOCKED, pieces=((line_id, back),))
    return back
