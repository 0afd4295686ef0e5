"""The documented fields of a WooCommerce order (REST API documentation, wc/v3, *Orders*) that are read."""

from __future__ import annotations

from pydantic import Field

from shared.wire.shapes import Raw, Shape


class Party(Shape):
    """``billing`` or ``shipping``; only billing has an e-mail."""

    first_name: Raw = None
    last_name: Raw = None
    company: Raw = None
    address_1: Raw = None
    address_2: Raw = None
    city: Raw = None
    state: Raw = None
    postcode: Raw = None
    country: Raw = None
    email: Raw = None
    phone: Raw = None


class Line(Shape):
    """One of ``line_items``. ``total`` is after discounts and without tax, for all pieces."""

    id: Raw = None
    name: Raw = None
    sku: Raw = None
    quantity: Raw = None
    price: Raw = None
    total: Raw = None


class Shipping(Shape):
    """One of ``shipping_lines``."""

    method_id: Raw = None
    method_title: Raw = None


class Fee(Shape):
    """One of ``fee_lines``; a discount granted by hand is a negative fee."""

    total: Raw = None


class Refund(Shape):
    """One of ``refunds``: a summary, ``total`` is negative."""

    id: Raw = None
    total: Raw = None


class Meta(Shape):
    """One of ``meta_data``: what plugins keep with the order, of any type."""

    key: Raw = None
    value: Raw = None


class Order(Shape):
    """An order document. Times ending in ``_gmt`` are UTC without a suffix; the twins are shop-local."""

    number: Raw = None
    status: Raw = None
    currency: Raw = None
    date_created_gmt: Raw = None
    date_modified_gmt: Raw = None
    date_paid_gmt: Raw = None
    date_completed_gmt: Raw = None
    total: Raw = None
    total_tax: Raw = None
    shipping_total: Raw = None
    discount_total: Raw = None
    payment_method: Raw = None
    payment_method_title: Raw = None
    billing: Party | None = None
    shipping: Party | None = None
    line_items: list[Line]
    shipping_lines: list[Shipping] = Field(default_factory=list)
    fee_lines: list[Fee] = Field(default_factory=list)
    refunds: list[Refund] = Field(default_factory=list)
    meta_data: list[Meta] = Field(default_factory=list)
