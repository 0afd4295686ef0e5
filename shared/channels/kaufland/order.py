"""One order of Kaufland's, read into facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.channels.kaufland import schema
from shared.channels.kaufland.words import BY_CHANNEL, STATUSES, Stage
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
    RefundLine,
    RefundReported,
    RefundWord,
    Report,
    Restock,
    ReturnReported,
    ReturnWord,
    StatusReported,
    StatusWord,
)
from shared.orders.money import currency_digits
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

WHOLE_ORDER = "order"
"""The id of the one package that stands for all units that have left."""

_CENTS_ARE = 2  # digits: in EUR, CZK and PLN, which Kaufland sells in
_MOST_CENTS = 10**14


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order and how it is to be read."""

    order: schema.Order
    reading: Reading

    def report(self) -> Report:
        """Return all that the document says. Raises UnusableError."""
        units = self.order.order_units
        if len(units) > fields.MAX_LINES:
            raise UnusableError("too_many_lines", "order_units")
        if not units:
            raise UnusableError("missing_field:order_units", "order_units")
        stages = [stage_of(unit) for unit in units]
        flags = {"unmapped_status"} if None in stages else set[str]()
        currency = fields.currency(units[0].currency)
        if any(fields.currency(unit.currency) != currency for unit in units):
            raise UnusableError("currency_mismatch", "order_units.currency")
        if currency_digits(currency) != _CENTS_ARE:
            raise UnusableError("invalid_amount", "order_units.currency")
        facts: list[Fact] = [
            self._seen(stages, currency),
            *self._words(stages),
            *_package(units, stages),
            *_returns(units, stages, currency),
        ]
        return Report(
            order_external_id=fields.identifier(self.order.id_order, "id_order"),
            source_time=max(map(self._changed_at, units)),
            facts=tuple(facts),
            flags=tuple(sorted(flags)),
        )

    def _seen(self, stages: list[Stage | None], currency: str) -> OrderSeen:
        order = self.order
        lines = tuple(
            LineSeen(
                external_id=unit_id(unit),
                sku=fields.text(unit.id_offer),
                name=fields.text(unit.product.title if unit.product else None),
                quantity=1,
                canceled=int(stage is Stage.CANCELED),
                unit_price=cents(unit.price, "price"),
                total=cents(unit.price, "price"),
            )
            for unit, stage in zip(order.order_units, stages, strict=True)
        )
        shipping = sum((_shipping(unit) for unit in order.order_units), Decimal(0))
        return OrderSeen(
            number=fields.identifier(order.id_order, "id_order"),
            currency=currency,
            total=sum((line.total for line in lines if line.total is not None), shipping),
            lines=lines,
            placed_at=fields.optional_timestamp(
                order.ts_created_iso, "ts_created_iso", received_at=self.reading.received_at
            ),
            shipping_total=shipping,
            customer=_customer(order),
            fulfilled_by_channel=fields.text(order.fulfillment_type) == BY_CHANNEL,
        )

    def _words(self, stages: list[Stage | None]) -> Iterator[Fact]:
        raws = [fields.text(unit.status) for unit in self.order.order_units]
        known = [stage for stage in stages if stage is not None]
        if known and len(known) == len(stages) and set(known) == {Stage.CANCELED}:
            yield StatusReported(word=StatusWord.CANCELED, raw=raws[0], reason=self._reason())
            return
        live = [(stage, raw) for stage, raw in zip(stages, raws, strict=True) if stage is not None]
        live = [(stage, raw) for stage, raw in live if stage is not Stage.CANCELED]
        if live:
            # The unit that is least far says what is still to be done.
            raw = min(live)[1]
            yield StatusReported(word=StatusWord.PROCESSABLE, raw=raw)
            yield PaymentReported(word=PaymentWord.PAID, raw=raw)
        for raw in sorted({raw for stage, raw in zip(stages, raws, strict=True) if stage is None}):
            yield StatusReported(word=StatusWord.UNKNOWN, raw=raw)

    def _reason(self) -> str:
        return next(filter(None, (fields.text(unit.cancel_reason) for unit in self.order.order_units)), "")

    def _changed_at(self, unit: schema.Unit) -> datetime:
        return fields.timestamp(unit.ts_updated_iso, "ts_updated_iso", received_at=self.reading.received_at)


