"""The inventory of a simulated eBay: items by SKU, and their offers. A listing shows the lesser quantity."""

from __future__ import annotations

from typing import Any

from local.channels.simulator import Asked, answer
from shared.wire.http import HttpAnswer

INVENTORY = "/sell/inventory/v1"
MOST_AT_ONCE = 25


def sample_inventory() -> dict[str, dict[str, Any]]:
    """Return an item that is offered, one that is offered twice and one that is not offered yet."""
    return {
        "MUG": {"quantity": 3, "offers": [_offer("1001", "MUG", "PUBLISHED", 3)]},
        "PEN": {
            "quantity": 9,
            "offers": [_offer("1002", "PEN", "PUBLISHED", 4), _offer("1003", "PEN", "UNPUBLISHED", 0)],
        },
        "CAP": {"quantity": 5, "offers": []},
    }


def _offer(offer_id: str, sku: str, status: str, quantity: int) -> dict[str, Any]:
    return {"offerId": offer_id, "sku": sku, "status": status, "availableQuantity": quantity}


def listed_quantity(item: dict[str, Any]) -> int:
    """Return the quantity that buyers see."""
    offers = [offer["availableQuantity"] for offer in item["offers"] if offer["status"] == "PUBLISHED"]
    return int(min([item["quantity"], *offers]))


def show_offers(inventory: dict[str, dict[str, Any]], asked: Asked) -> HttpAnswer:
    """Answer getOffers."""
    offers = inventory.get(asked.query.get("sku", ""), {}).get("offers")
    if not offers:
        return _error(404, 25713)
    return answer(200, {"total": len(offers), "size": len(offers), "offers": offers})


def update_quantities(inventory: dict[str, dict[str, Any]], asked: Asked) -> HttpAnswer:
    """Answer bulkUpdatePriceQuantity: each SKU and each offer on its own."""
    requests = asked.document["requests"]
    if not 0 < len(requests) <= MOST_AT_ONCE:
        return _error(400, 25709)
    responses = [entry for request in requests for entry in _update(inventory, request)]
    is_mixed = any(entry["statusCode"] != 200 for entry in responses)
    return answer(207 if is_mixed else 200, {"responses": responses})


def _update(inventory: dict[str, dict[str, Any]], request: dict[str, Any]) -> list[dict[str, Any]]:
    sku = request["sku"]
    item = inventory.get(sku)
    if item is None:
        return [_refusal(sku, 25702)]
    known = {offer["offerId"]: offer for offer in item["offers"]}
    responses = []
    if "shipToLocationAvailability" in request:
        item["quantity"] = request["shipToLocationAvailability"]["quantity"]
        responses.append({"sku": sku, "statusCode": 200, "errors": [], "warnings": []})
    for wanted in request.get("offers", []):
        offer = known.get(wanted["offerId"])
        if offer is None or offer["status"] != "PUBLISHED":
            responses.append(_refusal(sku, 25713) | {"offerId": wanted["offerId"]})
            continue
        offer["availableQuantity"] = wanted["availableQuantity"]
        responses.append({"sku": sku, "offerId": wanted["offerId"], "statusCode": 200, "errors": []})
    return responses


def _refusal(sku: str, number: int) -> dict[str, Any]:
    return {"sku": sku, "statusCode": 400, "errors": [{"errorId": number, "message": "refused"}]}


def _error(status: int, number: int) -> HttpAnswer:
    told = {"errorId": number, "domain": "API_INVENTORY", "category": "REQUEST", "message": "refused"}
    return answer(status, {"errors": [told]})
