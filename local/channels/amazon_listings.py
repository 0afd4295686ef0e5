"""The listings of a simulated Amazon: product types, and how many pieces each fulfillment channel has."""

from __future__ import annotations

from typing import Any

from local.channels.amazon_samples import MARKETPLACE
from local.channels.simulator import Asked

SELLER = "AEXAMPLESELLER"


def sample_listings() -> dict[str, dict[str, Any]]:
    """Return two listings that the seller ships, and one that Amazon does."""
    return {
        "MUG": {"product_type": "DRINKING_CUP", "quantities": {"DEFAULT": 3}},
        "PEN": {"product_type": "WRITING_INSTRUMENT", "quantities": {}},
        "FBA-MUG": {"product_type": "DRINKING_CUP", "quantities": {"AMAZON_EU": 9}},
    }


def shown_listing(listing: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Return a listing with the data that were asked for; without a summary where it is not sold."""
    wanted = asked.query.get("includedData", "summaries").split(",")
    shown: dict[str, Any] = {"sku": asked.path.rpartition("/")[2]}
    if "summaries" in wanted:
        is_here = asked.query["marketplaceIds"] == MARKETPLACE
        summary = {"marketplaceId": MARKETPLACE, "productType": listing["product_type"]}
        shown["summaries"] = [summary] if is_here else []
    if "fulfillmentAvailability" in wanted:
        shown["fulfillmentAvailability"] = [
            {"fulfillmentChannelCode": channel, "quantity": count}
            for channel, count in listing["quantities"].items()
        ]
    return shown


def change_listing(listing: dict[str, Any], asked: Asked) -> dict[str, Any] | None:
    """Change a listing; return the submission's status and issues, None for a request that is none."""
    document = asked.document
    patches = document.get("patches")
    if not document.get("productType") or not patches or asked.query.get("marketplaceIds") != MARKETPLACE:
        return None
    if document["productType"] != listing["product_type"]:
        return _invalid("99022")
    for patch in patches:
        [value] = patch["value"]
        known = patch["op"] == "merge" and patch["path"] == "/attributes/fulfillment_availability"
        if not known or not value.get("fulfillment_channel_code") or value.get("quantity", -1) < 0:
            return _invalid("90220")
        listing["quantities"][value["fulfillment_channel_code"]] = value["quantity"]
    return {"status": "ACCEPTED", "issues": []}


def _invalid(code: str) -> dict[str, Any]:
    issue = {"code": code, "message": "Example.", "severity": "ERROR", "attributeNames": []}
    return {"status": "INVALID", "issues": [issue]}
