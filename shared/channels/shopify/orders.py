"""Order documents: one snapshot, and the refunds and fulfillments inside it.

``total_price`` is the order's total, not ``current_total_price``: refunds lower the latter,
and what was paid would look like too much once they are counted on their own.

Shopify does not say in an order whether it is collected in the shop (only its fulfillment
orders do), nor that it is on invoice: ``pickup`` stays False, and an order with payment terms
is prepaid, which waits until it is paid.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from shared.channels.shopify.findings import Findings
from shared.channels.shopify.fulfillments import handed_over, read_fulfillment
from shared.channels.shopify.people import read_customer
from shared.channels.shopify.refunds import read_refund, restock_of
from shared.channels.shopify.schema import Allocation, LineItem, MoneySet, OrderDocument, RefundDocument
from shared.channels.shopify.source import source_of
from shared.channels.shopify.words import FINANCIAL_STATUSES, PAYMENT_METHODS
from shared.orders.facts import (
    LineSeen,
    OrderSeen,
    PaymentMethod,
    PaymentReported,
    Report,
    Restock,
    StatusReported,
    StatusWord,
)
from shared.orders.money import in_currency
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError


def read_order(order: OrderDocument, reading: Reading) -> Report:
    """Return everything one order document says."""
    order_id = fields.identifier(order.id, "order_id")
    received_at = reading.received_at
    currency = fields.currency(order.currency)
    gone = handed_over(order.fulfillments or ())
    found = Findings()
    seen = _snapshot(order, currency, gone, reading)
    found.facts.append(seen)
    found.facts.append(_status(order, reading))
    _read_payment(order, found)
    currencies = (currency, fields.currency(order.presentment_currency or currency))
    for refund in order.refunds or ():
        read_refund(refund, reading, found, currencies=currencies, handed_over=gone)
    for fulfillment in order.fulfillments or ():
        read_fulfillment(fulfillment, reading, found)
    if _has_finer_amounts(seen):
        found.flags.add("fine_amount")
    if _total_mismatches(order, seen, reading):
        found.flags.add("total_mismatch")
    return Report(
        facts=tuple(found.facts),
        order_external_id=order_id,
        source_time=fields.timestamp(order.updated_at, "updated_at", received_at=received_at),
        flags=tuple(sorted(found.flags)),
        source_order=source_of([(note.name, note.value) for note in order.note_attributes or ()], order.tags),
    )


def _snapshot(order: OrderDocument, currency: str, gone: Mapping[str, int], reading: Reading) -> OrderSeen:
    methods = [fields.text(name) for name in order.payment_gateway_names or ()]
    shipping = order.shipping_lines or []
    return OrderSeen(
        number=fields.text(order.name) or fields.identifier(order.id, "order_id"),
        currency=currency,
        total=fields.amount(order.total_price, currency, "total_price", decimal_comma=reading.decimal_comma),
        lines=_lines(order, currency, gone, reading),
        # An imported order keeps the day it was placed in processed_at; created_at is the import.
        placed_at=fields.timestamp(
            order.processed_at or order.created_at, "processed_at", received_at=reading.received_at
        ),
        payment_method=payment_method(methods),
        payment_method_name=", ".join(filter(None, methods)),
        shipping_method=fields.text(shipping[0].title) if shipping else "",
        shipping_total=_shop_money(order.total_shipping_price_set, "total_shipping_price_set", reading),
        tax_total=_optional_amount(order.total_tax, "total_tax", reading),
        discount_total=_optional_amount(order.total_discounts, "total_discounts", reading),
        customer=read_customer(order),
        test=order.test is True,
    )


def _status(order: OrderDocument, reading: Reading) -> StatusReported:
    cancelled_at = fields.optional_timestamp(
        order.cancelled_at, "cancelled_at", received_at=reading.received_at
    )
    if cancelled_at is not None:
        return StatusReported(
            word=StatusWord.CANCELED, raw="cancelled", reason=fields.text(order.cancel_reason)
        )
    if fields.optional_timestamp(order.closed_at, "closed_at", received_at=reading.received_at) is not None:
        return StatusReported(word=StatusWord.ARCHIVED, raw="closed")
    return StatusReported(word=StatusWord.PROCESSABLE, raw="open")


def _read_payment(order: OrderDocument, found: Findings) -> None:
    raw = fields.text(order.financial_status)
    word = FINANCIAL_STATUSES.get(raw)
    if word is not None:
        found.facts.append(PaymentReported(word=word, raw=raw))
    elif raw:
        found.flags.add("unmapped_status")
        found.facts.append(StatusReported(word=StatusWord.UNKNOWN, raw=raw, reason="financial_status"))


def payment_method(names: list[str]) -> PaymentMethod:
    """Return how the customer pays: by the first manual method among ``names``, else prepaid.

    A gift card may pay the first part of an order whose rest is paid on delivery.
    """
    manual = (PAYMENT_METHODS[name.lower()] for name in names if name.lower() in PAYMENT_METHODS)
    return next(manual, PaymentMethod.PREPAID)


def _lines(
    order: OrderDocument, currency: str, gone: Mapping[str, int], reading: Reading
) -> tuple[LineSeen, ...]:
    if order.line_items is None:
        raise UnusableError("missing_field:line_items", "line_items")
    refunded, kept = _refunded_pieces(order.refunds or [], gone)
    lines = []
    for line in order.line_items:
        line_id = fields.identifier(line.id, "line_id")
        quantity = fields.quantity(line.quantity, "quantity")
        price = fields.amount(line.price, currency, "price", decimal_comma=reading.decimal_comma)
        if line.current_quantity is None:
            current = quantity - refunded[line_id]
        else:
            current = fields.quantity(line.current_quantity, "current_quantity", zero=True)
        lines.append(
            LineSeen(
                external_id=line_id,
                # One article, however the accents of its number were typed.
                sku=unicodedata.normalize("NFC", fields.text(line.sku)),
                name=fields.text(line.name) or fields.text(line.title),
                quantity=quantity,
                canceled=canceled_pieces(quantity, current, kept[line_id]),
                unit_price=price,
                total=price * quantity - _discount(line, reading),
                requires_shipping=line.requires_shipping is not False,
            )
        )
    return tuple(lines)


def canceled_pieces(quantity: int, current: int, kept: int) -> int:
    """Return how many of ``quantity`` pieces were canceled before they were handed over.

    Shopify lowers ``current_quantity`` for whatever is taken off an order: pieces removed by
    an edit or canceled, and also pieces refunded after they had left. The last, ``kept``, were
    delivered and stay live here; their money and their return are told by the refund.
    """
    return min(max(quantity - current - kept, 0), quantity)


def _refunded_pieces(
    refunds: list[RefundDocument], gone: Mapping[str, int]
) -> tuple[Counter[str], Counter[str]]:
    """Return per line id the pieces refunded at all, and those of them refunded after hand-over.

    ``return`` is meant for fulfilled pieces (Shopify's RefundLineItemRestockType). Money
    alone, and the old word, fit both: of them as many were handed over as still can have been.
    """
    refunded: Counter[str] = Counter()
    if not refunds:
        return refunded, Counter()
    returned: Counter[str] = Counter()
    undecided: Counter[str] = Counter()
    for refund in refunds:
        for line in refund.refund_line_items or ():
            line_id = fields.identifier(line.line_item_id, "line_item_id")
            quantity = fields.quantity(line.quantity, "quantity")
            raw = fields.text(line.restock_type)
            refunded[line_id] += quantity
            if raw == "return":
                returned[line_id] += quantity
            elif restock_of(raw, line_id, gone) is not Restock.CANCEL:
                undecided[line_id] += quantity
    kept = Counter(returned)
    for line_id, quantity in undecided.items():
        kept[line_id] += min(quantity, max(gone.get(line_id, 0) - returned[line_id], 0))
    return refunded, kept


def _discount(line: LineItem, reading: Reading) -> Decimal:
    # total_discount leaves out what a code for the whole order takes off this line.
    if line.discount_allocations is None:
        return _optional_amount(line.total_discount, "total_discount", reading) or Decimal(0)
    return _sum(line.discount_allocations, reading)


def _sum(allocations: list[Allocation] | None, reading: Reading) -> Decimal:
    return sum(
        (
            fields.fine_amount(
                part.amount, "discount_allocations.amount", decimal_comma=reading.decimal_comma
            )
            for part in allocations or ()
        ),
        Decimal(0),
    )


def _optional_amount(value: object, where: str, reading: Reading) -> Decimal | None:
    return None if value is None else fields.fine_amount(value, where, decimal_comma=reading.decimal_comma)


def _shop_money(money: MoneySet | None, where: str, reading: Reading) -> Decimal | None:
    return (
        None
        if money is None or money.shop_money is None
        else _optional_amount(money.shop_money.amount, where, reading)
    )


def _has_finer_amounts(seen: OrderSeen) -> bool:
    totals = (seen.shipping_total, seen.tax_total, seen.discount_total)
    return any(total is not None and total != in_currency(total, seen.currency) for total in totals)


def _total_mismatches(order: OrderDocument, seen: OrderSeen, reading: Reading) -> bool:
    """True where the parts of a plain order do not add up to its total.

    Not asked where Shopify's documentation leaves open which part counts twice or not at all:
    tips (also lines), duties, extra fees, discounts on shipping.
    """
    extras = (
        _optional_amount(order.total_tip_received, "total_tip_received", reading),
        _shop_money(order.original_total_duties_set, "original_total_duties_set", reading),
        _shop_money(order.original_total_additional_fees_set, "original_total_additional_fees_set", reading),
        *(_sum(line.discount_allocations, reading) for line in order.shipping_lines or ()),
    )
    parts = (seen.shipping_total, seen.tax_total, seen.discount_total)
    if any(extras) or None in parts or order.taxes_included is None:
        return False
    shipping, tax, discount = (part or Decimal(0) for part in parts)
    lines = sum(((line.unit_price or Decimal(0)) * line.quantity for line in seen.lines), Decimal(0))
    return lines - discount + shipping + (Decimal(0) if order.taxes_included else tax) != seen.total
