"""Delete the labels of an order's parcels with its customer: they name them."""

from __future__ import annotations

from shared.orders.model import Order
from shared.usecases.inbox_desk import InboxDesk


def forget_labels(order: Order | None, desk: InboxDesk) -> None:
    """Delete the labels of an order; nothing happens where there are none.

    Before the erasure is stored: a run that ends between the two leaves an order that is still to be erased.
    """
    if order is not None and desk.labels is not None:
        desk.labels.forget(order.id, [package.id for package in order.packages])
