"""An order of another channel, created in the shop: found again, or made.

Source: ikas.dev, *createOrderWithTransactions*. It is found by its ``sourceId``. No filter for that is
documented, so the orders that changed since the source was placed are read, the latest first.

No mail address of the buyer's is handed on, and no customer made: the shop would write mails of its own.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.channels.ikas import client
from shared.channels.ikas.source import reference_of, source_id
from shared.orders.facts import Address, LineSeen, OrderSeen
from shared.orders.money import in_currency
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import RefusedError

MOST_PAGES = 15  # of two hundred orders each
CLOCKS = timedelta(days=1)  # how far the clocks of shop and source may be apart
UNDATED = timedelta(days=30)  # how far back an order is looked for whose source has no date


def create(call: Call, api: Api) -> Answered:
    """Create the order, unless it is there. Raises RefusedError ``unmapped_sku``."""
    found, _ = _find(call, api)
    if found is not None:
        return _created(found)
    values = _document(call, api)
    return _created(
        client.change(api, "createOrderWithTransactions", "CreateOrderWithTransactionsInput", values)
    )


def look_for(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001
    """Return the order that stands for the source, if there is one."""
    found, is_complete = _find(call, api)
    if found is not None:
        return _created(found)
    return Answered(told=Told.UNSEEN if is_complete else Told.UNKNOWABLE)


def _find(call: Call, api: Api) -> tuple[dict[str, Any] | None, bool]:
    """Return the order that stands for the source, and whether all orders were looked at."""
    placed_at = call.order.placed_at if call.order else None
    since = (placed_at - CLOCKS) if placed_at else api.now() - UNDATED
    for page in range(1, MOST_PAGES + 1):
        orders = client.page_of(client.list_orders(api, since=since, page=page))
        for order in orders:
            if order.get("sourceId") == source_id(call.source_order):
                return order, True
        if len(orders) < client.PAGE:
            return None, True
    return None, False


def _created(order: dict[str, Any]) -> Answered:
    lines = {
        reference_of(str(item.get("sourceId") or "")): str(item.get("id"))
        for item in order.get("orderLineItems") or ()
        if reference_of(str(item.get("sourceId") or ""))
    }
    return Answered(told=Told.CONFIRMED, external_id=str(order["id"]), lines=lines)


def _document(call: Call, api: Api) -> dict[str, Any]:
    seen = call.order
    if seen is None:
        raise RefusedError("order_missing")
    found = client.find_variants(api, {piece.sku for piece in call.pieces if piece.sku})
    variants = {_same(variant["sku"]): variant["id"] for variant in found}
    sources = {line.external_id: line for line in seen.lines}
    items = [_item(piece, sources.get(piece.line_id), seen, variants) for piece in call.pieces]
    order: dict[str, Any] = {
        "currencyCode": seen.currency,
        "sourceId": source_id(call.source_order),
        "note": call.number or seen.number,
        "orderLineItems": items,
        **_people(call),
    }
    if seen.placed_at is not None:
        order["orderedAt"] = client.milliseconds(seen.placed_at)
    shipping = seen.shipping_total or Decimal(0)
    if seen.shipping_method or shipping:
        order["shippingLines"] = [{"title": seen.shipping_method or "Shipping", "price": shipping}]
    total = sum((item["price"] * item["quantity"] for item in items), Decimal(0)) + shipping
    return {
        "order": order,
        "transactions": [{"amount": total}],
        "disableAutoCreateCustomer": True,
    }


def _item(piece: Piece, line: LineSeen | None, seen: OrderSeen, variants: dict[str, str]) -> dict[str, Any]:
    variant = variants.get(_same(piece.sku)) if piece.sku else None
    if variant is None:
        raise RefusedError("unmapped_sku")
    price = piece.amount
    if line is not None and line.total is not None and line.quantity:
        price = line.total / line.quantity
    if price is None:
        raise RefusedError("price_unknown")
    return {
        "variant": {"id": variant},
        "quantity": piece.quantity,
        "price": in_currency(price, seen.currency),
        "sourceId": source_id(piece.line_id),
    }


def _people(call: Call) -> dict[str, Any]:
    customer = call.customer
    if customer is None:
        return {}
    shipping = customer.shipping or customer.billing
    billing = customer.billing or customer.shipping
    first, last = _split((shipping or Address()).name or customer.name)
    people: dict[str, Any] = {"customer": {"firstName": first, "lastName": last}}
    if shipping is not None:
        people["shippingAddress"] = _address(shipping, customer.name, customer.phone)
    if billing is not None:
        people["billingAddress"] = _address(billing, customer.name, customer.phone)
    return people


def _address(address: Address, name: str, phone: str) -> dict[str, Any]:
    first, last = _split(address.name or name)
    street = (*address.street, "")
    is_code = len(address.country) == 2
    return {
        "firstName": first,
        "lastName": last,
        "company": address.company,
        "addressLine1": street[0],
        "addressLine2": ", ".join(filter(None, street[1:])),
        "city": {"name": address.city},
        "district": {"name": address.region},
        "country": {"name": address.country, **({"iso2": address.country} if is_code else {})},
        "postalCode": address.postal_code,
        "phone": address.phone or phone,
        "isDefault": False,
    }


def _split(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    return first, last


def _same(sku: str) -> str:
    return unicodedata.normalize("NFC", sku)
