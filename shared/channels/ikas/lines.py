"""The lines of an order, as they were ordered.

ikas gives pieces that took another way (canceled, sent, refunded) a line of their own, with
``originalOrderLineItemId``. Together they are the line that was ordered, and keep its id here.

A refund has no id either. Lines whose status became REFUNDED at one moment (``statusUpdatedAt``) are one.

What ``finalPrice`` is the price of, a piece or the whole line, is not documented: the order's ``totalPrice``,
the sum of its lines, tells. Where neither adds up no price is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.channels.ikas import schema, words
from shared.orders.money import in_currency
from shared.wire import fields

_ONE_MOMENT = 2_000  # milliseconds within which one request changes all its lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some pieces of an ordered line: one line of ikas."""

    id: str
    root: str
    quantity: int
    status: str
    since: int | None = None  # when its status became what it is, milliseconds since 1970
    price: Decimal | None = None  # as it was written


def shares_of(items: Iterable[schema.Line]) -> list[Share]:
    """Return the lines with what they belong to. Raises UnusableError."""
    return [
        Share(
            id=(item_id := fields.identifier(item.id, "orderLineItems.id")),
            root=fields.optional_identifier(item.original_order_line_item_id, "originalOrderLineItemId")
            or item_id,
            quantity=fields.quantity(item.quantity, "orderLineItems.quantity", zero=True),
            status=fields.text(item.status),
            since=item.status_updated_at if isinstance(item.status_updated_at, int) else None,
            price=(
                None
                if item.final_price is None
                else fields.fine_amount(item.final_price, "orderLineItems.finalPrice")
            ),
        )
        for item in items
    ]


def by_root(shares: Iterable[Share]) -> dict[str, list[Share]]:
    """Return the shares of each ordered line, in the order in which they came.

    A line that comes from one that is gone stands for itself under that one's id.
    """
    found: dict[str, list[Share]] = {}
    for share in shares:
        found.setdefault(share.root, []).append(share)
    return found


def canceled(shares: Iterable[Share]) -> int:
    """Return how many pieces were canceled."""
    return sum(share.quantity for share in shares if share.status == words.CANCELED_LINE)


def refunds_of(shares: Iterable[Share]) -> dict[str, list[Share]]:
    """Return the refunded shares by the id that their refund has here."""
    found: dict[str, list[Share]] = {}
    current, began = "", None
    for share in sorted(shares, key=lambda one: one.since or 0):
        if share.status != words.REFUNDED_LINE or not share.quantity:
            continue
        if share.since is None:
            found[share.id] = [share]
            continue
        if began is None or share.since - began > _ONE_MOMENT:
            current, began = f"refund-{share.since}", share.since
        found.setdefault(current, []).append(share)
    return found


def unit_prices(shares: list[Share], total: Decimal, currency: str) -> Mapping[str, Decimal]:
    """Return what a piece of each share cost, by the share's id; nothing where the sum does not tell."""
    priced = [(share, share.price) for share in shares if share.price is not None and share.quantity]
    if sum((price * share.quantity for share, price in priced), Decimal(0)) == total:
        return {share.id: price for share, price in priced}
    if sum((price for _, price in priced), Decimal(0)) == total:
        return {share.id: in_currency(price / share.quantity, currency) for share, price in priced}
    return {}
