"""One WooCommerce order document, read into facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.channels.woocommerce import schema, words
from shared.channels.woocommerce.source import LONGEST, ORDER_KEY
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentMethod,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.money import smallest_of
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError

COMPLETED_PACKAGE = "completed"
"""The id of the one package that *completed* stands for."""


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order document and how it is to be read."""

    external_id: str
    order: schema.Order
    reading: Reading

    def report(self) -> Report:
        """Return all that the document says. Raises UnusableError, and IrrelevantError for a draft."""
        status = fields.text(self.order.status)
        if not status:
            raise UnusableError("missing_field:status", "status")
        if status == words.DRAFT:
            raise IrrelevantError("a checkout that is still open")
        seen = self._seen()
        return Report(
            order_external_id=self.external_id,
            source_time=self._time("date_modified_gmt"),
            facts=(
                seen,
                *self._status(status, pickup=seen.pickup),
                *self._payment(status),
                *self._refunds(seen.currency),
            ),
            flags=tuple(self._flags(seen, status)),
            source_order=self._last_meta(ORDER_KEY, LONGEST),
        )

    def _seen(self) -> OrderSeen:
        order = self.order
        currency = fields.currency(order.currency)
        titles = [_text(line.method_title) or _text(line.method_id) for line in order.shipping_lines]
        return OrderSeen(
            number=_text(order.number) or self.external_id,
            currency=currency,
            total=self._amount(order.total, currency, "total"),
            lines=self._lines(),
            placed_at=self._time("date_created_gmt"),
            payment_method=words.PAYMENT_METHODS.get(
                fields.text(order.payment_method), PaymentMethod.PREPAID
            ),
            payment_method_name=_text(order.payment_method_title) or _text(order.payment_method),
            pickup=self._is_collected(),
            shipping_method=", ".join(title for title in titles if title),
            shipping_total=self._figure(order.shipping_total, "shipping_total"),
            tax_total=self._figure(order.total_tax, "total_tax"),
            discount_total=self._figure(order.discount_total, "discount_total"),
            customer=self._customer(),
        )

    def _lines(self) -> tuple[LineSeen, ...]:
        items = self.order.line_items
        if len(items) > fields.MAX_LINES:
            raise UnusableError("too_many_lines", "line_items")
        return tuple(
            LineSeen(
                external_id=fields.identifier(item.id, "line_items.id"),
                # One SKU may be typed in two Unicode forms; the name stays as it was typed.
                sku=unicodedata.normalize("NFC", _text(item.sku)),
                name=_text(item.name),
                quantity=fields.quantity(item.quantity, "line_items.quantity"),
                unit_price=self._figure(item.price, "line_items.price"),
                total=self._fine(item.total, "line_items.total"),
            )
            for item in items
        )

    def _is_collected(self) -> bool:
        methods = [fields.text(line.method_id) for line in self.order.shipping_lines]
        return bool(methods) and words.PICKUP_METHODS.issuperset(methods)

    def _customer(self) -> Customer:
        billing, shipping = self.order.billing, self.order.shipping
        return Customer(
            name=_name(billing) or _name(shipping),
            email=fields.text(billing.email) if billing else "",
            phone=fields.text(billing.phone) if billing else "",
            billing=_address(billing),
            shipping=_address(shipping),
        )

    def _status(self, status: str, *, pickup: bool) -> Iterator[Fact]:
        if status == "completed" and pickup:
            yield StatusReported(word=StatusWord.PICKED_UP, raw=status)
            return
        yield StatusReported(word=words.STATUSES.get(status, StatusWord.UNKNOWN), raw=status)
        if status == "completed":
            yield self._package(status)

    def _package(self, status: str) -> PackageReported:
        number = self._meta("_tracking_number")
        url = self._meta("_tracking_url")
        return PackageReported(
            package_id=COMPLETED_PACKAGE,
            word=PackageWord.FULFILLED,
            raw=status,
            tracking_number=number,
            carrier=self._meta("_shipment_provider") if number else "",
            tracking_url=url if number and url.startswith("https://") else "",
            awaits_tracking=not number,
            occurred_at=self._time("date_completed_gmt"),
        )

    def _meta(self, key: str) -> str:
        """Return the last value kept under ``key`` that can be an id or a link, else ""."""
        return self._last_meta(key, fields.MAX_ID_LENGTH)

    def _last_meta(self, key: str, longest: int) -> str:
        values = [fields.text(meta.value) for meta in self.order.meta_data if meta.key == key]
        usable = [value for value in values if 0 < len(value) <= longest]
        return usable[-1] if usable else ""

    def _payment(self, status: str) -> Iterator[Fact]:
        # The bare word: the gateway's transaction id may be filled in later, and would then
        # look like a second payment.
        paid_at = self._time("date_paid_gmt")
        word = words.PAYMENTS.get(status)
        if word is PaymentWord.FAILED:
            yield PaymentReported(word=word, raw=status)
        elif paid_at:
            yield PaymentReported(word=PaymentWord.PAID, raw="date_paid", occurred_at=paid_at)
        elif word:
            yield PaymentReported(word=word, raw=status)

    def _refunds(self, currency: str) -> Iterator[Fact]:
        for refund in self.order.refunds:
            total = self._amount(refund.total, currency, "refunds.total", negative=True)
            if total > 0:
                raise UnusableError("invalid_amount", "refunds.total")
            yield RefundReported(
                refund_id=fields.identifier(refund.id, "refunds.id"),
                word=RefundWord.RECORDED,
                raw="refunds",
                amount=abs(total),
                currency=currency,
            )

    def _flags(self, seen: OrderSeen, status: str) -> Iterator[str]:
        figures = [figure for line in seen.lines for figure in (line.unit_price, line.total)]
        if any(_is_finer(figure, seen.currency) for figure in figures if figure is not None):
            yield "fine_amount"
        if self._is_mismatch(seen):
            yield "total_mismatch"
        if status not in words.STATUSES:
            yield "unmapped_status"

    def _is_mismatch(self, seen: OrderSeen) -> bool:
        """True where the parts do not add up to the total.

        Each part is rounded by itself, so that one minor unit per part is allowed for.
        """
        if seen.total is None or seen.shipping_total is None or seen.tax_total is None:
            return False
        parts = [line.total for line in seen.lines if line.total is not None]
        parts += [self._fine(fee.total, "fee_lines.total", negative=True) for fee in self.order.fee_lines]
        parts += [seen.shipping_total, seen.tax_total]
        minor_unit = smallest_of(seen.currency)
        return abs(sum(parts) - seen.total) > len(parts) * minor_unit

    def _amount(self, value: Any, currency: str, where: str, *, negative: bool = False) -> Decimal:
        comma = self.reading.decimal_comma
        return fields.amount(value, currency, where, negative=negative, decimal_comma=comma)

    def _fine(self, value: Any, where: str, *, negative: bool = False) -> Decimal:
        comma = self.reading.decimal_comma
        return fields.fine_amount(value, where, negative=negative, decimal_comma=comma)

    def _figure(self, value: Any, where: str) -> Decimal | None:
        return None if value is None or value == "" else self._fine(value, where)

    def _time(self, name: str) -> datetime | None:
        value = getattr(self.order, name)
        # "2017-03-22T19:28:08" in UTC: the suffix is left out by definition, not forgotten.
        utc = f"{value}Z" if isinstance(value, str) and value else value
        return fields.optional_timestamp(utc, name, received_at=self.reading.received_at)


def _text(value: Any) -> str:
    """Return text for people: WordPress stores it with HTML entities."""
    return fields.text(value, entities=True)


def _is_finer(figure: Decimal, currency: str) -> bool:
    return figure != figure.quantize(smallest_of(currency))


def _name(party: schema.Party | None) -> str:
    return f"{_text(party.first_name)} {_text(party.last_name)}".strip() if party else ""


def _address(party: schema.Party | None) -> Address | None:
    """Return the address, None where there is none: orders without shipping have empty fields."""
    if party is None:
        return None
    address = Address(
        name=_name(party),
        company=_text(party.company),
        street=tuple(line for line in (_text(party.address_1), _text(party.address_2)) if line),
        postal_code=_text(party.postcode),
        city=_text(party.city),
        region=_text(party.state),
        country=_text(party.country),
        phone=fields.text(party.phone),
    )
    return address if address != Address(phone=address.phone) else None
