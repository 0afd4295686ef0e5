"""Refunds: money given back, and what it says about the goods.

A refund's money is in its transactions of kind ``refund``: a refund without one is about goods
only and has the amount 0. It is *recorded* with what succeeded, as soon as none is pending;
before that it is *requested* with all of it, because money on its way may still fail and one
refund id must not stand for two different amounts. It is *rejected* where all of it failed.

Transactions are in the customer's currency, the order's totals in the shop's. The two
differ only where a shop sells in several currencies; then the refund keeps its own
currency and is flagged ``presentment_currency``. Any other currency is ``currency_mismatch``.

A line's amount is Shopify's ``subtotal``: after discounts, and with tax only where the
shop's prices include it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from shared.channels.shopify.findings import Findings
from shared.channels.shopify.schema import RefundDocument, RefundLineItem, Transaction
from shared.channels.shopify.words import REFUND_TRANSACTION_STATUSES, RESTOCK_TYPES
from shared.orders.facts import RefundLine, RefundReported, RefundWord, Restock
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

GOODS_ONLY = "goods_only"  # raw word of a refund without money
# Which word a refund of several transactions gets: the first that one of them has.
_WEIGHT = (RefundWord.REQUESTED, RefundWord.RECORDED, RefundWord.REJECTED)


def read_refund(
    refund: RefundDocument,
    reading: Reading,
    found: Findings,
    *,
    currencies: tuple[str, ...] = (),
    handed_over: Mapping[str, int] | None = None,
) -> None:
    """Add the refund to ``found``.

    ``currencies`` are the order's own and the customer's, ``handed_over`` the pieces per
    line that left the shop; both are known only within an order.
    """
    refund_id = fields.identifier(refund.id, "refund_id")
    word, raw, amount, currency = _money(refund, reading, found)
    if currencies and currency and currency not in currencies:
        raise UnusableError("currency_mismatch", "transactions.currency")
    if currencies and currency and currency != currencies[0]:
        found.flags.add("presentment_currency")
    found.facts.append(
        RefundReported(
            refund_id=refund_id,
            word=word,
            raw=raw,
            amount=amount,
            currency=currency,
            lines=tuple(_line(line, reading, handed_over, found) for line in refund.refund_line_items or ()),
            occurred_at=fields.optional_timestamp(
                refund.processed_at or refund.created_at, "processed_at", received_at=reading.received_at
            ),
        )
    )


def restock_of(restock_type: str, line_id: str, handed_over: Mapping[str, int] | None) -> Restock | None:
    """Return what a refund says about the goods, None for an unknown word.

    ``legacy_restock`` does not tell goods that came back from goods that never left; the
    order's fulfillments do.
    """
    if restock_type == "legacy_restock" and handed_over is not None and not handed_over.get(line_id):
        return Restock.CANCEL
    return RESTOCK_TYPES.get(restock_type)


def _line(
    line: RefundLineItem, reading: Reading, handed_over: Mapping[str, int] | None, found: Findings
) -> RefundLine:
    line_id = fields.identifier(line.line_item_id, "line_item_id")
    restock = restock_of(fields.text(line.restock_type), line_id, handed_over)
    if restock is None:
        found.flags.add("unmapped_status")
    return RefundLine(
        line_id=line_id,
        quantity=fields.quantity(line.quantity, "quantity"),
        restock=restock or Restock.NONE,
        amount=(
            None
            if line.subtotal is None
            else fields.fine_amount(line.subtotal, "subtotal", decimal_comma=reading.decimal_comma)
        ),
    )


def _money(refund: RefundDocument, reading: Reading, found: Findings) -> tuple[RefundWord, str, Decimal, str]:
    if refund.transactions is None:
        # Taken for "none", a refund of money would be noted as one of goods, and for good.
        raise UnusableError("missing_field:transactions", "transactions")
    payments = [payment for payment in refund.transactions if fields.text(payment.kind) == "refund"]
    if not payments:
        return RefundWord.RECORDED, GOODS_ONLY, Decimal(0), ""
    currency = _only_currency(payments)
    sums: dict[RefundWord, Decimal] = defaultdict(Decimal)
    raws: dict[RefundWord, str] = {}
    for payment in payments:
        raw = fields.text(payment.status)
        word = REFUND_TRANSACTION_STATUSES.get(raw, RefundWord.REQUESTED)
        if raw not in REFUND_TRANSACTION_STATUSES:
            # Unknown is not failed: the money may be on its way.
            found.flags.add("unmapped_status")
        sums[word] += fields.amount(
            payment.amount, currency, "transactions.amount", decimal_comma=reading.decimal_comma
        )
        raws.setdefault(word, raw)
    word = next(word for word in _WEIGHT if word in raws)
    amount = sums[word] + (sums[RefundWord.RECORDED] if word is RefundWord.REQUESTED else 0)
    return word, raws[word], amount, currency


def _only_currency(payments: list[Transaction]) -> str:
    found = {fields.currency(payment.currency, "transactions.currency") for payment in payments}
    if len(found) > 1:
        raise UnusableError("currency_mismatch", "transactions.currency")
    return found.pop()
