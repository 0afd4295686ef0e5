"""One order of OR11, read into facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.channels.mirakl import schema, words
from shared.channels.mirakl.refunds import read_refunds
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PaymentReported,
    PaymentWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.money import smallest_of
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

WHOLE_ORDER = "order"
"""The id of the one package that an order's own state and tracking stand for."""

_DEADLINE_AHEAD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order and how it is to be read."""

    external_id: str
    order: schema.Order
    reading: Reading

    def report(self) -> Report:
        """Return all that the document says. Raises UnusableError."""
        state = fields.text(self.order.order_state)
        if not state:
            raise UnusableError("missing_field:order_state", "order_state")
        if len(self.order.order_lines) > fields.MAX_LINES:
            raise UnusableError("too_many_lines", "order_lines")
        flags: set[str] = set()
        seen = self._seen(flags)
        facts: list[Fact] = [
            seen,
            *self._status(state, flags),
            *self._payment(state),
            *read_refunds(self.order.order_lines, seen.currency, self.reading, flags),
            *self._package(state),
        ]
        return Report(
            order_external_id=self.external_id,
            source_time=self._time("last_updated_date"),
            facts=tuple(facts),
            flags=tuple(sorted(flags)),
        )

    def _seen(self, flags: set[str]) -> OrderSeen:
        order = self.order
        currency = fields.currency(order.currency_iso_code)
        lines = tuple(self._line(line, currency) for line in order.order_lines)
        seen = OrderSeen(
            number=self.external_id,
            currency=currency,
            total=fields.amount(order.total_price, currency, "total_price"),
            lines=lines,
            placed_at=self._time("created_date"),
            payment_method_name=fields.text(order.payment_type),
            shipping_method=fields.text(order.shipping_type_label) or fields.text(order.shipping_type_code),
            shipping_total=_figure(order.shipping_price, "shipping_price"),
            tax_total=self._taxes(),
            discount_total=_figure(
                order.promotions.total_deduced_amount if order.promotions else None, "promotions"
            ),
            customer=self._customer(),
            ship_by=self._deadline(flags),
        )
        if _is_mismatch(seen):
            flags.add("total_mismatch")
        return seen

    def _line(self, line: schema.Line, currency: str) -> LineSeen:
        is_gone = fields.text(line.order_line_state) in words.GONE
        quantity = fields.quantity(line.quantity, "order_lines.quantity")
        canceled = sum(
            fields.quantity(entry.quantity, "cancelations.quantity", zero=True)
            for entry in line.cancelations or ()
            if entry.quantity is not None
        )
        if canceled > quantity:
            raise UnusableError("invalid_quantity", "cancelations.quantity")
        return LineSeen(
            external_id=fields.identifier(line.order_line_id, "order_line_id"),
            # One SKU may be typed in two Unicode forms.
            sku=unicodedata.normalize("NFC", fields.text(line.offer_sku)),
            name=fields.text(line.product_title),
            quantity=quantity,
            canceled=quantity if is_gone else canceled,
            unit_price=(
                None if line.price_unit is None else fields.amount(line.price_unit, currency, "price_unit")
            ),
            total=_figure(line.price, "order_lines.price"),
        )

    def _taxes(self) -> Decimal | None:
        taxes = [
            fields.fine_amount(tax.amount, "taxes.amount")
            for line in self.order.order_lines
            for tax in (*(line.taxes or ()), *(line.shipping_taxes or ()))
        ]
        return sum(taxes, Decimal(0)) if taxes else None

    def _customer(self) -> Customer | None:
        buyer = self.order.customer or schema.Buyer()
        billing, shipping = _address(buyer.billing_address), _address(buyer.shipping_address)
        customer = Customer(
            name=_name(buyer) or (shipping.name if shipping else "") or (billing.name if billing else ""),
            email=fields.text(self.order.customer_notification_email),
            phone=(shipping.phone if shipping else "") or (billing.phone if billing else ""),
            locale=fields.text(buyer.locale).replace("_", "-"),
            billing=billing,
            shipping=shipping,
        )
        return None if customer == Customer(locale=customer.locale) else customer

    def _status(self, state: str, flags: set[str]) -> Iterator[Fact]:
        word = words.STATES.get(state, StatusWord.UNKNOWN)
        line_states = [fields.text(line.order_line_state) for line in self.order.order_lines]
        if word is StatusWord.UNKNOWN or any(
            line_state and line_state not in words.LINE_STATES for line_state in line_states
        ):
            flags.add("unmapped_status")
        yield StatusReported(word=word, raw=state, reason=fields.text(self.order.order_state_reason_code))
        for line_state, incident in words.INCIDENTS.items():
            if line_state in line_states:
                yield StatusReported(word=incident, raw=line_state)
                return

    def _payment(self, state: str) -> Iterator[Fact]:
        if state in words.PAID:
            yield PaymentReported(
                word=PaymentWord.PAID, raw=state, occurred_at=self._time("customer_debited_date")
            )

    def _package(self, state: str) -> Iterator[Fact]:
        word = words.PACKAGES.get(state)
        if word is None:
            return
        order = self.order
        number = fields.optional_identifier(fields.text(order.shipping_tracking), "shipping_tracking")
        url = fields.text(order.shipping_tracking_url)
        carriers = (
            order.shipping_carrier_standard_code,
            order.shipping_carrier_code,
            order.shipping_company,
        )
        yield PackageReported(
            package_id=WHOLE_ORDER,
            word=word,
            raw=state,
            tracking_number=number,
            carrier=next(filter(None, map(fields.text, carriers)), ""),
            tracking_url=url if url.startswith("https://") else "",
        )

    def _deadline(self, flags: set[str]) -> datetime | None:
        """Return until when to ship: the one time that lies ahead, and no reason to lose an order."""
        try:
            return fields.optional_timestamp(
                self.order.shipping_deadline,
                "shipping_deadline",
                received_at=self.reading.received_at + _DEADLINE_AHEAD,
            )
        except UnusableError:
            flags.add("invalid_deadline")
            return None

    def _time(self, name: str) -> datetime | None:
        return fields.optional_timestamp(
            getattr(self.order, name), name, received_at=self.reading.received_at
        )


def _figure(value: Any, where: str) -> Decimal | None:
    return None if value is None else fields.fine_amount(value, where)


def _is_mismatch(seen: OrderSeen) -> bool:
    """True where lines and shipping do not add up to the total; nobody says what canceled pieces leave of it.

    Each part is rounded by itself, so that one minor unit per part is allowed for.
    """
    totals = [line.total for line in seen.lines]
    if seen.total is None or seen.shipping_total is None or any(line.canceled for line in seen.lines):
        return False
    parts = [total for total in totals if total is not None]
    if len(parts) < len(totals):
        return False
    minor_unit = smallest_of(seen.currency)
    return abs(sum(parts) + seen.shipping_total - seen.total) > (len(parts) + 1) * minor_unit


def _name(person: schema.Buyer | schema.Address) -> str:
    return " ".join(filter(None, (fields.text(person.firstname), fields.text(person.lastname))))


def _address(address: schema.Address | None) -> Address | None:
    if address is None:
        return None
    street = (address.street_1, address.street_2, address.additional_info)
    company = (fields.text(address.company), fields.text(address.company_2))
    read = Address(
        name=_name(address),
        company=", ".join(filter(None, company)),
        street=tuple(filter(None, map(fields.text, street))),
        postal_code=fields.text(address.zip_code),
        city=fields.text(address.city),
        region=fields.text(address.state),
        country=fields.text(address.country_iso_code) or fields.text(address.country),
        phone=fields.text(address.phone),
    )
    return None if read == Address() else read
