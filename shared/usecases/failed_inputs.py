"""What failed to the end lies in the archive for longer than a dead letter, not longer than its customer.

It is kept by the order that it names, so that it is found without being read: nobody could read it.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared.adapters import is_carrier
from shared.orders.model import Order, connection_of, external_id_of
from shared.orders.model import order_id as make_order_id
from shared.usecases.apply_input import may_keep_raw
from shared.usecases.inbox_desk import InboxDesk
from shared.wire.receipts import Receipt

REPLAYED = "replay"
_CREATE = "channel/create/"


def may_keep_failed(receipt: Receipt, desk: InboxDesk) -> bool:
    """Return whether a document that failed may lie in the archive of failed inputs.

    Not what names no order, and so could not be erased with it: such letters, and those of carriers, whose
    parcels are asked about later, end as dead letters. What is replayed lies there already.
    """
    if not receipt.entity or receipt.source == REPLAYED or is_carrier(receipt.kind):
        return False
    order_id = make_order_id(receipt.connection, receipt.entity)
    copy = desk.copies.source_of(order_id) if desk.copies is not None else None
    order = desk.store.read(copy.source if copy is not None else order_id).order
    return may_keep_raw(order, desk.now())


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
