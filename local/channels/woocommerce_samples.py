"""What the simulated WooCommerce shop sells, and an order as it keeps it."""

from __future__ import annotations

from typing import Any


def products() -> list[dict[str, Any]]:
    """Return the shop's range: two products, and a third in two variations."""
    return [
        _product(11, "MUG", "Mug", "10.00"),
        _product(12, "PEN", "Pen", "5.00"),
        _product(14, "SHIRT-M", "Shirt, M", "20.00", parent_id=13),
        _product(15, "POSTER", "Poster", "8.00", manage_stock=False),
    ]


def _product(product_id: int, sku: str, name: str, price: str, **more: Any) -> dict[str, Any]:
    plain = {"id": product_id, "parent_id": 0, "sku": sku, "name": name, "price": price}
    return plain | {"manage_stock": True, "stock_quantity": 20} | more


def sample_order(order_id: int, now: str, *, paid: bool = True) -> dict[str, Any]:
    """Return an order over 2 x 10.00 + 1 x 5.00 + 4.20 shipping, placed ``now`` (UTC without a zone)."""
    return {
        "id": order_id,
        "parent_id": 0,
        "status": "processing" if paid else "pending",
        "currency": "EUR",
        "created_via": "checkout",
        "date_created_gmt": now,
        "date_modified_gmt": now,
        "date_paid_gmt": now if paid else None,
        "date_completed_gmt": None,
        "number": str(order_id),
        "total": "29.20",
        "total_tax": "0.00",
        "shipping_total": "4.20",
        "discount_total": "0.00",
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "billing": _party() | {"email": "buyer@example.com", "phone": "+49 30 5550100"},
        "shipping": _party(),
        "meta_data": [],
        "line_items": [
            {"name": "Mug", "sku": "MUG", "quantity": 2, "price": 10, "total": "20.00", "meta_data": []},
            {"name": "Pen", "sku": "PEN", "quantity": 1, "price": 5, "total": "5.00", "meta_data": []},
        ],
        "shipping_lines": [{"method_id": "flat_rate", "method_title": "Parcel", "total": "4.20"}],
        "fee_lines": [],
        "refunds": [],
    }


def _party() -> dict[str, Any]:
    return {
        "first_name": "Example",
        "last_name": "Customer",
        "company": "",
        "address_1": "Musterstraße 1",
        "address_2": "",
        "city": "Berlin",
        "state": "DE-BE",
        "postcode": "10115",
        "country": "DE",
    }
