"""Keep the texts of lines that a newer document does not name: their pieces have still to be moved."""

from __future__ import annotations

from dataclasses import replace

from shared.orders.changes import Change
from shared.storage.store import OrderStore


def keep_lines(change: Change, store: OrderStore) -> Change:
    """Return ``change`` with a document that names every line of its order, as far as one ever did.

    A channel leaves out what was taken out of the order, and never knew what the merchant has added here.
    Without its SKU a line gives nothing back to the stock. Read only where a line is missing.
    """
    seen, order = change.seen, change.order
    if seen is None or order is None or order.version == 1:
        return change
    named = {line.external_id for line in seen.lines}
    missing = {line.id: line for line in order.lines if line.id not in named}
    # Read after the head: if it changes in between, so has the head, and the write fails.
    full = store.read_full(order.id) if missing else None
    if full is None or full.seen is None:
        return change
    kept = tuple(
        replace(line, quantity=known.ordered, canceled=known.canceled)
        for line in full.seen.lines
        if (known := missing.get(line.external_id)) is not None
    )
    return replace(change, seen=replace(seen, lines=(*seen.lines, *kept)))
