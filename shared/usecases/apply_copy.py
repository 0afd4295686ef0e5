"""Apply what a back-office shop says of its copy to the order that the copy stands for."""

from __future__ import annotations

from dataclasses import replace

from shared.orders.changes import Input, Outcome
from shared.orders.facts import Report
from shared.orders.model import connection_of
from shared.orders.model import order_id as make_order_id
from shared.storage import keys
from shared.storage.copies import Copy, Standing
from shared.storage.orders_table import StoreBusyError
from shared.usecases.apply_input import Applied, apply_input
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.park_input import park_input
from shared.usecases.translate_copy import translate

CREATE_REFUSED = "channel_refused:create"


def apply_copy(
    entry: Input, report: Report, receipt_id: str, desk: InboxDesk, parked_pk: str
) -> Applied | None:
    """Tell what a back-office shop says of a copy to the order that it stands for; None: it is no copy.

    Raises StoreBusyError, LostRaceError, UnknownConnectionError.
    """
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
        pk = keys.order_pk(copy_id)
        parked = park_input(entry, pk, keys.SOURCE, "unknown_copy", receipt_id=receipt_id, desk=desk)
        if parked is not None:
            return parked
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
