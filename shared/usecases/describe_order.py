"""Describe a stored order in the words of a mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from shared.carriers.detect import NAMES, carrier_named, chosen, detect
from shared.connections.model import Connection
from shared.notifications.branding import Branding
from shared.notifications.data import MailData, MailLine, MailParcel, address_lines
from shared.orders.effects import subject_of
from shared.orders.facts import OrderSeen, ReturnWord
from shared.orders.model import Order, Package, Return
from shared.storage.store import FullOrder

# Mails that name all there is to come, where they are about no parcel.
_ABOUT_THE_ORDER = frozenset({"preparing", "ready_for_pickup"})


def branding_of(connection: Connection) -> Branding:
    """Return how this connection's mails look."""
    settings = connection.settings
    return Branding(
        merchant_name=settings.sender_name or connection.name,
        colour=settings.colour,
        reply_to=settings.reply_to,
        footer=settings.footer,
        logo=settings.logo,
        legal=settings.legal,
    )


def describe_order(
    kind: str,
    target: str,
    full: FullOrder,
    connection: Connection,
    *,
    others: Collection[str] = (),
    told: Mapping[str, str] = MappingProxyType({}),
) -> MailData:
    """Return what a mail of ``kind`` says about the target of an effect.

    ``target`` is a package, refund or return id, or "", with what makes this mail another one behind it.
    ``others`` are the ids of further packages that the same mail tells of, ``told`` is what the effect itself
    says: the place and the code of a pick-up, the link of a payment.
    """
    order, seen, customer = full.order, full.seen, full.customer
    assert seen is not None  # noqa: S101  no mail is written without the order's document
    subject = subject_of(target, order.subjects)
    package = next((entry for entry in order.packages if entry.id == subject), None)
    answered = _answered(order, subject, target) if kind == "return_answer" else []
    contents = _contents(kind, subject, order, package, answered)
    address = customer.shipping if customer else None
    country = address.country if address else ""
    carrier, tracking_url = _tracking(package, country, connection)
    together = [entry for entry in order.packages if entry.id == subject or entry.id in others]
    if others:
        contents = tuple(content for entry in together for content in entry.contents)
    return MailData(
        order_number=seen.number,
        currency=order.currency,
        customer_name=customer.name if customer else "",
        placed_on=_day(seen.placed_at, connection),
        lines=_lines(seen, _ordered(seen)),
        shipping=seen.shipping_total,
        discount=seen.discount_total or None,
        tax=seen.tax_total or None,
        total=order.total,
        delivery_address=address_lines(address) if address and not order.pickup else (),
        delivery_country=country if not order.pickup else "",
        contents=_lines(seen, contents),
        partial=_is_part(kind, order, contents),
        carrier=carrier,
        tracking_number=package.tracking_number if package else "",
        tracking_url=tracking_url,
        parcels=tuple(_parcel(entry, seen, country, connection) for entry in together) if others else (),
        pickup=order.pickup,
        pickup_place=tuple([told["place"]] if told.get("place") else ()),
        pickup_code=told.get("code", ""),
        pickup_until=_day(_pickup_ends(order), connection),
        refund_follows=kind == "canceled" and order.paid > order.refunded,
        refund_amount=_refund_amount(order, subject),
        amount_due=_amount_due(order),
        payment_url=told.get("url", ""),
        return_accepted=answered[0].word is not ReturnWord.REJECTED if answered else None,
    )


def _ordered(seen: OrderSeen) -> Iterator[tuple[str, int]]:
    """Yield what was ordered, but for lines that are called off as a whole."""
    for line in seen.lines:
        if line.canceled < line.quantity:
            yield line.external_id, line.quantity


