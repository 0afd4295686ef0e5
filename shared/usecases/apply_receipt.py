"""Apply a received document: raw bytes to reports, each report to its order.

Pure reading first (strict JSON, the adapter's mapping), then one input per report. A document
that cannot be used is quarantined with its reason, one that is about something else is ignored;
both are stored and listed like any other outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from shared.adapters import mapping_of, signature_of
from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.connections.store import ConnectionStore
from shared.orders.apply_customer import forgotten
from shared.orders.changes import Change, Input, Outcome
from shared.orders.facts import Report, is_additive
from shared.orders.keys import input_key
from shared.orders.model import connection_of
from shared.orders.model import order_id as make_order_id
from shared.orders.values import value
from shared.storage import keys
from shared.storage.copies import Copies, Copy, Standing
from shared.storage.labels import Labels
from shared.storage.orders_table import StoreBusyError, Stored
from shared.storage.parked_inputs import ParkedInput
from shared.storage.store import OrderStore
from shared.usecases.apply_input import Applied, apply_input
from shared.usecases.translate_copy import translate
from shared.wire.errors import IrrelevantError, SignalError, UnusableError
from shared.wire.parts import check_parts
from shared.wire.receipts import Receipt
from shared.wire.strict_json import parse

if TYPE_CHECKING:
    from shared.orders.model import Order

CREATE_REFUSED = "channel_refused:create"
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class FailedInputs(Protocol):
    """What failed to the end, by the order that it names."""

    def forget_failed(self, connection: str, entity: str) -> None:
        """Delete what failed about an order, known by its channel's own id."""


class Questions(Protocol):
    """Where it is asked for what has to be read at a channel."""

    def ask_order(self, connection: str, order_id: str) -> None:
        """Ask for one order, by the channel's own id. Raises where the question was not taken."""


@value(frozen=True, slots=True, kw_only=True)
class InboxDesk:
    """What applying needs: where orders and connections are, the clock, and how to wait.

    ``copies``, ``questions`` and ``states`` may be None where no documents of channels are applied,
    ``labels`` and ``failed`` where no customer is erased. ``is_deleted``: whether a connection's channel has
    deleted a customer's account.
    """

    store: OrderStore
    connections: ConnectionStore
    now: Callable[[], datetime]
    pause: Callable[[int], None]
    copies: Copies | None = None
    questions: Questions | None = None
    states: ConnectionStates | None = None
    labels: Labels | None = None
    failed: FailedInputs | None = None
    is_deleted: Callable[[str, str], bool] | None = None


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
        return _apply_scan(entry, report, receipt_id, desk, parked_pk)
    if desk.copies is not None and connection.settings.is_back_office:
        applied = _apply_copy(entry, report, receipt_id, desk, parked_pk)
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
        complete=lambda change: _without_deleted(change, connection.id, desk),
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


def _apply_scan(entry: Input, report: Report, receipt_id: str, desk: InboxDesk, parked_pk: str) -> Applied:
    orders = desk.store.orders_of_parcel(report.tracking_number)
    if not orders:
        if parked_pk:
            return Applied(outcome=Outcome.PARKED, reason="unknown_parcel", order_id="")
        pk = keys.tracking_pk(report.tracking_number)
        stored = desk.store.park(pk, keys.PARCEL, entry, receipt_id=receipt_id)
        if stored is Stored.YES:
            return Applied(outcome=Outcome.PARKED, reason="unknown_parcel", order_id="")
        if stored is Stored.REPEATED:
            desk.store.note_repeat(pk, keys.parked_sk(entry.key), desk.now())
            return Applied(outcome=Outcome.IGNORED, reason="duplicate", order_id="", repeated=True)
        # The parcel became known in this very moment.
        orders = desk.store.orders_of_parcel(report.tracking_number)
        if not orders:
            raise StoreBusyError("the parcel is being written")
    order_id = orders[0] if len(orders) == 1 else _owner_of(orders, report, desk)
    owner = desk.connections.get(connection_of(order_id))
    return apply_input(
        order_id,
        entry,
        rules=owner.rules(),
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
        receipt_id=receipt_id,
        parked_pk=parked_pk,
    )


def _apply_copy(
    entry: Input, report: Report, receipt_id: str, desk: InboxDesk, parked_pk: str
) -> Applied | None:
    """Tell what a back-office shop says of a copy to the order that it stands for; None: it is no copy."""
    assert desk.copies is not None  # noqa: S101  looked at by the caller
    copy_id = make_order_id(entry.connection, report.order_external_id)
    standing = desk.copies.standing_of(
        copy_id, report.source_order, lambda: _is_created(report.source_order, entry.connection, desk)
    )
    if standing is Standing.OWN:
        return None
    if standing is Standing.AWAITED:
        # The shop tells of an order that we have just made, before its answer is stored.
        if parked_pk:
            return Applied(outcome=Outcome.PARKED, reason="unknown_copy", order_id="")
        stored = desk.store.park(keys.order_pk(copy_id), keys.SOURCE, entry, receipt_id=receipt_id)
        if stored is Stored.YES:
            return Applied(outcome=Outcome.PARKED, reason="unknown_copy", order_id="")
        if stored is Stored.REPEATED:
            desk.store.note_repeat(keys.order_pk(copy_id), keys.parked_sk(entry.key), desk.now())
            return Applied(outcome=Outcome.IGNORED, reason="duplicate", order_id="", repeated=True)
        standing = desk.copies.source_of(copy_id) or standing
    if isinstance(standing, Standing):
        raise StoreBusyError("the copy is being written")
    return _apply_to_source(entry, report, standing, receipt_id, desk, parked_pk)


def _apply_to_source(
    entry: Input, report: Report, copy: Copy, receipt_id: str, desk: InboxDesk, parked_pk: str
) -> Applied:
    translated = translate(report, copy, entry.connection)
    return apply_input(
        copy.source,
        replace(entry, report=translated),
        rules=desk.connections.get(connection_of(copy.source)).rules(),
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
        receipt_id=receipt_id,
        parked_pk=parked_pk,
    )


def _is_created(source: str, shop: str, desk: InboxDesk) -> bool:
    """True where the named order is created in this shop: anybody can write its id into an order.

    Not where the shop refused that for good and nobody asked again: what names it would wait for ever.
    """
    order = desk.store.read(source).order
    if order is None:
        return False
    create = f"channel/create/{shop}"
    is_asked_again = any(key.startswith(f"{create}@") for key in order.owed)
    is_refused = any(entry.code == CREATE_REFUSED for entry in order.attention)
    return create in order.owed and (is_asked_again or not is_refused)


def _owner_of(orders: tuple[str, ...], report: Report, desk: InboxDesk) -> str:
    """Return the order whose parcel a re-used tracking number means: the last one shipped before the scan."""
    number = keys.tracking_pk(report.tracking_number)
    candidates: list[tuple[bool, datetime, str]] = []
    for order_id in orders:
        order = desk.store.read(order_id).order
        for package in order.packages if order else ():
            if package.tracking_number and keys.tracking_pk(package.tracking_number) == number:
                shipped = package.told_at or EARLIEST
                before = report.source_time is None or shipped <= report.source_time
                candidates.append((before, shipped, order_id))
    return max(candidates)[2] if candidates else orders[-1]


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
