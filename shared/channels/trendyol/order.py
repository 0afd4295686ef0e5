"""The packages of one Trendyol order, read into facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.channels.trendyol import schema, words
from shared.channels.trendyol.words import Meaning, Pieces
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

ORDER_DATE_AHEAD = timedelta(hours=3)
"""``orderDate`` is given in GMT+3, as if that were GMT."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_partly_elsewhere(package: schema.Package) -> bool:
    """True where a package alone does not tell what became of its pieces: others have to be looked at."""
    created_by = fields.text(package.created_by)
    return (
        _meaning(package).pieces in (Pieces.CANCELED, Pieces.ELSEWHERE)
        or bool(package.origin_package_ids)
        or created_by not in ("", words.FIRST_OF_ITS_KIND)
    )


@dataclass(frozen=True, slots=True)
class OrderReading:
    """Packages with one ``orderNumber``; ``is_whole``: there are no others."""

    number: str
    packages: tuple[schema.Package, ...]
    reading: Reading
    is_whole: bool

    def report(self) -> Report:
        """Return all that the packages say. Raises UnusableError."""
        for package in self.packages:
            if not fields.text(package.status):
                raise UnusableError("missing_field:status", "status")
        times = [self._time(package.last_modified_date, "lastModifiedDate") for package in self.packages]
        return Report(
            order_external_id=self.number,
            source_time=max(filter(None, times), default=None),
            # Of a page of one package and of the whole order with the same time the whole is the newer.
            sequence=int(self.is_whole),
            facts=(self._seen(), *self._statuses(), *self._told_packages()),
            flags=tuple(self._flags()),
        )

    def _flags(self) -> Iterator[str]:
        if self._unknown():
            yield "unmapped_status"
        if any(map(_is_mismatch, self.packages)):
            yield "total_mismatch"

    def _counted(self) -> list[schema.Package]:
        """Return the packages whose pieces count: all but those whose place others took."""
        replaced = {
            fields.identifier(origin, "originPackageIds")
            for package in self.packages
            for origin in package.origin_package_ids or ()
        }
        return [
            package
            for package in self.packages
            if _meaning(package).pieces is not Pieces.ELSEWHERE and _id_of(package) not in replaced
        ]

    def _seen(self) -> OrderSeen:
        currencies = {fields.currency(package.currency_code) for package in self.packages}
        if len(currencies) > 1:
            raise UnusableError("currency_mismatch", "currencyCode")
        [currency] = currencies
        prices = [
            fields.amount(package.package_total_price, currency, "packageTotalPrice")
            for package in self._counted()
        ]
        placed_at = self._time(self.packages[0].order_date, "orderDate", ahead=ORDER_DATE_AHEAD)
        names = {fields.text(package.cargo_provider_name): None for package in self.packages}
        return OrderSeen(
            number=self.number,
            currency=currency,
            total=sum(prices, Decimal(0)) if self.is_whole else None,
            lines=self._lines(),
            placed_at=placed_at,
            shipping_method=", ".join(filter(None, names)),
            customer=self._customer(),
            is_partial=not self.is_whole,
        )

    def _lines(self) -> tuple[LineSeen, ...]:
        quantities: Counter[str] = Counter()
        canceled: Counter[str] = Counter()
        first: dict[str, schema.Line] = {}
        for package in self._counted():
            gone = _meaning(package).pieces is Pieces.CANCELED
            for line_id, line, pieces in _contents(package):
                first.setdefault(line_id, line)
                quantities[line_id] += pieces
                canceled[line_id] += pieces if gone else 0
        if len(first) > fields.MAX_LINES:
            raise UnusableError("too_many_lines", "lines")
        return tuple(
            LineSeen(
                external_id=line_id,
                sku=_sku(line),
                name=fields.text(line.product_name),
                quantity=quantities[line_id],
                canceled=canceled[line_id],
                unit_price=_price(line.line_unit_price),
            )
            for line_id, line in first.items()
        )

    def _statuses(self) -> Iterator[Fact]:
        unknown = self._unknown()
        if unknown:
            yield StatusReported(word=StatusWord.UNKNOWN, raw=unknown)
        told = [fields.text(package.status) for package in self._counted()]
        meanings = {words.STATUSES[status].pieces for status in told if status in words.STATUSES}
        if Pieces.WAIT in meanings:
            yield StatusReported(word=StatusWord.NOT_PROCESSABLE, raw=words.AWAITING)
            yield PaymentReported(word=PaymentWord.PENDING, raw=words.AWAITING)
        elif Pieces.LIVE in meanings:
            if not unknown:
                yield StatusReported(word=StatusWord.PROCESSABLE, raw=words.CREATED)
            yield PaymentReported(word=PaymentWord.PAID, raw=words.CREATED)
        elif meanings == {Pieces.CANCELED} and not unknown and self.is_whole:
            yield StatusReported(word=StatusWord.CANCELED, raw=told[0])

    def _told_packages(self) -> Iterator[PackageReported]:
        for package in self.packages:
            status = fields.text(package.status)
            word = _meaning(package).package
            if word is None or (word is PackageWord.CANCELED and _was_never_worked_on(package)):
                continue
            number = fields.optional_identifier(package.cargo_sender_number, "cargoSenderNumber")
            number = number or fields.optional_identifier(
                package.cargo_tracking_number, "cargoTrackingNumber"
            )
            contents: Counter[str] = Counter()
            for line_id, _, pieces in _contents(package):
                contents[line_id] += pieces
            yield PackageReported(
                package_id=_id_of(package),
                word=word,
                raw=status,
                contents=None if word is PackageWord.CANCELED else tuple(contents.items()),
                tracking_number=number,
                carrier=fields.text(package.cargo_provider_name) if number else "",
                occurred_at=self._since(package, status),
            )

    def _since(self, package: schema.Package, status: str) -> datetime | None:
        """Return when the package got the status that it has."""
        moments = [
            self._time(entry.created_date, "createdDate")
            for entry in package.package_histories
            if fields.text(entry.status) == status
        ]
        return max(filter(None, moments), default=None)

    def _customer(self) -> Customer:
        package = self.packages[0]
        first, last = fields.text(package.customer_first_name), fields.text(package.customer_last_name)
        shipping, billing = _address(package.shipment_address), _address(package.invoice_address)
        return Customer(
            name=f"{first} {last}".strip(),
            email=fields.text(package.customer_email),
            phone=shipping.phone if shipping else "",
            billing=billing,
            shipping=shipping,
        )

    def _unknown(self) -> str:
        """Return the first status that is in no table, "" where all are."""
        statuses = (fields.text(package.status) for package in self.packages)
        return next((status for status in statuses if status not in words.STATUSES), "")

    def _time(self, value: Any, where: str, *, ahead: timedelta = timedelta(0)) -> datetime | None:
        """Return a time of whole milliseconds; None for none, which Trendyol also writes as 0."""
        if value is None or (value == 0 and value is not False):
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise UnusableError("invalid_timestamp", where)
        try:
            moment = _EPOCH + timedelta(milliseconds=value) - ahead
        except OverflowError:
            raise UnusableError("invalid_timestamp", where) from None
        return fields.timestamp(moment.isoformat(), where, received_at=self.reading.received_at)


