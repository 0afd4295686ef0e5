"""Facts: what a report says is never refused and never lost.

The order of application is the same for every report, whatever the order of its facts: the
document's frame, payments, how the order begins, refunds, packages, then the lines compared (what
a refund canceled is not canceled again by the lowered line), packages of all that is left, scans, returns,
and the words that end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from shared.orders.apply_customer import apply_mail, apply_privacy
from shared.orders.apply_document import (
    Freshness,
    add_lines,
    address_changed,
    address_hash,
    compare_lines,
    create_from,
    freshness,
    lines_hash,
    statuses_hash,
    update_from,
)
from shared.orders.apply_money import apply_payment, apply_refund
from shared.orders.apply_packages import apply_package
from shared.orders.apply_returns import apply_return
from shared.orders.apply_scans import apply_scan, apply_waiting_scans
from shared.orders.apply_words import BEGINNINGS, apply_word
from shared.orders.changes import Change, Effect, Input, Move, Outcome
from shared.orders.facts import (
    MailReported,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentReported,
    PrivacyAsked,
    RefundReported,
    Report,
    ReturnReported,
    StatusReported,
    StatusWord,
)
from shared.orders.model import Cursor, Order, order_id
from shared.orders.rules import Rules
from shared.orders.settle import settle
from shared.orders.statuses import Status
from shared.orders.steps import may_process, reach_waiting_shipment
from shared.orders.workbench import Workbench

_SHOWN_FLAGS = frozenset({"total_mismatch"})
_BEFORE_SHIPPED = frozenset(
    {None, Status.NEW, Status.WAITING_ACCEPTANCE, Status.ACCEPTED, Status.WAITING_SHIPMENT}
)


class _Sorted:
    """The facts of one report by kind."""

    __slots__ = ("mails", "packages", "payments", "privacy", "refunds", "returns", "scans", "seen", "words")

    def __init__(self, facts: Iterable[object]) -> None:
        self.seen: OrderSeen | None = None
        self.words: list[StatusReported] = []
        self.payments: list[PaymentReported] = []
        self.refunds: list[RefundReported] = []
        self.packages: list[PackageReported] = []
        self.scans: list[ParcelScanned] = []
        self.returns: list[ReturnReported] = []
        self.mails: list[MailReported] = []
        self.privacy: list[PrivacyAsked] = []
        for fact in facts:
            if isinstance(fact, OrderSeen):
                self.seen = fact
            elif isinstance(fact, StatusReported):
                self.words.append(fact)
            elif isinstance(fact, PaymentReported):
                self.payments.append(fact)
            elif isinstance(fact, RefundReported):
                self.refunds.append(fact)
            elif isinstance(fact, PackageReported):
                self.packages.append(fact)
            elif isinstance(fact, ParcelScanned):
                self.scans.append(fact)
            elif isinstance(fact, ReturnReported):
                self.returns.append(fact)
            elif isinstance(fact, MailReported):
                self.mails.append(fact)
            elif isinstance(fact, PrivacyAsked):
                self.privacy.append(fact)


def decide_facts(order: Order | None, given: Input, report: Report, rules: Rules, now: datetime) -> Change:
    """Return what ``report`` does to ``order``: applied, ignored, or parked where the order is not known."""
    facts = _Sorted(report.facts)
    if order is None:
        if facts.seen is None or not report.order_external_id:
            reason = "unknown_order" if report.order_external_id else "unknown_parcel"
            return Change(outcome=Outcome.PARKED, reason=reason)
        identity = order_id(given.connection, report.order_external_id)
        bench = Workbench(None, identity, rules, now, by="F", told_by=given.connection)
        _create(bench, facts, report)
    else:
        bench = Workbench(order, order.id, rules, now, by="F", told_by=given.connection)
        if given.connection == order.connection:
            _update(bench, facts, report)
        else:
            _hear_from_elsewhere(bench, facts, report)
    if not bench.applied:
        stale = any(note.outcome == "stale" for note in bench.notes)
        reason = "stale" if stale else "duplicate"
        return Change(outcome=Outcome.IGNORED, reason=reason, notes=tuple(bench.notes))
    for flag in report.flags:
        if flag in _SHOWN_FLAGS:
            bench.attend(flag)
        else:
            bench.note("document", "flag", flag)
    apply_waiting_scans(bench)
    settle(bench)
    if order is None and _is_import(bench):
        _record_as_it_stands(bench)
    return bench.change()


def _create(bench: Workbench, facts: _Sorted, report: Report) -> None:
    seen = facts.seen
    assert seen is not None  # noqa: S101 - the caller parks a report without a document
    bench.since = report.source_time
    create_from(bench, seen)
    bench.applied = True
    bench.lines_seen = Cursor(lines_hash(seen), report.source_time, report.sequence)
    bench.address_seen = Cursor("", report.source_time, report.sequence)
    _keep_document(bench, seen)
    if not bench.erased:
        bench.address_seen = replace(bench.address_seen, hash=address_hash(seen.customer))
        bench.customer = seen.customer
    said = statuses_hash(report.facts)
    if said:
        bench.statuses_seen = Cursor(said, report.source_time, report.sequence)
    bench.owe(Effect(kind="unpark", name="order"))
    _payments(bench, facts.payments, report, bare=True)
    bench.workable = not facts.words and not seen.draft
    _begin(bench, facts.words)
    _additive(bench, facts, report)
    _later_words(bench, facts.words, report, is_new=True)


def _begin(bench: Workbench, words: Iterable[StatusReported]) -> None:
    """Take the first step: T1, T2 or T3."""
    for word in words:
        if word.word in BEGINNINGS:
            apply_word(bench, word, is_new=True)
    if bench.status is not None:
        return
    if may_process(bench):
        reach_waiting_shipment(bench)
    else:
        bench.move("T1", Status.NEW)


def _update(bench: Workbench, facts: _Sorted, report: Report) -> None:
    seen = facts.seen
    lines_newer = False
    is_newer, is_new = _statuses_are_newer(bench, facts, report)
    if seen is not None:
        lines_newer = _frame(bench, seen, report)
    _payments(bench, facts.payments, report, bare=is_newer)
    if is_newer:
        bench.since = report.source_time
        for word in facts.words:
            if word.word in BEGINNINGS:
                apply_word(bench, word, is_new=is_new)
    _additive(bench, facts, report, seen if lines_newer else None)
    if is_newer:
        _later_words(bench, facts.words, report, is_new=is_new)


def _hear_from_elsewhere(bench: Workbench, facts: _Sorted, report: Report) -> None:
    """Take what a carrier or the shop behind it says: it never counts as the order's own document."""
    _additive(bench, facts, report)
    bench.since = report.source_time
    for word in facts.words:
        if word.word is StatusWord.CANCELED:
            apply_word(bench, word, is_new=bench.status is not Status.CANCELED)


