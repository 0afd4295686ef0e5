"""bol's words in ours, as tables. What is in none of them is unknown: shown, and it moves nothing.

The values are those of the Retailer API v10 (bol's OpenAPI, ``retailer.json`` and ``shared.json``).
"""

from __future__ import annotations

from shared.orders.facts import ReturnWord, ScanStatus

OPEN = "OPEN"
HANDLED = "HANDLED"
"""The states of an order item: some of it is neither shipped nor canceled, or none is."""

TRANSPORT_EVENTS = {
    "PRE_ANNOUNCED": ScanStatus.PENDING,
    "AT_TRANSPORTER": ScanStatus.PICKED_UP,
    "IN_TRANSIT": ScanStatus.IN_TRANSIT,
    "AT_PICK_UP_POINT": ScanStatus.READY_FOR_PICKUP,
    "DELIVERED_AT_NEIGHBOURS": ScanStatus.DELIVERED,
    "DELIVERED_AT_CUSTOMER": ScanStatus.DELIVERED,
    "PICKED_UP_AT_PICK_UP_POINT": ScanStatus.DELIVERED,
    "RETURNED_TO_SENDER": ScanStatus.RETURN_TO_SENDER,
    "INBOUND_COLLECT": ScanStatus.UNKNOWN,
}
"""``transportEvents[].eventCode`` of a shipment."""

RETURNS = {("ACCEPTED", "RETURN_RECEIVED"): ReturnWord.RECEIVED}
"""``processingResult`` and ``handlingResult`` of a handled return: the goods are there, and bol has paid.

Every other pair (exchanged, repaired, rejected, kept by the customer) is unknown.
"""

PENDING = "PENDING"
SUCCESS = "SUCCESS"
FAILURE = "FAILURE"
TIMEOUT = "TIMEOUT"
"""``status`` of a process. TIMEOUT: bol itself does not know whether it was carried out."""

CHANNEL_FULFILS = "FBB"
"""``fulfilment.method`` of an item that bol sends from its own warehouse; the merchant's is FBR."""

REASONS = {
    "out_of_stock": "OUT_OF_STOCK",
    "customer": "REQUESTED_BY_CUSTOMER",
    "damaged": "BAD_CONDITION",
    "shipping_cost": "HIGHER_SHIPCOST",
    "price": "INCORRECT_PRICE",
    "late": "NOT_AVAIL_IN_TIME",
    "duplicate": "ORDERED_TWICE",
    "technical": "TECH_ISSUE",
    "not_found": "UNFINDABLE_ITEM",
    "other": "OTHER",
}
"""Our codes as ``reasonCode`` of a cancellation; the default is that of ``other``."""

REASON_CODES = frozenset({*REASONS.values(), "NO_BOL_GUARANTEE", "RETAIN_ITEM"})
"""All documented codes: one of them passes through."""

CARRIERS = {
    "dhl": "DHL",
    "dpd": "DPD-NL",
    "fedex": "FEDEX_NL",
    "gls": "GLS",
    "postnl": "TNT",  # PostNL under the name it once had
    "ups": "UPS",
}
"""Our carriers as ``transporterCode``, from the values of ChangeTransportRequest in API v9.

v10 has a free text in their place. Codes of a country (DPD-BE, DHL_DE) are for the connection's table.
"""

OTHER_CARRIER = "OTHER"
