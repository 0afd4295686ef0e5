"""From an owed effect and the order as it stands to the call that its channel gets. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shared.carriers.detect import carrier_named, chosen, detect
from shared.connections.model import Connection
from shared.orders.effects import subject_of
from shared.orders.facts import LineSeen, Restock
from shared.orders.model import Order, Package, external_id_of
from shared.orders.statuses import PackageStatus
from shared.orders.workbench import HANDED_OVER
from shared.storage.copies import Copy
from shared.storage.store import FullOrder
from shared.usecases.channel_codes import carrier_code, reason_code
from shared.wire.calls import Call, Money, Parcel, Piece
from shared.wire.capabilities import Capabilities


class NothingToTellError(Exception):
    """The call has no object any more, or its channel cannot express it. ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An effect of kind *channel*, taken apart. ``target`` is a package, refund, return or connection."""

    name: str
    target: str
    data: Mapping[str, str]
    first_key: str  # of a resent effect: the key it was first owed under


def read_owed(effect_key: str, data: Mapping[str, str], known: Container[str]) -> Owed:
    """Return what ``channel/name/target@version`` means; a resend means what it repeats.

    ``known`` are the ids that targets of its order may be.
    """
    first = data.get("resend", "") or effect_key
    _, _, rest = first.partition("/")
    name, _, target = rest.partition("/")
    return Owed(name=name, target=subject_of(target, known), data=data, first_key=first)


def reference_of(order_id: str, owed: Owed) -> str:
    """Return our reference of a call: the same however often it is made, 32 hex digits."""
    return hashlib.sha256(f"{order_id}/{owed.first_key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All that a call is made of: the order, whom it goes to, and what that one can express."""

    full: FullOrder
    owed: Owed
    connection: Connection  # that is told: the order's own, or a back-office shop
    capabilities: Capabilities
    carriers: Mapping[str, str]  # the adapter's: our carrier -> the channel's code
    since: datetime  # when the change that owes the call was made, UTC
    own_reasons: Mapping[str, Container[str]]  # the adapter's: the channel's codes, for each call
    copy: Copy | None = None  # of the order in the shop that is told


def build_call(telling: Telling) -> Call:
    """Return the call. Raises NothingToTellError."""
    build = _BUILDERS.get(telling.owed.name, _plain)
    return build(telling)


def _call(telling: Telling, pieces: Iterable[Piece] = (), **details: object) -> Call:
    order, owed = telling.full.order, telling.owed
    is_own = telling.connection.id == order.connection
    copy = telling.copy.order if telling.copy else ""
    reason = owed.data.get("reason", "")
    return Call(
        name=owed.name,
        order_id=order.external_id if is_own else external_id_of(copy) if copy else "",
        reference=reference_of(order.id, owed),
        number=telling.full.seen.number if telling.full.seen else order.external_id,
        target="" if owed.target == telling.connection.id else owed.target,
        pieces=tuple(pieces),
        reason=reason,
        reason_code=reason_code(owed.name, reason, telling.connection.settings.reasons, telling.own_reasons),
        answer=owed.data.get("answer", ""),
        **details,  # type: ignore[arg-type]
    )


def _plain(telling: Telling) -> Call:
    return _call(telling)


def _every_line(telling: Telling) -> Call:
    """Accept, refuse, cancel: all lines with what was ordered of them."""
    order = telling.full.order
    live = telling.owed.name == "accept"
    quantities = [(line.id, line.live if live else line.ordered) for line in order.lines]
    return _call(telling, _pieces(telling, quantities))


def _cancel(telling: Telling) -> Call:
    """Cancel: the order itself, or its copy in a back-office shop."""
    order = telling.full.order
    if telling.connection.id == order.connection:
        return _every_line(telling)
    if telling.copy is None:
        raise NothingToTellError("no_copy")
    return _call(telling)


def _cancel_lines(telling: Telling) -> Call:
    quantities = [
        (line.id, int(telling.owed.data[line.id]))
        for line in telling.full.order.lines
        if line.id in telling.owed.data
    ]
    if not quantities:
        raise NothingToTellError("nothing_canceled")
    totals = telling.owed.data
    pieces = [
        replace(piece, canceled=int(totals[f"total:{piece.line_id}"]))
        if f"total:{piece.line_id}" in totals
        else piece
        for piece in _pieces(telling, quantities)
    ]
    return _call(telling, pieces)


