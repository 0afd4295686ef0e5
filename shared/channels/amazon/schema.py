"""The fields of an order (``orders_2026-01-01.json`` of amzn/selling-partner-api-models) that are read."""

from __future__ import annotations

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from shared.wire.shapes import Raw, Shape


class Camel(Shape):
    """Amazon writes camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


class Money(Camel):
    """An amount, a decimal as text."""

    amount: Raw = None
    currency_code: Raw = None


class Breakdown(Camel):
    """A part of the proceeds: ``ITEM``, ``SHIPPING``, ``TAX``, ``DISCOUNT``, ``DELIVERY_TIP`` …"""

    type: Raw = None
    subtotal: Money | None = None


class OrderProceeds(Camel):
    """``proceeds`` of the order."""

    grand_total: Money | None = None
    breakdowns: list[Breakdown] | None = None


class ItemProceeds(Camel):
    """``proceeds`` of an item: with its share of shipping and taxes."""

    proceeds_total: Money | None = None


class Price(Camel):
    """``product.price``."""

    unit_price: Money | None = None


class Product(Camel):
    """``product`` of an item."""

    title: Raw = None
    seller_sku: Raw = None
    price: Price | None = None


class CancellationRequest(Camel):
    """A wish that an item be canceled."""

    requester: Raw = None


class CancellationExecution(Camel):
    """That an item was canceled, and by whom."""

    cancelled_by: Raw = None


class Cancellation(Camel):
    """``cancellation`` of an item."""

    cancellation_request: CancellationRequest | None = None
    cancellation_execution: CancellationExecution | None = None


class ItemFulfillment(Camel):
    """``fulfillment`` of an item."""

    quantity_fulfilled: Raw = None
    quantity_unfulfilled: Raw = None


class Item(Camel):
    """One of ``orderItems``."""

    order_item_id: Raw = None
    quantity_ordered: Raw = None
    product: Product | None = None
    proceeds: ItemProceeds | None = None
    cancellation: Cancellation | None = None
    fulfillment: ItemFulfillment | None = None


class Window(Camel):
    """A time from and to."""

    latest_date_time: Raw = None


class OrderFulfillment(Camel):
    """``fulfillment`` of the order."""

    fulfillment_status: Raw = None
    fulfilled_by: Raw = None
    fulfillment_service_level: Raw = None
    ship_by_window: Window | None = None


class PackageItem(Camel):
    """One of ``packageItems``."""

    order_item_id: Raw = None
    quantity: Raw = None


class PackageStatus(Camel):
    """``packageStatus``; its ``detailedStatus`` is not read."""

    status: Raw = None


class Package(Camel):
    """One of ``packages``: of orders that the merchant ships."""

    package_reference_id: Raw = None
    package_status: PackageStatus | None = None
    carrier: Raw = None
    ship_time: Raw = None
    tracking_number: Raw = None
    package_items: list[PackageItem] | None = None


class Address(Camel):
    """``recipient.deliveryAddress``."""

    name: Raw = None
    company_name: Raw = None
    address_line1: Raw = None
    address_line2: Raw = None
    address_line3: Raw = None
    city: Raw = None
    state_or_region: Raw = None
    postal_code: Raw = None
    country_code: Raw = None
    phone: Raw = None


class Recipient(Camel):
    """``recipient``."""

    delivery_address: Address | None = None


class Buyer(Camel):
    """``buyer``; the mail address is Amazon's stand-in for the buyer's own."""

    buyer_name: Raw = None
    buyer_email: Raw = None


class SalesChannel(Camel):
    """``salesChannel``."""

    marketplace_id: Raw = None


class Order(Camel):
    """An order. What is missing was not asked for, or Amazon does not tell it yet."""

    order_id: Raw = None
    created_time: Raw = None
    last_updated_time: Raw = None
    programs: list[Raw] | None = None
    sales_channel: SalesChannel | None = None
    buyer: Buyer | None = None
    recipient: Recipient | None = None
    proceeds: OrderProceeds | None = None
    fulfillment: OrderFulfillment | None = None
    order_items: list[Item]
    packages: list[Package] | None = None