def _statuses_are_newer(bench: Workbench, facts: _Sorted, report: Report) -> tuple[bool, bool]:
    """Return whether the report's words are newer than the last, and whether they are other ones."""
    said = statuses_hash(report.facts)
    if not said:
        return False, False
    fresh = freshness(bench.statuses_seen, report.source_time, report.sequence, said)
    if fresh is not Freshness.NEWER:
        bench.note("status", "duplicate" if fresh is Freshness.SAME else "stale")
        return False, False
    is_new = said != bench.statuses_seen.hash
    bench.statuses_seen = Cursor(said, report.source_time, report.sequence)
    bench.applied = True
    if bench.cancellation_answered and all(
        word.word is not StatusWord.CANCELLATION_REQUESTED for word in facts.words
    ):
        bench.cancellation_answered = False
    return True, is_new


def _frame(bench: Workbench, seen: OrderSeen, report: Report) -> bool:
    """Take over a newer document but for its known lines; True where it is newer and says something else."""
    said = lines_hash(seen)
    fresh = freshness(bench.lines_seen, report.source_time, report.sequence, said)
    changed = fresh is Freshness.NEWER and said != bench.lines_seen.hash
    if fresh is Freshness.NEWER:
        bench.lines_seen = Cursor(said, report.source_time, report.sequence)
        bench.note("document", "applied", "changed" if changed else "unchanged")
    else:
        bench.note("document", "duplicate" if fresh is Freshness.SAME else "stale")
    _address(bench, seen, report)
    if not changed:
        return False
    update_from(bench, seen)
    if seen.currency != bench.currency:
        return False
    if add_lines(bench, seen) or bench.status in _BEFORE_SHIPPED:
        # Names and prices follow the document until it is shipped.
        _keep_document(bench, seen)
    return True


