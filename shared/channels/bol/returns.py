"""A handled return of bol's: goods that came back, and the money that bol gave for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shared.channels.bol import schema, words
from shared.channels.bol.order import currency_of, unit_price
from shared.orders.facts import Fact, RefundLine, RefundReported, RefundWord, Report, Restock, ReturnReported
from shared.wire import fields
from shared.wire.adapter import Reading


def read_return(entry: schema.ReturnItem, order: schema.Order, reading: Reading) -> Report:
    """Return what a returned item says, by the order that it belongs to. Raises UnusableError."""
    flags: set[str] = set()
    identity = fields.identifier(entry.rma_id, "rmaId")
    items = [item for item in order.order_items if item.product and item.product.ean == entry.ean]
    facts: list[Fact] = []
    if len(items) == 1:
        for count, result in enumerate(entry.processing_results or ()):
            name = identity if not count else f"{identity}.{count + 1}"
            facts += _facts(name, result, items[0], reading, flags)
    else:
        flags.add("ambiguous_line" if items else "unknown_line")
    return Report(
        order_external_id=fields.identifier(entry.order_id, "orderId"),
        facts=tuple(facts),
        flags=tuple(sorted(flags)),
    )


def _facts(
    name: str, result: schema.ProcessingResult, item: schema.Item, reading: Reading, flags: set[str]
) -> Iterator[Fact]:
    raw = (fields.text(result.processing_result), fields.text(result.handling_result))
    word = words.RETURNS.get(raw)
    if word is None:
        flags.add("unmapped_status")
        return
    line_id = fields.identifier(item.order_item_id, "orderItemId")
    quantity = fields.quantity(result.quantity, "processingResults.quantity")
    currency = currency_of(reading)
    amount = unit_price(item, currency) * quantity
    at: datetime | None = fields.optional_timestamp(
        result.processing_date_time, "processingDateTime", received_at=reading.received_at
    )
    yield ReturnReported(return_id=name, line_id=line_id, quantity=quantity, word=word, raw=raw[1])
    yield RefundReported(
        refund_id=name,
        word=RefundWord.RECORDED,
        raw=raw[0],
        amount=amount,
        currency=currency,
        lines=(RefundLine(line_id=line_id, quantity=quantity, restock=Restock.NONE, amount=amount),),
        occurred_at=at,
    )
