"""English."""

from __future__ import annotations

from shared.notifications.locale import Locale, one_or_other

TEXTS = {
    "greeting": "Hello {name},",
    "greeting_without_name": "Hello,",
    "reply": "Questions? Simply reply to this email.",
    "why": "You are receiving this email because you placed an order with {merchant}.",
    # kinds
    "order_received.subject": "We have received your order {order}",
    "order_received.headline": "Thank you for your order",
    "order_received.intro": "We have received your order {order} and will keep you posted.",
    "canceled.subject": "Your order {order} has been canceled",
    "canceled.headline": "Your order has been canceled",
    "canceled.intro": "Your order {order} has been canceled. There is nothing you need to do.",
    "canceled_part.subject": "Part of your order {order} has been canceled",
    "canceled_part.headline": "Part of your order has been canceled",
    "canceled_part.intro": "Part of your order {order} has been canceled. Everything else stays as ordered.",
    "preparing.subject": "We are preparing your order {order}",
    "preparing.headline": "We are preparing your order",
    "preparing.intro": "We are packing your order {order} and will write to you as soon as it is on its way.",
    "preparing_pickup.subject": "We are preparing your order {order}",
    "preparing_pickup.headline": "We are preparing your order",
    "preparing_pickup.intro": (
        "We are getting your order {order} ready and will write to you as soon as you can pick it up."
    ),
    "shipped.subject": "Your order {order} is on its way",
    "shipped.headline": "Your order is on its way",
    "shipped.intro": "We have handed your order {order} over to the carrier.",
    "shipped_part.subject": "Part of your order {order} is on its way",
    "shipped_part.headline": "Part of your order is on its way",
    "shipped_part.intro": (
        "We have handed part of your order {order} over to the carrier. "
        "Everything else is shipped separately."
    ),
    "tracking_changed.subject": "Tracking details for your order {order}",
    "tracking_changed.headline": "Track your parcel",
    "tracking_changed.intro": "Here are the current tracking details for your order {order}.",
    "ready_for_pickup.subject": "Your order {order} is ready for pickup",
    "ready_for_pickup.headline": "Ready for pickup",
    "ready_for_pickup.intro": "You can now pick up your order {order}.",
    "delivered.subject": "Your order {order} has been delivered",
    "delivered.headline": "Your order has been delivered",
    "delivered.intro": "Your order {order} has arrived. Thank you for shopping with us.",
    "delivered_part.subject": "A parcel of your order {order} has been delivered",
    "delivered_part.headline": "Your parcel has been delivered",
    "delivered_part.intro": "A parcel of your order {order} has arrived.",
    "delivery_problem.subject": "There was a problem delivering your order {order}",
    "delivery_problem.headline": "Your parcel could not be delivered",
    "delivery_problem.intro": (
        "The carrier was unable to deliver a parcel of your order {order}. "
        "Usually another attempt follows, or the parcel is taken to a pickup point near you."
    ),
    "return_accepted.subject": "Your return for order {order} has been accepted",
    "return_accepted.headline": "We have accepted your return",
    "return_accepted.intro": "We have accepted your return for order {order}.",
    "return_rejected.subject": "Your return for order {order} could not be accepted",
    "return_rejected.headline": "We could not accept your return",
    "return_rejected.intro": "Unfortunately, we cannot accept your return for order {order}.",
    "refund.subject": "Refund for your order {order}",
    "refund.headline": "We have issued your refund",
    "refund.intro": (
        "We have refunded {amount} for your order {order}. "
        "Depending on your bank, it may take a few days until the money arrives."
    ),
    "payment_link.subject": "Payment for your order {order}",
    "payment_link.headline": "Complete your payment",
    "payment_link.intro": "Please use the link below to pay {amount} for your order {order}.",
    # parts
    "order_number": "Order number",
    "order_date": "Order date",
    "items": "Items",
    "quantity": "Quantity",
    "line_total": "Amount",
    "shipping": "Shipping",
    "discount": "Discount",
    "total": "Total",
    "tax_contained": "The total includes {amount} in tax.",
    "delivery_address": "Delivery address",
    "carrier": "Carrier",
    "parcel": "Parcel {number} of {count}",
    "tracking_number": "Tracking number",
    "track": "Track parcel",
    "follow": "See order status",
    "check_address": "Please check that this is the right address:",
    "pickup_place": "Pickup location",
    "pickup_code": "Pickup code",
    "pickup_until": "Available until",
    "refund_follows": "What you have already paid for it will be refunded.",
    "refund_amount": "Refunded",
    "note": "Message from {merchant}",
    "amount_due": "Amount due",
    "pay": "Pay now",
    "pay_until": "Pay by",
    "open_link": "If the button does not work, open this address:",
}

COUNTED = {
    "further_items": {"one": "{count} more item", "other": "{count} more items"},
    "parcels": {
        "one": "This shipment consists of {count} parcel.",
        "other": "This shipment consists of {count} parcels.",
    },
}

LOCALE = Locale(
    code="en",
    decimal_mark=".",
    group_mark=",",
    money="{sign}{symbol}{number}",
    money_with_code="{sign}{symbol}\u00a0{number}",
    own_symbols={},
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    date="{day} {month} {year}",
    texts=TEXTS,
    plural=one_or_other,
    counted=COUNTED,
)
