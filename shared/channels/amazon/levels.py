"""Stock levels: the quantity that the merchant ships himself, of a SKU in each marketplace of the connection.

Sources: ``listingsItems_2021-08-01.json`` of amzn/selling-partner-api-models (getListingsItem,
patchListingsItem) and developer-docs.amazon.com, *Merge a listing* (since 16 June 2025): merging
``fulfillment_availability`` of the channel ``DEFAULT`` sets its quantity and leaves everything else. The
listing is read first: for its product type, which a patch has to name, and because a quantity for what Amazon
ships (another fulfillment channel) would make it the merchant's to ship.

A patch is *ACCEPTED* for processing, or INVALID with issues. How it ends is seen in Seller Central alone.
Needs the option ``seller_id``, ``marketplace_ids`` and the role for product listings.
"""

from __future__ import annotations

from typing import Any

from shared.channels.amazon import client
from shared.wire.api import Api
from shared.wire.http import RefusedError, UnreadableAnswerError
from shared.wire.options import needed

AT_ONCE = 5  # two requests each and marketplace, of which Amazon takes five a second, five at once

OWN = "DEFAULT"  # fulfillment_channel_code of what the merchant ships


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Set the quantity of each SKU; return a code for each that was not taken. Raises ApiError."""
    seller = needed(api, "seller_id")
    needed(api, "marketplace_ids")
    codes = {sku: _tell(seller, sku, count, api) for sku, count in levels.items()}
    return {sku: code for sku, code in codes.items() if code}


def _tell(seller: str, sku: str, count: int, api: Api) -> str:
    """Set one SKU's quantity wherever it is listed; return why it was not taken, "" where it was."""
    codes = [_tell_one(seller, sku, count, marketplace, api) for marketplace in client.marketplaces(api)]
    told = [code for code in codes if code is not None]
    if not told:
        return "unmapped_sku"
    return next(filter(None, told), "")


def _tell_one(seller: str, sku: str, count: int, marketplace: str, api: Api) -> str | None:
    """Set a SKU's quantity in one marketplace; None where it is not listed there."""
    try:
        listing = client.get_listing(api, seller, sku, marketplace)
        product_type, channels = _read(listing or {}, marketplace)
        if not product_type:
            return None
        if channels and OWN not in channels:
            return "fulfilled_by_amazon"
        value = {"fulfillment_channel_code": OWN, "quantity": count}
        patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [value]}
        document = {"productType": product_type, "patches": [patch]}
        return _outcome(client.patch_listing(api, seller, sku, marketplace, document))
    except RefusedError as error:
        if error.code == client.ERROR_IN_SUCCESS:
            raise  # about no SKU: it is told again
        return error.code


def _read(listing: dict[str, Any], marketplace: str) -> tuple[str, set[str]]:
    """Return a listing's product type in a marketplace, "" where it is not there, and who may ship it."""
    try:
        channels = {entry["fulfillmentChannelCode"] for entry in listing.get("fulfillmentAvailability") or ()}
        return _product_type(listing, marketplace), channels
    except (LookupError, TypeError, AttributeError):
        raise UnreadableAnswerError("invalid_shape") from None


def _product_type(listing: dict[str, Any], marketplace: str) -> str:
    found = [each for each in listing.get("summaries") or () if each["marketplaceId"] == marketplace]
    return str(found[0]["productType"]) if found else ""


def _outcome(answer: dict[str, Any]) -> str:
    """Return the code of what is wrong with a submission, "" where it was accepted."""
    if answer.get("status") == "ACCEPTED":
        return ""
    if answer.get("status") != "INVALID":
        raise UnreadableAnswerError("invalid_shape")
    issues = answer.get("issues") or ()
    codes = [str(each.get("code", "")) for each in issues if each.get("severity") == "ERROR"]
    # Codes are numbers; anything else may be a message.
    return next((f"invalid:{code}" for code in codes if code.isalnum()), "invalid")
