"""Shopify's words in ours: one table per field.

The values are those of Shopify's Admin REST resources Order, Fulfillment, FulfillmentEvent,
Refund and Transaction. A value in none of the tables is unknown: shown, flagged
``unmapped_status``, and it moves nothing.
"""

from __future__ import annotations

from shared.orders.facts import PackageWord, PaymentMethod, PaymentWord, RefundWord, Restock, ScanStatus

# Order.financial_status. What was refunded was paid first; how much came back the refunds tell.
FINANCIAL_STATUSES = {
    "pending": PaymentWord.PENDING,
    "authorized": PaymentWord.AUTHORIZED,
    "partially_paid": PaymentWord.PARTIALLY_PAID,
    "paid": PaymentWord.PAID,
    "partially_refunded": PaymentWord.PAID,
    "refunded": PaymentWord.PAID,
    "voided": PaymentWord.VOIDED,
}

# Fulfillment.status.
FULFILLMENT_STATUSES = {
    "pending": PackageWord.READY,
    "open": PackageWord.READY,
    "success": PackageWord.FULFILLED,
    "cancelled": PackageWord.CANCELED,
    "error": PackageWord.PROBLEM,
    "failure": PackageWord.PROBLEM,
}

# Fulfillment.shipment_status and FulfillmentEvent.status. Picked up means: by the customer.
SHIPMENT_STATUSES = {
    "label_printed": ScanStatus.PENDING,
    "label_purchased": ScanStatus.PENDING,
    "confirmed": ScanStatus.PENDING,
    "in_transit": ScanStatus.IN_TRANSIT,
    "out_for_delivery": ScanStatus.OUT_FOR_DELIVERY,
    "attempted_delivery": ScanStatus.DELIVERY_FAILED,
    "failure": ScanStatus.DELIVERY_FAILED,
    "ready_for_pickup": ScanStatus.READY_FOR_PICKUP,
    "picked_up": ScanStatus.DELIVERED,
    "delivered": ScanStatus.DELIVERED,
}

# Refund.refund_line_items[].restock_type. legacy_restock, no longer given to new refunds, says
# only that the goods are in stock; see refunds.restock_of for goods that had not left.
RESTOCK_TYPES = {
    "cancel": Restock.CANCEL,
    "return": Restock.RETURN,
    "no_restock": Restock.NONE,
    "legacy_restock": Restock.RETURN,
}

# Refund.transactions[].status, of those whose kind is "refund".
REFUND_TRANSACTION_STATUSES = {
    "pending": RefundWord.REQUESTED,
    "success": RefundWord.RECORDED,
    "failure": RefundWord.REJECTED,
    "error": RefundWord.REJECTED,
}

# Order.payment_gateway_names[], in lower case. The names are those that Shopify's Help Center
# ("Manual payment methods") reserves for its own methods; that the order carries them as they
# are written there is an assumption. Every other gateway, a merchant's own manual method
# included, is prepaid: it waits until Shopify says authorized or paid.
PAYMENT_METHODS = {
    "cash on delivery (cod)": PaymentMethod.CASH_ON_DELIVERY,
    "bank deposit": PaymentMethod.TRANSFER,
    "money order": PaymentMethod.TRANSFER,
}
