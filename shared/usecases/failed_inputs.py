"""What failed to the end: its outcome stands in the history, the document in the archive.

There it lies for longer than a dead letter, not longer than its customer. It is kept by the order that it
names, so that it is found without being read: nobody could read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from shared.adapters import is_carrier
from shared.orders.changes import Change, Input, Outcome
from shared.orders.model import Order, connection_of, external_id_of
from shared.orders.model import order_id as make_order_id
from shared.storage import keys
from shared.storage.orders_table import Stored
from shared.usecases.apply_input import Applied, may_keep_raw
from shared.usecases.inbox_desk import InboxDesk
from shared.wire.receipts import Receipt

REPLAYED = "replay"
FAILED_TOO_OFTEN = "failed_too_often"
_CREATE = "channel/create/"


def record_failed(receipt: Receipt, desk: InboxDesk) -> Applied:
    """Keep the outcome of a document that the queue gives up, with the order that it names, once.

    Read anew after the fault is mended it is an input with a key and an outcome of its own.
    """
    order_id = _named_by(receipt, desk)
    pk = keys.order_pk(order_id) if order_id else keys.connection_pk(receipt.connection)
    entry = Input(
        key=hashlib.sha256(f"failed\0{receipt.receipt_id}".encode()).hexdigest()[:32],
        connection=receipt.connection,
        source=receipt.source,
        actor=receipt.connection,
        received_at=receipt.received_at,
    )
    change = Change(outcome=Outcome.DEAD_LETTERED, reason=FAILED_TOO_OFTEN)
    stored = desk.store.record(pk, entry, change, order_id=order_id, receipt_id=receipt.receipt_id)
    return Applied(
        outcome=change.outcome,
        reason=change.reason,
        order_id=order_id,
        change=change,
        repeated=stored is Stored.REPEATED,
    )


def _named_by(receipt: Receipt, desk: InboxDesk) -> str:
    """Return the order that a document names without being read, a copy's own one; "" where it names none."""
    if not receipt.entity or is_carrier(receipt.kind):
        return ""
    order_id = make_order_id(receipt.connection, receipt.entity)
    copy = desk.copies.source_of(order_id) if desk.copies is not None else None
    return copy.source if copy is not None else order_id


def may_keep_failed(receipt: Receipt, desk: InboxDesk) -> bool:
    """Return whether a document that failed may lie in the archive of failed inputs.

    Not what names no order, and so could not be erased with it: such letters, and those of carriers, whose
    parcels are asked about later, end as dead letters. What is replayed lies there already.
    """
    order_id = "" if receipt.source == REPLAYED else _named_by(receipt, desk)
    return bool(order_id) and may_keep_raw(desk.store.read(order_id).order, desk.now())


def forget_failed(order_id: str, order: Order | None, desk: InboxDesk) -> None:
    """Delete what failed about an order and its copies; nothing happens where nothing did.

    Before the erasure is stored: a run that ends between the two leaves an order that is still to be erased.
    """
    if desk.failed is None:
        return
    for named in (order_id, *_copies_of(order, desk)):
        desk.failed.forget_failed(connection_of(named), external_id_of(named))


def _copies_of(order: Order | None, desk: InboxDesk) -> Iterator[str]:
    if order is None or desk.copies is None:
        return
    shops = {key.removeprefix(_CREATE).partition("@")[0] for key in order.owed if key.startswith(_CREATE)}
    for shop in sorted(shops):
        copy = desk.copies.copy_of(order.id, shop)
        if copy is not None:
            yield copy.order
