"""The fields of an order that are asked for and read (ikas.dev, *Order*; types of @ikas/admin-api-client)."""

from __future__ import annotations

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from shared.wire.shapes import Raw, Shape


class Camel(Shape):
    """ikas writes camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


class Named(Camel):
    """A city, district or country."""

    name: Raw = None
    iso2: Raw = None


class Address(Camel):
    """``shippingAddress`` or ``billingAddress``."""

    first_name: Raw = None
    last_name: Raw = None
    company: Raw = None
    address_line1: Raw = None
    address_line2: Raw = None
    district: Named | None = None
    city: Named | None = None
    country: Named | None = None
    postal_code: Raw = None
    phone: Raw = None


class Buyer(Camel):
    """``customer``; none for sales over the counter."""

    email: Raw = None
    first_name: Raw = None
    last_name: Raw = None
    phone: Raw = None


class Variant(Camel):
    """``variant`` of a line."""

    name: Raw = None
    sku: Raw = None


class Line(Camel):
    """One of ``orderLineItems``: pieces that share one status.

    Pieces that took another way are a line of their own, which names the one it comes from.
    """

    id: Raw = None
    original_order_line_item_id: Raw = None
    quantity: Raw = None
    final_price: Raw = None
    status: Raw = None
    status_updated_at: Raw = None
    variant: Variant | None = None


class Tracking(Camel):
    """``trackingInfo``."""

    tracking_number: Raw = None
    tracking_link: Raw = None
    cargo_company: Raw = None


class Package(Camel):
    """One of ``orderPackages``: a parcel of whole lines."""

    id: Raw = None
    source_id: Raw = None
    order_line_item_ids: list[Raw] | None = None
    order_package_fulfill_status: Raw = None
    tracking_info: Tracking | None = None


class Payment(Camel):
    """One of ``paymentMethods``."""

    type: Raw = None
    payment_gateway_name: Raw = None


class Shipping(Camel):
    """One of ``shippingLines``."""

    title: Raw = None
    final_price: Raw = None


class Order(Camel):
    """An order. Times are milliseconds since 1970, UTC; amounts are JSON numbers in ``currencyCode``."""

    id: Raw = None
    order_number: Raw = None
    source_id: Raw = None
    status: Raw = None
    order_package_status: Raw = None
    order_payment_status: Raw = None
    currency_code: Raw = None
    total_price: Raw = None
    total_final_price: Raw = None
    ordered_at: Raw = None
    updated_at: Raw = None
    shipping_method: Raw = None
    stock_location_id: Raw = None
    customer: Buyer | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    shipping_lines: list[Shipping] | None = None
    payment_methods: list[Payment] | None = None
    order_line_items: list[Line]
    order_packages: list[Package] | None = None
