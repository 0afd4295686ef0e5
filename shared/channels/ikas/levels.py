"""Stock levels: the pieces of a variant at the stock location that the connection's option names."""

from __future__ import annotations

import unicodedata

from shared.channels.ikas import client
from shared.wire.api import Api

AT_ONCE = 50  # two requests together


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Set the available pieces of each SKU; return a code for each that was not taken. Raises ApiError."""
    location = api.options.get("stock_location_id", "")
    if not location:
        return dict.fromkeys(levels, "stock_location_unknown")
    found = {_same(variant["sku"]): variant for variant in client.find_variants(api, levels)}
    known = {sku: found[_same(sku)] for sku in levels if _same(sku) in found}
    taken = not known or client.save_stock(
        api,
        [
            {
                "productId": variant["product_id"],
                "variantId": variant["id"],
                "stockLocationId": location,
                "stockCount": levels[sku],
            }
            for sku, variant in known.items()
        ],
    )
    return {
        sku: "unmapped_sku" if sku not in known else "not_taken"
        for sku in levels
        if sku not in known or not taken
    }


def _same(sku: str) -> str:
    return unicodedata.normalize("NFC", sku)
