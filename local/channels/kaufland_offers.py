"""What a seller offers at a simulated Kaufland: its *units*, by storefront and the seller's own id."""

from __future__ import annotations

from typing import Any

from local.channels.simulator import Asked, answer
from shared.wire.http import HttpAnswer

Document = dict[str, Any]


def sample_offers() -> list[Document]:
    """Return offers of the seller, one that Kaufland sends, and two with the same id of the seller."""
    return [
        _offer(7001, "MUG"),
        _offer(7002, "PEN"),
        _offer(7003, "FBK-MUG", fulfillment_type="fulfilled_by_kaufland"),
        _offer(7004, "CAP"),
        _offer(7005, "CAP", condition="USED___GOOD"),
    ]


def _offer(unit: int, sku: str, **changes: Any) -> Document:
    return {
        "id_unit": unit,
        "id_offer": sku,
        "storefront": "de",
        "condition": "NEW",
        "amount": 3,
        "listing_price": 1000,
        "currency": "EUR",
        "fulfillment_type": "fulfilled_by_merchant",
        **changes,
    }


def find_offers(offers: list[Document], asked: Asked) -> HttpAnswer:
    """Answer a search: a storefront has to be named."""
    storefront, sku = asked.query["storefront"], asked.query.get("id_offer")
    found = [
        offer for offer in offers if offer["storefront"] == storefront and sku in (None, offer["id_offer"])
    ]
    pages = {"offset": 0, "limit": 100, "total": len(found)}
    return answer(200, {"data": found, "pagination": pages})


def change_offer(offers: list[Document], asked: Asked, unit: str) -> HttpAnswer | None:
    """Answer a change of an offer, None where there is none."""
    wanted = asked.document
    found = [offer for offer in offers if str(offer["id_unit"]) == unit]
    if not found or asked.query["storefront"] != found[0]["storefront"]:
        return None
    if not isinstance(wanted["amount"], int) or wanted["amount"] < 0:
        raise ValueError("amount")
    found[0]["amount"] = wanted["amount"]
    return answer(200, {"data": found[0]})
