"""An order of another channel, created in the shop: found again, or made.

It is found by its tag. A search may lag behind (Shopify says nothing about how far), so the orders of the
last hour are read as well: a call is asked for again within minutes, or long after.

The source's prices count, and no taxes are added: Shopify calculates none for orders that are created by API.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from shared.channels.shopify import client, source
from shared.orders.facts import Address, LineSeen, PaymentMethod
from shared.orders.money import in_currency
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Piece, Told
from shared.wire.http import RefusedError, UnreadableAnswerError

FRESH = timedelta(hours=1)
MOST_PAGES = 10  # of 250 orders each
FIELDS = "id,note_attributes,tags,line_items"

_UNPAID = (PaymentMethod.CASH_ON_DELIVERY, PaymentMethod.INVOICE)


def create(call: Call, api: Api) -> Answered:
    """Create the order, unless it is there. Raises RefusedError ``unmapped_sku``."""
    found, _ = _find(call, api)
    return _created(found if found is not None else client.create_order(_document(call, api), api))


def look_for(call: Call, api: Api) -> Answered:
    """Return the order that stands for the source, if there is one."""
    found, is_complete = _find(call, api)
    if found is not None:
        return _created(found)
    return Answered(told=Told.UNSEEN if is_complete else Told.UNKNOWABLE)


def _find(call: Call, api: Api) -> tuple[dict[str, Any] | None, bool]:
    """Return the order that stands for the source, and whether all that may be it were looked at."""
    for order_id in client.find_orders(source.tag_of(call.source_order), api):
        order = client.get_order(order_id, FIELDS, api)
        if order is not None and _stands_for(order, call.source_order):
            return order, True
    since = (api.now() - FRESH).astimezone(UTC).isoformat(timespec="seconds")
    query: dict[str, str | int] = {"status": "any", "created_at_min": since, "fields": FIELDS}
    for _ in range(MOST_PAGES):
        answer = client.read_orders(query, api)
        document = answer.json()
        if not isinstance(document, dict) or not isinstance(document.get("orders"), list):
            raise UnreadableAnswerError("invalid_shape")
        for order in document["orders"]:
            if _stands_for(order, call.source_order):
                return order, True
        token = client.next_token(answer)
        if not token:
            return None, True
        query = {"page_info": token, "fields": FIELDS}
    return None, False


def _stands_for(order: dict[str, Any], source_order: str) -> bool:
    notes = order.get("note_attributes") or ()
    attributes = [(note.get("name"), note.get("value")) for note in notes if isinstance(note, dict)]
    return source.source_of(attributes, order.get("tags")) == source_order


def _created(order: dict[str, Any]) -> Answered:
    lines = {
        str(entry.get("value")): str(line.get("id"))
        for line in order.get("line_items") or ()
        for entry in line.get("properties") or ()
        if entry.get("name") == source.LINE_NAME
    }
    return Answered(told=Told.CONFIRMED, external_id=str(order["id"]), lines=lines)


def _document(call: Call, api: Api) -> dict[str, Any]:
    seen = call.order
    if seen is None:
        raise RefusedError("order_missing")
    sources = {line.external_id: line for line in seen.lines}
    items = [_line(piece, sources.get(piece.line_id), api) for piece in call.pieces]
    document: dict[str, Any] = {
        "line_items": items,
        "currency": seen.currency,
        "note_attributes": [
            {"name": source.ORDER_NAME, "value": call.source_order},
            {"name": source.NUMBER_NAME, "value": call.number or seen.number},
        ],
        "tags": f"{source.TAG}, {source.tag_of(call.source_order)}",
        "inventory_behaviour": "decrement_ignoring_policy",  # it is sold, whatever the shop would say
        "send_receipt": False,
        "send_fulfillment_receipt": False,
        "financial_status": "pending" if seen.payment_method in _UNPAID else "paid",
        **_people(call),
    }
    discount = _discount(call, sources)
    if discount:
        document["discount_codes"] = [{"code": "SOURCE", "amount": str(discount), "type": "fixed_amount"}]
    if seen.shipping_method or seen.shipping_total is not None:
        title = seen.shipping_method or "Shipping"
        document["shipping_lines"] = [
            {"title": title, "code": title, "price": str(seen.shipping_total or Decimal(0))}
        ]
    return document


def _line(piece: Piece, line: LineSeen | None, api: Api) -> dict[str, Any]:
    item: dict[str, Any] = {
        "variant_id": client.number(variant_of(piece.sku, api)["id"]),
        "quantity": piece.quantity,
        "properties": [{"name": source.LINE_NAME, "value": piece.line_id}],
    }
    price = _price(piece, line)
    if price is not None:
        item["price"] = str(price)
    return item


def _price(piece: Piece, line: LineSeen | None) -> Decimal | None:
    return piece.amount if line is None or line.unit_price is None else line.unit_price


def _discount(call: Call, sources: dict[str, LineSeen]) -> Decimal:
    """Return what the source took off its lines' prices, for the pieces that are created."""
    discount = Decimal(0)
    for piece in call.pieces:
        line = sources.get(piece.line_id)
        price = _price(piece, line)
        if line is not None and line.total is not None and price is not None and line.quantity:
            discount += price * piece.quantity - line.total * piece.quantity / line.quantity
    currency = call.order.currency if call.order else ""
    return max(in_currency(discount, currency), Decimal(0)) if discount else Decimal(0)


def variant_of(sku: str, api: Api) -> dict[str, str]:
    """Return the one variant with a SKU. Raises RefusedError ``unmapped_sku``, ``ambiguous_sku``."""
    wanted = unicodedata.normalize("NFC", sku)
    found = client.find_variants(sku, api) if wanted else []
    exact = [variant for variant in found if unicodedata.normalize("NFC", variant["sku"]) == wanted]
    if len(exact) > 1:
        raise RefusedError("ambiguous_sku")  # Shopify lets two variants share one
    if not exact:
        raise RefusedError("unmapped_sku")
    return exact[0]


def _people(call: Call) -> dict[str, Any]:
    customer = call.customer
    if customer is None:
        return {}
    shipping = customer.shipping or customer.billing
    billing = customer.billing or customer.shipping
    people: dict[str, Any] = {"email": customer.email} if customer.email else {}
    if shipping is not None:
        people["shipping_address"] = _address(shipping, customer.name, customer.phone)
    if billing is not None:
        people["billing_address"] = _address(billing, customer.name, customer.phone)
    return people


def _address(address: Address, name: str, phone: str) -> dict[str, str]:
    first, _, last = (address.name or name).rpartition(" ")
    street = (*address.street, "", "")
    is_code = len(address.country) == 2
    return {
        "first_name": first,
        "last_name": last,
        "company": address.company,
        "address1": street[0],
        "address2": ", ".join(filter(None, street[1:])),
        "zip": address.postal_code,
        "city": address.city,
        "province": address.region,
        "country_code" if is_code else "country": address.country,
        "phone": address.phone or phone,
    }
