"""Stock levels: the quantity of a product, by its barcode (*updatePriceAndInventory*).

Source: developers.trendyol.com. A SKU is taken for the barcode, unless the connection's setting ``skus``
gives another. A quantity is told without prices, which then stay. Trendyol takes 1,000 at once and 20,000
pieces at most, carries them out later and tells of each item what became of it (*getBatchRequestResult*),
with reasons that are texts. The same request within a quarter of an hour is refused.
"""

from __future__ import annotations

from typing import Any

from shared.channels.trendyol import client
from shared.wire.api import Api
from shared.wire.http import UnreadableAnswerError
from shared.wire.options import needed
from shared.wire.polls import Submitted

AT_ONCE = 100
MOST = 20_000
NOT_TAKEN = "item_failed"


def submit(levels: dict[str, int], api: Api) -> Submitted:
    """Hand the quantity of each barcode over. Raises ApiError."""
    needed(api, "seller_id")
    items = [{"barcode": barcode, "quantity": min(count, MOST)} for barcode, count in levels.items()]
    return Submitted(refused={}, ticket=client.update_inventory(items, api))


def outcome(ticket: str, api: Api) -> dict[str, str] | None:
    """Return the barcodes that failed, None while one is not decided. Raises ApiError."""
    items = client.get_batch(ticket, api)
    if items is None:
        return {}
    try:
        statuses = {_barcode(item): str(item["status"]) for item in items}
    except (LookupError, TypeError):
        raise UnreadableAnswerError("invalid_shape") from None
    if not statuses or not set(statuses.values()) <= {"SUCCESS", "FAILED"}:
        return None
    return {barcode: NOT_TAKEN for barcode, status in statuses.items() if status == "FAILED"}


def _barcode(item: dict[str, Any]) -> str:
    asked = item["requestItem"]
    return str(asked["barcode"] if "barcode" in asked else asked["product"]["barcode"])
