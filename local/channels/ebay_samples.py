"""An order at the simulated eBay, in the shape of Fulfillment API 1.20."""

from __future__ import annotations

from typing import Any


def euros(value: str) -> dict[str, str]:
    """Return an amount as eBay writes it."""
    return {"value": value, "currency": "EUR"}


def sample_order(order_id: str, at: str) -> dict[str, Any]:
    """Return a paid order over 2 x 10.00 + 1 x 5.00 + 4.90 delivery, placed ``at``."""
    return {
        "orderId": order_id,
        "legacyOrderId": f"legacy-{order_id}",
        "creationDate": at,
        "lastModifiedDate": at,
        "orderFulfillmentStatus": "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "sellerId": "example-seller",
        "buyer": {"username": "example-buyer"},
        "pricingSummary": {
            "priceSubtotal": euros("25.00"),
            "deliveryCost": euros("4.90"),
            "total": euros("29.90"),
        },
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "paymentSummary": {
            "totalDueSeller": euros("29.90"),
            "refunds": [],
            "payments": [
                {
                    "paymentMethod": "EBAY",
                    "paymentDate": at,
                    "paymentStatus": "PAID",
                    "amount": euros("29.90"),
                }
            ],
        },
        "fulfillmentStartInstructions": [
            {
                "fulfillmentInstructionsType": "SHIP_TO",
                "ebaySupportedFulfillment": False,
                "shippingStep": {
                    "shipTo": {
                        "fullName": "Example Customer",
                        "contactAddress": {
                            "addressLine1": "Musterstraße 1",
                            "city": "Berlin",
                            "postalCode": "10115",
                            "countryCode": "DE",
                        },
                        "primaryPhone": {"phoneNumber": "+49 30 5550100"},
                        "email": "buyer@example.com",
                    },
                    "shippingCarrierCode": "DHL",
                    "shippingServiceCode": "DE_DHLPaket",
                },
            }
        ],
        "fulfillmentHrefs": [],
        "lineItems": [
            _line(f"{order_id}-1", "MUG", "Mug, white", 2, "20.00"),
            _line(f"{order_id}-2", "PEN", "Pen", 1, "5.00"),
        ],
    }


def _line(line_id: str, sku: str, title: str, quantity: int, cost: str) -> dict[str, Any]:
    return {
        "lineItemId": line_id,
        "legacyItemId": f"item-{line_id}",
        "sku": sku,
        "title": title,
        "quantity": quantity,
        "lineItemCost": euros(cost),
        "total": euros(cost),
        "lineItemFulfillmentStatus": "NOT_STARTED",
        "refunds": [],
    }
