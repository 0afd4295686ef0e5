"""The fields of bol's documents that are read (Retailer API v10, ``retailer.json``)."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.wire.shapes import Raw, Shape


class Document(Shape):
    """Base of what bol writes: its names are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class Fulfilment(Document):
    """``fulfilment`` of an item: FBR, by the retailer, or FBB, by bol."""

    method: Raw = None


class Offer(Document):
    """``offer``; ``reference`` is the merchant's own, the SKU."""

    reference: Raw = None


class Product(Document):
    """``product``."""

    ean: Raw = None
    title: Raw = None


class Item(Document):
    """One of ``orderItems``. ``unitPrice`` is with VAT, ``totalPrice`` that of all pieces after discounts."""

    order_item_id: Raw = None
    cancellation_request: Raw = None
    fulfilment: Fulfilment | None = None
    offer: Offer | None = None
    product: Product | None = None
    quantity: Raw = None
    quantity_shipped: Raw = None
    quantity_cancelled: Raw = None
    unit_price: Raw = None
    total_price: Raw = None
    latest_changed_date_time: Raw = None


class Person(Document):
    """``shipmentDetails`` or ``billingDetails``. The address for mails is bol's own, and forwards."""

    pickup_point_name: Raw = None
    first_name: Raw = None
    surname: Raw = None
    company: Raw = None
    street_name: Raw = None
    house_number: Raw = None
    house_number_extension: Raw = None
    extra_address_information: Raw = None
    zip_code: Raw = None
    city: Raw = None
    country_code: Raw = None
    email: Raw = None
    delivery_phone_number: Raw = None
    language: Raw = None


class Order(Document):
    """An order as ``GET /retailer/orders/{id}`` shows it. Amounts are JSON numbers, without a currency."""

    order_id: Raw = None
    order_placed_date_time: Raw = None
    shipment_details: Person | None = None
    billing_details: Person | None = None
    order_items: list[Item] = Field(default_factory=list)


class TransportEvent(Document):
    """One of ``transportEvents``."""

    event_code: Raw = None
    event_date_time: Raw = None


class Transport(Document):
    """``transport`` of a shipment."""

    transport_id: Raw = None
    transporter_code: Raw = None
    track_and_trace: Raw = None
    transport_events: list[TransportEvent] | None = None


class ShipmentItem(Document):
    """One of ``shipmentItems``."""

    order_item_id: Raw = None
    quantity: Raw = None


class ShipmentOrder(Document):
    """``order`` of a shipment."""

    order_id: Raw = None


class Shipment(Document):
    """A shipment as ``GET /retailer/shipments/{id}`` shows it."""

    shipment_id: Raw = None
    shipment_date_time: Raw = None
    shipment_reference: Raw = None
    order: ShipmentOrder | None = None
    shipment_items: list[ShipmentItem] = Field(default_factory=list)
    transport: Transport | None = None


class ProcessingResult(Document):
    """One of ``processingResults`` of a returned item."""

    quantity: Raw = None
    processing_result: Raw = None
    handling_result: Raw = None
    processing_date_time: Raw = None


class ReturnItem(Document):
    """One of ``returnItems``; it names its product, not its order item."""

    rma_id: Raw = None
    order_id: Raw = None
    ean: Raw = None
    expected_quantity: Raw = None
    handled: Raw = None
    processing_results: list[ProcessingResult] | None = None
