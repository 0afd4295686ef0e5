"""An order of another channel, created in the shop: found again, or made.

It is found by the reference in its metadata. No documented search looks there, so the orders placed since
the source was are read, newest first; an order cannot stand for one that was placed later.

Left open: the shop's own taxes. A line's price in WooCommerce is without tax and the shop adds what its
rules say, while marketplaces tell prices with tax and rarely how much of it.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.channels.woocommerce import client, source
from shared.orders.facts import Address, LineSeen, OrderSeen, PaymentMethod
from shared.orders.money import in_currency
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import RefusedError

MOST_PAGES = 30  # of a hundred orders each
CLOCKS = timedelta(days=1)  # how far the clocks of shop and source may be apart
UNDATED = timedelta(days=30)  # how far back an order is looked for whose source has no date

# How the order is paid there, for the merchant to read. The money is not the shop's.
_UNPAID = {PaymentMethod.CASH_ON_DELIVERY: "cod", PaymentMethod.INVOICE: "invoice"}


def create(call: Call, api: Api) -> Answered:
    """Create the order, unless it is there. Raises RefusedError ``unmapped_sku``."""
    found, _ = _find(call, api)
    if found is not None:
        return _created(found)
    return _created(client.create_order(_document(call, api), api))


def look_for(call: Call, api: Api) -> Answered:
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
        query: dict[str, str | int] = {
            "after": gmt(since),
            "dates_are_gmt": "true",
            "status": "any",
            "orderby": "id",
            "order": "desc",
            "page": page,
            "_fields": "id,meta_data,line_items",  # WordPress: leave out the rest
        }
        answer = client.read_orders(query, api)
        orders = answer.json()
        for order in orders:
            if source.meta(order, source.ORDER_KEY) == call.source_order:
                return order, True
        if not client.has_more(answer, page, len(orders)):
            return None, True
    return None, False


def _created(order: dict[str, Any]) -> Answered:
    lines = {
        source.meta(line, source.LINE_KEY): str(line.get("id"))
        for line in order.get("line_items") or ()
        if source.meta(line, source.LINE_KEY)
    }
    return Answered(told=Told.CONFIRMED, external_id=str(order["id"]), lines=lines)


def _document(call: Call, api: Api) -> dict[str, Any]:
    seen = call.order
    if seen is None:
        raise RefusedError("order_missing")
    sources = {line.external_id: line for line in seen.lines}
    document: dict[str, Any] = {
        "currency": seen.currency,
        "line_items": [_line(piece, sources.get(piece.line_id), seen.currency, api) for piece in call.pieces],
        "meta_data": [
            {"key": source.ORDER_KEY, "value": call.source_order},
            {"key": source.NUMBER_KEY, "value": call.number or seen.number},
        ],
        **_people(call),
        **_payment(seen),
    }
    if seen.shipping_method or seen.shipping_total is not None:
        # A shipping line needs a method; "other" is the core's own name for one that is not the shop's.
        document["shipping_lines"] = [
            {
                "method_id": "other",
                "method_title": seen.shipping_method or "Shipping",
                "total": str(seen.shipping_total or Decimal(0)),
            }
        ]
    return document


def _line(piece: Piece, line: LineSeen | None, currency: str, api: Api) -> dict[str, Any]:
    product = product_of(piece.sku, api)
    item: dict[str, Any] = {
        "product_id": product.get("parent_id") or product["id"],
        "quantity": piece.quantity,
        "meta_data": [{"key": source.LINE_KEY, "value": piece.line_id}],
    }
    if product.get("parent_id"):
        item["variation_id"] = product["id"]
    total = _total(piece, line, currency)
    if total is not None:
        item |= {"subtotal": str(total), "total": str(total)}
    return item


def _total(piece: Piece, line: LineSeen | None, currency: str) -> Decimal | None:
    """Return what the pieces cost after discounts, None where the source does not say: the shop's price."""
    if line is not None and line.total is not None and line.quantity:
        return in_currency(line.total * piece.quantity / line.quantity, currency)
    return None if piece.amount is None else in_currency(piece.amount * piece.quantity, currency)


def product_of(sku: str, api: Api) -> dict[str, Any]:
    """Return the product or variation with a SKU. Raises RefusedError ``unmapped_sku``."""
    wanted = unicodedata.normalize("NFC", sku)
    if wanted:
        for product in client.find_products(sku, api):
            if unicodedata.normalize("NFC", str(product.get("sku") or "")) == wanted:
                return product
    raise RefusedError("unmapped_sku")


def _payment(seen: OrderSeen) -> dict[str, Any]:
    unpaid = _UNPAID.get(seen.payment_method)
    if unpaid is None:
        # set_paid makes the order "processing" and takes its goods from stock.
        return {"set_paid": True, "payment_method_title": seen.payment_method_name}
    return {
        "status": "processing",
        "payment_method": unpaid,
        "payment_method_title": seen.payment_method_name,
    }


def _people(call: Call) -> dict[str, Any]:
    customer = call.customer
    if customer is None:
        return {}
    shipping = customer.shipping or customer.billing
    billing = customer.billing or customer.shipping
    people: dict[str, Any] = {}
    # No mail address: the shop would write to the buyer by itself.
    if billing is not None:
        people["billing"] = _address(billing, customer.name) | {"phone": billing.phone or customer.phone}
    if shipping is not None:
        people["shipping"] = _address(shipping, customer.name) | {"phone": shipping.phone or customer.phone}
    return people


def _address(address: Address, name: str) -> dict[str, str]:
    first, _, last = (address.name or name).rpartition(" ")
    street = (*address.street, "", "")
    return {
        "first_name": first,
        "last_name": last,
        "company": address.company,
        "address_1": street[0],
        "address_2": ", ".join(filter(None, street[1:])),
        "postcode": address.postal_code,
        "city": address.city,
        "state": address.region,
        "country": address.country,
    }


def gmt(moment: datetime) -> str:
    """Return a moment as WooCommerce reads it with ``dates_are_gmt``: UTC without a zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
