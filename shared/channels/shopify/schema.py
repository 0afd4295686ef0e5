"""The fields of Shopify's documents that the mapping reads.

The models hold the shape only: what is an object, what a list. Values stay as they
came (``Any``) and are read strictly one by one by :mod:`shared.wire.fields`, whose reasons are more
exact. All other fields are ignored: Shopify adds some with every version.
"""

from __future__ import annotations

from typing import Any

from pydantic import StrictBool

from shared.wire.shapes import Shape


class Money(Shape):
    """An amount in one currency."""

    amount: Any = None


class MoneySet(Shape):
    """The same amount in the shop's and in the customer's currency."""

    shop_money: Money | None = None


class Allocation(Shape):
    """A line's share of one discount."""

    amount: Any = None


class LineItem(Shape):
    """An order line; in a fulfillment, ``quantity`` is that of the fulfillment."""

    id: Any = None
    sku: Any = None
    name: Any = None
    title: Any = None
    quantity: Any = None
    current_quantity: Any = None
    price: Any = None
    total_discount: Any = None
    discount_allocations: list[Allocation] | None = None
    requires_shipping: StrictBool | None = None


class ShippingLine(Shape):
    """A chosen way of shipping."""

    title: Any = None
    discount_allocations: list[Allocation] | None = None


class MailingAddress(Shape):
    """A postal address."""

    name: Any = None
    first_name: Any = None
    last_name: Any = None
    company: Any = None
    address1: Any = None
    address2: Any = None
    zip: Any = None
    city: Any = None
    province: Any = None
    province_code: Any = None
    country: Any = None
    country_code: Any = None
    phone: Any = None


class Buyer(Shape):
    """``order.customer``."""

    first_name: Any = None
    last_name: Any = None
    phone: Any = None


class Transaction(Shape):
    """A movement of money."""

    kind: Any = None
    status: Any = None
    amount: Any = None
    currency: Any = None


class RefundLineItem(Shape):
    """A refund's share of one order line. ``subtotal`` is a number here, a string elsewhere."""

    line_item_id: Any = None
    quantity: Any = None
    restock_type: Any = None
    subtotal: Any = None


class RefundDocument(Shape):
    """A refund, alone or within its order."""

    id: Any = None
    order_id: Any = None
    created_at: Any = None
    processed_at: Any = None
    refund_line_items: list[RefundLineItem] | None = None
    transactions: list[Transaction] | None = None


class FulfillmentDocument(Shape):
    """A fulfillment, alone or within its order: one parcel as a rule."""

    id: Any = None
    order_id: Any = None
    status: Any = None
    shipment_status: Any = None
    created_at: Any = None
    updated_at: Any = None
    tracking_company: Any = None
    tracking_number: Any = None
    tracking_numbers: list[Any] | None = None
    tracking_url: Any = None
    line_items: list[LineItem] | None = None


class FulfillmentEventDocument(Shape):
    """One scan of a fulfillment's parcel."""

    fulfillment_id: Any = None
    order_id: Any = None
    status: Any = None
    happened_at: Any = None
    estimated_delivery_at: Any = None


class NoteAttribute(Shape):
    """What a cart, an app or the merchant noted with the order."""

    name: Any = None
    value: Any = None


class OrderDocument(Shape):
    """An order with everything in it."""

    id: Any = None
    name: Any = None
    currency: Any = None
    presentment_currency: Any = None
    email: Any = None
    contact_email: Any = None
    phone: Any = None
    customer_locale: Any = None
    total_price: Any = None
    total_tax: Any = None
    total_discounts: Any = None
    total_tip_received: Any = None
    total_shipping_price_set: MoneySet | None = None
    original_total_duties_set: MoneySet | None = None
    original_total_additional_fees_set: MoneySet | None = None
    taxes_included: StrictBool | None = None
    test: StrictBool | None = None
    financial_status: Any = None
    payment_gateway_names: list[Any] | None = None
    cancelled_at: Any = None
    cancel_reason: Any = None
    closed_at: Any = None
    created_at: Any = None
    processed_at: Any = None
    updated_at: Any = None
    customer: Buyer | None = None
    billing_address: MailingAddress | None = None
    shipping_address: MailingAddress | None = None
    shipping_lines: list[ShippingLine] | None = None
    line_items: list[LineItem] | None = None
    fulfillments: list[FulfillmentDocument] | None = None
    refunds: list[RefundDocument] | None = None
    note_attributes: list[NoteAttribute] | None = None
    tags: Any = None


class DeletedOrder(Shape):
    """What is left of a deleted order."""

    id: Any = None
