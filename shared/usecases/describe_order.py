"""Describe a stored order in the words of a mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.connections.model import Connection
from shared.notifications.branding import Branding
from shared.notifications.data import MailData, MailLine, address_lines
from shared.orders.facts import OrderSeen, ReturnWord
from shared.orders.model import Order, Package
from shared.storage.store import FullOrder

# The carriers' own way to write their names, where it is not the title case of ours.
CARRIER_NAMES = {"dhl": "DHL", "ups": "UPS", "usps": "USPS", "dpd": "DPD", "gls": "GLS", "fedex": "FedEx"}


def branding_of(connection: Connection) -> Branding:
    """Return how this connection's mails look."""
    settings = connection.settings
    return Branding(
        merchant_name=settings.sender_name or connection.name,
        colour=settings.colour,
        reply_to=settings.reply_to,
        footer=settings.footer,
    )


def describe_order(kind: str, target: str, full: FullOrder, connection: Connection) -> MailData:
    """Return what a mail of ``kind`` about ``target`` (a package, refund or return id, or "") says."""
    order, seen, customer = full.order, full.seen, full.customer
    assert seen is not None  # noqa: S101  no mail is written without the order's document
    package = next((entry for entry in order.packages if entry.id == target), None)
    contents = _contents(kind, target, order, package)
    address = customer.shipping if customer else None
    return MailData(
        order_number=seen.number,
        currency=order.currency,
        customer_name=customer.name if customer else "",
        placed_on=_day(seen.placed_at, connection),
        lines=_lines(seen, ((line.external_id, line.quantity) for line in seen.lines)),
        shipping=seen.shipping_total,
        discount=seen.discount_total or None,
        tax=seen.tax_total or None,
        total=order.total,
        delivery_address=address_lines(address) if address and not order.pickup else (),
        contents=_lines(seen, contents),
        partial=_is_part(kind, order, contents),
        carrier=_carrier_name(package.carrier) if package else "",
        tracking_number=package.tracking_number if package else "",
        tracking_url=package.tracking_url if package else "",
        pickup=order.pickup,
        refund_follows=kind == "canceled" and order.paid > order.refunded,
        refund_amount=_refund_amount(order, target),
        return_accepted=_return_answer(order, target) if kind == "return_answer" else None,
    )


def _contents(kind: str, target: str, order: Order, package: Package | None) -> tuple[tuple[str, int], ...]:
    if package is not None:
        return package.contents
    if kind == "refund":
        refund = next((entry for entry in order.refunds if entry.id == target), None)
        return tuple((line_id, quantity) for line_id, quantity, _ in refund.lines) if refund else ()
    if kind == "return_answer":
        return tuple((entry.line_id, entry.quantity) for entry in order.returns if entry.id == target)
    if kind == "canceled":
        return tuple((line.id, line.canceled) for line in order.lines if line.canceled)
    return ()


def _is_part(kind: str, order: Order, contents: tuple[tuple[str, int], ...]) -> bool:
    if kind in ("shipped", "delivered"):
        return sum(quantity for _, quantity in contents) < sum(line.live for line in order.lines)
    return kind == "canceled" and any(line.live for line in order.lines)


def _refund_amount(order: Order, target: str) -> Decimal | None:
    return next((entry.amount for entry in order.refunds if entry.id == target), None)


def _return_answer(order: Order, target: str) -> bool | None:
    answers = [entry.word is not ReturnWord.REJECTED for entry in order.returns if entry.id == target]
    return any(answers) if answers else None


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


def _carrier_name(carrier: str) -> str:
    return CARRIER_NAMES.get(carrier.lower(), carrier)
