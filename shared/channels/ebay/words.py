"""eBay's words in ours, as tables.

Types of Fulfillment API 1.20, CancelReasonEnum of Post-Order API 2, error numbers of Notification API 1.6.
"""

from __future__ import annotations

from shared.orders.facts import PaymentWord, RefundWord, StatusWord

# Order.orderPaymentStatus. What was refunded was paid first; how much came back the refunds tell.
PAYMENTS = {
    "PENDING": PaymentWord.PENDING,
    "FAILED": PaymentWord.FAILED,
    "PAID": PaymentWord.PAID,
    "PARTIALLY_REFUNDED": PaymentWord.PAID,
    "FULLY_REFUNDED": PaymentWord.PAID,
}

# Order.orderFulfillmentStatus, of an order that is paid; the packages tell what was shipped.
FULFILLMENTS = {
    "NOT_STARTED": StatusWord.PROCESSABLE,
    "IN_PROGRESS": StatusWord.PROCESSABLE,
    "FULFILLED": StatusWord.PROCESSABLE,
}
NOT_STARTED = "NOT_STARTED"
FULFILLED = "FULFILLED"

# Order.cancelStatus.cancelState; None moves nothing. IN_PROGRESS may be the seller's own request: see
# CANCEL_REQUESTS, which only a single order tells.
CANCEL_STATES = {
    "NONE_REQUESTED": None,
    "IN_PROGRESS": StatusWord.CANCELLATION_REQUESTED,
    "CANCELED": StatusWord.CANCELED,
}
NONE_REQUESTED = "NONE_REQUESTED"
CANCELED = "CANCELED"

# Order.cancelStatus.cancelRequests[].cancelRequestState, of requests by the buyer; None: the state tells.
CANCEL_REQUESTS = {
    "REQUESTED": None,
    "REJECTED": StatusWord.CANCELLATION_REJECTED,
    "COMPLETED": None,
}
BUYER = "buyer"  # cancelInitiator, in lower case: "Buyer" or "Seller"

# Order.paymentSummary.refunds[].refundStatus.
REFUNDS = {
    "PENDING": RefundWord.REQUESTED,
    "REFUNDED": RefundWord.RECORDED,
    "FAILED": RefundWord.REJECTED,
}

# Our reasons as what a seller may give for a cancellation (CancelReasonEnum).
CANCEL_REASONS = {
    "out_of_stock": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
    "customer": "BUYER_ASKED_CANCEL",
    "address": "ADDRESS_ISSUES",
}
CANCEL_REASON = "OUT_OF_STOCK_OR_CANNOT_FULFILL"  # any other

# Our reasons as what a seller may give for a refund (ReasonForRefundEnum).
REFUND_REASONS = {
    "customer": "BUYER_CANCEL",
    "out_of_stock": "SELLER_CANCEL",
    "not_received": "ITEM_NOT_RECEIVED",
    "return": "BUYER_RETURN",
    "not_as_described": "ITEM_NOT_AS_DESCRIBED",
    "shipping_discount": "SHIPPING_DISCOUNT",
}
REFUND_REASON = "OTHER_ADJUSTMENT"  # any other

# What keeps notifications away and somebody has to mend: docs/connect.md says how.
TOPIC_NOT_AUTHORIZED = "topic_not_authorized"
SUBSCRIBED_ELSEWHERE = "subscribed_elsewhere"
NOTIFICATION_ERRORS = {
    "195003": "missing_option:alert_email",
    "195011": TOPIC_NOT_AUTHORIZED,
    "195012": SUBSCRIBED_ELSEWHERE,
    "195017": "address_refused",
    "195019": "verification_token_refused",
    "195020": "challenge_failed",
    "195025": "invalid_option:alert_email",
}
