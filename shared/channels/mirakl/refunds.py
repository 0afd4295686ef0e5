"""Refunds as OR11 tells them: by line, where one request may have made several of them.

Those of one request share ``order_refund_id`` and are one refund here, under that id; one without it
stands for itself. It is *recorded* when all of it is REFUNDED, until then *requested*. Its amount is
``amount`` and ``shipping_amount`` together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from shared.channels.mirakl import schema, words
from shared.orders.facts import RefundLine, RefundReported, RefundWord, Restock
from shared.wire import fields
from shared.wire.adapter import Reading

_ZERO = Decimal(0)


def refund_id(refund: schema.Refund) -> str:
    """Return the id under which a refund is known here. Raises UnusableError."""
    return fields.optional_identifier(refund.order_refund_id, "refunds.order_refund_id") or fields.identifier(
        refund.id, "refunds.id"
    )


def refund_amount(refund: schema.Refund, currency: str) -> Decimal:
    """Return what one entry gives back. Raises UnusableError."""
    shipping = refund.shipping_amount
    return fields.amount(refund.amount, currency, "refunds.amount") + (
        _ZERO if shipping is None else fields.amount(shipping, currency, "refunds.shipping_amount")
    )


def read_refunds(
    lines: Iterable[schema.Line], currency: str, reading: Reading, flags: set[str]
) -> Iterator[RefundReported]:
    """Yield each refund of an order; one in an unknown state is flagged and left out."""
    groups: dict[str, list[tuple[schema.Line, schema.Refund]]] = {}
    for line in lines:
        for refund in line.refunds or ():
            groups.setdefault(refund_id(refund), []).append((line, refund))
    for identity, entries in groups.items():
        states = [fields.text(refund.state) for _, refund in entries]
        if not words.REFUNDS.keys() >= set(states):
            flags.add("unmapped_status")
            continue
        open_states = [state for state in states if words.REFUNDS[state] is not RefundWord.RECORDED]
        raw = (open_states or states)[0]
        yield RefundReported(
            refund_id=identity,
            word=words.REFUNDS[raw],
            raw=raw,
            amount=sum((refund_amount(refund, currency) for _, refund in entries), _ZERO),
            currency=currency,
            lines=tuple(_lines(entries)),
            occurred_at=fields.optional_timestamp(
                entries[0][1].created_date, "refunds.created_date", received_at=reading.received_at
            ),
        )


def _lines(entries: Iterable[tuple[schema.Line, schema.Refund]]) -> Iterator[RefundLine]:
    for line, refund in entries:
        if refund.quantity is None:
            continue
        quantity = fields.quantity(refund.quantity, "refunds.quantity", zero=True)
        if quantity:
            yield RefundLine(
                line_id=fields.identifier(line.order_line_id, "order_line_id"),
                quantity=quantity,
                restock=Restock.NONE,
                amount=fields.fine_amount(refund.amount, "refunds.amount"),
            )
