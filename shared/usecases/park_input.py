"""Let an input wait beside what it waits for: a parcel, or an order, that is not known yet."""

from __future__ import annotations

from shared.orders.changes import Input, Outcome
from shared.storage import keys
from shared.storage.orders_table import Stored
from shared.usecases.apply_input import Applied
from shared.usecases.inbox_desk import InboxDesk


def park_input(
    entry: Input, pk: str, waits_for: str, reason: str, *, receipt_id: str, desk: InboxDesk
) -> Applied | None:
    """Store an input under ``pk`` until the item ``waits_for`` is there; None where it is, or is written now.

    Raises StoreBusyError.
    """
    stored = desk.store.park(pk, waits_for, entry, receipt_id=receipt_id)
    if stored is Stored.YES:
        return Applied(outcome=Outcome.PARKED, reason=reason, order_id="")
    if stored is Stored.REPEATED:
        desk.store.note_repeat(pk, keys.parked_sk(entry.key), desk.now())
        return Applied(outcome=Outcome.IGNORED, reason="duplicate", order_id="", repeated=True)
    return None
