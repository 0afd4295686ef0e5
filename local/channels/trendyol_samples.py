"""A shipment package at the simulated Trendyol, in the shape of *getShipmentPackages*."""

from __future__ import annotations

from typing import Any

THREE_HOURS = 3 * 3_600_000


def sample_package(order_number: str, package_id: int, at: int) -> dict[str, Any]:
    """Return a package over 2 x 100.50 + 1 x 49.00, of an order placed ``at`` (milliseconds, UTC)."""
    first = int(order_number) * 10
    return {
        "shipmentPackageId": package_id,
        "orderNumber": order_number,
        "status": "Created",
        "createdBy": "order-creation",
        "originPackageIds": None,
        "supplierId": 2738,
        "customerId": 1_000_001,
        "customerFirstName": "Example",
        "customerLastName": "Customer",
        "customerEmail": "buyer@example.com",
        "orderDate": at + THREE_HOURS,
        "lastModifiedDate": at,
        "currencyCode": "TRY",
        "packageGrossAmount": 250.0,
        "packageTotalPrice": 250.0,
        "packageTotalDiscount": 0,
        "deliveryAddressType": "Shipment",
        "giftBoxRequested": False,
        "cargoTrackingNumber": 7_280_000_000_000_000 + package_id,
        "cargoProviderName": "Trendyol Express",
        "cargoSenderNumber": None,
        "shipmentAddress": {
            "firstName": "Example",
            "lastName": "Customer",
            "fullName": "Example Customer",
            "address1": "Örnek Sokak 1",
            "district": "Beşiktaş",
            "city": "İstanbul",
            "postalCode": "34710",
            "countryCode": "TR",
            "phone": "+90 555 0100",
        },
        "lines": [
            _line(first + 1, "KUPA", "Kupa, beyaz", 2, 100.5),
            _line(first + 2, "KALEM", "Kalem", 1, 49.0),
        ],
        "packageHistories": [],
    }


def _line(line_id: int, code: str, name: str, quantity: int, price: float) -> dict[str, Any]:
    return {
        "lineId": line_id,
        "quantity": quantity,
        "productName": name,
        "stockCode": code,
        "barcode": f"869{line_id}",
        "lineUnitPrice": price,
        "lineGrossAmount": price,
        "orderLineItemStatusName": "Created",
    }
