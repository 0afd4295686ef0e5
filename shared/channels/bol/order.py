"""One order of bol's, read into facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.channels.bol import schema, words
from shared.channels.bol.shipments import ALL_SHIPPED, shipment_facts
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

CURRENCY = "EUR"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """The pieces of one item."""

    ordered: int
    shipped: int
    canceled: int

    @property
    def open(self) -> int:
        """Return how many are neither shipped nor canceled."""
        return max(self.ordered - self.shipped - self.canceled, 0)


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order and how it is to be read; ``shipments`` None where they were not asked for."""

    order: schema.Order
    shipments: list[schema.Shipment] | None
    reading: Reading

    def report(self) -> Report:
        """Return all that the document says. Raises UnusableError."""
        items = self.order.order_items
        if len(items) > fields.MAX_LINES:
            raise UnusableError("too_many_lines", "orderItems")
        if not items:
            raise UnusableError("missing_field:orderItems", "orderItems")
        flags: set[str] = set()
        counts = [count_pieces(item) for item in items]
        facts: list[Fact] = [self._seen(counts, flags), *self._words(counts), *self._packages(counts, flags)]
        return Report(
            order_external_id=fields.identifier(self.order.order_id, "orderId"),
            source_time=max(map(self._changed_at, items)),
            facts=tuple(facts),
            flags=tuple(sorted(flags)),
        )

    def _seen(self, counts: list[Counted], flags: set[str]) -> OrderSeen:
        order = self.order
        currency = currency_of(self.reading)
        lines = tuple(
            self._line(item, count, currency) for item, count in zip(order.order_items, counts, strict=True)
        )
        by_channel = [_is_by_channel(item) for item in order.order_items]
        if any(by_channel) and not all(by_channel):
            flags.add("mixed_fulfilment")
        return OrderSeen(
            number=fields.identifier(order.order_id, "orderId"),
            currency=currency,
            total=sum((line.total for line in lines if line.total is not None), _ZERO),
            lines=lines,
            placed_at=fields.optional_timestamp(
                order.order_placed_date_time, "orderPlacedDateTime", received_at=self.reading.received_at
            ),
            customer=_customer(order),
            fulfilled_by_channel=all(by_channel),
        )

    def _line(self, item: schema.Item, count: Counted, currency: str) -> LineSeen:
        price = unit_price(item, currency)
        total = item.total_price
        return LineSeen(
            external_id=fields.identifier(item.order_item_id, "orderItemId"),
            sku=fields.text(item.offer.reference if item.offer else None),
            name=fields.text(item.product.title if item.product else None),
            quantity=count.ordered,
            canceled=count.canceled,
            unit_price=price,
            total=price * count.ordered if total is None else fields.amount(total, currency, "totalPrice"),
        )

    def _words(self, counts: Iterable[Counted]) -> Iterator[Fact]:
        counts = list(counts)
        if all(count.canceled == count.ordered for count in counts):
            yield StatusReported(word=StatusWord.CANCELED, raw="quantityCancelled")
            return
        raw = words.OPEN if any(count.open for count in counts) else words.HANDLED
        yield StatusReported(word=StatusWord.PROCESSABLE, raw=raw)
        yield PaymentReported(word=PaymentWord.PAID, raw=raw)
        asked = any(
            item.cancellation_request is True and count.open
            for item, count in zip(self.order.order_items, counts, strict=True)
        )
        if asked:
            yield StatusReported(word=StatusWord.CANCELLATION_REQUESTED, raw="cancellationRequest")

    def _packages(self, counts: Iterable[Counted], flags: set[str]) -> Iterator[Fact]:
        if self.shipments is not None:
            for shipment in self.shipments:
                yield from shipment_facts(shipment, self.reading, flags)
            return
        contents = tuple(
            (fields.identifier(item.order_item_id, "orderItemId"), count.shipped)
            for item, count in zip(self.order.order_items, counts, strict=True)
            if count.shipped
        )
        if contents:
            yield PackageReported(
                package_id=ALL_SHIPPED,
                word=PackageWord.FULFILLED,
                raw="quantityShipped",
                contents=contents,
            )

    def _changed_at(self, item: schema.Item) -> datetime:
        return fields.timestamp(
            item.latest_changed_date_time, "latestChangedDateTime", received_at=self.reading.received_at
        )


def count_pieces(item: schema.Item) -> Counted:
    """Return the pieces of an item. Raises UnusableError."""
    ordered = fields.quantity(item.quantity, "quantity")
    shipped = _pieces(item.quantity_shipped, "quantityShipped")
    canceled = _pieces(item.quantity_cancelled, "quantityCancelled")
    if canceled > ordered:
        raise UnusableError("invalid_quantity", "quantityCancelled")
    return Counted(ordered, shipped, canceled)


def _pieces(value: Any, where: str) -> int:
    return 0 if value is None else fields.quantity(value, where, zero=True)


def unit_price(item: schema.Item, currency: str) -> Decimal:
    """Return the price of one piece. Raises UnusableError."""
    return fields.amount(item.unit_price, currency, "unitPrice")


def currency_of(reading: Reading) -> str:
    """Return the currency of the connection, EUR where it names none. Raises UnusableError."""
    return fields.currency(reading.currency or CURRENCY)


def _is_by_channel(item: schema.Item) -> bool:
    method = item.fulfilment.method if item.fulfilment else None
    return fields.text(method) == words.CHANNEL_FULFILS


def _customer(order: schema.Order) -> Customer | None:
    to, payer = order.shipment_details, order.billing_details
    shipping, billing = _address(to), _address(payer)
    person = to or payer or schema.Person()
    customer = Customer(
        name=_name(person),
        email=fields.text(person.email),
        phone=fields.text(person.delivery_phone_number),
        locale=fields.text(person.language),
        billing=billing,
        shipping=shipping,
    )
    return None if customer == Customer() else customer


def _name(person: schema.Person) -> str:
    return " ".join(filter(None, (fields.text(person.first_name), fields.text(person.surname))))


def _address(person: schema.Person | None) -> Address | None:
    if person is None:
        return None
    house = (person.street_name, person.house_number, person.house_number_extension)
    street = (
        fields.text(person.pickup_point_name),
        " ".join(filter(None, map(fields.text, house))),
        fields.text(person.extra_address_information),
    )
    read = Address(
        name=_name(person),
        company=fields.text(person.company),
        street=tuple(filter(None, street)),
        postal_code=fields.text(person.zip_code),
        city=fields.text(person.city),
        country=fields.text(person.country_code),
        phone=fields.text(person.delivery_phone_number),
    )
    return None if read == Address() else read
