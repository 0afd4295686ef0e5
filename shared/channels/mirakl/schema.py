"""The fields of an order in the answer of OR11 (Mirakl's own OpenAPI, MMP seller) that are read."""

from __future__ import annotations

from pydantic import Field

from shared.wire.shapes import Raw, Shape


class Tax(Shape):
    """One of ``taxes`` or ``shipping_taxes``: for all pieces of the line."""

    code: Raw = None
    amount: Raw = None


class Refund(Shape):
    """One of a line's ``refunds``; those made by one request share ``order_refund_id``."""

    id: Raw = None
    order_refund_id: Raw = None
    state: Raw = None
    amount: Raw = None
    shipping_amount: Raw = None
    quantity: Raw = None
    created_date: Raw = None


class Cancelation(Shape):
    """One of a line's ``cancelations``."""

    id: Raw = None
    amount: Raw = None
    shipping_amount: Raw = None
    quantity: Raw = None


class Line(Shape):
    """One of ``order_lines``. ``price`` is that of all pieces, without shipping."""

    order_line_id: Raw = None
    order_line_state: Raw = None
    offer_sku: Raw = None
    product_title: Raw = None
    quantity: Raw = None
    price_unit: Raw = None
    price: Raw = None
    shipping_price: Raw = None
    taxes: list[Tax] | None = None
    shipping_taxes: list[Tax] | None = None
    refunds: list[Refund] | None = None
    cancelations: list[Cancelation] | None = None


class Address(Shape):
    """``billing_address`` or ``shipping_address``; null until the customer is debited, as a rule."""

    firstname: Raw = None
    lastname: Raw = None
    company: Raw = None
    company_2: Raw = None
    street_1: Raw = None
    street_2: Raw = None
    additional_info: Raw = None
    zip_code: Raw = None
    city: Raw = None
    state: Raw = None
    country: Raw = None
    country_iso_code: Raw = None
    phone: Raw = None


class Buyer(Shape):
    """``customer``."""

    firstname: Raw = None
    lastname: Raw = None
    locale: Raw = None
    billing_address: Address | None = None
    shipping_address: Address | None = None


class Promotions(Shape):
    """``promotions`` of the order."""

    total_deduced_amount: Raw = None


class Order(Shape):
    """An order. Amounts are JSON numbers in ``currency_iso_code``, counted as ``order_tax_mode`` says."""

    order_id: Raw = None
    order_state: Raw = None
    order_state_reason_code: Raw = None
    order_tax_mode: Raw = None
    created_date: Raw = None
    last_updated_date: Raw = None
    customer_debited_date: Raw = None
    currency_iso_code: Raw = None
    price: Raw = None
    shipping_price: Raw = None
    total_price: Raw = None
    payment_type: Raw = None
    customer: Buyer | None = None
    customer_notification_email: Raw = None
    shipping_type_code: Raw = None
    shipping_type_label: Raw = None
    shipping_carrier_code: Raw = None
    shipping_carrier_standard_code: Raw = None
    shipping_company: Raw = None
    shipping_tracking: Raw = None
    shipping_tracking_url: Raw = None
    shipping_deadline: Raw = None
    promotions: Promotions | None = None
    order_lines: list[Line] = Field(default_factory=list)
