"""How much of which line: what OR28 and OR30 have to be told in the marketplace's own figures. Pure.

Mirakl refunds and cancels amounts of order lines, goods and shipping apart, with the taxes that go with
them. A refund of an amount alone is laid on the lines from the first on: what is left of their goods, then of
their shipping. What was refunded or canceled before is taken to be no part of a line any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.channels.mirakl import schema, words
from shared.orders.facts import Restock
from shared.orders.money import smallest_of
from shared.wire import fields
from shared.wire.calls import Money, Piece

_ZERO = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Share:
    """One line's part of a refund or of a cancellation."""

    line: schema.Line
    line_id: str
    goods_left: Decimal
    shipping_left: Decimal
    quantity: int = 0
    goods: Decimal = _ZERO
    shipping: Decimal = _ZERO
    never_left: bool = False

    def take_goods(self, most: Decimal) -> Decimal:
        """Lay up to ``most`` on the goods; return how much of it."""
        taken = max(min(most, self.goods_left - self.goods), _ZERO)
        self.goods += taken
        return taken

    def take_shipping(self, most: Decimal) -> Decimal:
        """Lay up to ``most`` on the shipping; return how much of it."""
        taken = max(min(most, self.shipping_left - self.shipping), _ZERO)
        self.shipping += taken
        return taken


def shares_of(lines: Iterable[schema.Line]) -> dict[str, Share]:
    """Return an empty share of each line that is not gone. Raises UnusableError."""
    shares: dict[str, Share] = {}
    for line in lines:
        if fields.text(line.order_line_state) in words.GONE:
            continue
        gone = [*(line.refunds or ()), *(line.cancelations or ())]
        line_id = fields.identifier(line.order_line_id, "order_line_id")
        shares[line_id] = Share(
            line=line,
            line_id=line_id,
            goods_left=_figure(line.price) - sum((_figure(entry.amount) for entry in gone), _ZERO),
            shipping_left=_figure(line.shipping_price)
            - sum((_figure(entry.shipping_amount) for entry in gone), _ZERO),
        )
    return shares


def refund_shares(money: Money, pieces: Iterable[Piece], lines: Iterable[schema.Line]) -> list[Share]:
    """Lay a refund on its lines; [] where they do not hold as much, or one of them is not there."""
    shares = shares_of(lines)
    left = money.amount
    chosen = list(shares.values())
    wanted = list(pieces)
    if wanted:
        if any(piece.line_id not in shares for piece in wanted):
            return []
        chosen = [shares[line_id] for line_id in dict.fromkeys(piece.line_id for piece in wanted)]
        for piece in wanted:
            share = shares[piece.line_id]
            share.quantity += piece.quantity
            share.never_left |= piece.restock is Restock.CANCEL
            worth = _worth(share.line, piece.quantity) if piece.amount is None else piece.amount
            left -= share.take_goods(min(left, worth))
        for share in chosen:
            left -= share.take_shipping(left)
    for share in chosen:
        left -= share.take_goods(left)
    for share in chosen:
        left -= share.take_shipping(left)
    return [] if left else [share for share in chosen if share.goods or share.shipping or share.quantity]


def cancel_shares(pieces: Iterable[Piece], lines: Iterable[schema.Line]) -> list[Share]:
    """Return what is called off; [] where a line is not there.

    A line's shipping goes with its last piece.
    """
    shares = shares_of(lines)
    chosen: list[Share] = []
    for piece in pieces:
        share = shares.get(piece.line_id)
        if share is None:
            return []
        share.quantity += piece.quantity
        share.take_goods(_worth(share.line, piece.quantity))
        if canceled_pieces(share.line) + share.quantity >= fields.quantity(share.line.quantity, "quantity"):
            share.take_goods(share.goods_left)
            share.take_shipping(share.shipping_left)
        if share not in chosen:
            chosen.append(share)
    return chosen


def canceled_pieces(line: schema.Line) -> int:
    """Return the pieces of a line that the marketplace shows as canceled. Raises UnusableError."""
    return sum(
        fields.quantity(entry.quantity, "cancelations.quantity", zero=True)
        for entry in line.cancelations or ()
        if entry.quantity is not None
    )


def as_request(share: Share, currency: str, reason: str) -> dict[str, Any]:
    """Return the entry of OR28 or OR30 for one share, its taxes in proportion."""
    line = share.line
    entry: dict[str, Any] = {
        "order_line_id": share.line_id,
        "amount": share.goods,
        "shipping_amount": share.shipping,
        "quantity": share.quantity,
        "reason_code": reason,
        "currency_iso_code": currency,
    }
    for name, taxes, part, whole in (
        ("taxes", line.taxes, share.goods, line.price),
        ("shipping_taxes", line.shipping_taxes, share.shipping, line.shipping_price),
    ):
        if taxes:
            entry[name] = [_tax(tax, part, _figure(whole), currency) for tax in taxes]
    return entry


def _tax(tax: schema.Tax, part: Decimal, whole: Decimal, currency: str) -> dict[str, Any]:
    amount = _figure(tax.amount) * part / whole if whole else _ZERO
    step = smallest_of(currency)
    return {"code": fields.text(tax.code), "amount": amount.quantize(step, ROUND_HALF_UP)}


def _worth(line: schema.Line, pieces: int) -> Decimal:
    return _figure(line.price_unit) * pieces


def _figure(value: Any) -> Decimal:
    return _ZERO if value is None else fields.fine_amount(value, "amount")
