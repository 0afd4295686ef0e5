"""One eBay order with its fulfillments, read into facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from shared.channels.ebay import schema, words
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
    RefundReported,
    RefundWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

UNLISTED = "fulfilled"
"""The id of the package of what eBay calls fulfilled and no fulfillment holds; with a line's id behind it
where only that line is."""

_AHEAD = timedelta(days=366)  # a date to ship by lies in the future


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order, its fulfillments (None: not asked for), and how they are to be read."""

    external_id: str
    order: schema.Order
    fulfillments: list[schema.Fulfillment] | None
    reading: Reading

    def report(self) -> Report:
        """Return all that the documents say. Raises UnusableError."""
        status = fields.text(self.order.order_fulfillment_status)
        if not status:
            raise UnusableError("missing_field:orderFulfillmentStatus", "orderFulfillmentStatus")
        payment = fields.text(self.order.order_payment_status)
        if not payment:
            raise UnusableError("missing_field:orderPaymentStatus", "orderPaymentStatus")
        seen = self._seen()
        return Report(
            order_external_id=self.external_id,
            source_time=self._time(self.order.last_modified_date, "lastModifiedDate"),
            facts=(
                seen,
                *self._statuses(status, payment),
                *self._payment(payment),
                *self._refunds(seen.currency),
                *self._packages(status),
            ),
            flags=tuple(self._flags(seen.currency, status, payment)),
        )

    def _seen(self) -> OrderSeen:
        pricing = self.order.pricing_summary
        currency = fields.currency(pricing.total.currency)
        steps = self.order.fulfillment_start_instructions
        return OrderSeen(
            number=self.external_id,
            currency=currency,
            total=fields.amount(pricing.total.value, currency, "total"),
            lines=self._lines(currency),
            placed_at=self._time(self.order.creation_date, "creationDate"),
            payment_method_name=", ".join(
                filter(None, (fields.text(payment.payment_method) for payment in self._payments()))
            ),
            pickup=bool(steps) and all(step.pickup_step is not None for step in steps),
            shipping_method=", ".join(
                filter(None, (fields.text(step.shipping_service_code) for step in self._shipping_steps()))
            ),
            shipping_total=_figure(pricing.delivery_cost, currency, "deliveryCost"),
            tax_total=_figure(pricing.tax, currency, "tax"),
            customer=self._customer(),
            ship_by=self._ship_by(),
        )

    def _lines(self, currency: str) -> tuple[LineSeen, ...]:
        items = self.order.line_items
        if len(items) > fields.MAX_LINES:
            raise UnusableError("too_many_lines", "lineItems")
        return tuple(self._line(item, currency) for item in items)

    def _line(self, item: schema.LineItem, currency: str) -> LineSeen:
        quantity = fields.quantity(item.quantity, "lineItems.quantity")
        cost = _figure(item.line_item_cost, currency, "lineItemCost")
        discounted = _figure(item.discounted_line_item_cost, currency, "discountedLineItemCost")
        return LineSeen(
            external_id=fields.identifier(item.line_item_id, "lineItemId"),
            sku=fields.text(item.sku),
            name=fields.text(item.title),
            quantity=quantity,
            unit_price=None if cost is None else _unit_price(cost, quantity),
            total=cost if discounted is None else discounted,
        )

    def _statuses(self, status: str, payment: str) -> Iterator[StatusReported]:
        cancellation = self._cancellation()
        # A canceled order is still called paid and not started: that is no news of it.
        if cancellation is None or cancellation.word is not StatusWord.CANCELED:
            yield self._progress(status, payment)
        if cancellation is not None:
            yield cancellation

    def _progress(self, status: str, payment: str) -> StatusReported:
        word = words.FULFILLMENTS.get(status, StatusWord.UNKNOWN)
        if payment not in words.PAYMENTS:
            return StatusReported(word=StatusWord.UNKNOWN, raw=payment)
        if word is StatusWord.PROCESSABLE and words.PAYMENTS[payment] is not PaymentWord.PAID:
            return StatusReported(word=StatusWord.NOT_PROCESSABLE, raw=payment)
        return StatusReported(word=word, raw=status)

    def _cancellation(self) -> StatusReported | None:
        """Return what is said of a cancellation: by its state, but for who asked for it and was denied."""
        cancel = self.order.cancel_status
        state = fields.text(cancel.cancel_state) or words.NONE_REQUESTED
        word = words.CANCEL_STATES.get(state, StatusWord.UNKNOWN)
        if cancel.cancel_requests and word in (None, StatusWord.CANCELLATION_REQUESTED):
            request = cancel.cancel_requests[-1]  # a new one takes the place of those before
            told = fields.text(request.cancel_request_state)
            if fields.text(request.cancel_initiator).lower() != words.BUYER:
                return None
            if told not in words.CANCEL_REQUESTS:
                return StatusReported(word=StatusWord.UNKNOWN, raw=told)
            if words.CANCEL_REQUESTS[told] is StatusWord.CANCELLATION_REJECTED:
                return StatusReported(word=StatusWord.CANCELLATION_REJECTED, raw=told)
        return None if word is None else StatusReported(word=word, raw=state)

    def _payment(self, payment: str) -> Iterator[Fact]:
        word = words.PAYMENTS.get(payment)
        if word is not None:
            dates = [self._time(entry.payment_date, "paymentDate") for entry in self._payments()]
            paid_at = max(filter(None, dates), default=None) if word is PaymentWord.PAID else None
            yield PaymentReported(word=word, raw=payment, occurred_at=paid_at)

    def _refunds(self, currency: str) -> Iterator[Fact]:
        for refund in self.order.payment_summary.refunds:
            status = fields.text(refund.refund_status)
            if refund.amount is None:
                raise UnusableError("missing_field:amount", "refunds.amount")
            if fields.currency(refund.amount.currency, "refunds.currency") != currency:
                raise UnusableError("currency_mismatch", "refunds.currency")
            yield RefundReported(
                refund_id=fields.identifier(refund.refund_id or refund.refund_reference_id, "refundId"),
                # Unknown is not failed: the money may be on its way.
                word=words.REFUNDS.get(status, RefundWord.REQUESTED),
                raw=status,
                amount=fields.amount(refund.amount.value, currency, "refunds.amount"),
                currency=currency,
                occurred_at=self._time(refund.refund_date, "refundDate"),
            )

    def _packages(self, status: str) -> Iterator[PackageReported]:
        if self.fulfillments is None:
            if status == words.FULFILLED:
                yield PackageReported(package_id=UNLISTED, word=PackageWord.FULFILLED, raw=status)
            return
        listed: Counter[str] = Counter()
        for fulfillment in self.fulfillments:
            package = self._package(fulfillment)
            listed.update(dict(package.contents or ()))
            yield package
        for item in self.order.line_items:
            line_id = fields.identifier(item.line_item_id, "lineItemId")
            rest = fields.quantity(item.quantity, "lineItems.quantity") - listed[line_id]
            told = fields.text(item.line_item_fulfillment_status)
            if told == words.FULFILLED and rest > 0:
                yield PackageReported(
                    package_id=f"{UNLISTED}-{line_id}",
                    word=PackageWord.FULFILLED,
                    raw=told,
                    contents=((line_id, rest),),
                )

    def _package(self, fulfillment: schema.Fulfillment) -> PackageReported:
        number = fields.optional_identifier(fulfillment.shipment_tracking_number, "shipmentTrackingNumber")
        contents: Counter[str] = Counter()
        for line in fulfillment.line_items:
            pieces = fields.quantity(line.quantity, "fulfillments.quantity")
            contents[fields.identifier(line.line_item_id, "fulfillments.line_item_id")] += pieces
        return PackageReported(
            package_id=fields.identifier(fulfillment.fulfillment_id, "fulfillmentId"),
            word=PackageWord.FULFILLED,
            raw="shipping_fulfillment",
            contents=tuple(contents.items()),
            tracking_number=number,
            carrier=fields.text(fulfillment.shipping_carrier_code) if number else "",
            occurred_at=self._time(fulfillment.shipped_date, "shippedDate"),
        )

    def _customer(self) -> Customer:
        parties = [step.ship_to for step in self._shipping_steps() if step.ship_to is not None]
        account = fields.text(self.order.buyer.username)
        if not parties:
            return Customer(account=account)
        party = parties[0]
        phone = fields.text(party.primary_phone.phone_number) if party.primary_phone else ""
        return Customer(
            name=fields.text(party.full_name),
            email=fields.text(party.email),
            phone=phone,
            account=account,
            shipping=_address(party, phone),
        )

    def _ship_by(self) -> datetime | None:
        """Return the first moment that one of the lines has to be shipped by."""
        told = [
            item.line_item_fulfillment_instructions.ship_by_date
            for item in self.order.line_items
            if item.line_item_fulfillment_instructions is not None
        ]
        moments = [
            fields.optional_timestamp(value, "shipByDate", received_at=self.reading.received_at + _AHEAD)
            for value in told
        ]
        return min(filter(None, moments), default=None)

    def _payments(self) -> list[schema.Payment]:
        return self.order.payment_summary.payments

    def _shipping_steps(self) -> list[schema.ShippingStep]:
        steps = self.order.fulfillment_start_instructions
        return [step.shipping_step for step in steps if step.shipping_step is not None]

    def _flags(self, currency: str, status: str, payment: str) -> Iterator[str]:
        said = (fact.word for fact in self._statuses(status, payment))
        refunds = (fields.text(refund.refund_status) for refund in self.order.payment_summary.refunds)
        if StatusWord.UNKNOWN in said or any(refund not in words.REFUNDS for refund in refunds):
            yield "unmapped_status"
        if self._is_mismatch(currency):
            yield "total_mismatch"

    def _is_mismatch(self, currency: str) -> bool:
        """True where the lines, before discounts, do not add up to the subtotal."""
        subtotal = _figure(self.order.pricing_summary.price_subtotal, currency, "priceSubtotal")
        costs = [_figure(item.line_item_cost, currency, "lineItemCost") for item in self.order.line_items]
        known = [cost for cost in costs if cost is not None]
        return subtotal is not None and len(known) == len(costs) and sum(known) != subtotal

    def _time(self, value: object, where: str) -> datetime | None:
        return fields.optional_timestamp(value, where, received_at=self.reading.received_at)


def _figure(amount: schema.Amount | None, currency: str, where: str) -> Decimal | None:
    if amount is None:
        return None
    if fields.currency(amount.currency, f"{where}.currency") != currency:
        raise UnusableError("currency_mismatch", f"{where}.currency")
    return fields.amount(amount.value, currency, where)


def _unit_price(cost: Decimal, quantity: int) -> Decimal | None:
    """Return the price of one piece; None where it would not be exact."""
    price = (cost / quantity).quantize(Decimal("0.0001"))
    return price if price * quantity == cost else None


def _address(party: schema.Party, phone: str) -> Address | None:
    address = party.contact_address
    if address is None:
        return None
    return Address(
        name=fields.text(party.full_name),
        company=fields.text(party.company_name),
        street=tuple(filter(None, (fields.text(address.address_line1), fields.text(address.address_line2)))),
        postal_code=fields.text(address.postal_code),
        city=fields.text(address.city),
        region=fields.text(address.state_or_province),
        country=fields.text(address.country_code),
        phone=phone,
    )
