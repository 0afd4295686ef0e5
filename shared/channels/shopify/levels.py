"""Stock levels: what is available of a variant's inventory item at one location (Admin REST, InventoryLevel).

The location is the connection's option ``location_id``; without it the shop's only active one. A shop with
more than one has to say which (``location_needed``).
"""

from __future__ import annotations

from shared.channels.shopify import client
from shared.channels.shopify.create import variant_of
from shared.wire.api import Api
from shared.wire.http import RefusedError

AT_ONCE = 10  # two requests each, of which Shopify takes two a second


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Set the available pieces of each SKU; return a code for each that was not taken."""
    location_id = _location(api)
    if not location_id:
        return dict.fromkeys(levels, "location_needed")
    refused: dict[str, str] = {}
    for sku, available in levels.items():
        try:
            item = variant_of(sku, api)["inventory_item_id"]
            client.set_level(location_id, item, available, api)
        except RefusedError as error:
            refused[sku] = error.code
    return refused


def _location(api: Api) -> str:
    if api.options.get("location_id"):
        return api.options["location_id"]
    active = [str(each.get("id")) for each in client.list_locations(api) if each.get("active") is True]
    return active[0] if len(active) == 1 else ""
