"""Apply a received document: raw bytes to reports, each report to its order.

Pure reading first (strict JSON, the adapter's mapping), then one input per report. A document
that cannot be used is quarantined with its reason, one that is about something else is ignored;
both are stored and listed like any other outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from shared.adapters import mapping_of, signature_of
from shared.connections.model import Connection
from shared.orders.apply_customer import forgotten
from shared.orders.changes import Change, Input, Outcome
from shared.orders.facts import Report, is_additive
from shared.orders.keys import input_key
from shared.orders.model import order_id as make_order_id
from shared.storage import keys
from shared.storage.orders_table import Stored
from shared.storage.parked_inputs import ParkedInput
from shared.usecases.apply_copy import apply_copy
from shared.usecases.apply_input import Applied, apply_input
from shared.usecases.apply_scan import apply_scan
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.keep_lines import keep_lines
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.parts import check_parts
from shared.wire.receipts import Receipt
from shared.wire.strict_json import parse

if TYPE_CHECKING:
    from shared.orders.model import Order


def apply_receipt(receipt: Receipt, body: bytes, desk: InboxDesk) -> list[Applied]:
    """Apply all that one document says; one outcome per report.

    Raises UnknownConnectionError, LostRaceError, StoreBusyError: the document then comes again.
    """
    connection = desk.connections.get(receipt.connection)
    try:
        reports = read_document(receipt, body, connection)
    except UnusableError as error:
        return [record_unread(receipt, body, Outcome.QUARANTINED, error.code, desk)]
    except IrrelevantError as error:
        return [record_unread(receipt, body, Outcome.IGNORED, error.reason, desk)]
    except SignalError as signal:
        if connection.settings.api_url and desk.questions is not None:
            # Asked before it is recorded: a question asked twice does no harm, one never asked does.
            desk.questions.ask_order(connection.id, signal.order_id)
            return [record_unread(receipt, body, Outcome.IGNORED, "signal", desk)]
        return [record_unread(receipt, body, Outcome.QUARANTINED, "no_api_to_ask", desk)]
    outcomes = [
        apply_report(
            report,
            connection=connection,
            source=receipt.source,
            received_at=receipt.received_at,
            receipt_id=receipt.receipt_id,
            desk=desk,
        )
        for report in reports
    ]
    if receipt.source == "sweep" and desk.states is not None:
        missed = any(applied.outcome is Outcome.APPLIED for applied in outcomes)
        desk.states.count(connection.id, swept=1, missed=int(missed))
    return outcomes


def read_document(receipt: Receipt, body: bytes, connection: Connection) -> list[Report]:
    """Return what a document says. Raises UnusableError, IrrelevantError."""
    if receipt.media_type not in ("", signature_of(receipt.kind).MEDIA_TYPE):
        raise UnusableError("unsupported_media_type")
    document, sanitized = parse(body)
    reports = mapping_of(receipt.kind).normalize(
        document, topic=receipt.topic, reading=connection.reading(receipt.received_at)
    )
    for report in reports:
        check_parts(report)
    if not sanitized:
        return reports
    return [_with_flag(report, "sanitized") for report in reports]


def apply_report(
    report: Report,
    *,
    connection: Connection,
    source: str,
    received_at: datetime,
    desk: InboxDesk,
    receipt_id: str = "",
    parked: ParkedInput | None = None,
) -> Applied:
    """Apply what was reported of one order, or of one parcel to the order that it belongs to."""
    entry = Input(
        key=parked.key if parked else input_key(connection.id, report),
        connection=connection.id,
        source=source,
        actor=connection.id,
        received_at=received_at,
        report=report,
        repeats=parked.repeats if parked else 0,
    )
    parked_pk = parked.pk if parked else ""
    if report.tracking_number and not report.order_external_id:
        return apply_scan(entry, report, receipt_id, desk, parked_pk)
    if desk.copies is not None and connection.settings.is_back_office:
        applied = apply_copy(entry, report, receipt_id, desk, parked_pk)
        if applied is not None:
            return applied
    return apply_input(
        make_order_id(connection.id, report.order_external_id),
        entry,
        key_of=None if parked or _has_own_time(report) else _key_after(connection.id, report),
        rules=connection.rules(),
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
        receipt_id=receipt_id,
        parked_pk=parked_pk,
        complete=lambda change: keep_lines(_without_deleted(change, connection.id, desk), desk.store),
    )


def _without_deleted(change: Change, connection: str, desk: InboxDesk) -> Change:
    # A document may have been read before an account was deleted, and be stored after it.
    account = change.customer.account if change.customer is not None else ""
    if not account or desk.is_deleted is None or not desk.is_deleted(connection, account):
        return change
    return forgotten(change)


def apply_parked(parked: ParkedInput, desk: InboxDesk) -> Applied:
    """Apply an input that waited for its order or parcel; it stays parked if that is still unknown."""
    return apply_report(
        parked.report,
        connection=desk.connections.get(parked.connection),
        source=parked.source,
        received_at=parked.received_at,
        receipt_id=parked.receipt_id,
        desk=desk,
        parked=parked,
    )


def _has_own_time(report: Report) -> bool:
    timed = report.source_time is not None or report.sequence is not None
    return timed or all(is_additive(fact) for fact in report.facts)


def _key_after(connection: str, report: Report) -> Callable[[Order | None], str]:
    # Without a time of its own a document is told apart by what was seen before it: A, B, A are three.
    def key(order: Order | None) -> str:
        return input_key(connection, report, order.snapshot_hash if order else "")

    return key


def _with_flag(report: Report, flag: str) -> Report:
    return replace(report, flags=(*report.flags, flag))


def record_unread(receipt: Receipt, body: bytes, outcome: Outcome, reason: str, desk: InboxDesk) -> Applied:
    """Keep the outcome of a document that is about no order, once; its content is not kept."""
    digest = hashlib.sha256(receipt.connection.encode() + b"\0" + receipt.topic.encode() + b"\0" + body)
    entry = Input(
        key=digest.hexdigest()[:32],
        connection=receipt.connection,
        source=receipt.source,
        actor=receipt.connection,
        received_at=receipt.received_at,
    )
    pk = keys.connection_pk(receipt.connection)
    change = Change(outcome=outcome, reason=reason)
    stored = desk.store.record(pk, entry, change, receipt_id=receipt.receipt_id)
    if stored is Stored.REPEATED:
        desk.store.note_repeat(pk, keys.input_sk(entry.key), desk.now())
    return Applied(
        outcome=outcome, reason=reason, order_id="", change=change, repeated=stored is Stored.REPEATED
    )
