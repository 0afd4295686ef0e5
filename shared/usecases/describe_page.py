"""Describe a stored order in the words of the tracking page.

Times are those at which the hub heard of something, in the connection's zone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.connections.model import Connection
from shared.notifications.links import tracking_link
from shared.orders.allowed import why_not
from shared.orders.command_returns import returnable
from shared.orders.commands import RequestReturn
from shared.orders.facts import ScanStatus
from shared.orders.model import Order
from shared.orders.statuses import PackageStatus, Status
from shared.pages.render import Choice, Happening, ShownParcel, ShownReturn, TrackingPage
from shared.storage.records import InputRecord
from shared.storage.store import FullOrder
from shared.usecases.describe_order import branding_of, describe_order

MAX_HAPPENINGS = 20  # a parcel; the latest stay
_IS_OVER = frozenset({PackageStatus.DELIVERED, PackageStatus.RETURNED, PackageStatus.CANCELED})
_PICKUP = frozenset(
    {Status.PREPARING_PICKUP, Status.READY_FOR_PICKUP, Status.PICKED_UP, Status.PICKUP_CANCELED}
)
_OFF = frozenset({Status.CANCELED, Status.REFUSED})
# Where what is in no parcel is still to come, or to be collected.
_OPEN = frozenset(Status) - _OFF - {Status.SHIPPED, Status.CLOSED, Status.PICKED_UP, Status.PICKUP_CANCELED}
_TELL_OF_PICKUP = frozenset({"mail/ready_for_pickup", "channel/ready_for_pickup"})
# What a parcel's notes say, as keys of the page's texts. "pending" and "unknown" tell a customer nothing.
_HAPPENINGS = {
    status.value: f"scan.{status.value}"
    for status in ScanStatus
    if status not in (ScanStatus.PENDING, ScanStatus.UNKNOWN, ScanStatus.CANCELLED)
} | {status.value: f"package.{status.value}" for status in PackageStatus}
# On its way is where a parcel is; what happened is that it was handed over.
_HAPPENINGS[PackageStatus.FULFILLED.value] = "scan.picked_up"


def describe_page(
    full: FullOrder,
    connection: Connection,
    history: Sequence[InputRecord],
    *,
    chosen: Mapping[str, int] = MappingProxyType({}),
) -> TrackingPage:
    """Return what the page shows of an order; ``chosen`` are the pieces that its form last came with."""
    order = full.order
    described = describe_order("ready_for_pickup", "", full, connection, told=_told(history))
    names = {line.external_id: line.name or line.sku for line in full.seen.lines} if full.seen else {}
    return TrackingPage(
        order_number=described.order_number,
        version=order.version,
        placed_on=described.placed_on,
        is_collected=order.pickup,
        pickup=f"pickup.{order.status.value}" if order.pickup and order.status in _PICKUP else "",
        pickup_place=described.pickup_place,
        pickup_code=described.pickup_code,
        pickup_until=described.pickup_until,
        parcels=tuple(_parcels(full, connection, history)),
        waiting=tuple(_waiting(order, names)),
        is_canceled=order.status in _OFF,
        returns=tuple(
            ShownReturn(
                name=names.get(entry.line_id, ""),
                quantity=entry.quantity,
                state=f"return.{entry.word.value}",
            )
            for entry in order.returns
        ),
        choices=tuple(_choices(full, connection, names, chosen)),
    )


def _parcels(
    full: FullOrder, connection: Connection, history: Sequence[InputRecord]
) -> Iterator[ShownParcel]:
    zone = ZoneInfo(connection.settings.time_zone or "UTC")
    trusted = branding_of(connection).tracking_domains
    for package in full.order.packages:
        if not package.contents or package.status is PackageStatus.CANCELED:
            continue
        described = describe_order("shipped", package.id, full, connection)
        yield ShownParcel(
            state=f"package.{package.status.value}",
            is_over=package.status in _IS_OVER,
            carrier=described.carrier,
            tracking_number=described.tracking_number,
            url=tracking_link(described.tracking_url, trusted=trusted) or "",
            contents=tuple((line.name, line.quantity) for line in described.contents),
            history=_history(f"package/{package.id}", history, zone),
        )


def _told(history: Sequence[InputRecord]) -> Mapping[str, str]:
    """Return the place and the code of a pick-up, as the last effect that told of it has them."""
    effects = (effect for record in reversed(history) for effect in record.effects)
    return next((effect.data for effect in effects if effect.key in _TELL_OF_PICKUP and effect.data), {})


def _waiting(order: Order, names: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield what is in no parcel yet, by name with pieces: of a pick-up, all that the customer collects."""
    if order.status not in _OPEN:
        return
    packed = Counter[str]()
    for package in order.packages:
        if package.status is not PackageStatus.CANCELED:
            packed.update(dict(package.contents))
    for line in order.lines:
        left = line.live - packed[line.id]
        if left > 0 and names.get(line.id):
            yield names[line.id], left


def _history(about: str, records: Sequence[InputRecord], zone: ZoneInfo) -> tuple[Happening, ...]:
    """Return what happened to a parcel, the latest first; the same word again tells nothing new."""
    told: list[Happening] = []
    for record in records:
        for note in record.notes:
            word = _HAPPENINGS.get(note.detail)
            if note.about != about or note.outcome != "applied" or word is None:
                continue
            if not told or told[-1].word != word:
                told.append(Happening(word=word, at=record.received_at.astimezone(zone)))
    return tuple(reversed(told[-MAX_HAPPENINGS:]))


def _choices(
    full: FullOrder, connection: Connection, names: Mapping[str, str], chosen: Mapping[str, int]
) -> Iterator[Choice]:
    asked = RequestReturn(return_id="page", lines=())
    if why_not(full.order, asked, connection.rules()):
        return
    for line_id, pieces in returnable(full.order).items():
        if pieces and names.get(line_id):
            kept = min(chosen.get(line_id, 0), pieces)
            yield Choice(line_id=line_id, name=names[line_id], quantity=pieces, chosen=kept)
