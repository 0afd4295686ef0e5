"""Stock levels: the quantity of an inventory item, and of each published offer of it (Inventory API 1.18).

Sources: ``sell_inventory_v1_oas3.json`` of hendt/ebay-api, and developer.ebay.com, *bulk updates*: both are
told, since a listing shows the lesser of the two; up to 25 SKUs are told at once, and each is answered on its
own. A SKU that is not offered is ``unmapped_sku``: listings that were made without the Inventory API are none
of it. The seller's consent has to include the scope ``sell.inventory``. eBay lets a listing be revised 250
times a day.
"""

from __future__ import annotations

from typing import Any

from shared.channels.ebay import client
from shared.wire.api import Api
from shared.wire.http import RefusedError, UnreadableAnswerError

AT_ONCE = 10  # a request each, and one for all


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Set the quantity of each SKU; return a code for each that was not taken. Raises ApiError."""
    refused: dict[str, str] = {}
    requests: list[dict[str, Any]] = []
    for sku, count in levels.items():
        try:
            offers = client.get_offers(sku, api)
        except RefusedError as error:
            refused[sku] = error.code
            continue
        if offers:
            requests.append(_request(sku, count, offers))
        else:
            refused[sku] = "unmapped_sku"
    if requests:
        wanted = [request["sku"] for request in requests]
        refused |= _refused(wanted, client.update_quantities(requests, api))
    return refused


def _request(sku: str, count: int, offers: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        published = [str(offer["offerId"]) for offer in offers if offer["status"] == "PUBLISHED"]
    except (LookupError, TypeError):
        raise UnreadableAnswerError("invalid_shape") from None
    request: dict[str, Any] = {"sku": sku, "shipToLocationAvailability": {"quantity": count}}
    if published:
        request["offers"] = [{"offerId": offer, "availableQuantity": count} for offer in published]
    return request


def _refused(wanted: list[str], responses: list[dict[str, Any]]) -> dict[str, str]:
    """Return a code for each SKU of which eBay did not confirm the item and every offer."""
    refused: dict[str, str] = {}
    confirmed: set[str] = set()
    try:
        for response in responses:
            sku, status = str(response["sku"]), int(response["statusCode"])
            if 200 <= status < 300:
                confirmed.add(sku)
            else:
                errors = response.get("errors") or [{}]
                refused[sku] = str(errors[0].get("errorId", f"http_{status}"))
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UnreadableAnswerError("invalid_shape") from None
    unanswered = {sku: "not_confirmed" for sku in wanted if sku not in confirmed and sku not in refused}
    return {sku: code for sku, code in refused.items() if sku in wanted} | unanswered
