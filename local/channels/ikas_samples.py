"""The order and the products of a simulated ikas shop."""

from __future__ import annotations

from typing import Any


def sample_order(order_id: str, stamp: int) -> dict[str, Any]:
    """Return a paid order over two lines, 2 x 10.00 and 1 x 5.00, with 4.20 shipping."""
    address = {
        "firstName": "Example",
        "lastName": "Customer",
        "company": None,
        "addressLine1": "Örnek Sokak 1",
        "addressLine2": None,
        "district": {"name": "Beyoğlu"},
        "city": {"name": "İstanbul"},
        "country": {"name": "Türkiye", "iso2": "TR"},
        "postalCode": "34710",
        "phone": "+902165550100",
    }
    return {
        "id": order_id,
        "orderNumber": "1001",
        "sourceId": None,
        "status": "CREATED",
        "orderPackageStatus": "UNFULFILLED",
        "orderPaymentStatus": "PAID",
        "currencyCode": "TRY",
        "totalPrice": 25.0,
        "totalFinalPrice": 29.2,
        "orderedAt": stamp,
        "updatedAt": stamp,
        "shippingMethod": "SHIPMENT",
        "stockLocationId": "location-1",
        "customer": {
            "email": "buyer@example.com",
            "firstName": "Example",
            "lastName": "Customer",
            "phone": "+902165550100",
        },
        "billingAddress": dict(address),
        "shippingAddress": dict(address),
        "shippingLines": [{"title": "Kargo", "finalPrice": 4.2}],
        "paymentMethods": [{"type": "CREDIT_CARD", "paymentGatewayName": "Example Pay"}],
        "orderLineItems": [
            sample_line("5001", "MUG", "Mug", 2, 10.0, stamp),
            sample_line("5002", "PEN", "Pen", 1, 5.0, stamp),
        ],
        "orderPackages": [],
    }


def sample_line(line_id: str, sku: str, name: str, quantity: int, price: float, stamp: int) -> dict[str, Any]:
    """Return an open line; ``price`` is that of a piece."""
    return {
        "id": line_id,
        "originalOrderLineItemId": None,
        "sourceId": None,
        "quantity": quantity,
        "finalPrice": price,
        "status": "UNFULFILLED",
        "statusUpdatedAt": stamp,
        "variant": {"id": f"variant-{sku}", "name": name, "sku": sku, "productId": f"product-{sku}"},
    }


def sample_products() -> list[dict[str, Any]]:
    """Return the shop's products, a variant each."""
    return [
        {"id": f"product-{sku}", "name": name, "variants": [{"id": f"variant-{sku}", "sku": sku}]}
        for sku, name in (("MUG", "Mug"), ("PEN", "Pen"))
    ]
