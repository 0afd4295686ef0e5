"""Ask a carrier to tell of a parcel: subscribe to it, or read how it stands.

What a carrier answers at once goes into the inbox like anything that it pushes. Nothing waits in the queue:
what failed stays owed, and the sweeper brings it again, so that no order's booking stands behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from shared.adapters import capabilities_of, follow_of, signature_of
from shared.carriers.detect import carrier_named, chosen, detect
from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection, Settings
from shared.orders.model import Package
from shared.orders.statuses import PackageStatus
from shared.storage.records import EffectMessage, EffectState
from shared.usecases.guard_adapter import guarded
from shared.usecases.owed_work import Work, WorkDesk, WorkDone, take
from shared.usecases.receive_webhook import SPILL_BYTES
from shared.wire.api import Api
from shared.wire.follow import Followed
from shared.wire.polls import Polled
from shared.wire.receipts import Receipt

_OVER = frozenset({PackageStatus.DELIVERED, PackageStatus.RETURNED, PackageStatus.CANCELED})
_RETRY = timedelta(minutes=5)


class Inbox(Protocol):
    """Where received documents wait."""

    def put_many(self, receipts: Sequence[tuple[Receipt, str]]) -> None:
        """Store documents, each in its group. Raises InboxUnavailableError."""

    def spill(self, receipt_id: str, body: bytes) -> str:
        """Store a large body apart and return where. Raises InboxUnavailableError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowDesk(WorkDesk):
    """What following needs besides. ``api`` opens a connection's API, ``new_id`` names a document."""

    api: Callable[[Connection], Api]
    inbox: Inbox
    new_id: Callable[[], str]


def follow_parcel(message: EffectMessage, desk: FollowDesk) -> WorkDone:
    """Do what ``message`` names, if it is still owed. Raises StoreBusyError, LostRaceError."""
    work = take(message, desk)
    if isinstance(work, WorkDone):
        return replace(work, again_after=None)
    return replace(_follow(work, desk), again_after=None)


def _follow(work: Work, desk: FollowDesk) -> WorkDone:
    order = desk.store.read(work.order_id).order
    assert order is not None  # noqa: S101  an input that owes is written with its order
    work.is_of(order)
    package = next(package for package in order.packages if package.id == work.target)
    if package.status in _OVER or not package.tracking_number:
        return work.mark(EffectState.SKIPPED, reason="over")
    try:
        settings = desk.connections(order.connection).settings
        asked = _asked(package, settings)
        if asked is None:
            return work.mark(EffectState.SKIPPED, reason="not_followed")
        tracker = desk.connections(asked)
    except UnknownConnectionError:
        return work.fail("unknown_connection")
    if not tracker.settings.api_url or capabilities_of(tracker.kind).follow_every is None:
        return work.fail("no_api")
    work.goes_to(tracker, retry=_RETRY)
    return work.carry_out(lambda: _ask(work, package.tracking_number, tracker, desk))


def _ask(work: Work, number: str, tracker: Connection, desk: FollowDesk) -> WorkDone:
    """Raises ApiError, MissingCredentialError, SecretsUnavailableError."""
    plain = "".join(number.split()).upper()
    once = f"{work.order_id}/{work.message.effect}/{work.claim.attempt}"
    reference = hashlib.sha256(once.encode()).hexdigest()[:32]
    with guarded(desk.log):
        followed = follow_of(tracker.kind).follow([plain], reference, desk.api(tracker))
    return _answered(work, plain, followed, tracker, desk)


def _answered(work: Work, number: str, followed: Followed, tracker: Connection, desk: FollowDesk) -> WorkDone:
    if number in followed.refused:
        # The number is not one of this carrier's: asking again changes nothing.
        return work.fail(followed.refused[number])
    desk.inbox.put_many([_receipt(document, tracker, desk) for document in followed.documents])
    return work.mark(EffectState.DONE)


def _receipt(document: Polled, tracker: Connection, desk: FollowDesk) -> tuple[Receipt, str]:
    receipt_id, large = desk.new_id(), len(document.body) > SPILL_BYTES
    receipt = Receipt(
        receipt_id=receipt_id,
        connection=tracker.id,
        kind=tracker.kind,
        source="poll",
        received_at=desk.now(),
        topic=document.topic,
        media_type=signature_of(tracker.kind).MEDIA_TYPE,
        body=None if large else document.body,
        spilled_to=desk.inbox.spill(receipt_id, document.body) if large else "",
    )
    group = f"{tracker.id}/{document.order_id}"
    return receipt, hashlib.sha256(group.encode()).hexdigest()[:32]


def _asked(package: Package, settings: Settings) -> str | None:
    """Return which connection is asked: that of its carrier, as far as order or number tell, else of any."""
    number = package.tracking_number
    carrier = carrier_named(package.carrier) or chosen(detect(number, default=settings.carrier))
    anybody = (kind for kind in settings.follows if capabilities_of(kind).follows_any)
    return settings.follows.get(carrier) or next((settings.follows[kind] for kind in anybody), None)