def _package(telling: Telling) -> Call:
    package = _package_of(telling.full.order, telling.owed.target)
    name = telling.owed.name
    if name == "cancel_shipment":
        if not package.external_ids:
            raise NothingToTellError("unknown_to_channel")
    elif package.status is PackageStatus.CANCELED:
        raise NothingToTellError("package_canceled")
    contents = package.contents
    rest = _is_rest(telling.full.order)
    if name == "ship" and not telling.capabilities.splits:
        if not rest:
            # This channel knows one package an order: it hears of all when no rest is left.
            raise NothingToTellError("degraded:no_split")
        contents = _all_handed_over(telling.full.order)
    carrier = _carrier_of(telling, package)
    parcel = Parcel(
        id=package.id,
        external_ids=package.external_ids,
        tracking_number=package.tracking_number,
        carrier=carrier or package.carrier,
        carrier_code=carrier_code(carrier, telling.connection.settings.carriers, telling.carriers),
        tracking_url=package.tracking_url,
        shipped_at=telling.since,
    )
    return _call(telling, _pieces(telling, contents), parcel=parcel, is_rest=rest)


def _carrier_of(telling: Telling, package: Package) -> str:
    """Return our word for a package's carrier: as it was named, else what its number tells beyond doubt."""
    if package.carrier or not package.tracking_number:
        return carrier_named(package.carrier)
    customer = telling.full.customer
    address = customer.shipping if customer else None
    default = telling.connection.settings.carrier
    country = address.country if address else ""
    return chosen(detect(package.tracking_number, country=country, default=default)) or default


def _package_of(order: Order, package_id: str) -> Package:
    for package in order.packages:
        if package.id == package_id:
            return package
    raise NothingToTellError("unknown_package")


def _is_rest(order: Order) -> bool:
    """True where every live piece is handed over: the channel may close the order's shipping."""
    over = dict(_all_handed_over(order))
    return all(over.get(line.id, 0) >= line.live for line in order.lines)


def _all_handed_over(order: Order) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for package in order.packages:
        if package.status in HANDED_OVER:
            for line_id, pieces in package.contents:
                found[line_id] = found.get(line_id, 0) + pieces
    return tuple(found.items())


def _refund(telling: Telling) -> Call:
    order, owed = telling.full.order, telling.owed
    entry = next((refund for refund in order.refunds if refund.id == owed.target), None)
    if entry is None:
        raise NothingToTellError("unknown_refund")
    others = tuple(refund.external_id or refund.id for refund in order.refunds if refund.id != entry.id)
    money = Money(id=entry.id, amount=entry.amount, currency=order.currency, others=others)
    prices = {line.id: line.unit_price for line in order.lines}
    pieces = [
        Piece(
            line_id=line_id,
            quantity=count,
            sku=_skus(telling).get(line_id, ""),
            restock=restock,
            amount=_worth(prices.get(line_id), count),
        )
        for line_id, count, restock in entry.lines
    ]
    return _call(telling, pieces, money=money)


def _worth(price: Decimal | None, count: int) -> Decimal | None:
    return None if price is None else price * count


def _answer_return(telling: Telling) -> Call:
    lines = [
        (entry.line_id, entry.quantity)
        for entry in telling.full.order.returns
        if entry.id == telling.owed.target
    ]
    return _call(telling, _pieces(telling, lines))


def _create(telling: Telling) -> Call:
    """An order in a back-office shop: every live line under the SKU by which the shop knows it."""
    full = telling.full
    if full.seen is None or full.customer is None:
        raise NothingToTellError("erased" if full.order.erased else "no_document")
    known = telling.connection.settings.skus
    lines: dict[str, LineSeen] = {line.external_id: line for line in full.seen.lines}
    pieces = [
        Piece(line_id=line.id, quantity=line.live, sku=known.get(sku, sku), amount=line.unit_price)
        for line in full.order.lines
        if line.live
        for sku in [lines[line.id].sku if line.id in lines else ""]
    ]
    return _call(telling, pieces, order=full.seen, customer=full.customer, source_order=full.order.id)


def _pieces(telling: Telling, quantities: Iterable[tuple[str, int]]) -> list[Piece]:
    skus = _skus(telling)
    return [
        Piece(line_id=line_id, quantity=count, sku=skus.get(line_id, ""), restock=Restock.NONE)
        for line_id, count in quantities
        if count
    ]


def _skus(telling: Telling) -> dict[str, str]:
    seen = telling.full.seen
    return {line.external_id: line.sku for line in seen.lines} if seen else {}


_BUILDERS: dict[str, Callable[[Telling], Call]] = {
    "accept": _every_line,
    "refuse": _every_line,
    "cancel": _cancel,
    "cancel_lines": _cancel_lines,
    "ship": _package,
    "ready": _package,
    "tracking": _package,
    "cancel_shipment": _package,
    "delivered": _package,
    "at_pickup_point": _package,
    "refund": _refund,
    "request_refund": _refund,
    "reject_refund": _refund,
    "answer_return": _answer_return,
    "create": _create,
}
