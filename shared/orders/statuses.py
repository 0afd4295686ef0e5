"""Every word an order can wear, axis by axis, each with one sentence of meaning.

``status`` is stored and moved by :mod:`shared.orders.transitions`; a package's status is
stored with the package; everything else is derived by :mod:`shared.orders.derive`.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where the order as a whole stands. Stored."""

    NEW = "new"
    WAITING_ACCEPTANCE = "waiting_acceptance"
    ACCEPTED = "accepted"
    WAITING_SHIPMENT = "waiting_shipment"
    SHIPPED = "shipped"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELED = "canceled"
    PREPARING_PICKUP = "preparing_pickup"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKED_UP = "picked_up"
    PICKUP_CANCELED = "pickup_canceled"


class PaymentStatus(StrEnum):
    """How much of the total has been captured. Derived; refunds do not count here."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    FAILED = "failed"
    VOIDED = "voided"


class RefundStatus(StrEnum):
    """What became of the money that goes back. Derived."""

    NONE = "none"
    REQUESTED = "requested"
    DUE = "due"
    PARTIAL = "partial"
    FULL = "full"


class Fulfillment(StrEnum):
    """Where the live quantity is. Derived."""

    UNFULFILLED = "unfulfilled"
    PARTIALLY_READY = "partially_ready"
    READY_TO_SHIP = "ready_to_ship"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    AT_PICKUP_POINT = "at_pickup_point"
    UNABLE_TO_DELIVER = "unable_to_deliver"
    RETURNING = "returning"
    RETURNED = "returned"
    PARTIALLY_DELIVERED = "partially_delivered"
    DELIVERED = "delivered"
    CANCELED = "canceled"


class ReturnsStatus(StrEnum):
    """Where the goods on their way back are. Derived."""

    NONE = "none"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_TRANSIT = "in_transit"
    PARTIALLY_RETURNED = "partially_returned"
    RETURNED = "returned"


class PackageStatus(StrEnum):
    """Where one package is. Stored."""

    READY_TO_SHIP = "ready_to_ship"
    FULFILLED = "fulfilled"
    AT_PICKUP_POINT = "at_pickup_point"
    UNABLE_TO_DELIVER = "unable_to_deliver"
    RETURNING = "returning"
    RETURNED = "returned"
    DELIVERED = "delivered"
    CANCELED = "canceled"


class ChannelStatus(StrEnum):
    """The fifteen words merchants know from marketplaces. Derived from ``status`` and ``refund``."""

    NEW = "new"
    WAITING_ACCEPTANCE = "waiting_acceptance"
    ACCEPTED = "accepted"
    WAITING_SHIPMENT = "waiting_shipment"
    SHIPPED = "shipped"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELED = "canceled"
    PREPARING_PICKUP = "preparing_pickup"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKED_UP = "picked_up"
    PICKUP_CANCELED = "pickup_canceled"
    REFUNDING = "refunding"
    TO_REFUND = "to_refund"
    REFUNDED = "refunded"


MEANINGS: dict[type[StrEnum], dict[str, str]] = {
    Status: {
        "new": "Known, but the channel or the payment does not let it be worked on yet.",
        "waiting_acceptance": "The channel asks whether the merchant takes the order.",
        "accepted": "The merchant took it and the channel is collecting the money.",
        "waiting_shipment": "To be shipped: some live quantity has not been handed over.",
        "shipped": "Every live piece has been handed over, not every one has arrived.",
        "closed": "Arrived, or known to be done with.",
        "refused": "The merchant did not take it.",
        "canceled": "Called off; nothing is to be handed over any more.",
        "preparing_pickup": "Being made ready for the customer to collect.",
        "ready_for_pickup": "Waiting for the customer to collect it.",
        "picked_up": "Collected; lasts no time and is seen in the history only.",
        "pickup_canceled": "Not collected, or called off before it was.",
    },
    PaymentStatus: {
        "pending": "Nothing has been captured.",
        "authorized": "Nothing has been captured, the money is reserved.",
        "partially_paid": "Less than the total has been captured.",
        "paid": "The total has been captured, or there is nothing to pay.",
        "overpaid": "More than the total has been captured.",
        "failed": "Nothing has been captured, the last attempt failed.",
        "voided": "Nothing has been captured, the reservation was given up.",
    },
    RefundStatus: {
        "none": "No money went back and none is asked for.",
        "requested": "Somebody asks for money back; it is not decided.",
        "due": "The merchant must give money back.",
        "partial": "Less than what was paid went back.",
        "full": "All that was paid went back.",
    },
    Fulfillment: {
        "unfulfilled": "No live piece is in a package.",
        "partially_ready": "Some live pieces are packed, none is handed over.",
        "ready_to_ship": "Every live piece is packed, none is handed over.",
        "partially_fulfilled": "Some live pieces are handed over, none has arrived.",
        "fulfilled": "Every live piece is handed over.",
        "at_pickup_point": "Every live piece waits for the customer to collect it.",
        "unable_to_deliver": "No parcel could be delivered.",
        "returning": "Every live piece is on its way back to the sender.",
        "returned": "Every live piece came back to the sender.",
        "partially_delivered": "Some live pieces have arrived.",
        "delivered": "Every live piece has arrived.",
        "canceled": "There is no live piece.",
    },
    ReturnsStatus: {
        "none": "Nothing comes back.",
        "requested": "The customer asks to send something back.",
        "accepted": "Something may be sent back.",
        "rejected": "What was asked for may not be sent back.",
        "in_transit": "Something is on its way back.",
        "partially_returned": "Some live pieces came back.",
        "returned": "Every live piece came back.",
    },
    PackageStatus: {
        "ready_to_ship": "Packed, not handed over; may be waiting for a tracking number.",
        "fulfilled": "Handed to the carrier.",
        "at_pickup_point": "The customer can collect it from the carrier.",
        "unable_to_deliver": "The carrier tried and could not deliver.",
        "returning": "On its way back to the sender.",
        "returned": "Back at the sender.",
        "delivered": "Arrived.",
        "canceled": "Never left, or taken back; its quantity is open again.",
    },
    ChannelStatus: {
        "new": "Neu: known, not to be worked on yet.",
        "waiting_acceptance": "Warten auf Annahme: take it or refuse it.",
        "accepted": "Akzeptiert: the channel is collecting the money.",
        "waiting_shipment": "Warten auf Versand: to be shipped.",
        "shipped": "Versandt: handed over.",
        "closed": "Geschlossen: done.",
        "refused": "Abgelehnt: not taken.",
        "canceled": "Storniert: called off.",
        "preparing_pickup": "Abholung vorbereiten: to be made ready for collection.",
        "ready_for_pickup": "Zur Abholung: waiting to be collected.",
        "picked_up": "Abholung abgeschlossen: collected.",
        "pickup_canceled": "Abholung storniert: not collected.",
        "refunding": "Rückerstattung: a refund is asked for.",
        "to_refund": "Zur Rückerstattung: the merchant must refund.",
        "refunded": "Rückerstattet: all money went back.",
    },
}