def stage_of(unit: schema.Unit) -> Stage | None:
    """Return where a unit stands, None for a word that is unknown. Raises UnusableError."""
    raw = fields.text(unit.status)
    if not raw:
        raise UnusableError("missing_field:status", "order_units.status")
    return STATUSES.get(raw)


def unit_id(unit: schema.Unit) -> str:
    """Return the id of a unit. Raises UnusableError."""
    return fields.identifier(unit.id_order_unit, "id_order_unit")


def cents(value: Any, where: str) -> Decimal:
    """Return whole cents as an amount."""
    if value is None:
        raise UnusableError(f"missing_field:{where}", where)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_CENTS:
        raise UnusableError("invalid_amount", where)
    return Decimal(value).scaleb(-_CENTS_ARE)


def worth(unit: schema.Unit) -> Decimal:
    """Return what the customer paid for a unit: its price and its share of the shipping."""
    return cents(unit.price, "price") + _shipping(unit)


def _shipping(unit: schema.Unit) -> Decimal:
    return Decimal("0.00") if unit.shipping_rate is None else cents(unit.shipping_rate, "shipping_rate")


def _package(units: list[schema.Unit], stages: list[Stage | None]) -> Iterator[Fact]:
    """Yield the package of all that is open here, once every unit that was not canceled has left."""
    live = [stage for stage in stages if stage is not Stage.CANCELED]
    if not live or any(stage is None or stage is Stage.OPEN for stage in live):
        return
    arrived = Stage.RECEIVED in live and Stage.SENT not in live
    raw = next(
        fields.text(unit.status)
        for unit, stage in zip(units, stages, strict=True)
        if stage is (Stage.RECEIVED if arrived else live[0])
    )
    yield PackageReported(
        package_id=WHOLE_ORDER,
        word=PackageWord.DELIVERED if arrived else PackageWord.FULFILLED,
        raw=raw,
    )


def _returns(units: list[schema.Unit], stages: list[Stage | None], currency: str) -> Iterator[Fact]:
    for unit, stage in zip(units, stages, strict=True):
        if stage not in (Stage.RETURNED, Stage.REPAID):
            continue
        identity, raw = unit_id(unit), fields.text(unit.status)
        yield ReturnReported(
            return_id=identity, line_id=identity, quantity=1, word=ReturnWord.RECEIVED, raw=raw
        )
        if stage is Stage.REPAID:
            amount = cents(unit.price, "price")
            line = RefundLine(line_id=identity, quantity=1, restock=Restock.NONE, amount=amount)
            yield RefundReported(
                refund_id=f"return-{identity}",
                word=RefundWord.RECORDED,
                raw=raw,
                amount=amount,
                currency=currency,
                lines=(line,),
            )


def _customer(order: schema.Order) -> Customer | None:
    shipping, billing = _address(order.shipping_address), _address(order.billing_address)
    main = shipping or billing or Address()
    customer = Customer(
        name=main.name,
        email=fields.text(order.buyer.email if order.buyer else None),
        phone=main.phone,
        billing=billing,
        shipping=shipping,
    )
    return None if customer == Customer() else customer


def _address(address: schema.Address | None) -> Address | None:
    if address is None:
        return None
    house = (address.street, address.house_number)
    street = (" ".join(filter(None, map(fields.text, house))), fields.text(address.additional_field))
    read = Address(
        name=" ".join(filter(None, map(fields.text, (address.first_name, address.last_name)))),
        company=fields.text(address.company_name),
        street=tuple(filter(None, street)),
        postal_code=fields.text(address.postcode),
        city=fields.text(address.city),
        country=fields.text(address.country),
        phone=fields.text(address.phone),
    )
    return None if read == Address() else read
