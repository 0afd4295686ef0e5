"""The documented fields of a Trendyol shipment package (*getShipmentPackages*) that are read."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.wire.shapes import Raw, Shape


class Document(Shape):
    """Base of what Trendyol writes: its names are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class Address(Document):
    """``shipmentAddress`` and ``invoiceAddress``."""

    full_name: Raw = None
    first_name: Raw = None
    last_name: Raw = None
    company: Raw = None
    address1: Raw = None
    address2: Raw = None
    district: Raw = None
    city: Raw = None
    postal_code: Raw = None
    country_code: Raw = None
    phone: Raw = None


class Line(Document):
    """One of ``lines``. ``lineUnitPrice`` is of one piece."""

    line_id: Raw = None
    quantity: Raw = None
    product_name: Raw = None
    stock_code: Raw = None
    merchant_sku: Raw = None
    barcode: Raw = None
    line_unit_price: Raw = None


class History(Document):
    """One of ``packageHistories``; ``createdDate`` is in GMT."""

    status: Raw = None
    created_date: Raw = None


class Package(Document):
    """A shipment package. Times are milliseconds; ``orderDate`` alone is three hours ahead (GMT+3)."""

    shipment_package_id: Raw = None
    id: Raw = None  # the same, in the stream
    order_number: Raw = None
    status: Raw = None
    created_by: Raw = None
    origin_package_ids: list[Raw] | None = None
    order_date: Raw = None
    last_modified_date: Raw = None
    currency_code: Raw = None
    package_total_price: Raw = None
    package_total_discount: Raw = None
    customer_first_name: Raw = None
    customer_last_name: Raw = None
    customer_email: Raw = None
    shipment_address: Address | None = None
    invoice_address: Address | None = None
    cargo_tracking_number: Raw = None
    cargo_sender_number: Raw = None
    cargo_provider_name: Raw = None
    lines: list[Line]
    package_histories: list[History] = Field(default_factory=list)
