"""The documented fields of an eBay order and its fulfillments (Fulfillment API 1.20) that are read."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.wire.shapes import Raw, Shape


class Document(Shape):
    """Base of what eBay writes: its names are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class Amount(Document):
    """An amount. ``value`` is a decimal string, in the currency of the seller's payout."""

    value: Raw = None
    currency: Raw = None


class ContactAddress(Document):
    """``contactAddress``."""

    address_line1: Raw = None
    address_line2: Raw = None
    city: Raw = None
    state_or_province: Raw = None
    postal_code: Raw = None
    country_code: Raw = None


class Phone(Document):
    """``primaryPhone``."""

    phone_number: Raw = None


class Party(Document):
    """``shipTo``. The e-mail is told for 14 days, the address for 90."""

    full_name: Raw = None
    company_name: Raw = None
    contact_address: ContactAddress | None = None
    primary_phone: Phone | None = None
    email: Raw = None


class ShippingStep(Document):
    """``shippingStep``."""

    ship_to: Party | None = None
    shipping_service_code: Raw = None


class PickupStep(Document):
    """``pickupStep``: the buyer collects it at one of the seller's shops."""

    merchant_location_key: Raw = None


class StartInstructions(Document):
    """One of ``fulfillmentStartInstructions``."""

    shipping_step: ShippingStep | None = None
    pickup_step: PickupStep | None = None


class LineInstructions(Document):
    """``lineItemFulfillmentInstructions``."""

    ship_by_date: Raw = None


class LineItem(Document):
    """One of ``lineItems``. ``lineItemCost`` is of all pieces, before discounts."""

    line_item_id: Raw = None
    sku: Raw = None
    title: Raw = None
    quantity: Raw = None
    line_item_cost: Amount | None = None
    discounted_line_item_cost: Amount | None = None
    line_item_fulfillment_status: Raw = None
    line_item_fulfillment_instructions: LineInstructions | None = None


class PricingSummary(Document):
    """``pricingSummary``."""

    total: Amount
    price_subtotal: Amount | None = None
    delivery_cost: Amount | None = None
    tax: Amount | None = None


class Payment(Document):
    """One of ``paymentSummary.payments``."""

    payment_method: Raw = None
    payment_date: Raw = None


class Refund(Document):
    """One of ``paymentSummary.refunds``."""

    refund_id: Raw = None
    refund_reference_id: Raw = None
    refund_status: Raw = None
    refund_date: Raw = None
    amount: Amount | None = None


class PaymentSummary(Document):
    """``paymentSummary``."""

    payments: list[Payment] = Field(default_factory=list)
    refunds: list[Refund] = Field(default_factory=list)


class CancelRequest(Document):
    """One of ``cancelRequests``; told by getOrder alone."""

    cancel_request_id: Raw = None
    cancel_request_state: Raw = None
    cancel_initiator: Raw = None
    cancel_reason: Raw = None
    cancel_requested_date: Raw = None


class CancelStatus(Document):
    """``cancelStatus``."""

    cancel_state: Raw = None
    cancel_requests: list[CancelRequest] = Field(default_factory=list)


class Buyer(Document):
    """``buyer``. Its ``username`` may be the immutable user id instead (Data Handling Compliance)."""

    username: Raw = None


class Order(Document):
    """An order."""

    order_id: Raw = None
    legacy_order_id: Raw = None
    creation_date: Raw = None
    last_modified_date: Raw = None
    order_fulfillment_status: Raw = None
    order_payment_status: Raw = None
    cancel_status: CancelStatus = CancelStatus()
    buyer: Buyer = Buyer()
    pricing_summary: PricingSummary
    payment_summary: PaymentSummary = PaymentSummary()
    fulfillment_start_instructions: list[StartInstructions] = Field(default_factory=list)
    line_items: list[LineItem]


class FulfilledLine(Document):
    """One of a fulfillment's ``lineItems``."""

    line_item_id: Raw = None
    quantity: Raw = None


class Fulfillment(Document):
    """One of the ``fulfillments`` of getShippingFulfillments: a package that was handed over."""

    fulfillment_id: Raw = None
    shipment_tracking_number: Raw = None
    shipping_carrier_code: Raw = None
    shipped_date: Raw = None
    line_items: list[FulfilledLine] = Field(default_factory=list)


class Fulfillments(Document):
    """The answer of getShippingFulfillments."""

    fulfillments: list[Fulfillment] = Field(default_factory=list)
