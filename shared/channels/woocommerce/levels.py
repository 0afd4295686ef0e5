"""Stock levels: ``stock_quantity`` of a product or variation, found by its SKU (wc/v3, Products).

Only where the shop manages the product's stock: to switch that on is the merchant's decision, and without it
a quantity has no meaning (``stock_not_managed``). A SKU that the shop does not have is ``unmapped_sku``.
"""

from __future__ import annotations

from shared.channels.woocommerce import client
from shared.channels.woocommerce.create import product_of
from shared.wire.api import Api
from shared.wire.http import RefusedError

AT_ONCE = 10  # two requests each


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Set the available pieces of each SKU; return a code for each that was not taken."""
    refused: dict[str, str] = {}
    for sku, available in levels.items():
        try:
            product = product_of(sku, api)
            if product.get("manage_stock") is not True:  # "parent" where a variation shares its product's
                refused[sku] = "stock_not_managed"
                continue
            client.update_product(product, {"stock_quantity": available}, api)
        except RefusedError as error:
            refused[sku] = error.code
    return refused
