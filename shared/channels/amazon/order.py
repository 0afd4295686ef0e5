"""One Amazon order document, read into facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from shared.channels.amazon import schema, words
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentReported,
    PaymentWord,
    Report,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

ALL_SHIPPED = "shipped"
"""The id of the one package that SHIPPED stands for where Amazon tells of none."""

_ITEM = "item-"
"""How the ids of packages begin that stand for one item of such an order."""

_DEADLINE_AHEAD = timedelta(days=365)


def is_ours(package_id: str) -> bool:
    """True where a package's id was made here and is unknown to Amazon."""
    return package_id == ALL_SHIPPED or package_id.startswith(_ITEM)


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order document and how it is to be read."""

    external_id: str
    order: schema.Order
    reading: Reading
    _flags: set[str] = field(default_factory=set)

    def report(self) -> Report:
        """Return all that the document says. Raises UnusableError."""
        status = fields.text(self._fulfillment().fulfillment_status)
        if not status:
            raise UnusableError("missing_field:fulfillmentStatus", "fulfillmentStatus")
        facts: tuple[Fact, ...] = (
            self._seen(),
            *self._words(status),
            *self._payment(status),
            *self._packages(status),
        )
        return Report(
            order_external_id=self.external_id,
            source_time=self._time("last_updated_time"),
            facts=facts,
            flags=tuple(sorted(self._flags)),
        )

    def _fulfillment(self) -> schema.OrderFulfillment:
        return self.order.fulfillment or schema.OrderFulfillment()

    def _seen(self) -> OrderSeen:
        order = self.order
        currency = self._currency()
        proceeds = order.proceeds or schema.OrderProceeds()
        return OrderSeen(
            number=self.external_id,
            currency=currency,
            total=self._total(proceeds, currency),
            lines=tuple(self._line(item, currency) for item in order.order_items),
            placed_at=self._time("created_time"),
            pickup=words.PICKUP in map(fields.text, order.programs or ()),
            shipping_method=fields.text(self._fulfillment().fulfillment_service_level),
            shipping_total=_part(proceeds, "SHIPPING"),
            tax_total=_part(proceeds, "TAX"),
            discount_total=_part(proceeds, "DISCOUNT"),
            customer=self._customer(),
            fulfilled_by_channel=self._is_fulfilled_by_channel(),
            ship_by=self._ship_by(),
        )

    def _currency(self) -> str:
        """Return the currency of the total, else that of the marketplace: a pending order tells no amount."""
        proceeds = self.order.proceeds
        if proceeds and proceeds.grand_total:
            return fields.currency(proceeds.grand_total.currency_code, "currency")
        for item in self.order.order_items:
            price = item.product.price.unit_price if item.product and item.product.price else None
            if price:
                return fields.currency(price.currency_code, "currency")
        channel = self.order.sales_channel
        known = words.CURRENCIES.get(fields.text(channel.marketplace_id) if channel else "", "")
        return fields.currency(known or self.reading.currency, "currency")

    def _total(self, proceeds: schema.OrderProceeds, currency: str) -> Decimal | None:
        if proceeds.grand_total is None:
            return None
        total = fields.amount(proceeds.grand_total.amount, currency, "grandTotal")
        parts = [item.proceeds.proceeds_total for item in self.order.order_items if item.proceeds]
        amounts = [fields.fine_amount(part.amount, "proceedsTotal") for part in parts if part]
        # A tip is the order's alone; all other parts are sums over the items.
        tip = _part(proceeds, "DELIVERY_TIP") or Decimal(0)
        if len(amounts) == len(self.order.order_items) and sum(amounts) + tip != total:
            self._flags.add("total_mismatch")
        return total

    def _line(self, item: schema.Item, currency: str) -> LineSeen:
        product = item.product or schema.Product()
        price = product.price.unit_price if product.price else None
        total = item.proceeds.proceeds_total if item.proceeds else None
        for money in (price, total):
            if money and fields.currency(money.currency_code, "currency") != currency:
                raise UnusableError("currency_mismatch", "orderItems")
        is_gone = self._is_canceled(item)
        quantity = fields.quantity(item.quantity_ordered, "quantityOrdered", zero=is_gone)
        return LineSeen(
            external_id=fields.identifier(item.order_item_id, "orderItemId"),
            # One SKU may be typed in two Unicode forms.
            sku=unicodedata.normalize("NFC", fields.text(product.seller_sku)),
            name=fields.text(product.title),
            quantity=quantity,
            canceled=_canceled(item, quantity),
            unit_price=fields.amount(price.amount, currency, "unitPrice") if price else None,
            total=fields.fine_amount(total.amount, "proceedsTotal") if total else None,
        )

    def _is_canceled(self, item: schema.Item) -> bool:
        is_order = words.STATUSES.get(fields.text(self._fulfillment().fulfillment_status))
        return is_order is StatusWord.CANCELED or _executed(item)

    def _customer(self) -> Customer | None:
        buyer = self.order.buyer or schema.Buyer()
        address = self.order.recipient.delivery_address if self.order.recipient else None
        shipping = _address(address)
        customer = Customer(
            name=fields.text(buyer.buyer_name) or (shipping.name if shipping else ""),
            email=fields.text(buyer.buyer_email),
            phone=shipping.phone if shipping else "",
            shipping=shipping,
        )
        return None if customer == Customer() else customer

    def _is_fulfilled_by_channel(self) -> bool:
        raw = fields.text(self._fulfillment().fulfilled_by)
        if raw and raw not in words.FULFILLED_BY_CHANNEL:
            self._flags.add("unmapped_status")
        return words.FULFILLED_BY_CHANNEL.get(raw, False)

    def _ship_by(self) -> datetime | None:
        """Return until when to ship: the one time that lies ahead, and no reason to lose an order."""
        window = self._fulfillment().ship_by_window
        try:
            return fields.optional_timestamp(
                window.latest_date_time if window else None,
                "shipByWindow",
                received_at=self.reading.received_at + _DEADLINE_AHEAD,
            )
        except UnusableError:
            self._flags.add("invalid_deadline")
            return None

    def _words(self, status: str) -> Iterator[Fact]:
        word = words.STATUSES.get(status, StatusWord.UNKNOWN)
        if word is StatusWord.UNKNOWN:
            self._flags.add("unmapped_status")
        yield StatusReported(word=word, raw=status)
        if status in words.OPEN and any(map(_is_wished_away, self.order.order_items)):
            yield StatusReported(word=StatusWord.CANCELLATION_REQUESTED, raw="cancellationRequest")

    def _payment(self, status: str) -> Iterator[Fact]:
        if status in words.PAID:
            yield PaymentReported(word=PaymentWord.PAID, raw=status)

    def _packages(self, status: str) -> Iterator[Fact]:
        if status == words.UNFULFILLABLE:
            yield PackageReported(package_id="unfulfillable", word=PackageWord.PROBLEM, raw=status)
        elif self.order.packages:
            for package in self.order.packages:
                yield from self._package(package)
        elif status == "SHIPPED":
            yield PackageReported(package_id=ALL_SHIPPED, word=PackageWord.FULFILLED, raw=status)
        elif status == "PARTIALLY_SHIPPED" and self._is_fulfilled_by_channel():
            yield from self._items_shipped(status)

    def _items_shipped(self, status: str) -> Iterator[Fact]:
        for item in self.order.order_items:
            shipped, is_open = _pieces(item)
            if shipped and not is_open:
                item_id = fields.identifier(item.order_item_id, "orderItemId")
                yield PackageReported(
                    package_id=f"{_ITEM}{item_id}",
                    word=PackageWord.FULFILLED,
                    raw=status,
                    contents=((item_id, shipped),),
                )

    def _package(self, package: schema.Package) -> Iterator[Fact]:
        raw = fields.text(package.package_status.status) if package.package_status else ""
        word = words.PACKAGES.get(raw)
        package_id = fields.identifier(package.package_reference_id, "packageReferenceId")
        if word is None:
            # As a scan: that is additive and moves nothing.
            self._flags.add("unmapped_status")
            yield ParcelScanned(status=ScanStatus.UNKNOWN, raw=raw, occurred_at=None, package_id=package_id)
            return
        # Only the hand-over is timed.
        shipped_at = fields.optional_timestamp(
            package.ship_time, "shipTime", received_at=self.reading.received_at
        )
        yield PackageReported(
            package_id=package_id,
            word=word,
            raw=raw,
            contents=_contents(package),
            tracking_number=fields.optional_identifier(
                fields.text(package.tracking_number), "trackingNumber"
            ),
            carrier=fields.text(package.carrier),
            occurred_at=shipped_at if word is PackageWord.FULFILLED else None,
        )

    def _time(self, name: str) -> datetime | None:
        return fields.timestamp(getattr(self.order, name), name, received_at=self.reading.received_at)


def _part(proceeds: schema.OrderProceeds, kind: str) -> Decimal | None:
    """Return what one kind of proceeds comes to, None where there is none; which sign it has is not said."""
    parts = [part.subtotal for part in proceeds.breakdowns or () if fields.text(part.type) == kind]
    amounts = [fields.fine_amount(part.amount, "breakdowns", negative=True) for part in parts if part]
    return abs(sum(amounts, Decimal(0))) if amounts else None


def _executed(item: schema.Item) -> bool:
    execution = item.cancellation.cancellation_execution if item.cancellation else None
    return execution is not None and bool(fields.text(execution.cancelled_by))


def _is_wished_away(item: schema.Item) -> bool:
    request = item.cancellation.cancellation_request if item.cancellation else None
    return request is not None and fields.text(request.requester) == words.BUYER and not _executed(item)


def _canceled(item: schema.Item, quantity: int) -> int:
    if not _executed(item):
        return 0
    shipped, is_open = _pieces(item)
    return max(quantity - shipped - is_open, 0)


def _pieces(item: schema.Item) -> tuple[int, int]:
    """Return how many pieces are shipped, and how many still have to be."""
    told = item.fulfillment or schema.ItemFulfillment()
    counts = (told.quantity_fulfilled or 0, told.quantity_unfulfilled or 0)
    shipped, is_open = (fields.quantity(count, "fulfillment", zero=True) for count in counts)
    return shipped, is_open


def _contents(package: schema.Package) -> tuple[tuple[str, int], ...] | None:
    if package.package_items is None:
        return None
    return tuple(
        (
            fields.identifier(item.order_item_id, "orderItemId"),
            fields.quantity(item.quantity, "packageItems.quantity"),
        )
        for item in package.package_items
    )


def _address(address: schema.Address | None) -> Address | None:
    if address is None:
        return None
    street = (address.address_line1, address.address_line2, address.address_line3)
    read = Address(
        name=fields.text(address.name),
        company=fields.text(address.company_name),
        street=tuple(filter(None, map(fields.text, street))),
        postal_code=fields.text(address.postal_code),
        city=fields.text(address.city),
        region=fields.text(address.state_or_region),
        country=fields.text(address.country_code),
        phone=fields.text(address.phone),
    )
    return None if read == Address() else read