def _meaning(package: schema.Package) -> Meaning:
    return words.STATUSES.get(fields.text(package.status), words.UNKNOWN)


def _id_of(package: schema.Package) -> str:
    value = package.id if package.shipment_package_id is None else package.shipment_package_id
    return fields.identifier(value, "shipmentPackageId")


def _was_never_worked_on(package: schema.Package) -> bool:
    """True where the histories show that nobody spoke of a package before it was canceled."""
    told = {fields.text(entry.status) for entry in package.package_histories}
    return bool(told) and told <= words.UNTOUCHED | {fields.text(package.status)}


def _contents(package: schema.Package) -> Iterator[tuple[str, schema.Line, int]]:
    for line in package.lines:
        line_id = fields.identifier(line.line_id, "lineId")
        yield line_id, line, fields.quantity(line.quantity, "lines.quantity")


def _sku(line: schema.Line) -> str:
    """Return the seller's own code; where there is none, the barcode by which he listed the product."""
    return fields.text(line.stock_code) or fields.text(line.merchant_sku) or fields.text(line.barcode)


def _price(value: Any) -> Decimal | None:
    return None if value is None else fields.fine_amount(value, "lineUnitPrice")


def _is_mismatch(package: schema.Package) -> bool:
    """True where the lines do not add up to the package's price; with a discount nobody can tell."""
    discount = package.package_total_discount
    prices = [_price(line.line_unit_price) for line in package.lines]
    if discount is None or discount != 0 or None in prices:
        return False
    pieces = [fields.quantity(line.quantity, "lines.quantity") for line in package.lines]
    worth = sum((price * count for price, count in zip(prices, pieces, strict=True) if price), Decimal(0))
    return worth != fields.fine_amount(package.package_total_price, "packageTotalPrice")


def _address(address: schema.Address | None) -> Address | None:
    if address is None:
        return None
    name = fields.text(address.full_name)
    first, last = fields.text(address.first_name), fields.text(address.last_name)
    street = (fields.text(address.address1), fields.text(address.address2), fields.text(address.district))
    return Address(
        name=name or f"{first} {last}".strip(),
        company=fields.text(address.company),
        street=tuple(filter(None, street)),
        postal_code=fields.text(address.postal_code),
        city=fields.text(address.city),
        country=fields.text(address.country_code),
        phone=fields.text(address.phone),
    )