def _answered(order: Order, return_id: str, target: str) -> list[Return]:
    """Return the lines of a return that one answer is about: lines may be answered one by one.

    A resend does not say which answer it repeats: it is the acceptance, if there was one.
    """
    asked = [entry for entry in order.returns if entry.id == return_id]
    rejected = [entry for entry in asked if entry.word is ReturnWord.REJECTED]
    if f"@{ReturnWord.REJECTED.value}" in target.removeprefix(return_id):
        return rejected
    accepted = [entry for entry in asked if entry.word not in (ReturnWord.REQUESTED, ReturnWord.REJECTED)]
    return accepted or rejected


def _contents(
    kind: str, subject: str, order: Order, package: Package | None, answered: list[Return]
) -> tuple[tuple[str, int], ...]:
    if package is not None:
        return package.contents
    if kind == "refund":
        refund = next((entry for entry in order.refunds if entry.id == subject), None)
        return tuple((line_id, quantity) for line_id, quantity, _ in refund.lines) if refund else ()
    if kind == "return_answer":
        return tuple((entry.line_id, entry.quantity) for entry in answered)
    if kind == "canceled":
        return tuple((line.id, line.canceled) for line in order.lines if line.canceled)
    if kind in _ABOUT_THE_ORDER:
        return tuple((line.id, line.live) for line in order.lines if line.live)
    return ()


def _is_part(kind: str, order: Order, contents: tuple[tuple[str, int], ...]) -> bool:
    if kind in ("shipped", "delivered"):
        return sum(quantity for _, quantity in contents) < sum(line.live for line in order.lines)
    return kind == "canceled" and any(line.live for line in order.lines)


def _refund_amount(order: Order, refund_id: str) -> Decimal | None:
    return next((entry.amount for entry in order.refunds if entry.id == refund_id), None)


def _pickup_ends(order: Order) -> datetime | None:
    return next((entry.due for entry in order.deadlines if entry.kind == "pickup_expired"), None)


def _amount_due(order: Order) -> Decimal | None:
    """Return what is still to be paid; None where that is nothing, or nobody knows."""
    due = order.total - order.paid if order.total is not None else Decimal(0)
    return due if due > 0 else None


def _lines(seen: OrderSeen, contents: Iterable[tuple[str, int]]) -> tuple[MailLine, ...]:
    by_id = {line.external_id: line for line in seen.lines}
    found = ((by_id.get(line_id), quantity) for line_id, quantity in contents)
    return tuple(
        MailLine(
            name=line.name or line.sku,
            quantity=quantity,
            unit_price=line.unit_price,
            total=line.unit_price * quantity if line.unit_price is not None else None,
        )
        for line, quantity in found
        if line is not None and quantity
    )


def _day(at: datetime | None, connection: Connection) -> date | None:
    if at is None:
        return None
    zone = connection.settings.time_zone
    return (at.astimezone(ZoneInfo(zone)) if zone else at).date()


def _parcel(package: Package, seen: OrderSeen, country: str, connection: Connection) -> MailParcel:
    carrier, tracking_url = _tracking(package, country, connection)
    return MailParcel(
        carrier=carrier,
        tracking_number=package.tracking_number,
        tracking_url=tracking_url,
        contents=_lines(seen, package.contents),
    )


def _tracking(package: Package | None, country: str, connection: Connection) -> tuple[str, str]:
    """Return the carrier's name and tracking page: what was said of the package, else what its number tells.

    The number speaks only where it fits one carrier best, and never against a carrier that was named.
    """
    if package is None:
        return "", ""
    told = NAMES.get(package.carrier.lower(), package.carrier)
    if package.tracking_url or not package.tracking_number:
        return told, package.tracking_url
    candidates = detect(
        package.tracking_number,
        country=country,
        channel_hint=package.carrier,
        default=connection.settings.carrier,
    )
    carrier = chosen(candidates)
    if not carrier or (package.carrier and carrier != carrier_named(package.carrier)):
        return told, ""
    url = next(candidate.url for candidate in candidates if candidate.carrier == carrier)
    return told or NAMES[carrier], url
