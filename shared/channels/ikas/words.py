"""The words of ikas in ours, as tables. What is in no table is unknown and moves nothing."""

from __future__ import annotations

from shared.orders.facts import PackageWord, PaymentMethod, PaymentWord, ReturnWord, StatusWord

STATUSES = {
    "DRAFT": StatusWord.NOT_PROCESSABLE,
    "WAITING_UPSELL_ACTION": StatusWord.NOT_PROCESSABLE,
    "CREATED": StatusWord.PROCESSABLE,  # once it is paid, as its method asks for
    "PARTIALLY_CANCELLED": StatusWord.PROCESSABLE,  # the lines tell
    "PARTIALLY_REFUNDED": StatusWord.PROCESSABLE,  # likewise
    "REFUND_REQUESTED": StatusWord.PROCESSABLE,  # likewise
    "REFUND_REJECTED": StatusWord.PROCESSABLE,  # likewise
    "REFUNDED": StatusWord.ARCHIVED,  # likewise
    "CANCELLED": StatusWord.CANCELED,
}
"""``status`` of the order."""

DRAFT = "DRAFT"

PACKAGES: dict[str, PackageWord | None] = {
    "UNFULFILLED": None,  # not a parcel yet
    "PLANNED": None,  # likewise
    "READY_FOR_SHIPMENT": PackageWord.READY,
    "FULFILLED": PackageWord.FULFILLED,
    "DELIVERED": PackageWord.DELIVERED,
    "READY_FOR_PICK_UP": PackageWord.AT_PICKUP_POINT,
    "UNABLE_TO_DELIVER": PackageWord.UNABLE_TO_DELIVER,
    "CANCELLED": PackageWord.CANCELED,
    "CANCEL_REQUESTED": None,  # a request, see REQUESTS
    "CANCEL_REJECTED": None,  # likewise
    "REFUND_REQUESTED": PackageWord.FULFILLED,  # what is to come back has left; its lines tell the rest
    "REFUND_REQUEST_ACCEPTED": PackageWord.FULFILLED,
    "REFUND_REJECTED": PackageWord.FULFILLED,
    "REFUND_IN_TRANSIT": PackageWord.FULFILLED,
    "REFUND_DELIVERED": PackageWord.FULFILLED,
    "REFUNDED": None,  # of goods that had left, or never did
}
"""``orderPackages[].orderPackageFulfillStatus``."""

PARTIALS = frozenset(
    {
        "PARTIALLY_CANCELLED",
        "PARTIALLY_DELIVERED",
        "PARTIALLY_FULFILLED",
        "PARTIALLY_READY_FOR_SHIPMENT",
        "PARTIALLY_REFUNDED",
    }
)
"""Values of ``orderPackageStatus`` that say nothing its packages and lines do not say."""

REQUESTS = {
    "CANCEL_REQUESTED": StatusWord.CANCELLATION_REQUESTED,
    "CANCEL_REJECTED": StatusWord.CANCELLATION_REJECTED,
}
"""What ``orderPackageStatus``, or the status of a package or a line, says of a wish to cancel."""

RETURNS = {
    "REFUND_REQUESTED": ReturnWord.REQUESTED,
    "REFUND_REQUEST_ACCEPTED": ReturnWord.ACCEPTED,
    "REFUND_REJECTED": ReturnWord.REJECTED,
    "REFUND_IN_TRANSIT": ReturnWord.IN_TRANSIT,
    "REFUND_DELIVERED": ReturnWord.RECEIVED,
}
"""What the status of a line says of goods on their way back."""

CANCELED_LINE = "CANCELLED"
REFUNDED_LINE = "REFUNDED"

OPEN_LINES = frozenset({"UNFULFILLED", "PLANNED", "CANCEL_REQUESTED", "CANCEL_REJECTED"})
"""Statuses of lines that are in no parcel yet."""

LINES = frozenset({*PACKAGES, *REQUESTS, *RETURNS, CANCELED_LINE, REFUNDED_LINE})
"""The documented statuses of lines."""

PAYMENTS = {
    "WAITING": PaymentWord.PENDING,
    "PARTIALLY_PAID": PaymentWord.PARTIALLY_PAID,
    "PAID": PaymentWord.PAID,
    "OVER_PAID": PaymentWord.PAID,
    "FAILED": PaymentWord.FAILED,
    "REFUNDED": PaymentWord.PAID,  # and the refunds tell
}
"""``orderPaymentStatus``."""

PAYMENT_METHODS = {
    "CASH_ON_DELIVERY": PaymentMethod.CASH_ON_DELIVERY,
    "CREDIT_CARD_ON_DELIVERY": PaymentMethod.CASH_ON_DELIVERY,
    "MONEY_ORDER": PaymentMethod.TRANSFER,
}
"""``paymentMethods[].type``; all others are prepaid."""

COLLECTED = "CLICK_AND_COLLECT"
"""``shippingMethod`` with which the customer collects."""

UNSHIPPED = frozenset({"DIGITAL_DELIVERY", "NO_SHIPMENT"})
"""``shippingMethod`` with which nothing is shipped."""
