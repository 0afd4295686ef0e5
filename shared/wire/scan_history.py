"""What the history of a parcel says beyond its present status.

Webhooks come late, twice and in any order, so that what an earlier one said may be known
from the history alone. Two words of it must not be lost, because the present status does
not imply them:

* *delivered*, where a straggling scan has pushed the status back;
* *return to sender*, without which a parcel that came back would look delivered.

Other earlier scans change nothing that the present one does not change too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from shared.orders.facts import ParcelScanned, ScanStatus

KEPT = (ScanStatus.DELIVERED, ScanStatus.RETURN_TO_SENDER)

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def with_history(present: ParcelScanned, history: Iterable[ParcelScanned]) -> tuple[ParcelScanned, ...]:
    """Return ``present`` and what is kept of ``history``, oldest first.

    A present status without a time takes that of its newest scan; where there is none, it
    stays without and comes last.
    """
    newest = _newest_by_status(history)
    own = newest.pop(present.status, None)
    if present.occurred_at is None and own is not None:
        present = replace(present, occurred_at=own.occurred_at)
    kept = [newest[status] for status in KEPT if status in newest]
    # Sorting is stable: at equal times the present status stays the last.
    return tuple(
        sorted(
            [*kept, present],
            key=lambda scan: scan.occurred_at or (_LAST if scan is present else _FIRST),
        )
    )


def _newest_by_status(history: Iterable[ParcelScanned]) -> dict[ScanStatus, ParcelScanned]:
    newest: dict[ScanStatus, ParcelScanned] = {}
    for scan in history:
        known = newest.get(scan.status)
        if known is None or (scan.occurred_at or _FIRST) > (known.occurred_at or _FIRST):
            newest[scan.status] = scan
    return newest