def _address(bench: Workbench, seen: OrderSeen, report: Report) -> None:
    if bench.erased or seen.customer is None:
        return
    said = address_hash(seen.customer)
    before = bench.address_seen
    if freshness(before, report.source_time, report.sequence, said) is not Freshness.NEWER:
        return
    bench.address_seen = Cursor(said, report.source_time, report.sequence)
    bench.applied = True
    if said != before.hash:
        bench.customer = seen.customer
        address_changed(bench, before.hash, said)


def _keep_document(bench: Workbench, seen: OrderSeen) -> None:
    if seen.is_partial and bench.base is not None:
        return  # the one we hold may know more lines
    # Personal data has an item of its own.
    bench.seen = replace(seen, customer=None) if seen.customer is not None else seen


def _payments(bench: Workbench, payments: Iterable[PaymentReported], report: Report, *, bare: bool) -> None:
    for fact in payments:
        if fact.transaction_id or bare:
            bench.since = fact.occurred_at or report.source_time
            apply_payment(bench, fact, report.source_time)


def _additive(
    bench: Workbench, facts: _Sorted, report: Report, newer_document: OrderSeen | None = None
) -> None:
    for refund in facts.refunds:
        bench.since = refund.occurred_at or report.source_time
        apply_refund(bench, refund)
    _packages(bench, [fact for fact in facts.packages if not _takes_the_rest(fact)], report)
    bench.since = report.source_time
    if newer_document is not None and compare_lines(bench, newer_document):
        _keep_document(bench, newer_document)
    _packages(bench, [fact for fact in facts.packages if _takes_the_rest(fact)], report)
    bench.since = report.source_time
    if facts.scans:
        apply_waiting_scans(bench)
    for scan in facts.scans:
        bench.since = scan.occurred_at or report.source_time
        apply_scan(bench, scan)
    bench.since = report.source_time
    for entry in facts.returns:
        apply_return(bench, entry)
    for mail in facts.mails:
        apply_mail(bench, mail)
    for asked in facts.privacy:
        apply_privacy(bench, asked)


def _packages(bench: Workbench, packages: Iterable[PackageReported], report: Report) -> None:
    for package in packages:
        bench.since = package.occurred_at or report.source_time
        apply_package(bench, package)


def _takes_the_rest(fact: PackageReported) -> bool:
    # What is open is known when the lines have been compared: what the same document calls off was not sent.
    return fact.contents is None and fact.word is not PackageWord.CANCELED


def _later_words(bench: Workbench, words: Iterable[StatusReported], report: Report, *, is_new: bool) -> None:
    bench.since = report.source_time
    for word in words:
        if word.word not in BEGINNINGS:
            apply_word(bench, word, is_new=is_new)


def _is_import(bench: Workbench) -> bool:
    since = bench.rules.import_since
    return since is not None and bench.placed_at is not None and bench.placed_at < since


def _record_as_it_stands(bench: Workbench) -> None:
    """T4: placed before we began to follow its channel. Nothing is owed for what lies behind."""
    assert bench.status is not None  # noqa: S101 - every new order was given its first status
    bench.moves = [Move(rule="T4", source="", target=bench.status.value)]
    bench.caught_up = False
    bench.reserved = False
    bench.forget_effects()
