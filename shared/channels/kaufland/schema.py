"""The fields of an order with its units (``OrderDetails`` of Kaufland's OpenAPI) that are read."""

from __future__ import annotations

from pydantic import Field

from shared.wire.shapes import Raw, Shape


class Product(Shape):
    """``product`` of a unit."""

    title: Raw = None


class Unit(Shape):
    """One of ``order_units``: one piece. ``price`` and ``shipping_rate`` are whole cents."""

    id_order_unit: Raw = None
    status: Raw = None
    price: Raw = None
    shipping_rate: Raw = None
    currency: Raw = None
    id_offer: Raw = None
    product: Product | None = None
    cancel_reason: Raw = None
    ts_updated_iso: Raw = None


class Address(Shape):
    """``billing_address`` or ``shipping_address``."""

    first_name: Raw = None
    last_name: Raw = None
    company_name: Raw = None
    street: Raw = None
    house_number: Raw = None
    additional_field: Raw = None
    postcode: Raw = None
    city: Raw = None
    phone: Raw = None
    country: Raw = None


class Buyer(Shape):
    """``buyer``."""

    email: Raw = None


class Order(Shape):
    """An order."""

    id_order: Raw = None
    ts_created_iso: Raw = None
    fulfillment_type: Raw = None
    order_units: list[Unit] = Field(default_factory=list)
    billing_address: Address | None = None
    shipping_address: Address | None = None
    buyer: Buyer | None = None
