"""One order of ikas, read into facts."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.channels.ikas import lines, schema, words
from shared.channels.ikas.source import reference_of
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentMethod,
    PaymentReported,
    RefundLine,
    RefundReported,
    RefundWord,
    Report,
    Restock,
    ReturnReported,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MILLISECONDS = 10**14


@dataclass(slots=True)
class OrderReading:
    """One order document and how it is to be read."""

    external_id: str
    order: schema.Order
    reading: Reading
    _flags: set[str] = field(default_factory=set)
    _shares: list[lines.Share] = field(default_factory=list)
    _prices: dict[str, Decimal] = field(default_factory=dict)

    def report(self) -> Report:
        """Return all that the document says. Raises UnusableError."""
        status = fields.text(self.order.status)
        if not status:
            raise UnusableError("missing_field:status", "status")
        currency = fields.currency(self.order.currency_code, "currency")
        self._shares = lines.shares_of(self.order.order_line_items)
        total = fields.fine_amount(self.order.total_price, "totalPrice")
        self._prices = dict(lines.unit_prices(self._shares, total, currency))
        if self._shares and not self._prices and total:
            self._flags.add("total_mismatch")
        facts: tuple[Fact, ...] = (
            self._seen(status, currency),
            *self._words(status),
            *self._payment(),
            *self._packages(),
            *self._returns(currency),
        )
        return Report(
            order_external_id=self.external_id,
            source_time=self._time(self.order.updated_at, "updatedAt"),
            facts=facts,
            flags=tuple(sorted(self._flags)),
            source_order=reference_of(fields.text(self.order.source_id)),
        )

    def _seen(self, status: str, currency: str) -> OrderSeen:
        order = self.order
        method = fields.text(order.shipping_method)
        shipping = order.shipping_lines or []
        prices = [line.final_price for line in shipping if line.final_price is not None]
        return OrderSeen(
            number=fields.text(order.order_number) or self.external_id,
            currency=currency,
            total=fields.amount(order.total_final_price, currency, "totalFinalPrice"),
            lines=tuple(self._lines(is_shipped=method not in words.UNSHIPPED)),
            placed_at=self._time(order.ordered_at, "orderedAt"),
            payment_method=self._payment_method(),
            payment_method_name=", ".join(self._gateways()),
            pickup=method == words.COLLECTED,
            shipping_method=fields.text(shipping[0].title) if shipping else "",
            shipping_total=(
                sum((fields.fine_amount(price, "shippingLines") for price in prices), Decimal(0))
                if prices
                else None
            ),
            customer=self._customer(),
            draft=status == words.DRAFT,
        )

    def _lines(self, *, is_shipped: bool) -> Iterator[LineSeen]:
        named = {
            share.id: item for share, item in zip(self._shares, self.order.order_line_items, strict=True)
        }
        for root, shares in lines.by_root(self._shares).items():
            item = named[root if root in named else shares[0].id]
            variant = item.variant or schema.Variant()
            price = self._prices.get(root, self._prices.get(shares[0].id))
            quantity = sum(share.quantity for share in shares)
            yield LineSeen(
                external_id=root,
                # One SKU may be typed in two Unicode forms.
                sku=unicodedata.normalize("NFC", fields.text(variant.sku)),
                name=fields.text(variant.name),
                quantity=fields.quantity(quantity, "orderLineItems.quantity"),
                canceled=lines.canceled(shares),
                unit_price=price,
                total=None if price is None else price * quantity,
                requires_shipping=is_shipped,
            )

    def _payment_method(self) -> PaymentMethod:
        types = (fields.text(payment.type) for payment in self.order.payment_methods or ())
        known = (words.PAYMENT_METHODS[kind] for kind in types if kind in words.PAYMENT_METHODS)
        return next(known, PaymentMethod.PREPAID)

    def _gateways(self) -> list[str]:
        payments = self.order.payment_methods or ()
        names = (fields.text(pay.payment_gateway_name) or fields.text(pay.type) for pay in payments)
        return [name for name in names if name]

    def _customer(self) -> Customer | None:
        buyer = self.order.customer or schema.Buyer()
        billing, shipping = _address(self.order.billing_address), _address(self.order.shipping_address)
        customer = Customer(
            name=_name(buyer.first_name, buyer.last_name) or (shipping or billing or Address()).name,
            email=fields.text(buyer.email),
            phone=fields.text(buyer.phone) or (shipping or billing or Address()).phone,
            billing=billing,
            shipping=shipping,
        )
        return None if customer == Customer() else customer

    def _words(self, status: str) -> Iterator[Fact]:
        word = words.STATUSES.get(status, StatusWord.UNKNOWN)
        if word is StatusWord.UNKNOWN:
            self._flags.add("unmapped_status")
        yield StatusReported(word=word, raw=status)
        packed = fields.text(self.order.order_package_status)
        if packed and packed not in words.PACKAGES and packed not in words.PARTIALS:
            self._flags.add("unmapped_status")
        told = {packed, *(share.status for share in self._shares), *self._package_statuses()}
        # One wish that is still open counts more than one that was turned down.
        asked = next((raw for raw in words.REQUESTS if raw in told), "")
        if asked:
            yield StatusReported(word=words.REQUESTS[asked], raw=asked)

    def _package_statuses(self) -> Iterator[str]:
        for package in self.order.order_packages or ():
            yield fields.text(package.order_package_fulfill_status)

    def _payment(self) -> Iterator[Fact]:
        raw = fields.text(self.order.order_payment_status)
        word = words.PAYMENTS.get(raw)
        if word is not None:
            yield PaymentReported(word=word, raw=raw)
        elif raw:
            self._flags.add("unmapped_status")
            yield StatusReported(word=StatusWord.UNKNOWN, raw=raw, reason="orderPaymentStatus")

    def _packages(self) -> Iterator[Fact]:
        shares = {share.id: share for share in self._shares}
        for package in self.order.order_packages or ():
            package_id = fields.identifier(package.id, "orderPackages.id")
            raw = fields.text(package.order_package_fulfill_status)
            if raw not in words.PACKAGES:
                # As a scan: that is additive and moves nothing.
                self._flags.add("unmapped_status")
                yield ParcelScanned(
                    status=ScanStatus.UNKNOWN, raw=raw, occurred_at=None, package_id=package_id
                )
                continue
            word = words.PACKAGES[raw]
            if word is not None:
                yield self._package(package, package_id, word, raw, shares)

    def _package(
        self,
        package: schema.Package,
        package_id: str,
        word: PackageWord,
        raw: str,
        shares: dict[str, lines.Share],
    ) -> PackageReported:
        tracking = package.tracking_info or schema.Tracking()
        number = fields.optional_identifier(fields.text(tracking.tracking_number), "trackingNumber")
        link = fields.text(tracking.tracking_link)
        contents: Counter[str] = Counter()
        for value in package.order_line_item_ids or ():
            share = shares.get(fields.identifier(value, "orderLineItemIds"))
            if share is not None:
                contents[share.root] += share.quantity
        return PackageReported(
            package_id=package_id,
            word=word,
            raw=raw,
            contents=None if package.order_line_item_ids is None else tuple(contents.items()),
            tracking_number=number,
            carrier=fields.text(tracking.cargo_company),
            tracking_url=link if link.startswith("https://") else "",
            awaits_tracking=self.reading.back_office and word is PackageWord.FULFILLED and not number,
        )

    def _returns(self, currency: str) -> Iterator[Fact]:
        for share in self._shares:
            if share.status not in words.LINES:
                self._flags.add("unmapped_status")
            if share.status in words.RETURNS and share.quantity:
                yield ReturnReported(
                    return_id=share.id,
                    line_id=share.root,
                    quantity=share.quantity,
                    word=words.RETURNS[share.status],
                    raw=share.status,
                )
        for refund_id, shares in lines.refunds_of(self._shares).items():
            if all(share.id in self._prices for share in shares):  # else the flag says why
                yield self._refund(refund_id, shares, currency)

    def _refund(self, refund_id: str, shares: list[lines.Share], currency: str) -> RefundReported:
        packed = {
            fields.text(line_id)
            for package in self.order.order_packages or ()
            for line_id in package.order_line_item_ids or ()
        }
        returned = tuple(
            RefundLine(
                line_id=share.root,
                quantity=share.quantity,
                restock=Restock.NONE if share.id in packed else Restock.CANCEL,
                amount=self._prices[share.id] * share.quantity,
            )
            for share in shares
        )
        total = sum((line.amount for line in returned if line.amount is not None), Decimal(0))
        return RefundReported(
            refund_id=refund_id,
            word=RefundWord.RECORDED,
            raw=words.REFUNDED_LINE,
            amount=fields.amount(total, currency, "orderLineItems.finalPrice"),
            currency=currency,
            lines=returned,
        )

    def _time(self, value: Any, where: str) -> datetime:
        """Return a time of ikas: whole milliseconds since 1970, as a JSON number."""
        if value is None:
            raise UnusableError(f"missing_field:{where}", where)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _MOST_MILLISECONDS:
            raise UnusableError("invalid_timestamp", where)
        moment = _EPOCH + timedelta(milliseconds=value)
        return fields.timestamp(moment.isoformat(), where, received_at=self.reading.received_at)


def _name(first: Any, last: Any) -> str:
    return " ".join(filter(None, (fields.text(first), fields.text(last))))


def _address(address: schema.Address | None) -> Address | None:
    if address is None:
        return None
    city, country = address.city or schema.Named(), address.country or schema.Named()
    street = (address.address_line1, address.address_line2)
    read = Address(
        name=_name(address.first_name, address.last_name),
        company=fields.text(address.company),
        street=tuple(filter(None, map(fields.text, street))),
        postal_code=fields.text(address.postal_code),
        city=fields.text(city.name),
        region=fields.text(address.district.name) if address.district else "",
        country=fields.text(country.iso2) or fields.text(country.name),
        phone=fields.text(address.phone),
    )
    return None if read == Address() else read
