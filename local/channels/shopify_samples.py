"""What the simulated Shopify shop sells, and an order as it keeps it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

LOCATION = 7001


def variants() -> list[dict[str, Any]]:
    """Return the shop's range: variants with their inventory items at the one location."""
    return [
        _variant(101, "MUG", "Mug", "10.00"),
        _variant(102, "PEN", "Pen", "5.00"),
        _variant(103, "SHIRT-M", "Shirt", "20.00"),
    ]


def _variant(variant_id: int, sku: str, title: str, price: str) -> dict[str, Any]:
    return {
        "id": variant_id,
        "sku": sku,
        "title": title,
        "price": price,
        "inventory_item_id": variant_id + 8_000,
        "available": 20,
    }


def line_item(line_id: int, variant: dict[str, Any], quantity: int, **more: Any) -> dict[str, Any]:
    """Return a line of ``quantity`` pieces of a variant."""
    plain = {
        "id": line_id,
        "variant_id": variant["id"],
        "sku": variant["sku"],
        "name": variant["title"],
        "title": variant["title"],
        "quantity": quantity,
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "price": variant["price"],
        "total_discount": "0.00",
        "discount_allocations": [],
        "requires_shipping": True,
        "properties": [],
    }
    return plain | more


def sample_order(order_id: int, lines: list[dict[str, Any]], now: str, *, shipping: str) -> dict[str, Any]:
    """Return a paid order placed ``now``; prices include taxes."""
    goods = sum((Decimal(line["price"]) * line["quantity"] for line in lines), Decimal(0))
    total = str(goods + Decimal(shipping))
    return {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": f"#{order_id}",
        "order_number": order_id,
        "currency": "EUR",
        "presentment_currency": "EUR",
        "email": "buyer@example.com",
        "contact_email": "buyer@example.com",
        "phone": None,
        "total_price": total,
        "current_total_price": total,
        "total_tax": "0.00",
        "total_discounts": "0.00",
        "total_tip_received": "0.00",
        "total_shipping_price_set": {"shop_money": {"amount": shipping, "currency_code": "EUR"}},
        "taxes_included": True,
        "test": False,
        "financial_status": "paid",
        "fulfillment_status": None,
        "payment_gateway_names": ["shopify_payments"],
        "cancelled_at": None,
        "cancel_reason": None,
        "closed_at": None,
        "created_at": now,
        "processed_at": now,
        "updated_at": now,
        "tags": "",
        "note_attributes": [],
        "customer": {"first_name": "Example", "last_name": "Customer"},
        "billing_address": _address(),
        "shipping_address": _address(),
        "shipping_lines": [{"title": "Standard", "price": shipping, "discount_allocations": []}],
        "line_items": lines,
        "fulfillments": [],
        "refunds": [],
    }


def _address() -> dict[str, Any]:
    return {
        "first_name": "Example",
        "last_name": "Customer",
        "company": None,
        "address1": "Musterstraße 1",
        "address2": None,
        "zip": "10115",
        "city": "Berlin",
        "province": "Berlin",
        "province_code": "BE",
        "country": "Germany",
        "country_code": "DE",
        "phone": "+49 30 5550100",
    }
